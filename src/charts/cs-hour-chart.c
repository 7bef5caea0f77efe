/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-axis.h"
#include "charts/cs-hour-chart.h"
#include "charts/cs-part-chart.h"

#include <glib/gi18n.h>
#include <math.h>

/* Always shown, so that the axis stands still through an ordinary day. */
#define FIRST_HOUR 8
#define LAST_HOUR 18

static char *
describe_hour (double count,
               double usual)
{
  g_autofree char *count_text = cs_axis_format_value (count);
  g_autofree char *usual_text = NULL;
  g_autofree char *text = NULL;

  text = g_strdup_printf (ngettext ("%s call", "%s calls", MIN (count, G_MAXINT)), count_text);
  if (!(round (usual) >= 1))
    return g_steal_pointer (&text);

  usual_text = cs_axis_format_value (round (usual));
  /* Translators: the calls of one hour, and how many are usual in this hour on this weekday: "5 calls, usually 4". */
  return g_strdup_printf (C_("chart", "%s, usually %s"), text, usual_text);
}

/* Widens the hours from first to last until those with calls are among them. */
static void
include_busy_hours (const CsMetrics *metrics,
                    int             *first,
                    int             *last)
{
  for (int hour = 0; hour < 24; hour++)
    {
      if (metrics->hours[hour] == 0)
        continue;
      *first = MIN (*first, hour);
      *last = MAX (*last, hour);
    }
}

/* "23 calls: Answered 15, Missed 8". */
static char *
describe_parts (const CsMetrics *metrics,
                int              hour,
                const CsPart    *parts,
                guint            n_parts)
{
  g_autofree char *total = describe_hour (metrics->hours[hour], 0);
  g_autoptr (GString) text = g_string_new (total);
  gboolean is_first = TRUE;

  for (guint i = 0; i < n_parts; i++)
    {
      g_autofree char *count = NULL;

      if (metrics->parts_by_hour[hour][parts[i]] == 0)
        continue;
      count = cs_axis_format_value (metrics->parts_by_hour[hour][parts[i]]);
      g_string_append (text, is_first ? C_("chart, before a list", ": ") : C_("chart, in a list", ", "));
      /* Translators: how calls ended, and how many did: "Missed 8". */
      g_string_append_printf (text, C_("chart", "%s %s"), cs_part_get_word (parts[i]), count);
      is_first = FALSE;
    }
  return g_strdup (text->str);
}

static CsBarColumn *
add_hour (CsBarChart *chart,
          int         hour,
          const char *text)
{
  g_autofree char *label = g_strdup_printf ("%d", hour);
  g_autofree char *name = g_strdup_printf ("%02d:00–%02d:00", hour, hour + 1);

  return cs_bar_chart_add_column (chart, hour, label, name, text);
}

static void
mark_present (CsBarChart *chart,
              int         present_hour)
{
  if (present_hour < 0)
    return;
  chart->marked = cs_bar_chart_find_column (chart, present_hour);
  chart->marker_name = g_strdup (C_("chart", "now"));
}

/*
 * Calls by the hour in which they began; a column's id is its hour. Outside a usual working day, hours before the first and
 * after the last call are left out.
 * incoming: the day's calls. usual_hours: (nullable) the same on a usual such day. present_hour: 0 … 23, or -1 where the day
 * isn't today.
 */
CsBarChart *
cs_hour_chart_new (const CsMetrics *incoming,
                   const double     usual_hours[24],
                   int              present_hour)
{
  CsBarChart *chart;
  int first = FIRST_HOUR;
  int last = LAST_HOUR;
  gboolean has_usual = FALSE;

  g_return_val_if_fail (incoming != NULL, NULL);
  g_return_val_if_fail (present_hour < 24, NULL);

  for (int hour = 0; hour < 24; hour++)
    {
      gboolean is_usual = usual_hours != NULL && round (usual_hours[hour]) >= 1;

      has_usual = has_usual || is_usual;
      if (incoming->hours[hour] > 0 || is_usual || hour == present_hour)
        {
          first = MIN (first, hour);
          last = MAX (last, hour);
        }
    }

  chart = cs_bar_chart_new (_("Calls by hour"), CS_BAR_LABELS_THIN);
  cs_bar_chart_add_part (chart, _("Today"), CS_FILL_CALLS);
  if (has_usual)
    chart->usual_name = g_strdup (_("Usual for this weekday"));

  for (int hour = first; hour <= last; hour++)
    {
      double count = incoming->hours[hour];
      double usual = has_usual ? usual_hours[hour] : 0;
      g_autofree char *text = describe_hour (count, usual);
      CsBarColumn *column = add_hour (chart, hour, text);

      column->values[0] = count;
      column->usual = usual;
    }

  mark_present (chart, present_hour);
  return chart;
}

/*
 * The same for the calls of any period, each hour a stack of how they ended. present_hour: 0 … 23, or -1 where the period
 * isn't today alone.
 */
CsBarChart *
cs_hour_chart_new_by_part (const CsMetrics *metrics,
                           int              present_hour)
{
  CsBarChart *chart;
  CsPart parts[CS_N_PARTS];
  guint n_parts;
  int first = FIRST_HOUR;
  int last = LAST_HOUR;

  g_return_val_if_fail (metrics != NULL, NULL);
  g_return_val_if_fail (present_hour < 24, NULL);

  include_busy_hours (metrics, &first, &last);
  if (present_hour >= 0)
    {
      first = MIN (first, present_hour);
      last = MAX (last, present_hour);
    }
  chart = cs_bar_chart_new (_("Calls by hour"), CS_BAR_LABELS_THIN);
  n_parts = cs_part_list_shown (metrics, parts);
  for (guint i = 0; i < n_parts; i++)
    cs_bar_chart_add_part (chart, cs_part_get_word (parts[i]), cs_part_get_fill (parts[i]));

  for (int hour = first; hour <= last; hour++)
    {
      g_autofree char *text = describe_parts (metrics, hour, parts, n_parts);
      CsBarColumn *column = add_hour (chart, hour, text);

      for (guint i = 0; i < n_parts; i++)
        column->values[i] = metrics->parts_by_hour[hour][parts[i]];
    }
  mark_present (chart, present_hour);
  return chart;
}
