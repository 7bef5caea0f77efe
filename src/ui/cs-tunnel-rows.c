/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-tunnel-rows.h"

#include <glib/gi18n.h>

#include "desktop/cs-setting-check.h"
#include "desktop/cs-settings.h"
#include "ui/cs-address-check-view.h"
#include "ui/cs-setting-row.h"
#include "ui/cs-tunnel-state-row.h"

/*
 * CsTunnelRows: how the Internet reaches this computer. Only the rows that matter for the chosen way are there.
 */
struct _CsTunnelRows {
  AdwPreferencesGroup parent_instance;

  AdwComboRow *mode_row;
  CsSettingRow *public_url_row;
  CsTunnelStateRow *state_row;
  CsSettingRow *host_row;
  GtkWidget *port_row;
  GtkSpinButton *port_spin;
  CsSettingRow *user_row;
  CsSettingRow *host_key_row;
  GtkWidget *remote_port_row;
  GtkSpinButton *remote_port_spin;
  GtkWidget *check_row;
  CsAddressCheckView *check_view;

  gboolean has_address;  /* there is one to check */
};

G_DEFINE_FINAL_TYPE (CsTunnelRows, cs_tunnel_rows, ADW_TYPE_PREFERENCES_GROUP)

/* In the order of the choices. */
static const char *const modes[] = { "manual", "ssh", "none" };

typedef enum {
  MODE_MANUAL,
  MODE_SSH,
  MODE_NONE,
} Mode;

static gboolean
is_right (const char   *text,
          CsValueCheck  is_value)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string (text));

  return is_value (value);
}

static const char *
get_host_problem (const char *text)
{
  if (*text == '\0')
    return _("The server’s name is needed, as in localhost.run");
  return is_right (text, cs_setting_is_host) ? NULL : _("A server’s name has only letters, digits and - . in it");
}

static const char *
get_user_problem (const char *text)
{
  if (*text == '\0')
    return _("A user name is needed; services tell which one");
  return is_right (text, cs_setting_is_user) ? NULL : _("A user name has only letters, digits and - . _ @ + in it");
}

static const char *
get_host_key_problem (const char *text)
{
  return is_right (text, cs_setting_is_fingerprint) ? NULL : _("A fingerprint is SHA256: and 43 letters, digits, + or /");
}

static void
show_rows (CsTunnelRows *self)
{
  Mode mode = (Mode) adw_combo_row_get_selected (self->mode_row);
  GtkWidget *rows[] = { GTK_WIDGET (self->state_row), GTK_WIDGET (self->host_row), self->port_row, GTK_WIDGET (self->user_row),
                        GTK_WIDGET (self->host_key_row), self->remote_port_row };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_visible (rows[i], mode == MODE_SSH);
  gtk_widget_set_visible (GTK_WIDGET (self->public_url_row), mode != MODE_NONE);
  gtk_widget_set_visible (self->check_row, mode != MODE_NONE && self->has_address);
  switch (mode) {
  case MODE_MANUAL:
    cs_setting_row_set_name (self->public_url_row, _("Public address of the tunnel"));
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                           _("A tunnel, or a port forwarding, that you have set up leads from a public address to the "
                                             "port below."));
    break;
  case MODE_SSH:
    cs_setting_row_set_name (self->public_url_row, _("Public address, where the server doesn’t tell it"));
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                           _("CallStats keeps a tunnel open to a server that passes calls on to this computer."));
    break;
  case MODE_NONE:
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                           _("Nothing comes from the Internet. Records can still be fetched from Exotel."));
    break;
  }
}

static gboolean
get_mode (GValue   *value,
          GVariant *variant,
          gpointer  user_data)
{
  const char *mode = g_variant_get_string (variant, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    if (g_str_equal (mode, modes[i])) {
      g_value_set_uint (value, i);
      return TRUE;
    }
  }
  return FALSE;
}

static GVariant *
set_mode (const GValue       *value,
          const GVariantType *type,
          gpointer            user_data)
{
  guint i = g_value_get_uint (value);

  return i < G_N_ELEMENTS (modes) ? g_variant_new_string (modes[i]) : NULL;
}

static void
cs_tunnel_rows_class_init (CsTunnelRowsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CS_TYPE_ADDRESS_CHECK_VIEW);
  g_type_ensure (CS_TYPE_SETTING_ROW);
  g_type_ensure (CS_TYPE_TUNNEL_STATE_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-tunnel-rows.ui");
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, mode_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, public_url_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, state_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, host_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, port_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, port_spin);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, user_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, host_key_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, remote_port_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, remote_port_spin);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, check_row);
  gtk_widget_class_bind_template_child (widget_class, CsTunnelRows, check_view);
  gtk_widget_class_bind_template_callback (widget_class, show_rows);
}

static void
cs_tunnel_rows_init (CsTunnelRows *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_tunnel_rows_set_settings:
 * @self: the rows
 * @settings: what they show and change
 */
void
cs_tunnel_rows_set_settings (CsTunnelRows *self,
                             GSettings    *settings)
{
  g_return_if_fail (CS_IS_TUNNEL_ROWS (self));

  cs_setting_row_bind (self->public_url_row, settings, "public-url", cs_settings_get_public_url_problem);
  cs_setting_row_bind (self->host_row, settings, "tunnel-host", get_host_problem);
  cs_setting_row_bind (self->user_row, settings, "tunnel-user", get_user_problem);
  cs_setting_row_bind (self->host_key_row, settings, "tunnel-host-key", get_host_key_problem);
  g_settings_bind (settings, "tunnel-port", self->port_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "tunnel-remote-port", self->remote_port_spin, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "tunnel-mode", self->mode_row, "selected", G_SETTINGS_BIND_DEFAULT, get_mode, set_mode,
                                NULL, NULL);
  show_rows (self);
}

/**
 * cs_tunnel_rows_apply_snapshot:
 * @self: the rows
 * @snapshot: what to show of the tunnel and of the last check
 */
void
cs_tunnel_rows_apply_snapshot (CsTunnelRows     *self,
                               const CsSnapshot *snapshot)
{
  g_return_if_fail (CS_IS_TUNNEL_ROWS (self));

  self->has_address = snapshot->sipgate_url != NULL && !snapshot->is_sample;
  cs_tunnel_state_row_apply (self->state_row, &snapshot->tunnel);
  cs_address_check_view_apply (self->check_view, &snapshot->address);
  show_rows (self);
}
