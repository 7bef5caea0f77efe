/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-receiver-private.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"
#define JSON_TYPE "application/json"
#define WARNING_INTERVAL_US (60 * G_USEC_PER_SEC)

static gboolean is_token (CsReceiver *self,
                          const char *given);

/* What may be asked, and how. */
static const struct
{
  const char *prefix;
  gboolean (*is_rest) (CsReceiver *self,
                       const char *rest); /* whether the path may go on like that */
  const char *methods;
  const char *types[4];
  const char *type_text;
  gsize max_body;
  void (*serve) (CsReceiver    *self,
                 CsGateRequest *request);
} routes[] = {
  { CS_RECEIVER_SIPGATE_PREFIX, is_token, "POST", { FORM_TYPE }, "Only " FORM_TYPE " is understood here", 64 * 1024,
    cs_receiver_serve_push },
  { CS_RECEIVER_HEARTBEAT_PREFIX, is_token, "GET, POST", { JSON_TYPE }, "Only " JSON_TYPE " is understood here",
    10 * 1024 * 1024, cs_receiver_serve_heartbeat },
  { CS_RECEIVER_CALL_EVENT_PREFIX, is_token, "GET, POST", { FORM_TYPE, JSON_TYPE, "multipart/form-data" },
    "Only a form or JSON is understood here", 64 * 1024, cs_receiver_serve_call_event },
  { CS_RECEIVER_CHECK_PREFIX, is_token, "GET", { NULL }, NULL, 0, cs_receiver_serve_check },
  { CS_RECEIVER_ANNOUNCEMENT_PREFIX, cs_receiver_has_announcement, "GET, HEAD", { NULL }, NULL, 0,
    cs_receiver_serve_announcement },
};

/* Called on the service thread. */
static gboolean
tell_change (gpointer data)
{
  CsReceiver *self = data;

  g_atomic_int_set (&self->change_is_told, FALSE);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

/* Calls func in the context, once for all that happens until it runs. */
static void
tell_once (int          *is_told,
           GMainContext *context,
           GSourceFunc   func,
           CsReceiver   *self)
{
  g_autoptr (GSource) source = NULL;

  if (!g_atomic_int_compare_and_exchange (is_told, FALSE, TRUE))
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, context);
}

static void
on_refused (CsRefusal   refusal,
            const char *text,
            gpointer    data)
{
  CsReceiver *self = data;
  gint64 now_us = g_get_monotonic_time ();

  g_atomic_int_inc (&self->refusals[refusal]);
  g_atomic_int_set (&self->last_refusal, (int) (g_get_real_time () / G_USEC_PER_SEC));
  /* Strangers can make any number of these. */
  if (now_us - self->last_warning_us >= WARNING_INTERVAL_US || self->last_warning_us == 0)
    {
      g_warning ("A request was refused: %s", text);
      self->last_warning_us = now_us;
    }
  tell_once (&self->change_is_told, self->service_context, tell_change, self);
}

/* Takes the same time wherever the two differ. */
static gboolean
is_token (CsReceiver *self,
          const char *given)
{
  gsize length = strlen (self->token);

  return strlen (given) == length && gnutls_memcmp (self->token, given, length) == 0;
}

static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && strlen (host) < 256
         && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") == strlen (host);
}

static int
find_route (CsReceiver    *self,
            CsGateRequest *request)
{
  const char *path = cs_gate_request_get_path (request);

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (g_str_has_prefix (path, routes[i].prefix))
        return routes[i].is_rest (self, path + strlen (routes[i].prefix)) ? (int) i : -1;
    }
  return -1;
}

/* Whether the request says that its body is of that type, whatever its parameters. */
static gboolean
has_type (CsGateRequest *request,
          const char    *type)
{
  const char *given = cs_gate_request_get_header (request, "Content-Type");
  gsize length = strlen (type);

  return given != NULL && g_ascii_strncasecmp (given, type, length) == 0 && strchr ("; \t", given[length]) != NULL;
}

static gboolean
has_one_of_types (CsGateRequest     *request,
                  const char *const *types)
{
  for (; *types != NULL; types++)
    {
      if (has_type (request, *types))
        return TRUE;
    }
  return FALSE;
}

