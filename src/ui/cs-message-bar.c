/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-message-bar.h"

/*
 * CsMessageBar: a sentence across the window about something that needs attention, for as long as it does.
 *
 * A screen reader announces it as an alert. It takes no room while it has nothing to say.
 */
struct _CsMessageBar {
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkImage *image;
  GtkLabel *label;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (CsMessageBar, cs_message_bar, ADW_TYPE_BIN)

typedef enum {
  PROP_BUTTON_LABEL = 1,
  PROP_ACTION_NAME,
} CsMessageBarProperty;

static GParamSpec *properties[PROP_ACTION_NAME + 1];

static void
on_child_revealed (CsMessageBar *self)
{
  if (!gtk_revealer_get_reveal_child (self->revealer) && !gtk_revealer_get_child_revealed (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
cs_message_bar_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  CsMessageBar *self = CS_MESSAGE_BAR (object);

  switch ((CsMessageBarProperty) prop_id) {
  case PROP_BUTTON_LABEL:
    g_value_set_string (value, gtk_button_get_label (self->button));
    break;
  case PROP_ACTION_NAME:
    g_value_set_string (value, gtk_actionable_get_action_name (GTK_ACTIONABLE (self->button)));
    break;
  }
}

static void
cs_message_bar_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  CsMessageBar *self = CS_MESSAGE_BAR (object);

  switch ((CsMessageBarProperty) prop_id) {
  case PROP_BUTTON_LABEL:
    gtk_button_set_label (self->button, g_value_get_string (value));
    gtk_widget_set_visible (GTK_WIDGET (self->button), g_value_get_string (value) != NULL);
    break;
  case PROP_ACTION_NAME:
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), g_value_get_string (value));
    break;
  }
}

static void
cs_message_bar_class_init (CsMessageBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = cs_message_bar_get_property;
  object_class->set_property = cs_message_bar_set_property;

  properties[PROP_BUTTON_LABEL] =
      g_param_spec_string ("button-label", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACTION_NAME] =
      g_param_spec_string ("action-name", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-message-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, CsMessageBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, CsMessageBar, image);
  gtk_widget_class_bind_template_child (widget_class, CsMessageBar, label);
  gtk_widget_class_bind_template_child (widget_class, CsMessageBar, button);
}

static void
cs_message_bar_init (CsMessageBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (on_child_revealed), self);
}

/**
 * cs_message_bar_set_message:
 * @self: a bar
 * @message: (nullable): the sentence, as text; %NULL where all is well
 */
void
cs_message_bar_set_message (CsMessageBar *self,
                            const char   *message)
{
  g_return_if_fail (CS_IS_MESSAGE_BAR (self));

  if (message != NULL && g_strcmp0 (gtk_label_get_label (self->label), message) != 0) {
    gtk_label_set_label (self->label, message);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, message, -1);
  }
  if (message != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, message != NULL);
  on_child_revealed (self);
}
