/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-bar-painter.h"
#include "charts/cs-hour-chart.h"
#include "charts/cs-outcome-chart.h"

#include <cairo-svg.h>
#include <math.h>
#include <string.h>

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

static PangoContext *
make_context (cairo_t *cr)
{
  PangoContext *context = pango_cairo_create_context (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans 11");

  pango_context_set_font_description (context, font);
  pango_font_description_free (font);
  return context;
}

static CsBarLayout *
make_layout (CsBarChart *chart,
             int         width,
             int         height,
             gboolean    is_rtl)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  CsBarLayout *layout = cs_bar_layout_new (chart, context, width, height, is_rtl);

  g_object_unref (context);
  return layout;
}

/* Returns (transfer full) the chart on the palette's background. */
static cairo_surface_t *
paint (CsBarLayout      *layout,
       CsPaletteVariant  variant,
       const CsBarState *state)
{
  const CsPalette *palette = cs_palette_get (variant);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, layout->width, layout->height);
  cairo_t *cr = cairo_create (surface);

  gdk_cairo_set_source_rgba (cr, &palette->background);
  cairo_paint (cr);
  cs_bar_painter_draw (layout, cr, palette, state);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint
get_pixel (cairo_surface_t *surface,
           int              x,
           int              y)
{
  const guchar *data = cairo_image_surface_get_data (surface);
  guint32 pixel;

  g_assert_true (x >= 0 && x < cairo_image_surface_get_width (surface));
  g_assert_true (y >= 0 && y < cairo_image_surface_get_height (surface));
  memcpy (&pixel, data + (gsize) y * cairo_image_surface_get_stride (surface) + (gsize) x * 4, sizeof pixel);
  return pixel & 0xffffff;
}

static guint
as_pixel (const GdkRGBA *colour)
{
  return (guint) round (colour->red * 255) << 16 | (guint) round (colour->green * 255) << 8 |
         (guint) round (colour->blue * 255);
}

static guint
count_pixels (cairo_surface_t *surface,
              const GdkRGBA   *colour)
{
  guint n_pixels = 0;

  for (int y = 0; y < cairo_image_surface_get_height (surface); y++)
    {
      for (int x = 0; x < cairo_image_surface_get_width (surface); x++)
        n_pixels += get_pixel (surface, x, y) == as_pixel (colour);
    }
  return n_pixels;
}

static void
test_layout_bars (void)
{
  static const int widths[] = { 240, 300, 360, 480, 900, 1600 };
  CsMetrics metrics = { .hours = { [0] = 1, [23] = 1 } };
  double usual[24] = { [4] = 3 };
  g_autoptr (CsBarChart) outcomes = make_outcomes (31, 9, 1, 6, 2);
  g_autoptr (CsBarChart) hours = cs_hour_chart_new (&metrics, usual, 4);
  CsBarChart *charts[] = { outcomes, hours };

  for (guint i = 0; i < G_N_ELEMENTS (widths) * 4; i++)
    {
      CsBarChart *chart = charts[i & 1];
      gboolean is_rtl = (i & 2) != 0;
      g_autoptr (CsBarLayout) layout = make_layout (chart, widths[i / 4], 240, is_rtl);
      CsBarHeights heights;
      double last_x = 0;

      cs_bar_layout_get_heights (layout, &heights);
      for (guint j = 0; j < chart->n_columns; j++)
        {
          cairo_rectangle_t bar;
          cairo_rectangle_t slot;

          cs_bar_layout_get_bar (layout, &heights, j, &bar);
          cs_bar_layout_get_slot (layout, j, &slot);
          g_assert_cmpfloat (bar.width, <=, 72);
          g_assert_cmpfloat (bar.width, >=, 1);
          g_assert_cmpfloat (bar.x, ==, round (bar.x));
          g_assert_cmpfloat (bar.x - layout->shoulder, >=, 0);
          g_assert_cmpfloat (bar.x + bar.width + layout->shoulder, <=, widths[i / 4]);
          if (j > 0)
            g_assert_cmpfloat (fabs (bar.x - last_x) - bar.width - 2 * layout->shoulder, >=, 2);
          g_assert_cmpint (cs_bar_layout_find_column (layout, bar.x + bar.width / 2, slot.y + 1), ==, j);
          last_x = bar.x;
        }
      g_assert_cmpint (cs_bar_layout_find_column (layout, -1, 100), ==, -1);
      g_assert_cmpint (cs_bar_layout_find_column (layout, widths[i / 4] / 2, 241), ==, -1);
    }
}

