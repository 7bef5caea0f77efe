/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "preferences-fixture.h"

#include "ui/cs-address-check-view.h"
#include "ui/cs-tunnel-rows.h"
#include "ui/cs-tunnel-state-row.h"

#define FINGERPRINT "SHA256:FV8IMJ4IYjYUTnd6on7PqbRjaZf4c1EhhEBgeUdE94I"

/* What the application was asked to do. */
static GString *asked;

static void
on_action (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  g_string_append_printf (asked, "%s %s;", g_action_get_name (G_ACTION (action)),
                          parameter != NULL ? g_variant_get_string (parameter, NULL) : "");
}

static void
assert_asked (const char *expected)
{
  g_assert_cmpstr (asked->str, ==, expected);
  g_string_truncate (asked, 0);
}

static void
add_actions (void)
{
  static const GActionEntry entries[] = {
    { .name = "check-address", .activate = on_action },
    { .name = "retry-tunnel", .activate = on_action },
    { .name = "trust-tunnel-key", .activate = on_action, .parameter_type = "s" },
    { .name = "forget-tunnel-key", .activate = on_action },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (fixture_get_application ()), entries, G_N_ELEMENTS (entries), NULL);
}

static CsTunnelState
make_state (CsTunnelPhase phase)
{
  return (CsTunnelState) {
    .phase = phase,
    .host = (char *) "name.example",
    .error = (char *) (phase == CS_TUNNEL_PHASE_WAITING || phase == CS_TUNNEL_PHASE_REFUSED ? "It is <so> & bad." : NULL),
    .url = (char *) (phase == CS_TUNNEL_PHASE_OPEN ? "https://x.name.example" : NULL),
    .fingerprint = (char *) (phase == CS_TUNNEL_PHASE_ASKING || phase == CS_TUNNEL_PHASE_REFUSED ? FINGERPRINT : NULL),
    .key_type = (char *) (phase == CS_TUNNEL_PHASE_ASKING || phase == CS_TUNNEL_PHASE_REFUSED ? "ED25519" : NULL),
  };
}

static AdwMessageDialog *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return ADW_MESSAGE_DIALOG (window);
  }
  return NULL;
}

static void
answer_question (const char *response)
{
  AdwMessageDialog *question = find_question ();
  const char *text;

  g_assert_nonnull (question);
  text = gtk_label_get_label (GTK_LABEL (adw_message_dialog_get_extra_child (question)));
  g_assert_nonnull (strstr (text, FINGERPRINT));
  adw_message_dialog_response (question, response);
  gtk_window_destroy (GTK_WINDOW (question));
  g_assert_null (find_question ());
}

/* Which rows are there, by how calls come. */
static void
test_modes (PreferencesFixture *fixture,
            gconstpointer       data)
{
  static const char *const of_ssh[] = { "state_row", "host_row", "port_row", "user_row", "host_key_row", "remote_port_row" };
  static const struct {
    const char *mode;
    gboolean is_ssh;
    gboolean has_url;
  } cases[] = { { "manual", FALSE, TRUE }, { "ssh", TRUE, TRUE }, { "none", FALSE, FALSE } };
  GSettings *settings = preferences_get_gsettings (fixture);
  GtkWidget *rows = preferences_find (fixture, "tunnel_rows");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_settings_set_string (settings, "tunnel-mode", cases[i].mode);
    g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (find_widget (rows, "mode_row"))), ==, i);
    for (gsize j = 0; j < G_N_ELEMENTS (of_ssh); j++)
      g_assert_cmpint (gtk_widget_get_visible (find_widget (rows, of_ssh[j])), ==, cases[i].is_ssh);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (rows, "public_url_row")), ==, cases[i].has_url);
    g_assert_false (gtk_widget_get_visible (find_widget (rows, "check_row")));
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *stored = NULL;

    adw_combo_row_set_selected (ADW_COMBO_ROW (find_widget (rows, "mode_row")), i);
    stored = g_settings_get_string (settings, "tunnel-mode");
    g_assert_cmpstr (stored, ==, cases[i].mode);
  }
}

typedef struct {
  const char *row;
  const char *key;
  const char *wrong;
  const char *says;
  const char *right;
} EntryCase;

