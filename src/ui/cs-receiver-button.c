/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-receiver-button.h"

#include <glib/gi18n.h>

#include "ui/cs-address-check-view.h"
#include "ui/cs-address-line.h"
#include "ui/cs-text-scale.h"
#include "ui/cs-time-format.h"
#include "ui/cs-tunnel-question.h"
#include "ui/cs-tunnel-text.h"

/* In a window that isn't wider there is no room for the word beside the icon: large text in a narrow one. In pixels where text has its
 * usual size. */
#define WORDLESS_WIDTH 330

/*
 * CsReceiverButton: says in the header bar whether calls are received; its popover says how, and what went wrong last.
 */
struct _CsReceiverButton {
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkImage *image;
  GtkLabel *label;
  GtkLabel *state_label;
  GtkWidget *tunnel_box;
  GtkLabel *tunnel_label;
  GtkLabel *fingerprint_label;
  GtkWidget *later_button;
  GtkButton *tunnel_button;
  CsAddressLine *sipgate_line;
  CsAddressLine *heartbeat_line;
  CsAddressLine *call_event_line;
  CsAddressCheckView *check_view;
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
  RECEIVER_CONNECTING,
  RECEIVER_ASKING,
  RECEIVER_REFUSING,
  RECEIVER_NO_TUNNEL,
  RECEIVER_UNREACHABLE,
  RECEIVER_DEAF,
  RECEIVER_SAMPLE,
} ReceiverState;

/* @snapshot: where the built-in tunnel is what calls come by, and it has no address yet */
static ReceiverState
get_tunnel_state (const CsSnapshot *snapshot)
{
  switch (snapshot->tunnel.phase) {
  case CS_TUNNEL_PHASE_CONNECTING:
    return RECEIVER_CONNECTING;
  case CS_TUNNEL_PHASE_ASKING:
    return RECEIVER_ASKING;
  case CS_TUNNEL_PHASE_REFUSED:
    return RECEIVER_REFUSING;
  case CS_TUNNEL_PHASE_OPEN:
    /* The address comes a moment later, or not at all, which is an error. */
    return snapshot->tunnel.error == NULL ? RECEIVER_CONNECTING : RECEIVER_NO_TUNNEL;
  case CS_TUNNEL_PHASE_WAITING:
  case CS_TUNNEL_PHASE_OFF:
    break;
  }
  return RECEIVER_NO_TUNNEL;
}

static ReceiverState
get_state (const CsSnapshot *snapshot)
{
  if (snapshot->is_sample)
    return RECEIVER_SAMPLE;
  if (snapshot->webhook_port == 0)
    return snapshot->webhook_error != NULL ? RECEIVER_DEAF : RECEIVER_STARTING;
  if (snapshot->sipgate_url == NULL && snapshot->tunnel.phase != CS_TUNNEL_PHASE_OFF)
    return get_tunnel_state (snapshot);
  /* Without a public address nothing can reach us, unless something evidently does. */
  if (snapshot->sipgate_url == NULL && snapshot->last_event_us == CS_UNKNOWN)
    return RECEIVER_NO_TUNNEL;
  if (cs_tunnel_text_is_unreachable (snapshot))
    return RECEIVER_UNREACHABLE;
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
  case RECEIVER_CONNECTING:
    show_state (self, "cs-receiving-symbolic", "dim-label", C_("receiver", "Connecting…"), _("The tunnel is being opened"));
    break;
  case RECEIVER_ASKING:
    show_state (self, "dialog-question-symbolic", "warning", C_("receiver", "Confirm server"), _("Is this the right server?"));
    break;
  case RECEIVER_REFUSING:
    show_state (self, "dialog-error-symbolic", "error", _("No tunnel"), _("The tunnel’s server shows another key"));
    break;
  case RECEIVER_NO_TUNNEL:
    show_state (self, "dialog-warning-symbolic", "warning", _("No tunnel"), _("sipgate can’t reach this computer yet"));
    break;
  case RECEIVER_UNREACHABLE:
    show_state (self, "dialog-warning-symbolic", "warning", C_("receiver", "Not reachable"),
                _("The public address doesn’t lead here"));
    break;
  case RECEIVER_DEAF:
    show_state (self, "dialog-error-symbolic", "error", C_("receiver", "Not receiving"), _("Calls can’t be received"));
    break;
  case RECEIVER_SAMPLE:
    show_state (self, "cs-sample-symbolic", "accent", _("Sample data"), _("These calls are made up"));
    break;
  }
}

