/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-window.h"

#include <glib/gi18n.h>

#include "ui/cs-calls-page.h"
#include "ui/cs-export-bar.h"
#include "ui/cs-export-dashboard.h"
#include "ui/cs-first-step-page.h"
#include "ui/cs-message-bar.h"
#include "ui/cs-monitoring-page.h"
#include "ui/cs-orders-page.h"
#include "ui/cs-receiver-button.h"
#include "ui/cs-resources.h"
#include "ui/cs-toast.h"
#include "ui/cs-today-page.h"
#include "ui/cs-tunnel-question.h"

/*
 * CsWindow: the one window.
 *
 * It shows the last snapshot it was given and asks for nothing: what it shows comes by cs_window_apply_snapshot(), what the user wants
 * done goes to the application's actions.
 */
struct _CsWindow {
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toast_overlay;
  GObject *switcher_title;
  GObject *switcher_bar;
  CsReceiverButton *receiver_button;
  CsMessageBar *webhook_bar;
  CsMessageBar *tunnel_bar;
  CsMessageBar *api_bar;
  CsMessageBar *storage_bar;
  CsMessageBar *signature_bar;
  CsExportBar *export_bar;
  GtkStack *state_stack;
  CsFirstStepPage *first_step_page;
  AdwViewStack *view_stack;
  CsTodayPage *today_page;
  AdwViewStackPage *calls_view;
  AdwBin *calls_bin;
  AdwBin *monitoring_bin;
  AdwBin *orders_bin;
  CsCallsPage *calls_page;            /* (nullable) both are made with the first figures: the first frame doesn't wait for them */
  CsMonitoringPage *monitoring_page;  /* (nullable) */
  CsOrdersPage *orders_page;          /* (nullable) made when it is first looked at */
  AdwStatusPage *failure_page;

  GSettings *settings;    /* (owned) */
  CsEngine *engine;       /* (owned) (nullable) both for the order line */
  CsSettings *engine_settings; /* (owned) (nullable) */
  CsSnapshot *snapshot;   /* (owned) (nullable) the last one */
  gboolean has_failed;
  char *asked_key;        /* (owned) (nullable) fingerprint of the tunnel server that was asked for */
  GtkWindow *question;    /* (nullable) weak: that question */
  guint reveal_source;    /* the bar below waits to come or go */
};

G_DEFINE_FINAL_TYPE (CsWindow, cs_window, ADW_TYPE_APPLICATION_WINDOW)

static void
show_signature_refusals (CsWindow   *self,
                         CsSnapshot *snapshot)
{
  gulong n = (gulong) snapshot->refusals[CS_REFUSAL_SIGNATURE];
  g_autofree char *message = NULL;

  if (n > 0)
    message = g_strdup_printf (ngettext ("%lu request was refused: its signature is not sipgate’s",
                                         "%lu requests were refused: their signature is not sipgate’s", n), n);
  cs_message_bar_set_message (self->signature_bar, message);
}

static void
show_storage_error (CsWindow   *self,
                    CsSnapshot *snapshot)
{
  g_autofree char *waiting = NULL;
  g_autofree char *message = NULL;

  if (snapshot->storage_error == NULL) {
    cs_message_bar_set_message (self->storage_bar, NULL);
    return;
  }
  if (snapshot->n_waiting == 0) {
    cs_message_bar_set_message (self->storage_bar, snapshot->storage_error);
    return;
  }
  waiting = g_strdup_printf (ngettext ("%u report of a call is held in memory until then.",
                                       "%u reports of calls are held in memory until then.", snapshot->n_waiting),
                             snapshot->n_waiting);
  message = g_strconcat (snapshot->storage_error, " ", waiting, NULL);
  cs_message_bar_set_message (self->storage_bar, message);
}