static void
test_layout_labels_fit (void)
{
  g_autoptr (CsBarChart) outcomes = make_outcomes (31, 9, 1, 6, 0);
  g_autoptr (CsBarChart) hours = cs_hour_chart_new (&(CsMetrics) { .hours = { [0] = 1, [23] = 1 } }, NULL, 4);
  g_autoptr (CsBarLayout) wide = make_layout (outcomes, 900, 240, FALSE);
  g_autoptr (CsBarLayout) narrow = make_layout (outcomes, 300, 240, FALSE);
  g_autoptr (CsBarLayout) thinned = make_layout (hours, 300, 240, FALSE);
  g_autoptr (CsBarLayout) full = make_layout (hours, 900, 240, FALSE);

  g_assert_cmpint (pango_layout_get_line_count (wide->labels[1]), ==, 1);
  g_assert_cmpstr (pango_layout_get_text (wide->labels[1]), ==, "Answered by voicemail");
  for (int i = 0; i < 4; i++)
    {
      g_assert_cmpint (pango_layout_get_line_count (narrow->labels[i]), <=, 2);
      g_assert_false (pango_layout_is_ellipsized (narrow->labels[i]));
    }

  g_assert_nonnull (full->labels[1]);
  g_assert_null (thinned->labels[1]);
  g_assert_nonnull (thinned->labels[0]);
  for (int i = 0, last = -1; i < 24; i++)
    {
      PangoRectangle extents;

      if (thinned->labels[i] == NULL)
        continue;
      pango_layout_get_pixel_extents (thinned->labels[i], NULL, &extents);
      g_assert_cmpfloat ((i - last) * thinned->slot_width, >, last < 0 ? 0 : extents.width);
      last = i;
    }
}

static void
test_painter_height_and_colour (void)
{
  g_autoptr (CsBarChart) chart = make_outcomes (20, 10, 0, 5, 0);

  for (int variant = 0; variant < CS_N_PALETTE_VARIANTS; variant++)
    {
      static const CsFill fills[] = { CS_FILL_ANSWERED, CS_FILL_VOICEMAIL, CS_FILL_REJECTED, CS_FILL_MISSED };
      const CsPalette *palette = cs_palette_get (variant);
      g_autoptr (CsBarLayout) layout = make_layout (chart, 480, 260, FALSE);
      cairo_surface_t *surface = paint (layout, variant, NULL);
      double baseline = layout->plot.y + layout->plot.height;
      double top = cs_axis_get_top (&layout->axis);

      g_assert_cmpfloat (top, >, 20);
      g_assert_cmpfloat (top, <=, 30);
      for (guint i = 0; i < G_N_ELEMENTS (fills); i++)
        {
          double x = layout->plot.x + (i + 0.5) * layout->slot_width;
          double height = cs_bar_chart_get_total (chart, i) / top * layout->plot.height;

          if (height > 0)
            {
              g_assert_cmphex (get_pixel (surface, x, baseline - height + 2), ==, as_pixel (&palette->fills[fills[i]]));
              g_assert_cmphex (get_pixel (surface, x, baseline - 2), ==, as_pixel (&palette->fills[fills[i]]));
              g_assert_cmphex (get_pixel (surface, x, baseline - height - 2), ==, as_pixel (&palette->background));
              /* The corners are round. */
              g_assert_cmphex (get_pixel (surface, x - layout->bar_width / 2 + 1, baseline - height), !=,
                               as_pixel (&palette->fills[fills[i]]));
            }
          else
            {
              g_assert_cmphex (get_pixel (surface, x, baseline - 1), ==, as_pixel (&palette->background));
            }
        }
      cairo_surface_destroy (surface);
    }
}

