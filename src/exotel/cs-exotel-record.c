/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-record.h"

#include "exotel/cs-exotel-error.h"
#include "exotel/cs-exotel-json.h"
#include "exotel/cs-exotel-status.h"

#include <string.h>

#define LONGEST_SID 64

/* What a record tells of how its call went. */
typedef struct {
  char *status;           /* (owned) (nullable) */
  char *second_leg;       /* (owned) (nullable) */
  gint64 conversation_us; /* or CS_UNKNOWN */
  gint64 duration_us;     /* of everything, from the dialling on; or CS_UNKNOWN */
  gboolean has_details;
} Course;

static void
course_clear (Course *course)
{
  g_free (course->status);
  g_free (course->second_leg);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Course, course_clear)

/* The status in a list of legs: [{"Leg":{"Status":…}}] in records, [{"Status":…}] in events. */
static char *
dup_listed_status (JsonObject *parent,
                   guint       index)
{
  JsonArray *legs = cs_json_get_array (parent, "Legs");
  JsonNode *node = legs != NULL && index < json_array_get_length (legs) ? json_array_get_element (legs, index) : NULL;
  JsonObject *leg = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *inner = cs_json_get_object (leg, "Leg");

  return cs_json_dup_text (inner != NULL ? inner : leg, "Status");
}

static char *
dup_leg_status (JsonObject *record,
                guint       index)
{
  JsonObject *details = cs_json_get_object (record, "Details");
  const char *name = index == 0 ? "Leg1Status" : "Leg2Status";
  char *status = cs_json_dup_text (details, name);

  if (status == NULL)
    status = cs_json_dup_text (record, name);
  if (status == NULL)
    status = dup_listed_status (details, index);
  if (status == NULL)
    status = dup_listed_status (record, index);
  return status;
}

static void
course_read (Course     *course,
             JsonObject *record)
{
  g_autofree char *first_leg = dup_leg_status (record, 0);

  course->status = cs_json_dup_text (record, "Status");
  course->second_leg = dup_leg_status (record, 1);
  course->duration_us = cs_exotel_json_get_duration (record, "Duration");
  course->conversation_us = cs_exotel_json_get_duration (cs_json_get_object (record, "Details"),
                                                         "ConversationDuration");
  if (course->conversation_us == CS_UNKNOWN)
    course->conversation_us = cs_exotel_json_get_duration (record, "ConversationDuration");
  course->has_details = course->conversation_us != CS_UNKNOWN || first_leg != NULL || course->second_leg != NULL;
}

static CsDirection
parse_direction (JsonObject *record)
{
  static const struct
  {
    const char *name;
    CsDirection direction;
  } directions[] = {
    { "inbound", CS_DIRECTION_INBOUND },
    { "incoming", CS_DIRECTION_INBOUND },
    { "outbound-dial", CS_DIRECTION_OUTBOUND_DIAL },
    { "outbound-api", CS_DIRECTION_OUTBOUND_API },
    { "outbound", CS_DIRECTION_OUTBOUND },
    { "outgoing", CS_DIRECTION_OUTBOUND },
  };
  g_autofree char *name = cs_json_dup_text (record, "Direction");

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (directions); i++)
    {
      if (g_ascii_strcasecmp (name, directions[i].name) == 0)
        return directions[i].direction;
    }
  return CS_DIRECTION_UNKNOWN;
}

static gboolean
is_same_number (const char *number,
                const char *other)
{
  g_autofree char *key = cs_number_get_key (number), *other_key = cs_number_get_key (other);

  return key != NULL && g_strcmp0 (key, other_key) == 0;
}

/* The ExoPhone is the own number, and the other party is at the far end of the call; but a call by the API that
 * connects a customer to a menu has the customer in From and the ExoPhone in To. */
static void
read_parties (CsCall     *call,
              JsonObject *record)
{
  g_autofree char *phone = cs_json_dup_text (record, "PhoneNumberSid");
  gboolean is_outgoing = cs_direction_is_outgoing (call->direction);
  const char *near_end, *far_end;

  call->from = cs_json_dup_text (record, "From");
  call->to = cs_json_dup_text (record, "To");
  near_end = is_outgoing ? call->from : call->to;
  far_end = is_outgoing ? call->to : call->from;

  if (phone == NULL && call->direction == CS_DIRECTION_UNKNOWN)
    return;
  call->number = g_strdup (phone != NULL ? phone : near_end);
  if (is_same_number (call->number, far_end))
    call->peer = g_strdup (near_end);
  else if (call->direction != CS_DIRECTION_UNKNOWN || is_same_number (call->number, near_end))
    call->peer = g_strdup (far_end);
}

