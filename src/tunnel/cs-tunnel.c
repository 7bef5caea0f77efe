/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-retry.h"
#include "tunnel/cs-tunnel-keys.h"
#include "tunnel/cs-tunnel-session.h"
#include "tunnel/cs-tunnel-watch.h"
#include "tunnel/cs-tunnel.h"

#include <glib/gi18n.h>

/* A network that has just come up needs a moment; and changes come in bursts. */
#define SETTLE_US G_USEC_PER_SEC

struct _CsTunnel
{
  CsTunnelLimits limits;
  CsTunnelChangedFunc changed;
  gpointer user_data;
  GMainContext *context;        /* (owned) of the maker */
  CsTunnelConfig *config;       /* (owned) (nullable) NULL while it is off */
  CsTunnelState state;
  char *trusted;                /* (owned) (nullable) the fingerprint that the user confirmed */
  CsTunnelSession *session;     /* (owned) (nullable) */
  GPtrArray *ending;            /* (owned) (element-type CsTunnelSession) told to stop, not at their end yet */
  guint n_failed;               /* tries since it was open the last time */
  GSource *retry_source;        /* (owned) (nullable) */
  CsTunnelWatch *watch;         /* (owned) (nullable) while it is on */
};

static void start (CsTunnel *self);

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Everything that is known of the server is the same from one phase to the next only where it is set again. */
static void
set_phase (CsTunnel      *self,
           CsTunnelPhase  phase,
           const char    *error)
{
  CsTunnelState *state = &self->state;
  gint64 now_us = g_get_real_time ();

  if (state->phase != phase)
    state->since_us = phase != CS_TUNNEL_PHASE_OFF ? now_us : CS_UNKNOWN;
  if (phase == CS_TUNNEL_PHASE_OPEN || phase == CS_TUNNEL_PHASE_OFF)
    state->lost_us = CS_UNKNOWN;
  else if (state->lost_us == CS_UNKNOWN)
    state->lost_us = now_us;
  state->phase = phase;
  state->next_us = CS_UNKNOWN;
  g_free (state->error);
  state->error = g_strdup (error);
  g_clear_pointer (&state->url, g_free);
  g_clear_pointer (&state->fingerprint, g_free);
  g_clear_pointer (&state->key_type, g_free);
}

static gboolean
on_retry (gpointer data)
{
  CsTunnel *self = data;

  clear_source (&self->retry_source);
  start (self);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
retry_in (CsTunnel *self,
          gint64    wait_us)
{
  clear_source (&self->retry_source);
  self->state.next_us = g_get_real_time () + wait_us;
  self->retry_source = g_timeout_source_new ((guint) (wait_us / 1000));
  g_source_set_callback (self->retry_source, on_retry, self, NULL);
  g_source_attach (self->retry_source, self->context);
}

static void
take_end (CsTunnel             *self,
          const CsTunnelReport *report)
{
  if (g_error_matches (report->error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_STRANGER) ||
      g_error_matches (report->error, CS_TUNNEL_ERROR, CS_TUNNEL_ERROR_CHANGED))
    {
      gboolean is_stranger = report->error->code == CS_TUNNEL_ERROR_STRANGER;

      set_phase (self, is_stranger ? CS_TUNNEL_PHASE_ASKING : CS_TUNNEL_PHASE_REFUSED, report->error->message);
      self->state.fingerprint = g_strdup (report->host_key.fingerprint);
      self->state.key_type = g_strdup (report->host_key.type);
      return;
    }
  set_phase (self, CS_TUNNEL_PHASE_WAITING, report->error->message);
  self->n_failed++;
  retry_in (self, (gint64) (cs_retry_get_wait (self->n_failed, g_random_double ()) * self->limits.pace));
}

static void
take_address (CsTunnel             *self,
              const CsTunnelReport *report)
{
  g_clear_pointer (&self->state.error, g_free);
  g_free (self->state.url);
  self->state.url = g_strdup (report->url);
}

static void
take_silence (CsTunnel *self)
{
  g_free (self->state.error);
  self->state.error = g_strdup_printf (_("The tunnel is open, but %s has not said under which address. Enter the public address in "
                                         "Preferences, so that calls can be received."), self->state.host);
}

static void
on_report (CsTunnelSession      *session,
           const CsTunnelReport *report,
           gpointer              user_data)
{
  CsTunnel *self = user_data;

  if (session != self->session)
    {
      if (report->kind == CS_TUNNEL_REPORT_ENDED)
        g_ptr_array_remove_fast (self->ending, session);
      return;
    }
  switch (report->kind)
    {
    case CS_TUNNEL_REPORT_OPEN:
      self->n_failed = 0;
      set_phase (self, CS_TUNNEL_PHASE_OPEN, NULL);
      break;
    case CS_TUNNEL_REPORT_ADDRESS:
      take_address (self, report);
      break;
    case CS_TUNNEL_REPORT_SILENT:
      take_silence (self);
      break;
    case CS_TUNNEL_REPORT_ENDED:
      g_clear_pointer (&self->session, cs_tunnel_session_free);
      take_end (self, report);
      break;
    }
  self->changed (self->user_data);
}

static void
start (CsTunnel *self)
{
  clear_source (&self->retry_source);
  set_phase (self, CS_TUNNEL_PHASE_CONNECTING, NULL);
  self->session = cs_tunnel_session_new (self->config, &self->limits, self->trusted, on_report, self);
}

/* The session's thread comes to its end by itself: nobody waits for it here. */
static void
stop (CsTunnel *self)
{
  clear_source (&self->retry_source);
  if (self->session == NULL)
    return;
  cs_tunnel_session_stop (self->session);
  g_ptr_array_add (self->ending, g_steal_pointer (&self->session));
}

static void
on_watch (gpointer data)
{
  cs_tunnel_wake (data);
}

/* Makes a tunnel that is off. limits: NULL for the usual ones. */
CsTunnel *
cs_tunnel_new (const CsTunnelLimits *limits,
               CsTunnelChangedFunc   changed,
               gpointer              user_data)
{
  CsTunnel *self = g_new0 (CsTunnel, 1);

  self->limits = limits != NULL ? *limits : cs_tunnel_usual_limits;
  self->changed = changed;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->ending = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_tunnel_session_free);
  cs_tunnel_state_init (&self->state);
  return self;
}

