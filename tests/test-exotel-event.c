/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-event.h"
#include "exotel/cs-exotel-record.h"

#define TYPE "multipart/form-data; boundary=XX"
#define ARRIVED "2024-03-01T04:40:00Z"
#define PASSTHRU "CallSid=a1&CallFrom=09812330240&CallTo=08012344890&Direction=incoming&StartTime=2024-03-01+10%3A00%3A00" \
                 "&CurrentTime=2024-03-01%2010:09:59&EndTime=1970-01-01+05%3A30%3A00"
#define CALLBACK "\"CallSid\":\"a1\",\"From\":\"09812330240\",\"To\":\"09812338847\",\"PhoneNumberSid\":\"08012344890\"," \
                 "\"StartTime\":\"2024-03-01 10:00:00\""

static CsCall *
parse (const char  *text,
       const char  *type,
       GError     **error)
{
  g_autoptr (GTimeZone) zone = exotel_zone ();
  g_autoptr (GBytes) body = exotel_body (text);

  g_test_message ("%s", text);
  return cs_exotel_event_parse (body, type, zone, exotel_time (ARRIVED), error);
}

static CsCall *
parse_query (const char  *query,
             GError     **error)
{
  g_autoptr (GTimeZone) zone = exotel_zone ();

  g_test_message ("%s", query);
  return cs_exotel_event_parse_query (query, zone, exotel_time (ARRIVED), error);
}

static void
append_field (GString    *body,
              const char *name,
              const char *value)
{
  g_string_append_printf (body, "--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);
}

/* The same event comes in three kinds of body. */
static void
test_bodies (void)
{
  static const char *const fields[][2] = {
    { "CallSid", "a1" },
    { "EventType", "terminal" },
    { "Status", "completed" },
    { "From", "+919812330240" },
    { "To", "09812338847" },
    { "PhoneNumberSid", "08012344890" },
    { "StartTime", "2024-03-01 10:00:00" },
    { "EndTime", "2024-03-01 10:01:00" },
    { "ConversationDuration", "17" },
    { "Direction", "outbound-api" },
    { "RecordingUrl", "https://r.example/x" },
    { "Legs[0][OnCallDuration]", "40" },
    { "Legs[0][Status]", "completed" },
    { "Legs[1][Status]", "completed" },
  };
  g_autoptr (GString) multipart = g_string_new (NULL), form = g_string_new (NULL), json = g_string_new ("{");
  const char *const types[] = { TYPE, "application/x-www-form-urlencoded; charset=utf-8", "Application/JSON" };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *name = g_uri_escape_string (fields[i][0], NULL, FALSE);
      g_autofree char *value = g_uri_escape_string (fields[i][1], NULL, FALSE);

      append_field (multipart, fields[i][0], fields[i][1]);
      g_string_append_printf (form, "%s%s=%s", i > 0 ? "&" : "", name, value);
      if (strncmp (fields[i][0], "Legs", 4) != 0)
        g_string_append_printf (json, "\"%s\":\"%s\",", fields[i][0], fields[i][1]);
    }
  g_string_append (multipart, "--XX--\r\n");
  g_string_append (json, "\"Legs\":[{\"OnCallDuration\":40,\"Status\":\"completed\"},{\"Status\":\"completed\"}]}");

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const char *const bodies[] = { multipart->str, form->str, json->str };
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCall) call = parse (bodies[i], types[i], &error);

      g_assert_no_error (error);
      g_assert_cmpint (call->provider, ==, CS_PROVIDER_EXOTEL);
      g_assert_cmpint (call->source, ==, CS_SOURCE_EVENT);
      g_assert_cmpstr (call->record_id, ==, "a1");
      g_assert_cmpuint (call->legs->len, ==, 0);
      g_assert_cmpint (call->state, ==, CS_CALL_ENDED);
      g_assert_cmpint (call->direction, ==, CS_DIRECTION_OUTBOUND_API);
      g_assert_cmpint (call->outcome, ==, CS_OUTCOME_ANSWERED);
      g_assert_cmpint (call->plain_outcome, ==, CS_OUTCOME_ANSWERED);
      g_assert_false (call->is_estimated);
      g_assert_cmpint (call->talk_us, ==, 17 * G_USEC_PER_SEC);
      g_assert_cmpint (call->started_us, ==, exotel_time ("2024-03-01T04:30:00Z"));
      g_assert_cmpint (call->seen_us, ==, call->started_us);
      g_assert_cmpint (call->ended_us, ==, exotel_time ("2024-03-01T04:31:00Z"));
      g_assert_cmpint (call->last_us, ==, exotel_time (ARRIVED));
      g_assert_cmpstr (call->number, ==, "08012344890");
      g_assert_cmpstr (call->peer, ==, "09812338847");
      g_assert_cmpstr (call->from, ==, "+919812330240");
      g_assert_cmpstr (call->cause, ==, "completed/completed");
    }
}