static void
evaluate (CsCall       *call,
          const Course *course)
{
  CsExotelStatus status = cs_exotel_status_from_name (course->status);
  CsExotelStatus second_leg = cs_exotel_status_from_name (course->second_leg);
  gboolean has_talked = course->conversation_us != CS_UNKNOWN && course->conversation_us > 0;

  call->plain_outcome = cs_exotel_status_get_plain_outcome (status, call->direction);
  call->outcome = course->has_details
                    ? cs_exotel_status_get_talk_outcome (status, second_leg, has_talked, call->direction)
                    : call->plain_outcome;
  call->state = cs_outcome_is_ended (call->outcome) ? CS_CALL_ENDED : CS_CALL_RUNNING;
  call->is_estimated = call->state == CS_CALL_ENDED && !course->has_details;
  call->is_connected = call->outcome == CS_OUTCOME_ANSWERED;

  /* The duration of everything is all there is to go by where the conversation's isn't told. Zero is one that hasn't
   * settled. */
  if (call->outcome == CS_OUTCOME_ANSWERED && has_talked)
    call->talk_us = course->conversation_us;
  else if (call->outcome == CS_OUTCOME_ANSWERED && call->is_estimated && course->duration_us > 0)
    call->talk_us = course->duration_us;

  if (course->status != NULL && course->second_leg != NULL)
    call->cause = g_strdup_printf ("%s/%s", course->status, course->second_leg);
  else
    call->cause = g_strdup (course->status != NULL ? course->status : course->second_leg);
}

/* A record may list its legs, or name the second one, or tell of none: then there was the first. */
static guint
count_legs (JsonObject   *record,
            const Course *course)
{
  JsonArray *legs = cs_json_get_array (cs_json_get_object (record, "Details"), "Legs");

  if (legs == NULL)
    legs = cs_json_get_array (record, "Legs");
  return MAX (legs != NULL ? json_array_get_length (legs) : 0, course->second_leg != NULL ? 2 : 1);
}

static gboolean
is_child (JsonObject *record,
          const char *sid)
{
  g_autofree char *parent = cs_json_dup_text (record, "ParentCallSid");

  return parent != NULL && !g_str_equal (parent, sid);
}

/**
 * cs_exotel_record_parse:
 * @record: an entry of Calls
 * @zone: the account's: the record's times are its local ones
 *
 * Reads a call record (protocol/exotel.md §1), whatever its members are: what can't be read is unknown. Only a call
 * without an id or without a time is none. Both outcomes are set, by the talk and by the status alone; who answered and
 * how long the caller waited isn't told by Exotel.
 *
 * When it was read isn't known here: last_us is its start until who fetched it says otherwise.
 *
 * Returns: (transfer full): a call without legs, or %NULL with %CS_EXOTEL_ERROR_CONTENT
 */
CsCall *
cs_exotel_record_parse (JsonObject *record,
                        GTimeZone  *zone,
                        GError    **error)
{
  g_autoptr (CsCall) call = NULL;
  g_autofree char *sid = NULL;
  g_auto (Course) course = { 0 };
  gint64 started_us, ended_us;

  g_return_val_if_fail (record != NULL, NULL);
  g_return_val_if_fail (zone != NULL, NULL);

  sid = cs_json_dup_text (record, "Sid");
  if (!cs_exotel_record_is_sid (sid))
    {
      g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_CONTENT,
                           sid == NULL ? "The record has no Sid" : "The record's Sid isn't one");
      return NULL;
    }
  started_us = cs_exotel_json_get_time (record, "StartTime", zone);
  if (started_us == CS_UNKNOWN)
    started_us = cs_exotel_json_get_time (record, "DateCreated", zone);
  if (started_us == CS_UNKNOWN)
    {
      g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_CONTENT,
                           "The record has neither StartTime nor DateCreated");
      return NULL;
    }

  call = cs_call_new (CS_PROVIDER_EXOTEL);
  call->source = CS_SOURCE_RECORD;
  call->record_id = g_steal_pointer (&sid);
  call->started_us = call->seen_us = call->last_us = started_us;
  call->direction = parse_direction (record);
  call->is_part = is_child (record, call->record_id);
  read_parties (call, record);
  course_read (&course, record);
  call->n_legs = count_legs (record, &course);
  evaluate (call, &course);

  ended_us = cs_exotel_json_get_time (record, "EndTime", zone);
  if (call->state == CS_CALL_ENDED && ended_us >= started_us)
    call->ended_us = ended_us;
  call->wants_callback = call->state == CS_CALL_ENDED && call->direction == CS_DIRECTION_INBOUND && !call->is_connected
                         && !call->is_part && cs_number_is_known (call->peer);
  return g_steal_pointer (&call);
}

/* When the record was made, which is what the filter DateCreated is about, or else when its call began; microseconds
 * UTC, or CS_UNKNOWN. */
gint64
cs_exotel_record_get_created (JsonObject *record,
                              GTimeZone  *zone)
{
  gint64 created_us = cs_exotel_json_get_time (record, "DateCreated", zone);

  return created_us != CS_UNKNOWN ? created_us : cs_exotel_json_get_time (record, "StartTime", zone);
}

/* Whether the text can be an id of Exotel's: 1 to 64 letters, digits, hyphens and underscores. 32 are usual. An id is
 * taken whole or not at all, as one that was cut or cleaned could be another's; and nothing else may become part of an
 * address. */
gboolean
cs_exotel_record_is_sid (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > LONGEST_SID)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
        return FALSE;
    }
  return TRUE;
}
