/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-export-bar.h"

#include <glib/gi18n.h>

#include "ui/cs-export-file.h"
#include "ui/cs-export-print.h"
#include "ui/cs-resources.h"
#include "ui/cs-toast.h"

#define PROGRESS_MS 250

/*
 * CsExportBar: asks where to save something, saves it in the background, and tells how that goes.
 *
 * It takes no room while nothing is saved. What takes long shows its progress and can be cancelled; an error stays until it
 * is closed; that all went well is a toast.
 */
struct _CsExportBar {
  AdwBin parent_instance;

  GtkSpinner *spinner;
  GtkWidget *warning_image;
  GtkLabel *label;
  GtkButton *button;

  GtkFileChooserNative *chooser;  /* (owned) (nullable) */
  CsDashboardPage *page;          /* (owned) (nullable) to be saved or printed where the chooser says */
  CsExportCalls *calls;           /* (owned) (nullable) the same */
  GCancellable *work;             /* (owned) (nullable) while something is saved */
  guint *n_written;               /* (owned) (nullable) atomic; of calls */
  char *name;                     /* (owned) (nullable) of the file */
  guint progress_source;
};

G_DEFINE_FINAL_TYPE (CsExportBar, cs_export_bar, ADW_TYPE_BIN)

static const struct {
  CsDashboardFormat format;
  const char *name;
  const char *suffix;
  const char *mime_type;
} formats[] = {
  { CS_DASHBOARD_PDF, N_("PDF document"), ".pdf", "application/pdf" },
  { CS_DASHBOARD_PNG, N_("PNG picture"), ".png", "image/png" },
  { CS_DASHBOARD_SVG, N_("SVG drawing"), ".svg", "image/svg+xml" },
};

static void
show_error (CsExportBar *self,
            const char  *message)
{
  gtk_label_set_label (self->label, message);
  gtk_widget_set_visible (self->warning_image, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
  gtk_button_set_label (self->button, _("Close"));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, message, -1);
}

static gboolean
show_progress (gpointer user_data)
{
  CsExportBar *self = user_data;
  guint n = self->n_written != NULL ? g_atomic_int_get (self->n_written) : 0;
  g_autofree char *text = n > 0 ? g_strdup_printf (ngettext ("Saving “%s”: %'u call", "Saving “%s”: %'u calls", n), self->name, n)
                                : g_strdup_printf (_("Saving “%s”"), self->name);

  gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (self->warning_image, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  gtk_spinner_start (self->spinner);
  gtk_button_set_label (self->button, _("Cancel"));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  return G_SOURCE_CONTINUE;
}

static void
end_work (CsExportBar *self)
{
  g_clear_handle_id (&self->progress_source, g_source_remove);
  g_clear_object (&self->work);
  g_clear_pointer (&self->n_written, g_free);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
on_saved (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsExportBar) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_saved = cs_export_file_finish (result, &error);
  g_autofree char *message = g_strdup_printf (_("Saved as “%s”"), self->name);

  /* The window was closed meanwhile. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  end_work (self);
  if (is_saved)
    cs_toast_show (GTK_WIDGET (self), message);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, error->message);
}

/* What is quickly done shows no progress. */
static void
begin_work (CsExportBar *self,
            GFile       *file)
{
  g_autofree char *base = g_file_get_basename (file);

  g_free (self->name);
  self->name = g_filename_display_name (base != NULL ? base : "");
  self->work = g_cancellable_new ();
  self->progress_source = g_timeout_add (PROGRESS_MS, show_progress, self);
}

static void
on_button_clicked (CsExportBar *self)
{
  if (self->work != NULL)
    g_cancellable_cancel (self->work);
  else
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* A page that is written, as an export's data. */
typedef struct {
  CsDashboardPage *page;  /* (owned) */
  CsDashboardFormat format;
} Sheet;

static void
sheet_free (gpointer data)
{
  Sheet *sheet = data;

  cs_dashboard_page_free (sheet->page);
  g_free (sheet);
}

static gboolean
write_sheet (GOutputStream  *stream,
             gpointer        data,
             GCancellable   *cancellable,
             GError        **error)
{
  Sheet *sheet = data;

  return cs_dashboard_page_write (sheet->page, sheet->format, stream, cancellable, error);
}

/* By the name that the user gave it; any other name is a PDF. */
static CsDashboardFormat
get_format (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = g_ascii_strdown (base != NULL ? base : "", -1);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (g_str_has_suffix (name, formats[i].suffix))
      return formats[i].format;
  }
  return CS_DASHBOARD_PDF;
}

static void
on_place_chosen (CsExportBar *self,
                 int          response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (CsDashboardPage) page = g_steal_pointer (&self->page);
  CsExportCalls *calls = g_steal_pointer (&self->calls);
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  if (file != NULL && page != NULL)
    cs_export_bar_save_dashboard (self, g_steal_pointer (&page), file);
  else if (file != NULL && calls != NULL)
    cs_export_bar_save_calls (self, g_steal_pointer (&calls), file);
  g_clear_pointer (&calls, cs_export_calls_free);
}

/* The name has the page's title, and the day: "Calls today 2026-06-29.pdf". */
static void
choose_place (CsExportBar *self,
              const char  *title,
              const char  *subject,
              const char  *suffix)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *name = g_strdup_printf ("%s %s%s", subject, day, suffix);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  self->chooser = gtk_file_chooser_native_new (title, root != NULL ? GTK_WINDOW (root) : NULL, GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _("_Save"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), g_strdelimit (name, "/", '-'));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_place_chosen), self, G_CONNECT_SWAPPED);
}

