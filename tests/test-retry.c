/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "http/cs-retry.h"

/* Sun, 06 Nov 1994 08:49:37 GMT */
#define NOW_US (G_GINT64_CONSTANT (784111777) * G_USEC_PER_SEC)

static void
test_doubles (void)
{
  static const guint seconds[] = { 1, 2, 4, 8, 16, 16, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      g_assert_cmpint (cs_retry_get_wait (i + 1, 0.0), ==, seconds[i] * G_USEC_PER_SEC);
      g_assert_cmpint (cs_retry_get_wait (i + 1, 0.999), <, seconds[i] * 5 / 4.0 * G_USEC_PER_SEC);
      g_assert_cmpint (cs_retry_get_wait (i + 1, 0.999), >, seconds[i] * 6 / 5.0 * G_USEC_PER_SEC);
    }
  g_assert_cmpint (cs_retry_get_wait (0, 0.0), ==, G_USEC_PER_SEC);
  g_assert_cmpint (cs_retry_get_wait (G_MAXUINT, 0.0), ==, 16 * G_USEC_PER_SEC);
}

static void
test_retry_after (void)
{
  static const struct
  {
    const char *retry_after;
    const char *date;
    gint64 seconds; /* -1: can't be read */
  } cases[] = {
    { "120", NULL, 120 },
    { " 7 ", NULL, 7 },
    { "0", NULL, 0 },
    { "99999999999", NULL, 366 * 24 * 3600 },
    { "Sun, 06 Nov 1994 08:50:07 GMT", NULL, 30 },
    { "Sunday, 06-Nov-94 08:50:07 GMT", NULL, 30 },
    /* The other clock is an hour ahead of ours, and so is its date. */
    { "Sun, 06 Nov 1994 09:50:07 GMT", "Sun, 06 Nov 1994 09:49:37 GMT", 30 },
    { "Sun, 06 Nov 1994 08:50:07 GMT", "yesterday", 30 },
    { "Sun, 06 Nov 1994 08:00:00 GMT", NULL, 0 },
    { "Sun, 06 Nov 2094 08:00:00 GMT", NULL, 366 * 24 * 3600 },
    { NULL, NULL, -1 },
    { "", NULL, -1 },
    { "-5", NULL, -1 },
    { "1.5", NULL, -1 },
    { "5 s", NULL, -1 },
    { "soon", NULL, -1 },
    { "99999999999999999999999", NULL, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 wait_us = -1;
      gboolean is_read = cs_retry_parse_after (cases[i].retry_after, cases[i].date, NOW_US, &wait_us);

      g_test_message ("“%s”", cases[i].retry_after != NULL ? cases[i].retry_after : "(none)");
      g_assert_cmpint (is_read, ==, cases[i].seconds >= 0);
      if (is_read)
        g_assert_cmpint (wait_us, ==, cases[i].seconds * G_USEC_PER_SEC);
      else
        g_assert_cmpint (wait_us, ==, -1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/retry/doubles-with-jitter", test_doubles);
  g_test_add_func ("/retry/retry-after", test_retry_after);

  return g_test_run ();
}