/* The built-in tunnel, as long as it has something to say that the address doesn't. */
static void
update_tunnel (CsReceiverButton *self)
{
  const CsTunnelState *tunnel = &self->snapshot->tunnel;
  gboolean is_asking = tunnel->phase == CS_TUNNEL_PHASE_ASKING;
  gboolean shows_key = is_asking || tunnel->phase == CS_TUNNEL_PHASE_REFUSED;
  const char *button = is_asking ? C_("tunnel", "Trust") : cs_tunnel_text_get_button (tunnel);
  g_autofree char *sentence = cs_tunnel_text_dup_sentence (tunnel);
  g_autofree char *key = NULL;

  gtk_widget_set_visible (self->tunnel_box, tunnel->phase != CS_TUNNEL_PHASE_OFF &&
                                            (tunnel->phase != CS_TUNNEL_PHASE_OPEN || tunnel->url == NULL));
  gtk_label_set_label (self->tunnel_label, sentence);
  if (shows_key)
    key = g_strdup_printf ("%s %s", tunnel->key_type != NULL ? tunnel->key_type : "",
                           tunnel->fingerprint != NULL ? tunnel->fingerprint : "");
  gtk_label_set_label (self->fingerprint_label, key != NULL ? key : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fingerprint_label), shows_key);
  gtk_widget_set_visible (self->later_button, is_asking);
  gtk_widget_set_visible (GTK_WIDGET (self->tunnel_button), button != NULL);
  if (button != NULL)
    gtk_button_set_label (self->tunnel_button, button);
}

/* What to do about most of the requests that were refused. (nullable) */
static const char *
get_advice (const guint64 *refusals)
{
  guint64 n_paths = refusals[CS_REFUSAL_PATH], n_signatures = refusals[CS_REFUSAL_SIGNATURE];

  if (n_signatures > 0 && n_signatures >= n_paths)
    return _("Let the tunnel pass requests on as they are.");
  if (n_paths > 0)
    return _("Compare the address at the provider with the one above; strangers may try addresses, too.");
  return NULL;
}

/* @now_us: the present, for what is told as "2 minutes ago". */
static char *
make_problem (const CsSnapshot *snapshot,
              gint64            now_us)
{
  guint64 n_refused = 0;
  const char *advice = get_advice (snapshot->refusals);
  g_autofree char *when = NULL;
  g_autofree char *what = NULL;

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
  what = g_strdup_printf (ngettext ("%lu request refused. %s", "%lu requests refused. %s", (gulong) n_refused),
                          (gulong) n_refused, when);
  return advice != NULL ? g_strconcat (what, "\n", advice, NULL) : g_steal_pointer (&what);
}

static void
update_times (CsReceiverButton *self)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *last = cs_time_format_ago (self->snapshot->last_event_us, now_us);
  g_autofree char *problem = make_problem (self->snapshot, now_us);

  gtk_label_set_label (self->last_label, last);
  gtk_label_set_label (self->problem_label, problem);
  cs_address_check_view_apply (self->check_view, &self->snapshot->address);
}

/* @path: (nullable): of one provider, behind the public address */
static void
show_line (CsReceiverButton *self,
           CsAddressLine    *line,
           const char       *path)
{
  const char *url = self->snapshot->public_url;
  g_autofree char *address = url != NULL && *url != '\0' && path != NULL ? g_strconcat (url, path, NULL) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (line), address != NULL);
  cs_address_line_set_address (line, address);
}

