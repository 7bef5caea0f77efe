/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-orders-layout.h"

#include "ui/cs-text-scale.h"

#define SPACING 12
#define SIDE_WIDTH 308
/* From this width on both stand side by side. In pixels, as above, where text has its usual size. */
#define WIDE_WIDTH 700

/*
 * CsOrdersLayout: two widgets. Side by side, the second one is as wide as a telephone, and the first one has the rest; where there is
 * no room for that, one stands above the other.
 */
struct _CsOrdersLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (CsOrdersLayout, cs_orders_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
cs_orders_layout_get_request_mode (GtkLayoutManager *manager,
                                   GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int
get_height (GtkWidget *child,
            int        width)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

static void
cs_orders_layout_measure (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          GtkOrientation    orientation,
                          int               for_size,
                          int              *minimum,
                          int              *natural,
                          int              *minimum_baseline,
                          int              *natural_baseline)
{
  GtkWidget *first = gtk_widget_get_first_child (widget), *second = gtk_widget_get_last_child (widget);
  int side_width = cs_text_scale_apply (widget, SIDE_WIDTH);
  int first_minimum, second_minimum;

  gtk_widget_measure (first, GTK_ORIENTATION_HORIZONTAL, -1, &first_minimum, NULL, NULL, NULL);
  gtk_widget_measure (second, GTK_ORIENTATION_HORIZONTAL, -1, &second_minimum, NULL, NULL, NULL);
  *minimum = MAX (first_minimum, second_minimum);
  *natural = MAX (*minimum, cs_text_scale_apply (widget, WIDE_WIDTH));
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  if (for_size < 0)
    for_size = *natural;
  if (for_size < cs_text_scale_apply (widget, WIDE_WIDTH))
    *minimum = get_height (first, for_size) + SPACING + get_height (second, for_size);
  else
    *minimum = MAX (get_height (first, for_size - side_width - SPACING), get_height (second, side_width));
  *natural = *minimum;
}

static void
cs_orders_layout_allocate (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           int               width,
                           int               height,
                           int               baseline)
{
  GtkWidget *first = gtk_widget_get_first_child (widget), *second = gtk_widget_get_last_child (widget);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int side_width = cs_text_scale_apply (widget, SIDE_WIDTH);
  int rest = width - side_width - SPACING;

  if (width < cs_text_scale_apply (widget, WIDE_WIDTH)) {
    int second_height = get_height (second, width);

    gtk_widget_size_allocate (first, &(GtkAllocation) { 0, 0, width, height - second_height - SPACING }, -1);
    gtk_widget_size_allocate (second, &(GtkAllocation) { 0, height - second_height, width, second_height }, -1);
    return;
  }
  gtk_widget_size_allocate (first, &(GtkAllocation) { is_rtl ? side_width + SPACING : 0, 0, rest, height }, -1);
  gtk_widget_size_allocate (second, &(GtkAllocation) { is_rtl ? 0 : rest + SPACING, 0, side_width, height }, -1);
}

static void
cs_orders_layout_class_init (CsOrdersLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = cs_orders_layout_get_request_mode;
  manager_class->measure = cs_orders_layout_measure;
  manager_class->allocate = cs_orders_layout_allocate;
}

static void
cs_orders_layout_init (CsOrdersLayout *self)
{
}
