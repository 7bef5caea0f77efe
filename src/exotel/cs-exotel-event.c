/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-event.h"

#include "exotel/cs-exotel-error.h"
#include "exotel/cs-exotel-form.h"
#include "exotel/cs-exotel-json.h"
#include "exotel/cs-exotel-record.h"
#include "exotel/cs-exotel-status.h"

#include <string.h>

/* An event is read as the record that Exotel would have made of it at that moment, so that one set of rules holds for
 * both. */

static void
set_text (JsonObject *record,
          const char *name,
          const char *text)
{
  if (text != NULL)
    json_object_set_string_member (record, name, text);
}

/* Copies the first of the names, separated by bars, that has a text. */
static void
copy_text (JsonObject *record,
           const char *name,
           JsonObject *event,
           const char *sources)
{
  g_auto (GStrv) names = g_strsplit (sources, "|", -1);
  g_autofree char *text = NULL;

  for (guint i = 0; names[i] != NULL && text == NULL; i++)
    text = cs_json_dup_text (event, names[i]);
  set_text (record, name, text);
}

/* The time of the event itself stands in where it doesn't say when the call began, or says that it will begin later. */
static void
set_start (JsonObject *record,
           JsonObject *event,
           GTimeZone  *zone,
           gint64      arrived_us)
{
  static const char *const names[] = { "StartTime", "DateCreated", "CurrentTime" };
  g_autoptr (GDateTime) arrival = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gint64 time_us = cs_exotel_json_get_time (event, names[i], zone);

      if (time_us != CS_UNKNOWN && time_us <= arrived_us)
        {
          copy_text (record, "StartTime", event, names[i]);
          return;
        }
    }
  arrival = g_date_time_new_from_unix_utc (arrived_us / G_USEC_PER_SEC);
  text = g_date_time_format (arrival, "%Y-%m-%dT%H:%M:%SZ");
  set_text (record, "StartTime", text);
}

static gboolean
is_running (CsExotelStatus status)
{
  return status == CS_EXOTEL_STATUS_QUEUED || status == CS_EXOTEL_STATUS_RINGING
         || status == CS_EXOTEL_STATUS_IN_PROGRESS;
}

/* Sets how a call by the API stands. What kind of event it is counts for more than the status that comes with it. */
static void
set_callback_course (JsonObject *record,
                     JsonObject *event)
{
  g_autofree char *type = cs_json_dup_text (event, "EventType");
  g_autofree char *word = cs_json_dup_text (event, "Status");
  CsExotelStatus status = cs_exotel_status_from_name (word);
  JsonArray *legs = cs_json_get_array (event, "Legs");

  if (type != NULL && g_ascii_strcasecmp (type, "answered") == 0)
    set_text (record, "Status", is_running (status) ? word : "in-progress");
  else if (type == NULL || g_ascii_strcasecmp (type, "terminal") != 0 || !is_running (status))
    set_text (record, "Status", word);

  copy_text (record, "ConversationDuration", event, "ConversationDuration");
  copy_text (record, "Leg1Status", event, "Leg1Status|Legs[0][Status]");
  copy_text (record, "Leg2Status", event, "Leg2Status|Legs[1][Status]");
  if (legs != NULL)
    json_object_set_array_member (record, "Legs", json_array_ref (legs));
  if (cs_json_get_object (event, "Details") != NULL)
    json_object_set_object_member (record, "Details", json_object_ref (cs_json_get_object (event, "Details")));
  if (!json_object_has_member (record, "Direction"))
    set_text (record, "Direction", "outbound-api");
}

/* Sets how an incoming call stands whose flow has come to the Passthru applet. The call itself was taken by the menu,
 * so the type and the agent's leg say what became of it. */
static void
set_passthru_course (JsonObject *record,
                     JsonObject *event,
                     GTimeZone  *zone)
{
  g_autofree char *type = cs_json_dup_text (event, "CallType");
  g_autofree char *dialled = cs_json_dup_text (event, "DialCallStatus");
  g_autofree char *own = cs_json_dup_text (event, "CallStatus");
  CsExotelStatus agent = cs_exotel_status_from_name (dialled), call = cs_exotel_status_from_name (own);
  const char *word = type != NULL ? type : "";
  gboolean has_agent = agent != CS_EXOTEL_STATUS_NONE && !is_running (agent);
  gboolean is_over = g_ascii_strcasecmp (word, "completed") == 0 || g_ascii_strcasecmp (word, "client-hangup") == 0
                     || g_ascii_strcasecmp (word, "incomplete") == 0 || g_ascii_strcasecmp (word, "voicemail") == 0
                     || has_agent || cs_exotel_json_get_time (event, "EndTime", zone) != CS_UNKNOWN
                     || (call != CS_EXOTEL_STATUS_NONE && !is_running (call));

  if (!json_object_has_member (record, "Direction"))
    set_text (record, "Direction", "inbound");
  if (!is_over)
    {
      set_text (record, "Status", agent == CS_EXOTEL_STATUS_IN_PROGRESS ? "in-progress" : "ringing");
      return;
    }

  set_text (record, "Status", is_running (call) || call == CS_EXOTEL_STATUS_NONE ? "completed" : own);
  set_text (record, "Leg1Status", "completed");
  if (g_ascii_strcasecmp (word, "completed") == 0)
    set_text (record, "Leg2Status", "completed");
  else if (g_ascii_strcasecmp (word, "client-hangup") == 0)
    set_text (record, "Leg2Status", "canceled");
  else if (has_agent && agent != CS_EXOTEL_STATUS_COMPLETED)
    set_text (record, "Leg2Status", dialled);
  else if (g_ascii_strcasecmp (word, "incomplete") == 0)
    set_text (record, "Leg2Status", "no-answer");
  else if (has_agent && g_ascii_strcasecmp (word, "voicemail") != 0)
    set_text (record, "Leg2Status", "completed");
}

