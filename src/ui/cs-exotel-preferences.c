/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-exotel-preferences.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/cs-secret-rows.h"
#include "ui/cs-setting-row.h"
#include "ui/cs-state-row.h"
#include "ui/cs-toast.h"
#include "ui/cs-zone-row.h"

/*
 * CsExotelPreferences: the page of the preferences about the Exotel account.
 *
 * A test of the connection takes what has been typed, applied or not, and what is set or stored for the rest.
 */
struct _CsExotelPreferences {
  AdwPreferencesPage parent_instance;

  CsSettingRow *sid_row;
  AdwPasswordEntryRow *key_row;
  GtkWidget *key_mark;
  GtkWidget *key_remove_button;
  AdwPasswordEntryRow *token_row;
  GtkWidget *token_mark;
  GtkWidget *token_remove_button;
  CsStateRow *test_row;
  AdwExpanderRow *region_row;
  CsSettingRow *base_url_row;
  AdwComboRow *refresh_row;
  GtkSpinButton *history_spin;
  CsZoneRow *zone_row;
  AdwActionRow *heartbeat_address_row;
  GtkWidget *copy_heartbeats;
  AdwActionRow *event_address_row;
  GtkWidget *copy_events;
  GtkSpinButton *good_spin;
  GtkSpinButton *warning_spin;

  CsSettings *settings;      /* (owned) (nullable) */
  CsEngine *engine;          /* (owned) (nullable) */
  CsSecretRows *secret_rows; /* (owned) */
  GCancellable *cancellable; /* (owned) of all that is under way */
};

G_DEFINE_FINAL_TYPE (CsExotelPreferences, cs_exotel_preferences, ADW_TYPE_PREFERENCES_PAGE)

static const struct {
  int seconds;
  const char *name;
} intervals[] = {
  { 15, N_("Every 15 seconds") },    { 30, N_("Every 30 seconds") }, { 60, N_("Every minute") }, { 300, N_("Every 5 minutes") },
  { 900, N_("Every 15 minutes") },   { 3600, N_("Every hour") },     { 0, N_("Only on request") },
};

static GSettings *
get_gsettings (CsExotelPreferences *self)
{
  return cs_settings_get_gsettings (self->settings);
}

static char *
get_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* What was tested isn't what is set any more. */
static void
forget_result (CsExotelPreferences *self)
{
  if (!cs_state_row_is_busy (self->test_row))
    cs_state_row_show (self->test_row, CS_STATE_UNKNOWN, _("Not tested yet"));
}

static void
on_tested (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = cs_engine_test_exotel_finish (CS_ENGINE (source), result, &error);
  g_autoptr (CsExotelPreferences) self = user_data;
  g_autofree char *text = NULL;

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (address == NULL) {
    cs_state_row_show (self->test_row, CS_STATE_BAD, error->message);
    return;
  }
  /* Translators: %s is an address such as https://api.in.exotel.com. */
  text = g_strdup_printf (_("Exotel answers at %s"), address);
  cs_state_row_show (self->test_row, CS_STATE_GOOD, text);
}

static void
test (CsExotelPreferences  *self,
      const CsSecretValues *values)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (self->settings);
  g_autofree char *sid = get_text (self->sid_row);
  g_autofree char *base_url = get_text (self->base_url_row);

  cs_secret_values_fill (values, config);
  if (cs_settings_is_account_sid (sid)) {
    g_free (config->exotel_account_sid);
    config->exotel_account_sid = g_steal_pointer (&sid);
  }
  if (cs_settings_get_base_url_problem (base_url) == NULL) {
    g_free (config->exotel_base_url);
    config->exotel_base_url = g_steal_pointer (&base_url);
  }
  cs_engine_test_exotel_async (self->engine, config, self->cancellable, on_tested, g_object_ref (self));
}

static void
on_collected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secret_rows_collect_finish (CS_SECRET_ROWS (source), result, &error);
  g_autoptr (CsExotelPreferences) self = user_data;

  if (self->settings == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (values == NULL)
    cs_state_row_show (self->test_row, CS_STATE_BAD, error->message);
  else
    test (self, values);
}

