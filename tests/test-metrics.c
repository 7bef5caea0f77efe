/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "calls/cs-metrics.h"

/* The figures of protocol/exotel.md §5, which add up: 1247 = 976 + 189 + 52 + 30. */
static CsMetrics
make_sample (void)
{
  static const guint hours[24] = { 12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152,
                                   128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0 };
  CsMetrics metrics = { 0 };

  metrics.outcomes[CS_OUTCOME_ANSWERED] = 976;
  metrics.outcomes[CS_OUTCOME_MISSED] = 189;
  metrics.outcomes[CS_OUTCOME_BUSY] = 52;
  metrics.outcomes[CS_OUTCOME_FAILED] = 30;
  metrics.n_talks = 976;
  metrics.talk_us = 976 * G_GINT64_CONSTANT (134) * G_USEC_PER_SEC;
  for (int i = 0; i < 24; i++)
    metrics.hours[i] = hours[i];
  return metrics;
}

static void
test_sample (void)
{
  CsMetrics metrics = make_sample ();
  g_autofree char *text = NULL;
  guint64 by_hour = 0;
  double rate;

  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 1247);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_ANSWERED), ==, 976);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_MISSED), ==, 189);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_BUSY), ==, 52);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_FAILED), ==, 30);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, G_GINT64_CONSTANT (134) * G_USEC_PER_SEC);
  g_assert_cmpint (cs_metrics_get_peak_hour (&metrics), ==, 11);

  g_assert_true (cs_metrics_get_answer_rate (&metrics, &rate));
  text = g_strdup_printf ("%.1f%%", rate * 100);
  g_assert_cmpstr (text, ==, "78.3%");

  for (int i = 0; i < 24; i++)
    by_hour += metrics.hours[i];
  g_assert_cmpuint (by_hour, ==, 1247);
}

/* A different power of two for each outcome shows which ones a sum is made of. */
static CsMetrics
make_one_of_each (void)
{
  CsMetrics metrics = { 0 };

  for (int i = 0; i < CS_N_OUTCOMES; i++)
    metrics.outcomes[i] = G_GUINT64_CONSTANT (1) << i;
  metrics.n_active = 3;
  return metrics;
}

#define ONE(outcome) (G_GUINT64_CONSTANT (1) << CS_OUTCOME_##outcome)

/* Running calls are in no sum. Source: CONTRACT, "metrics from outcomes". */
static void
test_parts_add_up (void)
{
  static const guint64 parts[CS_N_PARTS] = {
    [CS_PART_ANSWERED] = ONE (ANSWERED) | ONE (ANSWERED_UNATTRIBUTED),
    [CS_PART_VOICEMAIL] = ONE (VOICEMAIL),
    [CS_PART_MISSED] = ONE (MISSED) | ONE (NOT_REACHED),
    [CS_PART_BUSY] = ONE (BUSY) | ONE (REJECTED),
    [CS_PART_FAILED] = ONE (FAILED) | ONE (UNREACHABLE) | ONE (NOT_FOUND),
    [CS_PART_CALL_ATTEMPTS] = ONE (IVR_ONLY),
    [CS_PART_OTHER] = ONE (FORWARDED) | ONE (STALE) | ONE (OTHER),
  };
  CsMetrics metrics = make_one_of_each ();
  guint64 sum = 0;

  for (int i = 0; i < CS_N_PARTS; i++)
    {
      g_assert_cmphex (cs_metrics_get_part (&metrics, i), ==, parts[i]);
      sum += cs_metrics_get_part (&metrics, i);
    }
  g_assert_cmphex (sum, ==, cs_metrics_get_total (&metrics));
  g_assert_cmphex (sum | ONE (RINGING) | ONE (TALKING), ==, (G_GUINT64_CONSTANT (1) << CS_N_OUTCOMES) - 1);
  g_assert_false (sum & (ONE (RINGING) | ONE (TALKING)));
}

