/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-first-step-page.h"

#include <glib/gi18n.h>

#include "ui/cs-public-url-row.h"

/*
 * CsFirstStepPage: what the window shows until the first call has come: how to make sipgate report calls, in three steps.
 *
 * The first step is the address to copy, or, where no public one is known, a tunnel and the entry for its address.
 */
struct _CsFirstStepPage {
  AdwBin parent_instance;

  AdwActionRow *tunnel_row;
  CsPublicUrlRow *public_url_row;
  AdwActionRow *address_row;

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
show_tunnel (CsFirstStepPage  *self,
             const CsSnapshot *snapshot)
{
  g_autofree char *text = NULL;

  if (snapshot->webhook_port != 0)
    /* Translators: %u is a port. */
    text = g_strdup_printf (_("sipgate must reach this computer from the Internet. Let a tunnel lead to port %u "
                              "of this computer and enter the address that it shows."), snapshot->webhook_port);
  else
    text = g_strdup (_("sipgate must reach this computer from the Internet. Start a tunnel and enter the address that it shows."));
  if (g_strcmp0 (adw_action_row_get_subtitle (self->tunnel_row), text) != 0)
    adw_action_row_set_subtitle (self->tunnel_row, text);
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

  G_OBJECT_CLASS (klass)->finalize = cs_first_step_page_finalize;

  g_type_ensure (CS_TYPE_PUBLIC_URL_ROW);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-first-step-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, tunnel_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, public_url_row);
  gtk_widget_class_bind_template_child (widget_class, CsFirstStepPage, address_row);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
}

static void
cs_first_step_page_init (CsFirstStepPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_first_step_page_set_settings:
 * @self: the page
 * @settings: where a tunnel's address is kept that the user enters here
 */
void
cs_first_step_page_set_settings (CsFirstStepPage *self,
                                 GSettings       *settings)
{
  g_return_if_fail (CS_IS_FIRST_STEP_PAGE (self));

  cs_public_url_row_set_settings (self->public_url_row, settings);
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
  gtk_widget_set_visible (GTK_WIDGET (self->tunnel_row), !has_url);
  gtk_widget_set_visible (GTK_WIDGET (self->public_url_row), !has_url);
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), has_url);
  show_tunnel (self, snapshot);

  if (g_strcmp0 (self->url, snapshot->sipgate_url) == 0)
    return;
  g_free (self->url);
  self->url = g_strdup (snapshot->sipgate_url);
  adw_action_row_set_subtitle (self->address_row, self->url != NULL ? self->url : "");
}
