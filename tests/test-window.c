/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "window-fixture.h"

#include "ui/cs-about-window.h"

static void
assert_bar (WindowFixture *fixture,
            const char    *id,
            const char    *message)
{
  GtkWidget *bar = fixture_find (fixture, id);

  g_assert_cmpint (gtk_widget_get_visible (bar), ==, message != NULL);
  if (message == NULL)
    return;
  assert_text (bar, "label", message);
  gtk_test_accessible_assert_role (bar, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_test_accessible_assert_property (bar, GTK_ACCESSIBLE_PROPERTY_LABEL, message);
}

static void
test_no_bars (WindowFixture *fixture,
              gconstpointer  data)
{
  fixture_show (fixture);
  fixture_present (fixture);
  assert_bar (fixture, "webhook_bar", NULL);
  assert_bar (fixture, "api_bar", NULL);
  assert_bar (fixture, "storage_bar", NULL);
  assert_bar (fixture, "signature_bar", NULL);
}

static void
test_bars (WindowFixture *fixture,
           gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;

  snapshot->webhook_error = g_strdup ("Port 8080 is used by another program <b>&.");
  snapshot->api_error = g_strdup ("Port 3000 is used by another program.");
  snapshot->storage_error = g_strdup ("The disk is full.");
  snapshot->n_waiting = 1;
  snapshot->refusals[CS_REFUSAL_SIGNATURE] = 12;
  fixture_show (fixture);
  fixture_present (fixture);
  assert_bar (fixture, "webhook_bar", "Port 8080 is used by another program <b>&.");
  assert_bar (fixture, "api_bar", "Port 3000 is used by another program.");
  assert_bar (fixture, "storage_bar", "The disk is full. 1 report of a call is held in memory until then.");
  assert_bar (fixture, "signature_bar", "12 requests were refused: their signature is not sipgate’s");

  snapshot->n_waiting = 0;
  snapshot->refusals[CS_REFUSAL_SIGNATURE] = 1;
  fixture_show (fixture);
  assert_bar (fixture, "storage_bar", "The disk is full.");
  assert_bar (fixture, "signature_bar", "1 request was refused: its signature is not sipgate’s");
}

static void
test_bars_go (WindowFixture *fixture,
              gconstpointer  data)
{
  gint64 deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
  GtkWidget *bar;

  fixture->snapshot->storage_error = g_strdup ("The disk is full.");
  fixture_show (fixture);
  fixture_present (fixture);
  g_clear_pointer (&fixture->snapshot->storage_error, g_free);
  fixture_show (fixture);
  bar = fixture_find (fixture, "storage_bar");
  while (gtk_widget_get_visible (bar) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  assert_bar (fixture, "storage_bar", NULL);
}

typedef struct {
  guint port;
  const char *error;
  const char *url;
  gint64 last_event_us;
  gboolean is_sample;
  const char *word;
  const char *icon_name;
} ReceiverCase;

static void
test_receiver (WindowFixture *fixture,
               gconstpointer  data)
{
  static const ReceiverCase cases[] = {
    { 0, NULL, NULL, CS_UNKNOWN, FALSE, "Starting…", "cs-receiving-symbolic" },
    { 0, "Port 8080 is used.", NULL, CS_UNKNOWN, FALSE, "Not receiving", "dialog-error-symbolic" },
    { 8080, NULL, NULL, CS_UNKNOWN, FALSE, "No tunnel", "dialog-warning-symbolic" },
    { 8080, NULL, NULL, 1, FALSE, "Receiving", "cs-receiving-symbolic" },
    { 8080, NULL, "https://name.example/x", CS_UNKNOWN, FALSE, "Receiving", "cs-receiving-symbolic" },
    { 8080, NULL, NULL, CS_UNKNOWN, TRUE, "Sample data", "cs-sample-symbolic" },
  };
  GtkWidget *button = fixture_find (fixture, "receiver_button");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CsSnapshot *snapshot = fixture->snapshot;
    g_autofree char *name = g_strconcat ("Receiver: ", cases[i].word, NULL);

    snapshot->webhook_port = cases[i].port;
    snapshot->last_event_us = cases[i].last_event_us;
    snapshot->is_sample = cases[i].is_sample;
    g_free (snapshot->webhook_error);
    snapshot->webhook_error = g_strdup (cases[i].error);
    g_free (snapshot->sipgate_url);
    snapshot->sipgate_url = g_strdup (cases[i].url);
    fixture_show (fixture);
    assert_text (button, "label", cases[i].word);
    g_assert_cmpstr (gtk_image_get_icon_name (GTK_IMAGE (find_widget (button, "image"))), ==, cases[i].icon_name);
    gtk_test_accessible_assert_property (find_widget (button, "button"), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  }
}

static void
test_receiver_details (WindowFixture *fixture,
                       gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;
  GtkWidget *button = fixture_find (fixture, "receiver_button");

  fixture_show (fixture);
  assert_text (button, "url_label", "No public address is set");
  assert_text (button, "last_label", "Never");
  assert_text (button, "problem_label", "None");
  assert_text (button, "local_label", "http://127.0.0.1:8080");
  g_assert_false (gtk_widget_get_visible (find_widget (button, "copy_button")));

  snapshot->sipgate_url = g_strdup ("https://name.example/webhook/sipgate/x");
  snapshot->last_event_us = g_get_real_time () - 125 * G_USEC_PER_SEC;
  snapshot->last_refusal_us = g_get_real_time () - G_TIME_SPAN_HOUR;
  snapshot->refusals[CS_REFUSAL_SIGNATURE] = 2;
  snapshot->refusals[CS_REFUSAL_PATH] = 3;
  fixture_show (fixture);
  assert_text (button, "url_label", "https://name.example/webhook/sipgate/x");
  assert_text (button, "last_label", "2 minutes ago");
  assert_text (button, "problem_label", "5 requests refused. 1 hour ago\nCompare the address at the provider with the one above; "
                                        "strangers may try addresses, too.");
  snapshot->refusals[CS_REFUSAL_SIGNATURE] = 3;
  fixture_show (fixture);
  assert_text (button, "problem_label", "6 requests refused. 1 hour ago\nLet the tunnel pass requests on as they are.");
  g_assert_true (gtk_widget_get_visible (find_widget (button, "copy_button")));

  snapshot->webhook_port = 0;
  snapshot->webhook_error = g_strdup ("Port 8080 is used.");
  fixture_show (fixture);
  assert_text (button, "problem_label", "Port 8080 is used.");
  assert_text (button, "local_label", "–");
}

static const char *
get_state (WindowFixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (fixture_find (fixture, "state_stack")));
}

static void
test_first_step (WindowFixture *fixture,
                 gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;

  snapshot->has_calls = FALSE;
  fixture_show (fixture);
  g_assert_cmpstr (get_state (fixture), ==, "first-step");
  g_assert_true (gtk_widget_get_visible (fixture_find (fixture, "public_url_row")));
  g_assert_false (gtk_widget_get_visible (fixture_find (fixture, "address_row")));

  snapshot->sipgate_url = g_strdup ("https://name.example/webhook/sipgate/x&y");
  fixture_show (fixture);
  fixture_present (fixture);
  g_assert_false (gtk_widget_get_visible (fixture_find (fixture, "public_url_row")));
  g_assert_true (gtk_widget_get_visible (fixture_find (fixture, "address_row")));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (fixture_find (fixture, "address_row"))), ==,
                   "https://name.example/webhook/sipgate/x&y");

  add_call (snapshot->active, 1, CS_OUTCOME_RINGING, "492111234567", NULL);
  fixture_show (fixture);
  g_assert_cmpstr (get_state (fixture), ==, "views");
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
test_copy (WindowFixture *fixture,
           gconstpointer  data)
{
  g_autofree char *text = NULL;

  fixture->snapshot->has_calls = FALSE;
  fixture->snapshot->sipgate_url = g_strdup ("https://name.example/webhook/sipgate/x");
  fixture_show (fixture);
  fixture_present (fixture);
  g_signal_emit_by_name (find_widget (fixture_find (fixture, "first_step_page"), "copy_button"), "clicked");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), NULL, on_text_read, &text);
  while (text == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (text, ==, "https://name.example/webhook/sipgate/x");
}