/* Asks once whether the tunnel's server is the right one; the receiver button goes on asking. */
static void
ask_for_tunnel_key (CsWindow            *self,
                    const CsTunnelState *tunnel)
{
  gboolean is_asking = tunnel->phase == CS_TUNNEL_PHASE_ASKING && tunnel->fingerprint != NULL;

  if (self->question != NULL && (!is_asking || g_strcmp0 (self->asked_key, tunnel->fingerprint) != 0))
    gtk_window_destroy (self->question);
  if (tunnel->phase == CS_TUNNEL_PHASE_OPEN || tunnel->phase == CS_TUNNEL_PHASE_OFF)
    g_clear_pointer (&self->asked_key, g_free);
  if (!is_asking || g_strcmp0 (self->asked_key, tunnel->fingerprint) == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  g_free (self->asked_key);
  self->asked_key = g_strdup (tunnel->fingerprint);
  g_set_weak_pointer (&self->question, cs_tunnel_question_ask (GTK_WIDGET (self), tunnel));
}

static void
show_tunnel (CsWindow            *self,
             const CsTunnelState *tunnel)
{
  cs_message_bar_set_message (self->tunnel_bar, tunnel->phase == CS_TUNNEL_PHASE_REFUSED ? tunnel->error : NULL);
  ask_for_tunnel_key (self, tunnel);
}

static gboolean
is_exotel_set_up (const CsSnapshot *snapshot)
{
  return snapshot->has_heartbeat || snapshot->exotel.activity != CS_EXOTEL_OFF;
}

static const char *
choose_state (CsWindow         *self,
              const CsSnapshot *snapshot)
{
  if (self->has_failed)
    return "failure";
  /* Who uses Exotel alone has no first step to take at sipgate. */
  if (snapshot->is_sample || snapshot->has_calls || snapshot->active->len > 0 || is_exotel_set_up (snapshot))
    return "views";
  return "first-step";
}

/* Where nothing is known but what Exotel tells, that page comes first; afterwards the user has chosen. */
static void
choose_page (CsWindow         *self,
             const CsSnapshot *snapshot)
{
  const char *state = gtk_stack_get_visible_child_name (self->state_stack);

  if (g_strcmp0 (state, "views") != 0 && is_exotel_set_up (snapshot) && !snapshot->is_sample && !snapshot->has_calls)
    adw_view_stack_set_visible_child_name (self->view_stack, "monitoring");
}

static gboolean
reveal_bar (gpointer user_data)
{
  CsWindow *self = user_data;
  gboolean is_enabled, is_narrow;

  self->reveal_source = 0;
  g_object_get (self->switcher_title, "view-switcher-enabled", &is_enabled, "title-visible", &is_narrow, NULL);
  g_object_set (self->switcher_bar, "reveal", is_enabled && is_narrow, NULL);
  return G_SOURCE_REMOVE;
}

/* One page needs no switcher, and the first step no way around it. */
static void
update_switcher (CsWindow *self)
{
  GtkSelectionModel *pages = adw_view_stack_get_pages (self->view_stack);
  gboolean is_needed = g_list_model_get_n_items (G_LIST_MODEL (pages)) > 1 &&
                       g_strcmp0 (gtk_stack_get_visible_child_name (self->state_stack), "views") == 0;

  g_object_unref (pages);
  g_object_set (self->switcher_title, "view-switcher-enabled", is_needed, NULL);
  /* Whether there is room above turns out while everything gets its place; the bar has none to get by then. */
  if (self->reveal_source == 0)
    self->reveal_source = g_idle_add_full (GTK_PRIORITY_RESIZE, reveal_bar, self, NULL);
}

static void
toggle_fullscreen (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  GtkWindow *window = GTK_WINDOW (widget);

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static void
show_toast (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);

  adw_toast_overlay_add_toast (self->toast_overlay, cs_toast_new (g_variant_get_string (parameter, NULL)));
}

static void
ensure_pages (CsWindow *self)
{
  if (self->calls_page != NULL)
    return;
  self->calls_page = g_object_new (CS_TYPE_CALLS_PAGE, NULL);
  self->monitoring_page = g_object_new (CS_TYPE_MONITORING_PAGE, NULL);
  cs_monitoring_page_set_settings (self->monitoring_page, self->settings);
  adw_bin_set_child (self->calls_bin, GTK_WIDGET (self->calls_page));
  adw_bin_set_child (self->monitoring_bin, GTK_WIDGET (self->monitoring_page));
}

static void
ensure_orders_page (CsWindow *self)
{
  if (self->orders_page != NULL || self->engine == NULL
      || g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), "orders") != 0)
    return;
  self->orders_page = g_object_new (CS_TYPE_ORDERS_PAGE, NULL);
  cs_orders_page_set_engine (self->orders_page, self->engine, self->engine_settings);
  if (self->snapshot != NULL)
    cs_orders_page_apply_snapshot (self->orders_page, self->snapshot);
  adw_bin_set_child (self->orders_bin, GTK_WIDGET (self->orders_page));
}

static void
forget_tunnel_key (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);

  if (self->snapshot != NULL)
    cs_tunnel_question_forget (widget, &self->snapshot->tunnel);
}

