/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-import-window.h"

#include <glib/gi18n.h>

#include "contacts/cs-contact-file.h"
#include "ui/cs-import-columns.h"
#include "ui/cs-number-format.h"
#include "ui/cs-resources.h"

#define MAX_SAMPLES 5
#define MAX_SHOWN_FAULTS 200

/*
 * CsImportWindow: what a file has of contacts, before and after they are imported.
 *
 * The file is read in the background: its beginning first, then all of it, and again when the user says otherwise what a
 * column holds. Nothing is written before Import is pressed. What is refused is listed with its reason.
 */
struct _CsImportWindow {
  AdwWindow parent_instance;

  AdwWindowTitle *import_title;
  GtkButton *close_button;
  GtkWidget *import_button;
  GtkSpinner *spinner;
  GtkStack *import_stack;
  AdwStatusPage *failed_page;
  GtkWidget *columns_group;
  CsImportColumns *import_columns;
  AdwPreferencesGroup *found_group;
  AdwPreferencesGroup *refused_group;
  GtkWidget *whole_row;
  GtkSwitch *whole_switch;
  AdwExpanderRow *refused_row;

  CsEngine *engine;            /* (owned) */
  GFile *file;                 /* (owned) */
  gboolean is_vcard;
  CsContactImport *import;     /* (owned) (nullable) what was found */
  GPtrArray *sample_rows;      /* (owned) (element-type GtkWidget) */
  GPtrArray *fault_rows;       /* (owned) (element-type GtkWidget) */
  GCancellable *work;          /* (owned) (nullable) of the reading or the writing */
  gboolean is_writing;
  gboolean is_done;
};

G_DEFINE_FINAL_TYPE (CsImportWindow, cs_import_window, ADW_TYPE_WINDOW)

typedef enum {
  SIGNAL_IMPORTED,
} CsImportWindowSignal;

static guint signals[SIGNAL_IMPORTED + 1];

static void
begin_work (CsImportWindow *self)
{
  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  self->work = g_cancellable_new ();
  gtk_spinner_start (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
}

static void
end_work (CsImportWindow *self)
{
  g_clear_object (&self->work);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
}

static void
show_failure (CsImportWindow *self,
              const char     *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->failed_page, text);
  gtk_stack_set_visible_child_name (self->import_stack, "failed");
  gtk_widget_set_visible (self->import_button, FALSE);
  gtk_button_set_label (self->close_button, _("Close"));
}

/* What is known of the file: whether it can be imported as the user wants it. */
static void
show_state (CsImportWindow *self)
{
  gboolean is_whole = gtk_switch_get_active (self->whole_switch);
  gboolean can_import = self->import != NULL && self->import->contacts->len > 0 && self->work == NULL && !self->is_done
                        && !(is_whole && self->import->n_faults > 0);

  gtk_widget_set_sensitive (self->import_button, can_import);
  gtk_widget_set_sensitive (self->columns_group, !self->is_writing);
}

static void
clear_rows (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++) {
    GtkWidget *row = g_ptr_array_index (rows, i);

    gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (row)), row);
  }
  g_ptr_array_set_size (rows, 0);
}

