/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-notifier.h"

#include <glib/gi18n.h>

#include "desktop/cs-background.h"

/* A desktop that never shows any doesn't fill the memory. */
#define MAX_WAITING 100

/*
 * CsNotifier: words alerts as notifications and hands them to the desktop.
 *
 * It knows whether somebody shows them. Without a service that does nothing happens: what the window shows stays true.
 */
struct _CsNotifier {
  GObject parent_instance;

  GApplication *application;    /* (unowned) it owns the notifier */
  CsNotifierWords words;
  GCancellable *cancellable;    /* (owned) */
  guint watches[3];
  gboolean runs[3];             /* of those watched */
  gboolean can_be_started;      /* one would be started for the first notification */
  gboolean is_known;            /* the bus has said what can be started */
  gboolean is_reported;
  GHashTable *waiting;          /* (owned) (element-type utf8 GNotification) for a service to show them */
};

G_DEFINE_FINAL_TYPE (CsNotifier, cs_notifier, G_TYPE_OBJECT)

typedef enum {
  SIGNAL_UNAVAILABLE,
} CsNotifierSignal;

static guint signals[SIGNAL_UNAVAILABLE + 1];

static const char *const services[] = { "org.gtk.Notifications", "org.freedesktop.Notifications", "org.freedesktop.portal.Desktop" };

/* Some services take a body for markup, others don't: text from outside is given without the characters that make the difference. */
static char *
make_plain (const char *text)
{
  return g_strdelimit (g_strdup (text), "<>&", ' ');
}

static char *
make_caller (CsNotifier   *self,
             const CsNews *news)
{
  if (news->name != NULL)
    return g_strdup (news->name);
  return news->peer != NULL ? self->words.format_number (news->peer) : g_strdup (_("a withheld number"));
}

static char *
make_call_title (const CsNews *news,
                 const char   *caller)
{
  /* Translators: %s is the caller, by name or number. */
  return g_strdup_printf (news->outcome == CS_OUTCOME_VOICEMAIL ? _("Voicemail answered %s") : _("Missed call from %s"), caller);
}

static char *
make_call_body (CsNotifier   *self,
                const CsNews *news)
{
  g_autofree char *number = news->number != NULL ? self->words.format_number (news->number) : g_strdup ("–");
  g_autofree char *plain = make_plain (number);
  g_autofree char *when = self->words.format_time (news->at_us);

  if (cs_outcome_get_part (news->outcome) == CS_PART_BUSY)
    /* Translators: a time and the number that was called. */
    return g_strdup_printf (_("%s, to %s. The line was busy or the call was rejected."), when, plain);
  /* Translators: a time and the number that was called. */
  return g_strdup_printf (_("%s, to %s"), when, plain);
}

/* Actions of other parts are offered where there are such. */
static gboolean
has_action (CsNotifier         *self,
            const char         *name,
            const GVariantType *type)
{
  const GVariantType *present = g_action_group_has_action (G_ACTION_GROUP (self->application), name)
                                    ? g_action_group_get_action_parameter_type (G_ACTION_GROUP (self->application), name)
                                    : NULL;

  return present != NULL && g_variant_type_equal (present, type);
}

static GNotification *
make_call (CsNotifier    *self,
           const CsAlert *alert)
{
  const CsNews *news = alert->news;
  g_autofree char *caller = make_caller (self, news);
  g_autofree char *title = make_call_title (news, caller);
  g_autofree char *body = make_call_body (self, news);
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "call.unanswered");
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action_and_target (notification, "app.show-call", "x", news->call_id);
  if (news->peer != NULL && has_action (self, "call-back", G_VARIANT_TYPE_STRING))
    g_notification_add_button_with_target (notification, _("Call Back"), "app.call-back", "s", news->peer);
  if (news->can_call_back)
    g_notification_add_button_with_target (notification, C_("call back", "Done"), "app.settle-callback", "x", news->call_id);
  return notification;
}

static GNotification *
make_calls (const CsAlert *alert)
{
  g_autofree char *title = g_strdup_printf (ngettext ("%u missed call", "%u missed calls", alert->n_calls), alert->n_calls);
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, alert->was_quiet ? _("While notifications were held back")
                                                          : _("Several people called in a short time"));
  g_notification_set_category (notification, "call.unanswered");
  g_notification_set_priority (notification, alert->is_calm ? G_NOTIFICATION_PRIORITY_LOW : G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action_and_target (notification, "app.show-calls", "s", "callbacks");
  return notification;
}