static void
update_addresses (CsReceiverButton *self)
{
  const CsSnapshot *snapshot = self->snapshot;
  gboolean has_exotel = snapshot->has_heartbeat || snapshot->exotel.activity != CS_EXOTEL_OFF;
  g_autofree char *local = NULL;

  cs_address_line_set_address (self->sipgate_line, snapshot->sipgate_url);
  show_line (self, self->heartbeat_line, has_exotel ? snapshot->heartbeat_path : NULL);
  show_line (self, self->call_event_line, has_exotel ? snapshot->call_event_path : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->check_view), snapshot->sipgate_url != NULL && !snapshot->is_sample);
  if (snapshot->webhook_port != 0)
    local = g_strdup_printf ("http://127.0.0.1:%u", snapshot->webhook_port);
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
on_later_clicked (CsReceiverButton *self)
{
  gtk_popover_popdown (self->popover);
}

static void
on_tunnel_clicked (CsReceiverButton *self)
{
  const CsTunnelState *tunnel = &self->snapshot->tunnel;

  switch (tunnel->phase) {
  case CS_TUNNEL_PHASE_ASKING:
    cs_tunnel_question_trust (tunnel->fingerprint);
    break;
  case CS_TUNNEL_PHASE_REFUSED:
    gtk_popover_popdown (self->popover);
    cs_tunnel_question_forget (GTK_WIDGET (self), tunnel);
    break;
  case CS_TUNNEL_PHASE_WAITING:
    gtk_widget_activate_action (GTK_WIDGET (self), "app.retry-tunnel", NULL);
    break;
  case CS_TUNNEL_PHASE_OFF:
  case CS_TUNNEL_PHASE_CONNECTING:
  case CS_TUNNEL_PHASE_OPEN:
    break;
  }
}

static void
fit (CsReceiverButton *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = gdk_surface_get_width (gtk_native_get_surface (gtk_widget_get_native (widget)));

  gtk_widget_set_visible (GTK_WIDGET (self->label), width > cs_text_scale_apply (widget, WORDLESS_WIDTH));
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
cs_receiver_button_realize (GtkWidget *widget)
{
  GdkSurface *surface;

  GTK_WIDGET_CLASS (cs_receiver_button_parent_class)->realize (widget);
  surface = gtk_native_get_surface (gtk_widget_get_native (widget));
  g_signal_connect_object (surface, "notify::width", G_CALLBACK (fit), widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (widget), "notify::gtk-xft-dpi", G_CALLBACK (fit), widget, G_CONNECT_SWAPPED);
  fit (CS_RECEIVER_BUTTON (widget));
}

static void
cs_receiver_button_unrealize (GtkWidget *widget)
{
  GdkSurface *surface = gtk_native_get_surface (gtk_widget_get_native (widget));

  g_signal_handlers_disconnect_by_func (surface, fit, widget);
  g_signal_handlers_disconnect_by_func (gtk_widget_get_settings (widget), fit, widget);
  GTK_WIDGET_CLASS (cs_receiver_button_parent_class)->unrealize (widget);
}

static void
cs_receiver_button_class_init (CsReceiverButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_receiver_button_dispose;
  widget_class->realize = cs_receiver_button_realize;
  widget_class->unrealize = cs_receiver_button_unrealize;

  g_type_ensure (CS_TYPE_ADDRESS_CHECK_VIEW);
  g_type_ensure (CS_TYPE_ADDRESS_LINE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-receiver-button.ui");
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, button);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, popover);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, image);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, state_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, tunnel_box);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, tunnel_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, fingerprint_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, later_button);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, tunnel_button);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, sipgate_line);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, heartbeat_line);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, call_event_line);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, check_view);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, last_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, problem_label);
  gtk_widget_class_bind_template_child (widget_class, CsReceiverButton, local_label);
  gtk_widget_class_bind_template_callback (widget_class, on_later_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_map);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_unmap);
  gtk_widget_class_bind_template_callback (widget_class, on_tunnel_clicked);
}

static void
cs_receiver_button_init (CsReceiverButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cs_address_line_set_name (self->sipgate_line, _("Address for sipgate"), _("Copy the address for sipgate"));
  cs_address_line_set_name (self->heartbeat_line, _("Exotel: health of the numbers"),
                            _("Copy the address for Exotel’s reports of health"));
  cs_address_line_set_name (self->call_event_line, _("Exotel: reports of calls"), _("Copy the address for Exotel’s reports of calls"));
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
  update_tunnel (self);
  update_addresses (self);
  update_times (self);
}