static GtkWidget *
make_row (const char *title,
          const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  /* What a file says is text. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
show_contacts (CsImportWindow *self)
{
  guint n = self->import->contacts->len;
  g_autofree char *title = NULL;
  g_autofree char *skipped = NULL;

  if (self->is_done)
    title = g_strdup_printf (ngettext ("%'u contact imported", "%'u contacts imported", n), n);
  else
    title = n > 0 ? g_strdup_printf (ngettext ("%'u contact found", "%'u contacts found", n), n) : g_strdup (_("No contacts found"));
  if (self->import->n_numberless > 0)
    skipped = g_strdup_printf (ngettext ("%u without a telephone number is left out", "%u without a telephone number are left out",
                                         self->import->n_numberless), self->import->n_numberless);
  adw_preferences_group_set_title (self->found_group, title);
  adw_preferences_group_set_description (self->found_group, skipped);

  clear_rows (self->sample_rows);
  for (guint i = 0; i < MIN (n, MAX_SAMPLES); i++) {
    const CsContact *contact = g_ptr_array_index (self->import->contacts, i);
    g_autoptr (GString) numbers = g_string_new (NULL);
    GtkWidget *row;

    for (guint j = 0; j < contact->numbers->len; j++) {
      g_autofree char *number = cs_number_format_isolate (g_ptr_array_index (contact->numbers, j));

      g_string_append_printf (numbers, "%s%s", j > 0 ? " · " : "", number);
    }
    row = make_row (contact->name, numbers->str);
    g_ptr_array_add (self->sample_rows, row);
    adw_preferences_group_add (self->found_group, row);
  }
  if (n > MAX_SAMPLES) {
    g_autofree char *more = g_strdup_printf (ngettext ("and %'u more", "and %'u more", n - MAX_SAMPLES), n - MAX_SAMPLES);
    GtkWidget *row = make_row (more, "");

    gtk_widget_add_css_class (row, "dim-label");
    g_ptr_array_add (self->sample_rows, row);
    adw_preferences_group_add (self->found_group, row);
  }
}

static void
show_faults (CsImportWindow *self)
{
  guint n = self->import->n_faults, n_shown = MIN (self->import->faults->len, MAX_SHOWN_FAULTS);
  g_autofree char *title = g_strdup_printf (ngettext ("%'u refused", "%'u refused", n), n);

  gtk_widget_set_visible (GTK_WIDGET (self->refused_group), n > 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->refused_row), title);
  /* Those of an expander row lie in a list of its own. */
  clear_rows (self->fault_rows);
  for (guint i = 0; i < n_shown; i++) {
    const CsContactFault *fault = g_ptr_array_index (self->import->faults, i);
    g_autofree char *line = g_strdup_printf (_("Line %lu"), (gulong) fault->line);
    GtkWidget *row = make_row (line, fault->reason);

    g_ptr_array_add (self->fault_rows, row);
    adw_expander_row_add_row (self->refused_row, row);
  }
  if (n > n_shown) {
    g_autofree char *more = g_strdup_printf (ngettext ("and %'u more", "and %'u more", n - n_shown), n - n_shown);
    GtkWidget *row = make_row (more, "");

    g_ptr_array_add (self->fault_rows, row);
    adw_expander_row_add_row (self->refused_row, row);
  }
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsImportWindow *self = CS_IMPORT_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsContactImport) import = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  end_work (self);
  if (import == NULL) {
    show_failure (self, error->message);
    return;
  }
  g_clear_pointer (&self->import, cs_contact_import_free);
  self->import = g_steal_pointer (&import);
  gtk_stack_set_visible_child_name (self->import_stack, "preview");
  show_contacts (self);
  show_faults (self);
  show_state (self);
}

/* What is to be read, and how. */
typedef struct {
  GFile *file;               /* (owned) */
  gboolean is_vcard;
  CsContactColumns columns;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->file);
  g_free (reading);
}

static void
run_reading (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Reading *reading = data;
  GError *error = NULL;
  CsContactImport *import = cs_contact_file_read (reading->file, reading->is_vcard ? NULL : &reading->columns, cancellable,
                                                  &error);

  if (import == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, import, (GDestroyNotify) cs_contact_import_free);
}

static void
read_contacts (CsImportWindow *self)
{
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (GTask) task = NULL;

  begin_work (self);
  reading->file = g_object_ref (self->file);
  reading->is_vcard = self->is_vcard;
  reading->columns = *cs_import_columns_get (self->import_columns);
  task = g_task_new (self, self->work, on_read, NULL);
  g_task_set_source_tag (task, read_contacts);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, run_reading);
  show_state (self);
}

static void
on_previewed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  CsImportWindow *self = CS_IMPORT_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsContactPreview) preview = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  end_work (self);
  if (preview == NULL) {
    show_failure (self, error->message);
    return;
  }
  self->is_vcard = preview->is_vcard;
  gtk_widget_set_visible (self->columns_group, !preview->is_vcard);
  if (!preview->is_vcard)
    cs_import_columns_set_preview (self->import_columns, preview);
  read_contacts (self);
}

static void
run_preview (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  CsContactPreview *preview = cs_contact_file_preview (data, cancellable, &error);

  if (preview == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, preview, (GDestroyNotify) cs_contact_preview_free);
}

