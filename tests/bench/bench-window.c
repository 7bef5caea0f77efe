/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the window is busy at a stretch while its engine takes a flood of pushes: from one poll of the main loop to the next, with
 * all that lies between, the drawing included. Where frames are drawn by the processor, most of that is the renderer's. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "load.h"
#include "ui/cs-application.h"

#include <adwaita.h>

#define LIMIT_MS 50.0
#define SKIPPED 77

/* The parts of a frame as its clock announces them. */
typedef enum {
  PART_UPDATE,  /* the snapshot is applied, animations move */
  PART_LAYOUT,
  PART_PAINT,   /* widgets are recorded, then rendered */
  N_PARTS,
} Part;

typedef struct {
  CsApplication *application;
  Load *load;
  LoadPlan plan;
  LoadResult result;
  gboolean is_measured;      /* from the first push to the last answer */
  gint64 woken_us;           /* when the last poll returned */
  GArray *iterations;        /* (element-type double) milliseconds */
  Part part;
  gint64 part_us;            /* when it began */
  GArray *parts[N_PARTS];    /* (element-type double) milliseconds */
} Bench;

static Bench bench;

static void
add_time (GArray *times,
          gint64  began_us,
          gint64  ended_us)
{
  double ms = (double) (ended_us - began_us) / 1000;

  if (bench.is_measured && began_us != 0)
    g_array_append_val (times, ms);
}

/* In the place of the main context's poll(): what happens between two of them is an iteration. */
static int
poll_timed (GPollFD *fds,
            guint    n_fds,
            int      timeout)
{
  int n_ready;

  add_time (bench.iterations, bench.woken_us, g_get_monotonic_time ());
  n_ready = g_poll (fds, n_fds, timeout);
  bench.woken_us = g_get_monotonic_time ();
  return n_ready;
}

static void
end_part (Part next)
{
  gint64 now_us = g_get_monotonic_time ();

  if (bench.part < N_PARTS)
    add_time (bench.parts[bench.part], bench.part_us, now_us);
  bench.part = next;
  bench.part_us = now_us;
}

static void
on_update (void)
{
  end_part (PART_UPDATE);
}

static void
on_layout (void)
{
  end_part (PART_LAYOUT);
}

static void
on_paint (void)
{
  end_part (PART_PAINT);
}

static void
on_after_paint (void)
{
  end_part (N_PARTS);
}

static gboolean
on_sent (gpointer user_data)
{
  bench.is_measured = FALSE;
  g_action_group_activate_action (G_ACTION_GROUP (bench.application), "quit", NULL);
  return G_SOURCE_REMOVE;
}

/* Only waits for the process that sends. */
static gpointer
send_load (gpointer user_data)
{
  bench.result = load_run (bench.load, &bench.plan);
  g_idle_add_full (G_PRIORITY_HIGH, on_sent, NULL, NULL);
  return NULL;
}

/* The window is up; what it takes to open it is not measured. */
static gboolean
on_running (gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (bench.application));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (cs_application_get_engine (bench.application));

  g_signal_connect (clock, "update", on_update, NULL);
  g_signal_connect (clock, "layout", on_layout, NULL);
  g_signal_connect (clock, "paint", on_paint, NULL);
  g_signal_connect (clock, "after-paint", on_after_paint, NULL);
  bench.part = N_PARTS;
  bench.plan.port = (guint16) snapshot->webhook_port;
  bench.is_measured = TRUE;
  g_thread_unref (g_thread_new ("load", send_load, NULL));
  return G_SOURCE_REMOVE;
}

static void
print_times (const char *name,
             GArray     *times)
{
  double *values = (double *) (gpointer) times->data;

  if (times->len == 0)
    return;
  g_print ("%-28s %6u  p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms\n", name, times->len,
           figures_percentile (values, times->len, 50), figures_percentile (values, times->len, 99),
           figures_percentile (values, times->len, 100));
}

static CsSettings *
make_settings (const char *data_dir)
{
  g_autoptr (GError) error = NULL;
  CsSettings *settings = cs_settings_new (data_dir, &error);
  GSettings *values;

  if (settings == NULL)
    g_error ("%s", error->message);
  values = cs_settings_get_gsettings (settings);
  g_settings_set_int (values, "webhook-port", 0);
  g_settings_set_int (values, "api-port", 0);
  g_settings_set_string (values, "webhook-token", LOAD_TOKEN);
  g_settings_set_boolean (values, "sipgate-verify-signature", FALSE);
  return settings;
}

int
main (void)
{
  static const char *const names[N_PARTS] = { "frame: snapshot applied", "frame: layout", "frame: paint" };
  g_autofree char *dir = figures_make_dir ();
  g_autoptr (CsSettings) settings = NULL;
  guint n_seconds = figures_size ("BENCH_SECONDS", 10), per_second = figures_size ("BENCH_PUSHES", 1000);
  gboolean is_met;

  bench.load = load_new (NULL);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  if (!gtk_init_check ()) {
    g_printerr ("The window needs a display\n");
    return SKIPPED;
  }
  bench.plan = (LoadPlan) { .n_clients = 64, .n_requests = n_seconds * per_second, .first_serial = 1,
                            .per_second = per_second };
  bench.iterations = g_array_new (FALSE, FALSE, sizeof (double));
  for (Part part = 0; part < N_PARTS; part++)
    bench.parts[part] = g_array_new (FALSE, FALSE, sizeof (double));

  settings = make_settings (dir);
  bench.application = cs_application_new (settings, FALSE);
  g_main_context_set_poll_func (NULL, poll_timed);
  g_timeout_add_seconds (2, on_running, NULL);
  g_application_run (G_APPLICATION (bench.application), 0, NULL);

  g_print ("renderer %s, %u pushes sent, %u not answered by 200, %.0f a second, p99 %.1f ms\n",
           g_getenv ("GSK_RENDERER") != NULL ? g_getenv ("GSK_RENDERER") : "by GTK's choice", bench.result.n_sent,
           bench.result.n_refused, bench.result.per_second, bench.result.p99_ms);
  print_times ("main-loop iterations", bench.iterations);
  for (Part part = 0; part < N_PARTS; part++)
    print_times (names[part], bench.parts[part]);
  is_met = figures_at_most ("longest main-loop iteration, ms",
                            figures_percentile ((double *) (gpointer) bench.iterations->data, bench.iterations->len, 100),
                            LIMIT_MS);
  is_met = figures_at_least ("pushes answered a second/asked for", bench.result.per_second / per_second, 0.95) && is_met;

  load_free (bench.load);
  g_clear_object (&bench.application);
  figures_remove_dir (dir);
  return is_met && bench.result.n_refused == 0 ? 0 : 1;
}
