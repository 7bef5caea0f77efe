/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-api.h"
#include "engine/cs-board.h"
#include "engine/cs-receiver.h"
#include "engine/cs-sample.h"
#include "engine/cs-service.h"
#include "store/cs-store.h"

#include <glib/gi18n.h>

#define FRAME_US (G_USEC_PER_SEC / 60)
/* Making a snapshot may take this share of the thread's time at the most: one part in so many. */
#define SNAPSHOT_SHARE 20
/* Where nobody looks. */
#define IDLE_SNAPSHOT_US G_USEC_PER_SEC
#define CHECKPOINT_PAGES 2000
#define PRUNE_MINUTES 10
#define DRAIN_US (G_USEC_PER_SEC)

struct _CsService
{
  CsEngineConfig *config;      /* (owned) */
  CsPublishFunc publish;
  CsAudienceFunc has_audience;
  CsNewsFunc hand_news;        /* (nullable) */
  gpointer user_data;
  CsStore *store;              /* (owned) */
  CsRecorder *recorder;        /* (owned) */
  CsReceiver *receiver;        /* (owned) */
  CsApi *api;                  /* (owned) */
  CsBoard *board;              /* (owned) */
  CsExotelSync *exotel;        /* (owned) */
  CsOrderLine *orders;         /* (owned) */
  CsSipgateAccount *sipgate;   /* (owned) */
  gboolean is_reachable;       /* pushes can come */
  CsTunnel *tunnel;            /* (owned) */
  char *public_url;            /* (owned) (nullable) what the receiver builds addresses from; "" where there is none */
  CsAddressCheck *address_check; /* (owned) */
  CsAddressFault logged_fault; /* the last one that was logged */
  char *tunnel_news;           /* (owned) (nullable) the last thing that was logged of the tunnel */
  CsSample *sample;            /* (owned) (nullable) */
  guint16 webhook_port;        /* 0 while it isn't listening */
  char *webhook_error;         /* (owned) (nullable) */
  char *key_error;             /* (owned) (nullable) */
  char *api_error;             /* (owned) (nullable) */
  GSource *snapshot_source;    /* (owned) (nullable) */
  GSource *day_source;         /* (owned) */
  GSource *prune_source;       /* (owned) */
  gint64 last_snapshot_us;     /* monotonic */
  gint64 snapshot_cost_us;
  gint64 snapshot_due_us;      /* monotonic, while snapshot_source waits */
  GThread *checkpoint;         /* (owned) (nullable) */
  int checkpoint_is_done;      /* (atomic) */
};