/* What is typed is checked at every key, the row says why it can't be, and only what can be is stored. */
static void
test_entries (PreferencesFixture *fixture,
              gconstpointer       data)
{
  static const EntryCase cases[] = {
    { "host_row", "tunnel-host", "", "The server’s name is needed, as in localhost.run", "serveo.net" },
    { "host_row", "tunnel-host", "a b", "A server’s name has only letters, digits and - . in it", "10.0.0.7" },
    { "host_row", "tunnel-host", "-oProxyCommand=x", "A server’s name has only letters, digits and - . in it", "name.example" },
    { "user_row", "tunnel-user", "", "A user name is needed; services tell which one", "plan" },
    { "user_row", "tunnel-user", "<b>", "A user name has only letters, digits and - . _ @ + in it", "nokey" },
    { "host_key_row", "tunnel-host-key", "SHA256:x", "A fingerprint is SHA256: and 43 letters, digits, + or /", FINGERPRINT },
    { "host_key_row", "tunnel-host-key", "MD5:00", "A fingerprint is SHA256: and 43 letters, digits, + or /", "" },
    { "public_url_row", "public-url", "name.example", "The address must start with https://", "https://name.example" },
  };
  GSettings *settings = preferences_get_gsettings (fixture);

  g_settings_set_string (settings, "tunnel-mode", "ssh");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GtkWidget *row = preferences_find (fixture, cases[i].row);
    g_autofree char *before = g_settings_get_string (settings, cases[i].key);
    g_autofree char *name = g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
    g_autofree char *after = NULL;
    g_autofree char *stored = NULL;

    preferences_enter (row, cases[i].wrong);
    g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, cases[i].says);
    g_assert_true (gtk_widget_has_css_class (row, "error"));
    gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
    after = g_settings_get_string (settings, cases[i].key);
    g_assert_cmpstr (after, ==, before);

    preferences_enter (row, cases[i].right);
    g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, name);
    g_assert_false (gtk_widget_has_css_class (row, "error"));
    stored = g_settings_get_string (settings, cases[i].key);
    g_assert_cmpstr (stored, ==, cases[i].right);
  }
}

/* The address for sipgate follows the way that is chosen. */
static void
test_address (PreferencesFixture *fixture,
              gconstpointer       data)
{
  GSettings *settings = preferences_get_gsettings (fixture);
  AdwActionRow *row = ADW_ACTION_ROW (preferences_find (fixture, "address_row"));

  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "https://name.example/webhook/sipgate/••••••••");
  g_settings_set_string (settings, "tunnel-mode", "ssh");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Known as soon as the tunnel is open");
  g_assert_false (gtk_widget_get_sensitive (preferences_find (fixture, "copy_button")));
  g_settings_set_string (settings, "tunnel-mode", "none");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Choose a tunnel first");
}

