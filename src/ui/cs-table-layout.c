/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-table-layout.h"

#define SPACING 12
/* A row of fewer digits than these is narrow. */
#define NARROW_DIGITS 72
/* What the column that takes the rest has at least, and where all others are as narrow as can be. */
#define REST_DIGITS 8
#define LEAST_REST_DIGITS 6

/*
 * CsTableLayout: the cells of one row of a table. Every row of the same width puts its columns at the same places without
 * knowing of the others; in a narrow one some columns are left out.
 */
struct _CsTableLayout {
  GtkLayoutManager parent_instance;

  const CsTableColumn *columns;  /* (unowned) static */
  guint n_columns;
};

G_DEFINE_FINAL_TYPE (CsTableLayout, cs_table_layout, GTK_TYPE_LAYOUT_MANAGER)

static int
get_digit_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);
  return width;
}

/* Below it there is no room for a narrow row. */
static int
get_narrow_minimum (CsTableLayout *self,
                    int            digit)
{
  int minimum = REST_DIGITS * digit;

  for (guint i = 0; i < self->n_columns; i++) {
    if (self->columns[i].narrow_digits > 0)
      minimum += self->columns[i].narrow_digits * digit + SPACING;
  }
  return minimum;
}

static int
get_digits (const CsTableColumn *column,
            gboolean             is_narrow,
            gboolean             is_least)
{
  if (is_least)
    return column->least_digits;
  return is_narrow ? column->narrow_digits : column->digits;
}

/* Sets the width of each column, 0 for those that are left out. */
static void
get_widths (CsTableLayout *self,
            GtkWidget     *widget,
            int            width,
            int           *widths)
{
  int digit = get_digit_width (widget);
  gboolean is_narrow = width < NARROW_DIGITS * digit, is_least = width < get_narrow_minimum (self, digit);
  int left = width;
  int flexible = -1;

  for (guint i = 0; i < self->n_columns; i++) {
    widths[i] = get_digits (&self->columns[i], is_narrow, is_least) * digit;
    if (self->columns[i].digits == 0)
      flexible = (int) i;
    else if (widths[i] > 0)
      left -= widths[i] + SPACING;
  }
  if (flexible >= 0)
    widths[flexible] = MAX (left, 0);
}

static GtkSizeRequestMode
cs_table_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (CsTableLayout *self,
               GtkWidget     *widget,
               int           *minimum,
               int           *natural)
{
  int digit = get_digit_width (widget);

  *minimum = LEAST_REST_DIGITS * digit;
  *natural = 24 * digit;
  for (guint i = 0; i < self->n_columns; i++) {
    if (self->columns[i].least_digits > 0)
      *minimum += self->columns[i].least_digits * digit + SPACING;
    *natural += self->columns[i].digits * digit + SPACING;
  }
}

static void
cs_table_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  CsTableLayout *self = CS_TABLE_LAYOUT (manager);
  int widths[CS_TABLE_LAYOUT_MAX_COLUMNS];
  guint column = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    measure_width (self, widget, minimum, natural);
    return;
  }
  *minimum = *natural = 0;
  get_widths (self, widget, for_size >= 0 ? for_size : G_MAXINT16, widths);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && column < self->n_columns;
       child = gtk_widget_get_next_sibling (child), column++) {
    int child_minimum, child_natural, least;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, MAX (widths[column], least), &child_minimum, &child_natural, NULL, NULL);
    *minimum = MAX (*minimum, child_minimum);
    *natural = MAX (*natural, child_natural);
  }
}

static void
cs_table_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  CsTableLayout *self = CS_TABLE_LAYOUT (manager);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int widths[CS_TABLE_LAYOUT_MAX_COLUMNS];
  guint column = 0;
  int x = 0;

  get_widths (self, widget, width, widths);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && column < self->n_columns;
       child = gtk_widget_get_next_sibling (child), column++) {
    GtkAllocation allocation = { is_rtl ? width - x - widths[column] : x, 0, widths[column], height };

    gtk_widget_set_child_visible (child, widths[column] > 0);
    if (widths[column] == 0)
      continue;
    gtk_widget_size_allocate (child, &allocation, -1);
    x += widths[column] + SPACING;
  }
}

static void
cs_table_layout_class_init (CsTableLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = cs_table_layout_get_request_mode;
  layout_class->measure = cs_table_layout_measure;
  layout_class->allocate = cs_table_layout_allocate;
}

static void
cs_table_layout_init (CsTableLayout *self)
{
}

/**
 * cs_table_layout_new:
 * @columns: (array length=n_columns): static; one for each child
 * @n_columns: at most %CS_TABLE_LAYOUT_MAX_COLUMNS
 *
 * Returns: (transfer full): a layout for a row of the table, or for its head
 */
GtkLayoutManager *
cs_table_layout_new (const CsTableColumn *columns,
                     guint                n_columns)
{
  CsTableLayout *self;

  g_return_val_if_fail (n_columns <= CS_TABLE_LAYOUT_MAX_COLUMNS, NULL);

  self = g_object_new (CS_TYPE_TABLE_LAYOUT, NULL);
  self->columns = columns;
  self->n_columns = n_columns;
  return GTK_LAYOUT_MANAGER (self);
}
