/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-api.h"
#include "server/cs-api-json.h"
#include "store/cs-store-health.h"

#include <string.h>

#define N_THREADS 2
#define MAX_WAITING 64
#define DEFAULT_LIMIT 100
#define MAX_LIMIT 500
#define MAX_RANGE_DAYS 3700
#define JSON_TYPE "application/json"

typedef enum {
  ROUTE_HEALTH,
  ROUTE_DASHBOARD,
  ROUTE_RANGE,
  ROUTE_CALLS,
  ROUTE_LIVE,
  N_ROUTES,
} Route;

static const char *paths[N_ROUTES] = {
  [ROUTE_HEALTH] = "/api/health",
  [ROUTE_DASHBOARD] = "/api/dashboard",
  [ROUTE_RANGE] = "/api/dashboard/range",
  [ROUTE_CALLS] = "/api/calls",
  [ROUTE_LIVE] = "/api/live",
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
  CsApi *api;
  CsGateRequest *request; /* (owned) */
  GMainContext *context;  /* (owned) */
  Route route;
  char *query;            /* (owned) (nullable) */
  char *timezone;         /* (owned) */
  char *exotel_timezone;  /* (owned) */
  gboolean is_complete;
  gint64 n_missing;
  guint status;
  char *answer;           /* (owned) */
} Question;

static void
question_free (Question *question)
{
  cs_gate_request_unref (question->request);
  g_main_context_unref (question->context);
  g_free (question->query);
  g_free (question->timezone);
  g_free (question->exotel_timezone);
  g_free (question->answer);
  g_free (question);
}

static int
find_route (const char *path)
{
  for (int route = 0; route < N_ROUTES; route++)
    {
      if (strcmp (paths[route], path) == 0)
        return route;
    }
  return -1;
}

static void
fail (Question   *question,
      guint       status,
      const char *text)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "error");
  json_builder_add_string_value (builder, text);
  json_builder_end_object (builder);
  question->status = status;
  question->answer = cs_api_json_to_text (builder);
}

/* Reads the parameters that all routes share. Returns what is wrong with them, or NULL. */
static const char *
read_filter (GHashTable   *parameters,
             CsCallFilter *filter)
{
  const char *provider = g_hash_table_lookup (parameters, "provider");
  const char *direction = g_hash_table_lookup (parameters, "direction");
  const char *number = g_hash_table_lookup (parameters, "number");
  const char *status = g_hash_table_lookup (parameters, "status");
  const char *rule = g_hash_table_lookup (parameters, "rule");
  CsProvider provider_value;
  CsDirection direction_value;
  CsOutcome outcome_value;

  if (provider != NULL && strcmp (provider, "all") != 0)
    {
      if (!cs_provider_from_name (provider, &provider_value))
        return "provider must be all, sipgate or exotel";
      filter->provider = provider_value;
    }
  if (direction != NULL && strcmp (direction, "all") != 0)
    {
      if (!cs_direction_from_name (direction, &direction_value) || direction_value == CS_DIRECTION_UNKNOWN)
        return "direction must be inbound, outbound, internal, outbound-dial or outbound-api";
      filter->direction = direction_value;
    }
  if (status != NULL && strcmp (status, "all") != 0)
    {
      if (!cs_outcome_from_name (status, &outcome_value))
        return "status must be an outcome such as missed";
      filter->outcome = outcome_value;
    }
  if (rule != NULL && strcmp (rule, "talk") != 0 && strcmp (rule, "status") != 0)
    return "rule must be talk or status";
  filter->by_status = g_strcmp0 (rule, "status") == 0;
  if (number != NULL && *number != '\0' && strcmp (number, "all") != 0)
    {
      filter->number_key = cs_number_get_key (number);
      if (filter->number_key == NULL)
        return "number must be a telephone number";
    }
  return NULL;
}

static GTimeZone *
get_zone (Question           *question,
          const CsCallFilter *filter)
{
  return cs_day_get_zone (filter->provider == CS_PROVIDER_SIPGATE  ? question->timezone
                          : filter->provider == CS_PROVIDER_EXOTEL ? question->exotel_timezone
                                                                   : "");
}

static void
add_health (JsonBuilder   *builder,
            CsStoreReader *reader)
{
  gint64 interval_us, since_us;
  g_autoptr (CsHealthReport) report = cs_store_reader_get_health (reader, &interval_us, &since_us, NULL);

  cs_api_json_add_health (builder, report, cs_health_report_get_present (report, interval_us, g_get_real_time ()));
}

static void
answer_health (Question      *question,
               CsStoreReader *reader)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  add_health (builder, reader);
  question->answer = cs_api_json_to_text (builder);
}

