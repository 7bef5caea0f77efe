/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-data-preferences.h"

#include <glib/gi18n.h>

#include "desktop/cs-data-export.h"
#include "ui/cs-toast.h"

/*
 * CsDataPreferences: the page of the preferences about what is kept, for how long, and how to take it along or get rid of it.
 */
struct _CsDataPreferences {
  AdwPreferencesPage parent_instance;

  GtkSpinButton *call_days_spin;
  GtkSpinButton *journal_days_spin;
  GtkSpinner *export_spinner;
  GtkWidget *export_button;
  GtkWidget *delete_button;

  GtkCheckButton *forget_check;      /* (nullable) in the question that is open */
  GtkFileChooserNative *chooser;     /* (owned) (nullable) the one that is open */
  CsSettings *settings;              /* (owned) (nullable) */
  CsEngine *engine;                  /* (owned) (nullable) */
  CsSecrets *secrets;                /* (owned) (nullable) */
  GCancellable *cancellable;         /* (owned) of the export that is under way */
  GCancellable *life;                /* (owned) cancelled with the page */
  gboolean forgets_settings;         /* of the deletion that is under way */
};

G_DEFINE_FINAL_TYPE (CsDataPreferences, cs_data_preferences, ADW_TYPE_PREFERENCES_PAGE)

/* While it runs the button ends it. */
static void
show_export (CsDataPreferences *self,
             gboolean           is_running)
{
  gtk_spinner_set_spinning (self->export_spinner, is_running);
  gtk_widget_set_visible (GTK_WIDGET (self->export_spinner), is_running);
  gtk_button_set_label (GTK_BUTTON (self->export_button), is_running ? _("Cancel") : _("Export…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->export_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_running ? _("Cancel the export") : _("Export everything"), -1);
}

static void
on_exported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsDataPreferences) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = cs_data_export_finish (CS_SETTINGS (source), result, &error);

  g_clear_object (&self->cancellable);
  if (g_cancellable_is_cancelled (self->life))
    return;
  show_export (self, FALSE);
  if (is_done)
    cs_toast_show (GTK_WIDGET (self), _("Everything exported"));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cs_toast_show (GTK_WIDGET (self), _("Export cancelled"));
  else
    cs_toast_show (GTK_WIDGET (self), error->message);
}

static void
on_file_chosen (CsDataPreferences *self,
                int                response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;

  if (file != NULL)
    cs_data_preferences_export_to (self, file);
  g_clear_object (&self->chooser);
}

static void
on_export_clicked (CsDataPreferences *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *name = g_date_time_format (now, "callstats-%Y-%m-%d.db");

  if (self->cancellable != NULL) {
    g_cancellable_cancel (self->cancellable);
    return;
  }
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Export everything"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_file_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_secret_cleared (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (CsDataPreferences) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!cs_secrets_store_finish (CS_SECRETS (source), result, &error) && !g_cancellable_is_cancelled (self->life))
    cs_toast_show (GTK_WIDGET (self), error->message);
}

static void
forget_settings (CsDataPreferences *self)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
  for (guint i = 0; self->secrets != NULL && i < CS_N_SECRETS; i++)
    cs_secrets_store_async (self->secrets, (CsSecretKey) i, "", NULL, on_secret_cleared, g_object_ref (self));
}

static void
on_deleted (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsDataPreferences) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = cs_engine_delete_all_finish (CS_ENGINE (source), result, &error);

  if (is_done && self->forgets_settings)
    forget_settings (self);
  if (g_cancellable_is_cancelled (self->life))
    return;
  gtk_widget_set_sensitive (self->delete_button, TRUE);
  cs_toast_show (GTK_WIDGET (self), is_done ? _("Everything deleted") : error->message);
}

