/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-heartbeat.h"

#define ARRIVED_US (G_GINT64_CONSTANT (1534951170) * G_USEC_PER_SEC)

/* Protocol/exotel.md §2. */
#define SAMPLE \
  "{\"timestamp\":\"2018-08-22T15:19:23Z\",\"status_type\":\"WARNING\",\"incoming_affected\":[\"01139585476\"]," \
  "\"outgoing_affected\":null,\"data\":{\"01139585476\":{\"phone_number\":\"01139585476\",\"connectivity\":{" \
  "\"incoming_call\":{\"status\":\"major_outage\",\"last_check_time\":\"2018-08-22T15:19:00Z\",\"alternate_exophone\":null}," \
  "\"outgoing_call\":{\"status\":\"active\",\"last_check_time\":\"2018-08-22T15:19:00Z\",\"alternate_exophone\":null}}}}}"

static CsHealthReport *
parse (const char  *text,
       GError     **error)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GBytes) body = exotel_body (json);

  g_test_message ("%s", json);
  return cs_exotel_heartbeat_parse (body, ARRIVED_US, error);
}

/* One line per phone: id, number, incoming, outgoing, and who is affected. */
static char *
describe (CsHealthReport *report)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < report->phones->len; i++)
    {
      CsPhoneHealth *phone = g_ptr_array_index (report->phones, i);

      const char *number = phone->number != NULL ? phone->number : "-";
      const char *incoming = phone->incoming != NULL ? phone->incoming : "-";
      const char *outgoing = phone->outgoing != NULL ? phone->outgoing : "-";

      g_string_append_printf (text, "%s%s %s %s %s %s%s", i > 0 ? "|" : "", phone->id, number, incoming, outgoing,
                              phone->incoming_affected ? "i" : "", phone->outgoing_affected ? "o" : "");
    }
  return g_string_free (text, FALSE);
}

static void
test_sample (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHealthReport) report = parse (SAMPLE, &error);
  g_autofree char *phones = describe (report);

  g_assert_no_error (error);
  g_assert_cmpint (report->status, ==, CS_HEALTH_WARNING);
  g_assert_cmpint (report->at_us, ==, ARRIVED_US);
  g_assert_cmpint (report->told_us, ==, exotel_time ("2018-08-22T15:19:23Z"));
  g_assert_cmpstr (phones, ==, "01139585476 01139585476 major_outage active i");
}

static void
test_statuses (void)
{
  static const struct
  {
    const char *body;
    CsHealthStatus status;
  } cases[] = {
    { "{'status_type':'OK','incoming_affected':null,'outgoing_affected':null,'data':null}", CS_HEALTH_OK },
    { "{'status_type':'OK'}", CS_HEALTH_OK },
    { "{'status_type':'ok'}", CS_HEALTH_OK },
    { "{'status_type':' Warning '}", CS_HEALTH_WARNING },
    { "{'status_type':'CRITICAL'}", CS_HEALTH_CRITICAL },
    { "{'status_type':'PAYLOAD_TOO_LARGE'}", CS_HEALTH_UNKNOWN },
    { "{'status_type':'UNKNOWN'}", CS_HEALTH_UNKNOWN },
    { "{'status_type':'STALE'}", CS_HEALTH_UNKNOWN },
    { "{'status_type':'OKAY'}", CS_HEALTH_UNKNOWN },
    { "{'status_type':''}", CS_HEALTH_UNKNOWN },
    { "{'status_type':null}", CS_HEALTH_UNKNOWN },
    { "{'status_type':1}", CS_HEALTH_UNKNOWN },
    { "{'status_type':true}", CS_HEALTH_UNKNOWN },
    { "{'status_type':['OK']}", CS_HEALTH_UNKNOWN },
    { "{'status_type':{'a':'OK'}}", CS_HEALTH_UNKNOWN },
    { "{'Status':'CRITICAL'}", CS_HEALTH_CRITICAL },
    { "{'Status':'OK','status_type':'WARNING'}", CS_HEALTH_WARNING },
    { "{'Status':'OK','status_type':7}", CS_HEALTH_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CsHealthReport) report = parse (cases[i].body, &error);

      g_assert_no_error (error);
      g_assert_cmpint (report->status, ==, cases[i].status);
      g_assert_cmpuint (report->phones->len, ==, 0);
      g_assert_cmpint (report->told_us, ==, CS_UNKNOWN);
    }
}

