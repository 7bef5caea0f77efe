/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-axis.h"
#include "charts/cs-health-timeline.h"
#include "charts/cs-hour-chart.h"
#include "charts/cs-outcome-chart.h"
#include "charts/cs-part-chart.h"

#include <math.h>

static CsBarChart *
make_outcomes (guint64 answered,
               guint64 voicemail,
               guint64 busy,
               guint64 missed,
               guint64 failed)
{
  CsMetrics metrics = { 0 };

  metrics.outcomes[CS_OUTCOME_ANSWERED] = answered;
  metrics.outcomes[CS_OUTCOME_VOICEMAIL] = voicemail;
  metrics.outcomes[CS_OUTCOME_BUSY] = busy;
  metrics.outcomes[CS_OUTCOME_MISSED] = missed;
  metrics.outcomes[CS_OUTCOME_FAILED] = failed;
  return cs_outcome_chart_new (&metrics);
}

static guint
as_pixel (const GdkRGBA *colour)
{
  return (guint) round (colour->red * 255) << 16 | (guint) round (colour->green * 255) << 8 |
         (guint) round (colour->blue * 255);
}

static void
test_axis_steps (void)
{
  static const struct {
    double highest;
    guint max_steps;
    double step;
    guint n_steps;
  } cases[] = {
    { 0, 5, 1, 1 },    { 1, 5, 1, 2 },     { 4, 5, 1, 5 },      { 5, 5, 2, 3 },         { 6, 5, 2, 4 },
    { 9, 5, 2, 5 },    { 10, 5, 5, 3 },    { 24, 5, 5, 5 },     { 25, 5, 10, 3 },       { 31, 5, 10, 4 },
    { 99, 5, 20, 5 },  { 100, 5, 50, 3 },  { 4.3, 5, 1, 5 },    { 31, 1, 50, 1 },       { 50, 1, 100, 1 },
    { 31, 2, 20, 2 },  { 999, 5, 200, 5 }, { 0.2, 5, 1, 1 },    { 1e15, 5, 5e14, 3 },   { -4, 5, 1, 1 },
    { NAN, 5, 1, 1 },  { INFINITY, 5, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CsAxis axis;

      cs_axis_init (&axis, cases[i].highest, cases[i].max_steps);
      g_assert_cmpfloat (axis.step, ==, cases[i].step);
      g_assert_cmpuint (axis.n_steps, ==, cases[i].n_steps);
    }
}

static void
test_axis_whole_and_above (void)
{
  for (double highest = 0; highest < 1e15; highest = highest < 300 ? highest + 1 : highest * 1.37)
    {
      for (guint max_steps = 1; max_steps <= 5; max_steps++)
        {
          CsAxis axis;
          double mantissa;

          cs_axis_init (&axis, highest, max_steps);
          mantissa = axis.step / pow (10, floor (log10 (axis.step) + 1e-9));
          g_assert_cmpfloat (axis.step, ==, round (axis.step));
          g_assert_true (fabs (mantissa - 1) < 1e-9 || fabs (mantissa - 2) < 1e-9 || fabs (mantissa - 5) < 1e-9);
          g_assert_cmpuint (axis.n_steps, >=, 1);
          g_assert_cmpuint (axis.n_steps, <=, max_steps);
          g_assert_cmpfloat (cs_axis_get_top (&axis), >, highest);
        }
    }
}

static void
test_palette_contrast (void)
{
  for (int variant = 0; variant < CS_N_PALETTE_VARIANTS; variant++)
    {
      const CsPalette *palette = cs_palette_get (variant);
      gboolean is_high = variant == CS_PALETTE_HIGH_CONTRAST_LIGHT || variant == CS_PALETTE_HIGH_CONTRAST_DARK;
      double min_fill = is_high ? 4.5 : 3;
      double min_text = is_high ? 7 : 4.5;

      for (int fill = 0; fill < CS_N_FILLS; fill++)
        g_assert_cmpfloat (cs_colour_get_contrast (&palette->fills[fill], &palette->background), >=, min_fill);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->focus, &palette->background), >=, min_fill);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->baseline, &palette->background), >=, min_fill);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->marker, &palette->background), >=, min_text);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->text, &palette->background), >=, min_text);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->text, &palette->hover), >=, min_text);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->dim_text, &palette->background), >=, min_text);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->dim_text, &palette->hover), >=, min_text);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->bubble_text, &palette->bubble), >=, min_text);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->usual, &palette->background), >=, 1.3);
      g_assert_cmpfloat (cs_colour_get_contrast (&palette->usual, &palette->fills[CS_FILL_CALLS]), >=, 1.5);
    }
}

