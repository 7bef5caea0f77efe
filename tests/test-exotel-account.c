/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "fake-exotel.h"
#include "gnome-keyring-fixture.h"
#include "preferences-fixture.h"
#include "secrets-fixture.h"

/* The page "Exotel" of the preferences with what it works on: a running engine, an Exotel, the desktop's real keyring. */
typedef struct {
  PreferencesFixture preferences;
  FakeExotel *fake;
  GSubprocess *keyring;  /* (owned) (nullable) */
} Fixture;

static GtkWidget *
find (Fixture    *fixture,
      const char *id)
{
  return preferences_find (&fixture->preferences, id);
}

static void
enter (Fixture    *fixture,
       const char *id,
       const char *text)
{
  preferences_enter (find (fixture, id), text);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  PreferencesFixture *preferences = &fixture->preferences;
  g_autoptr (CsEngineConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  fixture->fake = fake_exotel_new ();
  preferences_prepare (preferences);
  g_settings_set_int (preferences_get_gsettings (preferences), "webhook-port", 0);
  g_settings_set_int (preferences_get_gsettings (preferences), "api-port", 0);
  preferences->secrets = cs_secrets_new (preferences->data_dir);
  config = cs_settings_get_engine_config (preferences->settings);
  cs_engine_start (preferences->engine, config, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  preferences_tear_down (&fixture->preferences, data);
  g_assert_cmpuint (fake_exotel_get_n_bystander_requests (fixture->fake), ==, 0);
  fake_exotel_free (fixture->fake);
  if (fixture->keyring != NULL)
    stop_gnome_keyring (fixture->keyring);
  g_clear_object (&fixture->keyring);
}

/* Starts the keyring and waits until it is open. FALSE where none is installed. */
static gboolean
start_keyring (Fixture *fixture)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");

  if (program == NULL) {
    g_test_skip ("gnome-keyring-daemon isn't installed");
    preferences_open (&fixture->preferences);
    return FALSE;
  }
  fixture->keyring = start_gnome_keyring (program, root, "test");
  wait_for_gnome_keyring ();
  return TRUE;
}

static void
wait_for_visible (Fixture    *fixture,
                  const char *id,
                  gboolean    is_visible)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;

  while (gtk_widget_get_visible (find (fixture, id)) != is_visible && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpint (gtk_widget_get_visible (find (fixture, id)), ==, is_visible);
}

/* Waits until the keyring itself, asked by somebody else, has these. */
static void
wait_for_kept (Fixture    *fixture,
               const char *key,
               const char *token)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;
  g_autoptr (CsSecrets) other = cs_secrets_new (fixture->preferences.data_dir);
  gboolean is_kept = FALSE;

  while (!is_kept && g_get_monotonic_time () < deadline) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CsSecretValues) values = look_up (other, &error);

    g_assert_no_error (error);
    is_kept = g_str_equal (values->texts[CS_SECRET_EXOTEL_API_KEY], key)
              && g_str_equal (values->texts[CS_SECRET_EXOTEL_API_TOKEN], token);
  }
  assert_found (other, "", "", key, token);
}

static void
assert_marks (Fixture  *fixture,
              gboolean  has_key,
              gboolean  has_token)
{
  wait_for_visible (fixture, "key_mark", has_key);
  wait_for_visible (fixture, "key_remove_button", has_key);
  wait_for_visible (fixture, "token_mark", has_token);
  wait_for_visible (fixture, "token_remove_button", has_token);
}

static void
test_secrets (Fixture       *fixture,
              gconstpointer  data)
{
  if (!start_keyring (fixture))
    return;
  preferences_open (&fixture->preferences);
  assert_marks (fixture, FALSE, FALSE);

  enter (fixture, "key_row", "first-key");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find (fixture, "key_row"))), ==, "");
  assert_marks (fixture, TRUE, FALSE);
  wait_for_kept (fixture, "first-key", "");
  enter (fixture, "token_row", "a-token");
  assert_marks (fixture, TRUE, TRUE);
  wait_for_kept (fixture, "first-key", "a-token");

  /* What is entered takes its place; nothing entered takes nothing away. */
  enter (fixture, "key_row", " second-key ");
  wait_for_kept (fixture, "second-key", "a-token");
  enter (fixture, "key_row", "  ");
  preferences_close (&fixture->preferences);
  preferences_open (&fixture->preferences);
  assert_marks (fixture, TRUE, TRUE);
  wait_for_kept (fixture, "second-key", "a-token");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find (fixture, "key_row"))), ==, "");

  g_signal_emit_by_name (find (fixture, "key_remove_button"), "clicked");
  assert_marks (fixture, FALSE, TRUE);
  wait_for_kept (fixture, "", "a-token");
  g_signal_emit_by_name (find (fixture, "token_remove_button"), "clicked");
  assert_marks (fixture, FALSE, FALSE);
  wait_for_kept (fixture, "", "");
}

/* Presses the button and waits for the answer. */
static const char *
run_test (Fixture *fixture)
{
  GtkWidget *button = find (fixture, "test_button");
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;

  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_get_sensitive (button));
  while (!gtk_widget_get_sensitive (button) && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_true (gtk_widget_get_sensitive (button));
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (find (fixture, "test_row")));
}

