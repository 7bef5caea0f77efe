/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-application-private.h"

#include <glib/gi18n.h>

#include "ui/cs-number-format.h"
#include "ui/cs-time-format.h"

static void
run_alerts (CsApplication *self);

static char *
format_time (gint64 time_us)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  return cs_time_format_clock (time_us, g_get_real_time (), zone);
}

static gboolean
on_alerts_due (gpointer user_data)
{
  CsApplication *self = user_data;

  self->alert_source = 0;
  run_alerts (self);
  return G_SOURCE_REMOVE;
}

/* Does what the policy has decided, and sees to it that it is asked again in time. */
static void
run_alerts (CsApplication *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_us = g_get_real_time ();
  g_autoptr (GPtrArray) alerts = cs_alert_policy_take_alerts (self->alert_policy, zone, now_us);
  g_autoptr (GArray) told = cs_alert_policy_take_told (self->alert_policy);
  gint64 due_us = cs_alert_policy_get_due (self->alert_policy);

  for (guint i = 0; i < alerts->len; i++)
    cs_notifier_send (self->notifier, g_ptr_array_index (alerts, i));
  if (told->len > 0 && self->engine != NULL)
    cs_engine_note_told (self->engine, told);
  g_clear_handle_id (&self->alert_source, g_source_remove);
  if (due_us != G_MAXINT64)
    self->alert_source = g_timeout_add ((guint) (MAX (due_us - now_us, 0) / 1000) + 1, on_alerts_due, self);
}

static void
on_news (CsApplication *self,
         CsEngine      *engine)
{
  g_autoptr (GPtrArray) news = cs_engine_take_news (engine);
  gint64 now_us = g_get_real_time ();

  for (guint i = 0; news != NULL && i < news->len; i++)
    cs_alert_policy_add_news (self->alert_policy, g_ptr_array_index (news, i), now_us);
  run_alerts (self);
}

static void
on_rules_changed (CsApplication *self)
{
  CsAlertRules rules = cs_settings_get_alert_rules (self->settings);

  cs_alert_policy_set_rules (self->alert_policy, &rules);
  run_alerts (self);
}

static void
on_unavailable (CsApplication *self)
{
  if (self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.toast", "s",
                                _("This desktop shows no notifications. The window shows everything."));
}

static const char *
get_tunnel_problem (const CsTunnelState *tunnel)
{
  switch (tunnel->phase) {
  case CS_TUNNEL_PHASE_OFF:
  case CS_TUNNEL_PHASE_OPEN:
    return NULL;
  case CS_TUNNEL_PHASE_CONNECTING:
  case CS_TUNNEL_PHASE_WAITING:
    return _("Calls can’t be received until it is up again. CallStats keeps trying.");
  case CS_TUNNEL_PHASE_ASKING:
    return _("Calls can’t be received until you have confirmed in the window that the tunnel’s server is the right one.");
  case CS_TUNNEL_PHASE_REFUSED:
    return _("Calls can’t be received: the tunnel’s server isn’t the one that you have trusted. Look into the window.");
  }
  g_return_val_if_reached (NULL);
}

/* The trouble with signatures is over when something gets through. */
static const char *
get_signature_problem (CsApplication *self,
                       CsSnapshot    *snapshot)
{
  guint64 n_refused = snapshot->refusals[CS_REFUSAL_SIGNATURE];

  if (n_refused > self->n_refused)
    self->refused_us = snapshot->last_refusal_us;
  if (snapshot->last_event_us != CS_UNKNOWN && snapshot->last_event_us > self->refused_us)
    self->refused_us = CS_UNKNOWN;
  self->n_refused = n_refused;
  return self->refused_us == CS_UNKNOWN ? NULL
                                        : _("It wasn’t signed by sipgate, so the call isn’t counted. If you have changed sipgate’s key "
                                            "or the way to this computer, look into Preferences.");
}

void
cs_application_update_alerts (CsApplication *self,
                              CsSnapshot    *snapshot)
{
  gint64 now_us = g_get_real_time ();

  if (self->alert_policy == NULL)
    return;
  cs_alert_policy_set_fault (self->alert_policy, CS_FAULT_PORT, snapshot->webhook_error, now_us);
  cs_alert_policy_set_fault (self->alert_policy, CS_FAULT_TUNNEL, get_tunnel_problem (&snapshot->tunnel), now_us);
  cs_alert_policy_set_fault (self->alert_policy, CS_FAULT_SIGNATURE, get_signature_problem (self, snapshot), now_us);
  cs_alert_policy_set_fault (self->alert_policy, CS_FAULT_STORAGE, snapshot->storage_error, now_us);
  run_alerts (self);
}

void
cs_application_begin_alerts (CsApplication *self,
                             CsEngine      *engine)
{
  static const CsNotifierWords words = { cs_number_format, format_time };
  static const char *const signals[] = { "changed::notify-missed", "changed::notify-health", "changed::notify-receiver",
                                         "changed::notify-quiet-from", "changed::notify-quiet-to" };

  self->alert_policy = cs_alert_policy_new ();
  self->notifier = cs_notifier_new (G_APPLICATION (self), &words);
  self->refused_us = CS_UNKNOWN;
  g_signal_connect_object (self->notifier, "unavailable", G_CALLBACK (on_unavailable), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "news", G_CALLBACK (on_news), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (cs_settings_get_gsettings (self->settings), signals[i], G_CALLBACK (on_rules_changed), self,
                             G_CONNECT_SWAPPED);
  on_rules_changed (self);
}

void
cs_application_end_alerts (CsApplication *self)
{
  g_clear_handle_id (&self->alert_source, g_source_remove);
  g_signal_handlers_disconnect_by_func (cs_settings_get_gsettings (self->settings), on_rules_changed, self);
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_func (self->engine, on_news, self);
  g_clear_object (&self->notifier);
  g_clear_pointer (&self->alert_policy, cs_alert_policy_free);
}
