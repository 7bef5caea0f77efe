/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-time-format.h"

#include "calls/cs-call.h"

typedef struct {
  const char *given;
  const char *shown;
} Case;

static void
check (const Case *cases,
       gsize       n_cases,
       char       *(*format) (const char *))
{
  for (gsize i = 0; i < n_cases; i++) {
    g_autofree char *shown = format (cases[i].given);

    g_assert_cmpstr (shown, ==, cases[i].shown);
  }
}

static void
test_grouped (void)
{
  static const Case cases[] = {
    { "492111234567", "+49 211 1234567" },
    { "+492111234567", "+49 211 1234567" },
    { "4930123456", "+49 30 123456" },
    { "491711234567", "+49 171 1234567" },
    { "4922349876543", "+49 2234 9876543" },
    { "498001234567", "+49 800 1234567" },
    { "14155552671", "+1 415 555 2671" },
    { "442079460958", "+44 20 7946 0958" },
    { "447700900123", "+44 7700 900123" },
    { "33123456789", "+33 1 23 45 67 89" },
    { "919876543210", "+91 98765 43210" },
    { "351211234567", "+351 211 234 567" },
    { "41446681800", "+41 44 668 18 00" },
    { "390612345678", "+39 061 2345678" },
    { "352261234567", "+352 261 234567" },
    { "79161234567", "+7 916 1234567" },
  };

  check (cases, G_N_ELEMENTS (cases), cs_number_format);
}

/* What is no international number is not made into one. */
static void
test_left_alone (void)
{
  static const Case cases[] = {
    { "10", "10" },
    { "110", "110" },
    { "123456789", "123456789" },
    { "02111234567", "02111234567" },
    { "00492111234567", "00492111234567" },
    { "1234567890123456", "1234567890123456" },
    { "+4912", "+4912" },
    { "+0123456789", "+0123456789" },
    { "sip:1234567e0@sipgate.de", "sip:1234567e0@sipgate.de" },
    { "4921112x4567", "4921112x4567" },
    { "+", "+" },
    { "+2812345678", "+2812345678" },
  };

  check (cases, G_N_ELEMENTS (cases), cs_number_format);
}

/* As Exotel writes the account's own numbers. */
static void
test_own (void)
{
  static const Case cases[] = {
    { "01139585476", "011 3958 5476" },   { "08047104000", "080 4710 4000" }, { "09812345678", "098123 45678" },
    { "9812345678", "98123 45678" },      { "+919876543210", "+91 98765 43210" }, { "+6561234567", "+65 612 34567" },
    { "sip:desk@example.com", "sip:desk@example.com" }, { "0XXXXXX4890", "0XXXXXX4890" }, { "139", "139" },
    { "", "Unknown number" },             { NULL, "Unknown number" },
  };

  check (cases, G_N_ELEMENTS (cases), cs_number_format_own);
}

static void
test_nobody (void)
{
  static const Case cases[] = {
    { "anonymous", "Anonymous" },
    { "Anonymous", "Anonymous" },
    { NULL, "Unknown number" },
    { "", "Unknown number" },
  };

  check (cases, G_N_ELEMENTS (cases), cs_number_format);
}

static void
test_isolated (void)
{
  static const Case cases[] = {
    { "492111234567", "\xE2\x81\xA6+49 211 1234567\xE2\x81\xA9" },
    { "110", "\xE2\x81\xA6" "110\xE2\x81\xA9" },
    { "anonymous", "\xE2\x81\xA8" "Anonymous\xE2\x81\xA9" },
    { "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xE2\x81\xA8\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x81\xA9" },
  };

  check (cases, G_N_ELEMENTS (cases), cs_number_format_isolate);
}

