/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-sipgate-preferences.h"

#include <glib/gi18n.h>

#include "ui/cs-secret-rows.h"
#include "ui/cs-setting-row.h"
#include "ui/cs-state-row.h"
#include "ui/cs-toast.h"

/*
 * CsSipgatePreferences: the page of the preferences about the sipgate account.
 *
 * A test of the connection takes what has been typed, applied or not, and what is stored for the rest.
 */
struct _CsSipgatePreferences {
  AdwPreferencesPage parent_instance;

  AdwPasswordEntryRow *id_row;
  GtkWidget *id_mark;
  GtkWidget *id_remove_button;
  AdwPasswordEntryRow *secret_row;
  GtkWidget *secret_mark;
  GtkWidget *secret_remove_button;
  CsStateRow *connection_row;
  CsStateRow *lost_row;
  CsStateRow *url_row;
  GtkWidget *restore_button;
  GtkWidget *register_button;
  GtkWidget *register_switch;
  CsSettingRow *caller_row;

  CsSettings *settings;      /* (owned) (nullable) */
  CsEngine *engine;          /* (owned) (nullable) */
  CsSecretRows *secret_rows; /* (owned) */
  GCancellable *cancellable; /* (owned) of all that is under way */
  gboolean is_changing;      /* the address is being registered or restored */
  char *url_failure;         /* (owned) (nullable) why the last try to do so failed */
};

G_DEFINE_FINAL_TYPE (CsSipgatePreferences, cs_sipgate_preferences, ADW_TYPE_PREFERENCES_PAGE)

static GSettings *
get_gsettings (CsSipgatePreferences *self)
{
  return cs_settings_get_gsettings (self->settings);
}

/* What was tested isn't what is set any more. */
static void
forget_result (CsSipgatePreferences *self)
{
  if (!cs_state_row_is_busy (self->connection_row))
    cs_state_row_show (self->connection_row, CS_STATE_UNKNOWN, _("Not tested yet"));
}

static void
on_tested (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *user = cs_engine_test_sipgate_finish (CS_ENGINE (source), result, &error);
  g_autoptr (CsSipgatePreferences) self = user_data;
  g_autofree char *text = NULL;

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (user == NULL) {
    cs_state_row_show (self->connection_row, CS_STATE_BAD, error->message);
    return;
  }
  /* Translators: %s is a user of sipgate's, such as w0. */
  text = g_strdup_printf (_("sipgate answers; the token belongs to the user %s"), user);
  cs_state_row_show (self->connection_row, CS_STATE_GOOD, text);
}

static void
test (CsSipgatePreferences *self,
      const CsSecretValues *values)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (self->settings);

  cs_secret_values_fill (values, config);
  cs_engine_test_sipgate_async (self->engine, config, self->cancellable, on_tested, g_object_ref (self));
}

static void
on_collected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secret_rows_collect_finish (CS_SECRET_ROWS (source), result, &error);
  g_autoptr (CsSipgatePreferences) self = user_data;

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (values == NULL)
    cs_state_row_show (self->connection_row, CS_STATE_BAD, error->message);
  else
    test (self, values);
}

static void
on_test_clicked (CsSipgatePreferences *self)
{
  if (self->engine == NULL)
    return;
  cs_state_row_show (self->connection_row, CS_STATE_BUSY, _("Asking sipgate…"));
  cs_secret_rows_collect_async (self->secret_rows, on_collected, g_object_ref (self));
}

static void
show_history (CsSipgatePreferences *self,
              const CsSnapshot     *snapshot)
{
  const CsSipgateState *state = &snapshot->sipgate;
  g_autofree char *text = NULL;

  if (state->activity == CS_SIPGATE_OFF && state->error == NULL)
    text = g_strdup (_("Needs ID and token: calls of times when this computer couldn’t be reached are unknown"));
  else if (state->error != NULL)
    text = g_strdup (state->error);
  else if (state->good_us == CS_UNKNOWN)
    text = g_strdup (_("Reading sipgate’s history…"));
  else if (state->n_filled == 0)
    text = g_strdup (_("Nothing is missing"));
  else
    text = g_strdup_printf (ngettext ("%'u call was completed from sipgate’s history", "%'u calls were completed from sipgate’s history",
                                      state->n_filled), state->n_filled);
  cs_state_row_show (self->lost_row, state->error != NULL           ? CS_STATE_BAD
                                     : state->good_us != CS_UNKNOWN ? CS_STATE_GOOD
                                                                    : CS_STATE_UNKNOWN, text);
}

static const char *
describe_url (const CsSnapshot *snapshot)
{
  const CsSipgateState *state = &snapshot->sipgate;

  if (state->activity == CS_SIPGATE_OFF)
    return _("Needs ID and token. Without them, paste the address of the page Receiving at sipgate yourself.");
  switch (state->url_state)
    {
    case CS_SIPGATE_URL_UNKNOWN:
      return state->url_error != NULL ? state->url_error : _("Not known yet");
    case CS_SIPGATE_URL_NONE:
      return _("None is set: sipgate reports no calls");
    case CS_SIPGATE_URL_OURS:
      return _("This computer: sipgate reports calls here");
    case CS_SIPGATE_URL_OTHER:
      return snapshot->sipgate_url != NULL ? _("Another one: sipgate doesn’t report all calls to this computer’s address")
                                           : _("Set, but this computer has no public address now");
    }
  return "";
}

