/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-preferences-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/cs-background-group.h"
#include "ui/cs-data-preferences.h"
#include "ui/cs-exotel-preferences.h"
#include "ui/cs-notification-preferences.h"
#include "ui/cs-order-line-preferences.h"
#include "ui/cs-resources.h"
#include "ui/cs-sipgate-preferences.h"
#include "ui/cs-toast.h"
#include "ui/cs-tunnel-rows.h"

/*
 * CsPreferencesWindow: the settings, each in effect as soon as it is changed. The secret part of the address is never shown here.
 */
struct _CsPreferencesWindow {
  AdwPreferencesWindow parent_instance;

  CsTunnelRows *tunnel_rows;
  AdwActionRow *address_row;
  GtkWidget *copy_button;
  GtkWidget *verify_switch;
  AdwActionRow *webhook_port_row;
  GtkSpinButton *webhook_port_spin;
  GtkWidget *api_switch;
  AdwActionRow *api_port_row;
  GtkSpinButton *api_port_spin;
  CsBackgroundGroup *background_group;
  CsSipgatePreferences *sipgate_page;
  CsExotelPreferences *exotel_page;
  CsNotificationPreferences *notification_page;
  CsOrderLinePreferences *order_line_page;
  CsDataPreferences *data_page;

  CsSettings *settings;  /* (owned) */
  CsSnapshot *snapshot;  /* (owned) (nullable) the last one, where an engine runs */
  char *port_subtitle;   /* (owned) what the port's row says while nothing is wrong */
  char *api_subtitle;    /* (owned) the same of the local interface's */
};

G_DEFINE_FINAL_TYPE (CsPreferencesWindow, cs_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

/* The address for sipgate with @token as its secret part, or NULL where no public address is set. */
static char *
make_address (CsPreferencesWindow *self,
              const char          *token)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);
  g_autofree char *mode = g_settings_get_string (settings, "tunnel-mode");
  g_autofree char *url = NULL;

  if (g_str_equal (mode, "manual"))
    url = g_settings_get_string (settings, "public-url");
  else
    url = g_strdup (g_str_equal (mode, "ssh") && self->snapshot != NULL ? self->snapshot->public_url : "");
  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  if (*url == '\0' || cs_settings_get_public_url_problem (url) != NULL)
    return NULL;
  return g_strconcat (url, "/webhook/sipgate/", token, NULL);
}

/* Why there is no address yet. */
static const char *
get_address_problem (CsPreferencesWindow *self)
{
  g_autofree char *mode = g_settings_get_string (cs_settings_get_gsettings (self->settings), "tunnel-mode");

  if (g_str_equal (mode, "ssh"))
    return _("Known as soon as the tunnel is open");
  return g_str_equal (mode, "manual") ? _("Enter a public address first") : _("Choose a tunnel first");
}

static void
show_address (CsPreferencesWindow *self)
{
  g_autofree char *masked = make_address (self, "••••••••");

  adw_action_row_set_subtitle (self->address_row, masked != NULL ? masked : get_address_problem (self));
  gtk_widget_set_sensitive (self->copy_button, masked != NULL);
}

/* The pages' way to tell something, as in the main window. */
static void
show_toast (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (widget), cs_toast_new (g_variant_get_string (parameter, NULL)));
}