/* Whether the method is one of a list as Allow takes it. */
static gboolean
is_allowed (const char *methods,
            const char *method)
{
  const char *found = strstr (methods, method);

  return found != NULL && (found == methods || found[-1] == ' ') && strchr (",", found[strlen (method)]) != NULL;
}

static CsGateVerdict
examine (CsGateRequest *request,
         gpointer       data)
{
  CsReceiver *self = data;
  const char *method = cs_gate_request_get_method (request);
  int route = find_route (self, request);

  cs_receiver_note_check (self, request);
  if (route < 0)
    return (CsGateVerdict) { 404, CS_REFUSAL_PATH, "There is nothing here", NULL, 0 };
  if (!is_allowed (routes[route].methods, method))
    return (CsGateVerdict) { 405, CS_REFUSAL_MALFORMED, "This method is not understood here", routes[route].methods, 0 };
  if (strcmp (method, "POST") == 0 && !has_one_of_types (request, routes[route].types))
    return (CsGateVerdict) { 415, CS_REFUSAL_MALFORMED, routes[route].type_text, NULL, 0 };
  if (*self->public_url == '\0' && !is_host (cs_gate_request_get_header (request, "Host")))
    return (CsGateVerdict) { 400, CS_REFUSAL_MALFORMED, "The Host is not a host name", NULL, 0 };
  return (CsGateVerdict) { .max_body = routes[route].max_body };
}

static void
serve (CsGateRequest *request,
       gpointer       data)
{
  CsReceiver *self = data;
  int route = find_route (self, request);

  /* The token may have been renewed while the body came. */
  if (route < 0)
    cs_receiver_refuse (self, request, 404, CS_REFUSAL_PATH, "There is nothing here");
  else
    routes[route].serve (self, request);
}

void
cs_receiver_refuse (CsReceiver    *self,
                    CsGateRequest *request,
                    guint          status,
                    CsRefusal      refusal,
                    const char    *text)
{
  on_refused (refusal, text, self);
  cs_gate_request_answer_text (request, status, text);
}

static void
delivery_free (CsDelivery *delivery)
{
  cs_gate_request_unref (delivery->request);
  g_clear_pointer (&delivery->event, cs_call_event_free);
  g_clear_pointer (&delivery->body, g_bytes_unref);
  g_clear_pointer (&delivery->report, cs_health_report_unref);
  g_clear_pointer (&delivery->call, cs_call_unref);
  g_clear_pointer (&delivery->reply, cs_order_reply_free);
  g_free (delivery->base_url);
  g_free (delivery->webhook_url);
  g_free (delivery);
}

/* On the service thread. */
static gboolean
record_arrived (gpointer data)
{
  CsReceiver *self = data;
  CsDelivery *delivery;

  g_atomic_int_set (&self->arrived_is_told, FALSE);
  while ((delivery = g_async_queue_try_pop (self->arrived)) != NULL)
    delivery->record (delivery);
  return G_SOURCE_REMOVE;
}

/* On the listener's thread. */
static gboolean
answer_recorded (gpointer data)
{
  CsReceiver *self = data;
  CsDelivery *delivery;

  g_atomic_int_set (&self->recorded_is_told, FALSE);
  while ((delivery = g_async_queue_try_pop (self->recorded)) != NULL)
    {
      delivery->answer (delivery);
      delivery_free (delivery);
    }
  return G_SOURCE_REMOVE;
}

CsDelivery *
cs_delivery_new (CsReceiver    *receiver,
                 CsGateRequest *request)
{
  CsDelivery *delivery = g_new0 (CsDelivery, 1);

  delivery->receiver = receiver;
  delivery->request = cs_gate_request_ref (request);
  return delivery;
}

void
cs_delivery_send (CsDelivery *delivery)
{
  CsReceiver *self = delivery->receiver;

  g_async_queue_push (self->arrived, delivery);
  tell_once (&self->arrived_is_told, self->service_context, record_arrived, self);
}

void
cs_delivery_recorded (gboolean is_kept,
                      gpointer data)
{
  CsDelivery *delivery = data;
  CsReceiver *self = delivery->receiver;

  delivery->is_kept = is_kept;
  g_async_queue_push (self->recorded, delivery);
  tell_once (&self->recorded_is_told, self->context, answer_recorded, self);
}

