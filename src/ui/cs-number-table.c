/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-number-table.h"

#include <glib/gi18n.h>

#include "ui/cs-number-row.h"

/* An account has a few dozen numbers; a heartbeat can name any number of them. */
#define MAX_ROWS 100

typedef enum {
  SORT_NAME,
  SORT_CALLS,
  SORT_RATE,
  SORT_MISSED,
  SORT_HEALTH,
} SortKey;

#define N_SORT_KEYS 5

/*
 * CsNumberTable: the account's numbers, sorted by the column whose head was pressed last.
 */
struct _CsNumberTable {
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkListBox *row_list;
  GtkLabel *more_label;

  GtkWidget *sort_buttons[N_SORT_KEYS];
  GtkImage *sort_images[N_SORT_KEYS];
  CsReport *report;        /* (owned) (nullable) */
  GPtrArray *rows;         /* (owned) (element-type CsNumberRow) those in the list */
  gboolean is_one_status;
  CsRatingLimits limits;
  SortKey sort_key;
  gboolean is_descending;
};

G_DEFINE_FINAL_TYPE (CsNumberTable, cs_number_table, GTK_TYPE_WIDGET)

static double
get_rate (const CsReportNumber *number)
{
  double rate;

  /* Where there is no rate, it comes last or first, but not between the others. */
  return cs_metrics_get_answer_rate (&number->metrics, &rate) ? rate : -1;
}

static double
get_sort_value (const CsReportNumber *number,
                SortKey               key)
{
  switch (key) {
  case SORT_NAME:
    break;
  case SORT_CALLS:
    return cs_metrics_get_total (&number->metrics);
  case SORT_RATE:
    return get_rate (number);
  case SORT_MISSED:
    return cs_metrics_get_part (&number->metrics, CS_PART_MISSED);
  case SORT_HEALTH:
    return number->is_affected ? 1 : 0;
  }
  return 0;
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  CsNumberTable *self = user_data;
  const CsReportNumber *left = *(CsReportNumber *const *) a, *right = *(CsReportNumber *const *) b;
  double left_value = get_sort_value (left, self->sort_key), right_value = get_sort_value (right, self->sort_key);
  g_autofree char *left_title = NULL;
  g_autofree char *right_title = NULL;
  int order;

  if (left_value != right_value)
    return (left_value < right_value ? -1 : 1) * (self->is_descending ? -1 : 1);
  if (self->sort_key != SORT_NAME)
    return g_strcmp0 (left->number_key, right->number_key);
  left_title = cs_number_get_title (left);
  right_title = cs_number_get_title (right);
  order = g_utf8_collate (left_title, right_title);
  return self->is_descending ? -order : order;
}

static void
show_rows (CsNumberTable *self)
{
  g_autoptr (GPtrArray) numbers = g_ptr_array_new ();
  guint n_rows = MIN (self->report->numbers->len, MAX_ROWS);
  g_autofree char *more = NULL;

  for (guint i = 0; i < self->report->numbers->len; i++)
    g_ptr_array_add (numbers, g_ptr_array_index (self->report->numbers, i));
  g_ptr_array_sort_with_data (numbers, compare_numbers, self);

  while (self->rows->len > n_rows) {
    gtk_list_box_remove (self->row_list, g_ptr_array_index (self->rows, self->rows->len - 1));
    g_ptr_array_set_size (self->rows, (int) self->rows->len - 1);
  }
  while (self->rows->len < n_rows) {
    GtkWidget *row = cs_number_row_new ();

    gtk_list_box_append (self->row_list, row);
    g_ptr_array_add (self->rows, row);
  }
  for (guint i = 0; i < n_rows; i++)
    cs_number_row_set_number (g_ptr_array_index (self->rows, i), g_ptr_array_index (numbers, i), self->report->health,
                              self->is_one_status, &self->limits);

  more = g_strdup_printf (ngettext ("%u other number is not shown", "%u other numbers are not shown", numbers->len - n_rows),
                          numbers->len - n_rows);
  gtk_label_set_label (self->more_label, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), numbers->len > n_rows);
}

