/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-health.h"
#include "calls/cs-leg.h"

#include <string.h>

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

/* "WARNING a:i b:io c:" */
static CsHealthReport *
make_report (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  CsHealthReport *report = cs_health_report_new (cs_health_status_from_name (words[0]));

  for (guint i = 1; words[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], ":", 2);
      CsPhoneHealth *phone = cs_health_report_add_phone (report, parts[0]);

      phone->incoming_affected = strchr (parts[1], 'i') != NULL;
      phone->outgoing_affected = strchr (parts[1], 'o') != NULL;
    }
  return report;
}

static void
test_names (void)
{
  static const char *const names[CS_N_HEALTH_STATUSES] = { "UNKNOWN", "OK", "WARNING", "CRITICAL", "STALE" };
  static const char *const others[] = { "", "PAYLOAD_TOO_LARGE", "OKAY", "O", NULL };

  for (int i = 0; i < CS_N_HEALTH_STATUSES; i++)
    {
      g_autofree char *lower = g_ascii_strdown (names[i], -1);

      g_assert_cmpstr (cs_health_status_get_name (i), ==, names[i]);
      g_assert_cmpint (cs_health_status_from_name (names[i]), ==, i);
      g_assert_cmpint (cs_health_status_from_name (lower), ==, i);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (cs_health_status_from_name (others[i]), ==, CS_HEALTH_UNKNOWN);
}

static void
test_phones (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240306);
  g_autoptr (CsHealthReport) report = cs_health_report_new (CS_HEALTH_OK);
  g_autoptr (CsHealthReport) other = cs_health_report_ref (report);

  g_assert_cmpint (report->at_us, ==, CS_UNKNOWN);
  g_assert_cmpint (report->told_us, ==, CS_UNKNOWN);
  g_assert_null (cs_health_report_get_phone (report, "1"));
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d", g_rand_int_range (rand, 0, 200));
      CsPhoneHealth *phone = cs_health_report_add_phone (report, id);

      g_assert_cmpstr (phone->id, ==, id);
      g_assert_true (cs_health_report_add_phone (report, id) == phone);
      g_assert_true (cs_health_report_get_phone (other, id) == phone);
    }
  g_assert_cmpuint (report->phones->len, <=, 200);
  g_assert_cmpuint (report->phones->len, >, 150);
  for (guint i = 1; i < report->phones->len; i++)
    {
      CsPhoneHealth *left = g_ptr_array_index (report->phones, i - 1), *right = g_ptr_array_index (report->phones, i);

      g_assert_cmpstr (left->id, <, right->id);
    }
}

static void
test_changes (void)
{
  static const struct
  {
    const char *before, *after;
    gboolean is_change;
    guint n_affected;
  } cases[] = {
    { "OK", "OK", FALSE, 0 },
    { "OK", "WARNING", TRUE, 0 },
    { "UNKNOWN", "OK", TRUE, 0 },
    { "OK a: b:", "OK", FALSE, 0 },
    { "OK", "OK a:", FALSE, 0 },
    { "WARNING a:i", "WARNING a:i", FALSE, 1 },
    { "WARNING a:i", "WARNING a:i b:", FALSE, 1 },
    { "WARNING a: b:i c:", "WARNING b:i", FALSE, 1 },
    { "WARNING a:i", "WARNING b:i", TRUE, 1 },
    { "WARNING a:i", "WARNING a:o", TRUE, 1 },
    { "WARNING a:i", "WARNING a:io", TRUE, 1 },
    { "WARNING a:i", "WARNING a:i b:o", TRUE, 2 },
    { "WARNING a:i b:o", "WARNING a:i", TRUE, 1 },
    { "WARNING a:i b:o", "WARNING b:o", TRUE, 1 },
    { "WARNING a:i", "WARNING a:", TRUE, 0 },
    { "WARNING b:o a:i", "WARNING a:i b:o", FALSE, 2 },
    { "WARNING a:i", "CRITICAL a:i", TRUE, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsHealthReport) before = make_report (cases[i].before);
      g_autoptr (CsHealthReport) after = make_report (cases[i].after);

      g_test_message ("%s -> %s", cases[i].before, cases[i].after);
      g_assert_cmpint (cs_health_report_is_change (before, after), ==, cases[i].is_change);
      g_assert_cmpint (cs_health_report_is_change (after, before), ==, cases[i].is_change);
      g_assert_cmpuint (cs_health_report_count_affected (after), ==, cases[i].n_affected);
      g_assert_true (cs_health_report_is_change (NULL, after));
    }
}

