/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-json.h"
#include "exotel/cs-exotel-record.h"

/* Protocol/exotel.md §1, with numbers in place of the masked ones. */
#define SAMPLE \
  "{\"Sid\":\"c5797dcbaaeed7678c4062a4a3ed2f8a\",\"ParentCallSid\":null,\"DateCreated\":\"2019-12-03 10:48:33\"," \
  "\"DateUpdated\":\"2019-12-03 10:50:00\",\"AccountSid\":\"exampledemo\",\"To\":\"09812338847\",\"From\":\"09812330240\"," \
  "\"PhoneNumberSid\":\"08012344890\",\"Status\":\"completed\",\"StartTime\":\"2019-12-03 10:48:34\"," \
  "\"EndTime\":\"2019-12-03 10:49:19\",\"Duration\":\"45\",\"Price\":\"1.500\",\"Direction\":\"outbound-api\"," \
  "\"AnsweredBy\":null,\"RecordingUrl\":\"https://r.example/x\",\"Details\":{\"ConversationDuration\":8," \
  "\"Leg1Status\":\"completed\",\"Leg2Status\":\"completed\",\"Legs\":[{\"Leg\":{\"Id\":1,\"OnCallDuration\":21}}," \
  "{\"Leg\":{\"Id\":2,\"OnCallDuration\":8}}]}}"

static CsCall *
parse (const char  *json,
       GError     **error)
{
  g_autoptr (GTimeZone) zone = exotel_zone ();
  g_autoptr (GBytes) body = exotel_body (json);
  g_autoptr (JsonObject) record = cs_exotel_json_parse (body, NULL);

  g_assert_nonnull (record);
  return cs_exotel_record_parse (record, zone, error);
}

/* A record of which only the members given are out of the ordinary; the last of two with one name counts. */
static CsCall *
parse_with (const char *members)
{
  g_autofree char *json = g_strdup_printf ("{\"Sid\":\"a1\",\"DateCreated\":\"2024-03-01 10:00:00\",\"Direction\":\"inbound\","
                                           "\"From\":\"09812330240\",\"To\":\"08012344890\",\"Status\":\"completed\"%s%s}",
                                           *members != '\0' ? "," : "", members);
  g_autoptr (GError) error = NULL;
  CsCall *call = parse (json, &error);

  g_test_message ("%s", json);
  g_assert_no_error (error);
  return call;
}

static void
test_sample (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsCall) call = parse (SAMPLE, &error);

  g_assert_no_error (error);
  g_assert_cmpint (call->provider, ==, CS_PROVIDER_EXOTEL);
  g_assert_cmpint (call->source, ==, CS_SOURCE_RECORD);
  g_assert_cmpstr (call->record_id, ==, "c5797dcbaaeed7678c4062a4a3ed2f8a");
  g_assert_cmpuint (call->legs->len, ==, 0);
  g_assert_cmpint (call->state, ==, CS_CALL_ENDED);
  g_assert_cmpint (call->direction, ==, CS_DIRECTION_OUTBOUND_API);
  g_assert_cmpint (call->outcome, ==, CS_OUTCOME_ANSWERED);
  g_assert_cmpint (call->plain_outcome, ==, CS_OUTCOME_ANSWERED);
  g_assert_false (call->is_estimated);
  g_assert_false (call->is_part);
  g_assert_true (call->is_connected);
  g_assert_false (call->wants_callback);
  g_assert_cmpint (call->started_us, ==, exotel_time ("2019-12-03T05:18:34Z"));
  g_assert_cmpint (call->seen_us, ==, call->started_us);
  g_assert_cmpint (call->last_us, ==, call->started_us);
  g_assert_cmpint (call->ended_us, ==, exotel_time ("2019-12-03T05:19:19Z"));
  g_assert_cmpint (call->answered_us, ==, CS_UNKNOWN);
  g_assert_cmpint (call->wait_us, ==, CS_UNKNOWN);
  g_assert_cmpint (call->talk_us, ==, 8 * G_USEC_PER_SEC);
  g_assert_cmpstr (call->from, ==, "09812330240");
  g_assert_cmpstr (call->to, ==, "09812338847");
  g_assert_cmpstr (call->number, ==, "08012344890");
  g_assert_cmpstr (call->peer, ==, "09812338847");
  g_assert_cmpstr (call->cause, ==, "completed/completed");
  g_assert_null (call->offered);
  g_assert_null (call->answered_by);
}

