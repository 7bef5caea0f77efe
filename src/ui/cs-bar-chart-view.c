/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-bar-painter.h"
#include "ui/cs-bar-chart-view.h"
#include "ui/cs-bar-item.h"

#include <adwaita.h>
#include <string.h>

#define ANIMATION_MS 250
#define WORDS_INTERVAL_MS 1000

/**
 * CsBarChartView:
 *
 * A bar chart that grows, answers to pointer and keyboard, and can be read by a screen reader.
 */
struct _CsBarChartView
{
  GtkWidget parent_instance;

  CsBarChart *chart;         /* (owned) (nullable) */
  CsBarLayout *layout;       /* (owned) (nullable) NULL when the chart, the font or the direction has changed */
  guint context_serial;      /* of the font that layout was made with */
  GPtrArray *items;          /* (element-type CsBarItem) our children, which own themselves through their parent */

  AdwAnimation *animation;   /* (owned) */
  double progress;           /* from 0 (from) to 1 (what the chart says) */
  CsBarHeights from;

  int hovered;               /* column under the pointer, or -1 */
  int focused;               /* column under the keyboard while the focus is visible, or -1 */
  guint last_focused;        /* where the keyboard comes back to */
  char *bubble;              /* (owned) (nullable) what is said about the hovered or the focused column */
  guint words_source;        /* 0, or running until the accessible words may change again */
};

G_DEFINE_FINAL_TYPE (CsBarChartView, cs_bar_chart_view, GTK_TYPE_WIDGET)

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
update_bubble (CsBarChartView *self)
{
  int column = self->hovered >= 0 ? self->hovered : self->focused;
  g_autofree char *bubble = NULL;

  if (self->chart != NULL && column >= 0 && column < (int) self->chart->n_columns)
    bubble = cs_bar_chart_describe (self->chart, column);

  if (g_strcmp0 (self->bubble, bubble) != 0)
    {
      g_free (self->bubble);
      self->bubble = g_steal_pointer (&bubble);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_hovered (CsBarChartView *self,
             int             column)
{
  if (self->hovered == column)
    return;

  self->hovered = column;
  update_bubble (self);
}

static void
update_words (CsBarChartView *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const CsBarColumn *column = &self->chart->columns[i];

      cs_bar_item_set_words (g_ptr_array_index (self->items, i), column->name, column->text);
    }
}

static gboolean
words_interval_cb (gpointer user_data)
{
  CsBarChartView *self = user_data;

  self->words_source = 0;
  update_words (self);
  return G_SOURCE_REMOVE;
}

/* The first change is told at once; a flood of changes once a second, or a screen reader would drown in it. */
static void
queue_words (CsBarChartView *self)
{
  if (self->words_source != 0)
    return;

  update_words (self);
  self->words_source = g_timeout_add (WORDS_INTERVAL_MS, words_interval_cb, self);
}

static void
activate_column (CsBarChartView *self,
                 guint           column)
{
  g_signal_emit (self, signals[ACTIVATED], 0, self->chart->columns[column].id);
}

static void
item_activate_cb (CsBarChartView *self,
                  CsBarItem      *item)
{
  activate_column (self, cs_bar_item_get_index (item));
}

static void
item_state_flags_changed_cb (CsBarChartView *self,
                             GtkStateFlags   old_flags,
                             GtkWidget      *item)
{
  int index = cs_bar_item_get_index (CS_BAR_ITEM (item));
  GtkStateFlags flags = gtk_widget_get_state_flags (item);
  int focused = self->focused;

  if (flags & GTK_STATE_FLAG_FOCUSED)
    self->last_focused = index;

  if (flags & GTK_STATE_FLAG_FOCUS_VISIBLE)
    focused = index;
  else if (focused == index)
    focused = -1;
  if (focused == self->focused)
    return;

  self->focused = focused;
  update_bubble (self);
}

static void
set_n_items (CsBarChartView *self,
             guint           n_items)
{
  while (self->items->len < n_items)
    {
      GtkWidget *item = cs_bar_item_new ();

      g_signal_connect_swapped (item, "activate", G_CALLBACK (item_activate_cb), self);
      g_signal_connect_swapped (item, "state-flags-changed", G_CALLBACK (item_state_flags_changed_cb), self);
      gtk_widget_set_parent (item, GTK_WIDGET (self));
      g_ptr_array_add (self->items, item);
    }
  while (self->items->len > n_items)
    gtk_widget_unparent (g_ptr_array_steal_index (self->items, self->items->len - 1));

  for (guint i = 0; i < n_items; i++)
    cs_bar_item_set_place (g_ptr_array_index (self->items, i), i, n_items);
  self->last_focused = MIN (self->last_focused, MAX (n_items, 1) - 1);
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
motion_cb (CsBarChartView *self,
           double          x,
           double          y)
{
  update_layout (self);
  set_hovered (self, self->layout != NULL ? cs_bar_layout_find_column (self->layout, x, y) : -1);
}

static void
leave_cb (CsBarChartView *self)
{
  set_hovered (self, -1);
}

static void
released_cb (CsBarChartView *self,
             int             n_press,
             double          x,
             double          y)
{
  int column;

  update_layout (self);
  column = self->layout != NULL ? cs_bar_layout_find_column (self->layout, x, y) : -1;
  if (column >= 0)
    activate_column (self, column);
}

/* args: by how many columns to the right, or G_MININT or G_MAXINT for the first or the last column. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (widget);
  int last = (int) self->items->len - 1;
  int step = g_variant_get_int32 (args);
  int target;

  if (last < 0)
    return FALSE;

  if (step == G_MININT || step == G_MAXINT)
    target = step < 0 ? 0 : last;
  else if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    target = (int) self->last_focused - step;
  else
    target = (int) self->last_focused + step;

  /* The keyboard speaks last: a pointer that rests somewhere must not hide what it says. */
  self->hovered = -1;
  gtk_widget_grab_focus (g_ptr_array_index (self->items, CLAMP (target, 0, last)));
  update_bubble (self);
  return TRUE;
}

static gboolean
cs_bar_chart_view_grab_focus (GtkWidget *widget)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (widget);

  if (self->items->len == 0)
    return FALSE;
  return gtk_widget_grab_focus (g_ptr_array_index (self->items, self->last_focused));
}