static void
test_present (void)
{
  /* Minutes between reports, 0 for unknown; minutes since the last; whether that is silence. */
  static const struct
  {
    gint64 interval, silence;
    gboolean is_stale;
  } cases[] = {
    { 0, 0, FALSE },  { 0, 15, FALSE },  { 0, 16, TRUE },   { 1, 4, FALSE },   { 1, 15, FALSE }, { 1, 16, TRUE },
    { 5, 15, FALSE }, { 5, 16, TRUE },   { 10, 30, FALSE }, { 10, 31, TRUE },  { 60, 180, FALSE }, { 60, 181, TRUE },
    { 5, -10, FALSE },
  };
  static const CsHealthStatus statuses[] = { CS_HEALTH_UNKNOWN, CS_HEALTH_OK, CS_HEALTH_WARNING, CS_HEALTH_CRITICAL };
  const gint64 now_us = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;

  g_assert_cmpint (cs_health_report_get_present (NULL, MINUTE_US, now_us), ==, CS_HEALTH_UNKNOWN);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (statuses); j++)
        {
          g_autoptr (CsHealthReport) last = cs_health_report_new (statuses[j]);
          gint64 interval_us = cases[i].interval > 0 ? cases[i].interval * MINUTE_US : CS_UNKNOWN;

          last->at_us = now_us - cases[i].silence * MINUTE_US;
          g_assert_cmpint (cs_health_report_get_present (last, interval_us, now_us), ==,
                           cases[i].is_stale ? CS_HEALTH_STALE : statuses[j]);
        }
    }

  {
    g_autoptr (CsHealthReport) last = cs_health_report_new (CS_HEALTH_OK);

    last->at_us = now_us - 15 * MINUTE_US - 1;
    g_assert_cmpint (cs_health_report_get_present (last, 0, now_us), ==, CS_HEALTH_STALE);
    g_assert_cmpint (cs_health_report_get_present (last, -1, now_us), ==, CS_HEALTH_STALE);
    g_assert_cmpint (cs_health_report_get_present (last, G_MAXINT64, now_us), ==, CS_HEALTH_STALE);
    g_assert_cmpint (cs_health_report_get_present (last, 5 * MINUTE_US + 1, now_us), ==, CS_HEALTH_OK);
  }
}

static void
test_intervals (void)
{
  static const gint64 lost[] = { 0, 5, 10, 25, 30, 35 };
  static const gint64 doubled[] = { 0, 5, 5, 10, 15 };
  static const gint64 shuffled[] = { 20, 0, 10 };
  static const gint64 two[] = { 7, 0 };

  g_assert_cmpint (cs_health_get_interval (NULL, 0), ==, CS_UNKNOWN);
  g_assert_cmpint (cs_health_get_interval (two, 1), ==, CS_UNKNOWN);
  g_assert_cmpint (cs_health_get_interval (two, 2), ==, 7);
  g_assert_cmpint (cs_health_get_interval (lost, G_N_ELEMENTS (lost)), ==, 5);
  g_assert_cmpint (cs_health_get_interval (doubled, G_N_ELEMENTS (doubled)), ==, 5);
  g_assert_cmpint (cs_health_get_interval (shuffled, G_N_ELEMENTS (shuffled)), ==, 10);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/health/names", test_names);
  g_test_add_func ("/health/phones-sorted-by-id", test_phones);
  g_test_add_func ("/health/change-of-status-or-affected", test_changes);
  g_test_add_func ("/health/silence-is-a-signal", test_present);
  g_test_add_func ("/health/interval-is-the-middle-one", test_intervals);

  return g_test_run ();
}
