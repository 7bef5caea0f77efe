/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "preferences-fixture.h"

#include "orders/cs-audio-wav.h"
#include "ui/cs-announcement-group.h"

static void
assert_setting (PreferencesFixture *fixture,
                const char         *key,
                const char         *expected)
{
  g_autofree char *value = g_settings_get_string (preferences_get_gsettings (fixture), key);

  g_assert_cmpstr (value, ==, expected);
}

static GtkWidget *
find_named (GtkWidget  *widget,
            const char *name)
{
  if (g_strcmp0 (gtk_widget_get_name (widget), name) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_named (child, name);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* A row of the database's group: other pages have some of the same name. */
static GtkWidget *
find_in_database (PreferencesFixture *fixture,
                  const char         *id)
{
  GtkWidget *widget = find_widget (preferences_find (fixture, "database_group"), id);

  g_assert_nonnull (widget);
  return widget;
}

static void
assert_numbers (PreferencesFixture *fixture,
                const char         *expected)
{
  g_auto (GStrv) numbers = g_settings_get_strv (preferences_get_gsettings (fixture), "orders-numbers");
  g_autofree char *joined = g_strjoinv (";", numbers);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_numbers (PreferencesFixture *fixture,
              gconstpointer       data)
{
  GtkWidget *group = preferences_find (fixture, "numbers_group");
  GtkWidget *entry = find_named (group, "orders_number_row");
  GtkWidget *check;

  preferences_enter (entry, "nobody");
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  assert_numbers (fixture, "");
  preferences_enter (entry, " +49 221 4710950 ");
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  assert_numbers (fixture, "+49 221 4710950");
  /* The same in another spelling is no second one. */
  preferences_enter (entry, "0221 4710950");
  assert_numbers (fixture, "+49 221 4710950");

  check = find_named (group, "+49 221 4710950");
  g_assert_nonnull (check);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  assert_numbers (fixture, "");
}

static void
test_callers (PreferencesFixture *fixture,
              gconstpointer       data)
{
  GtkWidget *row = preferences_find (fixture, "transfer_row");

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (preferences_find (fixture, "digits_spin")), 6);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (preferences_find (fixture, "timeout_spin")), 7.5);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "orders-digits"), ==, 6);
  g_assert_cmpint (g_settings_get_int (preferences_get_gsettings (fixture), "orders-timeout"), ==, 7500);
  preferences_enter (row, "+49 211 1234567");
  assert_setting (fixture, "orders-transfer-number", "+49 211 1234567");
  preferences_enter (row, "reception");
  assert_setting (fixture, "orders-transfer-number", "+49 211 1234567");
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  preferences_enter (row, "");
  assert_setting (fixture, "orders-transfer-number", "");
}

static void
test_sources (PreferencesFixture *fixture,
              gconstpointer       data)
{
  AdwComboRow *row = ADW_COMBO_ROW (preferences_find (fixture, "source_row"));
  GtkWidget *file_row = preferences_find (fixture, "file_row");
  GtkWidget *database = preferences_find (fixture, "database_group");

  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, cs_order_database_is_built () ? 3 : 2);
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  g_assert_false (gtk_widget_get_visible (file_row));
  g_assert_false (gtk_widget_get_visible (database));
  adw_combo_row_set_selected (row, 1);
  g_assert_true (gtk_widget_get_visible (file_row));
  g_settings_set_string (preferences_get_gsettings (fixture), "orders-csv-file", "/srv/orders.csv");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (file_row)), ==, "/srv/orders.csv");
  if (cs_order_database_is_built ()) {
    adw_combo_row_set_selected (row, 2);
    assert_setting (fixture, "orders-source", "database");
    g_assert_true (gtk_widget_get_visible (database));
  }
  adw_combo_row_set_selected (row, 0);
  assert_setting (fixture, "orders-source", "book");
  assert_setting (fixture, "orders-csv-file", "");
  g_assert_false (gtk_widget_get_visible (database));
}