static void
test_public_url (WindowFixture *fixture,
                 gconstpointer  data)
{
  GtkWidget *row;
  g_autofree char *stored = NULL;

  fixture->snapshot->has_calls = FALSE;
  fixture_show (fixture);
  row = fixture_find (fixture, "public_url_row");

  gtk_editable_set_text (GTK_EDITABLE (row), "name.example");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "The address must start with https://");
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  g_signal_emit_by_name (row, "apply");
  stored = g_settings_get_string (fixture->settings, "public-url");
  g_assert_cmpstr (stored, ==, "");
  g_clear_pointer (&stored, g_free);

  gtk_editable_set_text (GTK_EDITABLE (row), " https://name.example ");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "Public address of a tunnel of your own");
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);
  g_signal_emit_by_name (row, "apply");
  stored = g_settings_get_string (fixture->settings, "public-url");
  g_assert_cmpstr (stored, ==, "https://name.example");
}

static void
test_sample (WindowFixture *fixture,
             gconstpointer  data)
{
  g_autofree char *subtitle = NULL;

  fixture->snapshot->is_sample = TRUE;
  fixture->snapshot->has_calls = FALSE;
  fixture_show (fixture);
  g_object_get (fixture_find (fixture, "switcher_title"), "subtitle", &subtitle, NULL);
  g_assert_cmpstr (subtitle, ==, "Sample data: these calls are made up");
  g_assert_cmpstr (get_state (fixture), ==, "views");
}