/* Something that the listener's thread does while the service thread waits for it. */
typedef struct {
  CsReceiver *receiver;
  void (*func) (CsReceiver *self,
                gpointer    data);
  gpointer data;
  gboolean is_done;
  GMutex mutex;
  GCond cond;
} Errand;

static gboolean
run_errand (gpointer data)
{
  Errand *errand = data;

  errand->func (errand->receiver, errand->data);
  g_mutex_lock (&errand->mutex);
  errand->is_done = TRUE;
  g_cond_signal (&errand->cond);
  g_mutex_unlock (&errand->mutex);
  return G_SOURCE_REMOVE;
}

void
cs_receiver_run_on_listener (CsReceiver *self,
                             void      (*func) (CsReceiver *, gpointer),
                             gpointer    data)
{
  Errand errand = { .receiver = self, .func = func, .data = data };
  g_autoptr (GSource) source = g_idle_source_new ();

  g_mutex_init (&errand.mutex);
  g_cond_init (&errand.cond);
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, run_errand, &errand, NULL);
  g_source_attach (source, self->context);
  g_mutex_lock (&errand.mutex);
  while (!errand.is_done)
    g_cond_wait (&errand.cond, &errand.mutex);
  g_mutex_unlock (&errand.mutex);
  g_mutex_clear (&errand.mutex);
  g_cond_clear (&errand.cond);
}

