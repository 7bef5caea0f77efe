/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"
#define _GNU_SOURCE

#include "config.h"

#include "preferences-fixture.h"

#include <string.h>

#include "store/cs-sql.h"
#include "ui/cs-data-preferences.h"

static void
test_bound (PreferencesFixture *fixture,
            gconstpointer       data)
{
  GSettings *settings = preferences_get_gsettings (fixture);

  g_assert_cmpint (gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (preferences_find (fixture, "webhook_port_spin"))), ==,
                   8080);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (preferences_find (fixture, "webhook_port_spin")), 8090);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (preferences_find (fixture, "api_port_spin")), 3001);
  gtk_switch_set_active (GTK_SWITCH (preferences_find (fixture, "verify_switch")), FALSE);
  gtk_switch_set_active (GTK_SWITCH (preferences_find (fixture, "api_switch")), FALSE);
  g_assert_cmpint (g_settings_get_int (settings, "webhook-port"), ==, 8090);
  g_assert_cmpint (g_settings_get_int (settings, "api-port"), ==, 3001);
  g_assert_false (g_settings_get_boolean (settings, "sipgate-verify-signature"));
  g_assert_false (g_settings_get_boolean (settings, "api-enabled"));
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "api_port_row")));
}

/* The secret part of the address is copied, never shown. */
static void
test_masked (PreferencesFixture *fixture,
             gconstpointer       data)
{
  AdwActionRow *row = ADW_ACTION_ROW (preferences_find (fixture, "address_row"));

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "https://name.example/webhook/sipgate/••••••••");
  g_assert_true (gtk_widget_get_sensitive (preferences_find (fixture, "copy_button")));

  g_settings_set_string (preferences_get_gsettings (fixture), "public-url", "");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Enter a public address first");
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "copy_button")));
}

/* Quiet hours come and go with the switch; what is typed is checked as it is typed, and only a time of day is stored. */
static void
test_quiet_hours (PreferencesFixture *fixture,
                  gconstpointer       data)
{
  static const char *const wrong[] = { "", "8", "20:0", "24:00", "07:60", "ab:cd", "-1:00" };
  GSettings *settings = preferences_get_gsettings (fixture);
  GtkWidget *from = preferences_find (fixture, "from_row");
  g_autofree char *stored = NULL, *off = NULL;

  g_assert_false (adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (preferences_find (fixture, "quiet_row"))));
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (preferences_find (fixture, "quiet_row")), TRUE);
  stored = g_settings_get_string (settings, "notify-quiet-from");
  g_assert_cmpstr (stored, ==, "20:00");
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    gtk_editable_set_text (GTK_EDITABLE (from), wrong[i]);
    g_assert_true (gtk_widget_has_css_class (from, "error"));
    g_signal_emit_by_name (from, "apply");
    g_clear_pointer (&stored, g_free);
    stored = g_settings_get_string (settings, "notify-quiet-from");
    g_assert_cmpstr (stored, ==, "20:00");
  }
  gtk_editable_set_text (GTK_EDITABLE (from), "21:15");
  g_assert_false (gtk_widget_has_css_class (from, "error"));
  g_signal_emit_by_name (from, "apply");
  g_clear_pointer (&stored, g_free);
  stored = g_settings_get_string (settings, "notify-quiet-from");
  g_assert_cmpstr (stored, ==, "21:15");

  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (preferences_find (fixture, "quiet_row")), FALSE);
  off = g_settings_get_string (settings, "notify-quiet-to");
  g_assert_cmpstr (off, ==, "");
}

static void
test_background (PreferencesFixture *fixture,
                 gconstpointer       data)
{
  GSettings *settings = preferences_get_gsettings (fixture);

  g_assert_true (gtk_switch_get_active (GTK_SWITCH (preferences_find (fixture, "background_switch"))));
  gtk_switch_set_active (GTK_SWITCH (preferences_find (fixture, "autostart_switch")), TRUE);
  g_assert_true (g_settings_get_boolean (settings, "autostart"));
  gtk_switch_set_active (GTK_SWITCH (preferences_find (fixture, "background_switch")), FALSE);
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "autostart_row")));
  g_assert_false (gtk_widget_get_visible (preferences_find (fixture, "problem_row")));
  cs_preferences_window_set_desktop (CS_PREFERENCES_WINDOW (fixture->window), FALSE, "The desktop <refuses>.");
  g_assert_true (gtk_widget_get_visible (preferences_find (fixture, "problem_row")));
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (preferences_find (fixture, "problem_row"))), ==, "The desktop <refuses>.");
}

static void
on_text_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
test_copy (PreferencesFixture *fixture,
           gconstpointer       data)
{
  g_autofree char *text = NULL;

  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
  g_signal_emit_by_name (preferences_find (fixture, "copy_button"), "clicked");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->window), NULL, on_text_read, &text);
  while (text == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text, ==, "https://name.example/webhook/sipgate/0123456789abcdef0123456789abcdef");
}