static void
test_callbacks (void)
{
  static const struct
  {
    const char *members;
    CsOutcome outcome;
    const char *answered, *ended; /* or NULL */
    const char *cause;
  } cases[] = {
    { "'EventType':'answered','Status':'in-progress'", CS_OUTCOME_TALKING, ARRIVED, NULL, "in-progress" },
    { "'EventType':'answered'", CS_OUTCOME_TALKING, ARRIVED, NULL, "in-progress" },
    { "'EventType':'Answered','Status':'completed'", CS_OUTCOME_TALKING, ARRIVED, NULL, "in-progress" },
    { "'EventType':'answered','Status':'ringing'", CS_OUTCOME_RINGING, NULL, NULL, "ringing" },
    { "'EventType':'terminal','Status':'completed','ConversationDuration':9",
      CS_OUTCOME_ANSWERED, NULL, ARRIVED, "completed" },
    { "'EventType':'terminal','Status':'no-answer','ConversationDuration':0",
      CS_OUTCOME_NOT_REACHED, NULL, ARRIVED, "no-answer" },
    { "'EventType':'terminal','Status':'busy'", CS_OUTCOME_BUSY, NULL, ARRIVED, "busy" },
    { "'EventType':'terminal','Status':'in-progress'", CS_OUTCOME_OTHER, NULL, ARRIVED, NULL },
    { "'EventType':'terminal'", CS_OUTCOME_OTHER, NULL, ARRIVED, NULL },
    { "'EventType':'terminal','Status':'failed','EndTime':'2024-03-01 10:00:30'",
      CS_OUTCOME_FAILED, NULL, "2024-03-01T04:30:30Z", "failed" },
    { "'EventType':'terminal','Status':'failed','EndTime':'1970-01-01 05:30:00'",
      CS_OUTCOME_FAILED, NULL, ARRIVED, "failed" },
    { "'EventType':'terminal','Status':'completed','ConversationDuration':0,'Legs':[{'Status':'completed'},{'Status':'busy'}]",
      CS_OUTCOME_BUSY, NULL, ARRIVED, "completed/busy" },
    { "'EventType':'terminal','Status':'completed','Details':{'ConversationDuration':'3'}",
      CS_OUTCOME_ANSWERED, NULL, ARRIVED, "completed" },
    { "'Status':'ringing'", CS_OUTCOME_RINGING, NULL, NULL, "ringing" },
    { "'Status':'canceled'", CS_OUTCOME_NOT_REACHED, NULL, ARRIVED, "canceled" },
    { "'Status':'canceled','Direction':'inbound'", CS_OUTCOME_MISSED, NULL, ARRIVED, "canceled" },
    { "'EventType':['terminal'],'Status':{'a':1},'Legs':'x','Details':7", CS_OUTCOME_OTHER, NULL, ARRIVED, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autofree char *text = g_strdup_printf ("{" CALLBACK ",%s}", members);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCall) call = parse (text, "application/json", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (cs_outcome_get_name (call->outcome), ==, cs_outcome_get_name (cases[i].outcome));
      g_assert_cmpint (call->state == CS_CALL_ENDED, ==, cases[i].ended != NULL);
      g_assert_cmpint (call->answered_us, ==, cases[i].answered != NULL ? exotel_time (cases[i].answered) : CS_UNKNOWN);
      g_assert_cmpint (call->ended_us, ==, cases[i].ended != NULL ? exotel_time (cases[i].ended) : CS_UNKNOWN);
      g_assert_cmpstr (call->cause, ==, cases[i].cause);
      if (strstr (cases[i].members, "Direction") == NULL)
        g_assert_cmpint (call->direction, ==, CS_DIRECTION_OUTBOUND_API);
    }
}

static void
test_passthru (void)
{
  static const struct
  {
    const char *fields;
    CsOutcome talk, plain;
    const char *answering_number, *cause;
  } cases[] = {
    { "CallType=call-attempt", CS_OUTCOME_RINGING, CS_OUTCOME_RINGING, NULL, "call-attempt" },
    { "", CS_OUTCOME_RINGING, CS_OUTCOME_RINGING, NULL, NULL },
    { "CallType=call-attempt&digits=%22123%22", CS_OUTCOME_RINGING, CS_OUTCOME_RINGING, NULL, "call-attempt" },
    { "CallType=novelty", CS_OUTCOME_RINGING, CS_OUTCOME_RINGING, NULL, "novelty" },
    { "CallType=call-attempt&CallStatus=in-progress", CS_OUTCOME_RINGING, CS_OUTCOME_RINGING, NULL, "call-attempt" },
    { "CallType=call-attempt&CallStatus=completed", CS_OUTCOME_IVR_ONLY, CS_OUTCOME_ANSWERED, NULL, "call-attempt" },
    { "CallType=call-attempt&EndTime=2024-03-01+10:05:00", CS_OUTCOME_IVR_ONLY, CS_OUTCOME_ANSWERED, NULL, "call-attempt" },
    { "DialCallStatus=in-progress&DialWhomNumber=0777777", CS_OUTCOME_TALKING, CS_OUTCOME_TALKING, "0777777",
      "in-progress" },
    { "CallType=completed&DialCallStatus=completed&DialCallDuration=30&DialWhomNumber=0777777",
      CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED,
      "0777777", "completed/completed" },
    { "CallType=completed", CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED, NULL, "completed" },
    { "CallType=COMPLETED&DialCallStatus=no-answer", CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED, NULL, "COMPLETED/no-answer" },
    { "DialCallStatus=completed", CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED, NULL, "completed" },
    { "CallType=client-hangup&DialWhomNumber=0777777", CS_OUTCOME_MISSED, CS_OUTCOME_ANSWERED, NULL, "client-hangup" },
    { "CallType=client-hangup&DialCallStatus=completed", CS_OUTCOME_MISSED, CS_OUTCOME_ANSWERED, NULL, "client-hangup/completed" },
    { "CallType=incomplete", CS_OUTCOME_MISSED, CS_OUTCOME_ANSWERED, NULL, "incomplete" },
    { "CallType=incomplete&DialCallStatus=busy", CS_OUTCOME_MISSED, CS_OUTCOME_ANSWERED, NULL, "incomplete/busy" },
    { "CallType=call-attempt&DialCallStatus=no-answer", CS_OUTCOME_MISSED, CS_OUTCOME_ANSWERED, NULL, "call-attempt/no-answer" },
    { "CallType=voicemail", CS_OUTCOME_VOICEMAIL, CS_OUTCOME_ANSWERED, NULL, "voicemail" },
    { "CallType=voicemail&DialCallStatus=completed", CS_OUTCOME_VOICEMAIL, CS_OUTCOME_ANSWERED, NULL, "voicemail/completed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *query = g_strconcat (PASSTHRU "&", cases[i].fields, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCall) call = parse_query (query, &error);
      gboolean is_ended = cs_outcome_is_ended (cases[i].talk);
      gboolean has_end = strstr (cases[i].fields, "EndTime") != NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (call->record_id, ==, "a1");
      g_assert_cmpint (call->direction, ==, CS_DIRECTION_INBOUND);
      g_assert_cmpstr (cs_outcome_get_name (call->outcome), ==, cs_outcome_get_name (cases[i].talk));
      g_assert_cmpstr (cs_outcome_get_name (call->plain_outcome), ==, cs_outcome_get_name (cases[i].plain));
      g_assert_cmpint (call->state, ==, is_ended ? CS_CALL_ENDED : CS_CALL_RUNNING);
      g_assert_cmpint (call->ended_us, ==,
                       has_end ? exotel_time ("2024-03-01T04:35:00Z") : is_ended ? exotel_time (ARRIVED) : CS_UNKNOWN);
      g_assert_cmpint (call->started_us, ==, exotel_time ("2024-03-01T04:30:00Z"));
      g_assert_cmpint (call->last_us, ==, exotel_time (ARRIVED));
      /* The duration told is that of the agent's leg with its ringing. */
      g_assert_cmpint (call->talk_us, ==, CS_UNKNOWN);
      g_assert_cmpint (call->is_connected, ==, cases[i].talk == CS_OUTCOME_ANSWERED);
      g_assert_cmpint (call->wants_callback, ==, is_ended && cases[i].talk != CS_OUTCOME_ANSWERED);
      g_assert_false (call->is_estimated);
      g_assert_cmpstr (call->number, ==, "08012344890");
      g_assert_cmpstr (call->peer, ==, "09812330240");
      g_assert_cmpstr (call->answering_number, ==, cases[i].answering_number);
      g_assert_cmpstr (call->cause, ==, cases[i].cause);
    }
}

static void
test_start (void)
{
  static const struct
  {
    const char *query, *started;
  } cases[] = {
    { "StartTime=2024-03-01+10:00:00&CurrentTime=2024-03-01+10:05:00", "2024-03-01T04:30:00Z" },
    { "CurrentTime=2024-03-01+10:05:00", "2024-03-01T04:35:00Z" },
    { "StartTime=&CurrentTime=2024-03-01+10:05:00", "2024-03-01T04:35:00Z" },
    { "StartTime=1970-01-01+05:30:00&CurrentTime=2024-03-01+10:05:00", "2024-03-01T04:35:00Z" },
    { "StartTime=2024-03-01+10:10:01&CurrentTime=2024-03-01+10:05:00", "2024-03-01T04:35:00Z" },
    { "StartTime=2024-03-01+10:10:01", ARRIVED },
    { "StartTime=soon", ARRIVED },
    { "", ARRIVED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *query = g_strdup_printf ("CallSid=a1&CallFrom=1&%s", cases[i].query);
      g_autoptr (CsCall) call = parse_query (query, NULL);

      g_assert_cmpint (call->started_us, ==, exotel_time (cases[i].started));
      g_assert_cmpint (call->seen_us, ==, call->started_us);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *body, *type;
    CsExotelError code;
  } cases[] = {
    { "CallSid=a1", "text/plain", CS_EXOTEL_ERROR_CONTENT_TYPE },
    { "CallSid=a1", "", CS_EXOTEL_ERROR_CONTENT_TYPE },
    { "CallSid=a1", NULL, CS_EXOTEL_ERROR_CONTENT_TYPE },
    { "CallSid=a1", "multipart/form-data", CS_EXOTEL_ERROR_FORM },
    { "CallSid=a1", "multipart/mixed; boundary=XX", CS_EXOTEL_ERROR_CONTENT_TYPE },
    { "CallSid=%", "application/x-www-form-urlencoded", CS_EXOTEL_ERROR_FORM },
    { "Status=completed", "application/x-www-form-urlencoded", CS_EXOTEL_ERROR_CONTENT },
    { "CallSid=../a", "application/x-www-form-urlencoded", CS_EXOTEL_ERROR_CONTENT },
    { "CallSid=a%0Ab", "application/x-www-form-urlencoded", CS_EXOTEL_ERROR_CONTENT },
    { "", "application/x-www-form-urlencoded", CS_EXOTEL_ERROR_CONTENT },
    { "{\"CallSid\":\"a1\"", "application/json", CS_EXOTEL_ERROR_JSON },
    { "[]", "application/json", CS_EXOTEL_ERROR_CONTENT },
    { "", "application/json", CS_EXOTEL_ERROR_NOT_JSON },
    { "{\"CallSid\":null}", "application/json", CS_EXOTEL_ERROR_CONTENT },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GError) none = NULL, broken = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].body, cases[i].type, &error));
      exotel_assert_fault (error, cases[i].code);
    }

  g_assert_null (cs_exotel_event_parse_query (NULL, utc, 0, &none));
  exotel_assert_fault (none, CS_EXOTEL_ERROR_CONTENT);
  g_assert_null (parse_query ("CallSid=a1&x=%4", &broken));
  exotel_assert_fault (broken, CS_EXOTEL_ERROR_FORM);
}