static void
test_painter_one_among_thousands (void)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_LIGHT);
  g_autoptr (CsBarChart) chart = make_outcomes (100000, 0, 0, 1, 0);
  g_autoptr (CsBarLayout) layout = make_layout (chart, 480, 260, FALSE);
  cairo_surface_t *surface = paint (layout, CS_PALETTE_LIGHT, NULL);

  g_assert_cmphex (get_pixel (surface, layout->plot.x + 3.5 * layout->slot_width,
                              layout->plot.y + layout->plot.height - 1), ==, as_pixel (&palette->fills[CS_FILL_MISSED]));
  cairo_surface_destroy (surface);
}

static void
test_painter_mirrors (void)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_LIGHT);
  g_autoptr (CsBarChart) chart = make_outcomes (20, 0, 0, 5, 0);
  g_autoptr (CsBarLayout) layout = make_layout (chart, 480, 260, TRUE);
  cairo_surface_t *surface = paint (layout, CS_PALETTE_LIGHT, NULL);
  double baseline = layout->plot.y + layout->plot.height;

  g_assert_cmpfloat (layout->plot.x, ==, 0);
  g_assert_cmpfloat (layout->plot.width, <, 480);
  g_assert_cmphex (get_pixel (surface, layout->slot_width / 2, baseline - 2), ==, as_pixel (&palette->fills[CS_FILL_MISSED]));
  g_assert_cmphex (get_pixel (surface, layout->slot_width * 3.5, baseline - 2), ==,
                   as_pixel (&palette->fills[CS_FILL_ANSWERED]));
  cairo_surface_destroy (surface);
}

static void
test_painter_usual_behind (void)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_DARK);
  CsMetrics metrics = { .hours = { [8] = 2, [9] = 8 } };
  double usual[24] = { [8] = 8, [9] = 2 };
  g_autoptr (CsBarChart) chart = cs_hour_chart_new (&metrics, usual, 9);
  g_autoptr (CsBarLayout) layout = make_layout (chart, 480, 260, FALSE);
  cairo_surface_t *surface = paint (layout, CS_PALETTE_DARK, NULL);
  double baseline = layout->plot.y + layout->plot.height;
  double x = layout->plot.x + layout->slot_width / 2;

  g_assert_cmphex (get_pixel (surface, x, baseline - 4), ==, as_pixel (&palette->fills[CS_FILL_CALLS]));
  g_assert_cmphex (get_pixel (surface, x, layout->plot.y + layout->plot.height / 2), ==, as_pixel (&palette->usual));
  x += layout->slot_width;
  g_assert_cmphex (get_pixel (surface, x, layout->plot.y + layout->plot.height / 2), ==,
                   as_pixel (&palette->fills[CS_FILL_CALLS]));
  /* The marker's tip is above the present hour. */
  g_assert_cmphex (get_pixel (surface, x, layout->plot.y - 4), ==, as_pixel (&palette->marker));
  cairo_surface_destroy (surface);
}

static void
test_painter_stacks (void)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_LIGHT);
  g_autoptr (CsBarChart) chart = cs_bar_chart_new ("Stack", CS_BAR_LABELS_THIN);
  g_autoptr (CsBarLayout) layout = NULL;
  CsBarColumn *column;
  cairo_surface_t *surface;
  double baseline;
  double step;
  double x;

  cs_bar_chart_add_part (chart, "Answered", CS_FILL_ANSWERED);
  cs_bar_chart_add_part (chart, "Missed", CS_FILL_MISSED);
  column = cs_bar_chart_add_column (chart, 0, "0", "0", "0");
  column->values[0] = 2;
  column->values[1] = 1;
  layout = make_layout (chart, 300, 260, FALSE);
  surface = paint (layout, CS_PALETTE_LIGHT, NULL);

  baseline = layout->plot.y + layout->plot.height;
  step = layout->plot.height / cs_axis_get_top (&layout->axis);
  x = layout->plot.x + layout->slot_width / 2;
  g_assert_cmpuint (layout->n_legend_entries, ==, 2);
  g_assert_cmphex (get_pixel (surface, x, baseline - step), ==, as_pixel (&palette->fills[CS_FILL_ANSWERED]));
  g_assert_cmphex (get_pixel (surface, x, baseline - 2 * step + 3), ==, as_pixel (&palette->fills[CS_FILL_ANSWERED]));
  g_assert_cmphex (get_pixel (surface, x, baseline - 2 * step - 3), ==, as_pixel (&palette->fills[CS_FILL_MISSED]));
  cairo_surface_destroy (surface);
}