static void
assert_answers (Fixture    *fixture,
                gboolean    is_good,
                const char *words)
{
  const char *answer = run_test (fixture);
  GtkWidget *image = find_widget (find (fixture, "test_row"), "mark");

  g_test_message ("%s", answer);
  g_assert_nonnull (strstr (answer, words));
  g_assert_true (gtk_widget_get_visible (image));
  g_assert_cmpint (gtk_widget_has_css_class (image, "success"), ==, is_good);
  g_assert_cmpint (gtk_widget_has_css_class (image, "error"), ==, !is_good);
  g_assert_null (strstr (answer, FAKE_EXOTEL_KEY));
  g_assert_null (strstr (answer, FAKE_EXOTEL_TOKEN));
}

/* What has been stored is tried, though it is never shown. */
static void
test_stored (Fixture       *fixture,
             gconstpointer  data)
{
  if (!start_keyring (fixture))
    return;
  assert_stored (fixture->preferences.secrets, CS_SECRET_EXOTEL_API_KEY, FAKE_EXOTEL_KEY);
  assert_stored (fixture->preferences.secrets, CS_SECRET_EXOTEL_API_TOKEN, FAKE_EXOTEL_TOKEN);
  preferences_open (&fixture->preferences);
  assert_marks (fixture, TRUE, TRUE);
  enter (fixture, "sid_row", FAKE_EXOTEL_SID);
  enter (fixture, "base_url_row", fake_exotel_get_url (fixture->fake));
  assert_answers (fixture, TRUE, fake_exotel_get_url (fixture->fake));

  /* What is typed is tried before it is applied. */
  gtk_editable_set_text (GTK_EDITABLE (find (fixture, "token_row")), "wrong-token");
  assert_answers (fixture, FALSE, "refuses the API key or token");
  gtk_editable_set_text (GTK_EDITABLE (find (fixture, "token_row")), "");

  g_signal_emit_by_name (find (fixture, "token_remove_button"), "clicked");
  assert_marks (fixture, TRUE, FALSE);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find (fixture, "test_row"))), ==, "Not tested yet");
  assert_answers (fixture, FALSE, "Account SID, API key and API token are needed");
}

/* Each answer has its own remedy. */
static void
test_answers (Fixture       *fixture,
              gconstpointer  data)
{
  static const FakeExotelBehaviour fine = { 0 };
  static const FakeExotelBehaviour kyc = { .mode = FAKE_EXOTEL_STATUS, .status = 403, .code = "340030",
                                           .message = "Your account is not yet KYC compliant" };
  static const FakeExotelBehaviour address = { .mode = FAKE_EXOTEL_STATUS, .status = 403, .message = "IP not whitelisted" };
  static const FakeExotelBehaviour plan = { .mode = FAKE_EXOTEL_STATUS, .status = 402 };
  static const struct {
    const char *sid, *key, *token;
    const FakeExotelBehaviour *behaviour;
    const char *base_url;  /* (nullable) NULL: the fake Exotel's */
    const char *words;     /* (nullable) NULL: all is well */
  } cases[] = {
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &fine, NULL, NULL },
    { "othersid1", FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &fine, NULL, "knows no account with this SID" },
    { FAKE_EXOTEL_SID, "other-key", FAKE_EXOTEL_TOKEN, &fine, NULL, "refuses the API key or token" },
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, "other-token", &fine, NULL, "refuses the API key or token" },
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &address, NULL, "doesn't accept requests from this computer's address" },
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &kyc, NULL, "hasn't verified this account yet" },
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &plan, NULL, "plan doesn't include call records" },
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &fine, "http://127.0.0.1:1", "can't be reached" },
    { FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN, &fine, NULL, NULL },
  };

  preferences_open (&fixture->preferences);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *url = cases[i].base_url != NULL ? cases[i].base_url : fake_exotel_get_url (fixture->fake);

    fake_exotel_set_behaviour (fixture->fake, cases[i].behaviour);
    enter (fixture, "sid_row", cases[i].sid);
    enter (fixture, "base_url_row", url);
    gtk_editable_set_text (GTK_EDITABLE (find (fixture, "key_row")), cases[i].key);
    gtk_editable_set_text (GTK_EDITABLE (find (fixture, "token_row")), cases[i].token);
    assert_answers (fixture, cases[i].words == NULL, cases[i].words != NULL ? cases[i].words : url);
  }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));
  g_autoptr (GError) error = NULL;
  int status;

  root = g_dir_make_tmp ("callstats-secrets-XXXXXX", &error);
  g_assert_no_error (error);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_setenv ("SECRET_BACKEND", "service", TRUE);
  /* libsecret asks the first bus it finds for ever. GTestDBus takes the display away, so that nobody else is asked. */
  start_bus ();
  if (display != NULL)
    g_setenv ("DISPLAY", display, TRUE);
  fixture_init_test (&argc, &argv);

  g_test_add ("/exotel-account/keyring/stored-replaced-removed", Fixture, NULL, set_up, test_secrets, tear_down);
  g_test_add ("/exotel-account/connection/stored-secrets-are-tried", Fixture, NULL, set_up, test_stored, tear_down);
  g_test_add ("/exotel-account/connection/answers-are-told-apart", Fixture, NULL, set_up, test_answers, tear_down);
  status = g_test_run ();
  remove_tree (root);
  g_clear_pointer (&root, g_free);
  return status;
}