/* One stop on the way through the window; within, the arrows move. */
static gboolean
cs_bar_chart_view_focus (GtkWidget        *widget,
                         GtkDirectionType  direction)
{
  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return cs_bar_chart_view_grab_focus (widget);
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
cs_bar_chart_view_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (widget);

  update_layout (self);
  for (guint i = 0; i < self->items->len; i++)
    {
      cairo_rectangle_t slot = { 0 };
      GtkAllocation allocation;

      if (self->layout != NULL)
        cs_bar_layout_get_slot (self->layout, i, &slot);
      allocation = (GtkAllocation) { slot.x, slot.y, MAX (slot.width, 1), MAX (slot.height, 1) };
      gtk_widget_size_allocate (g_ptr_array_index (self->items, i), &allocation, -1);
    }
}

static void
cs_bar_chart_view_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (widget);
  AdwStyleManager *style = adw_style_manager_get_default ();
  CsPaletteVariant variant = cs_palette_variant_from_style (adw_style_manager_get_dark (style),
                                                            adw_style_manager_get_high_contrast (style));
  CsBarHeights heights;
  CsBarState state;
  cairo_t *cr;

  update_layout (self);
  if (self->layout == NULL)
    return;

  get_shown_heights (self, &heights);
  state = (CsBarState) {
    .heights = &heights,
    .hovered = self->hovered,
    .focused = self->focused,
    .bubble = self->bubble,
  };
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, self->layout->width, self->layout->height));
  cs_bar_painter_draw (self->layout, cr, cs_palette_get (variant), &state);
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
  g_clear_handle_id (&self->words_source, g_source_remove);
  set_n_items (self, 0);

  G_OBJECT_CLASS (cs_bar_chart_view_parent_class)->dispose (object);
}

static void
cs_bar_chart_view_finalize (GObject *object)
{
  CsBarChartView *self = CS_BAR_CHART_VIEW (object);

  g_clear_pointer (&self->layout, cs_bar_layout_free);
  g_clear_pointer (&self->chart, cs_bar_chart_unref);
  g_ptr_array_unref (self->items);
  g_free (self->bubble);

  G_OBJECT_CLASS (cs_bar_chart_view_parent_class)->finalize (object);
}

static void
cs_bar_chart_view_class_init (CsBarChartViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cs_bar_chart_view_dispose;
  object_class->finalize = cs_bar_chart_view_finalize;

  widget_class->grab_focus = cs_bar_chart_view_grab_focus;
  widget_class->focus = cs_bar_chart_view_focus;
  widget_class->measure = cs_bar_chart_view_measure;
  widget_class->size_allocate = cs_bar_chart_view_size_allocate;
  widget_class->snapshot = cs_bar_chart_view_snapshot;
  widget_class->direction_changed = cs_bar_chart_view_direction_changed;

  /**
   * CsBarChartView::activated:
   * @id: the column's id
   *
   * A column was clicked, or Enter or Space pressed on it.
   */
  signals[ACTIVATED] = g_signal_new ("activated", CS_TYPE_BAR_CHART_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, move_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Left, 0, move_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, move_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Right, 0, move_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, move_cb, "i", G_MININT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Home, 0, move_cb, "i", G_MININT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, move_cb, "i", G_MAXINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_End, 0, move_cb, "i", G_MAXINT);

  gtk_widget_class_set_css_name (widget_class, "barchart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
cs_bar_chart_view_init (CsBarChartView *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->items = g_ptr_array_new ();
  self->hovered = -1;
  self->focused = -1;
  self->progress = 1;
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, ANIMATION_MS,
                                             adw_callback_animation_target_new (animation_value_cb, self, NULL));

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
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

  set_n_items (self, chart->n_columns);
  queue_words (self);
  if (is_retitled)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, chart->title, -1);
  if (self->hovered >= (int) chart->n_columns)
    self->hovered = -1;
  if (self->focused >= (int) chart->n_columns)
    self->focused = -1;
  update_bubble (self);

  gtk_widget_queue_allocate (GTK_WIDGET (self));
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

/* Returns: (transfer none) (nullable) the accessible child of a column; NULL where there is none of this index */
GtkWidget *
cs_bar_chart_view_get_item (CsBarChartView *self,
                            guint           column)
{
  g_return_val_if_fail (CS_IS_BAR_CHART_VIEW (self), NULL);

  return column < self->items->len ? g_ptr_array_index (self->items, column) : NULL;
}

/* Returns: (transfer none) (nullable) what the chart says at this moment about the column under the pointer or the keyboard */
const char *
cs_bar_chart_view_get_bubble_text (CsBarChartView *self)
{
  g_return_val_if_fail (CS_IS_BAR_CHART_VIEW (self), NULL);

  return self->bubble;
}
