/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "fake-sipgate.h"
#include "preferences-fixture.h"

static FakeSipgate *fake;

static void
set_up (PreferencesFixture *fixture,
        gconstpointer       data)
{
  fake = fake_sipgate_new ();
  preferences_prepare (fixture);
  g_assert_true (g_settings_set_string (preferences_get_gsettings (fixture), "sipgate-api-url", fake_sipgate_get_url (fake)));
  g_assert_true (g_settings_set_int (preferences_get_gsettings (fixture), "webhook-port", 0));
  g_assert_true (g_settings_set_int (preferences_get_gsettings (fixture), "api-port", 0));
}

static void
tear_down (PreferencesFixture *fixture,
           gconstpointer       data)
{
  preferences_tear_down (fixture, data);
  g_clear_pointer (&fake, fake_sipgate_free);
}

/* The engine runs, with the account or without. */
static void
start (PreferencesFixture *fixture,
       gboolean            has_account)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (fixture->settings);
  g_autoptr (GError) error = NULL;

  if (has_account) {
    g_free (config->sipgate_token_id);
    g_free (config->sipgate_token);
    config->sipgate_token_id = g_strdup (FAKE_SIPGATE_TOKEN_ID);
    config->sipgate_token = g_strdup (FAKE_SIPGATE_TOKEN);
  }
  cs_engine_start (fixture->engine, config, &error);
  g_assert_no_error (error);
  preferences_open (fixture);
}

static void
wait_for_subtitle (PreferencesFixture *fixture,
                   const char         *id,
                   const char         *part)
{
  AdwActionRow *row = ADW_ACTION_ROW (preferences_find (fixture, id));

  while (strstr (adw_action_row_get_subtitle (row), part) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find_mark (PreferencesFixture *fixture,
           const char         *row)
{
  return find_widget (preferences_find (fixture, row), "mark");
}

static void
click (PreferencesFixture *fixture,
       const char         *id)
{
  GtkWidget *button = preferences_find (fixture, id);

  g_assert_true (gtk_widget_get_sensitive (button) && gtk_widget_get_visible (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
test_connection (PreferencesFixture *fixture,
                 gconstpointer       data)
{
  start (fixture, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (preferences_find (fixture, "id_row")), FAKE_SIPGATE_TOKEN_ID);
  gtk_editable_set_text (GTK_EDITABLE (preferences_find (fixture, "secret_row")), "wrong");
  click (fixture, "connection_button");
  wait_for_subtitle (fixture, "connection_row", "personal access token");
  g_assert_true (gtk_widget_has_css_class (find_mark (fixture, "connection_row"), "error"));
  g_assert_cmpuint (fake_sipgate_get_n_refused (fake), ==, 1);

  gtk_editable_set_text (GTK_EDITABLE (preferences_find (fixture, "secret_row")), FAKE_SIPGATE_TOKEN);
  click (fixture, "connection_button");
  wait_for_subtitle (fixture, "connection_row", "w0");
  g_assert_true (gtk_widget_has_css_class (find_mark (fixture, "connection_row"), "success"));
  g_assert_false (gtk_widget_has_css_class (find_mark (fixture, "connection_row"), "error"));

  /* Without an account nothing can be registered. */
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "register_button")));
  g_assert_false (gtk_widget_get_visible (preferences_find (fixture, "restore_button")));
}

static void
test_register_and_restore (PreferencesFixture *fixture,
                           gconstpointer       data)
{
  g_autofree char *settings = NULL;

  fake_sipgate_set_settings (fake, "{\"incomingUrl\":\"https://old.example\",\"outgoingUrl\":\"\",\"log\":false,\"whitelist\":null}");
  start (fixture, TRUE);
  wait_for_subtitle (fixture, "url_row", "Another one");
  wait_for_subtitle (fixture, "lost_row", "Nothing is missing");
  click (fixture, "register_button");
  wait_for_subtitle (fixture, "url_row", "reports calls here");
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "register_button")));
  settings = fake_sipgate_dup_settings (fake);
  g_assert_nonnull (strstr (settings, "https://name.example/webhook/sipgate/0123456789abcdef0123456789abcdef"));

  click (fixture, "restore_button");
  wait_for_subtitle (fixture, "url_row", "Another one");
  g_free (settings);
  settings = fake_sipgate_dup_settings (fake);
  g_assert_nonnull (strstr (settings, "\"incomingUrl\":\"https://old.example\""));
}

static void
test_not_booked (PreferencesFixture *fixture,
                 gconstpointer       data)
{
  FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_STATUS, .path = "GET /settings", .status = 403 };

  fake_sipgate_set_behaviour (fake, &behaviour);
  start (fixture, TRUE);
  wait_for_subtitle (fixture, "url_row", "feature store");
  g_assert_true (gtk_widget_has_css_class (find_mark (fixture, "url_row"), "error"));
}

static void
test_caller (PreferencesFixture *fixture,
             gconstpointer       data)
{
  static const struct {
    const char *text;
    gboolean is_taken;
  } cases[] = { { "w3", TRUE }, { "+4921112345", TRUE }, { "", TRUE }, { "w", FALSE }, { "w0 w1", FALSE }, { "Alice", FALSE } };
  GtkWidget *row;

  start (fixture, FALSE);
  row = preferences_find (fixture, "caller_row");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *value = NULL;

    g_settings_set_string (preferences_get_gsettings (fixture), "sipgate-caller", "p9");
    preferences_enter (row, cases[i].text);
    value = g_settings_get_string (preferences_get_gsettings (fixture), "sipgate-caller");
    g_assert_cmpstr (value, ==, cases[i].is_taken ? cases[i].text : "p9");
    g_assert_cmpint (gtk_widget_has_css_class (row, "error"), ==, !cases[i].is_taken);
  }
}

static void
test_secrets_are_not_shown (PreferencesFixture *fixture,
                            gconstpointer       data)
{
  GtkWidget *row;

  start (fixture, FALSE);
  row = preferences_find (fixture, "secret_row");
  g_assert_false (gtk_widget_get_visible (preferences_find (fixture, "secret_mark")));
  preferences_enter (row, "secret");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);

  g_test_add ("/preferences/sipgate/connection", PreferencesFixture, NULL, set_up, test_connection, tear_down);
  g_test_add ("/preferences/sipgate/register-and-restore", PreferencesFixture, NULL, set_up, test_register_and_restore, tear_down);
  g_test_add ("/preferences/sipgate/not-booked", PreferencesFixture, NULL, set_up, test_not_booked, tear_down);
  g_test_add ("/preferences/sipgate/caller", PreferencesFixture, NULL, set_up, test_caller, tear_down);
  g_test_add ("/preferences/sipgate/secrets-are-not-shown", PreferencesFixture, NULL, set_up, test_secrets_are_not_shown, tear_down);

  return g_test_run ();
}