static void
test_failure (WindowFixture *fixture,
              gconstpointer  data)
{
  cs_window_show_failure (fixture->window, "Another CallStats uses <the> data & more.");
  g_assert_cmpstr (get_state (fixture), ==, "failure");
  g_assert_cmpstr (adw_status_page_get_description (ADW_STATUS_PAGE (fixture_find (fixture, "failure_page"))), ==,
                   "Another CallStats uses &lt;the&gt; data &amp; more.");
}

/* Who has only entered the address for heartbeats at Exotel sees what they tell, and then what they choose. */
static void
test_heartbeat_alone (WindowFixture *fixture,
                      gconstpointer  data)
{
  AdwViewStack *views = ADW_VIEW_STACK (fixture_find (fixture, "view_stack"));

  fixture->snapshot->has_calls = FALSE;
  fixture_show (fixture);
  g_assert_cmpstr (get_state (fixture), ==, "first-step");

  fixture->snapshot->has_heartbeat = TRUE;
  fixture_show (fixture);
  g_assert_cmpstr (get_state (fixture), ==, "views");
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (views), ==, "monitoring");

  adw_view_stack_set_visible_child_name (views, "today");
  fixture_show (fixture);
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (views), ==, "today");
}

/* There is no way around the first step; where there are figures, there are pages to choose from. */
static void
test_switcher (WindowFixture *fixture,
               gconstpointer  data)
{
  gboolean is_enabled;

  fixture->snapshot->has_calls = FALSE;
  fixture_show (fixture);
  g_object_get (fixture_find (fixture, "switcher_title"), "view-switcher-enabled", &is_enabled, NULL);
  g_assert_false (is_enabled);

  fixture->snapshot->exotel.activity = CS_EXOTEL_IDLE;
  fixture_show (fixture);
  g_object_get (fixture_find (fixture, "switcher_title"), "view-switcher-enabled", &is_enabled, NULL);
  g_assert_true (is_enabled);
  g_assert_cmpstr (get_state (fixture), ==, "views");
}

static void
test_menu (WindowFixture *fixture,
           gconstpointer  data)
{
  GtkWidget *button = fixture_find (fixture, "menu_button");

  g_assert_true (gtk_menu_button_get_primary (GTK_MENU_BUTTON (button)));
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Main menu");
}