static void
test_painter_state (void)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_LIGHT);
  g_autoptr (CsBarChart) chart = make_outcomes (20, 10, 0, 5, 0);
  g_autoptr (CsBarLayout) layout = make_layout (chart, 480, 260, FALSE);
  CsBarHeights flat = { .top = 25 };
  CsBarState state = { .heights = &flat, .hovered = 1, .focused = 2, .bubble = "Answered by voicemail: 10 of 35 (29 %)" };
  cairo_surface_t *plain = paint (layout, CS_PALETTE_LIGHT, NULL);
  cairo_surface_t *surface = paint (layout, CS_PALETTE_LIGHT, &state);

  g_assert_cmpuint (count_pixels (plain, &palette->focus), ==, 0);
  g_assert_cmpuint (count_pixels (plain, &palette->hover), ==, 0);
  g_assert_cmpuint (count_pixels (plain, &palette->bubble), ==, 0);
  g_assert_cmpuint (count_pixels (surface, &palette->focus), >, 300);
  g_assert_cmpuint (count_pixels (surface, &palette->hover), >, 3000);
  g_assert_cmpuint (count_pixels (surface, &palette->bubble), >, 1000);
  /* At the beginning of an animation there is no bar, only the shape in the label. */
  g_assert_cmpuint (count_pixels (plain, &palette->fills[CS_FILL_ANSWERED]), >, 3000);
  g_assert_cmpuint (count_pixels (surface, &palette->fills[CS_FILL_ANSWERED]), <, 300);
  cairo_surface_destroy (plain);
  cairo_surface_destroy (surface);
}

static void
test_painter_zero (void)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_LIGHT);
  g_autoptr (CsBarChart) chart = make_outcomes (0, 0, 0, 0, 0);
  g_autoptr (CsBarLayout) layout = make_layout (chart, 480, 260, FALSE);
  cairo_surface_t *surface = paint (layout, CS_PALETTE_LIGHT, NULL);
  double baseline = layout->plot.y + layout->plot.height;

  g_assert_cmpuint (layout->axis.n_steps, ==, 1);
  for (double x = layout->plot.x; x < 480; x++)
    g_assert_cmphex (get_pixel (surface, x, baseline - 1), ==, as_pixel (&palette->background));
  g_assert_cmphex (get_pixel (surface, layout->plot.x + 5, baseline), ==, as_pixel (&palette->baseline));
  cairo_surface_destroy (surface);
}

static void
test_painter_hostile (void)
{
  static const double values[] = { 1e15, -5, NAN, INFINITY, 1e300, 0.3, -INFINITY, 0 };
  static const int sizes[][2] = { { 300, 180 }, { 1, 1 }, { 20, 300 }, { 900, 10 }, { 0, -5 } };
  g_autofree char *long_label = g_strnfill (5000, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (sizes) * 4; i++)
    {
      gboolean is_sequence = (i & 1) != 0;
      g_autoptr (CsBarChart) chart = cs_bar_chart_new ("", is_sequence ? CS_BAR_LABELS_THIN : CS_BAR_LABELS_WRAP);
      g_autoptr (CsBarLayout) layout = NULL;
      CsBarState state = { .hovered = 1, .focused = 999, .bubble = long_label };

      cs_bar_chart_add_part (chart, long_label, CS_FILL_ANSWERED);
      cs_bar_chart_add_part (chart, "", CS_FILL_OTHER);
      chart->usual_name = g_strdup (long_label);
      chart->marker_name = g_strdup (long_label);
      for (guint j = 0; j < G_N_ELEMENTS (values); j++)
        {
          const char *label = j == 0 ? long_label : j == 1 ? "" : j == 2 ? "a\xff\xfe" "b" : "one two three\nfour five";
          CsBarColumn *column = cs_bar_chart_add_column (chart, j, label, label, "");

          column->values[0] = values[j];
          column->values[1] = values[G_N_ELEMENTS (values) - 1 - j];
          column->usual = values[j];
          g_assert_cmpfloat (cs_bar_chart_get_value (chart, j, 0), >=, 0);
          g_assert_cmpfloat (cs_bar_chart_get_value (chart, j, 0), <=, 1e15);
        }
      chart->marked = G_N_ELEMENTS (values) - 1;

      layout = make_layout (chart, sizes[i / 4][0], sizes[i / 4][1], (i & 2) != 0);
      cairo_surface_destroy (paint (layout, CS_PALETTE_LIGHT, &state));
    }
}

