/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-columns-layout.h"

#include "ui/cs-text-scale.h"

/*
 * CsColumnsLayout: equal columns, as many as fit, in full rows.
 *
 * Six children stand in six, three, two or one columns, never in four with two left over. Each row is as high as its highest child
 * would like to be: what stands in it scrolls rather than shrinks.
 */
struct _CsColumnsLayout {
  GtkLayoutManager parent_instance;

  int min_column_width;
  int spacing;
};

G_DEFINE_FINAL_TYPE (CsColumnsLayout, cs_columns_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef enum {
  PROP_MIN_COLUMN_WIDTH = 1,
  PROP_SPACING,
} CsColumnsLayoutProperty;

static GParamSpec *properties[PROP_SPACING + 1];

static int
count_children (GtkWidget *widget)
{
  int n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_should_layout (child) ? 1 : 0;
  return n;
}

static void
measure_widths (GtkWidget *widget,
                int       *minimum,
                int       *natural)
{
  *minimum = 0;
  *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    int child_minimum, child_natural;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
    *minimum = MAX (*minimum, child_minimum);
    *natural = MAX (*natural, child_natural);
  }
}

static int
get_n_columns (CsColumnsLayout *self,
               GtkWidget       *widget,
               int              width)
{
  int n_children = count_children (widget);
  int minimum, natural, column_width;

  measure_widths (widget, &minimum, &natural);
  column_width = MAX (minimum, cs_text_scale_apply (widget, self->min_column_width));
  for (int n = n_children; n > 1; n--) {
    if (n_children % n == 0 && n * column_width + (n - 1) * self->spacing <= width)
      return n;
  }
  return 1;
}

static int
get_column_width (CsColumnsLayout *self,
                  int              n_columns,
                  int              width)
{
  return MAX ((width - (n_columns - 1) * self->spacing) / n_columns, 0);
}

/* Where a column starts: the pixels that don't divide evenly are spread, so that the last column ends at the edge. */
static int
get_column_x (CsColumnsLayout *self,
              int              column,
              int              n_columns,
              int              width)
{
  return column * (width + self->spacing) / n_columns;
}

/* The height of the row that starts at @child; @next is the first child of the row after it. */
static int
measure_row (GtkWidget  *child,
             int         n_columns,
             int         column_width,
             GtkWidget **next)
{
  int height = 0;

  for (int column = 0; child != NULL && column < n_columns; child = gtk_widget_get_next_sibling (child)) {
    int child_natural;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, column_width, NULL, &child_natural, NULL, NULL);
    height = MAX (height, child_natural);
    column++;
  }
  *next = child;
  return height;
}

static int
measure_height (CsColumnsLayout *self,
                GtkWidget       *widget,
                int              width)
{
  int n_columns = get_n_columns (self, widget, width);
  int column_width = get_column_width (self, n_columns, width);
  int n_rows = (count_children (widget) + n_columns - 1) / n_columns;
  int height = MAX (n_rows - 1, 0) * self->spacing;
  GtkWidget *child = gtk_widget_get_first_child (widget);

  while (child != NULL)
    height += measure_row (child, n_columns, column_width, &child);
  return height;
}

static GtkSizeRequestMode
cs_columns_layout_get_request_mode (GtkLayoutManager *manager,
                                    GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cs_columns_layout_measure (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           GtkOrientation    orientation,
                           int               for_size,
                           int              *minimum,
                           int              *natural,
                           int              *minimum_baseline,
                           int              *natural_baseline)
{
  CsColumnsLayout *self = CS_COLUMNS_LAYOUT (manager);
  int n_children = count_children (widget);
  int child_minimum, child_natural, all_natural;

  measure_widths (widget, &child_minimum, &child_natural);
  all_natural = n_children * MAX (child_natural, cs_text_scale_apply (widget, self->min_column_width)) + MAX (n_children - 1, 0) * self->spacing;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = child_minimum;
    *natural = MAX (all_natural, child_minimum);
    return;
  }
  *minimum = measure_height (self, widget, for_size >= 0 ? for_size : all_natural);
  *natural = *minimum;
}

static void
cs_columns_layout_allocate (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            int               width,
                            int               height,
                            int               baseline)
{
  CsColumnsLayout *self = CS_COLUMNS_LAYOUT (manager);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int n_columns = get_n_columns (self, widget, width);
  int column_width = get_column_width (self, n_columns, width);
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int y = 0;

  while (child != NULL) {
    GtkWidget *next;
    int row_height = measure_row (child, n_columns, column_width, &next);
    int column = 0;

    for (; child != next; child = gtk_widget_get_next_sibling (child)) {
      GtkAllocation allocation = { .y = y, .height = row_height };

      if (!gtk_widget_should_layout (child))
        continue;
      allocation.x = get_column_x (self, column, n_columns, width);
      allocation.width = MAX (get_column_x (self, column + 1, n_columns, width) - allocation.x - self->spacing, 0);
      if (is_rtl)
        allocation.x = width - allocation.x - allocation.width;
      gtk_widget_size_allocate (child, &allocation, -1);
      column++;
    }
    y += row_height + self->spacing;
  }
}

static void
cs_columns_layout_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  CsColumnsLayout *self = CS_COLUMNS_LAYOUT (object);

  switch ((CsColumnsLayoutProperty) prop_id) {
  case PROP_MIN_COLUMN_WIDTH:
    g_value_set_int (value, self->min_column_width);
    break;
  case PROP_SPACING:
    g_value_set_int (value, self->spacing);
    break;
  }
}

static void
cs_columns_layout_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  CsColumnsLayout *self = CS_COLUMNS_LAYOUT (object);

  switch ((CsColumnsLayoutProperty) prop_id) {
  case PROP_MIN_COLUMN_WIDTH:
    self->min_column_width = g_value_get_int (value);
    break;
  case PROP_SPACING:
    self->spacing = g_value_get_int (value);
    break;
  }
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}

static void
cs_columns_layout_class_init (CsColumnsLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = cs_columns_layout_get_property;
  object_class->set_property = cs_columns_layout_set_property;
  manager_class->get_request_mode = cs_columns_layout_get_request_mode;
  manager_class->measure = cs_columns_layout_measure;
  manager_class->allocate = cs_columns_layout_allocate;

  /* Pixels where text has its usual size; a child that needs more gets more. */
  properties[PROP_MIN_COLUMN_WIDTH] =
      g_param_spec_int ("min-column-width", NULL, NULL, 0, G_MAXINT16, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SPACING] =
      g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
cs_columns_layout_init (CsColumnsLayout *self)
{
}
