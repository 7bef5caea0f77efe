/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-sipgate-preferences.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * CsSipgatePreferences: the page of the preferences about the sipgate account.
 *
 * ID and token go into the keyring when they are applied, and nowhere else; they are never shown again. A test of the connection
 * takes what has been typed, applied or not, and what is stored for the rest.
 */
struct _CsSipgatePreferences {
  AdwPreferencesPage parent_instance;

  AdwPasswordEntryRow *id_row;
  GtkWidget *id_mark;
  GtkWidget *id_remove_button;
  AdwPasswordEntryRow *secret_row;
  GtkWidget *secret_mark;
  GtkWidget *secret_remove_button;
  AdwActionRow *check_row;
  GtkImage *check_image;
  GtkSpinner *check_spinner;
  GtkWidget *check_button;
  AdwActionRow *lost_row;
  GtkImage *lost_image;
  AdwActionRow *url_row;
  GtkImage *url_image;
  GtkSpinner *url_spinner;
  GtkWidget *restore_button;
  GtkWidget *register_button;
  GtkWidget *register_switch;
  AdwEntryRow *caller_row;

  CsSettings *settings;      /* (owned) (nullable) */
  CsEngine *engine;          /* (owned) (nullable) */
  CsSecrets *secrets;        /* (owned) (nullable) */
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

static void
show_toast (CsSipgatePreferences *self,
            const char           *text)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_WINDOW);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), adw_toast_new (markup));
}

static char *
get_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* The button to apply is for what the user has typed. */
static void
set_text (AdwEntryRow *row,
          const char  *text)
{
  adw_entry_row_set_show_apply_button (row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_show_apply_button (row, TRUE);
}

/* is_good: where there is an icon, whether it says that all is well. icon_name: (nullable) */
static void
show_mark (GtkImage   *image,
           const char *icon_name,
           gboolean    is_good)
{
  gtk_widget_remove_css_class (GTK_WIDGET (image), is_good ? "error" : "success");
  gtk_widget_add_css_class (GTK_WIDGET (image), is_good ? "success" : "error");
  gtk_widget_set_visible (GTK_WIDGET (image), icon_name != NULL);
  if (icon_name != NULL)
    gtk_image_set_from_icon_name (image, icon_name);
}

static void
show_spinner (GtkSpinner *spinner,
              gboolean    spins)
{
  gtk_spinner_set_spinning (spinner, spins);
  gtk_widget_set_visible (GTK_WIDGET (spinner), spins);
}

static void
show_result (CsSipgatePreferences *self,
             const char           *icon_name,
             gboolean              is_good,
             const char           *text)
{
  show_mark (self->check_image, icon_name, is_good);
  adw_action_row_set_subtitle (self->check_row, text);
  show_spinner (self->check_spinner, FALSE);
  gtk_widget_set_sensitive (self->check_button, TRUE);
}

/* What was tested isn't what is set any more. */
static void
forget_result (CsSipgatePreferences *self)
{
  if (gtk_widget_get_sensitive (self->check_button))
    show_result (self, NULL, TRUE, _("Not tested yet"));
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
    show_result (self, "dialog-error-symbolic", FALSE, error->message);
    return;
  }
  /* Translators: %s is a user of sipgate's, such as w0. */
  text = g_strdup_printf (_("sipgate answers; the token belongs to the user %s"), user);
  show_result (self, "object-select-symbolic", TRUE, text);
}

static void
replace_secret (char       **secret,
                gpointer     row)
{
  g_autofree char *typed = get_text (row);

  if (*typed == '\0')
    return;
  g_free (*secret);
  *secret = g_steal_pointer (&typed);
}

static void
test (CsSipgatePreferences *self,
      const CsSecretValues *values)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (self->settings);

  if (values != NULL)
    cs_secret_values_fill (values, config);
  replace_secret (&config->sipgate_token_id, self->id_row);
  replace_secret (&config->sipgate_token, self->secret_row);
  cs_engine_test_sipgate_async (self->engine, config, self->cancellable, on_tested, g_object_ref (self));
}

static void
on_values_for_test (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secrets_lookup_all_finish (CS_SECRETS (source), result, &error);
  g_autoptr (CsSipgatePreferences) self = user_data;

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (values == NULL)
    show_result (self, "dialog-error-symbolic", FALSE, error->message);
  else
    test (self, values);
}

static gboolean
is_typed (gpointer row)
{
  g_autofree char *text = get_text (row);

  return *text != '\0';
}

static void
on_test_clicked (CsSipgatePreferences *self)
{
  if (self->engine == NULL)
    return;
  show_result (self, NULL, TRUE, _("Asking sipgate…"));
  gtk_widget_set_sensitive (self->check_button, FALSE);
  show_spinner (self->check_spinner, TRUE);
  if (self->secrets == NULL || (is_typed (self->id_row) && is_typed (self->secret_row)))
    test (self, NULL);
  else
    cs_secrets_lookup_all_async (self->secrets, self->cancellable, on_values_for_test, g_object_ref (self));
}

static void
on_values (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secrets_lookup_all_finish (CS_SECRETS (source), result, &error);
  g_autoptr (CsSipgatePreferences) self = user_data;
  gboolean has_id, has_token;

  /* Without a keyring nothing is stored; who stores something is told why that can't be. */
  if (self->settings == NULL || values == NULL)
    return;
  has_id = *values->texts[CS_SECRET_SIPGATE_TOKEN_ID] != '\0';
  has_token = *values->texts[CS_SECRET_SIPGATE_TOKEN] != '\0';
  gtk_widget_set_visible (self->id_mark, has_id);
  gtk_widget_set_visible (self->id_remove_button, has_id);
  gtk_widget_set_visible (self->secret_mark, has_token);
  gtk_widget_set_visible (self->secret_remove_button, has_token);
}

