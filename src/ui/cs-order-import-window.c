/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-import-window.h"

#include <glib/gi18n.h>

#include "engine/cs-engine-orders.h"
#include "ui/cs-display-text.h"
#include "ui/cs-order-mapping-group.h"
#include "ui/cs-resources.h"

#define MAX_SAMPLES 5

/*
 * CsOrderImportWindow: what a CSV file has of orders, before and after they are imported.
 *
 * Its beginning is read to guess what the columns are, and again when the user says otherwise. Nothing is written before Import is
 * pressed; a cancelled import, or one with a row that can't be used, changes nothing, unless such rows are to be left out.
 */
struct _CsOrderImportWindow {
  AdwWindow parent_instance;

  AdwWindowTitle *import_title;
  GtkButton *close_button;
  GtkWidget *import_button;
  GtkStack *import_stack;
  AdwStatusPage *failed_page;
  GtkProgressBar *progress_bar;
  GtkWidget *progress_group;
  AdwPreferencesGroup *result_group;
  CsOrderMappingGroup *mapping_group;
  GtkWidget *mapping_holder;
  AdwPreferencesGroup *sample_group;
  GtkWidget *option_group;
  GtkSwitch *replace_switch;
  GtkSwitch *skip_switch;

  CsEngine *engine;            /* (owned) */
  GFile *file;                 /* (owned) */
  GPtrArray *sample_rows;      /* (owned) (element-type GtkWidget) */
  GPtrArray *fault_rows;       /* (owned) (element-type GtkWidget) */
  GCancellable *work;          /* (owned) (nullable) of the reading or the writing */
  gboolean is_writing;
  gboolean is_done;
};

G_DEFINE_FINAL_TYPE (CsOrderImportWindow, cs_order_import_window, ADW_TYPE_WINDOW)

static void
begin_work (CsOrderImportWindow *self)
{
  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  self->work = g_cancellable_new ();
}

static void
show_state (CsOrderImportWindow *self)
{
  gtk_widget_set_sensitive (self->import_button, self->work == NULL && !self->is_done
                                                     && cs_order_mapping_group_is_usable (self->mapping_group));
  gtk_widget_set_sensitive (self->mapping_holder, !self->is_writing);
  gtk_widget_set_sensitive (self->option_group, !self->is_writing);
  gtk_widget_set_visible (self->progress_group, self->is_writing);
}

static void
show_failure (CsOrderImportWindow *self,
              const char          *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->failed_page, text);
  gtk_stack_set_visible_child_name (self->import_stack, "failed");
  gtk_widget_set_visible (self->import_button, FALSE);
  gtk_button_set_label (self->close_button, _("Close"));
}

static void
remove_rows (AdwPreferencesGroup *group,
             GPtrArray           *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static void
add_row (AdwPreferencesGroup *group,
         GPtrArray           *rows,
         const char          *title,
         const char          *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  /* What a file says is text. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  g_ptr_array_add (rows, row);
  adw_preferences_group_add (group, row);
}

/* (transfer full) */
static char *
get_cell (char **cells,
          int    column)
{
  return column >= 0 && column < (int) g_strv_length (cells) ? cs_display_text_clean (cells[column]) : g_strdup ("");
}

static void
show_sample (CsOrderImportWindow *self,
             char               **cells)
{
  const CsOrderMapping *mapping = cs_order_mapping_group_get (self->mapping_group);
  g_autofree char *customer = get_cell (cells, mapping->customer), *name = get_cell (cells, mapping->name);
  g_autofree char *state = get_cell (cells, mapping->state), *note = get_cell (cells, mapping->note);
  const char *parts[] = { state, name, note };
  g_autoptr (GString) subtitle = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (*parts[i] != '\0')
      g_string_append_printf (subtitle, "%s%s", subtitle->len > 0 ? " · " : "", parts[i]);
  }
  add_row (self->sample_group, self->sample_rows, *customer != '\0' ? customer : "–", subtitle->str);
}

static void
show_samples (CsOrderImportWindow  *self,
              const CsOrderPreview *preview)
{
  guint first = cs_order_mapping_group_get (self->mapping_group)->has_header ? 1 : 0;

  remove_rows (self->sample_group, self->sample_rows);
  for (guint i = first; i < MIN (preview->rows->len, first + MAX_SAMPLES); i++)
    show_sample (self, g_ptr_array_index (preview->rows, i));
  gtk_widget_set_visible (GTK_WIDGET (self->sample_group), self->sample_rows->len > 0);
}

static void
on_previewed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsOrderImportWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsOrderPreview) preview = cs_engine_preview_orders_finish (CS_ENGINE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->engine == NULL)
    return;
  g_clear_object (&self->work);
  if (preview == NULL) {
    show_failure (self, error->message);
    return;
  }
  cs_order_mapping_group_set_preview (self->mapping_group, preview);
  show_samples (self, preview);
  gtk_stack_set_visible_child_name (self->import_stack, "preview");
  show_state (self);
}