static gpointer
run_listener (gpointer data)
{
  static const CsGateHooks hooks = { .examine = examine, .serve = serve, .refused = on_refused };
  CsReceiver *self = data;

  g_main_context_push_thread_default (self->context);
  self->gate = cs_gate_new (&hooks, self);
  g_main_loop_run (self->loop);
  g_clear_pointer (&self->gate, cs_gate_free);
  /* What was being read or written meanwhile comes to its end. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* On the service thread, while the listener is there. */
static guint
expect_deliveries (gpointer data)
{
  CsReceiver *self = data;
  guint n_asking = cs_gate_get_n_asking (self->gate);

  return n_asking - (self->orders != NULL ? MIN (n_asking, cs_order_line_get_n_waiting (self->orders)) : 0);
}

static void
do_nothing (CsReceiver *self,
            gpointer    data)
{
}

static void
do_quit (CsReceiver *self,
         gpointer    data)
{
  g_main_loop_quit (self->loop);
}

typedef struct {
  const CsEngineConfig *config;
  GError **error;
  guint16 port;
  gboolean is_done;
  guint n_connections;
} Order;

static void
do_configure (CsReceiver *self,
              gpointer    data)
{
  Order *order = data;
  const CsEngineConfig *config = order->config;

  g_free (self->token);
  g_free (self->public_url);
  self->token = g_strdup (config->webhook_token);
  self->public_url = g_strdup (config->public_url != NULL ? config->public_url : "");
  g_clear_pointer (&self->exotel_zone, g_time_zone_unref);
  self->exotel_zone = cs_day_get_zone (config->exotel_timezone);
  if (self->announcements == NULL)
    self->announcements = cs_announcement_shelf_new (config->data_dir);
  g_clear_pointer (&self->verifier, cs_sipgate_verifier_free);
  if (config->verify_signature)
    self->verifier = cs_sipgate_verifier_new (config->public_key_file, order->error);
  self->refuses_all = config->verify_signature && self->verifier == NULL;
  order->is_done = !self->refuses_all;
}

static void
do_listen (CsReceiver *self,
           gpointer    data)
{
  Order *order = data;

  cs_gate_close (self->gate);
  order->is_done = cs_gate_listen (self->gate, order->port, order->error);
}

static void
do_close (CsReceiver *self,
          gpointer    data)
{
  cs_gate_close (self->gate);
}

static void
do_inspect (CsReceiver *self,
            gpointer    data)
{
  Order *order = data;

  order->port = cs_gate_get_port (self->gate);
  order->n_connections = cs_gate_get_n_connections (self->gate);
}

/* Makes a receiver that doesn't listen yet. changed is called on the thread-default main context of now when a request was
 * refused; recorder is used there, too, and outlives the receiver. */
CsReceiver *
cs_receiver_new (CsRecorder            *recorder,
                 CsRecorderChangedFunc  changed,
                 gpointer               user_data)
{
  CsReceiver *self = g_new0 (CsReceiver, 1);

  self->recorder = recorder;
  self->changed = changed;
  self->user_data = user_data;
  self->token = g_strdup ("");
  self->public_url = g_strdup ("");
  self->service_context = g_main_context_ref_thread_default ();
  self->arrived = g_async_queue_new_full ((GDestroyNotify) delivery_free);
  self->recorded = g_async_queue_new_full ((GDestroyNotify) delivery_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  cs_receiver_make_check_key (self);
  self->thread = g_thread_new ("listener", run_listener, self);
  /* Once the thread runs errands, its gate is there. */
  cs_receiver_run_on_listener (self, do_nothing, NULL);
  cs_recorder_set_expect (recorder, expect_deliveries, self);
  return self;
}

/* Cuts who is still connected. The recorder has no delivery in hand any more: it has been told to commit. */
void
cs_receiver_free (CsReceiver *self)
{
  GSource *source;

  cs_recorder_set_expect (self->recorder, NULL, NULL);
  cs_receiver_run_on_listener (self, do_quit, NULL);
  g_thread_join (self->thread);
  /* Whoever was to be woken on the service thread finds nobody. */
  while ((source = g_main_context_find_source_by_user_data (self->service_context, self)) != NULL)
    g_source_destroy (source);
  g_async_queue_unref (self->arrived);
  g_async_queue_unref (self->recorded);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_main_context_unref (self->service_context);
  g_clear_pointer (&self->verifier, cs_sipgate_verifier_free);
  g_clear_pointer (&self->exotel_zone, g_time_zone_unref);
  g_clear_pointer (&self->announcements, cs_announcement_shelf_free);
  g_free (self->token);
  g_free (self->public_url);
  g_free (self->check_nonce);
  g_free (self);
}

/* Sets who answers calls for the order line; NULL: nobody. To be set while it doesn't listen, or is closed. */
void
cs_receiver_set_orders (CsReceiver  *self,
                        CsOrderLine *orders)
{
  self->orders = orders;
}

/* Takes what is set: token, public address and signature. A public key that can't be used is an error, and refuses every
 * request until another is set. */
gboolean
cs_receiver_configure (CsReceiver            *self,
                       const CsEngineConfig  *config,
                       GError               **error)
{
  Order order = { .config = config, .error = error };

  cs_receiver_run_on_listener (self, do_configure, &order);
  return order.is_done;
}

/* Listens on 127.0.0.1:port instead of where it did; 0 takes any free port. */
gboolean
cs_receiver_listen (CsReceiver  *self,
                    guint16      port,
                    GError     **error)
{
  Order order = { .port = port, .error = error };

  cs_receiver_run_on_listener (self, do_listen, &order);
  return order.is_done;
}

/* Lets nobody in any more; who is in gets an answer. */
void
cs_receiver_close (CsReceiver *self)
{
  cs_receiver_run_on_listener (self, do_close, NULL);
}

/* The port, or 0 while it doesn't listen. */
guint16
cs_receiver_get_port (CsReceiver *self)
{
  Order order = { 0 };

  cs_receiver_run_on_listener (self, do_inspect, &order);
  return order.port;
}

guint
cs_receiver_get_n_connections (CsReceiver *self)
{
  Order order = { 0 };

  cs_receiver_run_on_listener (self, do_inspect, &order);
  return order.n_connections;
}

/* Copies how many requests were refused since the start, by CsRefusal, and when the last one was (microseconds UTC, to the
 * second, or CS_UNKNOWN). */
void
cs_receiver_get_refusals (CsReceiver *self,
                          guint64    *refusals,
                          gint64     *last_us)
{
  int last = g_atomic_int_get (&self->last_refusal);

  for (int i = 0; i < CS_N_REFUSALS; i++)
    refusals[i] = (guint) g_atomic_int_get (&self->refusals[i]);
  *last_us = last != 0 ? last * (gint64) G_USEC_PER_SEC : CS_UNKNOWN;
}