static void
test_phones (void)
{
  static const struct
  {
    const char *members, *phones;
  } cases[] = {
    /* the three shapes of an entry */
    { "'data':{'s1':{'phone_number':'0111'}}", "s1 0111 - - " },
    { "'data':{'s1':{'connectivity':{'incoming_call':{'status':'active'},'outgoing_call':{'status':'major_outage'}}}}",
      "s1 - active major_outage o" },
    { "'data':{'s1':{'incoming_call':{'status':'partial_network_outage'},'outgoing_call':{'status':'active'}}}",
      "s1 - partial_network_outage active i" },
    { "'data':{'s1':{'connectivity':{'incoming_call':{'status':'active'}},'outgoing_call':{'status':'active'}}}",
      "s1 - active active " },
    { "'data':{'s1':{'incoming_call':'active','connectivity':{'outgoing_call':'major_outage'}}}",
      "s1 - active major_outage o" },
    /* words that aren't known are shown as they are */
    { "'data':{'s1':{'incoming_call':{'status':'degraded'}}}", "s1 - degraded - " },
    { "'data':{'s1':{'incoming_call':{'status':'MAJOR_OUTAGE'}}}", "s1 - MAJOR_OUTAGE - i" },
    /* wrong types */
    { "'data':{'s1':{'incoming_call':{'status':7},'outgoing_call':{'status':null}}}", "s1 - 7 - " },
    { "'data':{'s1':{'incoming_call':null,'outgoing_call':[1],'phone_number':112233}}", "s1 112233 - - " },
    { "'data':{'s1':{'connectivity':null}}", "s1 - - - " },
    { "'data':{'s1':{'connectivity':'active'}}", "s1 - - - " },
    { "'data':{'s1':null,'s2':7,'s3':[],'s4':'active'}", "s1 - - - |s2 - - - |s3 - - - |s4 - - - " },
    { "'data':{'':{},'null':{},'\\n':{}}", "" },
    { "'data':[{'phone_number':'0111'}]", "" },
    { "'data':'none','incoming_affected':'x','outgoing_affected':{'a':1}", "" },
    /* lists */
    { "'incoming_affected':['b','a'],'outgoing_affected':['b','c']", "a - - - i|b - - - io|c - - - o" },
    { "'incoming_affected':['a','a',null,7,true,[],{},'',['b']]", "7 - - - i|a - - - i" },
    { "'incoming_affected':[1139585476]", "1139585476 - - - i" },
    { "'incoming_affected':['s1'],'data':{'s1':{'incoming_call':{'status':'active'}}}", "s1 - active - i" },
    { "'incoming_affected':['0111'],'data':{'s1':{'phone_number':'0111'}}", "s1 0111 - - i" },
    { "'outgoing_affected':['s2'],'data':{'s1':{'phone_number':'s2'},'s2':{'phone_number':'0222'}}",
      "s1 s2 - - |s2 0222 - - o" },
    { "'incoming_affected':[{'sid':'s1','phone_number':'0111'}]", "s1 0111 - - i" },
    /* the tutorial's form */
    { "'ExoPhones':['0111','0222']", "0111 - - - io|0222 - - - io" },
    { "'ExoPhones':[{'phone_number':'0111'}]", "0111 0111 - - io" },
    { "'ExoPhones':null", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("{'status_type':'WARNING',%s}", cases[i].members);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsHealthReport) report = parse (body, &error);
      g_autofree char *phones = describe (report);

      g_assert_no_error (error);
      g_assert_cmpstr (phones, ==, cases[i].phones);
    }
}