/* @mapping: (nullable) */
static void
read_preview (CsOrderImportWindow  *self,
              const CsOrderMapping *mapping)
{
  begin_work (self);
  cs_engine_preview_orders_async (self->engine, self->file, mapping, self->work, on_previewed, g_object_ref (self));
}

static void
on_mapping_changed (CsOrderImportWindow *self)
{
  if (cs_order_mapping_group_is_usable (self->mapping_group))
    read_preview (self, cs_order_mapping_group_get (self->mapping_group));
  show_state (self);
}

static void
show_faults (CsOrderImportWindow *self,
             const CsOrderImport *import)
{
  gulong n_more = (gulong) (import->n_faults - import->faults->len);

  for (guint i = 0; i < import->faults->len; i++) {
    const CsOrderFault *fault = g_ptr_array_index (import->faults, i);
    g_autofree char *line = g_strdup_printf (_("Line %lu"), (gulong) fault->line);

    add_row (self->result_group, self->fault_rows, line, fault->reason);
  }
  if (n_more > 0) {
    g_autofree char *more = g_strdup_printf (ngettext ("and %'lu more", "and %'lu more", n_more), n_more);

    add_row (self->result_group, self->fault_rows, more, "");
  }
}

static void
show_result (CsOrderImportWindow *self,
             const CsOrderImport *import)
{
  gulong n_orders = (gulong) import->n_orders, n_faults = (gulong) import->n_faults;
  g_autofree char *title = NULL, *text = NULL;

  if (import->is_kept)
    title = g_strdup_printf (ngettext ("%'lu order imported", "%'lu orders imported", n_orders), n_orders);
  else
    title = g_strdup (_("Nothing was imported"));
  if (n_faults > 0 && import->is_kept)
    text = g_strdup_printf (ngettext ("%'lu row was left out:", "%'lu rows were left out:", n_faults), n_faults);
  else if (n_faults > 0)
    text = g_strdup_printf (ngettext ("%'lu row can’t be used. The orders are as they were before. Correct the file, or let such rows be "
                                      "left out.",
                                      "%'lu rows can’t be used. The orders are as they were before. Correct the file, or let such rows "
                                      "be left out.", n_faults), n_faults);
  adw_preferences_group_set_title (self->result_group, title);
  adw_preferences_group_set_description (self->result_group, text);
  remove_rows (self->result_group, self->fault_rows);
  show_faults (self, import);
  gtk_widget_set_visible (GTK_WIDGET (self->result_group), TRUE);
}

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsOrderImportWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsOrderImport) import = cs_engine_import_orders_finish (CS_ENGINE (source), result, &error);

  if (self->engine == NULL)
    return;
  self->is_writing = FALSE;
  g_clear_object (&self->work);
  show_state (self);
  if (import == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      show_failure (self, error->message);
    return;
  }
  show_result (self, import);
  self->is_done = import->is_kept;
  if (!self->is_done)
    return;
  gtk_widget_set_visible (self->import_button, FALSE);
  gtk_widget_set_visible (self->mapping_holder, FALSE);
  gtk_widget_set_visible (self->option_group, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->sample_group), FALSE);
  gtk_button_set_label (self->close_button, _("Close"));
}