static void
on_copy_clicked (CsPreferencesWindow *self)
{
  g_autofree char *token = g_settings_get_string (cs_settings_get_gsettings (self->settings), "webhook-token");
  g_autofree char *address = make_address (self, token);

  if (address == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  cs_toast_show (GTK_WIDGET (self), _("Address copied"));
}

static void
on_renew_response (CsPreferencesWindow *self,
                   const char          *response)
{
  if (g_strcmp0 (response, "renew") != 0)
    return;
  cs_settings_renew_token (self->settings);
  cs_toast_show (GTK_WIDGET (self), _("Address renewed. Copy it to sipgate."));
}

static void
on_renew_clicked (CsPreferencesWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Renew the address?"),
                                              _("sipgate can’t report any call until you have entered the new address there."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "renew", _("_Renew"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "renew", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_renew_response), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* @problem: (nullable): why the port can't be had */
static void
show_port (AdwActionRow *row,
           const char   *subtitle,
           const char   *problem)
{
  const char *text = problem != NULL ? problem : subtitle;

  if (g_strcmp0 (adw_action_row_get_subtitle (row), text) == 0)
    return;
  adw_action_row_set_subtitle (row, text);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
}

static void
show_state (CsPreferencesWindow *self,
            CsEngine            *engine)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (engine);

  if (snapshot == NULL)
    return;
  show_port (self->webhook_port_row, self->port_subtitle, snapshot->webhook_port == 0 ? snapshot->webhook_error : NULL);
  show_port (self->api_port_row, self->api_subtitle, snapshot->api_error);
  cs_tunnel_rows_apply_snapshot (self->tunnel_rows, snapshot);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  self->snapshot = g_steal_pointer (&snapshot);
  show_address (self);
}

static void
bind_settings (CsPreferencesWindow *self)
{
  GSettings *settings = cs_settings_get_gsettings (self->settings);

  cs_tunnel_rows_set_settings (self->tunnel_rows, settings);
  g_settings_bind (settings, "sipgate-verify-signature", self->verify_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "webhook-port", self->webhook_port_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "api-enabled", self->api_switch, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "api-enabled", self->api_port_row, "sensitive", G_SETTINGS_BIND_GET | G_SETTINGS_BIND_NO_SENSITIVITY);
  g_settings_bind (settings, "api-port", self->api_port_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::public-url", G_CALLBACK (show_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::tunnel-mode", G_CALLBACK (show_address), self, G_CONNECT_SWAPPED);
  show_address (self);
}

static void
cs_preferences_window_dispose (GObject *object)
{
  CsPreferencesWindow *self = CS_PREFERENCES_WINDOW (object);

  G_OBJECT_CLASS (cs_preferences_window_parent_class)->dispose (object);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
}

static void
cs_preferences_window_finalize (GObject *object)
{
  CsPreferencesWindow *self = CS_PREFERENCES_WINDOW (object);

  g_free (self->port_subtitle);
  g_free (self->api_subtitle);
  G_OBJECT_CLASS (cs_preferences_window_parent_class)->finalize (object);
}

static void
cs_preferences_window_class_init (CsPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_preferences_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_preferences_window_finalize;

  cs_resources_register ();
  g_type_ensure (CS_TYPE_BACKGROUND_GROUP);
  g_type_ensure (CS_TYPE_DATA_PREFERENCES);
  g_type_ensure (CS_TYPE_EXOTEL_PREFERENCES);
  g_type_ensure (CS_TYPE_SIPGATE_PREFERENCES);
  g_type_ensure (CS_TYPE_NOTIFICATION_PREFERENCES);
  g_type_ensure (CS_TYPE_ORDER_LINE_PREFERENCES);
  g_type_ensure (CS_TYPE_TUNNEL_ROWS);

  gtk_widget_class_install_action (widget_class, "win.toast", "s", show_toast);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, tunnel_rows);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, address_row);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, verify_switch);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, webhook_port_spin);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, api_switch);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, api_port_row);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, api_port_spin);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, webhook_port_row);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, background_group);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, sipgate_page);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, exotel_page);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, notification_page);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, order_line_page);
  gtk_widget_class_bind_template_child (widget_class, CsPreferencesWindow, data_page);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_renew_clicked);
}

static void
cs_preferences_window_init (CsPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->port_subtitle = g_strdup (adw_action_row_get_subtitle (self->webhook_port_row));
  self->api_subtitle = g_strdup (adw_action_row_get_subtitle (self->api_port_row));
}

/**
 * cs_preferences_window_new:
 * @settings: what it shows and changes
 *
 * Returns: (transfer none): a window to present
 */
CsPreferencesWindow *
cs_preferences_window_new (CsSettings *settings)
{
  CsPreferencesWindow *self;

  g_return_val_if_fail (CS_IS_SETTINGS (settings), NULL);

  self = g_object_new (CS_TYPE_PREFERENCES_WINDOW, NULL);
  self->settings = g_object_ref (settings);
  bind_settings (self);
  cs_background_group_set_settings (self->background_group, cs_settings_get_gsettings (settings));
  cs_sipgate_preferences_set_settings (self->sipgate_page, settings);
  cs_exotel_preferences_set_settings (self->exotel_page, settings);
  cs_notification_preferences_set_settings (self->notification_page, cs_settings_get_gsettings (settings));
  cs_order_line_preferences_set_settings (self->order_line_page, settings);
  cs_data_preferences_set_settings (self->data_page, settings);
  return self;
}

/**
 * cs_preferences_window_set_engine:
 * @self: the window
 * @engine: (nullable): what tests a connection
 * @secrets: (nullable): where keys are kept; none for made-up calls
 */
void
cs_preferences_window_set_engine (CsPreferencesWindow *self,
                                  CsEngine            *engine,
                                  CsSecrets           *secrets)
{
  g_return_if_fail (CS_IS_PREFERENCES_WINDOW (self));

  cs_sipgate_preferences_set_engine (self->sipgate_page, engine, secrets);
  cs_exotel_preferences_set_engine (self->exotel_page, engine, secrets);
  cs_order_line_preferences_set_engine (self->order_line_page, engine, secrets);
  cs_data_preferences_set_engine (self->data_page, engine, secrets);
  if (engine == NULL)
    return;
  g_signal_connect_object (engine, "snapshot", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  show_state (self, engine);
}

/**
 * cs_preferences_window_set_desktop:
 * @self: the window
 * @shows_notifications: whether somebody does
 * @background_problem: (nullable): why the desktop doesn't let the program run without a window, as a sentence
 */
void
cs_preferences_window_set_desktop (CsPreferencesWindow *self,
                                   gboolean             shows_notifications,
                                   const char          *background_problem)
{
  g_return_if_fail (CS_IS_PREFERENCES_WINDOW (self));

  cs_notification_preferences_set_available (self->notification_page, shows_notifications);
  cs_background_group_set_problem (self->background_group, background_problem);
}
