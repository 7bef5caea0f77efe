/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "main-loop.h"

#include <time.h>

static struct {
  gboolean is_counted;
  gint64 woken_us;         /* when the last poll returned */
  gint64 woken_cpu_us;     /* processor time of the main loop's thread at that moment */
  GArray *iterations;      /* (element-type double) milliseconds of the round */
  GArray *all_iterations;  /* (element-type double) milliseconds of the rounds before */
  GArray *computed;        /* (element-type double) milliseconds of processor time, of all rounds */
} watch;

static gint64
get_cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* In the place of the main context's poll(): what happens between two of them is an iteration. */
static int
poll_timed (GPollFD *fds,
            guint    n_fds,
            int      timeout)
{
  int n_ready;

  main_loop_add_time (watch.iterations, watch.woken_us, g_get_monotonic_time ());
  main_loop_add_time (watch.computed, watch.woken_cpu_us, get_cpu_us ());
  n_ready = g_poll (fds, n_fds, timeout);
  watch.woken_us = g_get_monotonic_time ();
  watch.woken_cpu_us = get_cpu_us ();
  return n_ready;
}

/* Begins to look; nothing is counted yet. */
void
main_loop_watch (void)
{
  watch.iterations = g_array_new (FALSE, FALSE, sizeof (double));
  watch.all_iterations = g_array_new (FALSE, FALSE, sizeof (double));
  watch.computed = g_array_new (FALSE, FALSE, sizeof (double));
  g_main_context_set_poll_func (NULL, poll_timed);
}

void
main_loop_set_counted (gboolean is_counted)
{
  watch.is_counted = is_counted;
}

/* Counts no more until told to. Returns the longest iteration since the last round, in milliseconds. */
double
main_loop_end_round (void)
{
  GArray *iterations = watch.iterations;
  double longest = figures_percentile ((double *) (gpointer) iterations->data, iterations->len, 100);

  watch.is_counted = FALSE;
  g_array_append_vals (watch.all_iterations, iterations->data, iterations->len);
  g_array_set_size (iterations, 0);
  return longest;
}

/* Prints the iterations of all rounds. */
void
main_loop_print (void)
{
  main_loop_print_times ("main-loop iterations", watch.all_iterations);
  main_loop_print_times ("  of them computing", watch.computed);
}

/* Notes a stretch of time, in milliseconds, if it is to be counted. */
void
main_loop_add_time (GArray *times,
                    gint64  began_us,
                    gint64  ended_us)
{
  double ms = (double) (ended_us - began_us) / 1000;

  if (watch.is_counted && began_us != 0)
    g_array_append_val (times, ms);
}

void
main_loop_print_times (const char *name,
                       GArray     *times)
{
  double *values = (double *) (gpointer) times->data;

  if (times->len == 0)
    return;
  g_print ("%-28s %6u  p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms\n", name, times->len,
           figures_percentile (values, times->len, 50), figures_percentile (values, times->len, 99),
           figures_percentile (values, times->len, 100));
}