static void
start_import (CsOrderImportWindow *self)
{
  CsOrderMapping *mapping;

  if (self->work != NULL || self->is_done)
    return;
  mapping = cs_order_mapping_copy (cs_order_mapping_group_get (self->mapping_group));
  mapping->is_replacing = gtk_switch_get_active (self->replace_switch);
  mapping->skips_faults = gtk_switch_get_active (self->skip_switch);
  begin_work (self);
  self->is_writing = TRUE;
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->result_group), FALSE);
  show_state (self);
  cs_engine_import_orders_async (self->engine, self->file, mapping, self->work, on_imported, g_object_ref (self));
  cs_order_mapping_free (mapping);
}

static void
on_snapshot (CsOrderImportWindow *self)
{
  g_autoptr (CsSnapshot) snapshot = self->is_writing ? cs_engine_get_snapshot (self->engine) : NULL;
  g_autofree char *text = NULL;

  if (snapshot == NULL || !snapshot->orders.is_importing)
    return;
  text = g_strdup_printf (ngettext ("%'lu row read", "%'lu rows read", (gulong) snapshot->orders.n_rows),
                          (gulong) snapshot->orders.n_rows);
  gtk_progress_bar_set_fraction (self->progress_bar, snapshot->orders.fraction);
  gtk_progress_bar_set_text (self->progress_bar, text);
}

/* Cancel ends an import, and closes the window where none runs. */
static void
on_close_clicked (CsOrderImportWindow *self)
{
  if (self->is_writing)
    g_cancellable_cancel (self->work);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static gboolean
cs_order_import_window_close_request (GtkWindow *window)
{
  CsOrderImportWindow *self = CS_ORDER_IMPORT_WINDOW (window);

  g_cancellable_cancel (self->work);
  return GTK_WINDOW_CLASS (cs_order_import_window_parent_class)->close_request (window);
}

static void
cs_order_import_window_dispose (GObject *object)
{
  CsOrderImportWindow *self = CS_ORDER_IMPORT_WINDOW (object);

  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  G_OBJECT_CLASS (cs_order_import_window_parent_class)->dispose (object);
  g_clear_object (&self->engine);
  g_clear_object (&self->file);
  g_clear_pointer (&self->sample_rows, g_ptr_array_unref);
  g_clear_pointer (&self->fault_rows, g_ptr_array_unref);
}

static void
cs_order_import_window_class_init (CsOrderImportWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_order_import_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = cs_order_import_window_close_request;

  cs_resources_register ();
  g_type_ensure (CS_TYPE_ORDER_MAPPING_GROUP);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-order-import-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, import_title);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, close_button);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, import_button);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, import_stack);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, failed_page);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, progress_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, result_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, mapping_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, mapping_holder);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, sample_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, option_group);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, replace_switch);
  gtk_widget_class_bind_template_child (widget_class, CsOrderImportWindow, skip_switch);
  gtk_widget_class_bind_template_callback (widget_class, on_mapping_changed);
  gtk_widget_class_bind_template_callback (widget_class, start_import);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cs_order_import_window_init (CsOrderImportWindow *self)
{
  self->sample_rows = g_ptr_array_new ();
  self->fault_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_order_import_window_new:
 * @engine: what keeps the orders
 * @file: a table of text
 *
 * Returns: (transfer none): a window to present; it begins to read at once
 */
CsOrderImportWindow *
cs_order_import_window_new (CsEngine *engine,
                            GFile    *file)
{
  CsOrderImportWindow *self;
  g_autofree char *name = NULL;

  g_return_val_if_fail (CS_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  self = g_object_new (CS_TYPE_ORDER_IMPORT_WINDOW, NULL);
  self->engine = g_object_ref (engine);
  self->file = g_object_ref (file);
  g_signal_connect_object (engine, "snapshot", G_CALLBACK (on_snapshot), self, G_CONNECT_SWAPPED);
  name = g_file_get_basename (file);
  if (name != NULL) {
    g_autofree char *display = g_filename_display_name (name);

    adw_window_title_set_subtitle (self->import_title, display);
  }
  read_preview (self, NULL);
  return self;
}