static void
show_url (CsSipgatePreferences *self,
          const CsSnapshot     *snapshot)
{
  const CsSipgateState *state = &snapshot->sipgate;
  gboolean is_on = state->activity != CS_SIPGATE_OFF;
  const char *failure = self->url_failure != NULL ? self->url_failure : is_on ? state->url_error : NULL;

  if (self->is_changing)
    cs_state_row_show (self->url_row, CS_STATE_BUSY, _("Asking sipgate…"));
  else if (failure != NULL)
    cs_state_row_show (self->url_row, CS_STATE_BAD, failure);
  else
    cs_state_row_show (self->url_row, state->url_state == CS_SIPGATE_URL_OURS ? CS_STATE_GOOD : CS_STATE_UNKNOWN, describe_url (snapshot));
  gtk_widget_set_sensitive (self->register_button, is_on && !self->is_changing && snapshot->sipgate_url != NULL
                                                     && state->url_state != CS_SIPGATE_URL_OURS);
  gtk_widget_set_visible (self->restore_button, is_on && state->can_restore);
  gtk_widget_set_sensitive (self->restore_button, !self->is_changing);
}

static void
show_state (CsSipgatePreferences *self)
{
  g_autoptr (CsSnapshot) snapshot = self->engine != NULL ? cs_engine_get_snapshot (self->engine) : NULL;

  if (snapshot == NULL)
    return;
  show_history (self, snapshot);
  show_url (self, snapshot);
}

/* The answer to a change of the address. error: (nullable) */
static void
note_change (CsSipgatePreferences *self,
             const GError         *error,
             const char           *done)
{
  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_changing = FALSE;
  g_free (self->url_failure);
  self->url_failure = error != NULL ? g_strdup (error->message) : NULL;
  if (error == NULL)
    cs_toast_show (GTK_WIDGET (self), done);
  show_state (self);
}

static void
on_registered (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgatePreferences) self = user_data;

  cs_engine_register_sipgate_finish (CS_ENGINE (source), result, &error);
  note_change (self, error, _("sipgate reports calls to this computer now"));
}

static void
on_restored (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgatePreferences) self = user_data;

  cs_engine_restore_sipgate_finish (CS_ENGINE (source), result, &error);
  note_change (self, error, _("The former addresses are set again"));
}

static void
on_register_clicked (CsSipgatePreferences *self)
{
  self->is_changing = TRUE;
  show_state (self);
  cs_engine_register_sipgate_async (self->engine, self->cancellable, on_registered, g_object_ref (self));
}

static void
on_restore_clicked (CsSipgatePreferences *self)
{
  self->is_changing = TRUE;
  show_state (self);
  cs_engine_restore_sipgate_async (self->engine, self->cancellable, on_restored, g_object_ref (self));
}

static const char *
get_caller_problem (const char *caller)
{
  return cs_settings_is_caller (caller) ? NULL : _("An extension such as w0, or a number of digits");
}

static void
cs_sipgate_preferences_dispose (GObject *object)
{
  CsSipgatePreferences *self = CS_SIPGATE_PREFERENCES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->secret_rows);

  G_OBJECT_CLASS (cs_sipgate_preferences_parent_class)->dispose (object);
}

static void
cs_sipgate_preferences_finalize (GObject *object)
{
  CsSipgatePreferences *self = CS_SIPGATE_PREFERENCES (object);

  g_clear_object (&self->cancellable);
  g_free (self->url_failure);

  G_OBJECT_CLASS (cs_sipgate_preferences_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, id_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, id_mark);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, id_remove_button);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, secret_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, secret_mark);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, secret_remove_button);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, connection_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, lost_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, url_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, restore_button);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, register_button);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, register_switch);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, caller_row);
}

static void
cs_sipgate_preferences_class_init (CsSipgatePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_sipgate_preferences_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_sipgate_preferences_finalize;

  g_type_ensure (CS_TYPE_SETTING_ROW);
  g_type_ensure (CS_TYPE_STATE_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-sipgate-preferences.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_test_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_register_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_restore_clicked);
}

static void
cs_sipgate_preferences_init (CsSipgatePreferences *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->secret_rows = cs_secret_rows_new (self->cancellable);
  cs_secret_rows_add (self->secret_rows, CS_SECRET_SIPGATE_TOKEN_ID, self->id_row, self->id_mark, self->id_remove_button);
  cs_secret_rows_add (self->secret_rows, CS_SECRET_SIPGATE_TOKEN, self->secret_row, self->secret_mark, self->secret_remove_button);
  g_signal_connect_object (self->secret_rows, "changed", G_CALLBACK (forget_result), self, G_CONNECT_SWAPPED);
}

/**
 * cs_sipgate_preferences_set_settings:
 * @self: the page
 * @settings: what it shows and changes
 */
void
cs_sipgate_preferences_set_settings (CsSipgatePreferences *self,
                                     CsSettings           *settings)
{
  g_return_if_fail (CS_IS_SIPGATE_PREFERENCES (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_settings_bind (get_gsettings (self), "sipgate-register-url", self->register_switch, "active", G_SETTINGS_BIND_DEFAULT);
  cs_setting_row_bind (self->caller_row, get_gsettings (self), "sipgate-caller", get_caller_problem);
}

/**
 * cs_sipgate_preferences_set_engine:
 * @self: the page, which has its settings
 * @engine: (nullable): what speaks with sipgate
 * @secrets: (nullable): where ID and token are kept
 */
void
cs_sipgate_preferences_set_engine (CsSipgatePreferences *self,
                                   CsEngine             *engine,
                                   CsSecrets            *secrets)
{
  g_return_if_fail (CS_IS_SIPGATE_PREFERENCES (self));
  g_return_if_fail (self->settings != NULL && self->engine == NULL);

  g_set_object (&self->engine, engine);
  gtk_widget_set_sensitive (GTK_WIDGET (self->connection_row), engine != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->url_row), engine != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->lost_row), engine != NULL);
  cs_secret_rows_set_secrets (self->secret_rows, secrets);
  if (engine != NULL) {
    g_signal_connect_object (engine, "snapshot", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
    show_state (self);
  }
}