/* Closes the tunnel, and waits until it is closed. */
void
cs_tunnel_free (CsTunnel *self)
{
  g_clear_pointer (&self->watch, cs_tunnel_watch_free);
  stop (self);
  g_ptr_array_unref (self->ending);
  cs_tunnel_state_clear (&self->state);
  g_clear_pointer (&self->config, cs_tunnel_config_free);
  g_main_context_unref (self->context);
  g_free (self->trusted);
  g_free (self);
}

/* Opens the tunnel that is wanted instead of the one that is open; NULL: none. Where nothing changed nothing happens. */
void
cs_tunnel_configure (CsTunnel             *self,
                     const CsTunnelConfig *config)
{
  if (config == NULL ? self->config == NULL : self->config != NULL && cs_tunnel_config_equal (self->config, config))
    return;
  stop (self);
  g_clear_pointer (&self->trusted, g_free);
  g_clear_pointer (&self->config, cs_tunnel_config_free);
  g_clear_pointer (&self->state.host, g_free);
  self->n_failed = 0;
  if (config == NULL)
    {
      g_clear_pointer (&self->watch, cs_tunnel_watch_free);
      set_phase (self, CS_TUNNEL_PHASE_OFF, NULL);
    }
  else
    {
      self->config = cs_tunnel_config_copy (config);
      self->state.host = cs_tunnel_config_dup_server (config);
      if (self->watch == NULL)
        self->watch = cs_tunnel_watch_new (on_watch, self);
      start (self);
    }
  self->changed (self->user_data);
}

/* Trusts the key that is asked about. Where it is another one by now, that one is asked about. */
void
cs_tunnel_trust (CsTunnel   *self,
                 const char *fingerprint)
{
  if (self->state.phase != CS_TUNNEL_PHASE_ASKING)
    return;
  g_free (self->trusted);
  self->trusted = g_strdup (fingerprint);
  start (self);
  self->changed (self->user_data);
}

/* Forgets the keys of the server, and connects to it again as to a stranger. */
void
cs_tunnel_forget_host (CsTunnel *self)
{
  g_autoptr (GError) error = NULL;

  if (self->config == NULL)
    return;
  g_clear_pointer (&self->trusted, g_free);
  if (!cs_tunnel_keys_forget_host (self->config, &error))
    {
      g_free (self->state.error);
      self->state.error = g_strdup_printf (_("The old key can’t be forgotten: %s. No tunnel is opened."), error->message);
    }
  else
    {
      stop (self);
      start (self);
    }
  self->changed (self->user_data);
}

/* Tries again now, if it isn't being tried and isn't open. */
void
cs_tunnel_retry (CsTunnel *self)
{
  if (self->config == NULL || self->session != NULL)
    return;
  self->n_failed = 0;
  start (self);
  self->changed (self->user_data);
}

/* The network changed, or the computer has slept: an open tunnel is tried, another try doesn't wait. */
void
cs_tunnel_wake (CsTunnel *self)
{
  if (self->session != NULL)
    cs_tunnel_session_probe (self->session);
  if (self->state.phase != CS_TUNNEL_PHASE_WAITING)
    return;
  self->n_failed = 0;
  retry_in (self, (gint64) (SETTLE_US * self->limits.pace));
  self->changed (self->user_data);
}

/* (transfer none) */
const CsTunnelState *
cs_tunnel_get_state (CsTunnel *self)
{
  return &self->state;
}
