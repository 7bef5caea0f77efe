/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the window is busy at a stretch while its engine fetches a large account's records, with the page Monitoring open on the
 * whole month: each page of records makes its figures new. The fake Exotel is asked as fast as it answers, without the limit of
 * requests a minute. Fake Exotel, engine and display's server want the same processors, so the longest iteration is taken from the
 * median round, and the time that the window itself has computed is told beside it. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "../window-fixture.h"
#include "engine/cs-engine-private.h"
#include "fake-program.h"
#include "figures.h"
#include "main-loop.h"
#include "ui/cs-application.h"

#define LIMIT_MS 50.0
#define MAX_ROUNDS 10
#define PERIOD_MONTH 3
#define SKIPPED 77

typedef struct {
  FakeProgram *fake;
  guint n_records;
  double longest[MAX_ROUNDS]; /* iteration of each round, milliseconds */
  guint n_rounds;
  guint n_done;
  double mean_s;
} Bench;

/* One window, in which all records are fetched once. */
typedef struct {
  Bench *bench;
  CsApplication *application;
  CsSettings *settings;
  gint64 began_us;
} Round;

static void
lift_limits (CsService *service,
             gpointer   data)
{
  CsExotelLimits limits;

  cs_exotel_limits_init (&limits);
  limits.per_minute = limits.burst = 1000000;
  cs_exotel_sync_set_limits (cs_service_get_exotel (service), &limits);
}

static void
on_snapshot (Round *round)
{
  Bench *bench = round->bench;
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (cs_application_get_engine (round->application));

  if (round->began_us == 0 || snapshot->exotel.activity != CS_EXOTEL_IDLE)
    return;
  if (snapshot->exotel.good_us == CS_UNKNOWN || !snapshot->exotel.is_complete)
    g_error ("The fetch isn't complete: %s", snapshot->exotel.error);
  bench->longest[bench->n_done++] = main_loop_end_round ();
  bench->mean_s += (g_get_monotonic_time () - round->began_us) / 1e6 / bench->n_rounds;
  round->began_us = 0;
  g_action_group_activate_action (G_ACTION_GROUP (round->application), "quit", NULL);
}

/* The page is there; what it takes to open it is not measured. */
static gboolean
on_shown (gpointer data)
{
  Round *round = data;
  CsEngine *engine = cs_application_get_engine (round->application);
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (round->settings);

  g_signal_connect_swapped (engine, "snapshot", G_CALLBACK (on_snapshot), round);
  cs_engine_send (engine, lift_limits, NULL, NULL);
  g_free (config->exotel_base_url);
  g_free (config->exotel_account_sid);
  config->exotel_base_url = g_strdup (fake_program_get_url (round->bench->fake));
  config->exotel_account_sid = g_strdup ("fakesid1");
  config->exotel_api_key = g_strdup ("fake-key-b6d41");
  config->exotel_api_token = g_strdup ("fake-token-7f20c");
  config->exotel_history_days = 31;
  round->began_us = g_get_monotonic_time ();
  main_loop_set_counted (TRUE);
  cs_engine_configure (engine, config);
  return G_SOURCE_REMOVE;
}

static gboolean
on_running (gpointer data)
{
  Round *round = data;
  GtkWidget *window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (round->application)));

  gtk_stack_set_visible_child_name (GTK_STACK (find_widget (window, "state_stack")), "views");
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (find_widget (window, "view_stack")), "monitoring");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_widget (window, "period_drop_down")), PERIOD_MONTH);
  g_timeout_add_seconds (1, on_shown, round);
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
  return settings;
}

static void
run_round (Bench *bench)
{
  g_autofree char *dir = figures_make_dir ();
  Round round = { .bench = bench, .settings = make_settings (dir) };

  round.application = cs_application_new (round.settings, FALSE);
  /* It runs beside one that a person may use. */
  g_application_set_flags (G_APPLICATION (round.application), G_APPLICATION_NON_UNIQUE);
  g_timeout_add_seconds (2, on_running, &round);
  g_application_run (G_APPLICATION (round.application), 0, NULL);
  g_clear_object (&round.application);
  g_clear_object (&round.settings);
  figures_remove_dir (dir);
}

int
main (void)
{
  Bench bench = { .n_records = figures_size ("BENCH_RECORDS", 100000) };
  gboolean is_met;

  bench.n_rounds = MIN (figures_size ("BENCH_ROUNDS", 3), MAX_ROUNDS);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  /* A display without a graphics card has GL drawn by the processor, too, and far more slowly. */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (!gtk_init_check ()) {
    g_printerr ("The window needs a display\n");
    return SKIPPED;
  }
  bench.fake = fake_program_start (bench.n_records);
  main_loop_watch ();
  while (bench.n_done < bench.n_rounds)
    run_round (&bench);
  fake_program_stop (bench.fake);

  g_print ("renderer %s, %u records in %.1f s on average\n", g_getenv ("GSK_RENDERER"), bench.n_records, bench.mean_s);
  main_loop_print ();
  is_met = figures_at_most ("longest main-loop iteration, ms", figures_median (bench.longest, bench.n_done), LIMIT_MS);
  return is_met ? 0 : 1;
}