static void
test_tutorial (void)
{
  g_autoptr (CsHealthReport) warning = parse ("{'Status':'WARNING','ExoPhones':['0111']}", NULL);
  g_autoptr (CsHealthReport) fine = parse ("{'Status':'OK','ExoPhones':['0111']}", NULL);

  g_assert_cmpint (warning->status, ==, CS_HEALTH_WARNING);
  g_assert_cmpuint (cs_health_report_count_affected (warning), ==, 1);
  g_assert_cmpint (fine->status, ==, CS_HEALTH_OK);
  g_assert_cmpuint (fine->phones->len, ==, 1);
  g_assert_cmpuint (cs_health_report_count_affected (fine), ==, 0);
}

static void
test_timestamps (void)
{
  static const struct
  {
    const char *timestamp, *time;
  } cases[] = {
    { "'2018-08-22T15:19:23Z'", "2018-08-22T15:19:23Z" }, { "'2018-08-22T20:49:23+05:30'", "2018-08-22T15:19:23Z" },
    { "'2018-08-22 15:19:23'", "2018-08-22T15:19:23Z" },  { "'yesterday'", NULL }, { "null", NULL }, { "1534951163",
      NULL },
    { "{}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("{'status_type':'OK','timestamp':%s}", cases[i].timestamp);
      g_autoptr (CsHealthReport) report = parse (body, NULL);

      g_assert_cmpint (report->told_us, ==, cases[i].time != NULL ? exotel_time (cases[i].time) : CS_UNKNOWN);
    }
}

static void
test_refused (void)
{
  g_autofree char *open = g_strnfill (32, '['), *close = g_strnfill (32, ']');
  g_autofree char *deep = g_strdup_printf ("{'status_type':'OK','x':%s%s}", open, close);
  const struct
  {
    const char *body;
    CsExotelError code;
  } cases[] = {
    { "", CS_EXOTEL_ERROR_NOT_JSON },     { "<xml/>", CS_EXOTEL_ERROR_NOT_JSON },          { "OK",
      CS_EXOTEL_ERROR_JSON },
    { "{'status_type':'OK'", CS_EXOTEL_ERROR_JSON }, { "{}", CS_EXOTEL_ERROR_CONTENT },    { "[]",
      CS_EXOTEL_ERROR_CONTENT },
    { "null", CS_EXOTEL_ERROR_CONTENT },  { "'OK'", CS_EXOTEL_ERROR_CONTENT },             { deep, CS_EXOTEL_ERROR_JSON },
    { "{'statustype':'OK','data':{}}", CS_EXOTEL_ERROR_CONTENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].body, &error));
      exotel_assert_fault (error, cases[i].code);
    }
}

/* More phones than are kept, by both ways, in ten megabytes that take their time but not the afternoon. */
static void
test_many_phones (void)
{
  g_autoptr (GString) text = g_string_new ("{\"status_type\":\"CRITICAL\",\"data\":{");
  g_autoptr (GBytes) body = NULL;
  g_autoptr (CsHealthReport) report = NULL;
  gint64 start_us;

  for (guint i = 0; i < 16000; i++)
    g_string_append_printf (text, "%s\"%u\":{\"phone_number\":\"0%u\",\"connectivity\":{\"incoming_call\":"
                            "{\"status\":\"major_outage\"}}}", i > 0 ? "," : "", 900000 - i, 900000 - i);
  g_string_append (text, "},\"incoming_affected\":[");
  for (guint i = 0; text->len < 10 * 1024 * 1024 - 30; i++)
    g_string_append_printf (text, "%s\"x%u\"", i > 0 ? "," : "", i);
  g_string_append (text, "]}");

  body = g_bytes_new (text->str, text->len);
  start_us = g_get_monotonic_time ();
  report = cs_exotel_heartbeat_parse (body, ARRIVED_US, NULL);
  g_assert_nonnull (report);
  g_assert_cmpuint (report->phones->len, ==, CS_EXOTEL_HEARTBEAT_MAX_PHONES);
  g_assert_cmpuint (cs_health_report_count_affected (report), ==, CS_EXOTEL_HEARTBEAT_MAX_PHONES);
  g_assert_nonnull (cs_health_report_get_phone (report, "900000"));
  g_assert_null (cs_health_report_get_phone (report, "x0"));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 30 * G_USEC_PER_SEC);
}