static void
on_delete_response (CsDataPreferences *self,
                    const char        *response)
{
  GtkCheckButton *check = g_steal_pointer (&self->forget_check);

  if (g_strcmp0 (response, "delete") != 0 || self->engine == NULL)
    return;
  self->forgets_settings = check != NULL && gtk_check_button_get_active (check);
  gtk_widget_set_sensitive (self->delete_button, FALSE);
  cs_engine_delete_all_async (self->engine, NULL, on_deleted, g_object_ref (self));
}

/* With a text that goes on in a second line where the window is narrow. */
static GtkCheckButton *
make_forget_check (void)
{
  GtkWidget *check = gtk_check_button_new (), *label = gtk_label_new_with_mnemonic (_("Forget _settings, accounts and keys, too"));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), 16);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), check);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), label);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  return GTK_CHECK_BUTTON (check);
}

static void
on_delete_clicked (CsDataPreferences *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _("Delete everything?"),
                                              _("All calls, contacts and orders will be gone for good. Calls that come from now on are "
                                                "counted again."));

  self->forget_check = make_forget_check ();
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), GTK_WIDGET (self->forget_check));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_delete_response), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* A copy that nobody sees the end of isn't made. */
static void
cs_data_preferences_dispose (GObject *object)
{
  CsDataPreferences *self = CS_DATA_PREFERENCES (object);

  g_cancellable_cancel (self->life);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (cs_data_preferences_parent_class)->dispose (object);
}

static void
cs_data_preferences_finalize (GObject *object)
{
  CsDataPreferences *self = CS_DATA_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->secrets);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->life);
  G_OBJECT_CLASS (cs_data_preferences_parent_class)->finalize (object);
}

static void
cs_data_preferences_class_init (CsDataPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_data_preferences_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_data_preferences_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-data-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, CsDataPreferences, call_days_spin);
  gtk_widget_class_bind_template_child (widget_class, CsDataPreferences, journal_days_spin);
  gtk_widget_class_bind_template_child (widget_class, CsDataPreferences, export_spinner);
  gtk_widget_class_bind_template_child (widget_class, CsDataPreferences, export_button);
  gtk_widget_class_bind_template_child (widget_class, CsDataPreferences, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, on_export_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_clicked);
}

static void
cs_data_preferences_init (CsDataPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->life = g_cancellable_new ();
}

/**
 * cs_data_preferences_set_settings:
 * @self: the page
 * @settings: what it shows and changes
 */
void
cs_data_preferences_set_settings (CsDataPreferences *self,
                                  CsSettings        *settings)
{
  g_return_if_fail (CS_IS_DATA_PREFERENCES (self));

  g_set_object (&self->settings, settings);
  g_settings_bind (cs_settings_get_gsettings (settings), "call-days", self->call_days_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (cs_settings_get_gsettings (settings), "journal-days", self->journal_days_spin, "value", G_SETTINGS_BIND_DEFAULT);
}

/**
 * cs_data_preferences_set_engine:
 * @self: the page
 * @engine: (nullable): what deletes; without it nothing can be
 * @secrets: (nullable): where keys are kept; none for made-up calls
 */
void
cs_data_preferences_set_engine (CsDataPreferences *self,
                                CsEngine          *engine,
                                CsSecrets         *secrets)
{
  g_return_if_fail (CS_IS_DATA_PREFERENCES (self));

  g_set_object (&self->engine, engine);
  g_set_object (&self->secrets, secrets);
  gtk_widget_set_sensitive (self->delete_button, engine != NULL);
}

/**
 * cs_data_preferences_export_to:
 * @self: the page
 * @file: where the copy goes
 *
 * Exports everything, and says how that went.
 */
void
cs_data_preferences_export_to (CsDataPreferences *self,
                               GFile             *file)
{
  g_return_if_fail (CS_IS_DATA_PREFERENCES (self));
  g_return_if_fail (self->cancellable == NULL);

  self->cancellable = g_cancellable_new ();
  show_export (self, TRUE);
  cs_data_export_async (self->settings, file, self->cancellable, on_exported, g_object_ref (self));
}
