/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the real program takes until it is ready, after years of calls and on its second day. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "history.h"
#include "program.h"

#define N_ROUNDS 11

static double
start_once (const char *dir)
{
  Program program = program_start (dir);

  program_stop (&program);
  return program.ready_ms;
}

int
main (void)
{
  guint n_calls = figures_size ("BENCH_CALLS", 1000000);
  HistoryPlan few = { 1000, 30 }, many = { n_calls, n_calls / 277 };
  g_autofree char *few_dir = figures_make_dir (), *many_dir = figures_make_dir ();
  double few_ms[N_ROUNDS], many_ms[N_ROUNDS];
  gint64 now_us = g_get_real_time ();

  history_write (few_dir, &few, now_us);
  history_write (many_dir, &many, now_us);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      few_ms[round] = start_once (few_dir);
      many_ms[round] = start_once (many_dir);
    }
  figures_remove_dir (few_dir);
  figures_remove_dir (many_dir);

  g_print ("ready with %7u calls after %6.1f ms\n", few.n_calls, figures_median (few_ms, N_ROUNDS));
  g_print ("ready with %7u calls after %6.1f ms\n", many.n_calls, figures_median (many_ms, N_ROUNDS));
  return figures_at_most ("start after years/start with 1000 calls",
                          figures_median (many_ms, N_ROUNDS) / figures_median (few_ms, N_ROUNDS), 2) ? 0 : 1;
}
