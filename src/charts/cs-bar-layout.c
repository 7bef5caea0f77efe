/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-bar-layout.h"

#include <math.h>

#define MAX_BAR_WIDTH 72
#define MIN_GAP 2
#define LEGEND_SPACING 16
#define LABEL_SPACING 6
#define LABEL_MARGIN 8

static double
get_text_width (PangoLayout *text)
{
  PangoRectangle extents;

  pango_layout_get_pixel_extents (text, NULL, &extents);
  return extents.width;
}

static double
get_text_height (PangoLayout *text)
{
  PangoRectangle extents;

  pango_layout_get_pixel_extents (text, NULL, &extents);
  return extents.height;
}

static void
limit_text (PangoLayout *text,
            double       width)
{
  pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (text, MAX (width, 1) * PANGO_SCALE);
}

static void
add_legend_entry (CsBarLayout  *self,
                  PangoContext *context,
                  const char   *name,
                  int           part)
{
  CsBarLegendEntry *entry = &self->legend[self->n_legend_entries++];
  double mark_width = self->mark_size + LABEL_SPACING;

  entry->part = part;
  entry->text = cs_bar_layout_create_text (context, name, PANGO_SCALE_SMALL, FALSE);
  if (mark_width + get_text_width (entry->text) > self->width)
    limit_text (entry->text, self->width - mark_width);
  entry->width = mark_width + get_text_width (entry->text);
}

/* A chart of categories says in its labels what a legend would. Returns the legend's height. */
static double
create_legend (CsBarLayout  *self,
               PangoContext *context)
{
  const CsBarChart *chart = self->chart;
  double row_height = self->line_height + 4;
  double x = 0;
  double y = 0;

  if (chart->labels == CS_BAR_LABELS_WRAP || (chart->n_parts < 2 && chart->usual_name == NULL))
    return 0;

  for (guint i = 0; i < chart->n_parts; i++)
    add_legend_entry (self, context, chart->parts[i].name, i);
  if (chart->usual_name != NULL)
    add_legend_entry (self, context, chart->usual_name, -1);

  for (guint i = 0; i < self->n_legend_entries; i++)
    {
      CsBarLegendEntry *entry = &self->legend[i];

      if (x > 0 && x + entry->width > self->width)
        {
          x = 0;
          y += row_height;
        }
      entry->x = self->is_rtl ? self->width - x - entry->width : x;
      entry->y = y;
      x += entry->width + LEGEND_SPACING;
    }
  return y + row_height + LABEL_SPACING;
}

/* Returns the width of the axis's labels. */
static double
create_ticks (CsBarLayout  *self,
              PangoContext *context,
              double        plot_height)
{
  double max_steps = CLAMP (floor (plot_height / (2.2 * self->line_height)), 1, CS_BAR_LAYOUT_MAX_STEPS);
  double width = 0;

  cs_axis_init (&self->axis, cs_bar_chart_get_highest (self->chart), max_steps);
  for (guint i = 0; i <= self->axis.n_steps; i++)
    {
      g_autofree char *text = cs_axis_format_value (i * self->axis.step);

      self->tick_labels[i] = cs_bar_layout_create_text (context, text, PANGO_SCALE_SMALL, FALSE);
      width = MAX (width, get_text_width (self->tick_labels[i]));
    }
  return width;
}

/* Two lines where the words fit, else one line with an ellipsis: a word broken in the middle reads worse than one cut short. */
static PangoLayout *
create_wrapped_label (const CsBarLayout *self,
                      PangoContext      *context,
                      const char        *label,
                      double             margin)
{
  double width = self->slot_width - margin;
  PangoLayout *text = cs_bar_layout_create_text (context, label, PANGO_SCALE_SMALL, FALSE);

  pango_layout_set_alignment (text, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (text, PANGO_WRAP_WORD);
  pango_layout_set_width (text, MAX (width, 1) * PANGO_SCALE);
  if (get_text_width (text) > width)
    pango_layout_set_single_paragraph_mode (text, TRUE);
  else
    pango_layout_set_height (text, -2);
  pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_END);
  return text;
}

/* If one label is too long, all are shortened: they are read side by side. */
static void
create_wrapped_labels (CsBarLayout  *self,
                       PangoContext *context)
{
  double height = self->line_height;
  gboolean is_cut = FALSE;

  for (guint i = 0; i < self->chart->n_columns; i++)
    {
      self->labels[i] = create_wrapped_label (self, context, self->chart->columns[i].label, LABEL_MARGIN);
      is_cut = is_cut || pango_layout_is_ellipsized (self->labels[i]);
    }

  for (guint i = 0; i < self->chart->n_columns; i++)
    {
      const char *short_label = self->chart->columns[i].short_label;

      if (is_cut && short_label != NULL)
        {
          g_object_unref (self->labels[i]);
          self->labels[i] = create_wrapped_label (self, context, short_label, MIN_GAP);
        }
      height = MAX (height, get_text_height (self->labels[i]));
    }
  self->label_bottom = self->height;
  self->label_top = self->height - height - self->mark_size - LABEL_SPACING;
}