static void
test_painter_empty (void)
{
  g_autoptr (CsBarChart) wrapped = cs_bar_chart_new ("Nothing", CS_BAR_LABELS_WRAP);
  g_autoptr (CsBarChart) thinned = cs_bar_chart_new ("Nothing", CS_BAR_LABELS_THIN);
  g_autoptr (CsBarLayout) wrapped_layout = make_layout (wrapped, 300, 200, FALSE);
  g_autoptr (CsBarLayout) thinned_layout = make_layout (thinned, 300, 200, FALSE);
  CsBarState state = { .hovered = 0, .focused = 0, .bubble = "x" };

  cairo_surface_destroy (paint (wrapped_layout, CS_PALETTE_LIGHT, &state));
  cairo_surface_destroy (paint (thinned_layout, CS_PALETTE_LIGHT, &state));
  g_assert_cmpint (cs_bar_layout_find_column (wrapped_layout, 150, 100), ==, -1);
}

static cairo_status_t
append_cb (void                *closure,
           const unsigned char *data,
           unsigned int         length)
{
  g_string_append_len (closure, (const char *) data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
test_painter_svg (void)
{
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (CsBarChart) chart = make_outcomes (31, 9, 1, 6, 0);
  g_autoptr (CsBarLayout) layout = NULL;
  PangoContext *context;
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream (append_cb, svg, 480, 260);
  cairo_t *cr = cairo_create (surface);

  context = make_context (cr);
  layout = cs_bar_layout_new (chart, context, 480, 260, FALSE);
  cs_bar_painter_draw (layout, cr, cs_palette_get (CS_PALETTE_LIGHT), NULL);
  g_object_unref (context);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);

  g_assert_nonnull (strstr (svg->str, "</svg>"));
  /* Red as it was given, and drawn as a shape, not as a picture. */
  g_assert_true (strstr (svg->str, "rgb(100%, 0%, 0%)") != NULL || strstr (svg->str, "rgb(100%,0%,0%)") != NULL);
  g_assert_null (strstr (svg->str, "<image"));
}

static void
test_heights_mix (void)
{
  CsBarHeights from = { .values = { { 10 } }, .usual = { 4 }, .top = 20 };
  CsBarHeights to = { .values = { { 20 } }, .usual = { 0 }, .top = 40 };
  CsBarHeights heights;

  cs_bar_heights_mix (&from, &to, 0.5, &heights);
  g_assert_cmpfloat (heights.values[0][0], ==, 15);
  g_assert_cmpfloat (heights.usual[0], ==, 2);
  g_assert_cmpfloat (heights.top, ==, 30);
  cs_bar_heights_mix (&from, &to, 1, &heights);
  g_assert_cmpfloat (heights.values[0][0], ==, 20);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bar-layout/bars", test_layout_bars);
  g_test_add_func ("/bar-layout/labels-fit", test_layout_labels_fit);
  g_test_add_func ("/bar-painter/height-and-colour", test_painter_height_and_colour);
  g_test_add_func ("/bar-painter/one-among-thousands", test_painter_one_among_thousands);
  g_test_add_func ("/bar-painter/mirrors", test_painter_mirrors);
  g_test_add_func ("/bar-painter/usual-behind", test_painter_usual_behind);
  g_test_add_func ("/bar-painter/stacks", test_painter_stacks);
  g_test_add_func ("/bar-painter/state", test_painter_state);
  g_test_add_func ("/bar-painter/zero", test_painter_zero);
  g_test_add_func ("/bar-painter/hostile", test_painter_hostile);
  g_test_add_func ("/bar-painter/empty", test_painter_empty);
  g_test_add_func ("/bar-painter/svg", test_painter_svg);
  g_test_add_func ("/bar-heights/mix", test_heights_mix);

  return g_test_run ();
}
