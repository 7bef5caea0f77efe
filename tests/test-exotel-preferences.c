/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

#include <glib/gstdio.h>

#include "ui/cs-preferences-window.h"

typedef struct {
  char *data_dir;
  CsSettings *settings;
  CsEngine *engine;   /* doesn't run */
  GtkWidget *window;
} Fixture;

static GSettings *
get_gsettings (Fixture *fixture)
{
  return cs_settings_get_gsettings (fixture->settings);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture_get_application ();
  fixture->data_dir = g_dir_make_tmp ("callstats-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->settings = cs_settings_new (fixture->data_dir, &error);
  g_assert_no_error (error);
  g_assert_true (g_settings_set_string (get_gsettings (fixture), "public-url", "https://name.example/"));
  g_assert_true (g_settings_set_string (get_gsettings (fixture), "webhook-token", "0123456789abcdef0123456789abcdef"));
  g_assert_true (g_settings_set_int (get_gsettings (fixture), "exotel-refresh-seconds", 70));
  fixture->engine = cs_engine_new ();
  fixture->window = GTK_WIDGET (cs_preferences_window_new (fixture->settings));
  cs_preferences_window_set_engine (CS_PREFERENCES_WINDOW (fixture->window), fixture->engine, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *file = g_build_filename (fixture->data_dir, "settings.ini", NULL);

  g_object_ref (fixture->window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  /* What was under way lets go of it. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->window);
  g_object_unref (fixture->engine);
  g_object_unref (fixture->settings);
  g_unlink (file);
  g_assert_cmpint (g_rmdir (fixture->data_dir), ==, 0);
  g_free (fixture->data_dir);
}

static GtkWidget *
find (Fixture    *fixture,
      const char *id)
{
  GtkWidget *widget = find_widget (fixture->window, id);

  g_assert_nonnull (widget);
  return widget;
}

static void
enter (GtkWidget  *row,
       const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_emit_by_name (row, "apply");
}

static void
assert_setting (Fixture    *fixture,
                const char *key,
                const char *expected)
{
  g_autofree char *value = g_settings_get_string (get_gsettings (fixture), key);

  g_assert_cmpstr (value, ==, expected);
}

static void
test_account (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *row = find (fixture, "sid_row");

  enter (row, " account-1 ");
  assert_setting (fixture, "exotel-account-sid", "account-1");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  enter (row, "account/../2");
  assert_setting (fixture, "exotel-account-sid", "account-1");
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
}

/* Key and token go with each request: never over a network in the clear. */
static void
test_base_url (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct {
    const char *url;
    gboolean is_taken;
  } cases[] = {
    { "https://api.in.exotel.com", TRUE }, { "http://127.0.0.1:8000", TRUE },  { "", TRUE },
    { "http://api.exotel.com", FALSE },    { "ftp://api.exotel.com", FALSE }, { "https://key:token@api.exotel.com", FALSE },
  };
  GtkWidget *row = find (fixture, "base_url_row");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_settings_set_string (get_gsettings (fixture), "exotel-base-url", "https://before.example");
    enter (row, cases[i].url);
    assert_setting (fixture, "exotel-base-url", cases[i].is_taken ? cases[i].url : "https://before.example");
    g_assert_cmpint (gtk_widget_has_css_class (row, "error"), ==, !cases[i].is_taken);
  }
}

static GtkEditable *
get_zone_entry (Fixture *fixture)
{
  GtkWidget *entry = gtk_widget_get_first_child (find_widget (find (fixture, "zone_row"), "suffixes"));

  g_assert_true (GTK_IS_ENTRY (entry));
  return GTK_EDITABLE (entry);
}

static void
test_zone (Fixture       *fixture,
           gconstpointer  data)
{
  GtkEditable *entry = get_zone_entry (fixture);

  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "Asia/Kolkata");
  gtk_editable_set_text (entry, "Asia/Kolk");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
  g_signal_emit_by_name (entry, "activate");
  assert_setting (fixture, "exotel-timezone", "Asia/Kolkata");
  gtk_editable_set_text (entry, "Asia/Singapore");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"));
  g_signal_emit_by_name (entry, "activate");
  assert_setting (fixture, "exotel-timezone", "Asia/Singapore");
}

/* What another hand has set stays until the user chooses. */
static void
test_interval (Fixture       *fixture,
               gconstpointer  data)
{
  AdwComboRow *row = ADW_COMBO_ROW (find (fixture, "refresh_row"));

  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 2);
  g_assert_cmpint (g_settings_get_int (get_gsettings (fixture), "exotel-refresh-seconds"), ==, 70);
  adw_combo_row_set_selected (row, 6);
  g_assert_cmpint (g_settings_get_int (get_gsettings (fixture), "exotel-refresh-seconds"), ==, 0);
}

static void
test_limits (Fixture       *fixture,
             gconstpointer  data)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find (fixture, "good_spin")), 60);
  g_assert_cmpint (g_settings_get_int (get_gsettings (fixture), "answer-rate-good"), ==, 60);
  g_assert_cmpint (g_settings_get_int (get_gsettings (fixture), "answer-rate-warning"), ==, 60);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find (fixture, "warning_spin")), 90);
  g_assert_cmpint (g_settings_get_int (get_gsettings (fixture), "answer-rate-good"), ==, 90);
}

