/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-page.h"

#define CALLS \
  "{\"Sid\":\"a1\",\"DateCreated\":\"2024-03-01 10:00:00\",\"StartTime\":\"2024-03-01 10:00:01\",\"Status\":\"completed\"}," \
  "{\"Sid\":\"a2\",\"DateCreated\":\"2024-03-01 10:05:00\",\"Status\":\"busy\"}"
#define PAGE \
  "{\"Metadata\":{\"Total\":1027,\"PageSize\":50,\"FirstPageUri\":\"/v1/Accounts/x/Calls.json?PageSize=50\",\"PrevPageUri\":" \
  "null,\"NextPageUri\":\"/v1/Accounts/x/Calls.json?PageSize=50&After=MTcxMTQzMzM0MSxh==\"},\"Calls\":[" CALLS "]}"

static CsExotelPage *
parse (const char  *text,
       GError     **error)
{
  g_autoptr (GTimeZone) zone = exotel_zone ();
  g_autoptr (GBytes) body = exotel_body (text);

  return cs_exotel_page_parse (body, zone, G_MININT64, G_MAXINT64, error);
}

static void
test_page (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsExotelPage) page = parse (PAGE, &error);

  g_assert_no_error (error);
  g_assert_cmpint (page->total, ==, 1027);
  g_assert_cmpuint (page->n_records, ==, 2);
  g_assert_cmpuint (page->n_unreadable, ==, 0);
  g_assert_cmpuint (page->n_outside, ==, 0);
  g_assert_null (page->fault);
  g_assert_cmpuint (page->calls->len, ==, 2);
  g_assert_cmpstr (((CsCall *) page->calls->pdata[0])->record_id, ==, "a1");
  g_assert_cmpstr (((CsCall *) page->calls->pdata[1])->record_id, ==, "a2");
  g_assert_cmpint (page->first_us, ==, exotel_time ("2024-03-01T04:30:00Z"));
  g_assert_cmpint (page->last_us, ==, exotel_time ("2024-03-01T04:35:00Z"));
  g_assert_cmpstr (page->after, ==, "MTcxMTQzMzM0MSxh==");
  g_assert_false (page->is_cut);
}

