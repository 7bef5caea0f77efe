/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-address-check-view.h"

#include "ui/cs-tunnel-text.h"

/*
 * CsAddressCheckView: whether the public address leads to this computer, and the button to find it out now.
 */
struct _CsAddressCheckView {
  AdwBin parent_instance;

  GtkWidget *spinner;
  GtkImage *image;
  GtkLabel *label;
  GtkWidget *button;

  const char *css_class;  /* (nullable) the one the image has now */
};

G_DEFINE_FINAL_TYPE (CsAddressCheckView, cs_address_check_view, ADW_TYPE_BIN)

static void
on_clicked (CsAddressCheckView *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "check-address", NULL);
}

static void
show_image (CsAddressCheckView *self,
            const char         *icon_name,
            const char         *css_class)
{
  gtk_widget_set_visible (GTK_WIDGET (self->image), icon_name != NULL);
  if (icon_name != NULL)
    gtk_image_set_from_icon_name (self->image, icon_name);
  if (self->css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->image), self->css_class);
  self->css_class = css_class;
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->image), css_class);
}

static void
cs_address_check_view_class_init (CsAddressCheckViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-address-check-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CsAddressCheckView, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsAddressCheckView, image);
  gtk_widget_class_bind_template_child (widget_class, CsAddressCheckView, label);
  gtk_widget_class_bind_template_child (widget_class, CsAddressCheckView, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
cs_address_check_view_init (CsAddressCheckView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_address_check_view_apply:
 * @self: the view
 * @state: what to show; when the check was is told from now
 */
void
cs_address_check_view_apply (CsAddressCheckView   *self,
                             const CsAddressState *state)
{
  g_autofree char *text = cs_tunnel_text_dup_check (state, g_get_real_time ());

  g_return_if_fail (CS_IS_ADDRESS_CHECK_VIEW (self));

  gtk_widget_set_visible (self->spinner, state->is_checking);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), state->is_checking);
  if (state->is_checking || state->checked_us == CS_UNKNOWN)
    show_image (self, NULL, NULL);
  else if (state->fault == CS_ADDRESS_FAULT_NONE)
    show_image (self, "object-select-symbolic", "success");
  else
    show_image (self, "dialog-warning-symbolic", "warning");
  if (g_strcmp0 (gtk_label_get_label (self->label), text) != 0)
    gtk_label_set_label (self->label, text);
  gtk_widget_set_sensitive (self->button, !state->is_checking);
}