static void
test_addresses (Fixture       *fixture,
                gconstpointer  data)
{
  AdwActionRow *row = ADW_ACTION_ROW (find (fixture, "heartbeat_address_row"));

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "https://name.example/webhook/heartbeat/••••••••");
  g_settings_set_string (get_gsettings (fixture), "public-url", "");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Enter a public address first");
  g_assert_false (gtk_widget_get_sensitive (find (fixture, "copy_heartbeats")));
}

static void
test_secrets_are_not_shown (Fixture       *fixture,
                            gconstpointer  data)
{
  GtkWidget *row = find (fixture, "key_row");

  g_assert_false (gtk_widget_get_visible (find (fixture, "key_mark")));
  enter (row, "secret");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
}

static void
test_connection (Fixture       *fixture,
                 gconstpointer  data)
{
  AdwActionRow *row = ADW_ACTION_ROW (find (fixture, "test_row"));
  GtkWidget *button = find (fixture, "test_button");

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Not tested yet");
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_get_sensitive (button));
  while (!gtk_widget_get_sensitive (button))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "CallStats isn't receiving");
  g_assert_true (gtk_widget_has_css_class (find (fixture, "test_image"), "error"));
  /* Another account hasn't been tested. */
  enter (find (fixture, "sid_row"), "other");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Not tested yet");
}

/* Whoever closes the window while Exotel is asked isn't told. */
static void
test_closed_during_test (Fixture       *fixture,
                         gconstpointer  data)
{
  g_signal_emit_by_name (find (fixture, "test_button"), "clicked");
}

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct {
    const char *id;
    const char *name;
  } cases[] = {
    { "key_remove_button", "Remove the stored API key" },
    { "test_button", "Test the connection to Exotel" },
    { "copy_heartbeats", "Copy the address for heartbeats" },
    { "copy_events", "Copy the address for running calls" },
    { "history_spin", "Days fetched at first" },
    { "good_spin", "Good from" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    gtk_test_accessible_assert_property (find (fixture, cases[i].id), GTK_ACCESSIBLE_PROPERTY_LABEL, cases[i].name);
}

static void
add (const char *path,
     void        (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);
  add ("/exotel-preferences/account", test_account);
  add ("/exotel-preferences/base-url-is-safe", test_base_url);
  add ("/exotel-preferences/zone", test_zone);
  add ("/exotel-preferences/interval", test_interval);
  add ("/exotel-preferences/limits", test_limits);
  add ("/exotel-preferences/addresses-are-masked", test_addresses);
  add ("/exotel-preferences/secrets-are-not-shown", test_secrets_are_not_shown);
  add ("/exotel-preferences/connection", test_connection);
  add ("/exotel-preferences/closed-during-test", test_closed_during_test);
  add ("/exotel-preferences/accessible-names", test_names);
  return g_test_run ();
}
