/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-api.h"
#include "engine/cs-board.h"
#include "engine/cs-housekeeping.h"
#include "engine/cs-receiver.h"
#include "engine/cs-sample-orders.h"
#include "engine/cs-sample.h"
#include "engine/cs-service.h"
#include "store/cs-store.h"

#include <glib/gi18n.h>

#define FRAME_US (G_USEC_PER_SEC / 60)
/* Making a snapshot may take this share of the thread's time at the most: one part in so many. */
#define SNAPSHOT_SHARE 20
/* Where nobody looks. */
#define IDLE_SNAPSHOT_US G_USEC_PER_SEC
/* So long is waited for who is still being answered when it closes. */
#define DRAIN_US G_USEC_PER_SEC

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
  CsPublicAddress *address;    /* (owned) */
  CsHousekeeping *housekeeping; /* (owned) */
  gboolean is_reachable;       /* pushes can come */
  CsSample *sample;            /* (owned) (nullable) */
  guint16 webhook_port;        /* 0 while it isn't listening */
  char *webhook_error;         /* (owned) (nullable) */
  char *key_error;             /* (owned) (nullable) */
  char *api_error;             /* (owned) (nullable) */
  GSource *snapshot_source;    /* (owned) (nullable) */
  GSource *day_source;         /* (owned) */
  gint64 last_snapshot_us;     /* monotonic */
  gint64 snapshot_cost_us;
  gint64 snapshot_due_us;      /* monotonic, while snapshot_source waits */
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
  cs_housekeeping_checkpoint (self->housekeeping);
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

static void
configure_receiver (CsService *self)
{
  CsEngineConfig config = *self->config;
  g_autoptr (GError) error = NULL;

  config.public_url = (char *) cs_public_address_get_url (self->address);
  g_clear_pointer (&self->key_error, g_free);
  if (!cs_receiver_configure (self->receiver, &config, &error))
    self->key_error = g_strdup_printf (_("Signatures can't be verified: %s. Every request is refused."), error->message);
}

/* Where sipgate's pushes shall come, NULL where that isn't known. (transfer full) */
static char *
make_sipgate_url (CsService *self)
{
  const char *url = cs_public_address_get_url (self->address);

  return *url != '\0' ? g_strconcat (url, CS_RECEIVER_SIPGATE_PREFIX, self->config->webhook_token, NULL) : NULL;
}

/* Where pushes shall come, and whether they can: what was missed until they could is looked for. */
static void
update_sipgate (CsService *self)
{
  gboolean was_reachable = self->is_reachable;
  g_autofree char *url = make_sipgate_url (self);

  cs_sipgate_account_set_url (self->sipgate, url);
  self->is_reachable = cs_public_address_can_arrive (self->address);
  if (self->is_reachable && !was_reachable)
    cs_sipgate_account_fill (self->sipgate);
}

static void
on_moved (gpointer data)
{
  CsService *self = data;

  configure_receiver (self);
  update_sipgate (self);
}

static void
listen_for_webhooks (CsService *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->webhook_error, g_free);
  self->webhook_port = 0;
  if (cs_receiver_listen (self->receiver, self->config->webhook_port, &error))
    self->webhook_port = cs_receiver_get_port (self->receiver);
  else
    self->webhook_error = describe_listen_error (self->config->webhook_port, error, TRUE);
}

static void
listen_for_api (CsService *self)
{
  CsGate *gate = cs_api_get_gate (self->api);
  g_autoptr (GError) error = NULL;

  cs_gate_close (gate);
  g_clear_pointer (&self->api_error, g_free);
  if (self->config->api_enabled && !cs_gate_listen (gate, self->config->api_port, &error))
    self->api_error = describe_listen_error (self->config->api_port, error, FALSE);
}

