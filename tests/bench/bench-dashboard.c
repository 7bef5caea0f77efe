/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The figures of one month, as /api/dashboard/range gives them: what they cost depends on the month, not on the years
 * before it. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "figures.h"
#include "history.h"
#include "server/cs-api-json.h"
#include "store/cs-store-reader.h"

#include <string.h>

#define MAX_ROUNDS 200
#define CALLS_A_MONTH 8333
#define DAYS_A_MONTH 30

typedef struct {
  const char *name;
  HistoryPlan plan;
  char *dir;              /* (owned) */
  CsStoreReader *reader;  /* (owned) */
  double rounds_ms[MAX_ROUNDS];
} Case;

static void
read_metrics (CsStoreReader      *reader,
              const CsCallFilter *filter,
              GTimeZone          *zone,
              CsMetrics          *metrics)
{
  g_autoptr (GError) error = NULL;

  if (!cs_store_reader_get_metrics (reader, filter, zone, metrics, &error))
    g_error ("%s", error->message);
}

/* Returns how many calls the month had. */
static guint64
answer_month (CsStoreReader *reader,
              gint64         now_us)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GTimeZone) zone = cs_day_get_zone ("Europe/Berlin");
  g_autofree char *text = NULL;
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsMetrics metrics, incoming;

  filter.to_us = cs_day_get_start (zone, now_us);
  filter.from_us = cs_day_add_days (zone, filter.to_us, -DAYS_A_MONTH);
  read_metrics (reader, &filter, zone, &metrics);
  filter.provider = CS_PROVIDER_SIPGATE;
  filter.direction = CS_DIRECTION_INBOUND;
  read_metrics (reader, &filter, zone, &incoming);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "metrics");
  cs_api_json_add_metrics (builder, &metrics, TRUE, CS_UNKNOWN);
  json_builder_set_member_name (builder, "bars");
  json_builder_begin_object (builder);
  cs_api_json_add_bars (builder, &incoming);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  text = cs_api_json_to_text (builder);
  return cs_metrics_get_total (&metrics);
}

int
main (void)
{
  guint n_calls = figures_size ("BENCH_CALLS", 1000000), n_rounds = MIN (figures_size ("BENCH_ROUNDS", 41), MAX_ROUNDS);
  gint64 now_us = g_get_real_time ();
  Case cases[] = {
    { "a tenth of the calls", { n_calls / 10, n_calls / 10 / (CALLS_A_MONTH / DAYS_A_MONTH) } },
    { "all calls", { n_calls, n_calls / (CALLS_A_MONTH / DAYS_A_MONTH) } },
    { "all calls in one month", { n_calls, DAYS_A_MONTH } },
  };
  double medians[G_N_ELEMENTS (cases)];
  gboolean is_met;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      cases[i].dir = figures_make_dir ();
      history_write (cases[i].dir, &cases[i].plan, now_us);
      cases[i].reader = cs_store_reader_open (cases[i].dir, &error);
      if (cases[i].reader == NULL)
        g_error ("%s", error->message);
    }

  for (guint round = 0; round < n_rounds; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          gint64 began_us = g_get_monotonic_time ();

          answer_month (cases[i].reader, now_us);
          cases[i].rounds_ms[round] = (g_get_monotonic_time () - began_us) / 1000.0;
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      medians[i] = figures_median (cases[i].rounds_ms, n_rounds);
      g_print ("%-24s %7u calls, %6" G_GUINT64_FORMAT " in the month: %6.2f ms\n", cases[i].name, cases[i].plan.n_calls,
               answer_month (cases[i].reader, now_us), medians[i]);
      cs_store_reader_close (cases[i].reader);
      figures_remove_dir (cases[i].dir);
      g_free (cases[i].dir);
    }
  is_met = figures_at_most ("ms for a month of all calls", medians[1], 5);
  is_met = figures_at_most ("month of all calls/month of a tenth", medians[1] / medians[0], 1.5) && is_met;
  return is_met ? 0 : 1;
}