static void
test_names (PreferencesFixture *fixture,
            gconstpointer       data)
{
  static const struct {
    const char *id;
    const char *name;
  } cases[] = {
    { "port_spin", "Port of the server" },
    { "remote_port_spin", "Port that the server opens" },
  };
  GtkWidget *view = preferences_find (fixture, "check_view");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    gtk_test_accessible_assert_property (preferences_find (fixture, cases[i].id), GTK_ACCESSIBLE_PROPERTY_LABEL, cases[i].name);
  gtk_test_accessible_assert_property (find_widget (view, "button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Check the public address");
  gtk_test_accessible_assert_role (find_widget (view, "label"), GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
test_narrow (PreferencesFixture *fixture,
             gconstpointer       data)
{
  GtkWidget *rows = preferences_find (fixture, "tunnel_rows");
  GtkWidget *page = gtk_widget_get_ancestor (rows, ADW_TYPE_PREFERENCES_PAGE);
  g_autoptr (CsSnapshot) snapshot = cs_snapshot_new ();
  int minimum;

  g_settings_set_string (preferences_get_gsettings (fixture), "tunnel-mode", "ssh");
  snapshot->sipgate_url = g_strdup ("https://x");
  snapshot->tunnel.phase = CS_TUNNEL_PHASE_REFUSED;
  snapshot->tunnel.error = g_strnfill (300, 'w');
  snapshot->address.checked_us = 1;
  snapshot->address.error = g_strnfill (300, 'w');
  cs_tunnel_rows_apply_snapshot (CS_TUNNEL_ROWS (rows), snapshot);
  g_assert_true (gtk_widget_get_visible (find_widget (rows, "check_row")));
  gtk_widget_measure (page, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

typedef struct {
  CsTunnelPhase phase;
  const char *title;
  const char *subtitle;
  const char *button;   /* (nullable) */
  const char *response; /* (nullable) to the question that the button asks */
  const char *asked;    /* of the application, once the button is pressed and the question answered */
} StateCase;

static void
test_state (void)
{
  static const StateCase cases[] = {
    { CS_TUNNEL_PHASE_OFF, "The tunnel is off", "Calls come by another way", NULL, NULL, "" },
    { CS_TUNNEL_PHASE_CONNECTING, "Connecting…", "name.example is asked for a public address", NULL, NULL, "" },
    { CS_TUNNEL_PHASE_ASKING, "Is this the right server?", "", "Compare…", "later", "" },
    { CS_TUNNEL_PHASE_ASKING, "Is this the right server?", "", "Compare…", "trust", "trust-tunnel-key " FINGERPRINT ";" },
    { CS_TUNNEL_PHASE_OPEN, "The tunnel is open", "https://x.name.example", NULL, NULL, "" },
    { CS_TUNNEL_PHASE_WAITING, "There is no tunnel now", "It is <so> & bad. It is tried again by itself.", "Try Again", NULL,
      "retry-tunnel ;" },
    { CS_TUNNEL_PHASE_REFUSED, "The server shows another key", "It is <so> & bad.", "Forget Old Key…", "cancel", "" },
    { CS_TUNNEL_PHASE_REFUSED, "The server shows another key", "It is <so> & bad.", "Forget Old Key…", "forget",
      "forget-tunnel-key ;" },
  };
  GtkWidget *row;

  fixture_get_application ();
  row = g_object_ref_sink (g_object_new (CS_TYPE_TUNNEL_STATE_ROW, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CsTunnelState state = make_state (cases[i].phase);
    GtkWidget *button = find_widget (row, "button");

    cs_tunnel_state_row_apply (CS_TUNNEL_STATE_ROW (row), &state);
    g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, cases[i].title);
    g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, cases[i].subtitle);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (row, "spinner")), ==, cases[i].phase == CS_TUNNEL_PHASE_CONNECTING);
    g_assert_cmpint (gtk_widget_get_visible (button), ==, cases[i].button != NULL);
    if (cases[i].button == NULL)
      continue;
    g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, cases[i].button);
    g_signal_emit_by_name (button, "clicked");
    if (cases[i].response != NULL)
      answer_question (cases[i].response);
    assert_asked (cases[i].asked);
  }
  g_assert_finalize_object (row);
}

static void
test_check (void)
{
  gint64 ago_us = g_get_real_time () - 125 * G_USEC_PER_SEC;
  const struct {
    CsAddressState state;
    const char *text;
    const char *icon_name; /* (nullable) */
  } cases[] = {
    { { FALSE, CS_UNKNOWN, CS_UNKNOWN, CS_ADDRESS_FAULT_NONE, NULL }, "Not checked yet", NULL },
    { { TRUE, CS_UNKNOWN, CS_UNKNOWN, CS_ADDRESS_FAULT_NONE, NULL }, "Checking…", NULL },
    { { TRUE, ago_us, 1000, CS_ADDRESS_FAULT_NONE, NULL }, "Checking…", NULL },
    { { FALSE, ago_us, 241000, CS_ADDRESS_FAULT_NONE, NULL }, "It works: 241 ms there and back. 2 minutes ago",
      "object-select-symbolic" },
    { { FALSE, ago_us, 10, CS_ADDRESS_FAULT_NONE, NULL }, "It works: 1 ms there and back. 2 minutes ago", "object-select-symbolic" },
    { { FALSE, ago_us, 2340000, CS_ADDRESS_FAULT_NONE, NULL }, "It works: 2.3 s there and back. 2 minutes ago",
      "object-select-symbolic" },
    { { FALSE, ago_us, CS_UNKNOWN, CS_ADDRESS_FAULT_NAME, (char *) "There is <no> server." }, "There is <no> server.",
      "dialog-warning-symbolic" },
  };
  GtkWidget *view;

  fixture_get_application ();
  view = g_object_ref_sink (g_object_new (CS_TYPE_ADDRESS_CHECK_VIEW, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GtkImage *image = GTK_IMAGE (find_widget (view, "image"));

    cs_address_check_view_apply (CS_ADDRESS_CHECK_VIEW (view), &cases[i].state);
    assert_text (view, "label", cases[i].text);
    g_assert_cmpint (gtk_widget_get_visible (GTK_WIDGET (image)), ==, cases[i].icon_name != NULL);
    if (cases[i].icon_name != NULL)
      g_assert_cmpstr (gtk_image_get_icon_name (image), ==, cases[i].icon_name);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (view, "spinner")), ==, cases[i].state.is_checking);
    g_assert_cmpint (gtk_widget_get_sensitive (find_widget (view, "button")), ==, !cases[i].state.is_checking);
  }
  g_signal_emit_by_name (find_widget (view, "button"), "clicked");
  assert_asked ("check-address ;");
  g_assert_finalize_object (view);
}