static GNotification *
make_health (const CsAlert *alert)
{
  const CsNews *news = alert->news;
  gboolean is_critical = news->health == CS_HEALTH_CRITICAL;
  g_autofree char *body = NULL;
  GNotification *notification;

  if (news->health == CS_HEALTH_OK) {
    notification = g_notification_new (_("Your numbers can be called again"));
    g_notification_set_body (notification, _("Exotel reports that all of them are healthy."));
    return notification;
  }
  if (news->n_affected > 0)
    body = g_strdup_printf (ngettext ("Exotel reports trouble with %u number.", "Exotel reports trouble with %u numbers.",
                                      news->n_affected), news->n_affected);
  notification = g_notification_new (is_critical ? _("Your numbers can’t be called") : _("Some of your numbers can’t be called"));
  g_notification_set_body (notification, body != NULL ? body : _("Exotel reports trouble."));
  g_notification_set_priority (notification, is_critical ? G_NOTIFICATION_PRIORITY_URGENT : G_NOTIFICATION_PRIORITY_HIGH);
  return notification;
}

static const char *
get_fault_title (CsFault fault)
{
  switch (fault) {
  case CS_FAULT_PORT:
    return _("Calls can’t be received");
  case CS_FAULT_TUNNEL:
    return _("The tunnel is down");
  case CS_FAULT_SIGNATURE:
    return _("A report of a call was refused");
  case CS_FAULT_STORAGE:
    return _("Calls can’t be kept");
  }
  g_return_val_if_reached ("");
}

static GNotification *
make_fault (CsNotifier    *self,
            const CsAlert *alert)
{
  GNotification *notification = g_notification_new (get_fault_title (alert->fault));
  g_autofree char *body = make_plain (alert->text);

  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, alert->is_calm ? G_NOTIFICATION_PRIORITY_LOW : G_NOTIFICATION_PRIORITY_HIGH);
  if (alert->fault != CS_FAULT_STORAGE && has_action (self, "preferences-page", G_VARIANT_TYPE_STRING))
    g_notification_add_button_with_target (notification, _("Preferences"), "app.preferences-page", "s", "receiving");
  return notification;
}

static GNotification *
make_notification (CsNotifier    *self,
                   const CsAlert *alert)
{
  switch (alert->kind) {
  case CS_ALERT_CALL:
    return make_call (self, alert);
  case CS_ALERT_CALLS:
    return make_calls (alert);
  case CS_ALERT_HEALTH:
    return make_health (alert);
  case CS_ALERT_FAULT:
    return make_fault (self, alert);
  }
  g_return_val_if_reached (NULL);
}

static void
report_unavailable (CsNotifier *self)
{
  if (self->is_reported || cs_notifier_is_available (self))
    return;
  self->is_reported = TRUE;
  g_message ("This desktop shows no notifications. The window goes on showing everything.");
  g_signal_emit (self, signals[SIGNAL_UNAVAILABLE], 0);
}

static void
on_activatable_names (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  CsNotifier *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) names = NULL;
  g_autofree const char **list = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_known = TRUE;
  if (reply == NULL)
    return;
  names = g_variant_get_child_value (reply, 0);
  list = g_variant_get_strv (names, NULL);
  self->can_be_started = g_strv_contains (list, services[0]) || g_strv_contains (list, services[1]);
}

static void
set_runs (CsNotifier *self,
          const char *name,
          gboolean    runs)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
    if (g_str_equal (services[i], name))
      self->runs[i] = runs;
  }
}

static void
deliver (CsNotifier    *self,
         const char    *id,
         GNotification *notification)
{
  if (cs_notifier_is_available (self))
    g_application_send_notification (self->application, id, notification);
  else if (g_hash_table_size (self->waiting) < MAX_WAITING)
    g_hash_table_insert (self->waiting, g_strdup (id), g_object_ref (notification));
}