static void
test_cursors (void)
{
  /* The hosts of protocol/exotel.md §1 are the point: of no address anything but the cursor is taken. */
  static const struct
  {
    const char *uri; /* JSON, or NULL for none */
    const char *after;
    gboolean is_cut;
  } cases[] = {
    { NULL, NULL, FALSE },
    { "null", NULL, FALSE },
    { "\"\"", NULL, FALSE },
    { "\"null\"", NULL, FALSE },
    { "7", NULL, FALSE },
    { "{}", NULL, FALSE },
    { "[\"?After=x\"]", NULL, FALSE },
    { "\"/v1/Accounts/x/Calls.json?PageSize=50\"", NULL, TRUE },
    { "\"/v1/Accounts/x/Calls.json\"", NULL, TRUE },
    { "\"/v1/After=abc\"", NULL, TRUE },
    { "\"?After=abc\"", "abc", FALSE },
    { "\"/c?After=abc&SortBy=DateCreated:asc\"", "abc", FALSE },
    { "\"/c?DateCreated=gte%3A2020-01-01+00%3A00%3A00%3Blte%3A2020-02-01&SortBy=DateCreated:desc&After=MTcx==\"",
      "MTcx==", FALSE },
    { "\"/c?After=a%2Bb%2Fc%3D%3D\"", "a+b/c==", FALSE },
    { "\"/c?After=a+b/c==\"", "a+b/c==", FALSE },
    { "\"/c?%41fter=abc\"", "abc", FALSE },
    { "\"/c?BeforeAfter=no&After=yes\"", "yes", FALSE },
    { "\"/c?x=After=no&After=yes\"", "yes", FALSE },
    { "\"/c?After=one&After=two\"", "one", FALSE },
    { "\"/c?After=abc#?After=def\"", "abc", FALSE },
    { "\"/c#?After=abc\"", NULL, TRUE },
    { "\"/c?&&After=abc&&\"", "abc", FALSE },
    { "\"/c?After=\"", NULL, TRUE },
    { "\"/c?After\"", NULL, TRUE },
    { "\"/c?After=%\"", NULL, TRUE },
    { "\"/c?After=%zz\"", NULL, TRUE },
    { "\"/c?After=a%00b\"", NULL, TRUE },
    { "\"/c?After=a%0d%0aHost:x\"", NULL, TRUE },
    { "\"/c?After=a%20b\"", NULL, TRUE },
    { "\"/c?After=a b\"", NULL, TRUE },
    { "\"/c?After=a%FFb\"", NULL, TRUE },
    { "\"/c?After=\\u00e9\"", NULL, TRUE },
    { "\"@evil.example/x?After=abc\"", "abc", FALSE },
    { "\".evil.example/x?After=abc\"", "abc", FALSE },
    { "\":443@evil.example/?After=abc\"", "abc", FALSE },
    { "\"//evil.example/x?After=abc\"", "abc", FALSE },
    { "\"https://evil.example/x?After=abc\"", "abc", FALSE },
    { "\"https://evil.example/x\"", NULL, TRUE },
    { "\"/c?After=@evil.example/\"", "@evil.example/", FALSE },
    { "\"/c?After=abc%26PageSize%3D1%23\"", "abc&PageSize=1#", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cases[i].uri != NULL
                                ? g_strdup_printf ("{\"Metadata\":{\"NextPageUri\":%s},\"Calls\":[]}", cases[i].uri)
                                : g_strdup ("{\"Metadata\":{},\"Calls\":[]}");
      g_autoptr (GError) error = NULL;
      g_autoptr (CsExotelPage) page = parse (text, &error);

      g_test_message ("%s", text);
      g_assert_no_error (error);
      g_assert_cmpstr (page->after, ==, cases[i].after);
      g_assert_cmpint (page->is_cut, ==, cases[i].is_cut);
    }
}

static void
test_long_cursor (void)
{
  for (gsize length = 1024; length <= 1025; length++)
    {
      g_autofree char *cursor = g_strnfill (length, 'a');
      g_autofree char *text = g_strdup_printf ("{\"Metadata\":{\"NextPageUri\":\"/c?After=%s\"},\"Calls\":[]}", cursor);
      g_autoptr (CsExotelPage) page = parse (text, NULL);

      g_assert_cmpstr (page->after, ==, length == 1024 ? cursor : NULL);
      g_assert_cmpint (page->is_cut, ==, length != 1024);
    }
}

static void
test_totals (void)
{
  static const struct
  {
    const char *metadata;
    gint64 total;
  } cases[] = {
    { "{\"Total\":1027}", 1027 }, { "{\"Total\":\"1027\"}", 1027 }, { "{\"Total\":0}", 0 },      { "{\"Total\":-1}",
      -1 },
    { "{\"Total\":null}", -1 },   { "{\"Total\":\"many\"}", -1 },   { "{\"Total\":[1]}", -1 },   { "{\"Total\":1.5}",
      -1 },
    { "{\"Total\":1e3}", 1000 },  { "{}", -1 },                     { "null", -1 },              { "[]", -1 },
    { "\"x\"", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"Metadata\":%s,\"Calls\":[]}", cases[i].metadata);
      g_autoptr (CsExotelPage) page = parse (text, NULL);

      g_assert_nonnull (page);
      g_assert_cmpint (page->total, ==, cases[i].total);
    }
}

static void
test_unreadable_records (void)
{
  g_autoptr (CsExotelPage) page = parse ("{\"Calls\":[null,7,\"x\",[],{},{\"Sid\":\"../x\"},{\"Sid\":\"b\"}," CALLS
                                         ",{\"Sid\":null}]}",
                                         NULL);

  g_assert_cmpuint (page->n_records, ==, 10);
  g_assert_cmpuint (page->n_unreadable, ==, 8);
  g_assert_cmpuint (page->calls->len, ==, 2);
  g_assert_cmpstr (page->fault, ==, "The record is no object");
  g_assert_null (page->after);
  g_assert_cmpint (page->total, ==, -1);
}

/* Both ends of the window belong to it. */
static void
test_window (void)
{
  static const struct
  {
    const char *from, *to;
    guint n_calls;
  } cases[] = {
    { "2024-03-01T04:30:00Z", "2024-03-01T04:35:00Z", 2 }, { "2024-03-01T04:30:01Z", "2024-03-01T04:35:00Z", 1 },
    { "2024-03-01T04:30:00Z", "2024-03-01T04:34:59Z", 1 }, { "2024-03-01T04:36:00Z", "2024-03-01T05:00:00Z", 0 },
    { "2024-03-01T04:30:01Z", "2024-03-01T04:34:59Z", 0 },
  };
  g_autoptr (GTimeZone) zone = exotel_zone ();
  g_autoptr (GBytes) body = exotel_body (PAGE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 from_us = exotel_time (cases[i].from), to_us = exotel_time (cases[i].to);
      g_autoptr (CsExotelPage) page = cs_exotel_page_parse (body, zone, from_us, to_us, NULL);

      g_assert_cmpuint (page->n_records, ==, 2);
      g_assert_cmpuint (page->calls->len, ==, cases[i].n_calls);
      g_assert_cmpuint (page->n_outside, ==, 2 - cases[i].n_calls);
      g_assert_cmpint (page->first_us == CS_UNKNOWN, ==, cases[i].n_calls == 0);
      g_assert_cmpint (page->last_us == CS_UNKNOWN, ==, cases[i].n_calls == 0);
    }
}

/* A record that doesn't say when it was made was made when its call began. */
static void
test_window_without_date (void)
{
  g_autoptr (GTimeZone) zone = exotel_zone ();
  g_autoptr (GBytes) body = exotel_body ("{\"Calls\":[{\"Sid\":\"a\",\"StartTime\":\"2024-03-01 10:00:00\"}]}");
  gint64 start_us = exotel_time ("2024-03-01T04:30:00Z");
  g_autoptr (CsExotelPage) within = cs_exotel_page_parse (body, zone, start_us, start_us, NULL);
  g_autoptr (CsExotelPage) after = cs_exotel_page_parse (body, zone, start_us + 1, G_MAXINT64, NULL);

  g_assert_cmpuint (within->calls->len, ==, 1);
  g_assert_cmpint (within->first_us, ==, start_us);
  g_assert_cmpuint (after->calls->len, ==, 0);
  g_assert_cmpuint (after->n_outside, ==, 1);
}

static void
test_no_page (void)
{
  static const struct
  {
    const char *text;
    CsExotelError code;
  } cases[] = {
    { "", CS_EXOTEL_ERROR_NOT_JSON },
    { "<?xml version=\"1.0\"?><TwilioResponse><Call/></TwilioResponse>", CS_EXOTEL_ERROR_NOT_JSON },
    { "<!DOCTYPE html><title>Sign in</title>", CS_EXOTEL_ERROR_NOT_JSON },
    { "{\"Calls\":[", CS_EXOTEL_ERROR_JSON },
    { "[]", CS_EXOTEL_ERROR_CONTENT },
    { "{}", CS_EXOTEL_ERROR_CONTENT },
    { "{\"Calls\":null}", CS_EXOTEL_ERROR_CONTENT },
    { "{\"Calls\":{}}", CS_EXOTEL_ERROR_CONTENT },
    { "{\"Metadata\":{},\"Calls\":7}", CS_EXOTEL_ERROR_CONTENT },
    { "{\"Metadata\":{\"Total\":0}}", CS_EXOTEL_ERROR_CONTENT },
    { "{\"RestException\":{\"Status\":403,\"Message\":\"Not KYC compliant\",\"Code\":340030}}",
      CS_EXOTEL_ERROR_REFUSED },
  };
  g_autoptr (CsExotelPage) empty = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (parse (cases[i].text, &error));
      exotel_assert_fault (error, cases[i].code);
      if (cases[i].code == CS_EXOTEL_ERROR_REFUSED)
        g_assert_cmpstr (error->message, ==, "Not KYC compliant");
    }

  empty = parse ("{\"Metadata\":{\"Total\":0},\"Calls\":null}", NULL);
  g_assert_cmpuint (empty->n_records, ==, 0);
  g_assert_cmpuint (empty->calls->len, ==, 0);
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240303);
  g_autoptr (GTimeZone) zone = exotel_zone ();
  guint n_pages = 0, n_refused = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GBytes) body = exotel_spoil (rand, PAGE);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsExotelPage) page = cs_exotel_page_parse (body, zone, G_MININT64, G_MAXINT64, &error);

      if (page == NULL)
        {
          g_assert_cmpuint (strlen (error->message), >, 0);
          n_refused++;
          continue;
        }
      n_pages++;
      g_assert_cmpuint (page->calls->len + page->n_unreadable + page->n_outside, ==, page->n_records);
      g_assert_cmpint (page->fault != NULL, ==, page->n_unreadable > 0);
      g_assert_false (page->is_cut && page->after != NULL);
      for (const char *p = page->after; p != NULL && *p != '\0'; p++)
        g_assert_true (g_ascii_isgraph (*p));
    }
  g_assert_cmpuint (n_pages, >, 1000);
  g_assert_cmpuint (n_refused, >, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/page/sample", test_page);
  g_test_add_func ("/exotel/page/only-the-cursor-is-taken", test_cursors);
  g_test_add_func ("/exotel/page/long-cursor", test_long_cursor);
  g_test_add_func ("/exotel/page/total-of-any-type", test_totals);
  g_test_add_func ("/exotel/page/unreadable-records-are-counted", test_unreadable_records);
  g_test_add_func ("/exotel/page/outside-the-window", test_window);
  g_test_add_func ("/exotel/page/window-without-date", test_window_without_date);
  g_test_add_func ("/exotel/page/no-page", test_no_page);
  g_test_add_func ("/exotel/page/random", test_random);

  return g_test_run ();
}