static void
set_tunnel (WindowFixture *fixture,
            CsTunnelPhase  phase)
{
  CsTunnelState state = make_state (phase);
  CsSnapshot *snapshot = fixture->snapshot;

  cs_tunnel_state_clear (&snapshot->tunnel);
  cs_tunnel_state_copy (&snapshot->tunnel, &state);
  g_clear_pointer (&snapshot->public_url, g_free);
  g_clear_pointer (&snapshot->sipgate_url, g_free);
  snapshot->public_url = g_strdup (state.url != NULL ? state.url : "");
  if (state.url != NULL)
    snapshot->sipgate_url = g_strconcat (state.url, "/webhook/sipgate/x", NULL);
}

/* The button in the header bar, by tunnel and check. */
static void
test_button (WindowFixture *fixture,
             gconstpointer  data)
{
  static const struct {
    CsTunnelPhase phase;
    CsAddressFault fault;
    gboolean was_heard_since;
    const char *word;
    const char *icon_name;
    const char *button;    /* (nullable) in the popover */
    const char *asked;
  } cases[] = {
    { CS_TUNNEL_PHASE_CONNECTING, 0, FALSE, "Connecting…", "cs-receiving-symbolic", NULL, "" },
    { CS_TUNNEL_PHASE_ASKING, 0, FALSE, "Confirm server", "dialog-question-symbolic", "Trust", "trust-tunnel-key " FINGERPRINT ";" },
    { CS_TUNNEL_PHASE_WAITING, 0, TRUE, "No tunnel", "dialog-warning-symbolic", "Try Again", "retry-tunnel ;" },
    { CS_TUNNEL_PHASE_REFUSED, 0, TRUE, "No tunnel", "dialog-error-symbolic", "Forget Old Key…", "" },
    { CS_TUNNEL_PHASE_OPEN, 0, FALSE, "Receiving", "cs-receiving-symbolic", NULL, "" },
    { CS_TUNNEL_PHASE_OPEN, CS_ADDRESS_FAULT_TUNNEL, FALSE, "Not reachable", "dialog-warning-symbolic", NULL, "" },
    { CS_TUNNEL_PHASE_OPEN, CS_ADDRESS_FAULT_TUNNEL, TRUE, "Receiving", "cs-receiving-symbolic", NULL, "" },
    { CS_TUNNEL_PHASE_OPEN, CS_ADDRESS_FAULT_PROXY, FALSE, "Receiving", "cs-receiving-symbolic", NULL, "" },
  };
  GtkWidget *receiver = fixture_find (fixture, "receiver_button");
  GtkWidget *button = find_widget (receiver, "tunnel_button");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    CsSnapshot *snapshot = fixture->snapshot;

    set_tunnel (fixture, cases[i].phase);
    snapshot->address.checked_us = 1000;
    snapshot->address.fault = cases[i].fault;
    snapshot->last_event_us = cases[i].was_heard_since ? 2000 : 500;
    fixture_show (fixture);
    assert_text (receiver, "label", cases[i].word);
    g_assert_cmpstr (gtk_image_get_icon_name (GTK_IMAGE (find_widget (receiver, "image"))), ==, cases[i].icon_name);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (receiver, "tunnel_box")), ==, cases[i].phase != CS_TUNNEL_PHASE_OPEN);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (receiver, "later_button")), ==, cases[i].phase == CS_TUNNEL_PHASE_ASKING);
    g_assert_cmpint (gtk_widget_get_visible (button), ==, cases[i].button != NULL);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (receiver, "check_view")), ==, cases[i].phase == CS_TUNNEL_PHASE_OPEN);
    if (cases[i].button == NULL)
      continue;
    g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, cases[i].button);
    g_signal_emit_by_name (button, "clicked");
    if (cases[i].phase == CS_TUNNEL_PHASE_REFUSED)
      answer_question ("cancel");
    assert_asked (cases[i].asked);
  }
}

