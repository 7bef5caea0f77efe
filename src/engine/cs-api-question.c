/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-api-question.h"
#include "server/cs-api-json.h"
#include "store/cs-store-health.h"

#include <string.h>

#define DEFAULT_LIMIT 100
#define MAX_LIMIT 500

static void
fail (CsApiQuestion *question,
      guint          status,
      const char    *text)
{
  question->status = status;
  question->answer = cs_api_json_make_error (text);
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
get_zone (CsApiQuestion      *question,
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
answer_health (CsApiQuestion *question,
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
answer_dashboard (CsApiQuestion *question,
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

  if (fault == NULL && question->route == CS_API_RANGE)
    fault = read_range (parameters, zone, &filter);
  if (fault != NULL)
    {
      fail (question, 400, fault);
      return;
    }
  if (question->route == CS_API_DASHBOARD)
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

  /* Who is on the line now belongs to no day that is over, nor to one that hasn't come. */
  if (now_us < filter.from_us || now_us >= filter.to_us)
    metrics.n_active = 0;

  json_builder_begin_object (builder);
  if (question->route == CS_API_DASHBOARD)
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
answer_calls (CsApiQuestion *question,
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
    {
      CsCall *call = g_ptr_array_index (calls, i);

      if (filter.by_status)
        call->outcome = call->plain_outcome;
      cs_api_json_add_call (builder, call);
    }
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

/* Finds the answer, in the words of the API even where it is a fault. reader: (nullable) NULL where the database can't be read. */
void
cs_api_question_answer (CsApiQuestion *question,
                        CsStoreReader *reader)
{
  g_autoptr (GHashTable) parameters = NULL;

  question->status = 200;
  if (question->query != NULL)
    parameters = g_uri_parse_params (question->query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  else
    parameters = g_hash_table_new (g_str_hash, g_str_equal);

  if (parameters == NULL)
    fail (question, 400, "the query can't be read");
  else if (reader == NULL)
    fail (question, 503, "the database can't be read now");
  else if (question->route == CS_API_HEALTH)
    answer_health (question, reader);
  else if (question->route == CS_API_CALLS)
    answer_calls (question, reader, parameters);
  else
    answer_dashboard (question, reader, parameters);
}

void
cs_api_question_clear (CsApiQuestion *question)
{
  g_free (question->query);
  g_free (question->timezone);
  g_free (question->exotel_timezone);
  g_free (question->answer);
}
