/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long a person waits for the list of a million calls: until its first rows are there, those of a search, and the window itself
 * against one that is empty. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "figures.h"
#include "history.h"
#include "ui/cs-application.h"
#include "ui/cs-call-model.h"

#include <adwaita.h>

#define LIMIT_MS 100.0
#define LIMIT_RATIO 1.5
#define N_ROUNDS 11
#define N_ROWS 30
#define SKIPPED 77

static gboolean
has_rows (CsCallModel *model,
          guint        n_rows)
{
  guint n_items = MIN (g_list_model_get_n_items (G_LIST_MODEL (model)), n_rows);

  if (n_items == 0)
    return FALSE;
  for (guint i = 0; i < n_items; i++) {
    g_autoptr (CsCallItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);

    if (cs_call_item_get_call (item) == NULL)
      return FALSE;
  }
  return TRUE;
}

static double
get_ms_since (gint64 began_us)
{
  return (double) (g_get_monotonic_time () - began_us) / 1000;
}

/* Until a screenful of calls was read; then the rest is waited for, outside the time taken. */
static double
open_list (const char *dir,
           const char *text,
           CsCallSort  sort,
           guint      *n_calls,
           double     *all_ms)
{
  g_autoptr (CsCallModel) model = cs_call_model_new ();
  g_auto (CsCallQuery) query = CS_CALL_QUERY_ALL;
  gint64 began_us = g_get_monotonic_time ();
  double ms;

  query.text = g_strdup (text);
  query.sort = sort;
  cs_call_model_set_query (model, &query);
  cs_call_model_set_data_dir (model, dir);
  while (!has_rows (model, N_ROWS) && !(cs_call_model_is_settled (model) && g_list_model_get_n_items (G_LIST_MODEL (model)) == 0))
    g_main_context_iteration (NULL, TRUE);
  ms = get_ms_since (began_us);
  while (!cs_call_model_is_settled (model))
    g_main_context_iteration (NULL, TRUE);
  *n_calls = g_list_model_get_n_items (G_LIST_MODEL (model));
  *all_ms = get_ms_since (began_us);
  return ms;
}

static gboolean
bench_list (const char *dir,
            const char *name,
            const char *text,
            CsCallSort  sort)
{
  g_autofree char *title = g_strdup_printf ("%s, ms", name);
  double ms[N_ROUNDS], all_ms[N_ROUNDS];
  guint n_calls = 0;

  for (guint round = 0; round < N_ROUNDS; round++)
    ms[round] = open_list (dir, text, sort, &n_calls, &all_ms[round]);
  g_print ("%-28s %7u calls, all of them known after %.1f ms\n", name, n_calls, figures_median (all_ms, N_ROUNDS));
  return figures_at_most (title, figures_median (ms, N_ROUNDS), LIMIT_MS);
}

static void
on_painted (GdkFrameClock *clock,
            gboolean      *is_painted)
{
  *is_painted = TRUE;
}

static double
wait_for_frame (GtkWindow *window,
                gint64     began_us)
{
  gboolean is_painted = FALSE;
  double ms;
  gulong handler;

  gtk_window_present (window);
  handler = g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (on_painted), &is_painted);
  while (!is_painted)
    g_main_context_iteration (NULL, TRUE);
  ms = get_ms_since (began_us);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), handler);
  return ms;
}

/* One process, one window: the first of a process pays for what all later ones share. argv: "empty", or a folder. */
static int
show_one (const char *which)
{
  g_autoptr (GtkApplication) application = NULL;
  g_autoptr (CsSettings) settings = NULL;
  gint64 began_us = g_get_monotonic_time ();

  if (g_strcmp0 (which, "empty") == 0) {
    application = GTK_APPLICATION (adw_application_new ("com.example.Empty", G_APPLICATION_NON_UNIQUE));
    if (!g_application_register (G_APPLICATION (application), NULL, NULL))
      return 1;
    GtkWidget *window = adw_application_window_new (application);
    gtk_window_set_default_size (GTK_WINDOW (window), 960, 680);
    g_print ("%f\n", wait_for_frame (GTK_WINDOW (window), began_us));
    return 0;
  }
  settings = cs_settings_new (which, NULL);
  g_settings_set_int (cs_settings_get_gsettings (settings), "webhook-port", 0);
  g_settings_set_int (cs_settings_get_gsettings (settings), "api-port", 0);
  application = GTK_APPLICATION (cs_application_new (settings, FALSE));
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, NULL))
    return 1;
  g_debug ("started after %.1f ms", get_ms_since (began_us));
  g_application_activate (G_APPLICATION (application));
  g_debug ("made after %.1f ms", get_ms_since (began_us));
  g_print ("%f\n", wait_for_frame (gtk_application_get_active_window (application), began_us));
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  return 0;
}

static double
run_one (const char *program,
         const char *which)
{
  const char *argv[] = { program, which, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL, &error))
    g_error ("%s", error->message);
  return g_ascii_strtod (output, NULL);
}

int
main (int   argc,
      char *argv[])
{
  guint n_calls = figures_size ("BENCH_CALLS", 1000000);
  HistoryPlan plan = { n_calls, n_calls / 277, 20, 3 };
  double empty_ms[N_ROUNDS], window_ms[N_ROUNDS];
  g_autofree char *dir = NULL;
  const char *present = g_getenv ("BENCH_DIR");
  gboolean is_met;

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (!gtk_init_check ()) {
    g_printerr ("The window needs a display\n");
    return SKIPPED;
  }
  if (argc > 1)
    return show_one (argv[1]);

  dir = present != NULL ? g_strdup (present) : figures_make_dir ();
  if (present == NULL)
    history_write (dir, &plan, g_get_real_time ());
  is_met = bench_list (dir, "open the list", NULL, CS_CALL_SORT_TIME);
  is_met = bench_list (dir, "open the list by name", NULL, CS_CALL_SORT_PEER) && is_met;
  is_met = bench_list (dir, "search by name", "302", CS_CALL_SORT_PEER) && is_met;
  is_met = bench_list (dir, "search: one caller", "0302312500", CS_CALL_SORT_TIME) && is_met;
  is_met = bench_list (dir, "search: many callers", "302", CS_CALL_SORT_TIME) && is_met;
  is_met = bench_list (dir, "search: own number", "4710900", CS_CALL_SORT_TIME) && is_met;
  is_met = bench_list (dir, "search: nobody", "5550123", CS_CALL_SORT_TIME) && is_met;

  for (guint round = 0; round < N_ROUNDS; round++) {
    empty_ms[round] = run_one (argv[0], "empty");
    window_ms[round] = run_one (argv[0], dir);
  }
  if (present == NULL)
    figures_remove_dir (dir);
  g_print ("first frame of an empty window after %6.1f ms\n", figures_median (empty_ms, N_ROUNDS));
  g_print ("first frame of the window after      %6.1f ms\n", figures_median (window_ms, N_ROUNDS));
  return figures_at_most ("first frame/that of an empty window",
                          figures_median (window_ms, N_ROUNDS) / figures_median (empty_ms, N_ROUNDS), LIMIT_RATIO) && is_met ? 0 : 1;
}