/* Who uses Exotel copies its addresses, too. */
static void
test_lines (WindowFixture *fixture,
            gconstpointer  data)
{
  CsSnapshot *snapshot = fixture->snapshot;
  GtkWidget *receiver = fixture_find (fixture, "receiver_button");

  set_tunnel (fixture, CS_TUNNEL_PHASE_OPEN);
  snapshot->heartbeat_path = g_strdup ("/webhook/heartbeat/x");
  snapshot->call_event_path = g_strdup ("/webhook/exotel-call/x");
  fixture_show (fixture);
  assert_text (find_widget (receiver, "sipgate_line"), "url_label", "https://x.name.example/webhook/sipgate/x");
  g_assert_false (gtk_widget_get_visible (find_widget (receiver, "heartbeat_line")));
  snapshot->has_heartbeat = TRUE;
  fixture_show (fixture);
  assert_text (find_widget (receiver, "heartbeat_line"), "url_label", "https://x.name.example/webhook/heartbeat/x");
  assert_text (find_widget (receiver, "call_event_line"), "url_label", "https://x.name.example/webhook/exotel-call/x");
  gtk_test_accessible_assert_property (find_widget (find_widget (receiver, "heartbeat_line"), "copy_button"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Copy the address for Exotel’s reports of health");
}

/* A stranger is asked for once, however often the state comes again; another one is asked for anew. */
static void
test_question (WindowFixture *fixture,
               gconstpointer  data)
{
  fixture_present (fixture);
  set_tunnel (fixture, CS_TUNNEL_PHASE_ASKING);
  fixture_show (fixture);
  g_assert_nonnull (find_question ());
  fixture_show (fixture);
  answer_question ("later");
  assert_asked ("");
  fixture_show (fixture);
  set_tunnel (fixture, CS_TUNNEL_PHASE_CONNECTING);
  fixture_show (fixture);
  set_tunnel (fixture, CS_TUNNEL_PHASE_ASKING);
  fixture_show (fixture);
  g_assert_null (find_question ());

  g_free (fixture->snapshot->tunnel.fingerprint);
  fixture->snapshot->tunnel.fingerprint = g_strdup ("SHA256:other");
  fixture_show (fixture);
  g_assert_nonnull (find_question ());
  /* What is settled otherwise isn't asked any more. */
  set_tunnel (fixture, CS_TUNNEL_PHASE_OFF);
  fixture_show (fixture);
  g_assert_null (find_question ());
}

/* It can't be closed while the server shows another key. */
static void
test_changed_key (WindowFixture *fixture,
                  gconstpointer  data)
{
  GtkWidget *bar = fixture_find (fixture, "tunnel_bar");

  fixture_present (fixture);
  set_tunnel (fixture, CS_TUNNEL_PHASE_REFUSED);
  fixture_show (fixture);
  g_assert_true (gtk_widget_get_visible (bar));
  assert_text (bar, "label", "It is <so> & bad.");
  gtk_test_accessible_assert_role (bar, GTK_ACCESSIBLE_ROLE_ALERT);
  g_assert_null (find_question ());
  g_signal_emit_by_name (find_widget (bar, "button"), "clicked");
  answer_question ("forget");
  assert_asked ("forget-tunnel-key ;");
  fixture_show (fixture);
  g_assert_true (gtk_widget_get_visible (bar));
  set_tunnel (fixture, CS_TUNNEL_PHASE_OPEN);
  fixture_show (fixture);
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (find_widget (bar, "revealer"))));
}