static void
attach (GSource    **slot,
        GSource     *source,
        GSourceFunc  callback,
        gpointer     data)
{
  if (*slot != NULL)
    {
      g_source_destroy (*slot);
      g_source_unref (*slot);
    }
  *slot = source;
  g_source_set_callback (source, callback, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
detach (GSource **slot)
{
  if (*slot != NULL)
    g_source_destroy (*slot);
  g_clear_pointer (slot, g_source_unref);
}

static gpointer
checkpoint (gpointer data)
{
  CsService *self = data;
  g_autoptr (GError) error = NULL;

  if (!cs_store_checkpoint (self->config->data_dir, &error))
    g_debug ("%s", error->message);
  g_atomic_int_set (&self->checkpoint_is_done, TRUE);
  return NULL;
}

/* The log of committed pages is moved into the database by a thread beside: no call waits for it. */
static void
checkpoint_if_due (CsService *self)
{
  if (self->checkpoint != NULL && g_atomic_int_get (&self->checkpoint_is_done))
    g_thread_join (g_steal_pointer (&self->checkpoint));
  if (self->checkpoint != NULL || cs_store_get_wal_pages (self->store) < CHECKPOINT_PAGES)
    return;
  g_atomic_int_set (&self->checkpoint_is_done, FALSE);
  self->checkpoint = g_thread_new ("checkpoint", checkpoint, self);
}

static gboolean
on_snapshot (gpointer data)
{
  CsService *self = data;

  detach (&self->snapshot_source);
  cs_service_publish (self);
  return G_SOURCE_REMOVE;
}

/* When the next snapshot may be made (monotonic): not within a frame of the last one, and not so often that it costs. */
static gint64
get_snapshot_time (CsService *self)
{
  gboolean is_watched = self->has_audience (self->user_data) || cs_api_has_sockets (self->api);

  return self->last_snapshot_us + MAX (is_watched ? FRAME_US : IDLE_SNAPSHOT_US, self->snapshot_cost_us * SNAPSHOT_SHARE);
}

static void
hand_news_up (CsService *self)
{
  GPtrArray *news = self->hand_news != NULL ? cs_store_take_news (self->store) : NULL;

  if (news != NULL)
    self->hand_news (news, self->user_data);
}

/* Something changed: a snapshot follows at once if the last one is old enough, else as soon as it is. */
static void
on_changed (gpointer data)
{
  CsService *self = data;
  gint64 due_us, wait_us;

  /* While its parts are closed one after the other, what is still committed is told nobody. */
  if (cs_service_is_closing (self))
    return;
  due_us = get_snapshot_time (self);
  wait_us = due_us - g_get_monotonic_time ();
  hand_news_up (self);
  checkpoint_if_due (self);
  if (self->snapshot_source != NULL && self->snapshot_due_us <= due_us)
    return;
  self->snapshot_due_us = due_us;
  attach (&self->snapshot_source, wait_us > 0 ? g_timeout_source_new (wait_us / 1000 + 1) : g_idle_source_new (),
          on_snapshot, self);
  g_source_set_priority (self->snapshot_source, G_PRIORITY_DEFAULT);
}

/* A day begins, and the marker of the hour moves, without any call. */
static gboolean
on_quarter (gpointer data)
{
  CsService *self = data;
  gint64 now_us = g_get_real_time ();
  gint64 left_us = CS_QUARTER_US - now_us % CS_QUARTER_US;

  on_changed (self);
  /* Short waits, because a timer doesn't notice that the clock was set or the machine slept. */
  attach (&self->day_source, g_timeout_source_new (MIN (left_us / 1000 + 5, 30 * 1000)), on_quarter, self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_prune (gpointer data)
{
  CsService *self = data;
  gint64 now_us = g_get_real_time ();
  gint64 events_us = self->config->journal_days > 0 ? now_us - self->config->journal_days * G_TIME_SPAN_DAY : CS_UNKNOWN;
  gint64 calls_us = self->config->call_days > 0 ? now_us - self->config->call_days * G_TIME_SPAN_DAY : CS_UNKNOWN;
  g_autoptr (GError) error = NULL;
  gboolean is_done = TRUE;

  cs_recorder_commit (self->recorder);
  if (!cs_store_prune (self->store, events_us, calls_us, &is_done, &error)
      || (events_us != CS_UNKNOWN && !cs_store_prune_queries (self->store, events_us, &error))
      || !cs_store_commit (self->store, &error))
    {
      g_warning ("Old calls could not be removed: %s", error->message);
      cs_store_rollback (self->store);
      is_done = TRUE;
    }
  attach (&self->prune_source, is_done ? g_timeout_source_new_seconds (PRUNE_MINUTES * 60) : g_timeout_source_new (50),
          on_prune, self);
  return G_SOURCE_REMOVE;
}

static char *
describe_listen_error (guint16       port,
                       const GError *error,
                       gboolean      is_webhook)
{
  const char *meaning = is_webhook ? _("Calls can't be received. Choose another port in Preferences, or quit the other program.")
                                   : _("The local JSON API is off. Choose another port in Preferences, or quit the other program.");

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return g_strdup_printf (_("Port %u is already in use by another program. %s"), port, meaning);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_strdup_printf (_("Port %u needs special rights. Choose one from 1024 on in Preferences."), port);
  return g_strdup_printf (_("Port %u can't be used: %s. %s"), port, error->message, meaning);
}

/* Where the Internet finds this computer, "" where that isn't known. (transfer none) */
static const char *
find_public_url (CsService *self)
{
  const char *url = self->config->tunnel_mode == CS_TUNNEL_SSH ? cs_tunnel_get_state (self->tunnel)->url : self->config->public_url;

  return url != NULL ? url : "";
}

static void
configure_receiver (CsService *self)
{
  CsEngineConfig config = *self->config;
  g_autoptr (GError) error = NULL;

  g_free (self->public_url);
  self->public_url = g_strdup (find_public_url (self));
  config.public_url = self->public_url;
  g_clear_pointer (&self->key_error, g_free);
  if (!cs_receiver_configure (self->receiver, &config, &error))
    self->key_error = g_strdup_printf (_("Signatures can't be verified: %s. Every request is refused."), error->message);
}

/* Whoever has no window reads it in the log, once. */
static void
log_tunnel (CsService *self)
{
  const CsTunnelState *state = cs_tunnel_get_state (self->tunnel);
  g_autofree char *news = NULL;

  if (state->url != NULL)
    news = g_strdup_printf ("The public address is %s", state->url);
  else if (state->phase == CS_TUNNEL_PHASE_ASKING)
    news = g_strdup_printf ("%s Without a window, set tunnel-host-key to '%s' to trust it.", state->error, state->fingerprint);
  else
    news = g_strdup (state->error);
  if (news == NULL || g_strcmp0 (news, self->tunnel_news) == 0)
    return;
  if (state->phase == CS_TUNNEL_PHASE_REFUSED)
    g_warning ("%s", news);
  else
    g_message ("%s", news);
  g_free (self->tunnel_news);
  self->tunnel_news = g_steal_pointer (&news);
}

/* Where pushes shall come, and whether they can: what was missed until they could is looked for. */
static void
update_sipgate (CsService *self)
{
  gboolean was_reachable = self->is_reachable;
  g_autofree char *url = NULL;

  if (*self->public_url != '\0')
    url = g_strconcat (self->public_url, CS_RECEIVER_SIPGATE_PREFIX, self->config->webhook_token, NULL);
  cs_sipgate_account_set_url (self->sipgate, url);
  self->is_reachable = self->webhook_port != 0 && url != NULL;
  cs_address_check_set_target (self->address_check, self->is_reachable && !self->config->is_sample ? self->public_url : NULL,
                               self->config->webhook_token, self->webhook_port);
  if (self->is_reachable && !was_reachable)
    cs_sipgate_account_fill (self->sipgate);
}

static void
on_tunnel_changed (gpointer data)
{
  CsService *self = data;

  log_tunnel (self);
  if (g_strcmp0 (self->public_url, find_public_url (self)) != 0)
    configure_receiver (self);
  update_sipgate (self);
  on_changed (self);
}

/* Whoever has no window reads it in the log, each time it is another one. */
static void
on_address_checked (gpointer data)
{
  CsService *self = data;
  const CsAddressState *state = cs_address_check_get_state (self->address_check);

  if (state->fault != self->logged_fault)
    g_message ("%s", state->error != NULL ? state->error : "The public address leads here again");
  self->logged_fault = state->fault;
  on_changed (self);
}

static void
configure_tunnel (CsService *self)
{
  const CsEngineConfig *config = self->config;
  CsTunnelConfig tunnel = {
    .host = config->tunnel_host,
    .port = config->tunnel_port,
    .user = config->tunnel_user,
    .host_key = config->tunnel_host_key,
    .remote_port = config->tunnel_remote_port,
    .local_port = self->webhook_port,
    .public_url = config->public_url,
    .data_dir = config->data_dir,
  };

  cs_tunnel_configure (self->tunnel, config->tunnel_mode == CS_TUNNEL_SSH && self->webhook_port != 0 ? &tunnel : NULL);
}

static void
apply_config (CsService            *self,
              const CsEngineConfig *old)
{
  const CsEngineConfig *config = self->config;
  CsGate *api = cs_api_get_gate (self->api);
  g_autoptr (GTimeZone) zone = cs_day_get_zone (config->timezone);
  g_autoptr (GError) local = NULL;

  configure_receiver (self);
  cs_api_configure (self->api, config);
  cs_board_set_zone (self->board, zone);
  cs_recorder_set_stale (self->recorder, config->stale_minutes);
  cs_exotel_sync_configure (self->exotel, config);
  cs_order_line_configure (self->orders, config);

  if (old == NULL || old->webhook_port != config->webhook_port || self->webhook_error != NULL)
    {
      g_clear_pointer (&self->webhook_error, g_free);
      self->webhook_port = 0;
      if (cs_receiver_listen (self->receiver, config->webhook_port, &local))
        self->webhook_port = cs_receiver_get_port (self->receiver);
      else
        self->webhook_error = describe_listen_error (config->webhook_port, local, TRUE);
      g_clear_error (&local);
    }
  configure_tunnel (self);
  if (!config->is_sample)
    cs_sipgate_account_configure (self->sipgate, config);
  update_sipgate (self);
  if (!config->api_enabled)
    {
      cs_gate_close (api);
      g_clear_pointer (&self->api_error, g_free);
    }
  else if (old == NULL || old->api_port != config->api_port || !old->api_enabled || self->api_error != NULL)
    {
      g_clear_pointer (&self->api_error, g_free);
      cs_gate_close (api);
      if (!cs_gate_listen (api, config->api_port, &local))
        self->api_error = describe_listen_error (config->api_port, local, FALSE);
    }
}

static CsSnapshot *
make_snapshot (CsService *self)
{
  g_autoptr (CsSnapshot) snapshot = cs_snapshot_new ();
  g_autoptr (GError) error = NULL;
  const CsEngineConfig *config = self->config;
  const char *storage_error = cs_recorder_get_error (self->recorder);

  if (!cs_board_read (self->board, g_get_real_time (), snapshot, &error))
    storage_error = storage_error != NULL ? storage_error : error->message;

  snapshot->is_sample = config->is_sample;
  snapshot->webhook_port = self->webhook_port;
  snapshot->api_port = cs_gate_get_port (cs_api_get_gate (self->api));
  snapshot->webhook_error = g_strdup (self->webhook_error != NULL ? self->webhook_error : self->key_error);
  snapshot->api_error = g_strdup (self->api_error);
  snapshot->storage_error = g_strdup (storage_error);
  snapshot->n_waiting = cs_recorder_get_n_held (self->recorder);
  snapshot->sipgate_path = g_strconcat (CS_RECEIVER_SIPGATE_PREFIX, config->webhook_token, NULL);
  if (*self->public_url != '\0')
    snapshot->sipgate_url = g_strconcat (self->public_url, snapshot->sipgate_path, NULL);
  snapshot->last_event_us = cs_recorder_get_last_event (self->recorder);
  snapshot->data_dir = g_strdup (config->data_dir);
  snapshot->n_commits = cs_recorder_get_n_commits (self->recorder);
  snapshot->exotel_zone = cs_day_get_zone (config->exotel_timezone);
  cs_exotel_state_copy (&snapshot->exotel, cs_exotel_sync_get_state (self->exotel));
  cs_orders_state_copy (&snapshot->orders, cs_order_line_get_state (self->orders));
  cs_sipgate_state_copy (&snapshot->sipgate, cs_sipgate_account_get_state (self->sipgate));
  snapshot->heartbeat_path = g_strconcat (CS_RECEIVER_HEARTBEAT_PREFIX, config->webhook_token, NULL);
  snapshot->call_event_path = g_strconcat (CS_RECEIVER_CALL_EVENT_PREFIX, config->webhook_token, NULL);
  snapshot->public_url = g_strdup (self->public_url);
  cs_tunnel_state_copy (&snapshot->tunnel, cs_tunnel_get_state (self->tunnel));
  cs_address_state_copy (&snapshot->address, cs_address_check_get_state (self->address_check));
  cs_receiver_get_refusals (self->receiver, snapshot->refusals, &snapshot->last_refusal_us);
  return g_steal_pointer (&snapshot);
}

/* Opens the store and starts to listen. A port that can't be had is no error here: the snapshot says so. */
CsService *
cs_service_new (const CsEngineConfig *config,
                CsPublishFunc         publish,
                CsAudienceFunc        has_audience,
                gpointer              user_data,
                GError              **error)
{
  g_autoptr (CsService) self = g_new0 (CsService, 1);

  self->config = cs_engine_config_copy (config);
  self->publish = publish;
  self->has_audience = has_audience;
  self->user_data = user_data;
  self->store = cs_store_open (config->data_dir, error);
  if (self->store == NULL)
    return NULL;
  self->board = cs_board_new (config->data_dir, error);
  if (self->board == NULL)
    return NULL;

  self->recorder = cs_recorder_new (self->store, on_changed, self);
  self->receiver = cs_receiver_new (self->recorder, on_changed, self);
  self->orders = cs_order_line_new (self->store, self->recorder, config->data_dir, on_changed, self);
  cs_receiver_set_orders (self->receiver, self->orders);
  self->api = cs_api_new (config->data_dir);
  self->exotel = cs_exotel_sync_new (self->store, self->recorder, on_changed, self);
  self->sipgate = cs_sipgate_account_new (self->store, self->recorder, on_changed, self);
  self->tunnel = cs_tunnel_new (NULL, on_tunnel_changed, self);
  self->address_check = cs_address_check_new (self->receiver, NULL, on_address_checked, self);
  if (config->is_sample)
    self->sample = cs_sample_new (self->recorder);
  apply_config (self, NULL);
  on_quarter (self);
  attach (&self->prune_source, g_timeout_source_new_seconds (60), on_prune, self);
  return g_steal_pointer (&self);
}

/* Lets nobody in any more, answers who is in, and closes. */
void
cs_service_free (CsService *self)
{
  GMainContext *context = g_main_context_get_thread_default ();
  gint64 end_us = g_get_monotonic_time () + DRAIN_US;

  g_clear_pointer (&self->sample, cs_sample_free);
  if (self->receiver != NULL)
    {
      cs_receiver_close (self->receiver);
      cs_order_line_close (self->orders);
      cs_recorder_commit (self->recorder);
      while (cs_receiver_get_n_connections (self->receiver) > 0 && g_get_monotonic_time () < end_us)
        {
          if (!g_main_context_iteration (context, FALSE))
            g_usleep (1000);
        }
      cs_recorder_commit (self->recorder);
    }
  detach (&self->snapshot_source);
  detach (&self->day_source);
  detach (&self->prune_source);
  g_clear_pointer (&self->tunnel, cs_tunnel_free);
  g_clear_pointer (&self->address_check, cs_address_check_free);
  g_clear_pointer (&self->exotel, cs_exotel_sync_free);
  g_clear_pointer (&self->sipgate, cs_sipgate_account_free);
  g_clear_pointer (&self->api, cs_api_free);
  g_clear_pointer (&self->receiver, cs_receiver_free);
  g_clear_pointer (&self->orders, cs_order_line_free);
  g_clear_pointer (&self->recorder, cs_recorder_free);
  detach (&self->snapshot_source);
  if (self->checkpoint != NULL)
    g_thread_join (self->checkpoint);
  g_clear_pointer (&self->board, cs_board_free);
  g_clear_pointer (&self->store, cs_store_close);
  cs_engine_config_free (self->config);
  g_free (self->webhook_error);
  g_free (self->key_error);
  g_free (self->api_error);
  g_free (self->public_url);
  g_free (self->tunnel_news);
  g_free (self);
}

/* Sets who is handed the news, with the user_data of the start. What was committed before is news, too. */
void
cs_service_set_news_func (CsService  *self,
                          CsNewsFunc  hand_news)
{
  self->hand_news = hand_news;
  hand_news_up (self);
}

/* Takes changed settings; listens anew where a port changed or couldn't be had before. */
void
cs_service_configure (CsService            *self,
                      const CsEngineConfig *config)
{
  g_autoptr (CsEngineConfig) old = g_steal_pointer (&self->config);

  self->config = cs_engine_config_copy (config);
  /* The store stays where it is. */
  g_free (self->config->data_dir);
  self->config->data_dir = g_strdup (old->data_dir);
  apply_config (self, old);
  on_changed (self);
}

/* Ticks off a call that wanted to be called back. */
void
cs_service_settle (CsService *self,
                   gint64     call_id)
{
  cs_recorder_settle (self->recorder, call_id);
}

/* Takes such a tick back. */
void
cs_service_unsettle (CsService *self,
                     gint64     call_id)
{
  cs_recorder_unsettle (self->recorder, call_id);
}

typedef struct {
  CsService *service;
  GTask *task; /* (owned) */
} Deletion;

static gboolean
write_deletion (CsStore  *store,
                gpointer  data,
                GError  **error)
{
  return cs_store_delete_all (store, error);
}

static void
on_deleted (gboolean is_kept,
            gpointer data)
{
  Deletion *deletion = data;
  CsService *self = deletion->service;

  if (is_kept)
    {
      g_autoptr (GTimeZone) zone = cs_day_get_zone (self->config->timezone);

      cs_store_shrink (self->store);
      /* It remembers what past weeks were like. */
      cs_board_set_zone (self->board, zone);
      g_task_return_boolean (deletion->task, TRUE);
    }
  else
    {
      const char *reason = cs_recorder_get_error (self->recorder);

      g_task_return_new_error (deletion->task, G_IO_ERROR, G_IO_ERROR_FAILED, _("Nothing was deleted: %s"),
                               reason != NULL ? reason : _("the disk doesn’t take it"));
    }
  g_object_unref (deletion->task);
  g_free (deletion);
}

/* Deletes all calls and what belongs to them; the task is told when that is committed. */
void
cs_service_delete_all (CsService *self,
                       GTask     *task)
{
  Deletion *deletion = g_new (Deletion, 1);

  *deletion = (Deletion) { self, g_object_ref (task) };
  /* What is open or under way belongs to what goes. */
  cs_recorder_commit (self->recorder);
  cs_recorder_write (self->recorder, write_deletion, NULL, on_deleted, deletion);
  cs_recorder_commit (self->recorder);
}

/* Makes a snapshot now and hands it to all who want to know. */
void
cs_service_publish (CsService *self)
{
  gint64 began_us = g_get_monotonic_time ();
  g_autoptr (CsSnapshot) snapshot = make_snapshot (self);

  cs_api_set_exotel (self->api, cs_exotel_sync_get_state (self->exotel));
  if (cs_api_has_sockets (self->api))
    cs_api_broadcast (self->api, &snapshot->incoming);
  self->last_snapshot_us = g_get_monotonic_time ();
  self->snapshot_cost_us = self->last_snapshot_us - began_us;
  self->publish (g_steal_pointer (&snapshot), self->user_data);
}

/* The parts that carry out what the user wants of one provider. (transfer none) */
CsExotelSync *
cs_service_get_exotel (CsService *self)
{
  return self->exotel;
}

CsSipgateAccount *
cs_service_get_sipgate (CsService *self)
{
  return self->sipgate;
}

/* The tunnel of our own, open or not. (transfer none) */
CsTunnel *
cs_service_get_tunnel (CsService *self)
{
  return self->tunnel;
}

/* Whether its parts are being closed one after the other: what is long is given up then. */
gboolean
cs_service_is_closing (CsService *self)
{
  return self->api == NULL;
}

/* What finds out whether the public address leads here. (transfer none) */
CsAddressCheck *
cs_service_get_address_check (CsService *self)
{
  return self->address_check;
}

/* What keeps something else than calls. (transfer none) */
CsRecorder *
cs_service_get_recorder (CsService *self)
{
  return self->recorder;
}

CsOrderLine *
cs_service_get_orders (CsService *self)
{
  return self->orders;
}