static void
test_legs_are_counted (void)
{
  static const struct
  {
    const char *members;
    guint n_legs;
  } cases[] = {
    { "'Details':null", 1 },
    { "'Details':{'Leg1Status':'completed','Leg2Status':''}", 1 },
    { "'Details':{'Leg1Status':'completed','Leg2Status':'busy'}", 2 },
    { "'Details':{'Legs':[{'Leg':{'Id':1}},{'Leg':{'Id':2}},{'Leg':{'Id':3}}]}", 3 },
    { "'Legs':[{'Status':'completed'},{'Status':'busy'}]", 2 },
    { "'Details':{'Legs':[]}", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpuint (call->n_legs, ==, cases[i].n_legs);
    }
}

#define INBOUND CS_DIRECTION_INBOUND
#define DIALLED CS_DIRECTION_OUTBOUND_DIAL
#define BY_API CS_DIRECTION_OUTBOUND_API
#define NOWHERE CS_DIRECTION_UNKNOWN

/* Where what the rules ask for stands in the record; the rules themselves are in test-exotel-status.c. */
static void
test_details (void)
{
  static const struct
  {
    const char *members;
    CsOutcome talk;
    gboolean is_estimated;
  } cases[] = {
    { "'Details':{'ConversationDuration':8,'Leg2Status':''}", CS_OUTCOME_ANSWERED, FALSE },
    { "'Details':{'ConversationDuration':0,'Leg1Status':'completed','Leg2Status':'completed'}",
      CS_OUTCOME_ANSWERED, FALSE },
    { "'Details':{'ConversationDuration':null,'Leg2Status':'Canceled'}", CS_OUTCOME_MISSED, FALSE },
    { "'Details':{'ConversationDuration':0,'Leg1Status':'completed','Leg2Status':''}", CS_OUTCOME_IVR_ONLY, FALSE },
    { "'Details':{'ConversationDuration':0,'Leg1Status':'completed','Leg2Status':null}", CS_OUTCOME_IVR_ONLY, FALSE },
    { "'Details':{'ConversationDuration':'0','Leg2Status':'null'}", CS_OUTCOME_IVR_ONLY, FALSE },
    { "'Details':{'Leg1Status':'completed'}", CS_OUTCOME_IVR_ONLY, FALSE },
    { "'Details':{'Legs':[{'Leg':{'Status':'completed'}},{'Leg':{'Status':'busy'}}]}", CS_OUTCOME_MISSED, FALSE },
    { "'Legs':[{'Status':'completed'},{'Status':'busy'}]", CS_OUTCOME_MISSED, FALSE },
    { "'Legs':[{'Status':'completed'},null]", CS_OUTCOME_IVR_ONLY, FALSE },
    { "'Leg2Status':'busy'", CS_OUTCOME_MISSED, FALSE },
    { "'ConversationDuration':0", CS_OUTCOME_IVR_ONLY, FALSE },
    { "'ConversationDuration':'17'", CS_OUTCOME_ANSWERED, FALSE },
    { "'ConversationDuration':0,'Details':{'ConversationDuration':17}", CS_OUTCOME_ANSWERED, FALSE },
    { "'Details':{'ConversationDuration':null,'Leg1Status':'','Leg2Status':'null','Legs':[]}",
      CS_OUTCOME_ANSWERED, TRUE },
    { "'Details':{}", CS_OUTCOME_ANSWERED, TRUE },
    { "'Details':null", CS_OUTCOME_ANSWERED, TRUE },
    { "'Details':''", CS_OUTCOME_ANSWERED, TRUE },
    { "'Details':[{'Leg2Status':'busy'}]", CS_OUTCOME_ANSWERED, TRUE },
    { "'Duration':'45'", CS_OUTCOME_ANSWERED, TRUE },
    { "'Status':'no-answer'", CS_OUTCOME_MISSED, TRUE },
    { "'Status':'No-Answer','Details':{'ConversationDuration':8}", CS_OUTCOME_ANSWERED, FALSE },
    { "'Status':'null'", CS_OUTCOME_OTHER, TRUE },
    { "'Status':''", CS_OUTCOME_OTHER, TRUE },
    { "'Status':null", CS_OUTCOME_OTHER, TRUE },
    { "'Status':['completed']", CS_OUTCOME_OTHER, TRUE },
    { "'Status':'in-progress','Details':{'ConversationDuration':3}", CS_OUTCOME_TALKING, FALSE },
    { "'Status':'QUEUED'", CS_OUTCOME_RINGING, FALSE },
    { "'Status':'canceled'", CS_OUTCOME_MISSED, TRUE },
    { "'Status':'canceled','Direction':'outbound-dial'", CS_OUTCOME_NOT_REACHED, TRUE },
    { "'Direction':'outbound-api','Details':{'ConversationDuration':0,'Leg2Status':'busy'}", CS_OUTCOME_BUSY, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);
      gboolean is_ended = cs_outcome_is_ended (cases[i].talk);

      g_assert_cmpstr (cs_outcome_get_name (call->outcome), ==, cs_outcome_get_name (cases[i].talk));
      g_assert_cmpint (call->is_estimated, ==, cases[i].is_estimated);
      g_assert_cmpint (call->state, ==, is_ended ? CS_CALL_ENDED : CS_CALL_RUNNING);
      g_assert_cmpint (call->is_connected, ==, cases[i].talk == CS_OUTCOME_ANSWERED);
      if (cases[i].is_estimated)
        g_assert_cmpint (call->plain_outcome, ==, call->outcome);
    }
}

/* The record's own word counts for the other rule, whatever the details say. */
static void
test_plain_outcome (void)
{
  g_autoptr (CsCall) taken = parse_with ("\"Details\":{\"ConversationDuration\":0,\"Leg2Status\":\"busy\"}");
  g_autoptr (CsCall) lost = parse_with ("\"Status\":\"no-answer\",\"Details\":{\"ConversationDuration\":8}");

  g_assert_cmpint (taken->outcome, ==, CS_OUTCOME_MISSED);
  g_assert_cmpint (taken->plain_outcome, ==, CS_OUTCOME_ANSWERED);
  g_assert_cmpint (lost->outcome, ==, CS_OUTCOME_ANSWERED);
  g_assert_cmpint (lost->plain_outcome, ==, CS_OUTCOME_MISSED);
}

static void
test_talk (void)
{
  /* What stands in Duration and in the conversation's, and the seconds talked that come of it, -1 for unknown. */
  static const struct
  {
    const char *members;
    double seconds;
  } cases[] = {
    { "'Duration':'45'", 45 },
    { "'Duration':0", -1 },
    { "'Duration':'45','Details':{'ConversationDuration':8}", 8 },
    { "'Duration':'45','Details':{'ConversationDuration':'8'}", 8 },
    { "'Duration':'45','ConversationDuration':'9'", 9 },
    { "'Duration':'45','ConversationDuration':9,'Details':{'ConversationDuration':null}", 9 },
    { "'Duration':'45','ConversationDuration':9,'Details':'none'", 9 },
    { "'Duration':'45','ConversationDuration':9,'Details':[1]", 9 },
    { "'Duration':'45','Details':{'Leg2Status':'completed'}", -1 },
    { "'Duration':'45','Details':{'ConversationDuration':0,'Leg2Status':'completed'}", -1 },
    { "'Duration':'45','Details':{'ConversationDuration':-8}", 45 },
    { "'Duration':'45','Details':{'ConversationDuration':0,'Leg2Status':'busy'}", -1 },
    { "'Duration':'45','Status':'busy'", -1 },
    { "'Duration':'45','Status':'in-progress','ConversationDuration':3", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpint (call->talk_us, ==,
                       cases[i].seconds < 0 ? CS_UNKNOWN : (gint64) (cases[i].seconds * G_USEC_PER_SEC));
      g_assert_cmpint (call->wait_us, ==, CS_UNKNOWN);
    }
}

static void
test_times (void)
{
  static const struct
  {
    const char *members;
    const char *started; /* UTC */
    const char *ended;   /* or NULL */
  } cases[] = {
    { "'StartTime':'2024-03-01 10:00:05'", "2024-03-01T04:30:05Z", NULL },
    { "'StartTime':null", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':''", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':'null'", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':'0000-00-00 00:00:00'", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':'1970-01-01 05:30:00'", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':'2024-02-30 10:00:00'", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':'yesterday'", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':1709287205", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':false", "2024-03-01T04:30:00Z", NULL },
    { "'StartTime':' 2024-03-01 10:00:05 '", "2024-03-01T04:30:05Z", NULL },
    { "'StartTime':'2024-03-01T10:00:05'", "2024-03-01T04:30:05Z", NULL },
    { "'StartTime':'2024-03-01T10:00:05Z'", "2024-03-01T10:00:05Z", NULL },
    { "'StartTime':'2024-03-01 10:00:05','DateCreated':null", "2024-03-01T04:30:05Z", NULL },
    { "'EndTime':'2024-03-01 10:01:00'", "2024-03-01T04:30:00Z", "2024-03-01T04:31:00Z" },
    { "'EndTime':'2024-03-01 10:00:00'", "2024-03-01T04:30:00Z", "2024-03-01T04:30:00Z" },
    { "'EndTime':'2024-03-01 09:59:59'", "2024-03-01T04:30:00Z", NULL },
    { "'EndTime':'1970-01-01 05:30:00'", "2024-03-01T04:30:00Z", NULL },
    { "'EndTime':null", "2024-03-01T04:30:00Z", NULL },
    { "'EndTime':['2024-03-01 10:01:00']", "2024-03-01T04:30:00Z", NULL },
    { "'EndTime':'2024-03-01 10:01:00','Status':'in-progress'", "2024-03-01T04:30:00Z", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpint (call->started_us, ==, exotel_time (cases[i].started));
      g_assert_cmpint (call->seen_us, ==, call->started_us);
      g_assert_cmpint (call->ended_us, ==, cases[i].ended != NULL ? exotel_time (cases[i].ended) : CS_UNKNOWN);
    }
}

/* A call at 18:29:59Z is of one Indian day, one at 18:30:00Z of the next. */
static void
test_days (void)
{
  g_autoptr (GTimeZone) india = g_time_zone_new_identifier ("Asia/Kolkata");
  g_autoptr (GTimeZone) fixed = exotel_zone ();
  GTimeZone *zones[] = { india, fixed };

  for (gsize i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      static const char *const texts[] = { "2024-03-01 23:59:59", "2024-03-02 00:00:00" };
      static const char *const times[] = { "2024-03-01T18:29:59Z", "2024-03-01T18:30:00Z" };
      static const char *const days[] = { "2024-02-29T18:30:00Z", "2024-03-01T18:30:00Z" };

      if (zones[i] == NULL)
        continue; /* no time zone data on this computer */
      for (gsize j = 0; j < G_N_ELEMENTS (texts); j++)
        {
          g_autoptr (JsonObject) record = json_object_new ();
          g_autoptr (CsCall) call = NULL;

          json_object_set_string_member (record, "Sid", "a");
          json_object_set_string_member (record, "StartTime", texts[j]);
          call = cs_exotel_record_parse (record, zones[i], NULL);
          g_assert_cmpint (call->started_us, ==, exotel_time (times[j]));
          g_assert_cmpint (cs_day_get_start (zones[i], call->seen_us), ==, exotel_time (days[j]));
        }
    }
}

static void
test_parties (void)
{
  static const struct
  {
    const char *members;
    CsDirection direction;
    const char *number, *peer;
  } cases[] = {
    { "'Direction':'inbound'", INBOUND, "08012344890", "09812330240" },
    { "'Direction':'incoming'", INBOUND, "08012344890", "09812330240" },
    { "'Direction':'Incoming'", INBOUND, "08012344890", "09812330240" },
    { "'Direction':'INBOUND'", INBOUND, "08012344890", "09812330240" },
    { "'Direction':'outbound-dial'", DIALLED, "09812330240", "08012344890" },
    { "'Direction':'Outbound-API'", BY_API, "09812330240", "08012344890" },
    { "'Direction':'outbound'", CS_DIRECTION_OUTBOUND, "09812330240", "08012344890" },
    { "'Direction':'outbound-api','PhoneNumberSid':'08099999999'", BY_API, "08099999999", "08012344890" },
    { "'Direction':'outbound-api','PhoneNumberSid':'+918012344890'", BY_API, "+918012344890", "09812330240" },
    { "'PhoneNumberSid':'08012344890'", INBOUND, "08012344890", "09812330240" },
    { "'PhoneNumberSid':8012344890", INBOUND, "8012344890", "09812330240" },
    { "'PhoneNumberSid':''", INBOUND, "08012344890", "09812330240" },
    { "'PhoneNumberSid':null", INBOUND, "08012344890", "09812330240" },
    { "'PhoneNumberSid':{'a':1}", INBOUND, "08012344890", "09812330240" },
    { "'Direction':'sideways'", NOWHERE, NULL, NULL },
    { "'Direction':null", NOWHERE, NULL, NULL },
    { "'Direction':7", NOWHERE, NULL, NULL },
    { "'Direction':null,'PhoneNumberSid':'+918012344890'", NOWHERE, "+918012344890", "09812330240" },
    { "'Direction':null,'PhoneNumberSid':'09812330240'", NOWHERE, "09812330240", "08012344890" },
    { "'Direction':null,'PhoneNumberSid':'09812330000'", NOWHERE, "09812330000", NULL },
    { "'From':'sip:anna@x.example'", INBOUND, "08012344890", "sip:anna@x.example" },
    { "'From':'+919812330240'", INBOUND, "08012344890", "+919812330240" },
    { "'From':9812330240", INBOUND, "08012344890", "9812330240" },
    { "'From':9812330240.0", INBOUND, "08012344890", "9812330240" },
    { "'From':'0XXXXX30240'", INBOUND, "08012344890", "0XXXXX30240" },
    { "'From':'98\\u000a123\\u202e\\u0000'", INBOUND, "08012344890", "98 123 \357\277\275" },
    { "'From':''", INBOUND, "08012344890", NULL },
    { "'From':null", INBOUND, "08012344890", NULL },
    { "'From':'null'", INBOUND, "08012344890", NULL },
    { "'From':true", INBOUND, "08012344890", NULL },
    { "'From':0.5", INBOUND, "08012344890", NULL },
    { "'To':null", INBOUND, NULL, "09812330240" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpint (call->direction, ==, cases[i].direction);
      g_assert_cmpstr (call->number, ==, cases[i].number);
      g_assert_cmpstr (call->peer, ==, cases[i].peer);
    }
}

static void
test_callback (void)
{
  static const struct
  {
    const char *members;
    gboolean wants;
  } cases[] = {
    { "'Details':{'ConversationDuration':0,'Leg2Status':'no-answer'}", TRUE },
    { "'Details':{'ConversationDuration':0,'Leg2Status':''}", TRUE },
    { "'Status':'busy'", TRUE },
    { "'Status':'failed'", TRUE },
    { "'Status':'completed'", FALSE },
    { "'Status':'ringing'", FALSE },
    { "'Status':'busy','From':null", FALSE },
    { "'Status':'busy','From':'anonymous'", FALSE },
    { "'Status':'busy','From':'0XXXXX30240'", FALSE },
    { "'Status':'busy','Direction':'outbound-api'", FALSE },
    { "'Status':'busy','Direction':null,'PhoneNumberSid':'08012344890'", FALSE },
    { "'Status':'busy','ParentCallSid':'b2'", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpint (call->wants_callback, ==, cases[i].wants);
    }
}

static void
test_children (void)
{
  static const struct
  {
    const char *parent;
    gboolean is_part;
  } cases[] = {
    { "\"b2\"", TRUE }, { "\"0\"", TRUE },     { "12", TRUE },       { "null", FALSE }, { "\"\"", FALSE },
    { "\"null\"", FALSE }, { "\"NULL\"", FALSE }, { "\" \"", FALSE }, { "\"a1\"", FALSE }, { "false", FALSE },
    { "{}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strconcat ("\"ParentCallSid\":", cases[i].parent, NULL);
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpint (call->is_part, ==, cases[i].is_part);
    }
}

static void
test_causes (void)
{
  static const struct
  {
    const char *members, *cause;
  } cases[] = {
    { "'Status':'completed'", "completed" },
    { "'Status':'Completed','Details':{'Leg2Status':'No-Answer'}", "Completed/No-Answer" },
    { "'Status':null,'Details':{'Leg2Status':'busy'}", "busy" },
    { "'Status':'null'", NULL },
    { "'Status':'weird','Details':{'Leg2Status':''}", "weird" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *members = g_strdelimit (g_strdup (cases[i].members), "'", '"');
      g_autoptr (CsCall) call = parse_with (members);

      g_assert_cmpstr (call->cause, ==, cases[i].cause);
    }
}

static void
test_ids (void)
{
  g_autofree char *longest = g_strnfill (64, 'a'), *too_long = g_strnfill (65, 'a'), *endless = g_strnfill (5000, 'a');
  const struct
  {
    const char *sid; /* JSON, or NULL for none */
    const char *id;  /* or NULL where the record is refused */
  } cases[] = {
    { "\"c5797dcbaaeed7678c4062a4a3ed2f8a\"", "c5797dcbaaeed7678c4062a4a3ed2f8a" },
    { "\"A-Z_9\"", "A-Z_9" },
    { "12345", "12345" },
    { "\" a1 \"", "a1" },
    { "\"z\"", "z" },
    { "\"\"", NULL },
    { "\"null\"", NULL },
    { "null", NULL },
    { "[]", NULL },
    { "{}", NULL },
    { "true", NULL },
    { "1.5", NULL },
    { "\"a b\"", NULL },
    { "\"a\\nb\"", NULL },
    { "\"a\\u0000\"", NULL },
    { "\"../../x\"", NULL },
    { "\"a%2fb\"", NULL },
    { "\"\\u00e4\"", NULL },
    { "\"a;b\"", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *json = cases[i].sid != NULL
                                ? g_strdup_printf ("{\"Sid\":%s,\"DateCreated\":\"2024-03-01 10:00:00\"}", cases[i].sid)
                                : g_strdup ("{\"DateCreated\":\"2024-03-01 10:00:00\"}");
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCall) call = parse (json, &error);

      g_test_message ("%s", json);
      if (cases[i].id != NULL)
        g_assert_cmpstr (call->record_id, ==, cases[i].id);
      else
        {
          g_assert_null (call);
          exotel_assert_fault (error, CS_EXOTEL_ERROR_CONTENT);
        }
    }

  g_assert_true (cs_exotel_record_is_sid (longest));
  g_assert_false (cs_exotel_record_is_sid (too_long));
  g_assert_false (cs_exotel_record_is_sid (endless));
  g_assert_false (cs_exotel_record_is_sid (""));
  g_assert_false (cs_exotel_record_is_sid (NULL));
}

static void
test_no_time (void)
{
  static const char *const records[] = {
    "{\"Sid\":\"a\"}",
    "{\"Sid\":\"a\",\"StartTime\":null,\"DateCreated\":\"\"}",
    "{\"Sid\":\"a\",\"StartTime\":\"1970-01-01 05:30:00\",\"EndTime\":\"2024-03-01 10:00:00\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (records[i], &error));
      exotel_assert_fault (error, CS_EXOTEL_ERROR_CONTENT);
    }
}

static void
assert_text (const char *text)
{
  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), >, 0);
  g_assert_cmpuint (strlen (text), <=, 2 * CS_JSON_MAX_TEXT + 1);
  g_assert_null (strpbrk (text, "\r\n\t\033"));
}

/* Whatever the members are, nothing is read that isn't there. */
static void
test_random_members (void)
{
  static const char *const names[] = {
    "ParentCallSid", "DateCreated", "To", "From", "PhoneNumberSid", "Status", "StartTime", "EndTime", "Duration",
    "Direction", "ConversationDuration", "Details", "Legs", "Leg1Status", "Leg2Status",
  };
  static const char *const values[] = {
    "null", "true", "0", "-1", "7", "1.5", "1e400", "\"\"", "\"null\"", "\"completed\"", "\"busy\"", "\"in-progress\"", "\"inbound\"",
    "\"outbound-api\"", "\"2024-03-01 10:00:00\"", "\"9999-12-31 23:59:59\"", "\"0001-01-01 00:00:00\"", "\"\\ud800\\u0000\\n\"",
    "[]", "[null]", "[[]]", "[{\"Leg\":{\"Status\":\"busy\"}},{\"Leg\":7}]", "[{},{\"Status\":\"completed\"}]", "{}",
    "{\"ConversationDuration\":\"8\"}", "{\"Leg2Status\":\"no-answer\"}", "{\"Leg2Status\":{},\"Legs\":[1,2]}",
    "\"09812330240\"", "9812330240", "\"sip:x@y\"", "\"\xf0\x9f\x98\x80\"",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240301);
  guint n_read = 0, n_refused = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) json = g_string_new ("{\"Sid\":\"a1\"");
      g_autoptr (CsCall) call = NULL;

      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        {
          if (g_rand_boolean (rand))
            g_string_append_printf (json, ",\"%s\":%s", names[i],
                                    values[g_rand_int_range (rand, 0, G_N_ELEMENTS (values))]);
        }
      g_string_append_c (json, '}');
      call = parse (json->str, NULL);
      if (call == NULL)
        {
          n_refused++;
          continue;
        }

      n_read++;
      g_assert_cmpint (call->started_us, >, 0);
      g_assert_cmpint (call->state == CS_CALL_ENDED, ==, cs_outcome_is_ended (call->outcome));
      g_assert_cmpint (call->state == CS_CALL_ENDED, ==, cs_outcome_is_ended (call->plain_outcome));
      g_assert_true (call->ended_us == CS_UNKNOWN || call->state == CS_CALL_ENDED);
      g_assert_true (call->ended_us == CS_UNKNOWN || call->ended_us >= call->started_us);
      g_assert_true (call->talk_us == CS_UNKNOWN || (call->outcome == CS_OUTCOME_ANSWERED && call->talk_us > 0));
      g_assert_true (!call->is_estimated || call->outcome == call->plain_outcome);
      assert_text (call->from);
      assert_text (call->to);
      assert_text (call->number);
      assert_text (call->peer);
      assert_text (call->cause);
    }
  g_assert_cmpuint (n_read, >, 500);
  g_assert_cmpuint (n_refused, >, 500);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/record/sample", test_sample);
  g_test_add_func ("/exotel/record/legs-are-counted", test_legs_are_counted);
  g_test_add_func ("/exotel/record/details-wherever-they-are", test_details);
  g_test_add_func ("/exotel/record/plain-outcome", test_plain_outcome);
  g_test_add_func ("/exotel/record/talk", test_talk);
  g_test_add_func ("/exotel/record/naive-times-are-the-accounts", test_times);
  g_test_add_func ("/exotel/record/indian-midnight-parts-days", test_days);
  g_test_add_func ("/exotel/record/own-number-and-peer", test_parties);
  g_test_add_func ("/exotel/record/callback-for-unanswered-inbound", test_callback);
  g_test_add_func ("/exotel/record/children-are-parts", test_children);
  g_test_add_func ("/exotel/record/cause-is-raw", test_causes);
  g_test_add_func ("/exotel/record/id-whole-or-not-at-all", test_ids);
  g_test_add_func ("/exotel/record/no-time-no-call", test_no_time);
  g_test_add_func ("/exotel/record/random-members", test_random_members);

  return g_test_run ();
}