/* What the first step shows, by the tunnel. */
static void
test_first_step (WindowFixture *fixture,
                 gconstpointer  data)
{
  static const struct {
    CsTunnelPhase phase;
    gboolean shows_offer, shows_state, shows_entry, shows_address;
  } cases[] = {
    { CS_TUNNEL_PHASE_OFF, TRUE, FALSE, TRUE, FALSE },
    { CS_TUNNEL_PHASE_CONNECTING, FALSE, TRUE, FALSE, FALSE },
    { CS_TUNNEL_PHASE_ASKING, FALSE, TRUE, FALSE, FALSE },
    { CS_TUNNEL_PHASE_WAITING, FALSE, TRUE, FALSE, FALSE },
    { CS_TUNNEL_PHASE_REFUSED, FALSE, TRUE, FALSE, FALSE },
    { CS_TUNNEL_PHASE_OPEN, FALSE, FALSE, FALSE, TRUE },
  };
  GtkWidget *page = fixture_find (fixture, "first_step_page");
  g_autofree char *mode = NULL;
  g_autofree char *back = NULL;

  fixture->snapshot->has_calls = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    set_tunnel (fixture, cases[i].phase);
    fixture_show (fixture);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "open_button")), ==, cases[i].shows_offer);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "tunnel_row")), ==, cases[i].shows_offer);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "state_row")), ==, cases[i].shows_state);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "own_button")), ==, cases[i].shows_state);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "public_url_row")), ==, cases[i].shows_entry);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "address_row")), ==, cases[i].shows_address);
    g_assert_cmpint (gtk_widget_get_visible (find_widget (page, "check_row")), ==, cases[i].shows_address);
  }

  /* A server that doesn't tell its address: the user enters it. */
  set_tunnel (fixture, CS_TUNNEL_PHASE_OPEN);
  g_clear_pointer (&fixture->snapshot->tunnel.url, g_free);
  g_clear_pointer (&fixture->snapshot->sipgate_url, g_free);
  fixture->snapshot->tunnel.error = g_strdup ("Nobody knows the address.");
  fixture_show (fixture);
  g_assert_true (gtk_widget_get_visible (find_widget (page, "public_url_row")));

  g_signal_emit_by_name (find_widget (page, "open_button"), "clicked");
  mode = g_settings_get_string (fixture->settings, "tunnel-mode");
  g_assert_cmpstr (mode, ==, "ssh");
  g_signal_emit_by_name (find_widget (page, "own_button"), "clicked");
  back = g_settings_get_string (fixture->settings, "tunnel-mode");
  g_assert_cmpstr (back, ==, "manual");
}

int
main (int    argc,
      char **argv)
{
  int status;

  fixture_init_test (&argc, &argv);
  asked = g_string_new (NULL);
  add_actions ();
#define add_preferences(path, test) g_test_add (path, PreferencesFixture, NULL, preferences_set_up, test, preferences_tear_down)
#define add_window(path, test) g_test_add (path, WindowFixture, NULL, fixture_set_up, test, fixture_tear_down)
  add_preferences ("/tunnel-rows/only-those-that-matter", test_modes);
  add_preferences ("/tunnel-rows/checked-as-typed", test_entries);
  add_preferences ("/tunnel-rows/address-for-sipgate", test_address);
  add_preferences ("/tunnel-rows/accessible-names", test_names);
  add_preferences ("/tunnel-rows/narrow", test_narrow);
  g_test_add_func ("/tunnel-rows/state", test_state);
  g_test_add_func ("/tunnel-rows/check", test_check);
  add_window ("/tunnel-rows/receiver-button", test_button);
  add_window ("/tunnel-rows/addresses-of-each-provider", test_lines);
  add_window ("/tunnel-rows/question-is-asked-once", test_question);
  add_window ("/tunnel-rows/changed-key-is-told-until-it-is-settled", test_changed_key);
  add_window ("/tunnel-rows/first-step", test_first_step);
  status = g_test_run ();
  g_string_free (asked, TRUE);
  return status;
}
