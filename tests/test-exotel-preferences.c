/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "preferences-fixture.h"

static void
set_up (PreferencesFixture *fixture,
        gconstpointer       data)
{
  preferences_prepare (fixture);
  g_assert_true (g_settings_set_int (preferences_get_gsettings (fixture), "exotel-refresh-seconds", 70));
  preferences_open (fixture);
}

static void
assert_setting (PreferencesFixture *fixture,
                const char         *key,
                const char         *expected)
{
  g_autofree char *value = g_settings_get_string (preferences_get_gsettings (fixture), key);

  g_assert_cmpstr (value, ==, expected);
}

static void
test_account (PreferencesFixture *fixture,
              gconstpointer       data)
{
  GtkWidget *row = preferences_find (fixture, "sid_row");

  preferences_enter (row, " account-1 ");
  assert_setting (fixture, "exotel-account-sid", "account-1");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  preferences_enter (row, "account/../2");
  assert_setting (fixture, "exotel-account-sid", "account-1");
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
}

/* Key and token go with each request: never over a network in the clear. */
static void
test_base_url (PreferencesFixture *fixture,
               gconstpointer       data)
{
  static const struct {
    const char *url;
    gboolean is_taken;
  } cases[] = {
    { "https://api.in.exotel.com", TRUE }, { "http://127.0.0.1:8000", TRUE },  { "", TRUE },
    { "http://api.exotel.com", FALSE },    { "ftp://api.exotel.com", FALSE }, { "https://key:token@api.exotel.com", FALSE },
  };
  GtkWidget *row = preferences_find (fixture, "base_url_row");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_settings_set_string (preferences_get_gsettings (fixture), "exotel-base-url", "https://before.example");
    preferences_enter (row, cases[i].url);
    assert_setting (fixture, "exotel-base-url", cases[i].is_taken ? cases[i].url : "https://before.example");
    g_assert_cmpint (gtk_widget_has_css_class (row, "error"), ==, !cases[i].is_taken);
  }
}

static GtkEditable *
get_zone_entry (PreferencesFixture *fixture)
{
  GtkWidget *entry = gtk_widget_get_first_child (find_widget (preferences_find (fixture, "zone_row"), "suffixes"));

  g_assert_true (GTK_IS_ENTRY (entry));
  return GTK_EDITABLE (entry);
}

static void
test_zone (PreferencesFixture *fixture,
           gconstpointer       data)
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
test_interval (PreferencesFixture *fixture,
               gconstpointer       data)
{
  AdwComboRow *row = ADW_COMBO_ROW (preferences_find (fixture, "refresh_row"));

  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 2);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "exotel-refresh-seconds"), ==, 70);
  adw_combo_row_set_selected (row, 6);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "exotel-refresh-seconds"), ==, 0);
}

static void
test_limits (PreferencesFixture *fixture,
             gconstpointer       data)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (preferences_find (fixture, "good_spin")), 60);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "answer-rate-good"), ==, 60);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "answer-rate-warning"), ==, 60);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (preferences_find (fixture, "warning_spin")), 90);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "answer-rate-good"), ==, 90);
}

static void
test_addresses (PreferencesFixture *fixture,
                gconstpointer       data)
{
  AdwActionRow *row = ADW_ACTION_ROW (preferences_find (fixture, "heartbeat_address_row"));

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "https://name.example/webhook/heartbeat/••••••••");
  g_settings_set_string (preferences_get_gsettings (fixture), "public-url", "");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Enter a public address first");
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "copy_heartbeats")));
}

static void
test_secrets_are_not_shown (PreferencesFixture *fixture,
                            gconstpointer       data)
{
  GtkWidget *row = preferences_find (fixture, "key_row");

  g_assert_false (gtk_widget_get_visible (preferences_find (fixture, "key_mark")));
  preferences_enter (row, "secret");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
}

static void
test_connection (PreferencesFixture *fixture,
                 gconstpointer       data)
{
  AdwActionRow *row = ADW_ACTION_ROW (preferences_find (fixture, "test_row"));
  GtkWidget *button = preferences_find (fixture, "test_button");

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Not tested yet");
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_get_sensitive (button));
  while (!gtk_widget_get_sensitive (button))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "CallStats isn't receiving");
  g_assert_true (gtk_widget_has_css_class (find_widget (GTK_WIDGET (row), "mark"), "error"));
  /* Another account hasn't been tested. */
  preferences_enter (preferences_find (fixture, "sid_row"), "other");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Not tested yet");
}

/* Whoever closes the window while Exotel is asked isn't told. */
static void
test_closed_during_test (PreferencesFixture *fixture,
                         gconstpointer       data)
{
  g_signal_emit_by_name (preferences_find (fixture, "test_button"), "clicked");
}

static void
test_names (PreferencesFixture *fixture,
            gconstpointer       data)
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
    gtk_test_accessible_assert_property (preferences_find (fixture, cases[i].id), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                         cases[i].name);
}

static void
add (const char *path,
     void        (*test) (PreferencesFixture *, gconstpointer))
{
  g_test_add (path, PreferencesFixture, NULL, set_up, test, preferences_tear_down);
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