static void
show_sorting (CsNumberTable *self)
{
  for (int i = 0; i < N_SORT_KEYS; i++) {
    gboolean is_key = (int) self->sort_key == i;
    const char *order = self->is_descending ? _("Sorted, largest first") : _("Sorted, smallest first");

    gtk_widget_set_visible (GTK_WIDGET (self->sort_images[i]), is_key);
    gtk_image_set_from_icon_name (self->sort_images[i], self->is_descending ? "pan-down-symbolic" : "pan-up-symbolic");
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->sort_buttons[i]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    is_key ? order : _("Not sorted"), -1);
  }
}

static void
on_sort_clicked (GtkWidget     *button,
                 CsNumberTable *self)
{
  SortKey key = SORT_NAME;

  while (self->sort_buttons[key] != button)
    key++;
  self->is_descending = key == self->sort_key ? !self->is_descending : key != SORT_NAME;
  self->sort_key = key;
  show_sorting (self);
  if (self->report != NULL)
    show_rows (self);
}

static void
add_head (CsNumberTable *self,
          SortKey        key,
          const char    *title,
          const char    *name,
          GtkAlign       align)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "pixel-size", 12, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_halign (box, align);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), image);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "sort-button");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (on_sort_clicked), self);
  gtk_box_append (GTK_BOX (self->head), button);
  self->sort_buttons[key] = button;
  self->sort_images[key] = GTK_IMAGE (image);
}

static void
cs_number_table_dispose (GObject *object)
{
  CsNumberTable *self = CS_NUMBER_TABLE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->report, cs_report_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (cs_number_table_parent_class)->dispose (object);
}

static void
cs_number_table_class_init (CsNumberTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_number_table_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-number-table.ui");
  gtk_widget_class_bind_template_child (widget_class, CsNumberTable, head);
  gtk_widget_class_bind_template_child (widget_class, CsNumberTable, row_list);
  gtk_widget_class_bind_template_child (widget_class, CsNumberTable, more_label);
}

static void
cs_number_table_init (CsNumberTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  self->sort_key = SORT_CALLS;
  self->is_descending = TRUE;
  gtk_widget_set_layout_manager (self->head, cs_number_row_create_layout ());
  add_head (self, SORT_NAME, C_("column", "Number"), _("Sort by name"), GTK_ALIGN_START);
  add_head (self, SORT_CALLS, C_("column", "Calls"), _("Sort by number of calls"), GTK_ALIGN_END);
  add_head (self, SORT_RATE, C_("column", "Answered"), _("Sort by answer rate"), GTK_ALIGN_END);
  add_head (self, SORT_MISSED, C_("column", "Missed"), _("Sort by missed calls"), GTK_ALIGN_END);
  /* Above the icons. */
  gtk_box_append (GTK_BOX (self->head), gtk_label_new (NULL));
  add_head (self, SORT_HEALTH, C_("column", "Health"), _("Sort by health"), GTK_ALIGN_START);
  show_sorting (self);
}

/**
 * cs_number_table_set_report:
 * @self: the table
 * @report: whose numbers to show
 * @is_one_status: whether only calls that ended in one way are counted
 * @limits: what a good answer rate is
 */
void
cs_number_table_set_report (CsNumberTable        *self,
                            CsReport             *report,
                            gboolean              is_one_status,
                            const CsRatingLimits *limits)
{
  g_return_if_fail (CS_IS_NUMBER_TABLE (self));
  g_return_if_fail (report != NULL);

  cs_report_ref (report);
  g_clear_pointer (&self->report, cs_report_unref);
  self->report = report;
  self->is_one_status = is_one_status;
  self->limits = *limits;
  show_rows (self);
}
