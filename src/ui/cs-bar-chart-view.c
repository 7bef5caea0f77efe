/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-bar-painter.h"
#include "ui/cs-bar-chart-view.h"

#include <adwaita.h>
#include <string.h>

#define ANIMATION_MS 250

/**
 * CsBarChartView:
 *
 * A bar chart that grows; its items are the columns.
 */
struct _CsBarChartView
{
  CsChartView parent_instance;

  CsBarChart *chart;         /* (owned) (nullable) */
  CsBarLayout *layout;       /* (owned) (nullable) NULL when the chart, the font or the direction has changed */
  guint context_serial;      /* of the font that layout was made with */

  AdwAnimation *animation;   /* (owned) */
  double progress;           /* from 0 (from) to 1 (what the chart says) */
  CsBarHeights from;
};

G_DEFINE_FINAL_TYPE (CsBarChartView, cs_bar_chart_view, CS_TYPE_CHART_VIEW)

enum {
  ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
update_layout (CsBarChartView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (self->chart == NULL || width <= 0 || height <= 0)
    {
      g_clear_pointer (&self->layout, cs_bar_layout_free);
      return;
    }
  if (self->layout != NULL && self->layout->width == width && self->layout->height == height &&
      self->context_serial == pango_context_get_serial (context))
    return;

  g_clear_pointer (&self->layout, cs_bar_layout_free);
  self->layout = cs_bar_layout_new (self->chart, context, width, height,
                                    gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  self->context_serial = pango_context_get_serial (context);
}

/* What is on the screen at this moment of the animation. */
static void
get_shown_heights (CsBarChartView *self,
                   CsBarHeights   *heights)
{
  CsBarHeights target;

  cs_bar_layout_get_heights (self->layout, &target);
  /* Bars grow out of an axis that is already there. */
  if (!(self->from.top > 0))
    self->from.top = target.top;
  cs_bar_heights_mix (&self->from, &target, self->progress, heights);
}

/* The new columns begin as tall as those of the same id are now, all others on the baseline. */
static void
carry_heights_over (CsBarChartView   *self,
                    const CsBarChart *chart)
{
  CsBarHeights shown = { 0 };
  CsBarHeights from = { 0 };

  /* It may not have been drawn yet since the last change. */
  update_layout (self);
  if (self->layout != NULL)
    get_shown_heights (self, &shown);

  from.top = shown.top;
  for (guint i = 0; i < chart->n_columns; i++)
    {
      int old = self->chart != NULL ? cs_bar_chart_find_column (self->chart, chart->columns[i].id) : -1;

      if (old < 0)
        continue;

      from.usual[i] = shown.usual[old];
      memcpy (from.values[i], shown.values[old], sizeof from.values[i]);
    }
  self->from = from;
}

static void
animation_value_cb (double   value,
                    gpointer user_data)
{
  CsBarChartView *self = user_data;

  self->progress = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cs_bar_chart_view_get_area (CsChartView       *view,
                            guint              index,
                            cairo_rectangle_t *area)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (view);

  update_layout (self);
  if (self->layout != NULL)
    cs_bar_layout_get_slot (self->layout, index, area);
}

static void
cs_bar_chart_view_get_words (CsChartView  *view,
                             guint         index,
                             char        **name,
                             char        **text)
{
  const CsBarColumn *column = &CS_BAR_CHART_VIEW (view)->chart->columns[index];

  *name = g_strdup (column->name);
  *text = g_strdup (column->text);
}

static int
cs_bar_chart_view_find_item (CsChartView *view,
                             double       x,
                             double       y)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (view);

  update_layout (self);
  return self->layout != NULL ? cs_bar_layout_find_column (self->layout, x, y) : -1;
}

static void
cs_bar_chart_view_activate_item (CsChartView *view,
                                 guint        index)
{
  g_signal_emit (view, signals[ACTIVATED], 0, CS_BAR_CHART_VIEW (view)->chart->columns[index].id);
}

static void
cs_bar_chart_view_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  g_autoptr (PangoLayout) line = gtk_widget_create_pango_layout (widget, "0");
  int line_height;

  pango_layout_get_pixel_size (line, NULL, &line_height);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 240;
      *natural = 420;
    }
  else
    {
      *minimum = MAX (9 * line_height, 160);
      *natural = MAX (12 * line_height, 220);
    }
}

