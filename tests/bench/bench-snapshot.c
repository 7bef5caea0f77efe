/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one reading of the board costs the service thread, after years of calls and in times of trouble. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-board.h"
#include "figures.h"
#include "history.h"

#define N_ROUNDS 21

int
main (void)
{
  guint n_calls = figures_size ("BENCH_CALLS", 1000000);
  gint64 now_us = g_get_real_time ();
  const struct
  {
    const char *name;
    HistoryPlan plan;
  } cases[] = {
    { "few calls", { 1000, 30 } },
    { "years of calls", { n_calls, n_calls / 277 } },
    { "many to call back", { 1000, 30, n_calls / 20 } },
    { "many running", { 1000, 30, 0, n_calls / 10 * 3 } },
  };
  double medians[G_N_ELEMENTS (cases)];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *dir = figures_make_dir ();
      g_autoptr (GTimeZone) zone = cs_day_get_zone ("Europe/Berlin");
      g_autoptr (CsBoard) board = NULL;
      g_autoptr (GError) error = NULL;
      double rounds_ms[N_ROUNDS];

      history_write (dir, &cases[i].plan, now_us);
      board = cs_board_new (dir, &error);
      if (board == NULL)
        g_error ("%s", error->message);
      cs_board_set_zone (board, zone);
      for (guint round = 0; round < N_ROUNDS; round++)
        {
          gint64 began_us = g_get_monotonic_time ();
          g_autoptr (CsSnapshot) snapshot = cs_snapshot_new ();

          if (!cs_board_read (board, now_us, snapshot, &error))
            g_error ("%s", error->message);
          rounds_ms[round] = (g_get_monotonic_time () - began_us) / 1000.0;
        }
      medians[i] = figures_median (rounds_ms, N_ROUNDS);
      g_print ("%-18s %7u ended, %6u to call back, %6u running: %7.2f ms\n", cases[i].name, cases[i].plan.n_calls,
               cases[i].plan.n_callbacks, cases[i].plan.n_running, medians[i]);
      g_clear_pointer (&board, cs_board_free);
      figures_remove_dir (dir);
    }
  /* Calls that ended long ago and need nobody's care cost nothing; those to call back, and the running ones, are counted. */
  return figures_at_most ("ms for the board after years", medians[1], 50) ? 0 : 1;
}
