/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Resident memory of the real program under load, and long after: events pass through, they don't pile up. By default
 * 300,000 events are sent; BENCH_EVENTS=1000000 sends what is promised. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "load.h"
#include "program.h"

#define FIRST_EVENTS 100000
#define ROUND_EVENTS 20000
#define N_CLIENTS 16
#define MAX_MB 40

static gboolean
run_case (const char *name,
          guint       n_events,
          guint       lost_ends)
{
  g_autofree char *dir = figures_make_dir ();
  g_autofree char *growth = g_strdup_printf ("%s: memory after %u/after %u", name, n_events, FIRST_EVENTS);
  g_autofree char *size = g_strdup_printf ("%s: MB after %u", name, n_events);
  g_autoptr (Load) load = load_new (NULL);
  Program program = program_start (dir);
  double first_mb = 0, last_mb, start_mb = figures_rss_mb (program.pid), slowest = G_MAXDOUBLE;
  LoadPlan plan = { .port = program.webhook_port, .n_clients = N_CLIENTS, .n_requests = ROUND_EVENTS, .first_serial = 1,
                    .lost_ends = lost_ends };
  gboolean is_met;

  for (guint n_sent = 0; n_sent < n_events; n_sent += ROUND_EVENTS)
    {
      LoadResult result = load_run (load, &plan);

      if (result.n_refused > 0)
        g_error ("%u requests were refused", result.n_refused);
      plan.first_serial += ROUND_EVENTS;
      slowest = MIN (slowest, result.per_second);
      if (n_sent + ROUND_EVENTS == FIRST_EVENTS)
        first_mb = figures_rss_mb (program.pid);
    }
  last_mb = figures_rss_mb (program.pid);
  program_stop (&program);
  figures_remove_dir (dir);

  g_print ("%s: %.1f MB at the start, %.1f MB after %u events, %.1f MB after %u; slowest round %.0f requests/s\n", name,
           start_mb, first_mb, FIRST_EVENTS, last_mb, n_events, slowest);
  is_met = figures_at_most (growth, last_mb / first_mb, 1.10);
  return figures_at_most (size, last_mb, MAX_MB) && is_met;
}

int
main (void)
{
  guint n_events = MAX (figures_size ("BENCH_EVENTS", 300000), FIRST_EVENTS);
  gboolean is_met = run_case ("usual calls", n_events, 0);

  is_met = run_case ("a third never hangs up", n_events, 3) && is_met;
  return is_met ? 0 : 1;
}
