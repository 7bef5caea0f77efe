/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-tunnel-question.h"

#include <glib/gi18n.h>

/* The answers are the application's to carry out, from whatever window they come. */
static void
activate (const char *action,
          GVariant   *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), action, parameter);
}

static void
on_asked (AdwMessageDialog *dialog,
          const char       *response,
          char             *fingerprint)
{
  if (g_strcmp0 (response, "trust") == 0)
    cs_tunnel_question_trust (fingerprint);
}

static void
on_forget (AdwMessageDialog *dialog,
           const char       *response)
{
  if (g_strcmp0 (response, "forget") == 0)
    activate ("forget-tunnel-key", NULL);
}

/* What is to be compared by eye, figure by figure: upright letters of one width, and it can be copied. */
static GtkWidget *
make_fingerprint (const CsTunnelState *state)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", state->key_type != NULL ? state->key_type : "",
                                           state->fingerprint != NULL ? state->fingerprint : "");
  GtkWidget *label = gtk_label_new (g_strchug (text));
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* No sign may be in it that is not part of it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "monospace");
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _("Fingerprint of the server"), -1);
  return label;
}

static AdwMessageDialog *
make_dialog (GtkWidget           *widget,
             const CsTunnelState *state,
             const char          *heading,
             const char          *body)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                                                         heading, body));

  adw_message_dialog_set_extra_child (dialog, make_fingerprint (state));
  return dialog;
}

static void
free_text (gpointer  data,
           GClosure *closure)
{
  g_free (data);
}

/**
 * cs_tunnel_question_ask:
 * @widget: in the window that the question stands in front of
 * @state: of a tunnel whose server is used for the first time
 *
 * Asks whether the server is the right one. Who doesn't know it yet goes on without a tunnel.
 *
 * Returns: (transfer none): the question
 */
GtkWindow *
cs_tunnel_question_ask (GtkWidget           *widget,
                        const CsTunnelState *state)
{
  g_autofree char *heading = g_strdup_printf (_("Trust %s?"), state->host != NULL ? state->host : "");
  AdwMessageDialog *dialog = make_dialog (widget, state, heading,
                                          _("This server shall lead calls from the Internet to this computer, and it is used for the "
                                            "first time. Compare its fingerprint with the one that its owner publishes."));

  adw_message_dialog_add_responses (dialog, "later", _("_Not Now"), "trust", _("_Trust"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "trust", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "later");
  adw_message_dialog_set_close_response (dialog, "later");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_asked), g_strdup (state->fingerprint), free_text, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return GTK_WINDOW (dialog);
}

/**
 * cs_tunnel_question_forget:
 * @widget: in the window that the question stands in front of
 * @state: of a tunnel whose server shows another key than before
 *
 * Asks whether the old key shall be forgotten. The new one is not trusted by that: it is asked for next.
 *
 * Returns: (transfer none): the question
 */
GtkWindow *
cs_tunnel_question_forget (GtkWidget           *widget,
                           const CsTunnelState *state)
{
  AdwMessageDialog *dialog = make_dialog (widget, state, _("Forget the old key?"),
                                          _("Only do this if the owner of the server says that its key was changed, and to the one "
                                            "below. Otherwise somebody could listen to who calls you. You will be asked to trust the "
                                            "new key."));

  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "forget", _("_Forget"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "forget", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_forget), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
  return GTK_WINDOW (dialog);
}

/**
 * cs_tunnel_question_trust:
 * @fingerprint: (nullable): that the user has seen and confirmed
 */
void
cs_tunnel_question_trust (const char *fingerprint)
{
  if (fingerprint != NULL)
    activate ("trust-tunnel-key", g_variant_new_string (fingerprint));
}