static void
on_test_clicked (CsExotelPreferences *self)
{
  if (self->engine == NULL)
    return;
  cs_state_row_show (self->test_row, CS_STATE_BUSY, _("Asking Exotel…"));
  cs_secret_rows_collect_async (self->secret_rows, on_collected, g_object_ref (self));
}

static const char *
get_sid_problem (const char *sid)
{
  return cs_settings_is_account_sid (sid) ? NULL : _("An account SID has only letters, digits, - and _");
}

static void
show_region (CsExotelPreferences *self)
{
  g_autofree char *url = g_settings_get_string (get_gsettings (self), "exotel-base-url");

  adw_expander_row_set_subtitle (self->region_row, *url != '\0' ? url : _("Singapore or Mumbai: found by itself"));
}

/* The address with @token as its secret part, or NULL where no public address is set. */
static char *
make_address (CsExotelPreferences *self,
              const char          *path,
              const char          *token)
{
  g_autofree char *url = g_settings_get_string (get_gsettings (self), "public-url");

  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  if (*url == '\0' || cs_settings_get_public_url_problem (url) != NULL)
    return NULL;
  return g_strconcat (url, path, token, NULL);
}

static void
show_addresses (CsExotelPreferences *self)
{
  g_autofree char *heartbeats = make_address (self, "/webhook/heartbeat/", "••••••••");
  g_autofree char *events = make_address (self, "/webhook/exotel-call/", "••••••••");

  adw_action_row_set_subtitle (self->heartbeat_address_row, heartbeats != NULL ? heartbeats : _("Enter a public address first"));
  adw_action_row_set_subtitle (self->event_address_row, events != NULL ? events : _("Enter a public address first"));
  gtk_widget_set_sensitive (self->copy_heartbeats, heartbeats != NULL);
  gtk_widget_set_sensitive (self->copy_events, events != NULL);
}

static void
on_copy_clicked (CsExotelPreferences *self,
                 GtkWidget           *button)
{
  const char *path = button == self->copy_heartbeats ? "/webhook/heartbeat/" : "/webhook/exotel-call/";
  g_autofree char *token = g_settings_get_string (get_gsettings (self), "webhook-token");
  g_autofree char *address = make_address (self, path, token);

  if (address == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  cs_toast_show (GTK_WIDGET (self), _("Address copied"));
}

/* The interval that is nearest to what is set. */
static void
show_interval (CsExotelPreferences *self)
{
  int seconds = g_settings_get_int (get_gsettings (self), "exotel-refresh-seconds");
  guint nearest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++) {
    if (seconds == intervals[i].seconds
        || (seconds > 0 && intervals[i].seconds > 0 && ABS (intervals[i].seconds - seconds) < ABS (intervals[nearest].seconds - seconds)))
      nearest = i;
  }
  adw_combo_row_set_selected (self->refresh_row, nearest);
}

static void
on_interval_selected (CsExotelPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->refresh_row);

  if (selected < G_N_ELEMENTS (intervals))
    g_settings_set_int (get_gsettings (self), "exotel-refresh-seconds", intervals[selected].seconds);
}

/* What is good can't be too low. */
static void
on_good_changed (CsExotelPreferences *self)
{
  if (gtk_spin_button_get_value_as_int (self->warning_spin) > gtk_spin_button_get_value_as_int (self->good_spin))
    gtk_spin_button_set_value (self->warning_spin, gtk_spin_button_get_value (self->good_spin));
}

static void
on_warning_changed (CsExotelPreferences *self)
{
  if (gtk_spin_button_get_value_as_int (self->warning_spin) > gtk_spin_button_get_value_as_int (self->good_spin))
    gtk_spin_button_set_value (self->good_spin, gtk_spin_button_get_value (self->warning_spin));
}

static void
cs_exotel_preferences_dispose (GObject *object)
{
  CsExotelPreferences *self = CS_EXOTEL_PREFERENCES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->secret_rows);

  G_OBJECT_CLASS (cs_exotel_preferences_parent_class)->dispose (object);
}