static GtkWidget *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next) {
    if (ADW_IS_MESSAGE_DIALOG (link->data))
      return link->data;
  }
  return NULL;
}

static void
test_renew (PreferencesFixture *fixture,
            gconstpointer       data)
{
  const char *old_token = "0123456789abcdef0123456789abcdef";
  g_autofree char *cancelled = NULL;
  g_autofree char *renewed = NULL;

  gtk_window_present (GTK_WINDOW (fixture->window));
  g_signal_emit_by_name (preferences_find (fixture, "renew_button"), "clicked");
  g_assert_nonnull (find_dialog ());
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "cancel");
  cancelled = g_settings_get_string (preferences_get_gsettings (fixture), "webhook-token");
  g_assert_cmpstr (cancelled, ==, old_token);
  gtk_window_destroy (GTK_WINDOW (find_dialog ()));

  g_signal_emit_by_name (preferences_find (fixture, "renew_button"), "clicked");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "renew");
  renewed = g_settings_get_string (preferences_get_gsettings (fixture), "webhook-token");
  g_assert_cmpstr (renewed, !=, old_token);
  g_assert_cmpint (strlen (renewed), >=, 32);
  gtk_window_destroy (GTK_WINDOW (find_dialog ()));
}

static void
test_names (PreferencesFixture *fixture,
            gconstpointer       data)
{
  static const struct {
    const char *id;
    const char *name;
  } cases[] = {
    { "copy_button", "Copy the address for sipgate" },
    { "renew_button", "Renew the secret part of the address" },
    { "verify_switch", "Check sipgate’s signature" },
    { "webhook_port_spin", "Port" },
    { "api_switch", "Local interface" },
    { "api_port_spin", "Port of the local interface" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    gtk_test_accessible_assert_property (preferences_find (fixture, cases[i].id), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                         cases[i].name);
}

static void
test_narrow (PreferencesFixture *fixture,
             gconstpointer       data)
{
  static const char *const ids[] = { "public_url_row", "sid_row" };

  /* The window itself asks for 360 pixels inside of its border, whatever is in it. */
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    GtkWidget *page = gtk_widget_get_ancestor (preferences_find (fixture, ids[i]), ADW_TYPE_PREFERENCES_PAGE);
    int minimum;

    gtk_widget_measure (page, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    g_assert_cmpint (minimum, <=, 360);
  }
}

static void
start_engine (PreferencesFixture *fixture)
{
  g_autoptr (CsEngineConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  config = cs_settings_get_engine_config (fixture->settings);
  g_assert_true (cs_engine_start (fixture->engine, config, &error));
  g_assert_no_error (error);
}

static void
turn_until (PreferencesFixture *fixture,
            gboolean (*is_done) (PreferencesFixture *))
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!is_done (fixture) && g_get_monotonic_time () < end_us) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  }
  g_assert_true (is_done (fixture));
}

static gboolean
has_port_problem (PreferencesFixture *fixture)
{
  const char *subtitle = adw_action_row_get_subtitle (ADW_ACTION_ROW (preferences_find (fixture, "webhook_port_row")));

  return strstr (subtitle, "already in use") != NULL;
}

static gboolean
has_no_port_problem (PreferencesFixture *fixture)
{
  return !has_port_problem (fixture);
}

/* It goes as soon as another port can be had. */
static void
test_port_in_use (PreferencesFixture *fixture,
                  gconstpointer       data)
{
  g_autoptr (GSocketListener) other = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (other, NULL, NULL);
  g_autoptr (CsEngineConfig) config = NULL;

  g_settings_set_int (preferences_get_gsettings (fixture), "webhook-port", port);
  g_settings_set_int (preferences_get_gsettings (fixture), "api-port", 0);
  start_engine (fixture);
  turn_until (fixture, has_port_problem);
  g_assert_true (gtk_widget_has_css_class (preferences_find (fixture, "webhook_port_row"), "error"));

  g_settings_set_int (preferences_get_gsettings (fixture), "webhook-port", 0);
  config = cs_settings_get_engine_config (fixture->settings);
  cs_engine_configure (fixture->engine, config);
  turn_until (fixture, has_no_port_problem);
  g_assert_false (gtk_widget_has_css_class (preferences_find (fixture, "webhook_port_row"), "error"));
}

static int
run_sql (const char *path,
         const char *sql)
{
  sqlite3 *db = NULL;
  int result = sqlite3_open (path, &db);

  if (result == SQLITE_OK)
    result = sqlite3_exec (db, sql, NULL, NULL, NULL);
  sqlite3_close (db);
  return result;
}