static void
test_single_phone (void)
{
  static const struct
  {
    const char *body, *phones; /* NULL where it is refused */
  } cases[] = {
    { "{\"response\":[{\"code\":200,\"data\":{\"sid\":\"s1\",\"friendly_name\":\"Sales\",\"phone_number\":\"0111\",\"connectivity\":"
      "{\"incoming_call\":{\"status\":\"active\"},\"outgoing_call\":{\"status\":\"active\"}}}}]}",
      "s1 0111 active active " },
    { "{\"response\":[{\"data\":{\"sid\":\"s1\"}}]}", "s1 - - - " },
    { "{\"response\":[{\"data\":{\"sid\":\"s2\",\"connectivity\":{\"outgoing_call\":{\"status\":\"major_outage\"}}}}]}",
      "s1 - - - io|s2 - - major_outage o" },
    { "{\"response\":[{\"code\":404,\"data\":null}]}", NULL },
    { "{\"response\":[{\"data\":{\"sid\":null}}]}", NULL },
    { "{\"response\":[]}", NULL },
    { "{\"response\":[7]}", NULL },
    { "{\"response\":{}}", NULL },
    { "{}", NULL },
    { "<xml/>", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsHealthReport) report = parse ("{'Status':'WARNING','ExoPhones':['s1']}", NULL);
      g_autoptr (GBytes) body = exotel_body (cases[i].body);
      g_autoptr (GError) error = NULL;
      gboolean is_read = cs_exotel_heartbeat_parse_phone (body, report, &error);
      g_autofree char *phones = describe (report);

      g_test_message ("%s", cases[i].body);
      g_assert_cmpint (is_read, ==, cases[i].phones != NULL);
      g_assert_cmpint (error == NULL, ==, is_read);
      g_assert_cmpstr (phones, ==, is_read ? cases[i].phones : "s1 - - - io");
    }
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240305);
  guint n_reports = 0, n_refused = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GBytes) body = exotel_spoil (rand, SAMPLE);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsHealthReport) report = cs_exotel_heartbeat_parse (body, ARRIVED_US, &error);

      if (report == NULL)
        {
          g_assert_cmpuint (strlen (error->message), >, 0);
          n_refused++;
          continue;
        }
      n_reports++;
      g_assert_cmpint (report->status, !=, CS_HEALTH_STALE);
      for (guint i = 0; i < report->phones->len; i++)
        {
          CsPhoneHealth *phone = g_ptr_array_index (report->phones, i);

          g_assert_true (g_utf8_validate (phone->id, -1, NULL));
          g_assert_true (cs_health_report_get_phone (report, phone->id) == phone);
        }
    }
  g_assert_cmpuint (n_reports, >, 1000);
  g_assert_cmpuint (n_refused, >, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/heartbeat/sample", test_sample);
  g_test_add_func ("/exotel/heartbeat/statuses", test_statuses);
  g_test_add_func ("/exotel/heartbeat/phones-of-three-shapes", test_phones);
  g_test_add_func ("/exotel/heartbeat/tutorials-form", test_tutorial);
  g_test_add_func ("/exotel/heartbeat/timestamps-are-utc", test_timestamps);
  g_test_add_func ("/exotel/heartbeat/refused", test_refused);
  g_test_add_func ("/exotel/heartbeat/many-phones", test_many_phones);
  g_test_add_func ("/exotel/heartbeat/single-phone", test_single_phone);
  g_test_add_func ("/exotel/heartbeat/random", test_random);

  return g_test_run ();
}