/* Shows the labels whose id is a multiple of the smallest number that gives them room, so that hours read 8, 10, 12. */
static void
create_thinned_labels (CsBarLayout  *self,
                       PangoContext *context)
{
  static const guint intervals[] = { 1, 2, 3, 4, 6, 12, 24 };
  double widest = 0;
  guint interval = 1;

  for (guint i = 0; i < self->chart->n_columns; i++)
    {
      self->labels[i] = cs_bar_layout_create_text (context, self->chart->columns[i].label, PANGO_SCALE_SMALL,
                                                   (int) i == self->chart->marked);
      widest = MAX (widest, get_text_width (self->labels[i]));
    }

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    {
      interval = intervals[i];
      if (interval * self->slot_width >= widest + LABEL_SPACING)
        break;
    }

  for (guint i = 0; i < self->chart->n_columns; i++)
    {
      if (self->chart->columns[i].id % interval != 0)
        g_clear_object (&self->labels[i]);
      else if (widest > self->plot.width)
        limit_text (self->labels[i], self->plot.width);
    }
  self->label_bottom = self->height;
  self->label_top = self->height - self->line_height;
}

static void
create_totals (CsBarLayout  *self,
               PangoContext *context)
{
  for (guint i = 0; i < self->chart->n_columns; i++)
    {
      g_autofree char *text = cs_axis_format_value (cs_bar_chart_get_total (self->chart, i));

      self->totals[i] = cs_bar_layout_create_text (context, text, 1, TRUE);
      if (get_text_width (self->totals[i]) > self->slot_width - 2)
        limit_text (self->totals[i], self->slot_width - 2);
    }
}

static void
compute_columns (CsBarLayout *self)
{
  gboolean is_wide = self->chart->labels == CS_BAR_LABELS_WRAP;
  double room;

  self->slot_width = self->plot.width / MAX (self->chart->n_columns, 1);
  self->shoulder = 0;
  if (self->chart->usual_name != NULL)
    self->shoulder = self->slot_width >= 20 ? 3 : self->slot_width >= 8 ? 2 : 1;

  /* Bars stand on whole pixels, so the gap to rely on is that of the narrowest slot. */
  room = floor (self->slot_width) - MIN_GAP - 2 * self->shoulder;
  self->bar_width = floor (MIN (self->slot_width * (is_wide ? 0.62 : 0.7), room));
  self->bar_width = CLAMP (self->bar_width, 1, MAX_BAR_WIDTH);
}

static double
measure_head (const CsBarLayout *self,
              PangoContext      *context)
{
  g_autoptr (PangoLayout) digit = NULL;

  if (self->chart->labels == CS_BAR_LABELS_THIN)
    return ceil (self->marker != NULL ? self->line_height + LABEL_SPACING : self->line_height / 2);

  digit = cs_bar_layout_create_text (context, "0", 1, TRUE);
  return ceil (get_text_height (digit) + 4);
}

/* A bar of one call among thousands must be seen, too. */
static double
get_bar_height (const CsBarLayout  *self,
                const CsBarHeights *heights,
                double              value)
{
  double height;

  if (!(value > 0) || !(heights->top > 0))
    return 0;

  height = value / heights->top * self->plot.height;
  return MAX (height, 2 * MIN (value, 1));
}

/*
 * chart: what to show; a reference is taken. context: the font, its size and the direction of texts: a widget's own
 * (gtk_widget_get_pango_context()), or one made with pango_cairo_create_context() for a file. width, height: of the whole
 * area; any size is safe, 300 × 180 and more is readable. is_rtl: columns run from right to left, the value axis is on the
 * right.
 */
CsBarLayout *
cs_bar_layout_new (CsBarChart   *chart,
                   PangoContext *context,
                   double        width,
                   double        height,
                   gboolean      is_rtl)
{
  g_autoptr (PangoLayout) digit = NULL;
  CsBarLayout *self;
  double axis_width;
  double legend_height;

  g_return_val_if_fail (chart != NULL, NULL);
  g_return_val_if_fail (PANGO_IS_CONTEXT (context), NULL);

  self = g_new0 (CsBarLayout, 1);
  self->chart = cs_bar_chart_ref (chart);
  self->is_rtl = is_rtl;
  self->width = MAX (floor (width), 1);
  self->height = MAX (floor (height), 1);

  digit = cs_bar_layout_create_text (context, "0", PANGO_SCALE_SMALL, FALSE);
  self->line_height = MAX (get_text_height (digit), 1);
  self->mark_size = MAX (round (self->line_height * 0.6), 4);
  if (chart->marked >= 0 && chart->marker_name != NULL)
    self->marker = cs_bar_layout_create_text (context, chart->marker_name, PANGO_SCALE_SMALL, TRUE);

  legend_height = create_legend (self, context);
  self->head = measure_head (self, context);
  self->plot.y = legend_height + self->head;

  /* The axis is chosen before the labels are wrapped, as its own width decides how they wrap. */
  axis_width = create_ticks (self, context, self->height - self->plot.y - 2 * self->line_height);
  axis_width = ceil (MIN (axis_width, self->width / 2)) + 8;
  self->plot.x = is_rtl ? 0 : axis_width;
  self->plot.width = MAX (self->width - axis_width, 1);
  compute_columns (self);

  if (chart->labels == CS_BAR_LABELS_WRAP)
    {
      create_wrapped_labels (self, context);
      create_totals (self, context);
    }
  else
    {
      create_thinned_labels (self, context);
    }
  self->plot.height = MAX (floor (self->label_top - LABEL_SPACING - self->plot.y), 1);
  return self;
}

