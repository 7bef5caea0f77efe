/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-chart-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/cs-chart-item.h"

#define WORDS_INTERVAL_MS 1000

/*
 * CsChartView: what all charts of a window have in common: they answer to pointer and keyboard, and can be read by a screen reader.
 *
 * It is a list of items: the columns of a bar chart, the times of a strip. The drawing is that of its subclasses. Tab stops once in
 * it; Left, Right, Home and End move within. What the pointer or else the keyboard is on is said in a bubble.
 */
typedef struct {
  GPtrArray *items;    /* (element-type CsChartItem) our children, which own themselves through their parent */
  int hovered;         /* item under the pointer, or -1 */
  int focused;         /* item under the keyboard while the focus is visible, or -1 */
  guint last_focused;  /* where the keyboard comes back to */
  char *bubble;        /* (owned) (nullable) what is said about the hovered or the focused item */
  guint words_source;  /* 0, or running until the accessible words may change again */
} CsChartViewPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CsChartView, cs_chart_view, GTK_TYPE_WIDGET)

static CsChartViewPrivate *
get_private (CsChartView *self)
{
  return cs_chart_view_get_instance_private (self);
}

static void
update_bubble (CsChartView *self)
{
  CsChartViewPrivate *priv = get_private (self);
  int index = priv->hovered >= 0 ? priv->hovered : priv->focused;

  g_clear_pointer (&priv->bubble, g_free);
  if (index >= 0) {
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    CS_CHART_VIEW_GET_CLASS (self)->get_words (self, (guint) index, &name, &text);
    /* Translators: what a part of a chart stands for and its value, such as "Missed: 6 of 47 (13 %)". */
    priv->bubble = g_strdup_printf (C_("chart", "%s: %s"), name, text);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_hovered (CsChartView *self,
             int          index)
{
  CsChartViewPrivate *priv = get_private (self);

  if (priv->hovered == index)
    return;
  priv->hovered = index;
  update_bubble (self);
}

static void
update_words (CsChartView *self)
{
  CsChartViewPrivate *priv = get_private (self);

  for (guint i = 0; i < priv->items->len; i++) {
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    CS_CHART_VIEW_GET_CLASS (self)->get_words (self, i, &name, &text);
    cs_chart_item_set_words (g_ptr_array_index (priv->items, i), name, text);
  }
}

static gboolean
on_words_interval (gpointer user_data)
{
  CsChartView *self = user_data;

  get_private (self)->words_source = 0;
  update_words (self);
  return G_SOURCE_REMOVE;
}

/* The first change is told at once; a flood of changes once a second, or a screen reader would drown in it. */
static void
queue_words (CsChartView *self)
{
  CsChartViewPrivate *priv = get_private (self);

  if (priv->words_source != 0)
    return;
  update_words (self);
  priv->words_source = g_timeout_add (WORDS_INTERVAL_MS, on_words_interval, self);
}

static void
activate_item (CsChartView *self,
               guint        index)
{
  if (CS_CHART_VIEW_GET_CLASS (self)->activate_item != NULL)
    CS_CHART_VIEW_GET_CLASS (self)->activate_item (self, index);
}

static void
on_item_activate (CsChartView *self,
                  CsChartItem *item)
{
  activate_item (self, cs_chart_item_get_index (item));
}

static void
on_item_state_flags_changed (CsChartView   *self,
                             GtkStateFlags  old_flags,
                             GtkWidget     *item)
{
  CsChartViewPrivate *priv = get_private (self);
  int index = (int) cs_chart_item_get_index (CS_CHART_ITEM (item));
  GtkStateFlags flags = gtk_widget_get_state_flags (item);
  int focused = priv->focused;

  if (flags & GTK_STATE_FLAG_FOCUSED)
    priv->last_focused = (guint) index;

  if (flags & GTK_STATE_FLAG_FOCUS_VISIBLE)
    focused = index;
  else if (focused == index)
    focused = -1;
  if (focused == priv->focused)
    return;

  priv->focused = focused;
  update_bubble (self);
}

static void
fit_items (CsChartView *self,
           guint        n_items)
{
  CsChartViewPrivate *priv = get_private (self);

  while (priv->items->len < n_items) {
    GtkWidget *item = cs_chart_item_new ();

    g_signal_connect_swapped (item, "activate", G_CALLBACK (on_item_activate), self);
    g_signal_connect_swapped (item, "state-flags-changed", G_CALLBACK (on_item_state_flags_changed), self);
    gtk_widget_set_parent (item, GTK_WIDGET (self));
    g_ptr_array_add (priv->items, item);
  }
  while (priv->items->len > n_items)
    gtk_widget_unparent (g_ptr_array_steal_index (priv->items, priv->items->len - 1));

  for (guint i = 0; i < n_items; i++)
    cs_chart_item_set_place (g_ptr_array_index (priv->items, i), i, n_items);
  priv->last_focused = MIN (priv->last_focused, MAX (n_items, 1) - 1);
  if (priv->hovered >= (int) n_items)
    priv->hovered = -1;
  if (priv->focused >= (int) n_items)
    priv->focused = -1;
}

static void
on_motion (CsChartView *self,
           double       x,
           double       y)
{
  set_hovered (self, CS_CHART_VIEW_GET_CLASS (self)->find_item (self, x, y));
}

static void
on_leave (CsChartView *self)
{
  set_hovered (self, -1);
}

static void
on_released (CsChartView *self,
             int          n_press,
             double       x,
             double       y)
{
  int index = CS_CHART_VIEW_GET_CLASS (self)->find_item (self, x, y);

  if (index >= 0)
    activate_item (self, (guint) index);
}

/* @args: by how many items to the right, or G_MININT or G_MAXINT for the first or the last one. */
static gboolean
on_move (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  CsChartView *self = CS_CHART_VIEW (widget);
  CsChartViewPrivate *priv = get_private (self);
  int last = (int) priv->items->len - 1;
  int step = g_variant_get_int32 (args);
  int target;

  if (last < 0)
    return FALSE;

  if (step == G_MININT || step == G_MAXINT)
    target = step < 0 ? 0 : last;
  else if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    target = (int) priv->last_focused - step;
  else
    target = (int) priv->last_focused + step;

  /* The keyboard speaks last: a pointer that rests somewhere must not hide what it says. */
  priv->hovered = -1;
  gtk_widget_grab_focus (g_ptr_array_index (priv->items, CLAMP (target, 0, last)));
  update_bubble (self);
  return TRUE;
}

static gboolean
cs_chart_view_grab_focus (GtkWidget *widget)
{
  CsChartViewPrivate *priv = get_private (CS_CHART_VIEW (widget));

  if (priv->items->len == 0)
    return FALSE;
  return gtk_widget_grab_focus (g_ptr_array_index (priv->items, priv->last_focused));
}

/* One stop on the way through the window; within, the arrows move. */
static gboolean
cs_chart_view_focus (GtkWidget        *widget,
                     GtkDirectionType  direction)
{
  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return cs_chart_view_grab_focus (widget);
}

static void
cs_chart_view_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  CsChartView *self = CS_CHART_VIEW (widget);
  CsChartViewPrivate *priv = get_private (self);

  for (guint i = 0; i < priv->items->len; i++) {
    cairo_rectangle_t area = { 0 };
    GtkAllocation allocation;

    CS_CHART_VIEW_GET_CLASS (self)->get_area (self, i, &area);
    allocation = (GtkAllocation) { (int) area.x, (int) area.y, (int) MAX (area.width, 1), (int) MAX (area.height, 1) };
    gtk_widget_size_allocate (g_ptr_array_index (priv->items, i), &allocation, -1);
  }
}

static void
cs_chart_view_dispose (GObject *object)
{
  CsChartView *self = CS_CHART_VIEW (object);

  g_clear_handle_id (&get_private (self)->words_source, g_source_remove);
  fit_items (self, 0);

  G_OBJECT_CLASS (cs_chart_view_parent_class)->dispose (object);
}

static void
cs_chart_view_finalize (GObject *object)
{
  CsChartViewPrivate *priv = get_private (CS_CHART_VIEW (object));

  g_ptr_array_unref (priv->items);
  g_free (priv->bubble);

  G_OBJECT_CLASS (cs_chart_view_parent_class)->finalize (object);
}

static void
cs_chart_view_class_init (CsChartViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cs_chart_view_dispose;
  object_class->finalize = cs_chart_view_finalize;

  widget_class->grab_focus = cs_chart_view_grab_focus;
  widget_class->focus = cs_chart_view_focus;
  widget_class->size_allocate = cs_chart_view_size_allocate;

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, on_move, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Left, 0, on_move, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, on_move, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Right, 0, on_move, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, on_move, "i", G_MININT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Home, 0, on_move, "i", G_MININT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, on_move, "i", G_MAXINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_End, 0, on_move, "i", G_MAXINT);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
cs_chart_view_init (CsChartView *self)
{
  CsChartViewPrivate *priv = get_private (self);
  AdwStyleManager *style = adw_style_manager_get_default ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  priv->items = g_ptr_array_new ();
  priv->hovered = -1;
  priv->focused = -1;

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

/**
 * cs_chart_view_set_n_items:
 * @self: a chart that shows something else from now on
 * @n_items: of how many items
 *
 * For subclasses. The words of the items follow within a second.
 */
void
cs_chart_view_set_n_items (CsChartView *self,
                           guint        n_items)
{
  g_return_if_fail (CS_IS_CHART_VIEW (self));

  fit_items (self, n_items);
  queue_words (self);
  update_bubble (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * cs_chart_view_get_item:
 * @self: a chart
 * @index: of a column, or a time
 *
 * Returns: (transfer none) (nullable): its accessible child; %NULL where there is none of this index
 */
GtkWidget *
cs_chart_view_get_item (CsChartView *self,
                        guint        index)
{
  GPtrArray *items;

  g_return_val_if_fail (CS_IS_CHART_VIEW (self), NULL);

  items = get_private (self)->items;
  return index < items->len ? g_ptr_array_index (items, index) : NULL;
}

/**
 * cs_chart_view_get_hovered:
 * @self: a chart
 *
 * Returns: index of the item under the pointer, or -1
 */
int
cs_chart_view_get_hovered (CsChartView *self)
{
  g_return_val_if_fail (CS_IS_CHART_VIEW (self), -1);

  return get_private (self)->hovered;
}

/**
 * cs_chart_view_get_focused:
 * @self: a chart
 *
 * Returns: index of the item that has to have a focus ring, or -1
 */
int
cs_chart_view_get_focused (CsChartView *self)
{
  g_return_val_if_fail (CS_IS_CHART_VIEW (self), -1);

  return get_private (self)->focused;
}

/**
 * cs_chart_view_get_bubble_text:
 * @self: a chart
 *
 * Returns: (transfer none) (nullable): what is said at this moment about the item under the pointer, or else under the keyboard
 */
const char *
cs_chart_view_get_bubble_text (CsChartView *self)
{
  g_return_val_if_fail (CS_IS_CHART_VIEW (self), NULL);

  return get_private (self)->bubble;
}

/**
 * cs_chart_view_get_palette:
 * @self: a chart
 *
 * Returns: (transfer none): the colours to draw with at this moment
 */
const CsPalette *
cs_chart_view_get_palette (CsChartView *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  g_return_val_if_fail (CS_IS_CHART_VIEW (self), NULL);

  return cs_palette_get (cs_palette_variant_from_style (adw_style_manager_get_dark (style),
                                                        adw_style_manager_get_high_contrast (style)));
}