/* Source: protocol/sipgate.md §5, the headline bars; UI and JSON API show the same ones. */
static void
test_bars_add_up (void)
{
  static const struct
  {
    guint64 outcomes;
    const char *label;
  } bars[CS_N_BARS] = {
    [CS_BAR_USER] = { ONE (ANSWERED) | ONE (ANSWERED_UNATTRIBUTED), "Answered by user" },
    [CS_BAR_VOICEMAIL] = { ONE (VOICEMAIL), "Answered by voicemail" },
    [CS_BAR_REJECTED] = { ONE (BUSY) | ONE (REJECTED), "Rejected or busy" },
    [CS_BAR_MISSED] = { ONE (MISSED), "Missed" },
    [CS_BAR_OTHER] = { ONE (UNREACHABLE) | ONE (NOT_FOUND) | ONE (IVR_ONLY) | ONE (FORWARDED) | ONE (STALE)
                           | ONE (FAILED) | ONE (OTHER) | ONE (NOT_REACHED),
                       "Other" },
  };
  CsMetrics metrics = make_one_of_each ();
  guint64 sum = 0;

  for (int i = 0; i < CS_N_BARS; i++)
    {
      g_assert_cmphex (cs_metrics_get_bar (&metrics, i), ==, bars[i].outcomes);
      g_assert_cmpstr (cs_bar_get_label (i), ==, bars[i].label);
      sum += cs_metrics_get_bar (&metrics, i);
    }
  g_assert_cmphex (sum, ==, cs_metrics_get_total (&metrics));
}

/* Of nothing nothing is known: no average, no peak, no rate. */
static void
test_nothing_known (void)
{
  CsMetrics metrics = { .n_active = 2 };
  double rate = 0.5;

  metrics.outcomes[CS_OUTCOME_RINGING] = 1;
  metrics.outcomes[CS_OUTCOME_TALKING] = 1;

  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 0);
  g_assert_false (cs_metrics_get_answer_rate (&metrics, &rate));
  g_assert_cmpfloat (rate, ==, 0);
  g_assert_cmpint (cs_metrics_get_average_wait (&metrics), ==, CS_UNKNOWN);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, CS_UNKNOWN);
  g_assert_cmpint (cs_metrics_get_peak_hour (&metrics), ==, -1);
}

static void
test_answer_rate (void)
{
  static const struct
  {
    guint64 answered, unattributed, voicemail, missed;
    double rate;
  } rates[] = {
    { 0, 0, 0, 4, 0 },   { 4, 0, 0, 0, 1 },   { 1, 0, 0, 3, 0.25 },
    { 1, 1, 0, 2, 0.5 }, { 1, 0, 3, 0, 0.25 }, /* a mailbox doesn't answer */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      CsMetrics metrics = { 0 };
      double rate = -1;

      metrics.outcomes[CS_OUTCOME_ANSWERED] = rates[i].answered;
      metrics.outcomes[CS_OUTCOME_ANSWERED_UNATTRIBUTED] = rates[i].unattributed;
      metrics.outcomes[CS_OUTCOME_VOICEMAIL] = rates[i].voicemail;
      metrics.outcomes[CS_OUTCOME_MISSED] = rates[i].missed;
      g_assert_true (cs_metrics_get_answer_rate (&metrics, &rate));
      g_assert_cmpfloat (rate, ==, rates[i].rate);
    }
}

/* Averages are over the calls of which the duration is known, not over all calls. */
static void
test_averages (void)
{
  CsMetrics metrics = { .n_waits = 3, .wait_us = 10, .n_talks = 2, .talk_us = G_MAXINT64 };

  metrics.outcomes[CS_OUTCOME_ANSWERED] = 100;
  g_assert_cmpint (cs_metrics_get_average_wait (&metrics), ==, 3);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, G_MAXINT64 / 2);

  metrics.wait_us = 0;
  g_assert_cmpint (cs_metrics_get_average_wait (&metrics), ==, 0);
}

static void
test_peak_hour (void)
{
  CsMetrics metrics = { 0 };

  metrics.hours[23] = 1;
  g_assert_cmpint (cs_metrics_get_peak_hour (&metrics), ==, 23);
  metrics.hours[9] = metrics.hours[17] = 5;
  g_assert_cmpint (cs_metrics_get_peak_hour (&metrics), ==, 9);
  metrics.hours[0] = 6;
  g_assert_cmpint (cs_metrics_get_peak_hour (&metrics), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/metrics/sample", test_sample);
  g_test_add_func ("/metrics/parts-add-up", test_parts_add_up);
  g_test_add_func ("/metrics/bars-add-up", test_bars_add_up);
  g_test_add_func ("/metrics/nothing-known", test_nothing_known);
  g_test_add_func ("/metrics/answer-rate", test_answer_rate);
  g_test_add_func ("/metrics/averages", test_averages);
  g_test_add_func ("/metrics/peak-hour", test_peak_hour);

  return g_test_run ();
}
