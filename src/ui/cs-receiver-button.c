/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-receiver-button.h"

#include <glib/gi18n.h>

#include "ui/cs-time-format.h"

/*
 * CsReceiverButton: says in the header bar whether calls are received; its popover says how, and what went wrong last.
 */
struct _CsReceiverButton {
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkImage *image;
  GtkLabel *label;
  GtkLabel *state_label;
  GtkLabel *url_label;
  GtkWidget *copy_button;
  GtkLabel *last_label;
  GtkLabel *problem_label;
  GtkLabel *local_label;

  CsSnapshot *snapshot;    /* (owned) (nullable) */
  const char *css_class;   /* (nullable) the one the image has now */
  guint clock_source;      /* runs while the popover is open */
};

G_DEFINE_FINAL_TYPE (CsReceiverButton, cs_receiver_button, ADW_TYPE_BIN)

typedef enum {
  RECEIVER_STARTING,
  RECEIVER_RECEIVING,
  RECEIVER_NO_TUNNEL,
  RECEIVER_DEAF,
  RECEIVER_SAMPLE,
} ReceiverState;

static ReceiverState
get_state (const CsSnapshot *snapshot)
{
  if (snapshot->is_sample)
    return RECEIVER_SAMPLE;
  if (snapshot->webhook_port == 0)
    return snapshot->webhook_error != NULL ? RECEIVER_DEAF : RECEIVER_STARTING;
  /* Without a public address nothing can reach us, unless something evidently does. */
  if (snapshot->sipgate_url == NULL && snapshot->last_event_us == CS_UNKNOWN)
    return RECEIVER_NO_TUNNEL;
  return RECEIVER_RECEIVING;
}

static void
show_state (CsReceiverButton *self,
            const char       *icon_name,
            const char       *css_class,
            const char       *word,
            const char       *sentence)
{
  g_autofree char *name = NULL;

  gtk_image_set_from_icon_name (self->image, icon_name);
  if (self->css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->image), self->css_class);
  self->css_class = css_class;
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->image), css_class);
  gtk_label_set_label (self->state_label, sentence);
  if (g_strcmp0 (gtk_label_get_label (self->label), word) == 0)
    return;
  gtk_label_set_label (self->label, word);
  /* Translators: %s is "Receiving", "Not receiving", "No tunnel", "Sample data". */
  name = g_strdup_printf (_("Receiver: %s"), word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update_state (CsReceiverButton *self)
{
  switch (get_state (self->snapshot)) {
  case RECEIVER_STARTING:
    show_state (self, "cs-receiving-symbolic", "dim-label", _("Starting…"), _("The receiver is starting"));
    break;
  case RECEIVER_RECEIVING:
    show_state (self, "cs-receiving-symbolic", "success", C_("receiver", "Receiving"), _("Calls are being received"));
    break;
  case RECEIVER_NO_TUNNEL:
    show_state (self, "dialog-warning-symbolic", "warning", _("No tunnel"), _("sipgate can’t reach this computer yet"));
    break;
  case RECEIVER_DEAF:
    show_state (self, "dialog-error-symbolic", "error", C_("receiver", "Not receiving"), _("Calls can’t be received"));
    break;
  case RECEIVER_SAMPLE:
    show_state (self, "cs-sample-symbolic", "accent", _("Sample data"), _("These calls are made up"));
    break;
  }
}

/* @now_us: the present, for what is told as "2 minutes ago". */
static char *
make_problem (const CsSnapshot *snapshot,
              gint64            now_us)
{
  guint64 n_refused = 0;
  g_autofree char *when = NULL;

  if (snapshot->webhook_error != NULL)
    return g_strdup (snapshot->webhook_error);
  if (snapshot->storage_error != NULL)
    return g_strdup (snapshot->storage_error);
  if (snapshot->api_error != NULL)
    return g_strdup (snapshot->api_error);

  for (guint i = 0; i < CS_N_REFUSALS; i++)
    n_refused += snapshot->refusals[i];
  if (n_refused == 0)
    return g_strdup (C_("problem", "None"));
  when = cs_time_format_ago (snapshot->last_refusal_us, now_us);
  /* Translators: a number of requests, and "2 minutes ago". */
  return g_strdup_printf (ngettext ("%lu request refused. %s", "%lu requests refused. %s", (gulong) n_refused),
                          (gulong) n_refused, when);
}

static void
update_times (CsReceiverButton *self)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *last = cs_time_format_ago (self->snapshot->last_event_us, now_us);
  g_autofree char *problem = make_problem (self->snapshot, now_us);

  gtk_label_set_label (self->last_label, last);
  gtk_label_set_label (self->problem_label, problem);
}

static void
update_addresses (CsReceiverButton *self)
{
  gboolean has_url = self->snapshot->sipgate_url != NULL;
  g_autofree char *local = NULL;

  gtk_label_set_label (self->url_label, has_url ? self->snapshot->sipgate_url : _("No public address is set"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->url_label), self->snapshot->sipgate_url);
  gtk_widget_set_visible (self->copy_button, has_url);
  if (self->snapshot->webhook_port != 0)
    local = g_strdup_printf ("http://127.0.0.1:%u", self->snapshot->webhook_port);
  gtk_label_set_label (self->local_label, local != NULL ? local : "–");
}

static gboolean
on_clock (gpointer user_data)
{
  update_times (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_popover_map (CsReceiverButton *self)
{
  if (self->snapshot == NULL)
    return;
  update_times (self);
  g_clear_handle_id (&self->clock_source, g_source_remove);
  self->clock_source = g_timeout_add_seconds (1, on_clock, self);
}

static void
on_popover_unmap (CsReceiverButton *self)
{
  g_clear_handle_id (&self->clock_source, g_source_remove);
}

static void
on_copy_clicked (CsReceiverButton *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  if (self->snapshot == NULL || self->snapshot->sipgate_url == NULL)
    return;
  gdk_clipboard_set_text (clipboard, self->snapshot->sipgate_url);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Address copied"));
}

static void
cs_receiver_button_dispose (GObject *object)
{
  CsReceiverButton *self = CS_RECEIVER_BUTTON (object);

  g_clear_handle_id (&self->clock_source, g_source_remove);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);

  G_OBJECT_CLASS (cs_receiver_button_parent_class)->dispose (object);
}

static void
cs_receiver_button_class_init (CsReceiverButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_receiver_button_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-receiver-button.ui");
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, button);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, image);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, state_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, url_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, copy_button);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, last_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, problem_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, local_label);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_map);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_unmap);
}

static void
cs_receiver_button_init (CsReceiverButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_receiver_button_apply_snapshot:
 * @self: the button
 * @snapshot: what to show; kept until the next one
 */
void
cs_receiver_button_apply_snapshot (CsReceiverButton *self,
                                   CsSnapshot       *snapshot)
{
  g_return_if_fail (CS_IS_RECEIVER_BUTTON (self));
  g_return_if_fail (snapshot != NULL);

  cs_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  self->snapshot = snapshot;

  update_state (self);
  update_addresses (self);
  update_times (self);
}
