/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-api-json.h"

#include <math.h>

/* The names and units of everything below are CONTRACT's, "API listener". */

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text)
{
  json_builder_set_member_name (builder, name);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder,
            const char  *name,
            gint64       number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

static void
add_flag (JsonBuilder *builder,
          const char  *name,
          gboolean     flag)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, flag);
}

/* Seconds, to the millisecond. */
static void
add_duration (JsonBuilder *builder,
              const char  *name,
              gint64       duration_us)
{
  json_builder_set_member_name (builder, name);
  if (duration_us == CS_UNKNOWN)
    json_builder_add_null_value (builder);
  else
    json_builder_add_double_value (builder, round (duration_us / 1000.0) / 1000.0);
}

static void
add_named_time (JsonBuilder *builder,
                const char  *name,
                gint64       time_us)
{
  json_builder_set_member_name (builder, name);
  cs_api_json_add_time (builder, time_us);
}

/* Adds a value: ISO 8601 in UTC with milliseconds, or null for CS_UNKNOWN. */
void
cs_api_json_add_time (JsonBuilder *builder,
                      gint64       time_us)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *date = NULL, *text = NULL;

  if (time_us == CS_UNKNOWN)
    {
      json_builder_add_null_value (builder);
      return;
    }
  time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  date = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  text = g_strdup_printf ("%s.%03dZ", date, (int) (time_us % G_USEC_PER_SEC / 1000));
  json_builder_add_string_value (builder, text);
}