static void
cs_exotel_preferences_finalize (GObject *object)
{
  CsExotelPreferences *self = CS_EXOTEL_PREFERENCES (object);

  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (cs_exotel_preferences_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, sid_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, key_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, key_mark);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, key_remove_button);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, token_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, token_mark);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, token_remove_button);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, test_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, region_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, base_url_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, refresh_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, history_spin);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, zone_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, heartbeat_address_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, copy_heartbeats);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, event_address_row);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, copy_events);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, good_spin);
  gtk_widget_class_bind_template_child (widget_class, CsExotelPreferences, warning_spin);
}

static void
cs_exotel_preferences_class_init (CsExotelPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_exotel_preferences_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_exotel_preferences_finalize;

  g_type_ensure (CS_TYPE_SETTING_ROW);
  g_type_ensure (CS_TYPE_STATE_ROW);
  g_type_ensure (CS_TYPE_ZONE_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-exotel-preferences.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_test_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
}

static void
cs_exotel_preferences_init (CsExotelPreferences *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (gsize i = 0; i < G_N_ELEMENTS (intervals); i++)
    gtk_string_list_append (names, _(intervals[i].name));
  adw_combo_row_set_model (self->refresh_row, G_LIST_MODEL (names));
  self->secret_rows = cs_secret_rows_new (self->cancellable);
  cs_secret_rows_add (self->secret_rows, CS_SECRET_EXOTEL_API_KEY, self->key_row, self->key_mark, self->key_remove_button);
  cs_secret_rows_add (self->secret_rows, CS_SECRET_EXOTEL_API_TOKEN, self->token_row, self->token_mark, self->token_remove_button);
  g_signal_connect_object (self->secret_rows, "changed", G_CALLBACK (forget_result), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->sid_row, "changed", G_CALLBACK (forget_result), self);
  g_signal_connect_swapped (self->base_url_row, "changed", G_CALLBACK (forget_result), self);
}

/**
 * cs_exotel_preferences_set_settings:
 * @self: the page
 * @settings: what it shows and changes
 */
void
cs_exotel_preferences_set_settings (CsExotelPreferences *self,
                                    CsSettings          *settings)
{
  GSettings *gsettings;

  g_return_if_fail (CS_IS_EXOTEL_PREFERENCES (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  gsettings = get_gsettings (self);
  cs_setting_row_bind (self->sid_row, gsettings, "exotel-account-sid", get_sid_problem);
  cs_setting_row_bind (self->base_url_row, gsettings, "exotel-base-url", cs_settings_get_base_url_problem);
  cs_zone_row_set_settings (self->zone_row, gsettings);
  g_settings_bind (gsettings, "exotel-history-days", self->history_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (gsettings, "answer-rate-good", self->good_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (gsettings, "answer-rate-warning", self->warning_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_swapped (self->good_spin, "value-changed", G_CALLBACK (on_good_changed), self);
  g_signal_connect_swapped (self->warning_spin, "value-changed", G_CALLBACK (on_warning_changed), self);
  show_interval (self);
  g_signal_connect_swapped (self->refresh_row, "notify::selected", G_CALLBACK (on_interval_selected), self);
  g_signal_connect_object (gsettings, "changed::exotel-base-url", G_CALLBACK (show_region), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gsettings, "changed::public-url", G_CALLBACK (show_addresses), self, G_CONNECT_SWAPPED);
  show_region (self);
  show_addresses (self);
}

/**
 * cs_exotel_preferences_set_engine:
 * @self: the page, which has its settings
 * @engine: (nullable): what tests a connection
 * @secrets: (nullable): where key and token are kept
 */
void
cs_exotel_preferences_set_engine (CsExotelPreferences *self,
                                  CsEngine            *engine,
                                  CsSecrets           *secrets)
{
  g_return_if_fail (CS_IS_EXOTEL_PREFERENCES (self));
  g_return_if_fail (self->settings != NULL && self->engine == NULL);

  g_set_object (&self->engine, engine);
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_row), engine != NULL);
  cs_secret_rows_set_secrets (self->secret_rows, secrets);
}