/* The parameter says which ones: see cs-calls-page.h. */
static void
show_calls (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);

  ensure_pages (self);
  cs_calls_page_show (self->calls_page, g_variant_get_string (parameter, NULL));
  adw_view_stack_set_visible_child_name (self->view_stack, "calls");
}

static void
show_call (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);

  ensure_pages (self);
  adw_view_stack_set_visible_child_name (self->view_stack, "calls");
  cs_calls_page_show_call (self->calls_page, g_variant_get_int64 (parameter));
}

/* The parameter counts the pages from 1, as the keys do. */
static void
show_page (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);
  g_autoptr (GtkSelectionModel) pages = adw_view_stack_get_pages (self->view_stack);
  g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (pages), g_variant_get_uint32 (parameter) - 1);

  if (page != NULL && g_strcmp0 (gtk_stack_get_visible_child_name (self->state_stack), "views") == 0)
    adw_view_stack_set_visible_child (self->view_stack, adw_view_stack_page_get_child (page));
}

static void
search_calls (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);

  ensure_pages (self);
  adw_view_stack_set_visible_child_name (self->view_stack, "calls");
  cs_calls_page_search (self->calls_page);
}

/* What is in view as one sheet; the figures of today where the page has none of its own. (transfer full) (nullable) */
static CsDashboardPage *
make_dashboard (CsWindow *self)
{
  CsDashboardPage *page = NULL;

  if (self->snapshot == NULL || self->snapshot->zone == NULL)
    return NULL;
  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), "monitoring") == 0)
    page = cs_monitoring_page_create_dashboard (self->monitoring_page);
  return page != NULL ? page : cs_export_dashboard_new_today (self->snapshot);
}

static void
export_dashboard (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);
  CsDashboardPage *page = make_dashboard (self);

  if (page != NULL)
    cs_export_bar_choose_dashboard (self->export_bar, page);
}

static void
print_dashboard (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);
  CsDashboardPage *page = make_dashboard (self);

  if (page != NULL)
    cs_export_bar_print (self->export_bar, page);
}

static void
export_calls (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  CsWindow *self = CS_WINDOW (widget);

  if (self->snapshot != NULL && self->snapshot->data_dir != NULL)
    cs_export_bar_choose_calls (self->export_bar, cs_export_calls_new (self->snapshot->data_dir,
                                                                       cs_calls_page_get_query (self->calls_page),
                                                                       self->snapshot->zone));
}

/* The parameter is a number, of which the contact is opened. */
static void
edit_contact (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  gtk_widget_activate_action_variant (widget, "app.edit-contact", parameter);
}

static void
restore_size (CsWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
save_size (CsWindow *self)
{
  int width, height;

  /* The default size follows the window's, but not while it is maximized or full screen. */
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
cs_window_unmap (GtkWidget *widget)
{
  CsWindow *self = CS_WINDOW (widget);

  if (self->settings != NULL)
    save_size (self);
  GTK_WIDGET_CLASS (cs_window_parent_class)->unmap (widget);
}

static void
cs_window_dispose (GObject *object)
{
  CsWindow *self = CS_WINDOW (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->engine_settings);
  G_OBJECT_CLASS (cs_window_parent_class)->dispose (object);
  g_clear_handle_id (&self->reveal_source, g_source_remove);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->question);
  g_clear_pointer (&self->asked_key, g_free);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
}

static void
cs_window_class_init (CsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_window_dispose;
  widget_class->unmap = cs_window_unmap;

  cs_resources_register ();
  g_type_ensure (CS_TYPE_CALLS_PAGE);
  g_type_ensure (CS_TYPE_EXPORT_BAR);
  g_type_ensure (CS_TYPE_FIRST_STEP_PAGE);
  g_type_ensure (CS_TYPE_MESSAGE_BAR);
  g_type_ensure (CS_TYPE_MONITORING_PAGE);
  g_type_ensure (CS_TYPE_RECEIVER_BUTTON);
  g_type_ensure (CS_TYPE_TODAY_PAGE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, switcher_title);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, receiver_button);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, webhook_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, tunnel_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, api_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, storage_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, signature_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, export_bar);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, state_stack);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, first_step_page);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, view_stack);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, today_page);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, calls_view);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, calls_bin);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, monitoring_bin);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, orders_bin);
  gtk_widget_class_bind_template_child (widget_class, CsWindow, failure_page);

  gtk_widget_class_install_action (widget_class, "win.toggle-fullscreen", NULL, toggle_fullscreen);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", show_toast);
  gtk_widget_class_install_action (widget_class, "win.forget-tunnel-key", NULL, forget_tunnel_key);
  gtk_widget_class_install_action (widget_class, "win.show-calls", "s", show_calls);
  gtk_widget_class_install_action (widget_class, "win.show-call", "x", show_call);
  gtk_widget_class_install_action (widget_class, "win.show-page", "u", show_page);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_calls);
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_dashboard);
  gtk_widget_class_install_action (widget_class, "win.print", NULL, print_dashboard);
  gtk_widget_class_install_action (widget_class, "win.export-calls", NULL, export_calls);
  gtk_widget_class_install_action (widget_class, "win.edit-contact", "s", edit_contact);
}