static void
look_up (CsSipgatePreferences *self)
{
  cs_secrets_lookup_all_async (self->secrets, self->cancellable, on_values, g_object_ref (self));
}

static void
on_stored (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgatePreferences) self = user_data;

  if (!cs_secrets_store_finish (CS_SECRETS (source), result, &error) && self->settings != NULL
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_toast (self, error->message);
}

static void
store (CsSipgatePreferences *self,
       CsSecretKey           key,
       const char           *value)
{
  /* It is kept even when the window is closed at once. */
  if (self->secrets != NULL)
    cs_secrets_store_async (self->secrets, key, value, NULL, on_stored, g_object_ref (self));
  forget_result (self);
}

static void
on_secret_apply (CsSipgatePreferences *self,
                 GtkWidget            *row)
{
  gboolean is_id = row == GTK_WIDGET (self->id_row);
  g_autofree char *text = get_text (row);

  if (*text != '\0')
    store (self, is_id ? CS_SECRET_SIPGATE_TOKEN_ID : CS_SECRET_SIPGATE_TOKEN, text);
  set_text (ADW_ENTRY_ROW (row), "");
  memset (text, 0, strlen (text));
}

static void
on_remove_clicked (CsSipgatePreferences *self,
                   GtkWidget            *button)
{
  store (self, button == self->id_remove_button ? CS_SECRET_SIPGATE_TOKEN_ID : CS_SECRET_SIPGATE_TOKEN, "");
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
    text = g_strdup_printf (ngettext ("%u call was completed from sipgate’s history", "%u calls were completed from sipgate’s history",
                                      state->n_filled), state->n_filled);
  adw_action_row_set_subtitle (self->lost_row, text);
  show_mark (self->lost_image, state->error != NULL ? "dialog-error-symbolic" : state->good_us != CS_UNKNOWN ? "object-select-symbolic"
                                                                                                              : NULL,
             state->error == NULL);
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
    adw_action_row_set_subtitle (self->url_row, _("Asking sipgate…"));
  else
    adw_action_row_set_subtitle (self->url_row, failure != NULL ? failure : describe_url (snapshot));
  show_spinner (self->url_spinner, self->is_changing);
  show_mark (self->url_image, self->is_changing                        ? NULL
                              : failure != NULL                        ? "dialog-error-symbolic"
                              : state->url_state == CS_SIPGATE_URL_OURS ? "object-select-symbolic"
                                                                        : NULL,
             failure == NULL);
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
    show_toast (self, done);
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

static void
on_caller_changed (CsSipgatePreferences *self)
{
  g_autofree char *caller = get_text (self->caller_row);
  gboolean is_right = cs_settings_is_caller (caller);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->caller_row),
                                 is_right ? _("Your telephone, such as w0")
                                          : _("An extension such as w0, or a number of digits"));
  if (is_right)
    gtk_widget_remove_css_class (GTK_WIDGET (self->caller_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->caller_row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->caller_row), GTK_ACCESSIBLE_STATE_INVALID,
                               is_right ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

static void
on_caller_apply (CsSipgatePreferences *self)
{
  g_autofree char *caller = get_text (self->caller_row);

  if (cs_settings_is_caller (caller))
    g_settings_set_string (get_gsettings (self), "sipgate-caller", caller);
}

static void
show_caller (CsSipgatePreferences *self)
{
  g_autofree char *caller = g_settings_get_string (get_gsettings (self), "sipgate-caller");
  g_autofree char *text = get_text (self->caller_row);

  if (g_strcmp0 (caller, text) != 0)
    set_text (self->caller_row, caller);
}

static void
cs_sipgate_preferences_dispose (GObject *object)
{
  CsSipgatePreferences *self = CS_SIPGATE_PREFERENCES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->secrets);

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
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, check_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, check_image);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, check_spinner);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, check_button);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, lost_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, lost_image);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, url_row);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, url_image);
  gtk_widget_class_bind_template_child (widget_class, CsSipgatePreferences, url_spinner);
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

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-sipgate-preferences.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_secret_apply);
  gtk_widget_class_bind_template_callback (widget_class, on_remove_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_test_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_register_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_restore_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_caller_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_caller_apply);
}

static void
cs_sipgate_preferences_init (CsSipgatePreferences *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
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
  g_signal_connect_object (get_gsettings (self), "changed::sipgate-caller", G_CALLBACK (show_caller), self, G_CONNECT_SWAPPED);
  show_caller (self);
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
  g_return_if_fail (self->settings != NULL && self->engine == NULL && self->secrets == NULL);

  g_set_object (&self->engine, engine);
  g_set_object (&self->secrets, secrets);
  gtk_widget_set_sensitive (GTK_WIDGET (self->check_row), engine != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->url_row), engine != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->lost_row), engine != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->id_row), secrets != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->secret_row), secrets != NULL);
  if (engine != NULL) {
    g_signal_connect_object (engine, "snapshot", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
    show_state (self);
  }
  if (secrets != NULL) {
    g_signal_connect_object (secrets, "changed", G_CALLBACK (look_up), self, G_CONNECT_SWAPPED);
    look_up (self);
  }
}
