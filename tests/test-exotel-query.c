/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "exotel/cs-exotel-client-error.h"
#include "exotel/cs-exotel-query.h"

#include <string.h>

#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
/* 2026-01-31 18:29:59 UTC, the last second of January in India */
#define JANUARY_ENDS_US (G_GINT64_CONSTANT (1769884199) * G_USEC_PER_SEC)

static void
test_base (void)
{
  static const struct
  {
    const char *base_url;
    const char *result; /* NULL: refused */
  } cases[] = {
    { "https://api.exotel.com", "https://api.exotel.com" },
    { "https://api.exotel.com/", "https://api.exotel.com" },
    { "https://proxy.example:8443/exotel//", "https://proxy.example:8443/exotel" },
    { "HTTPS://api.exotel.com", "https://api.exotel.com" },
    { "http://127.0.0.1:8090", "http://127.0.0.1:8090" },
    { "http://127.9.8.7", "http://127.9.8.7" },
    { "http://[::1]:80/", "http://[::1]:80" },
    { "http://localhost:8090/", "http://localhost:8090" },
    { "http://api.exotel.com", NULL },
    { "http://127.0.0.1.evil.example", NULL },
    { "http://localhost.evil.example", NULL },
    { "http://127.0.0.1@evil.example", NULL },
    { "http://10.0.0.1", NULL },
    { "http://0.0.0.0:80", NULL },
    { "http://2130706433", NULL },
    { "http://[::ffff:10.0.0.1]", NULL },
    { "https://s3cretkey:s3crettoken@api.exotel.com", NULL },
    { "https://s3cretkey@api.exotel.com", NULL },
    { "https://api.exotel.com?s3cret", NULL },
    { "https://api.exotel.com#s3cret", NULL },
    { "ftp://127.0.0.1", NULL },
    { "file:///etc/passwd", NULL },
    { "api.exotel.com", NULL },
    { "https://", NULL },
    { "https:///v1", NULL },
    { "s3cret nonsense", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *result = cs_exotel_query_check_base (cases[i].base_url, &error);

      g_test_message ("“%s”", cases[i].base_url);
      g_assert_cmpstr (result, ==, cases[i].result);
      if (cases[i].result == NULL)
        {
          g_assert_error (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_SETTINGS);
          g_assert_null (strstr (error->message, "s3cret"));
        }
      else
        {
          g_assert_no_error (error);
        }
    }
}

static void
test_sid (void)
{
  static const char *const bad[] = { "", "..", ".", "a/b", "a?b", "a%2fb", "a b", "sid\n", "ä" };
  g_autofree char *longest = g_strnfill (129, 'a');

  g_assert_true (cs_exotel_query_check_sid ("my_account-1m", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cs_exotel_query_check_sid (bad[i], &error));
      g_assert_error (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_SETTINGS);
    }
  g_assert_false (cs_exotel_query_check_sid (longest, NULL));
  g_assert_false (cs_exotel_query_check_sid (NULL, NULL));
}

static void
test_urls (void)
{
  g_autoptr (GTimeZone) india = g_time_zone_new_offset (19800);
  CsExotelWindow window = { JANUARY_ENDS_US, JANUARY_ENDS_US + G_USEC_PER_SEC };
  g_autofree char *first = cs_exotel_query_build_calls ("https://h", "sid", india, &window, 100, TRUE, NULL);
  g_autofree char *next = cs_exotel_query_build_calls ("https://h", "sid", india, &window, 100, FALSE, "a+/=&After=x#?");
  g_autofree char *phones = cs_exotel_query_build_phones ("https://h", "sid", 2);

  g_assert_cmpstr (first, ==,
                   "https://h/v1/Accounts/sid/Calls.json?DateCreated=gte%3A2026-01-31%2023%3A59%3A59%3Blte%3A2026-02-01%20"
                   "00%3A00%3A00&PageSize=100&SortBy=DateCreated%3Aasc&details=true");
  g_assert_true (g_str_has_suffix (next, "&SortBy=DateCreated%3Aasc&After=a%2B%2F%3D%26After%3Dx%23%3F"));
  g_assert_cmpstr (phones, ==, "https://h/v2_beta/Accounts/sid/IncomingPhoneNumbers?Page=2");
}

/* Together the windows are the span: no second is asked for twice, none left out, and none is longer than February. */
static void
test_windows (void)
{
  static const gint64 days[] = { 0, 1, 27, 28, 29, 30, 31, 56, 57, 180 };

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      gint64 from_us = JANUARY_ENDS_US + 345678, last_us = JANUARY_ENDS_US + days[i] * DAY_US + 999999;
      CsExotelWindow window;
      gint64 n_seconds = 0;
      guint n_windows = 1;

      cs_exotel_window_init (&window, from_us, last_us);
      g_assert_cmpint (window.from_us, ==, JANUARY_ENDS_US);
      for (;;)
        {
          CsExotelWindow before = window;

          g_assert_cmpint (window.from_us % G_USEC_PER_SEC, ==, 0);
          g_assert_cmpint (window.to_us % G_USEC_PER_SEC, ==, 0);
          g_assert_cmpint (window.to_us - window.from_us, <, 28 * DAY_US);
          n_seconds += (window.to_us - window.from_us) / G_USEC_PER_SEC + 1;
          if (!cs_exotel_window_advance (&window, last_us))
            break;
          g_assert_cmpint (window.from_us, ==, before.to_us + G_USEC_PER_SEC);
          n_windows++;
        }
      g_assert_cmpint (n_seconds, ==, days[i] * 86400 + 1);
      g_assert_cmpuint (n_windows, ==, days[i] / 28 + 1);
      g_assert_true (cs_exotel_window_contains (&window, window.to_us + 999999));
      g_assert_false (cs_exotel_window_contains (&window, window.to_us + G_USEC_PER_SEC));
      g_assert_false (cs_exotel_window_contains (&window, window.from_us - 1));
    }
}