static gboolean
is_export_idle (PreferencesFixture *fixture)
{
  return !gtk_widget_get_visible (preferences_find (fixture, "export_spinner"));
}

/* The copy has the orders and the settings, but not the secret part of the address. */
static void
test_export (PreferencesFixture *fixture,
             gconstpointer       data)
{
  g_autofree char *path = g_strconcat (fixture->data_dir, "-copy.db", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *contents = NULL, *order = NULL, *calls = NULL;
  gsize length;

  g_settings_set_int (preferences_get_gsettings (fixture), "webhook-port", 0);
  g_settings_set_int (preferences_get_gsettings (fixture), "api-port", 0);
  start_engine (fixture);
  order = g_build_filename (fixture->data_dir, "orders.db", NULL);
  g_assert_cmpint (run_sql (order, "CREATE TABLE orders (customer TEXT, name TEXT); INSERT INTO orders VALUES ('0042', 'Berta')"), ==,
                   SQLITE_OK);
  calls = g_build_filename (fixture->data_dir, "callstats.db", NULL);
  g_assert_cmpint (run_sql (calls, "INSERT INTO sync_state (name, value) VALUES ('sipgate-registered', 'https://name.example/"
                                   "webhook/sipgate/0123456789abcdef0123456789abcdef')"), ==, SQLITE_OK);
  cs_data_preferences_export_to (CS_DATA_PREFERENCES (preferences_find (fixture, "data_page")), file);
  turn_until (fixture, is_export_idle);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_nonnull (memmem (contents, length, "https://name.example/", 21));
  g_assert_null (memmem (contents, length, "0123456789abcdef0123456789abcdef", 32));
  g_assert_cmpint (run_sql (path, "SELECT customer, name FROM orders"), ==, SQLITE_OK);
  g_assert_nonnull (memmem (contents, length, "Berta", 5));
  g_unlink (path);
}

static gboolean
can_delete (PreferencesFixture *fixture)
{
  return gtk_widget_get_sensitive (preferences_find (fixture, "delete_button"));
}

static void
answer_question (const char *response)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window)) {
      adw_message_dialog_response (ADW_MESSAGE_DIALOG (window), response);
      return;
    }
  }
  g_assert_not_reached ();
}

static gint64
count_contacts (PreferencesFixture *fixture,
                const char         *before)
{
  g_autofree char *path = g_build_filename (fixture->data_dir, "callstats.db", NULL);
  sqlite3 *db = NULL;
  gint64 n;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (before != NULL)
    g_assert_cmpint (sqlite3_exec (db, before, NULL, NULL, NULL), ==, SQLITE_OK);
  n = cs_sql_get_number (db, "SELECT count(*) FROM contact", NULL);
  sqlite3_close (db);
  return n;
}

static void
test_delete (PreferencesFixture *fixture,
             gconstpointer       data)
{
  g_settings_set_int (preferences_get_gsettings (fixture), "webhook-port", 0);
  g_settings_set_int (preferences_get_gsettings (fixture), "api-port", 0);
  start_engine (fixture);
  g_assert_cmpint (count_contacts (fixture, "INSERT INTO contact (name) VALUES ('Anna')"), ==, 1);
  gtk_window_present (GTK_WINDOW (fixture->window));
  /* The question takes its size from the window's. */
  gtk_test_widget_wait_for_draw (fixture->window);

  g_signal_emit_by_name (preferences_find (fixture, "delete_button"), "clicked");
  answer_question ("cancel");
  g_assert_true (can_delete (fixture));
  g_assert_cmpint (count_contacts (fixture, NULL), ==, 1);

  g_signal_emit_by_name (preferences_find (fixture, "delete_button"), "clicked");
  answer_question ("delete");
  g_assert_false (can_delete (fixture));
  turn_until (fixture, can_delete);
  g_assert_cmpint (count_contacts (fixture, NULL), ==, 0);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "api-port"), ==, 0);
}

static void
add (const char *path,
     void        (*test) (PreferencesFixture *, gconstpointer))
{
  g_test_add (path, PreferencesFixture, NULL, preferences_set_up, test, preferences_tear_down);
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);
  add ("/preferences/bound-to-settings", test_bound);
  add ("/preferences/secret-is-masked", test_masked);
  add ("/preferences/copy", test_copy);
  add ("/preferences/quiet-hours", test_quiet_hours);
  add ("/preferences/background", test_background);
  add ("/preferences/port-in-use-is-said-on-its-row", test_port_in_use);
  add ("/preferences/export-everything", test_export);
  add ("/preferences/delete-everything-asks-first", test_delete);
  add ("/preferences/renew-asks-first", test_renew);
  add ("/preferences/accessible-names", test_names);
  add ("/preferences/fits-360-pixels", test_narrow);
  return g_test_run ();
}