/* Reads two days into the filter's times. Returns what is wrong with them, or NULL. */
static const char *
read_range (GHashTable   *parameters,
            GTimeZone    *zone,
            CsCallFilter *filter)
{
  gint64 last_us;

  if (!g_hash_table_contains (parameters, "start") || !g_hash_table_contains (parameters, "end"))
    return "start and end are needed, as YYYY-MM-DD";
  if (!cs_day_parse (zone, g_hash_table_lookup (parameters, "start"), &filter->from_us)
      || !cs_day_parse (zone, g_hash_table_lookup (parameters, "end"), &last_us))
    return "start and end must be days, as YYYY-MM-DD";
  if (last_us < filter->from_us)
    return "end must not be before start";
  if (last_us - filter->from_us > MAX_RANGE_DAYS * G_TIME_SPAN_DAY)
    return "the range must not be longer than ten years";
  filter->to_us = cs_day_add_days (zone, last_us, 1);
  return NULL;
}

/* Exotel's bars show what was asked for; all others are of incoming sipgate calls, whatever else was asked for. */
static gboolean
read_bars (CsStoreReader       *reader,
           const CsCallFilter  *filter,
           GTimeZone           *zone,
           const CsMetrics     *metrics,
           CsMetrics           *bars,
           GError             **error)
{
  CsCallFilter incoming = *filter;

  if (filter->provider == CS_PROVIDER_EXOTEL)
    {
      *bars = *metrics;
      return TRUE;
    }
  if (!cs_call_filter_accepts_direction (filter, CS_DIRECTION_INBOUND))
    {
      *bars = (CsMetrics) { 0 };
      return TRUE;
    }
  incoming.provider = CS_PROVIDER_SIPGATE;
  incoming.direction = CS_DIRECTION_INBOUND;
  return cs_store_reader_get_metrics (reader, &incoming, zone, bars, error);
}

static void
answer_dashboard (Question      *question,
                  CsStoreReader *reader,
                  GHashTable    *parameters)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;
  const char *fault = read_filter (parameters, &filter);
  g_autoptr (GTimeZone) zone = get_zone (question, &filter);
  gint64 now_us = g_get_real_time ();
  CsMetrics metrics, bars;
  g_autoptr (GError) error = NULL;

  if (fault == NULL && question->route == ROUTE_RANGE)
    fault = read_range (parameters, zone, &filter);
  if (fault != NULL)
    {
      fail (question, 400, fault);
      return;
    }
  if (question->route == ROUTE_DASHBOARD)
    {
      filter.from_us = cs_day_get_start (zone, now_us);
      filter.to_us = cs_day_add_days (zone, filter.from_us, 1);
    }

  if (!cs_store_reader_get_metrics (reader, &filter, zone, &metrics, &error)
      || !read_bars (reader, &filter, zone, &metrics, &bars, &error))
    {
      g_warning ("%s", error->message);
      fail (question, 503, "the database can't be read now");
      return;
    }

  json_builder_begin_object (builder);
  if (question->route == ROUTE_DASHBOARD)
    {
      json_builder_set_member_name (builder, "health");
      add_health (builder, reader);
    }
  json_builder_set_member_name (builder, "metrics");
  cs_api_json_add_metrics (builder, &metrics, filter.provider == CS_PROVIDER_SIPGATE || question->is_complete,
                           filter.provider == CS_PROVIDER_SIPGATE ? CS_UNKNOWN : question->n_missing);
  json_builder_set_member_name (builder, "bars");
  json_builder_begin_object (builder);
  if (filter.provider == CS_PROVIDER_EXOTEL)
    cs_api_json_add_parts (builder, &bars);
  else
    cs_api_json_add_bars (builder, &bars);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "generatedAt");
  cs_api_json_add_time (builder, now_us);
  json_builder_end_object (builder);
  question->answer = cs_api_json_to_text (builder);
}

/* A cursor is the time and the id of the last call of the page before. */
static gboolean
read_cursor (const char   *text,
             CsCallCursor *cursor)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 3);

  return g_strv_length (parts) == 2
         && g_ascii_string_to_signed (parts[0], 10, 0, G_MAXINT64, &cursor->seen_us, NULL)
         && g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64, &cursor->id, NULL);
}

