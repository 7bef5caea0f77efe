/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the window is busy at a stretch while its engine takes a flood of pushes: from one poll of the main loop to the next, with
 * all that lies between, the drawing included. Where frames are drawn by the processor, most of that is the renderer's.
 *
 * The engine, the process that sends and the display's server want the same processors, so the longest iteration is taken from the
 * median round, and the time that the window itself has computed is told beside it. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "load.h"
#include "main-loop.h"
#include "ui/cs-application.h"

#include <adwaita.h>

#define LIMIT_MS 50.0
#define MAX_ROUNDS 20
#define SKIPPED 77

/* The parts of a frame. GTK hears of each before we do, so a part ends when we are told of it. */
typedef enum {
  PART_UPDATE,  /* the snapshot is applied, animations move, sizes are found */
  PART_PAINT,   /* widgets are recorded, then rendered */
  N_PARTS,
} Part;

typedef struct {
  CsApplication *application;
  Load *load;
  LoadPlan plan;
  LoadResult result;
  guint n_rounds;            /* to come */
  guint n_sent;
  guint n_refused;
  double longest[MAX_ROUNDS];    /* iteration of each round, milliseconds */
  double per_second[MAX_ROUNDS]; /* pushes answered in each round */
  guint n_done;
  gint64 part_us;            /* when the present one began */
  GArray *parts[N_PARTS];    /* (element-type double) milliseconds */
} Bench;

static Bench bench;

static void
on_before_paint (void)
{
  bench.part_us = g_get_monotonic_time ();
}

static void
end_part (Part part)
{
  gint64 now_us = g_get_monotonic_time ();

  main_loop_add_time (bench.parts[part], bench.part_us, now_us);
  bench.part_us = now_us;
}

static void
on_layout (void)
{
  end_part (PART_UPDATE);
}

static void
on_paint (void)
{
  end_part (PART_PAINT);
}

static void begin_round (void);

static gboolean
on_sent (gpointer user_data)
{
  bench.n_sent += bench.result.n_sent;
  bench.n_refused += bench.result.n_refused;
  bench.longest[bench.n_done] = main_loop_end_round ();
  bench.per_second[bench.n_done++] = bench.result.per_second;
  if (bench.n_done < bench.n_rounds)
    begin_round ();
  else
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

static void
begin_round (void)
{
  bench.plan.first_serial = 1 + (guint64) bench.n_done * bench.plan.n_requests;
  main_loop_set_counted (TRUE);
  g_thread_unref (g_thread_new ("load", send_load, NULL));
}

/* The window is up; what it takes to open it is not measured. */
static gboolean
on_running (gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (bench.application));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (cs_application_get_engine (bench.application));

  g_signal_connect (clock, "before-paint", on_before_paint, NULL);
  g_signal_connect (clock, "layout", on_layout, NULL);
  g_signal_connect (clock, "paint", on_paint, NULL);
  bench.plan.port = (guint16) snapshot->webhook_port;
  begin_round ();
  return G_SOURCE_REMOVE;
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
  static const char *const names[N_PARTS] = { "frame: update and layout", "frame: paint" };
  g_autofree char *dir = figures_make_dir ();
  g_autoptr (CsSettings) settings = NULL;
  guint n_seconds = figures_size ("BENCH_SECONDS", 10), per_second = figures_size ("BENCH_PUSHES", 1000);
  gboolean is_met;

  bench.load = load_new (NULL);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  /* A display without a graphics card has GL drawn by the processor, too, and far more slowly. */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (!gtk_init_check ()) {
    g_printerr ("The window needs a display\n");
    return SKIPPED;
  }
  bench.plan = (LoadPlan) { .n_clients = 64, .n_requests = n_seconds * per_second, .first_serial = 1,
                            .per_second = per_second };
  bench.n_rounds = MIN (figures_size ("BENCH_ROUNDS", 3), MAX_ROUNDS);
  for (Part part = 0; part < N_PARTS; part++)
    bench.parts[part] = g_array_new (FALSE, FALSE, sizeof (double));

  settings = make_settings (dir);
  bench.application = cs_application_new (settings, FALSE);
  /* It runs beside one that a person may use. */
  g_application_set_flags (G_APPLICATION (bench.application), G_APPLICATION_NON_UNIQUE);
  main_loop_watch ();
  g_timeout_add_seconds (2, on_running, NULL);
  g_application_run (G_APPLICATION (bench.application), 0, NULL);

  g_print ("renderer %s, %u pushes sent, %u not answered by 200\n", g_getenv ("GSK_RENDERER"), bench.n_sent, bench.n_refused);
  main_loop_print ();
  for (Part part = 0; part < N_PARTS; part++)
    main_loop_print_times (names[part], bench.parts[part]);
  is_met = figures_at_most ("longest main-loop iteration, ms", figures_median (bench.longest, bench.n_done), LIMIT_MS);
  is_met = figures_at_least ("pushes answered a second/asked for",
                             figures_median (bench.per_second, bench.n_done) / per_second, 0.95) && is_met;

  load_free (bench.load);
  g_clear_object (&bench.application);
  figures_remove_dir (dir);
  return is_met && bench.n_refused == 0 ? 0 : 1;
}