static void
test_palette_keeps_given_colours (void)
{
  static const struct {
    CsPaletteVariant variant;
    CsFill fill;
    guint colour;
    gboolean is_kept;
  } cases[] = {
    { CS_PALETTE_DARK, CS_FILL_ANSWERED, 0x00a6a6, TRUE },   { CS_PALETTE_DARK, CS_FILL_VOICEMAIL, 0xefca08, TRUE },
    { CS_PALETTE_DARK, CS_FILL_REJECTED, 0xf49f0a, TRUE },   { CS_PALETTE_DARK, CS_FILL_MISSED, 0xff0000, TRUE },
    { CS_PALETTE_LIGHT, CS_FILL_MISSED, 0xff0000, TRUE },    { CS_PALETTE_LIGHT, CS_FILL_VOICEMAIL, 0xefca08, FALSE },
    { CS_PALETTE_LIGHT, CS_FILL_REJECTED, 0xf49f0a, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GdkRGBA *fill = &cs_palette_get (cases[i].variant)->fills[cases[i].fill];

      if (cases[i].is_kept)
        g_assert_cmphex (as_pixel (fill), ==, cases[i].colour);
      else
        g_assert_cmphex (as_pixel (fill), !=, cases[i].colour);
    }
}

static void
test_palette_keeps_hue (void)
{
  GdkRGBA amber;
  GdkRGBA changed;
  GdkRGBA white;

  g_assert_true (gdk_rgba_parse (&amber, "#f49f0a"));
  g_assert_true (gdk_rgba_parse (&white, "#ffffff"));
  g_assert_cmpfloat_with_epsilon (cs_colour_get_contrast (&white, &(GdkRGBA) { 0, 0, 0, 1 }), 21, 0.001);

  changed = amber;
  cs_colour_ensure_contrast (&changed, &white, 3);
  g_assert_cmpfloat (cs_colour_get_contrast (&changed, &white), >=, 3);
  g_assert_cmpfloat (cs_colour_get_contrast (&changed, &white), <, 3.1);
  /* The place of green between red and blue is the hue. */
  g_assert_cmpfloat_with_epsilon ((changed.green - changed.blue) / (changed.red - changed.blue),
                                  (amber.green - amber.blue) / (amber.red - amber.blue), 0.01);
}

static void
test_outcome_chart_bars (void)
{
  g_autoptr (CsBarChart) chart = make_outcomes (31, 9, 1, 6, 0);

  g_assert_cmpuint (chart->n_columns, ==, 4);
  g_assert_cmpstr (chart->columns[CS_BAR_MISSED].name, ==, "Missed");
  g_assert_cmpstr (chart->columns[CS_BAR_MISSED].text, ==, "6 of 47 (13 %)");
  g_assert_cmpstr (chart->columns[CS_BAR_USER].label, ==, "Answered by user");
  g_assert_cmpfloat (cs_bar_chart_get_total (chart, CS_BAR_USER), ==, 31);
  g_assert_cmpfloat (cs_bar_chart_get_highest (chart), ==, 31);
}

static void
test_outcome_chart_other_when_any (void)
{
  g_autoptr (CsBarChart) chart = make_outcomes (1, 0, 0, 0, 3);

  g_assert_cmpuint (chart->n_columns, ==, 5);
  g_assert_cmpuint (chart->columns[4].id, ==, CS_BAR_OTHER);
  g_assert_cmpstr (chart->columns[4].text, ==, "3 of 4 (75 %)");
}

static void
test_outcome_chart_no_made_up_percent (void)
{
  g_autoptr (CsBarChart) chart = make_outcomes (0, 0, 0, 0, 0);

  g_assert_cmpuint (chart->n_columns, ==, 4);
  g_assert_cmpstr (chart->columns[0].text, ==, "0");
}

static void
test_hour_chart_trims (void)
{
  CsMetrics metrics = { .hours = { [10] = 1, [20] = 5 } };
  double usual[24] = { [7] = 2.4, [10] = 3.6, [3] = 0.2, [5] = NAN };
  g_autoptr (CsBarChart) chart = cs_hour_chart_new (&metrics, usual, 12);
  g_autoptr (CsBarChart) night = cs_hour_chart_new (&metrics, NULL, 23);
  g_autoptr (CsBarChart) past = cs_hour_chart_new (&(CsMetrics) { 0 }, NULL, -1);

  g_assert_cmpuint (chart->columns[0].id, ==, 7);
  g_assert_cmpuint (chart->columns[chart->n_columns - 1].id, ==, 20);
  g_assert_cmpuint (chart->columns[chart->marked].id, ==, 12);
  g_assert_nonnull (chart->usual_name);
  g_assert_cmpstr (chart->columns[3].name, ==, "10:00–11:00");
  g_assert_cmpstr (chart->columns[3].text, ==, "1 call, usually 4");
  g_assert_cmpstr (chart->columns[1].text, ==, "0 calls");
  g_assert_cmpfloat (cs_bar_chart_get_usual (chart, 0), ==, 2.4);

  g_assert_cmpuint (night->columns[night->n_columns - 1].id, ==, 23);
  g_assert_cmpstr (night->columns[night->n_columns - 1].name, ==, "23:00–24:00");
  g_assert_null (night->usual_name);

  g_assert_cmpint (past->marked, ==, -1);
  g_assert_cmpuint (past->n_columns, ==, 11);
}

/* Every call of an hour stands in one part of its stack. */
static void
test_hour_chart_stacks_parts (void)
{
  CsMetrics metrics = { .hours = { [6] = 7, [10] = 1 } };
  g_autoptr (CsBarChart) chart = NULL;
  guint six;

  metrics.outcomes[CS_OUTCOME_ANSWERED] = 5;
  metrics.outcomes[CS_OUTCOME_MISSED] = 2;
  metrics.outcomes[CS_OUTCOME_IVR_ONLY] = 1;
  metrics.parts_by_hour[6][CS_PART_ANSWERED] = 5;
  metrics.parts_by_hour[6][CS_PART_MISSED] = 2;
  metrics.parts_by_hour[10][CS_PART_CALL_ATTEMPTS] = 1;
  chart = cs_hour_chart_new_by_part (&metrics, -1);
  six = (guint) cs_bar_chart_find_column (chart, 6);

  g_assert_cmpuint (chart->columns[0].id, ==, 6);
  g_assert_cmpint (chart->marked, ==, -1);
  /* The four familiar ones, and the one more that there are calls of. */
  g_assert_cmpuint (chart->n_parts, ==, 5);
  g_assert_cmpstr (chart->parts[0].name, ==, "Answered");
  g_assert_cmpint (chart->parts[4].fill, ==, CS_FILL_MENU_ONLY);
  g_assert_cmpfloat (cs_bar_chart_get_value (chart, six, 0), ==, 5);
  g_assert_cmpfloat (cs_bar_chart_get_value (chart, six, 1), ==, 2);
  g_assert_cmpfloat (cs_bar_chart_get_total (chart, six), ==, 7);
  g_assert_cmpstr (chart->columns[six].name, ==, "06:00–07:00");
  g_assert_cmpstr (chart->columns[six].text, ==, "7 calls: Answered 5, Missed 2");
}

static void
test_part_chart (void)
{
  CsMetrics metrics = { 0 };
  g_autoptr (CsBarChart) chart = NULL;
  g_autoptr (CsBarChart) empty = cs_part_chart_new (&metrics);

  metrics.outcomes[CS_OUTCOME_MISSED] = 1;
  metrics.outcomes[CS_OUTCOME_NOT_REACHED] = 2;
  metrics.outcomes[CS_OUTCOME_VOICEMAIL] = 1;
  chart = cs_part_chart_new (&metrics);
  g_assert_cmpuint (chart->n_columns, ==, 5);
  g_assert_cmpstr (chart->columns[1].text, ==, "3 of 4 (75 %)");
  g_assert_cmpuint (empty->n_columns, ==, 4);
  g_assert_cmpstr (empty->columns[0].text, ==, "0");
}

static void
test_timeline_days (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Kolkata");
  /* Monday, 2 March 2026, 01:00 in India, still Sunday in UTC. */
  gint64 now_us = G_GINT64_CONSTANT (1772393400) * G_USEC_PER_SEC;
  g_autoptr (CsHealthTimeline) timeline = cs_health_timeline_new (zone, now_us);

  g_assert_cmpstr (timeline->day_labels[0], ==, "Tue");
  g_assert_cmpstr (timeline->day_labels[5], ==, "Sun");
  g_assert_cmpstr (timeline->day_labels[6], ==, "Today");
  g_assert_cmpint (timeline->day_starts[6], ==, now_us - G_TIME_SPAN_HOUR);
  g_assert_cmpint (timeline->to_us - timeline->from_us, ==, 7 * G_TIME_SPAN_DAY);
}

/* What lies outside is cut off; a minute's outage can be found within a week of 300 pixels. */
static void
test_timeline_finds_short_trouble (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  gint64 now_us = G_GINT64_CONSTANT (1772393400) * G_USEC_PER_SEC;
  g_autoptr (CsHealthTimeline) timeline = cs_health_timeline_new (zone, now_us);
  gint64 middle_us = (timeline->from_us + timeline->to_us) / 2;

  cs_health_timeline_add (timeline, timeline->from_us - G_TIME_SPAN_DAY, middle_us, CS_HEALTH_OK);
  cs_health_timeline_add (timeline, middle_us, middle_us + G_TIME_SPAN_MINUTE, CS_HEALTH_CRITICAL);
  cs_health_timeline_add (timeline, middle_us + G_TIME_SPAN_MINUTE, now_us, CS_HEALTH_OK);
  cs_health_timeline_add (timeline, timeline->to_us, timeline->to_us + 1, CS_HEALTH_OK);
  g_assert_cmpuint (timeline->spans->len, ==, 3);
  g_assert_cmpint (g_array_index (timeline->spans, CsHealthSpan, 0).from_us, ==, timeline->from_us);
  g_assert_cmpint (cs_health_timeline_find (timeline, 152, 300, FALSE), ==, 1);
  g_assert_cmpint (cs_health_timeline_find (timeline, 148, 300, TRUE), ==, 1);
  g_assert_cmpint (cs_health_timeline_find (timeline, 10, 300, FALSE), ==, 0);
  g_assert_cmpint (cs_health_timeline_find (timeline, 299, 300, FALSE), ==, -1);
}

/* Where each span is, it is found; the short one has a width, and all are mirrored from right to left. */
static void
test_timeline_areas (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (CsHealthTimeline) timeline = cs_health_timeline_new (zone, G_GINT64_CONSTANT (1772393400) * G_USEC_PER_SEC);
  gint64 middle_us = (timeline->from_us + timeline->to_us) / 2;
  cairo_rectangle_t area, mirrored;

  cs_health_timeline_add (timeline, timeline->from_us, middle_us, CS_HEALTH_OK);
  cs_health_timeline_add (timeline, middle_us, middle_us + G_TIME_SPAN_MINUTE, CS_HEALTH_WARNING);
  for (int i = 0; i < 2; i++)
    {
      cs_health_timeline_get_area (timeline, i, 300, FALSE, &area);
      cs_health_timeline_get_area (timeline, i, 300, TRUE, &mirrored);
      g_assert_cmpfloat (area.width, >=, 3);
      g_assert_cmpfloat_with_epsilon (area.x + area.width, 300 - mirrored.x, 0.001);
      g_assert_cmpint (cs_health_timeline_find (timeline, area.x + area.width / 2, 300, FALSE), ==, i);
      g_assert_cmpint (cs_health_timeline_find (timeline, mirrored.x + area.width / 2, 300, TRUE), ==, i);
    }
}

static void
append_flapping (CsHealthTimeline *timeline,
                 gint64            from_us,
                 guint             n)
{
  for (guint i = 0; i < n; i++)
    cs_health_timeline_add (timeline, from_us + i * G_TIME_SPAN_MINUTE, from_us + (i + 1) * G_TIME_SPAN_MINUTE,
                            i % 2 == 0 ? CS_HEALTH_WARNING : CS_HEALTH_OK);
}

/* What changed each minute for hours is one span of the worse; a long time of health before it stays what it was. */
static void
test_timeline_joins_short_spans (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (CsHealthTimeline) timeline = cs_health_timeline_new (zone, G_GINT64_CONSTANT (1772393400) * G_USEC_PER_SEC);
  gint64 day_us = timeline->from_us + G_TIME_SPAN_DAY, end_us = day_us + 1200 * G_TIME_SPAN_MINUTE;
  const CsHealthSpan *spans;
  guint n;

  cs_health_timeline_add (timeline, timeline->from_us, day_us, CS_HEALTH_OK);
  append_flapping (timeline, day_us, 1200);
  cs_health_timeline_add (timeline, end_us, timeline->to_us, CS_HEALTH_OK);
  g_assert_cmpuint (timeline->spans->len, ==, 1202);
  cs_health_timeline_join (timeline, 5000);
  g_assert_cmpuint (timeline->spans->len, ==, 1202);
  g_assert_false (g_array_index (timeline->spans, CsHealthSpan, 1).is_mixed);

  cs_health_timeline_join (timeline, 100);
  n = timeline->spans->len;
  spans = &g_array_index (timeline->spans, CsHealthSpan, 0);
  g_assert_cmpuint (n, <=, 100);
  g_assert_cmpuint (n, >=, 3);
  g_assert_cmpint (spans[0].status, ==, CS_HEALTH_OK);
  g_assert_false (spans[0].is_mixed);
  g_assert_cmpint (spans[0].to_us, ==, day_us);
  for (guint i = 1; i < n; i++)
    g_assert_cmpint (spans[i].from_us, ==, spans[i - 1].to_us);
  g_assert_cmpint (spans[1].status, ==, CS_HEALTH_WARNING);
  g_assert_true (spans[1].is_mixed);
  g_assert_cmpint (spans[n - 1].status, ==, CS_HEALTH_OK);
  g_assert_false (spans[n - 1].is_mixed);
  g_assert_cmpint (spans[n - 1].to_us, ==, timeline->to_us);
}

static void
test_chart_equal (void)
{
  g_autoptr (CsBarChart) chart = make_outcomes (31, 9, 1, 6, 0);
  g_autoptr (CsBarChart) same = make_outcomes (31, 9, 1, 6, 0);
  g_autoptr (CsBarChart) more = make_outcomes (31, 9, 1, 7, 0);
  g_autoptr (CsBarChart) morning = cs_hour_chart_new (&(CsMetrics) { 0 }, NULL, 9);
  g_autoptr (CsBarChart) later = cs_hour_chart_new (&(CsMetrics) { 0 }, NULL, 10);

  g_assert_true (cs_bar_chart_equal (chart, same));
  g_assert_false (cs_bar_chart_equal (chart, more));
  g_assert_false (cs_bar_chart_equal (chart, NULL));
  g_assert_false (cs_bar_chart_equal (morning, later));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/axis/steps", test_axis_steps);
  g_test_add_func ("/axis/whole-steps-above-the-data", test_axis_whole_and_above);
  g_test_add_func ("/palette/contrast", test_palette_contrast);
  g_test_add_func ("/palette/keeps-given-colours", test_palette_keeps_given_colours);
  g_test_add_func ("/palette/keeps-hue", test_palette_keeps_hue);
  g_test_add_func ("/outcome-chart/bars", test_outcome_chart_bars);
  g_test_add_func ("/outcome-chart/other-when-any", test_outcome_chart_other_when_any);
  g_test_add_func ("/outcome-chart/no-made-up-percent", test_outcome_chart_no_made_up_percent);
  g_test_add_func ("/hour-chart/trims", test_hour_chart_trims);
  g_test_add_func ("/hour-chart/stacks-parts", test_hour_chart_stacks_parts);
  g_test_add_func ("/part-chart/counts", test_part_chart);
  g_test_add_func ("/health-timeline/days-of-the-zone", test_timeline_days);
  g_test_add_func ("/health-timeline/finds-short-trouble", test_timeline_finds_short_trouble);
  g_test_add_func ("/health-timeline/areas", test_timeline_areas);
  g_test_add_func ("/health-timeline/joins-short-spans", test_timeline_joins_short_spans);
  g_test_add_func ("/bar-chart/equal", test_chart_equal);

  return g_test_run ();
}