static void
answer_calls (Question      *question,
              CsStoreReader *reader,
              GHashTable    *parameters)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;
  const char *fault = read_filter (parameters, &filter);
  const char *limit_text = g_hash_table_lookup (parameters, "limit");
  const char *cursor_text = g_hash_table_lookup (parameters, "cursor");
  CsCallCursor cursor = CS_CALL_CURSOR_NEWEST;
  guint64 limit = DEFAULT_LIMIT;
  g_autoptr (GPtrArray) calls = NULL;
  g_autoptr (GError) error = NULL;

  if (fault == NULL && limit_text != NULL && !g_ascii_string_to_unsigned (limit_text, 10, 1, G_MAXUINT32, &limit, NULL))
    fault = "limit must be a number from 1 to 500";
  if (fault == NULL && cursor_text != NULL && !read_cursor (cursor_text, &cursor))
    fault = "cursor must be the next of an earlier answer";
  if (fault != NULL)
    {
      fail (question, 400, fault);
      return;
    }

  /* One more than asked for tells whether there is a next page. */
  limit = MIN (limit, MAX_LIMIT);
  calls = cs_store_reader_get_calls (reader, &filter, cursor, limit + 1, &error);
  if (calls == NULL)
    {
      g_warning ("%s", error->message);
      fail (question, 503, "the database can't be read now");
      return;
    }

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "calls");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (calls->len, limit); i++)
    cs_api_json_add_call (builder, g_ptr_array_index (calls, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "next");
  if (calls->len > limit)
    {
      CsCall *last = g_ptr_array_index (calls, limit - 1);
      g_autofree char *next = g_strdup_printf ("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, last->seen_us, last->id);

      json_builder_add_string_value (builder, next);
    }
  else
    {
      json_builder_add_null_value (builder);
    }
  json_builder_end_object (builder);
  question->answer = cs_api_json_to_text (builder);
}

/* Back on the service thread. */
static gboolean
on_answered (gpointer data)
{
  Question *question = data;
  g_autoptr (GBytes) body = g_bytes_new (question->answer, strlen (question->answer));

  cs_gate_request_answer (question->request, question->status, JSON_TYPE, body);
  return G_SOURCE_REMOVE;
}

/* In a thread of the pool. */
static void
work (gpointer data,
      gpointer user_data)
{
  Question *question = data;
  CsApi *self = user_data;
  CsStoreReader *reader = g_async_queue_try_pop (self->readers);
  g_autoptr (GHashTable) parameters = NULL;
  g_autoptr (GError) error = NULL;

  question->status = 200;
  if (question->query != NULL)
    parameters = g_uri_parse_params (question->query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  else
    parameters = g_hash_table_new (g_str_hash, g_str_equal);
  if (reader == NULL)
    reader = cs_store_reader_open (self->data_dir, &error);

  if (parameters == NULL)
    fail (question, 400, "the query can't be read");
  else if (reader == NULL)
    fail (question, 503, "the database can't be read now");
  else if (question->route == ROUTE_HEALTH)
    answer_health (question, reader);
  else if (question->route == ROUTE_CALLS)
    answer_calls (question, reader, parameters);
  else
    answer_dashboard (question, reader, parameters);

  if (reader != NULL)
    g_async_queue_push (self->readers, reader);
  g_main_context_invoke_full (question->context, G_PRIORITY_DEFAULT, on_answered, question,
                              (GDestroyNotify) question_free);
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
  if (route == ROUTE_LIVE && cs_gate_request_get_header (request, "Upgrade") == NULL)
    return (CsGateVerdict) { 400, CS_REFUSAL_MALFORMED, "This is a WebSocket", NULL, 0 };
  return (CsGateVerdict) { 0 };
}

static void
serve (CsGateRequest *request,
       gpointer       data)
{
  CsApi *self = data;
  Route route = find_route (cs_gate_request_get_path (request));
  Question *question;

  if (g_thread_pool_unprocessed (self->threads) >= MAX_WAITING)
    {
      cs_gate_request_answer_text (request, 503, "Too many questions at once");
      return;
    }

  question = g_new0 (Question, 1);
  question->api = self;
  question->request = cs_gate_request_ref (request);
  question->context = g_main_context_ref_thread_default ();
  question->route = route;
  question->query = g_strdup (cs_gate_request_get_query (request));
  question->timezone = g_strdup (self->timezone);
  question->exotel_timezone = g_strdup (self->exotel_timezone);
  question->is_complete = self->is_complete;
  question->n_missing = self->n_missing;
  g_thread_pool_push (self->threads, question, NULL);
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
  static const CsGateHooks hooks = { examine, serve, on_refused, on_socket_opened, on_socket_closed };
  CsApi *self = g_new0 (CsApi, 1);

  self->data_dir = g_strdup (data_dir);
  self->timezone = g_strdup ("");
  self->is_complete = TRUE;
  self->n_missing = CS_UNKNOWN;
  self->sockets = g_ptr_array_new ();
  self->readers = g_async_queue_new_full ((GDestroyNotify) cs_store_reader_close);
  self->threads = g_thread_pool_new (work, self, N_THREADS, FALSE, NULL);
  self->gate = cs_gate_new (&hooks, self);
  cs_gate_add_socket_path (self->gate, paths[ROUTE_LIVE]);
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