/* Puts in what only the applet tells, and its own words in place of those that its place in the rules was found by. */
static void
finish_passthru (CsCall     *call,
                 JsonObject *event)
{
  g_autofree char *type = cs_json_dup_text (event, "CallType");
  g_autofree char *dialled = cs_json_dup_text (event, "DialCallStatus");

  if (type != NULL && g_ascii_strcasecmp (type, "voicemail") == 0)
    call->outcome = CS_OUTCOME_VOICEMAIL;
  if (call->outcome == CS_OUTCOME_ANSWERED || call->outcome == CS_OUTCOME_TALKING)
    call->answering_number = cs_json_dup_text (event, "DialWhomNumber");

  g_free (call->cause);
  call->cause = type != NULL && dialled != NULL ? g_strdup_printf ("%s/%s", type, dialled)
                                                : g_strdup (type != NULL ? type : dialled);
}

static CsCall *
read_event (JsonObject  *event,
            GTimeZone   *zone,
            gint64       arrived_us,
            GError     **error)
{
  g_autoptr (JsonObject) record = json_object_new ();
  g_autoptr (CsCall) call = NULL;
  g_autofree char *type = cs_json_dup_text (event, "EventType");
  gboolean is_passthru = type == NULL && !json_object_has_member (event, "Status")
                         && (json_object_has_member (event, "CallType") || json_object_has_member (event, "CallFrom"));

  copy_text (record, "Sid", event, "CallSid|Sid");
  copy_text (record, "ParentCallSid", event, "ParentCallSid");
  copy_text (record, "From", event, "From|CallFrom");
  copy_text (record, "To", event, "To|CallTo");
  copy_text (record, "PhoneNumberSid", event, "PhoneNumberSid");
  copy_text (record, "Direction", event, "Direction");
  copy_text (record, "EndTime", event, "EndTime");
  set_start (record, event, zone, arrived_us);
  if (is_passthru)
    set_passthru_course (record, event, zone);
  else
    set_callback_course (record, event);

  call = cs_exotel_record_parse (record, zone, error);
  if (call == NULL)
    return NULL;
  if (is_passthru)
    finish_passthru (call, event);

  /* The event comes as it happens; a record will tell the exact times. */
  call->source = CS_SOURCE_EVENT;
  call->last_us = arrived_us;
  if (call->state == CS_CALL_ENDED && call->ended_us == CS_UNKNOWN)
    call->ended_us = MAX (arrived_us, call->started_us);
  if (call->outcome == CS_OUTCOME_TALKING && type != NULL)
    call->answered_us = MAX (arrived_us, call->started_us);
  return g_steal_pointer (&call);
}

/**
 * cs_exotel_event_parse:
 * @body: the raw body of a StatusCallback, its size bounded by the caller
 * @content_type: the request's Content-Type
 * @zone: the account's
 * @arrived_us: when it came, microseconds UTC
 *
 * Reads what Exotel tells of a call while it runs or as it ends (protocol/exotel.md §3), from a form of either kind or
 * from JSON. The call's id is that of the record which comes later and is the authority. An event may overtake another:
 * one of a running call says nothing about a call that is known to have ended.
 *
 * Returns: (transfer full): the call as it stands, without legs, or %NULL with a %CS_EXOTEL_ERROR,
 *   %CS_EXOTEL_ERROR_CONTENT_TYPE for a body of another type
 */
CsCall *
cs_exotel_event_parse (GBytes      *body,
                       const char  *content_type,
                       GTimeZone   *zone,
                       gint64       arrived_us,
                       GError     **error)
{
  g_autoptr (JsonObject) event = NULL;
  g_autofree char *type = NULL;

  g_return_val_if_fail (body != NULL, NULL);
  g_return_val_if_fail (zone != NULL, NULL);

  type = cs_exotel_form_get_media_type (content_type != NULL ? content_type : "");
  if (g_str_equal (type, "multipart/form-data"))
    event = cs_exotel_form_parse_multipart (body, content_type, error);
  else if (g_str_equal (type, "application/json"))
    event = cs_exotel_json_parse (body, error);
  else if (g_str_equal (type, "application/x-www-form-urlencoded"))
    event = cs_exotel_form_parse_urlencoded (g_bytes_get_data (body, NULL), g_bytes_get_size (body), error);
  else
    g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_CONTENT_TYPE, "The body is neither a form nor JSON");

  return event != NULL ? read_event (event, zone, arrived_us, error) : NULL;
}

/* The same for the query of a Passthru applet's GET request, still encoded; NULL is an empty one. */
CsCall *
cs_exotel_event_parse_query (const char  *query,
                             GTimeZone   *zone,
                             gint64       arrived_us,
                             GError     **error)
{
  g_autoptr (JsonObject) event = NULL;

  g_return_val_if_fail (zone != NULL, NULL);

  event = cs_exotel_form_parse_urlencoded (query, query != NULL ? strlen (query) : 0, error);
  return event != NULL ? read_event (event, zone, arrived_us, error) : NULL;
}
