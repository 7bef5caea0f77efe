/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-bar-painter.h"
#include "charts/cs-chart-bubble.h"
#include "charts/cs-mark.h"

#include <math.h>

#define MAX_RADIUS 6
#define LABEL_GAP 3

/* What the steps of one drawing share. */
typedef struct {
  const CsBarLayout *layout;
  const CsBarHeights *heights;
  const CsBarState *state;
  const CsPalette *palette;
  cairo_t *cr;
} CsBarPainter;

static gboolean
has_column (const CsBarLayout *layout,
            int                column)
{
  return column >= 0 && column < (int) layout->chart->n_columns;
}

static void
set_colour (const CsBarPainter *self,
            const GdkRGBA      *colour)
{
  cairo_set_source_rgba (self->cr, colour->red, colour->green, colour->blue, colour->alpha);
}

/* x: of the left edge, the middle or the right edge, as align (0, 0.5, 1) says. */
static void
draw_text (const CsBarPainter *self,
           PangoLayout        *text,
           double              x,
           double              y,
           double              align,
           const GdkRGBA      *colour)
{
  PangoRectangle extents;

  pango_layout_get_pixel_extents (text, NULL, &extents);
  set_colour (self, colour);
  cairo_move_to (self->cr, round (x - extents.width * align) - extents.x, round (y));
  pango_cairo_show_layout (self->cr, text);
}

