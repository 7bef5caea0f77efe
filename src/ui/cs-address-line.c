/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-address-line.h"

#include <glib/gi18n.h>

/*
 * CsAddressLine: an address to be entered at a provider, and a button to copy it.
 */
struct _CsAddressLine {
  AdwBin parent_instance;

  GtkLabel *name_label;
  GtkLabel *url_label;
  GtkWidget *copy_button;

  char *address;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsAddressLine, cs_address_line, ADW_TYPE_BIN)

static void
on_copy_clicked (CsAddressLine *self)
{
  if (self->address == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->address);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Address copied"));
}

static void
cs_address_line_finalize (GObject *object)
{
  CsAddressLine *self = CS_ADDRESS_LINE (object);

  g_free (self->address);

  G_OBJECT_CLASS (cs_address_line_parent_class)->finalize (object);
}

static void
cs_address_line_class_init (CsAddressLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cs_address_line_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-address-line.ui");
  gtk_widget_class_bind_template_child (widget_class, CsAddressLine, name_label);
  gtk_widget_class_bind_template_child (widget_class, CsAddressLine, url_label);
  gtk_widget_class_bind_template_child (widget_class, CsAddressLine, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
}

static void
cs_address_line_init (CsAddressLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_address_line_set_name:
 * @self: a line
 * @name: whom the address is for
 * @copy_name: what the button does, for whoever can't see what it stands beside
 */
void
cs_address_line_set_name (CsAddressLine *self,
                          const char    *name,
                          const char    *copy_name)
{
  g_return_if_fail (CS_IS_ADDRESS_LINE (self));

  gtk_label_set_label (self->name_label, name);
  gtk_widget_set_tooltip_text (self->copy_button, copy_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy_button), GTK_ACCESSIBLE_PROPERTY_LABEL, copy_name, -1);
}

/**
 * cs_address_line_set_address:
 * @self: a line
 * @address: (nullable): the address, or %NULL while there is none
 */
void
cs_address_line_set_address (CsAddressLine *self,
                             const char    *address)
{
  g_return_if_fail (CS_IS_ADDRESS_LINE (self));

  g_free (self->address);
  self->address = g_strdup (address);
  gtk_label_set_label (self->url_label, address != NULL ? address : _("No public address is set"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->url_label), address);
  gtk_widget_set_visible (self->copy_button, address != NULL);
}
