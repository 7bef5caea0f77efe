/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

#include <glib/gstdio.h>

#include "desktop/cs-autostart-entry.h"
#include "ui/cs-application.h"

/* One application runs through its life, with the real engine on free ports and a data folder of its own. */
typedef struct {
  CsApplication *application;
  CsSettings *settings;
  guint n_checks;
} Run;

static GtkWidget *
find_in_window (Run        *run,
                const char *id)
{
  return find_widget (GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (run->application))), id);
}

static gboolean
wait_for_text (GtkWidget  *widget,
               const char *part,
               const char *expected)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < deadline) {
    g_autofree char *text = get_text (widget, part);

    if (g_strcmp0 (text, expected) == 0)
      return TRUE;
    g_main_context_iteration (NULL, FALSE);
    g_usleep (2000);
  }
  return FALSE;
}

static void
check_actions (Run *run)
{
  static const char *const actions[] = { "quit", "preferences", "about", "settle-callback", "sample" };
  static const struct {
    const char *action;
    const char *accelerator;
  } keys[] = {
    { "app.quit", "<Control>q" },
    { "app.preferences", "<Control>comma" },
    { "win.show-help-overlay", "<Control>question" },
    { "win.toggle-fullscreen", "F11" },
    { "window.close", "<Control>w" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    g_assert_true (g_action_group_has_action (G_ACTION_GROUP (run->application), actions[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_auto (GStrv) accelerators = gtk_application_get_accels_for_action (GTK_APPLICATION (run->application), keys[i].action);

    g_assert_nonnull (accelerators[0]);
    g_assert_cmpstr (accelerators[0], ==, keys[i].accelerator);
  }
}

/* A start while it runs raises the window it has. */
static void
check_single_window (Run *run)
{
  g_application_activate (G_APPLICATION (run->application));
  g_assert_cmpint (g_list_length (gtk_application_get_windows (GTK_APPLICATION (run->application))), ==, 1);
}

/* The receiver starts, and what is changed in the settings reaches it. */
static void
check_engine (Run *run)
{
  GtkWidget *button = find_in_window (run, "receiver_button");

  g_assert_true (wait_for_text (button, "label", "No tunnel"));
  g_assert_nonnull (cs_application_get_engine (run->application));
  g_settings_set_string (cs_settings_get_gsettings (run->settings), "public-url", "https://name.example");
  g_assert_true (wait_for_text (button, "label", "Receiving"));
}

static void
check_windows (Run *run)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (run->application));

  g_action_group_activate_action (G_ACTION_GROUP (run->application), "preferences", NULL);
  g_action_group_activate_action (G_ACTION_GROUP (run->application), "about", NULL);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay", NULL));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.toast", "s", "A <toast> & more"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.toggle-fullscreen", NULL));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* The window is closed, the receiver goes on, and a start brings a window back; the first time the user is told. */
static void
check_background (Run *run)
{
  GSettings *settings = cs_settings_get_gsettings (run->settings);

  g_assert_false (g_settings_get_boolean (settings, "background-hint-shown"));
  while (gtk_application_get_windows (GTK_APPLICATION (run->application)) != NULL)
    gtk_window_destroy (gtk_application_get_windows (GTK_APPLICATION (run->application))->data);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_true (g_settings_get_boolean (settings, "background-hint-shown"));
  g_assert_nonnull (cs_application_get_engine (run->application));
  g_application_activate (G_APPLICATION (run->application));
  g_assert_nonnull (gtk_application_get_windows (GTK_APPLICATION (run->application)));
  g_action_group_activate_action (G_ACTION_GROUP (run->application), "show-call", g_variant_new_int64 (1));
}

/* The entry comes and goes with the switch, and not without the background. */
static void
check_autostart (Run *run)
{
  GSettings *settings = cs_settings_get_gsettings (run->settings);
  g_autofree char *path = cs_autostart_entry_get_path ();

  g_settings_set_boolean (settings, "autostart", TRUE);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_settings_set_boolean (settings, "run-in-background", FALSE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_settings_set_boolean (settings, "run-in-background", TRUE);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_settings_reset (settings, "autostart");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static gboolean
on_running (gpointer user_data)
{
  Run *run = user_data;

  check_actions (run);
  check_single_window (run);
  check_engine (run);
  check_windows (run);
  check_background (run);
  check_autostart (run);
  run->n_checks++;
  g_action_group_activate_action (G_ACTION_GROUP (run->application), "quit", NULL);
  return G_SOURCE_REMOVE;
}

static void
remove_data (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
  g_rmdir (path);
}

static void
test_life (void)
{
  g_autofree char *data_dir = g_dir_make_tmp ("callstats-test-XXXXXX", NULL);
  g_autofree char *autostart_dir = g_build_filename (data_dir, "autostart", NULL);
  g_autoptr (GError) error = NULL;
  Run run = { 0 };

  g_setenv ("XDG_CONFIG_HOME", data_dir, TRUE);
  run.settings = cs_settings_new (data_dir, &error);
  g_assert_no_error (error);
  g_settings_set_int (cs_settings_get_gsettings (run.settings), "webhook-port", 0);
  g_settings_set_int (cs_settings_get_gsettings (run.settings), "api-port", 0);
  g_settings_reset (cs_settings_get_gsettings (run.settings), "background-hint-shown");
  run.application = cs_application_new (run.settings, FALSE);
  g_assert_cmpstr (g_application_get_application_id (G_APPLICATION (run.application)), ==, "com.example.CallStats");
  g_timeout_add (100, on_running, &run);

  g_assert_cmpint (g_application_run (G_APPLICATION (run.application), 0, NULL), ==, 0);
  g_assert_cmpuint (run.n_checks, ==, 1);
  g_assert_null (cs_application_get_engine (run.application));
  g_assert_finalize_object (run.application);
  g_assert_finalize_object (run.settings);
  g_rmdir (autostart_dir);
  remove_data (data_dir);
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);
  g_test_add_func ("/application/from-start-to-quit", test_life);
  return g_test_run ();
}
