/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-api-question.h"
#include "engine/cs-api.h"
#include "server/cs-api-json.h"

#include <string.h>

#define N_THREADS 2
/* As many as can be connected: only who asks and goes away without waiting makes more. */
#define MAX_WAITING 256
#define JSON_TYPE "application/json"

static const char *paths[CS_API_N_ROUTES] = {
  [CS_API_HEALTH] = "/api/health",
  [CS_API_DASHBOARD] = "/api/dashboard",
  [CS_API_RANGE] = "/api/dashboard/range",
  [CS_API_CALLS] = "/api/calls",
  [CS_API_LIVE] = "/api/live",
};

struct _CsApi
{
  char *data_dir;       /* (owned) */
  CsGate *gate;         /* (owned) */
  GThreadPool *threads; /* (owned) */
  GAsyncQueue *readers; /* (owned) (element-type CsStoreReader) idle ones */
  char *timezone;       /* (owned) for sipgate's calls */
  char *exotel_timezone; /* (owned) */
  gboolean is_complete; /* nothing of Exotel's is known to be missing */
  gint64 n_missing;     /* or CS_UNKNOWN */
  GPtrArray *sockets;   /* (owned) (element-type CsGateSocket) (unowned elements) */
  char *last_data;      /* (owned) (nullable) what the sockets were told last */
};

/* A question on its way through a thread. */
typedef struct {
  CsGateRequest *request; /* (owned) */
  GMainContext *context;  /* (owned) */
  CsApiQuestion asked;
} Job;

static void
job_free (Job *job)
{
  cs_gate_request_unref (job->request);
  g_main_context_unref (job->context);
  cs_api_question_clear (&job->asked);
  g_free (job);
}

static int
find_route (const char *path)
{
  for (int route = 0; route < CS_API_N_ROUTES; route++)
    {
      if (strcmp (paths[route], path) == 0)
        return route;
    }
  return -1;
}

/* Back on the service thread. */
static gboolean
on_answered (gpointer data)
{
  Job *job = data;
  g_autoptr (GBytes) body = g_bytes_new (job->asked.answer, strlen (job->asked.answer));

  cs_gate_request_answer (job->request, job->asked.status, JSON_TYPE, body);
  return G_SOURCE_REMOVE;
}

/* In a thread of the pool. */
static void
work (gpointer data,
      gpointer user_data)
{
  Job *job = data;
  CsApi *self = user_data;
  CsStoreReader *reader = g_async_queue_try_pop (self->readers);

  if (reader == NULL)
    reader = cs_store_reader_open (self->data_dir, NULL);
  cs_api_question_answer (&job->asked, reader);
  if (reader != NULL)
    g_async_queue_push (self->readers, reader);
  g_main_context_invoke_full (job->context, G_PRIORITY_DEFAULT, on_answered, job, (GDestroyNotify) job_free);
}

/* Whether the header names this machine, so that a page of a stranger's, whose name was made to point here, has no way
 * in. Any port will do. */
static gboolean
is_loopback_name (const char *host)
{
  static const char *names[] = { "127.0.0.1", "localhost", "[::1]" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i]);

      if (g_ascii_strncasecmp (host, names[i], length) == 0 && (host[length] == '\0' || host[length] == ':')
          && strspn (host + length, ":0123456789") == strlen (host + length))
        return TRUE;
    }
  return FALSE;
}

static CsGateVerdict
examine (CsGateRequest *request,
         gpointer       data)
{
  const char *host = cs_gate_request_get_header (request, "Host");
  const char *origin = cs_gate_request_get_header (request, "Origin");
  const char *method = cs_gate_request_get_method (request);
  int route = find_route (cs_gate_request_get_path (request));

  if (host == NULL || !is_loopback_name (host))
    return (CsGateVerdict) { 403, CS_REFUSAL_PATH, "The Host is not this machine", NULL, 0 };
  if (origin != NULL
      && !(g_str_has_prefix (origin, "http://") && is_loopback_name (origin + strlen ("http://"))))
    return (CsGateVerdict) { 403, CS_REFUSAL_PATH, "The Origin is not this machine", NULL, 0 };
  if (route < 0)
    return (CsGateVerdict) { 404, CS_REFUSAL_PATH, "There is nothing here", NULL, 0 };
  if (strcmp (method, "GET") != 0)
    return (CsGateVerdict) { 405, CS_REFUSAL_MALFORMED, "Only GET is understood here", "GET", 0 };
  if (route == CS_API_LIVE && cs_gate_request_get_header (request, "Upgrade") == NULL)
    return (CsGateVerdict) { 400, CS_REFUSAL_MALFORMED, "This is a WebSocket", NULL, 0 };
  return (CsGateVerdict) { 0 };
}

