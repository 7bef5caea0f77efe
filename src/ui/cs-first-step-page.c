/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-first-step-page.h"

#include <glib/gi18n.h>

#include "desktop/cs-settings.h"
#include "ui/cs-address-check-view.h"
#include "ui/cs-setting-row.h"
#include "ui/cs-tunnel-state-row.h"

/*
 * CsFirstStepPage: what the window shows until the first call has come: how to make sipgate report calls, in three steps.
 *
 * The first step is the address to copy, or, where no public one is known, a tunnel: one that is opened by a click, and how far it
 * has got, or the entry for the address of another one.
 */
struct _CsFirstStepPage {
  AdwBin parent_instance;

  AdwActionRow *tunnel_row;
  CsTunnelStateRow *state_row;
  CsSettingRow *public_url_row;
  AdwActionRow *address_row;
  GtkWidget *check_row;
  CsAddressCheckView *check_view;
  GtkWidget *open_button;
  GtkWidget *own_button;

  GSettings *settings;  /* (owned) (nullable) */
  char *url;  /* (owned) (nullable) what to paste into sipgate's console */
};

G_DEFINE_FINAL_TYPE (CsFirstStepPage, cs_first_step_page, ADW_TYPE_BIN)

static void
on_copy_clicked (CsFirstStepPage *self)
{
  if (self->url == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->url);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Address copied"));
}

static void
on_open_clicked (CsFirstStepPage *self)
{
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "tunnel-mode", "ssh");
}

static void
on_own_clicked (CsFirstStepPage *self)
{
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "tunnel-mode", "manual");
}

static void
show_tunnel (CsFirstStepPage  *self,
             const CsSnapshot *snapshot)
{
  CsTunnelPhase phase = snapshot->tunnel.phase;
  gboolean has_url = snapshot->sipgate_url != NULL, is_off = phase == CS_TUNNEL_PHASE_OFF;
  g_autofree char *host = self->settings != NULL ? g_settings_get_string (self->settings, "tunnel-host") : NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->open_button, !has_url && is_off);
  gtk_widget_set_visible (GTK_WIDGET (self->tunnel_row), !has_url && is_off);
  gtk_widget_set_visible (GTK_WIDGET (self->state_row), !has_url && !is_off);
  /* A tunnel that is open without an address waits for it to be entered. */
  gtk_widget_set_visible (GTK_WIDGET (self->public_url_row),
                          !has_url && (is_off || (phase == CS_TUNNEL_PHASE_OPEN && snapshot->tunnel.error != NULL)));
  gtk_widget_set_visible (self->own_button, !has_url && !is_off);
  cs_tunnel_state_row_apply (self->state_row, &snapshot->tunnel);

  if (snapshot->webhook_port != 0)
    /* Translators: %s is a server, %u a port. */
    text = g_strdup_printf (_("sipgate must reach this computer from the Internet. Have a tunnel opened by %s, or let one of your own "
                              "lead to port %u and enter the address that it shows."),
                            host != NULL ? host : "", snapshot->webhook_port);
  else
    text = g_strdup (_("sipgate must reach this computer from the Internet. Start a tunnel and enter the address that it shows."));
  if (g_strcmp0 (adw_action_row_get_subtitle (self->tunnel_row), text) != 0)
    adw_action_row_set_subtitle (self->tunnel_row, text);
}

static void
cs_first_step_page_dispose (GObject *object)
{
  CsFirstStepPage *self = CS_FIRST_STEP_PAGE (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_first_step_page_parent_class)->dispose (object);
}

static void
cs_first_step_page_finalize (GObject *object)
{
  CsFirstStepPage *self = CS_FIRST_STEP_PAGE (object);

  g_free (self->url);

  G_OBJECT_CLASS (cs_first_step_page_parent_class)->finalize (object);
}

static void
cs_first_step_page_class_init (CsFirstStepPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_first_step_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_first_step_page_finalize;

  g_type_ensure (CS_TYPE_ADDRESS_CHECK_VIEW);
  g_type_ensure (CS_TYPE_SETTING_ROW);
  g_type_ensure (CS_TYPE_TUNNEL_STATE_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-first-step-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, tunnel_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, public_url_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, state_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, address_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, check_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, check_view);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, own_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_open_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_own_clicked);
}

static void
cs_first_step_page_init (CsFirstStepPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_first_step_page_set_settings:
 * @self: the page
 * @settings: where it is kept which tunnel the user wants, and its address
 */
void
cs_first_step_page_set_settings (CsFirstStepPage *self,
                                 GSettings       *settings)
{
  g_return_if_fail (CS_IS_FIRST_STEP_PAGE (self));

  self->settings = g_object_ref (settings);
  cs_setting_row_bind (self->public_url_row, settings, "public-url", cs_settings_get_public_url_problem);
}

/**
 * cs_first_step_page_apply_snapshot:
 * @self: the page
 * @snapshot: what to show
 */
void
cs_first_step_page_apply_snapshot (CsFirstStepPage *self,
                                   CsSnapshot      *snapshot)
{
  gboolean has_url;

  g_return_if_fail (CS_IS_FIRST_STEP_PAGE (self));
  g_return_if_fail (snapshot != NULL);

  has_url = snapshot->sipgate_url != NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), has_url);
  gtk_widget_set_visible (self->check_row, has_url);
  cs_address_check_view_apply (self->check_view, &snapshot->address);
  show_tunnel (self, snapshot);

  if (g_strcmp0 (self->url, snapshot->sipgate_url) == 0)
    return;
  g_free (self->url);
  self->url = g_strdup (snapshot->sipgate_url);
  adw_action_row_set_subtitle (self->address_row, self->url != NULL ? self->url : "");
}