static void
cs_bar_chart_view_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (widget);
  CsChartView *view = CS_CHART_VIEW (widget);
  CsBarHeights heights;
  CsBarState state;
  cairo_t *cr;

  update_layout (self);
  if (self->layout == NULL)
    return;

  get_shown_heights (self, &heights);
  state = (CsBarState) {
    .heights = &heights,
    .hovered = cs_chart_view_get_hovered (view),
    .focused = cs_chart_view_get_focused (view),
    .bubble = cs_chart_view_get_bubble_text (view),
  };
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, self->layout->width, self->layout->height));
  cs_bar_painter_draw (self->layout, cr, cs_chart_view_get_palette (view), &state);
  cairo_destroy (cr);
}

static void
cs_bar_chart_view_direction_changed (GtkWidget        *widget,
                                     GtkTextDirection  previous_direction)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (widget);

  g_clear_pointer (&self->layout, cs_bar_layout_free);
  GTK_WIDGET_CLASS (cs_bar_chart_view_parent_class)->direction_changed (widget, previous_direction);
}

static void
cs_bar_chart_view_dispose (GObject *object)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (object);

  if (self->animation != NULL)
    adw_animation_skip (self->animation);
  g_clear_object (&self->animation);

  G_OBJECT_CLASS (cs_bar_chart_view_parent_class)->dispose (object);
}

static void
cs_bar_chart_view_finalize (GObject *object)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (object);

  g_clear_pointer (&self->layout, cs_bar_layout_free);
  g_clear_pointer (&self->chart, cs_bar_chart_unref);

  G_OBJECT_CLASS (cs_bar_chart_view_parent_class)->finalize (object);
}

static void
cs_bar_chart_view_class_init (CsBarChartViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  CsChartViewClass *view_class = CS_CHART_VIEW_CLASS (klass);

  object_class->dispose = cs_bar_chart_view_dispose;
  object_class->finalize = cs_bar_chart_view_finalize;

  widget_class->measure = cs_bar_chart_view_measure;
  widget_class->snapshot = cs_bar_chart_view_snapshot;
  widget_class->direction_changed = cs_bar_chart_view_direction_changed;

  view_class->get_area = cs_bar_chart_view_get_area;
  view_class->get_words = cs_bar_chart_view_get_words;
  view_class->find_item = cs_bar_chart_view_find_item;
  view_class->activate_item = cs_bar_chart_view_activate_item;

  /**
   * CsBarChartView::activated:
   * @id: the column's id
   *
   * A column was clicked, or Enter or Space pressed on it.
   */
  signals[ACTIVATED] = g_signal_new ("activated", CS_TYPE_BAR_CHART_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "barchart");
}

static void
cs_bar_chart_view_init (CsBarChartView *self)
{
  self->progress = 1;
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, ANIMATION_MS,
                                             adw_callback_animation_target_new (animation_value_cb, self, NULL));
}

GtkWidget *
cs_bar_chart_view_new (void)
{
  return g_object_new (CS_TYPE_BAR_CHART_VIEW, NULL);
}

/* Shows another state of the chart; a reference is taken. A chart equal to the present one is not drawn again. */
void
cs_bar_chart_view_set_chart (CsBarChartView *self,
                             CsBarChart     *chart)
{
  gboolean is_retitled;

  g_return_if_fail (CS_IS_BAR_CHART_VIEW (self));
  g_return_if_fail (chart != NULL);

  if (cs_bar_chart_equal (self->chart, chart))
    return;

  adw_animation_pause (self->animation);
  carry_heights_over (self, chart);
  is_retitled = self->chart == NULL || !g_str_equal (self->chart->title, chart->title);
  cs_bar_chart_ref (chart);
  g_clear_pointer (&self->chart, cs_bar_chart_unref);
  self->chart = chart;
  g_clear_pointer (&self->layout, cs_bar_layout_free);

  cs_chart_view_set_n_items (CS_CHART_VIEW (self), chart->n_columns);
  if (is_retitled)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, chart->title, -1);
  adw_animation_reset (self->animation);
  adw_animation_play (self->animation);
}

/* Returns: (transfer none) (nullable) */
CsBarChart *
cs_bar_chart_view_get_chart (CsBarChartView *self)
{
  g_return_val_if_fail (CS_IS_BAR_CHART_VIEW (self), NULL);

  return self->chart;
}