static void
test_children (void)
{
  g_autoptr (CsCall) child = parse ("{" CALLBACK ",\"ParentCallSid\":\"b2\"}", "application/json", NULL);
  g_autoptr (CsCall) whole = parse ("{" CALLBACK ",\"ParentCallSid\":\"\"}", "application/json", NULL);

  g_assert_true (child->is_part);
  g_assert_false (whole->is_part);
}

static void
test_random (void)
{
  static const char json[] = "{" CALLBACK ",\"EventType\":\"terminal\",\"Status\":\"completed\","
                             "\"Legs\":[{\"Status\":\"completed\"}]}";
  static const char query[] = PASSTHRU "&CallType=incomplete&DialCallStatus=busy&digits=%2212%22";
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240309);
  g_autoptr (GTimeZone) zone = exotel_zone ();
  g_autoptr (GString) form = g_string_new (NULL);
  const char *const types[] = { TYPE, "application/x-www-form-urlencoded", "application/json" };
  guint n_calls = 0, n_refused = 0;

  append_field (form, "CallSid", "a1");
  append_field (form, "Status", "busy");
  append_field (form, "Legs[1][Status]", "busy");
  g_string_append (form, "--XX--\r\n");

  for (guint round = 0; round < 30000; round++)
    {
      const char *const bodies[] = { form->str, query, json };
      g_autoptr (GBytes) body = exotel_spoil (rand, bodies[round % 3]);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCall) call = cs_exotel_event_parse (body, types[round % 3], zone, exotel_time (ARRIVED), &error);

      if (call == NULL)
        {
          g_assert_cmpuint (strlen (error->message), >, 0);
          n_refused++;
          continue;
        }
      n_calls++;
      g_assert_true (cs_exotel_record_is_sid (call->record_id));
      g_assert_cmpint (call->started_us, <=, exotel_time (ARRIVED));
      g_assert_cmpint (call->state == CS_CALL_ENDED, ==, call->ended_us != CS_UNKNOWN);
      g_assert_true (call->ended_us == CS_UNKNOWN || call->ended_us >= call->started_us);
      g_assert_true (call->cause == NULL || g_utf8_validate (call->cause, -1, NULL));
    }
  g_assert_cmpuint (n_calls, >, 1000);
  g_assert_cmpuint (n_refused, >, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/event/three-kinds-of-body", test_bodies);
  g_test_add_func ("/exotel/event/status-callback", test_callbacks);
  g_test_add_func ("/exotel/event/passthru", test_passthru);
  g_test_add_func ("/exotel/event/start", test_start);
  g_test_add_func ("/exotel/event/refused", test_refused);
  g_test_add_func ("/exotel/event/children-are-parts", test_children);
  g_test_add_func ("/exotel/event/random", test_random);

  return g_test_run ();
}