static void
test_position (void)
{
  static const char *const bad[] = {
    "", "1", "1000000 2000000 3", "2000000 1000000 0 ", "1000000 2000000 -1 ", "1000001 2000000 0 ", "1000000 2000000 0 a b",
    "1000000 2000000 0 a\nb", "1000000 9999999999000000 0 ", "x 2000000 0 ", "99999999999999999999 2000000 0 ",
  };
  CsExotelPosition position = { { JANUARY_ENDS_US, JANUARY_ENDS_US + DAY_US }, 1200, (char *) "MTcx==" };
  CsExotelPosition read = { 0 };
  g_autofree char *text = cs_exotel_position_to_string (&position);
  g_autofree char *start = NULL;

  g_assert_true (cs_exotel_position_from_string (text, &read));
  g_assert_cmpint (read.window.from_us, ==, position.window.from_us);
  g_assert_cmpint (read.window.to_us, ==, position.window.to_us);
  g_assert_cmpuint (read.n_before, ==, 1200);
  g_assert_cmpstr (read.after, ==, "MTcx==");
  g_clear_pointer (&read.after, g_free);

  position.after = NULL;
  start = cs_exotel_position_to_string (&position);
  g_assert_true (cs_exotel_position_from_string (start, &read));
  g_assert_null (read.after);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("“%s”", bad[i]);
      g_assert_false (cs_exotel_position_from_string (bad[i], &read));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel-query/base/only-https-or-loopback", test_base);
  g_test_add_func ("/exotel-query/sid/only-what-a-path-can-hold", test_sid);
  g_test_add_func ("/exotel-query/urls", test_urls);
  g_test_add_func ("/exotel-query/windows/add-up", test_windows);
  g_test_add_func ("/exotel-query/position/round-trip", test_position);

  return g_test_run ();
}