static void
test_database_fields (PreferencesFixture *fixture,
                      gconstpointer       data)
{
  static const struct {
    const char *row;
    const char *key;
    const char *text;
    gboolean is_taken;
  } cases[] = {
    { "host_row", "orders-db-host", "db.example", TRUE },
    { "host_row", "orders-db-host", "db example", FALSE },
    { "host_row", "orders-db-host", "", FALSE },
    { "socket_row", "orders-db-socket", "/run/mysqld/mysqld.sock", TRUE },
    { "socket_row", "orders-db-socket", "mysqld.sock", FALSE },
    { "name_row", "orders-db-name", "shop", TRUE },
    { "query_row", "orders-db-query", "SELECT state FROM shop WHERE nr = ?", TRUE },
    { "query_row", "orders-db-query", "SELECT state FROM shop", FALSE },
    { "query_row", "orders-db-query", "DELETE FROM shop WHERE nr = ?", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GtkWidget *row = find_in_database (fixture, cases[i].row);
    g_autofree char *before = g_settings_get_string (preferences_get_gsettings (fixture), cases[i].key);

    preferences_enter (row, cases[i].text);
    g_assert_cmpint (gtk_widget_has_css_class (row, "error"), ==, !cases[i].is_taken);
    assert_setting (fixture, cases[i].key, cases[i].is_taken ? cases[i].text : before);
  }
  g_settings_set_string (preferences_get_gsettings (fixture), "orders-db-ca-file", "/srv/ca.pem");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find_in_database (fixture, "ca_row"))), ==, "/srv/ca.pem");
  g_signal_emit_by_name (find_widget (find_in_database (fixture, "ca_row"), "forget_button"), "clicked");
  assert_setting (fixture, "orders-db-ca-file", "");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find_in_database (fixture, "ca_row"))), ==, "The system’s");
  g_assert_false (gtk_widget_get_visible (find_widget (find_in_database (fixture, "ca_row"), "forget_button")));
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_in_database (fixture, "tls_row")), 1);
  assert_setting (fixture, "orders-db-tls", "required");
}

static void
test_password_is_not_shown (PreferencesFixture *fixture,
                            gconstpointer       data)
{
  GtkWidget *row = find_in_database (fixture, "password_row");

  g_assert_false (gtk_widget_get_visible (find_in_database (fixture, "password_mark")));
  preferences_enter (row, "secret");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
}

static void
test_look_up (PreferencesFixture *fixture,
              gconstpointer       data)
{
  AdwActionRow *row = ADW_ACTION_ROW (find_in_database (fixture, "test_row"));
  GtkWidget *button = find_in_database (fixture, "test_button");

  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Enter a customer number above: digits only.");
  gtk_editable_set_text (GTK_EDITABLE (find_in_database (fixture, "customer_row")), "4711");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Not tested yet");
  g_signal_emit_by_name (button, "clicked");
  while (!gtk_widget_get_sensitive (button))
    g_main_context_iteration (NULL, TRUE);
  /* The engine doesn't run. */
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "A caller would hear: “We are sorry."));
  g_assert_true (gtk_widget_has_css_class (find_widget (GTK_WIDGET (row), "mark"), "error"));
}

static GBytes *
make_wav (void)
{
  /* One second of something louder than silence. */
  g_autofree gint16 *samples = g_new (gint16, 8000);

  for (int i = 0; i < 8000; i++)
    samples[i] = GINT16_TO_LE ((gint16) (i % 40 < 20 ? 8000 : -8000));
  return cs_audio_wav_new (samples, 8000 * sizeof *samples);
}

static void
take_file (CsAnnouncementGroup *group,
           const char          *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  cs_announcement_group_take_file (group, CS_ANNOUNCEMENT_FULFILLED, file);
}

static void
wait_for_subtitle (GtkWidget *row)
{
  while (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "Reading the recording…") == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_announcements (PreferencesFixture *fixture,
                    gconstpointer       data)
{
  CsAnnouncementGroup *group = CS_ANNOUNCEMENT_GROUP (preferences_find (fixture, "announcement_group"));
  GtkWidget *row = find_named (GTK_WIDGET (group), "fulfilled");
  g_autofree char *wav = g_build_filename (fixture->data_dir, "own.wav", NULL);
  g_autofree char *text = g_build_filename (fixture->data_dir, "text.wav", NULL);
  g_autofree char *folder = g_build_filename (fixture->data_dir, "announcements", NULL);
  g_autofree char *kept = g_build_filename (folder, "fulfilled-en.wav", NULL);
  g_autoptr (GBytes) bytes = make_wav ();

  g_settings_set_string (preferences_get_gsettings (fixture), "orders-language", "de");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "Ihre Bestellung ist erledigt. Vielen Dank, und auf Wiederhören.");
  g_settings_set_string (preferences_get_gsettings (fixture), "orders-language", "en");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Your order is done. Thank you, and goodbye.");

  g_assert_true (g_file_set_contents (text, "no sound at all", -1, NULL));
  take_file (group, text);
  wait_for_subtitle (row);
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (wav, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  take_file (group, wav);
  wait_for_subtitle (row);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Your own recording");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));

  g_signal_emit_by_name (find_named (row, "restore"), "clicked");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Your order is done. Thank you, and goodbye.");
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_unlink (wav);
  g_unlink (text);
  g_rmdir (folder);
}

int
main (int   argc,
      char *argv[])
{
  fixture_init_test (&argc, &argv);

#define add(path, test) \
  g_test_add ("/preferences/order-line" path, PreferencesFixture, NULL, preferences_set_up, test, preferences_tear_down)
  add ("/numbers", test_numbers);
  add ("/callers", test_callers);
  add ("/sources", test_sources);
  add ("/database/fields-are-checked", test_database_fields);
  add ("/database/password-is-not-shown", test_password_is_not_shown);
  add ("/database/look-up-says-what-is-heard", test_look_up);
  add ("/announcements", test_announcements);
  return g_test_run ();
}