/* Nothing a stranger sends turns a row around or breaks it in two. */
static void
test_cleaned (void)
{
  static const Case cases[] = {
    { "<b>Anna</b> & Co.", "<b>Anna</b> & Co." },
    { "a\xE2\x80\xAE" "b\xE2\x81\xA9\xE2\x81\xA6" "c\xE2\x80\x8F", "abc" },
    { "one\ntwo\tthree\x01", "one two three" },
    { "\xE2\x80\xA8x\xE2\x80\xA9", "x" },
    { "bad\xFF" "byte", "bad\xEF\xBF\xBD" "byte" },
    { "  Anna  ", "Anna" },
    { NULL, "" },
  };

  check (cases, G_N_ELEMENTS (cases), cs_display_text_clean);
}

static void
test_cut (void)
{
  g_autofree char *given = g_strnfill (400, 'x');
  g_autofree char *shown = cs_display_text_clean (given);

  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 256);
  g_assert_true (g_str_has_suffix (shown, "x…"));
}

static void
test_durations (void)
{
  static const struct {
    gint64 seconds;
    const char *shown;
    const char *spoken;
  } cases[] = {
    { 0, "0:00", "0 seconds" },
    { 1, "0:01", "1 second" },
    { 134, "2:14", "2 minutes 14 seconds" },
    { 3599, "59:59", "59 minutes 59 seconds" },
    { 3723, "1:02:03", "62 minutes 3 seconds" },
    { -5, "0:00", "0 seconds" },
  };
  g_autofree char *unknown = cs_time_format_duration (CS_UNKNOWN);

  g_assert_cmpstr (unknown, ==, "–");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown = cs_time_format_duration (cases[i].seconds * G_USEC_PER_SEC);
    g_autofree char *spoken = cs_time_format_spoken (cases[i].seconds * G_USEC_PER_SEC);

    g_assert_cmpstr (shown, ==, cases[i].shown);
    g_assert_cmpstr (spoken, ==, cases[i].spoken);
  }
}

/* A time of another day says of which. */
static void
test_clock (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 3, 11, 0, 5, 0);
  gint64 now_us = g_date_time_to_unix (now) * G_USEC_PER_SEC;
  static const struct {
    gint64 minutes_ago;
    const char *shown;
  } cases[] = {
    { 2, "00:03" },
    { 10, "Tue 23:55" },
    { 6 * 24 * 60, "5 Mar 00:05" },
  };

  g_assert_nonnull (zone);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown = cs_time_format_clock (now_us - cases[i].minutes_ago * 60 * G_USEC_PER_SEC, now_us, zone);

    g_assert_cmpstr (shown, ==, cases[i].shown);
  }
}

static void
test_ago (void)
{
  static const struct {
    gint64 seconds;
    const char *shown;
  } cases[] = {
    { 0, "Just now" },
    { -3, "Just now" },
    { 59, "59 seconds ago" },
    { 60, "1 minute ago" },
    { 150, "2 minutes ago" },
    { 7300, "2 hours ago" },
    { 86400 * 3, "3 days ago" },
  };
  gint64 now_us = g_get_real_time ();
  g_autofree char *never = cs_time_format_ago (CS_UNKNOWN, now_us);

  g_assert_cmpstr (never, ==, "Never");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown = cs_time_format_ago (now_us - cases[i].seconds * G_USEC_PER_SEC, now_us);

    g_assert_cmpstr (shown, ==, cases[i].shown);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number-format/international-numbers-are-grouped", test_grouped);
  g_test_add_func ("/number-format/other-numbers-are-left-alone", test_left_alone);
  g_test_add_func ("/number-format/own-numbers-are-grouped", test_own);
  g_test_add_func ("/number-format/nobody", test_nobody);
  g_test_add_func ("/number-format/isolated-from-the-sentence", test_isolated);
  g_test_add_func ("/display-text/cleaned", test_cleaned);
  g_test_add_func ("/display-text/cut", test_cut);
  g_test_add_func ("/time-format/durations", test_durations);
  g_test_add_func ("/time-format/clock", test_clock);
  g_test_add_func ("/time-format/ago", test_ago);
  return g_test_run ();
}