static void
serve (CsGateRequest *request,
       gpointer       data)
{
  CsApi *self = data;
  int route = find_route (cs_gate_request_get_path (request));
  Job *job;

  if (g_thread_pool_unprocessed (self->threads) >= MAX_WAITING)
    {
      cs_gate_request_answer_text (request, 503, "Too many questions at once");
      return;
    }

  job = g_new0 (Job, 1);
  job->request = cs_gate_request_ref (request);
  job->context = g_main_context_ref_thread_default ();
  job->asked = (CsApiQuestion) {
    .route = route,
    .query = g_strdup (cs_gate_request_get_query (request)),
    .timezone = g_strdup (self->timezone),
    .exotel_timezone = g_strdup (self->exotel_timezone),
    .is_complete = self->is_complete,
    .n_missing = self->n_missing,
  };
  g_thread_pool_push (self->threads, job, NULL);
}

static void
on_refused (CsRefusal   refusal,
            const char *text,
            gpointer    data)
{
  g_debug ("The local API refused: %s", text);
}

static char *
make_message (const char      *type,
              const CsMetrics *incoming)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, type);
  cs_api_json_add_bars (builder, incoming);
  json_builder_end_object (builder);
  return cs_api_json_to_text (builder);
}

static void
on_socket_opened (CsGateSocket *socket,
                  gpointer      data)
{
  CsApi *self = data;
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (self->data_dir, NULL);
  g_autoptr (GTimeZone) zone = cs_day_get_zone (self->timezone);
  g_autofree char *message = NULL;
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsMetrics incoming = { 0 };

  filter.provider = CS_PROVIDER_SIPGATE;
  filter.direction = CS_DIRECTION_INBOUND;
  filter.from_us = cs_day_get_start (zone, g_get_real_time ());
  filter.to_us = cs_day_add_days (zone, filter.from_us, 1);
  if (reader != NULL)
    cs_store_reader_get_metrics (reader, &filter, zone, &incoming, NULL);
  message = make_message ("init", &incoming);
  g_ptr_array_add (self->sockets, socket);
  cs_gate_socket_send (socket, message);
  /* What others were told before this one came may be true again one day. */
  g_clear_pointer (&self->last_data, g_free);
}

static void
on_socket_closed (CsGateSocket *socket,
                  gpointer      data)
{
  CsApi *self = data;

  g_ptr_array_remove_fast (self->sockets, socket);
}

/* Makes the API over the store in that folder; it doesn't listen yet. */
CsApi *
cs_api_new (const char *data_dir)
{
  static const CsGateHooks hooks = { examine, serve, on_refused, on_socket_opened, on_socket_closed, .faults_in_json = TRUE };
  CsApi *self = g_new0 (CsApi, 1);

  self->data_dir = g_strdup (data_dir);
  self->timezone = g_strdup ("");
  self->is_complete = TRUE;
  self->n_missing = CS_UNKNOWN;
  self->sockets = g_ptr_array_new ();
  self->readers = g_async_queue_new_full ((GDestroyNotify) cs_store_reader_close);
  self->threads = g_thread_pool_new (work, self, N_THREADS, FALSE, NULL);
  self->gate = cs_gate_new (&hooks, self);
  cs_gate_add_socket_path (self->gate, paths[CS_API_LIVE]);
  return self;
}

/* Waits for the threads, and hands out what they have answered. */
void
cs_api_free (CsApi *self)
{
  g_thread_pool_free (self->threads, FALSE, TRUE);
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
  cs_gate_free (self->gate);
  g_async_queue_unref (self->readers);
  g_ptr_array_unref (self->sockets);
  g_free (self->data_dir);
  g_free (self->timezone);
  g_free (self->exotel_timezone);
  g_free (self->last_data);
  g_free (self);
}

void
cs_api_configure (CsApi                *self,
                  const CsEngineConfig *config)
{
  g_free (self->timezone);
  self->timezone = g_strdup (config->timezone != NULL ? config->timezone : "");
  g_free (self->exotel_timezone);
  self->exotel_timezone = g_strdup (config->exotel_timezone != NULL ? config->exotel_timezone : "");
}

/* Takes over what is known of the completeness of Exotel's records. */
void
cs_api_set_exotel (CsApi               *self,
                   const CsExotelState *state)
{
  self->is_complete = state->is_complete;
  self->n_missing = state->n_missing;
}

/* (transfer none) */
CsGate *
cs_api_get_gate (CsApi *self)
{
  return self->gate;
}

gboolean
cs_api_has_sockets (CsApi *self)
{
  return self->sockets->len > 0;
}

/* Tells every WebSocket of today's incoming calls, if they changed. */
void
cs_api_broadcast (CsApi           *self,
                  const CsMetrics *incoming)
{
  g_autofree char *message = make_message ("data", incoming);

  if (g_strcmp0 (message, self->last_data) == 0)
    return;
  for (guint i = 0; i < self->sockets->len; i++)
    cs_gate_socket_send (g_ptr_array_index (self->sockets, i), message);
  g_free (self->last_data);
  self->last_data = g_steal_pointer (&message);
}