/* Everything the window ever shows fits into 360 pixels. */
static void
test_narrow (WindowFixture *fixture,
             gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;
  CsCall *call = add_call (snapshot->latest, 1, CS_OUTCOME_ANSWERED_UNATTRIBUTED, "492111234567", "4921155660");
  int minimum;

  call->needs_callback = TRUE;
  call->started_us -= 30 * G_TIME_SPAN_DAY;
  call->talk_us = 3 * G_TIME_SPAN_HOUR;
  snapshot->webhook_port = 0;
  snapshot->webhook_error = g_strdup ("Port 8080 is used by another program. Choose another port in Preferences.");
  snapshot->storage_error = g_strdup ("The disk is full.");
  snapshot->refusals[CS_REFUSAL_SIGNATURE] = 123456;
  for (guint i = 0; i < CS_N_OUTCOMES; i++)
    snapshot->incoming.outcomes[i] = 123456;
  snapshot->today = snapshot->usual_so_far = snapshot->incoming;

  fixture_show (fixture);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 480);
  fixture_present (fixture);
  gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);

  snapshot->has_calls = FALSE;
  fixture_show (fixture);
  gtk_widget_measure (GTK_WIDGET (fixture->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

static int
count_columns (GtkWidget *first)
{
  graphene_rect_t bounds;
  float y = -1;
  int n = 0;

  for (GtkWidget *child = first; child != NULL; child = gtk_widget_get_next_sibling (child)) {
    g_assert_true (gtk_widget_compute_bounds (child, gtk_widget_get_parent (child), &bounds));
    if (y >= 0 && bounds.origin.y > y)
      break;
    y = bounds.origin.y;
    n++;
  }
  return n;
}

/* Wide: six tiles and two charts side by side. Below 700 pixels one chart above the other. */
static void
test_columns (WindowFixture *fixture,
              gconstpointer  data)
{
  static const struct {
    int width;
    int n_tiles;
    int n_charts;
  } cases[] = { { 960, 6, 2 }, { 690, 3, 1 }, { 360, 2, 1 } };
  int width = cases[GPOINTER_TO_UINT (data)].width;
  GtkWidget *chart;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, 680);
  fixture_show (fixture);
  fixture_present (fixture);
  chart = gtk_widget_get_parent (gtk_widget_get_parent (fixture_find (fixture, "outcome_view")));
  g_assert_cmpint (count_columns (fixture_find (fixture, "calls_button")), ==, cases[GPOINTER_TO_UINT (data)].n_tiles);
  g_assert_cmpint (count_columns (gtk_widget_get_first_child (chart)), ==, cases[GPOINTER_TO_UINT (data)].n_charts);
}

static void
test_size (WindowFixture *fixture,
           gconstpointer  data)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 801, 602);
  fixture_present (fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  while (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "window-width"), ==, 801);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "window-height"), ==, 602);
  g_assert_false (g_settings_get_boolean (fixture->settings, "window-maximized"));
}

/* What the user copies into a report says nothing that is nobody's business. */
static void
test_about (WindowFixture *fixture,
            gconstpointer  data)
{
  g_autofree char *text = NULL;

  g_free (fixture->snapshot->sipgate_path);
  fixture->snapshot->sipgate_path = g_strdup ("/webhook/sipgate/secret");
  fixture->snapshot->sipgate_url = g_strdup ("https://name.example/webhook/sipgate/secret");
  add_call (fixture->snapshot->latest, 1, CS_OUTCOME_MISSED, "492111234567", NULL);
  text = cs_about_window_describe (fixture->snapshot);
  g_assert_nonnull (strstr (text, "Receiver: 127.0.0.1:8080\n"));
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, "name.example"));
  g_assert_null (strstr (text, "49211"));
}

static void
add (const char *path,
     void        (*test) (WindowFixture *, gconstpointer),
     guint         data)
{
  g_test_add (path, WindowFixture, GUINT_TO_POINTER (data), fixture_set_up, test, fixture_tear_down);
}

int
main (int    argc,
      char **argv)
{
  fixture_init_test (&argc, &argv);
  add ("/window/no-message-while-all-is-well", test_no_bars, 0);
  add ("/window/messages-stack", test_bars, 0);
  add ("/window/messages-go", test_bars_go, 0);
  add ("/window/receiver/states", test_receiver, 0);
  add ("/window/receiver/details", test_receiver_details, 0);
  add ("/window/first-step", test_first_step, 0);
  add ("/window/first-step/copy", test_copy, 0);
  add ("/window/first-step/public-address-is-checked", test_public_url, 0);
  add ("/window/sample-is-marked", test_sample, 0);
  add ("/window/failure-is-text", test_failure, 0);
  add ("/window/heartbeat-alone-shows-monitoring", test_heartbeat_alone, 0);
  add ("/window/switcher", test_switcher, 0);
  add ("/window/menu", test_menu, 0);
  add ("/window/fits-360-pixels", test_narrow, 0);
  add ("/window/columns/wide", test_columns, 0);
  add ("/window/columns/below-700", test_columns, 1);
  add ("/window/columns/narrow", test_columns, 2);
  add ("/window/size-is-remembered", test_size, 0);
  add ("/window/about-keeps-secrets", test_about, 0);
  return g_test_run ();
}