/* What happened before the desktop could show it is shown now. */
static void
on_service_appeared (GDBusConnection *connection,
                     const char      *name,
                     const char      *owner,
                     gpointer         user_data)
{
  CsNotifier *self = user_data;
  g_autoptr (GHashTable) waiting = g_steal_pointer (&self->waiting);
  GHashTableIter iter;
  gpointer id, notification;

  set_runs (self, name, TRUE);
  self->is_reported = FALSE;
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_hash_table_iter_init (&iter, waiting);
  while (g_hash_table_iter_next (&iter, &id, &notification))
    deliver (self, id, notification);
}

static void
on_service_vanished (GDBusConnection *connection,
                     const char      *name,
                     gpointer         user_data)
{
  set_runs (user_data, name, FALSE);
}

/* The portal counts where it is the one that is asked: in a sandbox. */
static void
watch_services (CsNotifier *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  guint n = cs_background_is_sandboxed () ? G_N_ELEMENTS (services) : G_N_ELEMENTS (services) - 1;

  if (bus == NULL) {
    self->is_known = TRUE;
    return;
  }
  for (guint i = 0; i < n; i++)
    self->watches[i] = g_bus_watch_name_on_connection (bus, services[i], G_BUS_NAME_WATCHER_FLAGS_NONE, on_service_appeared,
                                                       on_service_vanished, self, NULL);
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListActivatableNames",
                          NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_activatable_names, self);
}

static void
cs_notifier_dispose (GObject *object)
{
  CsNotifier *self = CS_NOTIFIER (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->watches); i++)
    g_clear_handle_id (&self->watches[i], g_bus_unwatch_name);
  G_OBJECT_CLASS (cs_notifier_parent_class)->dispose (object);
}

static void
cs_notifier_finalize (GObject *object)
{
  CsNotifier *self = CS_NOTIFIER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->waiting, g_hash_table_unref);
  G_OBJECT_CLASS (cs_notifier_parent_class)->finalize (object);
}

static void
cs_notifier_class_init (CsNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cs_notifier_dispose;
  object_class->finalize = cs_notifier_finalize;
  signals[SIGNAL_UNAVAILABLE] = g_signal_new ("unavailable", CS_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 0);
}

static void
cs_notifier_init (CsNotifier *self)
{
  self->cancellable = g_cancellable_new ();
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * cs_notifier_new:
 * @application: whose notifications they are; registered, it outlives the notifier
 * @words: how numbers and times are written
 *
 * Returns: (transfer full): a notifier
 */
CsNotifier *
cs_notifier_new (GApplication          *application,
                 const CsNotifierWords *words)
{
  CsNotifier *self;

  g_return_val_if_fail (G_IS_APPLICATION (application), NULL);

  self = g_object_new (CS_TYPE_NOTIFIER, NULL);
  self->application = application;
  self->words = *words;
  watch_services (self);
  return self;
}

/**
 * cs_notifier_is_available:
 * @self: a notifier
 *
 * Returns: whether somebody shows notifications, as far as is known
 */
gboolean
cs_notifier_is_available (CsNotifier *self)
{
  g_return_val_if_fail (CS_IS_NOTIFIER (self), FALSE);

  return self->runs[0] || self->runs[1] || self->runs[2] || self->can_be_started || !self->is_known;
}

/**
 * cs_notifier_send:
 * @self: a notifier
 * @alert: what to show, in place of what has the same id, or to withdraw
 */
void
cs_notifier_send (CsNotifier    *self,
                  const CsAlert *alert)
{
  g_autoptr (GNotification) notification = NULL;

  g_return_if_fail (CS_IS_NOTIFIER (self));

  if (alert->is_withdrawn) {
    g_hash_table_remove (self->waiting, alert->id);
    g_application_withdraw_notification (self->application, alert->id);
    return;
  }
  report_unavailable (self);
  notification = make_notification (self, alert);
  deliver (self, alert->id, notification);
}

/**
 * cs_notifier_send_background:
 * @self: a notifier
 *
 * Tells whoever has closed the window that the program goes on.
 */
void
cs_notifier_send_background (CsNotifier *self)
{
  g_autoptr (GNotification) notification = NULL;

  g_return_if_fail (CS_IS_NOTIFIER (self));

  notification = g_notification_new (_("CallStats keeps receiving calls"));
  g_notification_set_body (notification, _("The window is closed, the program isn’t. Preferences say whether it goes on like this."));
  g_notification_add_button (notification, _("Quit"), "app.quit");
  deliver (self, "background", notification);
}
