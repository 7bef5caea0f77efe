/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the page Monitoring reads: a month, the one before and each number apart, where both months are full of calls; and what a
 * heartbeat costs that names any number of numbers. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-report.h"
#include "figures.h"
#include "store/cs-store-health.h"

#include <time.h>

#define MAX_ROUNDS 200
#define BATCH 2000
#define DAYS_A_MONTH 30
#define FIRST_HOUR 8
#define BUSINESS_HOURS 10
#define N_NUMBERS 12
#define FEW_NUMBERS 1000
#define MANY_NUMBERS 10000
#define LIMIT_MS 50
/* Where each number costs the same it is 10; where each costs a look at all others, 100. */
#define MAX_GROWTH 25

static void
put_call (CsStore *store,
          guint    serial,
          gint64   at_us)
{
  static const CsOutcome outcomes[] = { CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED, CS_OUTCOME_ANSWERED,
                                        CS_OUTCOME_MISSED,   CS_OUTCOME_MISSED,   CS_OUTCOME_BUSY,     CS_OUTCOME_FAILED,
                                        CS_OUTCOME_IVR_ONLY };
  g_autoptr (CsCall) call = cs_call_new (CS_PROVIDER_EXOTEL);
  g_autoptr (GError) error = NULL;
  /* So that number, direction and outcome don't go together. */
  guint hash = serial * 2654435761u;
  gboolean changed;

  call->record_id = g_strdup_printf ("%08x6f9619ff8b86d011b42d00c0", serial);
  call->source = CS_SOURCE_RECORD;
  call->state = CS_CALL_ENDED;
  call->direction = hash >> 8 & 3 ? CS_DIRECTION_INBOUND : CS_DIRECTION_OUTBOUND_API;
  call->outcome = call->plain_outcome = outcomes[(hash >> 10) % G_N_ELEMENTS (outcomes)];
  call->seen_us = call->started_us = call->last_us = at_us;
  call->talk_us = call->outcome == CS_OUTCOME_ANSWERED ? (hash >> 14) % 300 * G_USEC_PER_SEC : CS_UNKNOWN;
  call->number = g_strdup_printf ("080471040%02u", (hash >> 16) % N_NUMBERS);
  if (!cs_store_put_record (store, call, &changed, &error))
    g_error ("%s", error->message);
}

static CsStore *
open_store (const char *dir)
{
  g_autoptr (GError) error = NULL;
  CsStore *store = cs_store_open (dir, &error);

  if (store == NULL)
    g_error ("%s", error->message);
  return store;
}

static void
commit (CsStore *store)
{
  g_autoptr (GError) error = NULL;

  if (!cs_store_commit (store, &error))
    g_error ("%s", error->message);
}

/* Two months of calls, in business hours. */
static void
write_calls (const char *dir,
             guint       n_calls,
             gint64      today_us)
{
  CsStore *store = open_store (dir);

  for (guint i = 0; i < n_calls; i++)
    {
      double day = (double) i * 2 * DAYS_A_MONTH / n_calls;
      gint64 at_us = today_us + ((int) day - 2 * DAYS_A_MONTH) * G_TIME_SPAN_DAY + FIRST_HOUR * G_TIME_SPAN_HOUR
                     + (gint64) ((day - (int) day) * BUSINESS_HOURS * G_TIME_SPAN_HOUR);

      put_call (store, i, at_us);
      if (i % BATCH == BATCH - 1)
        commit (store);
    }
  commit (store);
  cs_store_close (store);
}

static void
write_heartbeat (const char *dir,
                 guint       n_numbers,
                 gint64      now_us)
{
  CsStore *store = open_store (dir);
  g_autoptr (CsHealthReport) report = cs_health_report_new (CS_HEALTH_WARNING);
  g_autoptr (GError) error = NULL;

  report->at_us = now_us;
  for (guint i = 0; i < n_numbers; i++)
    {
      g_autofree char *id = g_strdup_printf ("0%010u", i);

      cs_health_report_add_phone (report, id)->number = g_strdup (id);
    }
  if (!cs_store_put_heartbeat (store, report, &error))
    g_error ("%s", error->message);
  commit (store);
  cs_store_close (store);
}

/* Of all threads, milliseconds. */
static double
get_cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* Returns the median of the milliseconds that a report of the month before today takes. */
static double
measure (const char *dir,
         const char *name,
         GTimeZone  *zone,
         gint64      today_us)
{
  double rounds_ms[MAX_ROUNDS], computed_ms[MAX_ROUNDS];
  guint n_rounds = MIN (figures_size ("BENCH_ROUNDS", 21), MAX_ROUNDS);
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  guint64 n_now = 0, n_before = 0;
  guint n_numbers = 0;

  filter.provider = CS_PROVIDER_EXOTEL;
  filter.to_us = today_us;
  filter.from_us = cs_day_add_days (zone, today_us, -DAYS_A_MONTH);
  for (guint round = 0; round < n_rounds; round++)
    {
      gint64 began_us = g_get_monotonic_time ();
      double began_ms = get_cpu_ms ();
      g_autoptr (GError) error = NULL;
      g_autoptr (CsReport) report = cs_report_read (dir, &filter, zone, today_us, &error);

      rounds_ms[round] = (g_get_monotonic_time () - began_us) / 1000.0;
      computed_ms[round] = get_cpu_ms () - began_ms;
      if (report == NULL)
        g_error ("%s", error->message);
      n_now = cs_metrics_get_total (&report->metrics);
      n_before = cs_metrics_get_total (&report->previous);
      n_numbers = report->numbers->len;
    }
  g_print ("%s: %" G_GUINT64_FORMAT " calls, %" G_GUINT64_FORMAT " before, %u numbers: median %.2f ms, quickest %.2f ms,"
           " computing in two threads %.2f ms\n", name, n_now, n_before, n_numbers, figures_median (rounds_ms, n_rounds),
           figures_percentile (rounds_ms, n_rounds, 0), figures_median (computed_ms, n_rounds));
  return figures_median (rounds_ms, n_rounds);
}

static double
measure_heartbeat (guint      n_numbers,
                   GTimeZone *zone,
                   gint64     today_us)
{
  g_autofree char *dir = figures_make_dir ();
  double ms;

  write_heartbeat (dir, n_numbers, today_us);
  ms = measure (dir, "a heartbeat's numbers", zone, today_us);
  figures_remove_dir (dir);
  return ms;
}

int
main (void)
{
  g_autofree char *dir = figures_make_dir ();
  g_autoptr (GTimeZone) zone = cs_day_get_zone ("Asia/Kolkata");
  gint64 today_us = cs_day_get_start (zone, g_get_real_time ());
  double few_ms;
  gboolean is_met;

  write_calls (dir, figures_size ("BENCH_CALLS", 1000000), today_us);
  is_met = figures_at_most ("ms for a month on the page Monitoring", measure (dir, "two months of calls", zone, today_us), LIMIT_MS);
  figures_remove_dir (dir);

  few_ms = measure_heartbeat (FEW_NUMBERS, zone, today_us);
  is_met = figures_at_most ("10,000 numbers/1,000 numbers", measure_heartbeat (MANY_NUMBERS, zone, today_us) / few_ms, MAX_GROWTH)
           && is_met;
  return is_met ? 0 : 1;
}