/* Adds an object. n_missing may be CS_UNKNOWN. */
void
cs_api_json_add_metrics (JsonBuilder     *builder,
                         const CsMetrics *metrics,
                         gboolean         is_complete,
                         gint64           n_missing)
{
  gint64 talk_us = cs_metrics_get_average_talk (metrics);
  gint64 talk_seconds = talk_us == CS_UNKNOWN ? 0 : (talk_us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;
  g_autofree char *talk = g_strdup_printf ("%dm %ds", (int) (talk_seconds / 60), (int) (talk_seconds % 60));
  int peak = cs_metrics_get_peak_hour (metrics);
  g_autofree char *peak_text = peak >= 0 ? g_strdup_printf ("%02d:00", peak) : NULL;
  char rate_text[G_ASCII_DTOSTR_BUF_SIZE + 1];
  double rate;

  cs_metrics_get_answer_rate (metrics, &rate);
  g_ascii_formatd (rate_text, G_ASCII_DTOSTR_BUF_SIZE, "%.1f", rate * 100);
  g_strlcat (rate_text, "%", sizeof rate_text);

  json_builder_begin_object (builder);
  add_number (builder, "totalCalls", cs_metrics_get_total (metrics));
  for (int part = 0; part < CS_N_PARTS; part++)
    add_number (builder, cs_part_get_name (part), cs_metrics_get_part (metrics, part));
  add_number (builder, "active", metrics->n_active);
  add_text (builder, "answerRate", rate_text);
  add_text (builder, "avgDuration", talk);
  add_duration (builder, "avgDurationSeconds", talk_us);
  add_duration (builder, "avgWaitSeconds", cs_metrics_get_average_wait (metrics));
  add_text (builder, "peakHour", peak_text);
  json_builder_set_member_name (builder, "hourlyDistribution");
  json_builder_begin_array (builder);
  for (int hour = 0; hour < 24; hour++)
    json_builder_add_int_value (builder, metrics->hours[hour]);
  json_builder_end_array (builder);
  add_flag (builder, "estimated", metrics->n_estimated > 0);
  add_flag (builder, "complete", is_complete);
  if (n_missing != CS_UNKNOWN)
    add_number (builder, "missing", n_missing);
  else
    add_text (builder, "missing", NULL);
  json_builder_end_object (builder);
}

/* Adds the members "labels" and "data" of the bars: the familiar four, and a fifth where it is not zero. */
void
cs_api_json_add_bars (JsonBuilder     *builder,
                      const CsMetrics *metrics)
{
  int n_bars = cs_metrics_get_bar (metrics, CS_BAR_OTHER) > 0 ? CS_N_BARS : CS_N_BARS - 1;

  json_builder_set_member_name (builder, "labels");
  json_builder_begin_array (builder);
  for (int bar = 0; bar < n_bars; bar++)
    json_builder_add_string_value (builder, cs_bar_get_label (bar));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data");
  json_builder_begin_array (builder);
  for (int bar = 0; bar < n_bars; bar++)
    json_builder_add_int_value (builder, cs_metrics_get_bar (metrics, bar));
  json_builder_end_array (builder);
}

/* Adds the members "labels" and "data" with one bar per part of the total, as Exotel's dashboard has them. */
void
cs_api_json_add_parts (JsonBuilder     *builder,
                       const CsMetrics *metrics)
{
  static const struct
  {
    CsPart part;
    const char *label;
    gboolean is_always;
  } bars[] = {
    { CS_PART_ANSWERED, "Answered", TRUE },       { CS_PART_MISSED, "Missed", TRUE },
    { CS_PART_BUSY, "Busy", TRUE },               { CS_PART_FAILED, "Failed", TRUE },
    { CS_PART_VOICEMAIL, "Voicemail", FALSE },    { CS_PART_CALL_ATTEMPTS, "Call attempts", FALSE },
    { CS_PART_OTHER, "Other", FALSE },
  };

  for (int pass = 0; pass < 2; pass++)
    {
      json_builder_set_member_name (builder, pass == 0 ? "labels" : "data");
      json_builder_begin_array (builder);
      for (guint i = 0; i < G_N_ELEMENTS (bars); i++)
        {
          guint64 n = cs_metrics_get_part (metrics, bars[i].part);

          if (!bars[i].is_always && n == 0)
            continue;
          if (pass == 0)
            json_builder_add_string_value (builder, bars[i].label);
          else
            json_builder_add_int_value (builder, n);
        }
      json_builder_end_array (builder);
    }
}

/* Adds an object. */
void
cs_api_json_add_call (JsonBuilder  *builder,
                      const CsCall *call)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, call->id);

  json_builder_begin_object (builder);
  add_text (builder, "id", id);
  add_text (builder, "provider", cs_provider_get_name (call->provider));
  add_text (builder, "direction", cs_direction_get_name (call->direction));
  add_text (builder, "from", call->from);
  add_text (builder, "to", call->to);
  add_text (builder, "number", call->number);
  add_named_time (builder, "startedAt", call->started_us);
  add_named_time (builder, "answeredAt", call->answered_us);
  add_named_time (builder, "endedAt", call->ended_us);
  add_text (builder, "outcome", cs_outcome_get_name (call->outcome));
  add_text (builder, "answeredBy", call->answered_by);
  add_text (builder, "answeringNumber", call->answering_number);
  add_duration (builder, "waitSeconds", call->wait_us);
  add_duration (builder, "talkSeconds", call->talk_us);
  add_number (builder, "legs", call->n_legs);
  add_flag (builder, "callback", call->needs_callback);
  add_text (builder, "cause", call->cause);
  json_builder_end_object (builder);
}

/* Adds an object: the state of the account's numbers. details name those that are affected. report is NULL before the
 * first one. */
void
cs_api_json_add_health (JsonBuilder    *builder,
                        CsHealthReport *report,
                        CsHealthStatus  present)
{
  json_builder_begin_object (builder);
  add_text (builder, "status", cs_health_status_get_name (present));
  add_named_time (builder, "lastUpdated", report != NULL ? report->at_us : CS_UNKNOWN);
  json_builder_set_member_name (builder, "details");
  json_builder_begin_array (builder);
  for (guint i = 0; report != NULL && i < report->phones->len; i++)
    {
      CsPhoneHealth *phone = g_ptr_array_index (report->phones, i);

      if (!phone->incoming_affected && !phone->outgoing_affected)
        continue;
      json_builder_begin_object (builder);
      add_text (builder, "id", phone->id);
      add_text (builder, "number", phone->number);
      add_text (builder, "incoming", phone->incoming);
      add_text (builder, "outgoing", phone->outgoing);
      add_flag (builder, "incomingAffected", phone->incoming_affected);
      add_flag (builder, "outgoingAffected", phone->outgoing_affected);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Returns what was built, on one line. (transfer full) */
char *
cs_api_json_to_text (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

/* Returns the object that says why there is no answer. (transfer full) */
char *
cs_api_json_make_error (const char *text)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, "error", text);
  json_builder_end_object (builder);
  return cs_api_json_to_text (builder);
}