static void
add_filter (CsExportBar *self,
            const char  *name,
            const char  *suffix,
            const char  *mime_type)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_suffix (filter, suffix + 1);
  gtk_file_filter_add_mime_type (filter, mime_type);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
}

/* One thing at a time: what is being saved is finished or cancelled first. */
static gboolean
is_busy (CsExportBar *self)
{
  return self->chooser != NULL || self->work != NULL;
}

static void
cs_export_bar_dispose (GObject *object)
{
  CsExportBar *self = CS_EXPORT_BAR (object);

  g_cancellable_cancel (self->work);
  g_clear_handle_id (&self->progress_source, g_source_remove);
  G_OBJECT_CLASS (cs_export_bar_parent_class)->dispose (object);
}

static void
cs_export_bar_finalize (GObject *object)
{
  CsExportBar *self = CS_EXPORT_BAR (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->work);
  g_clear_pointer (&self->page, cs_dashboard_page_free);
  g_clear_pointer (&self->calls, cs_export_calls_free);
  g_free (self->n_written);
  g_free (self->name);
  G_OBJECT_CLASS (cs_export_bar_parent_class)->finalize (object);
}

static void
cs_export_bar_class_init (CsExportBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_export_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_export_bar_finalize;

  cs_resources_register ();
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-export-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, CsExportBar, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsExportBar, warning_image);
  gtk_widget_class_bind_template_child (widget_class, CsExportBar, label);
  gtk_widget_class_bind_template_child (widget_class, CsExportBar, button);
  gtk_widget_class_bind_template_callback (widget_class, on_button_clicked);
}

static void
cs_export_bar_init (CsExportBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_export_bar_choose_dashboard:
 * @self: the bar
 * @page: (transfer full): what to save
 *
 * Asks for a place and saves it there, in the format that the name's end says.
 */
void
cs_export_bar_choose_dashboard (CsExportBar     *self,
                                CsDashboardPage *page)
{
  g_autoptr (CsDashboardPage) owned = page;

  g_return_if_fail (CS_IS_EXPORT_BAR (self));
  g_return_if_fail (page != NULL);

  if (is_busy (self))
    return;
  choose_place (self, _("Export"), page->title, ".pdf");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    add_filter (self, _(formats[i].name), formats[i].suffix, formats[i].mime_type);
  self->page = g_steal_pointer (&owned);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/**
 * cs_export_bar_choose_calls:
 * @self: the bar
 * @calls: (transfer full): what to save
 *
 * Asks for a place and saves the calls there, as CSV.
 */
void
cs_export_bar_choose_calls (CsExportBar   *self,
                            CsExportCalls *calls)
{
  g_return_if_fail (CS_IS_EXPORT_BAR (self));
  g_return_if_fail (calls != NULL);

  if (is_busy (self)) {
    cs_export_calls_free (calls);
    return;
  }
  choose_place (self, _("Export calls"), C_("file name", "Calls"), ".csv");
  add_filter (self, _("CSV table"), ".csv", "text/csv");
  self->calls = calls;
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/**
 * cs_export_bar_save_dashboard:
 * @self: the bar
 * @page: (transfer full): what to save
 * @file: where
 */
void
cs_export_bar_save_dashboard (CsExportBar     *self,
                              CsDashboardPage *page,
                              GFile           *file)
{
  Sheet *sheet = g_new0 (Sheet, 1);

  sheet->page = page;
  sheet->format = get_format (file);
  if (is_busy (self)) {
    sheet_free (sheet);
    return;
  }
  begin_work (self, file);
  cs_export_file_async (file, write_sheet, sheet, sheet_free, self->work, on_saved, g_object_ref (self));
}

/**
 * cs_export_bar_save_calls:
 * @self: the bar
 * @calls: (transfer full): what to save
 * @file: where
 */
void
cs_export_bar_save_calls (CsExportBar   *self,
                          CsExportCalls *calls,
                          GFile         *file)
{
  if (is_busy (self)) {
    cs_export_calls_free (calls);
    return;
  }
  begin_work (self, file);
  self->n_written = g_new0 (guint, 1);
  calls->n_written = self->n_written;
  cs_export_file_async (file, cs_export_calls_write, calls, (GDestroyNotify) cs_export_calls_free, self->work, on_saved,
                        g_object_ref (self));
}

static void
on_print_done (CsExportBar             *self,
               GtkPrintOperationResult  result,
               GtkPrintOperation       *operation)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return;
  gtk_print_operation_get_error (operation, &error);
  message = g_strdup_printf (_("It could not be printed: %s"), error != NULL ? error->message : _("the printer gave no reason"));
  show_error (self, message);
}

/**
 * cs_export_bar_print:
 * @self: the bar
 * @page: (transfer full): what to print
 *
 * Asks for a printer and prints it on one sheet.
 */
void
cs_export_bar_print (CsExportBar     *self,
                     CsDashboardPage *page)
{
  g_autoptr (GtkPrintOperation) operation = NULL;
  g_autoptr (GError) error = NULL;
  GtkRoot *root;

  g_return_if_fail (CS_IS_EXPORT_BAR (self));
  g_return_if_fail (page != NULL);

  root = gtk_widget_get_root (GTK_WIDGET (self));
  operation = cs_export_print_new (page);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_object (operation, "done", G_CALLBACK (on_print_done), self, G_CONNECT_SWAPPED);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, root != NULL ? GTK_WINDOW (root) : NULL, &error);
}
