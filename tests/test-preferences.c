/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

#include <glib/gstdio.h>

#include "ui/cs-preferences-window.h"

typedef struct {
  char *data_dir;
  CsSettings *settings;
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
  fixture->window = GTK_WIDGET (cs_preferences_window_new (fixture->settings));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *file = g_build_filename (fixture->data_dir, "settings.ini", NULL);

  g_object_ref (fixture->window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->window);
  g_object_unref (fixture->settings);
  g_unlink (file);
  g_rmdir (fixture->data_dir);
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
test_bound (Fixture       *fixture,
            gconstpointer  data)
{
  GSettings *settings = get_gsettings (fixture);

  g_assert_cmpint (gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (find (fixture, "webhook_port_spin"))), ==, 8080);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find (fixture, "webhook_port_spin")), 8090);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find (fixture, "api_port_spin")), 3001);
  gtk_switch_set_active (GTK_SWITCH (find (fixture, "verify_switch")), FALSE);
  gtk_switch_set_active (GTK_SWITCH (find (fixture, "api_switch")), FALSE);
  g_assert_cmpint (g_settings_get_int (settings, "webhook-port"), ==, 8090);
  g_assert_cmpint (g_settings_get_int (settings, "api-port"), ==, 3001);
  g_assert_false (g_settings_get_boolean (settings, "sipgate-verify-signature"));
  g_assert_false (g_settings_get_boolean (settings, "api-enabled"));
  g_assert_false (gtk_widget_get_sensitive (find (fixture, "api_port_row")));
}

/* The secret part of the address is copied, never shown. */
static void
test_masked (Fixture       *fixture,
             gconstpointer  data)
{
  AdwActionRow *row = ADW_ACTION_ROW (find (fixture, "address_row"));

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "https://name.example/webhook/sipgate/••••••••");
  g_assert_true (gtk_widget_get_sensitive (find (fixture, "copy_button")));

  g_settings_set_string (get_gsettings (fixture), "public-url", "");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Enter a public address first");
  g_assert_false (gtk_widget_get_sensitive (find (fixture, "copy_button")));
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
test_copy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *text = NULL;

  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
  g_signal_emit_by_name (find (fixture, "copy_button"), "clicked");
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
test_renew (Fixture       *fixture,
            gconstpointer  data)
{
  const char *old_token = "0123456789abcdef0123456789abcdef";
  g_autofree char *cancelled = NULL;
  g_autofree char *renewed = NULL;

  gtk_window_present (GTK_WINDOW (fixture->window));
  g_signal_emit_by_name (find (fixture, "renew_button"), "clicked");
  g_assert_nonnull (find_dialog ());
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "cancel");
  cancelled = g_settings_get_string (get_gsettings (fixture), "webhook-token");
  g_assert_cmpstr (cancelled, ==, old_token);
  gtk_window_destroy (GTK_WINDOW (find_dialog ()));

  g_signal_emit_by_name (find (fixture, "renew_button"), "clicked");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "renew");
  renewed = g_settings_get_string (get_gsettings (fixture), "webhook-token");
  g_assert_cmpstr (renewed, !=, old_token);
  g_assert_cmpint (strlen (renewed), >=, 32);
  gtk_window_destroy (GTK_WINDOW (find_dialog ()));
}

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
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
    gtk_test_accessible_assert_property (find (fixture, cases[i].id), GTK_ACCESSIBLE_PROPERTY_LABEL, cases[i].name);
}

static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const ids[] = { "public_url_row", "sid_row" };

  /* The window itself asks for 360 pixels inside of its border, whatever is in it. */
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    GtkWidget *page = gtk_widget_get_ancestor (find (fixture, ids[i]), ADW_TYPE_PREFERENCES_PAGE);
    int minimum;

    gtk_widget_measure (page, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    g_assert_cmpint (minimum, <=, 360);
  }
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
  add ("/preferences/bound-to-settings", test_bound);
  add ("/preferences/secret-is-masked", test_masked);
  add ("/preferences/copy", test_copy);
  add ("/preferences/renew-asks-first", test_renew);
  add ("/preferences/accessible-names", test_names);
  add ("/preferences/fits-360-pixels", test_narrow);
  return g_test_run ();
}