static void
cs_window_init (CsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->switcher_title, "notify::title-visible", G_CALLBACK (update_switcher), self);
  g_signal_connect_swapped (self->state_stack, "notify::visible-child", G_CALLBACK (update_switcher), self);
  g_signal_connect_swapped (self->view_stack, "notify::visible-child", G_CALLBACK (ensure_orders_page), self);
  update_switcher (self);
}

/**
 * cs_window_new:
 * @application: its application, which has the actions that the window's controls name
 * @settings: where its size is remembered and a tunnel's address is stored
 *
 * Returns: (transfer none): a window without figures yet
 */
CsWindow *
cs_window_new (GtkApplication *application,
               GSettings      *settings)
{
  CsWindow *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CS_TYPE_WINDOW, "application", application, NULL);
  self->settings = g_object_ref (settings);
  cs_first_step_page_set_settings (self->first_step_page, settings);
  restore_size (self);
  return self;
}

/**
 * cs_window_set_engine:
 * @self: a window, which has none yet
 * @engine: what keeps the orders
 * @settings: how it runs
 */
void
cs_window_set_engine (CsWindow   *self,
                      CsEngine   *engine,
                      CsSettings *settings)
{
  g_return_if_fail (CS_IS_WINDOW (self));
  g_return_if_fail (CS_IS_ENGINE (engine));
  g_return_if_fail (CS_IS_SETTINGS (settings));

  g_set_object (&self->engine, engine);
  g_set_object (&self->engine_settings, settings);
  ensure_orders_page (self);
}

/**
 * cs_window_apply_snapshot:
 * @self: a window
 * @snapshot: what to show from now on
 */
void
cs_window_apply_snapshot (CsWindow   *self,
                          CsSnapshot *snapshot)
{
  g_return_if_fail (CS_IS_WINDOW (self));
  g_return_if_fail (snapshot != NULL);

  cs_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  self->snapshot = snapshot;
  ensure_pages (self);
  g_object_set (self->switcher_title, "subtitle", snapshot->is_sample ? _("Sample data: these calls are made up") : "", NULL);
  cs_receiver_button_apply_snapshot (self->receiver_button, snapshot);
  cs_message_bar_set_message (self->webhook_bar, snapshot->webhook_error);
  show_tunnel (self, &snapshot->tunnel);
  cs_message_bar_set_message (self->api_bar, snapshot->api_error);
  show_storage_error (self, snapshot);
  show_signature_refusals (self, snapshot);
  cs_first_step_page_apply_snapshot (self->first_step_page, snapshot);
  cs_today_page_apply_snapshot (self->today_page, snapshot);
  cs_calls_page_apply_snapshot (self->calls_page, snapshot);
  adw_view_stack_page_set_badge_number (self->calls_view, (guint) MIN (snapshot->n_callbacks, 999));
  cs_monitoring_page_apply_snapshot (self->monitoring_page, snapshot);
  if (self->orders_page != NULL)
    cs_orders_page_apply_snapshot (self->orders_page, snapshot);
  choose_page (self, snapshot);
  gtk_stack_set_visible_child_name (self->state_stack, choose_state (self, snapshot));
}

/**
 * cs_window_show_failure:
 * @self: a window
 * @message: why there will be no figures, as a sentence
 */
void
cs_window_show_failure (CsWindow   *self,
                        const char *message)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CS_IS_WINDOW (self));
  g_return_if_fail (message != NULL);

  ensure_pages (self);
  /* AdwStatusPage takes its description for markup. */
  text = g_markup_escape_text (message, -1);
  self->has_failed = TRUE;
  adw_status_page_set_description (self->failure_page, text);
  gtk_stack_set_visible_child_name (self->state_stack, "failure");
}