static void
apply_config (CsService            *self,
              const CsEngineConfig *old)
{
  const CsEngineConfig *config = self->config;
  g_autoptr (GTimeZone) zone = cs_day_get_zone (config->timezone);

  cs_public_address_configure (self->address, config);
  configure_receiver (self);
  cs_api_configure (self->api, config);
  cs_board_set_zone (self->board, zone);
  cs_recorder_set_stale (self->recorder, config->stale_minutes);
  cs_exotel_sync_configure (self->exotel, config);
  cs_order_line_configure (self->orders, config);
  cs_housekeeping_configure (self->housekeeping, config);

  if (old == NULL || old->webhook_port != config->webhook_port || self->webhook_error != NULL)
    listen_for_webhooks (self);
  cs_public_address_set_port (self->address, self->webhook_port);
  if (!config->is_sample)
    cs_sipgate_account_configure (self->sipgate, config);
  update_sipgate (self);
  if (old == NULL || old->api_port != config->api_port || old->api_enabled != config->api_enabled || self->api_error != NULL)
    listen_for_api (self);
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
  snapshot->sipgate_url = make_sipgate_url (self);
  snapshot->last_event_us = cs_recorder_get_last_event (self->recorder);
  snapshot->data_dir = g_strdup (config->data_dir);
  snapshot->n_commits = cs_recorder_get_n_commits (self->recorder);
  snapshot->exotel_zone = cs_day_get_zone (config->exotel_timezone);
  cs_exotel_state_copy (&snapshot->exotel, cs_exotel_sync_get_state (self->exotel));
  cs_orders_state_copy (&snapshot->orders, cs_order_line_get_state (self->orders));
  cs_sipgate_state_copy (&snapshot->sipgate, cs_sipgate_account_get_state (self->sipgate));
  snapshot->heartbeat_path = g_strconcat (CS_RECEIVER_HEARTBEAT_PREFIX, config->webhook_token, NULL);
  snapshot->call_event_path = g_strconcat (CS_RECEIVER_CALL_EVENT_PREFIX, config->webhook_token, NULL);
  snapshot->public_url = g_strdup (cs_public_address_get_url (self->address));
  cs_tunnel_state_copy (&snapshot->tunnel, cs_tunnel_get_state (cs_public_address_get_tunnel (self->address)));
  cs_address_state_copy (&snapshot->address, cs_address_check_get_state (cs_public_address_get_check (self->address)));
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
  cs_store_recall_news (self->store, g_get_real_time ());
  self->board = cs_board_new (config->data_dir, error);
  if (self->board == NULL)
    return NULL;

  self->recorder = cs_recorder_new (self->store, on_changed, self);
  self->housekeeping = cs_housekeeping_new (self->store, self->recorder, config->data_dir);
  self->receiver = cs_receiver_new (self->recorder, on_changed, self);
  if (config->is_sample)
    cs_sample_orders_write (self->recorder, config->data_dir, g_get_real_time ());
  self->orders = cs_order_line_new (self->store, self->recorder, config->data_dir, on_changed, self);
  cs_receiver_set_orders (self->receiver, self->orders);
  self->api = cs_api_new (config->data_dir);
  self->exotel = cs_exotel_sync_new (self->store, self->recorder, on_changed, self);
  self->sipgate = cs_sipgate_account_new (self->store, self->recorder, on_changed, self);
  self->address = cs_public_address_new (self->receiver, on_moved, on_changed, self);
  if (config->is_sample)
    self->sample = cs_sample_new (self->recorder);
  apply_config (self, NULL);
  on_quarter (self);
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
  g_clear_pointer (&self->address, cs_public_address_free);
  g_clear_pointer (&self->exotel, cs_exotel_sync_free);
  g_clear_pointer (&self->sipgate, cs_sipgate_account_free);
  g_clear_pointer (&self->api, cs_api_free);
  g_clear_pointer (&self->receiver, cs_receiver_free);
  g_clear_pointer (&self->orders, cs_order_line_free);
  g_clear_pointer (&self->recorder, cs_recorder_free);
  detach (&self->snapshot_source);
  g_clear_pointer (&self->housekeeping, cs_housekeeping_free);
  g_clear_pointer (&self->board, cs_board_free);
  g_clear_pointer (&self->store, cs_store_close);
  cs_engine_config_free (self->config);
  g_free (self->webhook_error);
  g_free (self->key_error);
  g_free (self->api_error);
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

static gboolean
write_told (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  const GArray *call_ids = data;

  return cs_store_mark_told (store, (const gint64 *) (gpointer) call_ids->data, call_ids->len, g_get_real_time (), error);
}

/* Remembers that the user was told of these calls. (element-type gint64) */
void
cs_service_note_told (CsService *self,
                      GArray    *call_ids)
{
  cs_recorder_write (self->recorder, write_told, call_ids, NULL, NULL);
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

/* All calls are gone: forgets what it remembers of them, and the orders; then the task is told. */
void
cs_service_forget (CsService *self,
                   GTask     *task)
{
  g_autoptr (GTimeZone) zone = cs_day_get_zone (self->config->timezone);

  /* It remembers what past weeks were like. */
  cs_board_set_zone (self->board, zone);
  cs_order_line_forget (self->orders, task);
  on_changed (self);
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

/* The parts, for whoever brings them what the user wants. (transfer none) */
CsExotelSync *
cs_service_get_exotel (CsService *self)
{
  return self->exotel;
}

CsOrderLine *
cs_service_get_orders (CsService *self)
{
  return self->orders;
}

CsSipgateAccount *
cs_service_get_sipgate (CsService *self)
{
  return self->sipgate;
}

CsPublicAddress *
cs_service_get_address (CsService *self)
{
  return self->address;
}

const char *
cs_service_get_data_dir (CsService *self)
{
  return self->config->data_dir;
}

CsStore *
cs_service_get_store (CsService *self)
{
  return self->store;
}

/* What keeps something else than calls. (transfer none) */
CsRecorder *
cs_service_get_recorder (CsService *self)
{
  return self->recorder;
}

/* Whether its parts are being closed one after the other: what is long is given up then. */
gboolean
cs_service_is_closing (CsService *self)
{
  return self->api == NULL;
}