void
cs_bar_layout_free (CsBarLayout *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (self->tick_labels); i++)
    g_clear_object (&self->tick_labels[i]);
  for (guint i = 0; i < CS_BAR_CHART_MAX_COLUMNS; i++)
    {
      g_clear_object (&self->labels[i]);
      g_clear_object (&self->totals[i]);
    }
  for (guint i = 0; i < self->n_legend_entries; i++)
    g_clear_object (&self->legend[i].text);
  g_clear_object (&self->marker);
  cs_bar_chart_unref (self->chart);
  g_free (self);
}

/* The figures as the chart has them, which is how every animation ends. */
void
cs_bar_layout_get_heights (const CsBarLayout *self,
                           CsBarHeights      *heights)
{
  *heights = (CsBarHeights) { .top = cs_axis_get_top (&self->axis) };

  for (guint i = 0; i < self->chart->n_columns; i++)
    {
      heights->usual[i] = cs_bar_chart_get_usual (self->chart, i);
      for (guint j = 0; j < self->chart->n_parts; j++)
        heights->values[i][j] = cs_bar_chart_get_value (self->chart, i, j);
    }
}

/* All that belongs to a column: from above its value to below its label. */
void
cs_bar_layout_get_slot (const CsBarLayout *self,
                        guint              column,
                        cairo_rectangle_t *slot)
{
  guint place = self->is_rtl ? self->chart->n_columns - 1 - column : column;

  g_return_if_fail (column < self->chart->n_columns);

  slot->x = self->plot.x + place * self->slot_width;
  slot->y = self->plot.y - self->head;
  slot->width = self->slot_width;
  slot->height = self->label_bottom - slot->y;
}

/* The whole stack of a column; height 0 where there is nothing to draw. */
void
cs_bar_layout_get_bar (const CsBarLayout  *self,
                       const CsBarHeights *heights,
                       guint               column,
                       cairo_rectangle_t  *bar)
{
  cairo_rectangle_t slot;
  double total = 0;

  g_return_if_fail (column < self->chart->n_columns);

  for (guint i = 0; i < self->chart->n_parts; i++)
    total += heights->values[column][i];

  cs_bar_layout_get_slot (self, column, &slot);
  bar->x = round (slot.x + (slot.width - self->bar_width) / 2);
  bar->width = self->bar_width;
  bar->y = cs_bar_layout_get_y (self, heights, total);
  bar->height = self->plot.y + self->plot.height - bar->y;
}

/* Where a bar of this value ends, on a whole pixel. */
double
cs_bar_layout_get_y (const CsBarLayout  *self,
                     const CsBarHeights *heights,
                     double              value)
{
  return round (self->plot.y + self->plot.height - get_bar_height (self, heights, value));
}

/* The column at a point, or -1 outside the columns. */
int
cs_bar_layout_find_column (const CsBarLayout *self,
                           double             x,
                           double             y)
{
  int place;

  if (x < self->plot.x || x >= self->plot.x + self->plot.width || y < self->plot.y - self->head || y >= self->label_bottom)
    return -1;

  place = (x - self->plot.x) / self->slot_width;
  if (place >= (int) self->chart->n_columns)
    return -1;
  return self->is_rtl ? (int) self->chart->n_columns - 1 - place : place;
}

/* Figures are as wide as each other, so that a changing number doesn't move. Returns (transfer full). */
PangoLayout *
cs_bar_layout_create_text (PangoContext *context,
                           const char   *text,
                           double        scale,
                           gboolean      is_bold)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  if (is_bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

/* progress: from 0 (from) to 1 (to). */
void
cs_bar_heights_mix (const CsBarHeights *from,
                    const CsBarHeights *to,
                    double              progress,
                    CsBarHeights       *heights)
{
  for (int i = 0; i < CS_BAR_CHART_MAX_COLUMNS; i++)
    {
      heights->usual[i] = from->usual[i] + (to->usual[i] - from->usual[i]) * progress;
      for (int j = 0; j < CS_BAR_CHART_MAX_PARTS; j++)
        heights->values[i][j] = from->values[i][j] + (to->values[i][j] - from->values[i][j]) * progress;
    }
  heights->top = from->top + (to->top - from->top) * progress;
}