static void
read_preview (CsImportWindow *self)
{
  g_autoptr (GTask) task = NULL;

  begin_work (self);
  task = g_task_new (self, self->work, on_previewed, NULL);
  g_task_set_source_tag (task, read_preview);
  g_task_set_task_data (task, g_object_ref (self->file), g_object_unref);
  g_task_run_in_thread (task, run_preview);
}

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsImportWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_whole = cs_engine_import_contacts_finish (CS_ENGINE (source), result, &error);

  g_signal_emit (self, signals[SIGNAL_IMPORTED], 0);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->engine == NULL)
    return;
  self->is_writing = FALSE;
  self->is_done = is_whole;
  end_work (self);
  if (!is_whole) {
    g_autofree char *message = g_strdup_printf (_("Nothing was imported: %s. Import the file again when that is settled."),
                                                error->message);

    show_failure (self, message);
    return;
  }
  gtk_widget_set_visible (self->import_button, FALSE);
  gtk_widget_set_visible (self->columns_group, FALSE);
  gtk_widget_set_visible (self->whole_row, FALSE);
  gtk_button_set_label (self->close_button, _("Close"));
  show_contacts (self);
  show_state (self);
}

static void
start_import (CsImportWindow *self)
{
  if (self->import == NULL || self->is_writing || self->is_done)
    return;
  begin_work (self);
  self->is_writing = TRUE;
  show_state (self);
  cs_engine_import_contacts_async (self->engine, self->import->contacts, self->work, on_imported, g_object_ref (self));
}

static void
cs_import_window_dispose (GObject *object)
{
  CsImportWindow *self = CS_IMPORT_WINDOW (object);

  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  G_OBJECT_CLASS (cs_import_window_parent_class)->dispose (object);
  g_clear_object (&self->engine);
  g_clear_object (&self->file);
  g_clear_pointer (&self->import, cs_contact_import_free);
  g_clear_pointer (&self->sample_rows, g_ptr_array_unref);
  g_clear_pointer (&self->fault_rows, g_ptr_array_unref);
}

/* Closing while it reads or writes ends that. */
static gboolean
cs_import_window_close_request (GtkWindow *window)
{
  CsImportWindow *self = CS_IMPORT_WINDOW (window);

  g_cancellable_cancel (self->work);
  return GTK_WINDOW_CLASS (cs_import_window_parent_class)->close_request (window);
}

static void
cs_import_window_class_init (CsImportWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_import_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = cs_import_window_close_request;

  signals[SIGNAL_IMPORTED] =
      g_signal_new ("imported", CS_TYPE_IMPORT_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  cs_resources_register ();
  g_type_ensure (CS_TYPE_IMPORT_COLUMNS);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-import-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, import_title);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, close_button);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, import_button);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, import_stack);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, failed_page);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, columns_group);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, import_columns);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, found_group);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, refused_group);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, whole_row);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, whole_switch);
  gtk_widget_class_bind_template_child (widget_class, CsImportWindow, refused_row);
  gtk_widget_class_bind_template_callback (widget_class, read_contacts);
  gtk_widget_class_bind_template_callback (widget_class, show_state);
  gtk_widget_class_bind_template_callback (widget_class, start_import);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cs_import_window_init (CsImportWindow *self)
{
  self->sample_rows = g_ptr_array_new ();
  self->fault_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_import_window_new:
 * @engine: what keeps the contacts
 * @file: a vCard, or a table of text
 *
 * Returns: (transfer none): a window to present; it begins to read at once
 */
CsImportWindow *
cs_import_window_new (CsEngine *engine,
                      GFile    *file)
{
  CsImportWindow *self;
  g_autofree char *name = NULL;

  g_return_val_if_fail (CS_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  self = g_object_new (CS_TYPE_IMPORT_WINDOW, NULL);
  self->engine = g_object_ref (engine);
  self->file = g_object_ref (file);
  name = g_file_get_basename (file);
  if (name != NULL) {
    g_autofree char *display = g_filename_display_name (name);

    adw_window_title_set_subtitle (self->import_title, display);
  }
  read_preview (self);
  return self;
}