static void
trace_bar (const CsBarPainter      *self,
           const cairo_rectangle_t *bar)
{
  double radius = MIN (MIN (MAX_RADIUS, bar->width / 3), bar->height);
  double right = bar->x + bar->width;
  double bottom = bar->y + bar->height;

  cairo_new_path (self->cr);
  cairo_move_to (self->cr, bar->x, bottom);
  cairo_arc (self->cr, bar->x + radius, bar->y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_arc (self->cr, right - radius, bar->y + radius, radius, -G_PI_2, 0);
  cairo_line_to (self->cr, right, bottom);
  cairo_close_path (self->cr);
}

static void
get_total_area (const CsBarPainter *self,
                guint               column,
                cairo_rectangle_t  *area)
{
  const CsBarLayout *layout = self->layout;
  PangoRectangle extents;
  cairo_rectangle_t bar;

  cs_bar_layout_get_bar (layout, self->heights, column, &bar);
  pango_layout_get_pixel_extents (layout->totals[column], NULL, &extents);
  area->x = round (bar.x + (bar.width - extents.width) / 2);
  area->y = MAX (bar.y, layout->plot.y) - extents.height - 2;
  area->width = extents.width;
  area->height = extents.height;
}

/* Lines must not run through the numbers above the bars. */
static void
clip_out_totals (const CsBarPainter *self)
{
  const CsBarLayout *layout = self->layout;
  cairo_rectangle_t area;

  cairo_new_path (self->cr);
  for (guint i = 0; i < layout->chart->n_columns; i++)
    {
      if (layout->totals[i] == NULL)
        continue;

      get_total_area (self, i, &area);
      cairo_rectangle (self->cr, area.x - 3, area.y, area.width + 6, area.height);
    }
  cairo_rectangle (self->cr, 0, 0, layout->width, layout->height);
  cairo_set_fill_rule (self->cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_clip (self->cr);
}

static void
draw_axis (const CsBarPainter *self)
{
  const CsBarLayout *layout = self->layout;
  double axis_x = layout->is_rtl ? layout->width : layout->plot.x - 8;

  cairo_save (self->cr);
  clip_out_totals (self);
  cairo_set_line_width (self->cr, 1);
  for (guint i = 0; i <= layout->axis.n_steps; i++)
    {
      double value = i * layout->axis.step;
      double y = round (layout->plot.y + layout->plot.height * (1 - value / self->heights->top));
      PangoLayout *text = layout->tick_labels[i];

      /* While the axis grows, its upper end is still outside. */
      if (y < layout->plot.y - 1)
        break;

      set_colour (self, i == 0 ? &self->palette->baseline : &self->palette->grid);
      cairo_move_to (self->cr, layout->plot.x, y + 0.5);
      cairo_line_to (self->cr, layout->plot.x + layout->plot.width, y + 0.5);
      cairo_stroke (self->cr);
      draw_text (self, text, axis_x, y - layout->line_height / 2, 1, &self->palette->dim_text);
    }
  cairo_restore (self->cr);
}

static void
draw_hover (const CsBarPainter *self,
            int                 column)
{
  cairo_rectangle_t slot;

  cs_bar_layout_get_slot (self->layout, column, &slot);
  cairo_new_path (self->cr);
  cs_mark_trace_rounded (self->cr, slot.x, slot.y, slot.width, slot.height, MAX_RADIUS);
  set_colour (self, &self->palette->hover);
  cairo_fill (self->cr);
}

static void
draw_focus (const CsBarPainter *self,
            int                 column)
{
  cairo_rectangle_t slot;

  cs_bar_layout_get_slot (self->layout, column, &slot);
  cairo_new_path (self->cr);
  cs_mark_trace_rounded (self->cr, slot.x + 1, slot.y + 1, slot.width - 2, slot.height - 2, MAX_RADIUS);
  cairo_set_line_width (self->cr, 2);
  set_colour (self, &self->palette->focus);
  cairo_stroke (self->cr);
}

static void
draw_usual (const CsBarPainter *self,
            guint               column)
{
  const CsBarLayout *layout = self->layout;
  cairo_rectangle_t bar;

  if (!(self->heights->usual[column] > 0))
    return;

  cs_bar_layout_get_bar (layout, self->heights, column, &bar);
  bar.x -= layout->shoulder;
  bar.width += 2 * layout->shoulder;
  bar.y = cs_bar_layout_get_y (layout, self->heights, self->heights->usual[column]);
  bar.height = layout->plot.y + layout->plot.height - bar.y;
  trace_bar (self, &bar);
  set_colour (self, &self->palette->usual);
  cairo_fill (self->cr);
}

/* The parts are cut out of one shape, so that only the uppermost is round; a gap of one pixel parts them. */
static void
draw_bar (const CsBarPainter *self,
          guint               column)
{
  const CsBarLayout *layout = self->layout;
  cairo_rectangle_t bar;
  double total = 0;
  double bottom;

  cs_bar_layout_get_bar (layout, self->heights, column, &bar);
  if (bar.height <= 0)
    return;

  for (guint i = 0; i < layout->chart->n_parts; i++)
    total += self->heights->values[column][i];

  cairo_save (self->cr);
  trace_bar (self, &bar);
  cairo_clip (self->cr);

  bottom = bar.y + bar.height;
  for (guint i = 0; i < layout->chart->n_parts; i++)
    {
      double height = self->heights->values[column][i] / total * bar.height;
      double gap = bottom < bar.y + bar.height ? 1 : 0;
      double top = round (bottom - height);

      if (!(height > 0))
        continue;

      cairo_rectangle (self->cr, bar.x, top, bar.width, MAX (round (bottom) - gap - top, 1));
      set_colour (self, &self->palette->fills[layout->chart->parts[i].fill]);
      cairo_fill (self->cr);
      bottom -= height;
    }
  cairo_restore (self->cr);
}

/* The shape of the category is that of the column's largest part. */
static CsFill
get_column_fill (const CsBarPainter *self,
                 guint               column)
{
  const CsBarChart *chart = self->layout->chart;
  guint largest = MIN (column, chart->n_parts - 1);

  for (guint i = 0; i < chart->n_parts; i++)
    {
      if (cs_bar_chart_get_value (chart, column, i) > cs_bar_chart_get_value (chart, column, largest))
        largest = i;
    }
  return chart->parts[largest].fill;
}

static void
draw_label (const CsBarPainter *self,
            guint               column)
{
  const CsBarLayout *layout = self->layout;
  gboolean is_marked = (int) column == layout->chart->marked;
  const GdkRGBA *colour = is_marked ? &self->palette->text : &self->palette->dim_text;
  cairo_rectangle_t slot;
  PangoRectangle extents;
  double middle;
  double y = layout->label_top;

  if (layout->labels[column] == NULL)
    return;

  cs_bar_layout_get_slot (layout, column, &slot);
  middle = slot.x + slot.width / 2;
  if (layout->chart->labels == CS_BAR_LABELS_WRAP && layout->chart->n_parts > 0)
    {
      CsFill fill = get_column_fill (self, column);

      cairo_new_path (self->cr);
      cs_mark_trace (self->cr, fill, round (middle - layout->mark_size / 2), y, layout->mark_size);
      set_colour (self, &self->palette->fills[fill]);
      cairo_fill (self->cr);
      y += layout->mark_size + LABEL_GAP;
    }

  pango_layout_get_pixel_extents (layout->labels[column], NULL, &extents);
  middle = CLAMP (middle, extents.width / 2.0, MAX (layout->width - extents.width / 2.0, extents.width / 2.0));
  draw_text (self, layout->labels[column], middle, y, 0.5, colour);
}

static void
draw_total (const CsBarPainter *self,
            guint               column)
{
  cairo_rectangle_t area;

  if (self->layout->totals[column] == NULL)
    return;

  get_total_area (self, column, &area);
  draw_text (self, self->layout->totals[column], area.x, area.y, 0, &self->palette->text);
}

/* A word at the top and a line down to the bar: it must be found at a glance and hide nothing. */
static void
draw_marker (const CsBarPainter *self)
{
  const CsBarLayout *layout = self->layout;
  cairo_rectangle_t slot;
  cairo_rectangle_t bar;
  PangoRectangle extents;
  double middle;
  double x;

  if (layout->marker == NULL || !has_column (layout, layout->chart->marked))
    return;

  cs_bar_layout_get_slot (layout, layout->chart->marked, &slot);
  cs_bar_layout_get_bar (layout, self->heights, layout->chart->marked, &bar);
  pango_layout_get_pixel_extents (layout->marker, NULL, &extents);
  middle = bar.x + bar.width / 2;
  x = CLAMP (middle - extents.width / 2.0, 0, MAX (layout->width - extents.width, 0));
  draw_text (self, layout->marker, x, slot.y, 0, &self->palette->marker);

  set_colour (self, &self->palette->marker);
  cairo_move_to (self->cr, middle - 4, layout->plot.y - 5);
  cairo_line_to (self->cr, middle + 4, layout->plot.y - 5);
  cairo_line_to (self->cr, middle, layout->plot.y);
  cairo_close_path (self->cr);
  cairo_fill (self->cr);
}

static void
draw_legend (const CsBarPainter *self)
{
  const CsBarLayout *layout = self->layout;
  double mark_y = round ((layout->line_height - layout->mark_size) / 2);

  for (guint i = 0; i < layout->n_legend_entries; i++)
    {
      const CsBarLegendEntry *entry = &layout->legend[i];
      CsFill fill = entry->part >= 0 ? layout->chart->parts[entry->part].fill : CS_FILL_CALLS;
      double mark_x = layout->is_rtl ? entry->x + entry->width - layout->mark_size : entry->x;
      double text_x = layout->is_rtl ? entry->x : entry->x + entry->width;

      cairo_new_path (self->cr);
      cs_mark_trace (self->cr, fill, mark_x, entry->y + mark_y, layout->mark_size);
      set_colour (self, entry->part >= 0 ? &self->palette->fills[fill] : &self->palette->usual);
      cairo_fill (self->cr);
      draw_text (self, entry->text, text_x, entry->y, layout->is_rtl ? 0 : 1, &self->palette->dim_text);
    }
}

/* Above the bar if there is room, and always within the chart. */
static void
draw_bubble (const CsBarPainter *self,
             int                 column)
{
  const CsBarLayout *layout = self->layout;
  PangoContext *context = pango_layout_get_context (layout->tick_labels[0]);
  cairo_rectangle_t bar;
  double width;
  double height;

  cs_bar_layout_get_bar (layout, self->heights, column, &bar);
  cs_chart_bubble_measure (context, self->state->bubble, layout->width, &width, &height);
  cs_chart_bubble_draw (self->cr, context, self->palette, self->state->bubble, layout->width, bar.x + bar.width / 2,
                        MAX (bar.y - layout->head - height - 2, 0));
}

/* Draws the chart at the origin of cr, over what is there. palette: made for the background. state: (nullable). */
void
cs_bar_painter_draw (const CsBarLayout *layout,
                     cairo_t           *cr,
                     const CsPalette   *palette,
                     const CsBarState  *state)
{
  static const CsBarState no_state = { .hovered = -1, .focused = -1 };
  CsBarHeights own_heights;
  CsBarPainter self = { .layout = layout, .state = state != NULL ? state : &no_state, .palette = palette, .cr = cr };
  int hovered;
  int focused;

  g_return_if_fail (layout != NULL && cr != NULL && palette != NULL);

  self.heights = self.state->heights;
  if (self.heights == NULL)
    {
      cs_bar_layout_get_heights (layout, &own_heights);
      self.heights = &own_heights;
    }

  hovered = has_column (layout, self.state->hovered) ? self.state->hovered : -1;
  focused = has_column (layout, self.state->focused) ? self.state->focused : -1;

  cairo_save (cr);
  if (hovered >= 0)
    draw_hover (&self, hovered);
  draw_axis (&self);
  for (guint i = 0; i < layout->chart->n_columns; i++)
    {
      draw_usual (&self, i);
      draw_bar (&self, i);
      draw_total (&self, i);
      draw_label (&self, i);
    }
  draw_marker (&self);
  draw_legend (&self);
  if (focused >= 0)
    draw_focus (&self, focused);
  if (self.state->bubble != NULL && (hovered >= 0 || focused >= 0))
    draw_bubble (&self, hovered >= 0 ? hovered : focused);
  cairo_restore (cr);
}
