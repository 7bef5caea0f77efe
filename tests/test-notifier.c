/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "notification-fixture.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <sqlite3.h>
#include <string.h>

#define PATIENCE_US (30 * G_USEC_PER_SEC)
#define TOKEN "0123456789abcdef"
#define APPLICATION_PATH "/com/example/CallStats"
#define CALLER "4930123456"
#define CALLER_TITLE "Missed call from +49 30 123456"

/* The program itself with a window, a bus on which nothing else is but the notification service of the test, and calls over HTTP. */
typedef struct {
  GTestDBus *bus;            /* (owned) */
  GDBusConnection *connection; /* (owned) */
  NoteService *service;      /* (owned) (nullable) */
  char *dir;                 /* (owned) data and configuration */
  char *services_dir;        /* (owned) */
  guint16 port;
  GSubprocess *program;      /* (owned) (nullable) */
  SoupSession *session;      /* (owned) */
  guint n_calls;
} Fixture;

static char *display; /* (owned) where the program's window is shown */

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

#define wait_for(condition) \
  G_STMT_START { \
    gint64 end_us = g_get_monotonic_time () + PATIENCE_US; \
    gboolean is_met; \
    while (!(is_met = (condition)) && g_get_monotonic_time () < end_us) { \
      if (!g_main_context_iteration (NULL, FALSE)) \
        g_usleep (2000); \
    } \
    if (!is_met) \
      g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, "waited in vain for " #condition); \
  } G_STMT_END

static guint16
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static void
write_settings (Fixture    *fixture,
                const char *more)
{
  g_autofree char *path = g_build_filename (fixture->dir, "settings.ini", NULL);
  g_autofree char *text = g_strdup_printf ("[com/example/CallStats]\nwebhook-port=%u\napi-enabled=false\nwebhook-token='" TOKEN "'\n"
                                           "sipgate-verify-signature=false\n%s", fixture->port, more);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The bus starts the program as the desktop would. */
static void
write_service_file (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->services_dir, "com.example.CallStats.service", NULL);
  g_autofree char *text = g_strdup_printf ("[D-BUS Service]\nName=com.example.CallStats\n"
                                           "Exec=/usr/bin/env DISPLAY=%s %s --gapplication-service --data-dir=%s\n",
                                           display, g_getenv ("CALLSTATS"), fixture->dir);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  const char *service = data;
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("callstats-test-XXXXXX", NULL);
  fixture->services_dir = g_dir_make_tmp ("callstats-test-XXXXXX", NULL);
  g_setenv ("XDG_CONFIG_HOME", fixture->dir, TRUE);
  fixture->port = find_free_port ();
  write_settings (fixture, "");
  write_service_file (fixture);
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_add_service_dir (fixture->bus, fixture->services_dir);
  g_test_dbus_up (fixture->bus);
  /* GTestDBus takes it away. */
  g_setenv ("DISPLAY", display, TRUE);
  fixture->connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (fixture->bus),
                                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                                    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                                NULL, NULL, &error);
  g_assert_no_error (error);
  if (service != NULL)
    fixture->service = note_service_new (g_test_dbus_get_bus_address (fixture->bus), service);
  fixture->session = soup_session_new ();
}

/* Returns the status, 0 where nobody listens. */
static guint
post (Fixture    *fixture,
      const char *path,
      const char *type,
      const char *body)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/webhook/%s/" TOKEN, fixture->port, path);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GBytes) answer = NULL;

  soup_message_set_request_body_from_bytes (message, type, bytes);
  answer = soup_session_send_and_read (fixture->session, message, NULL, NULL);
  return answer != NULL ? soup_message_get_status (message) : 0;
}

static guint
post_event (Fixture    *fixture,
            const char *kind,
            guint       call,
            const char *from,
            const char *more)
{
  g_autofree char *body = g_strdup_printf ("event=%s&direction=in&from=%s&to=4921112345678&callId=call%u%s", kind, from, call, more);

  return post (fixture, "sipgate", "application/x-www-form-urlencoded", body);
}

static void
miss_call (Fixture    *fixture,
           const char *from)
{
  guint call = ++fixture->n_calls;

  g_assert_cmpuint (post_event (fixture, "newCall", call, from, "&user[]=Alice&userId[]=w0"), ==, 200);
  g_assert_cmpuint (post_event (fixture, "hangup", call, from, "&cause=cancel"), ==, 200);
}

static void
answer_call (Fixture    *fixture,
             const char *from)
{
  guint call = ++fixture->n_calls;

  g_assert_cmpuint (post_event (fixture, "newCall", call, from, "&user[]=Alice&userId[]=w0"), ==, 200);
  g_assert_cmpuint (post_event (fixture, "answer", call, from, "&user=Alice&userId=w0"), ==, 200);
}

static gboolean
is_listening (Fixture *fixture)
{
  return post_event (fixture, "other", 0, CALLER, "") != 0;
}

static void
start (Fixture *fixture)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *option = g_strconcat ("--data-dir=", fixture->dir, NULL);
  g_autoptr (GError) error = NULL;

  fixture->program = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("CALLSTATS"), option, NULL);
  g_assert_no_error (error);
  wait_for (is_listening (fixture));
}

static void
activate (Fixture    *fixture,
          const char *action,
          GVariant   *target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder targets;

  g_variant_builder_init (&targets, G_VARIANT_TYPE ("av"));
  if (target != NULL)
    g_variant_builder_add (&targets, "v", target);
  reply = g_dbus_connection_call_sync (fixture->connection, "com.example.CallStats", APPLICATION_PATH,
                                       "org.freedesktop.Application", "ActivateAction",
                                       g_variant_new ("(sava{sv})", action, &targets, NULL), NULL, G_DBUS_CALL_FLAGS_NONE, 30000,
                                       NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_owner (Fixture    *fixture,
           const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (fixture->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                                            "org.freedesktop.DBus", "NameHasOwner",
                                                            g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"),
                                                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean is_owned = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &is_owned);
  return is_owned;
}

static gboolean
is_on_bus (Fixture *fixture)
{
  return has_owner (fixture, "com.example.CallStats");
}

static gboolean
has_notifications (Fixture *fixture)
{
  return has_owner (fixture, FREEDESKTOP_SERVICE);
}

static gint64
get_number (Fixture    *fixture,
            const char *query)
{
  g_autofree char *path = g_build_filename (fixture->dir, "callstats.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *row = NULL;
  gint64 number = -1;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, query, -1, &row, NULL), ==, SQLITE_OK);
  if (sqlite3_step (row) == SQLITE_ROW)
    number = sqlite3_column_int64 (row, 0);
  sqlite3_finalize (row);
  sqlite3_close (db);
  return number;
}

/* Quit is a quit, whether a window is open or not; what was acknowledged is there afterwards. */
static void
quit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  activate (fixture, "quit", NULL);
  wait_for (!is_on_bus (fixture));
  if (fixture->program != NULL) {
    g_assert_true (g_subprocess_wait_check (fixture->program, NULL, &error));
    g_assert_no_error (error);
  }
  wait_for (!is_listening (fixture));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->program != NULL && g_subprocess_get_identifier (fixture->program) != NULL)
    g_subprocess_force_exit (fixture->program);
  if (fixture->program != NULL)
    g_subprocess_wait (fixture->program, NULL, NULL);
  g_clear_object (&fixture->program);
  g_clear_pointer (&fixture->service, note_service_free);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
  g_clear_object (&fixture->session);
  g_test_dbus_stop (fixture->bus);
  g_clear_object (&fixture->bus);
  remove_tree (fixture->dir);
  remove_tree (fixture->services_dir);
  g_free (fixture->dir);
  g_free (fixture->services_dir);
}

static void
test_missed (Fixture       *fixture,
             gconstpointer  data)
{
  gboolean is_gtk = g_str_equal ((const char *) data, GTK_SERVICE);
  Note *note;

  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) != NULL);
  note = note_service_find (fixture->service, CALLER_TITLE);
  g_assert_nonnull (strstr (note->body, "+49 211 12345678"));
  g_assert_cmpuint (note->n_times, ==, 1);
  g_assert_cmpstr (note_get_action (note, 0), ==, is_gtk ? "app.show-call(int64 1)" : "default");
  g_assert_true (g_strv_contains ((const char *const *) note->actions, "Done"));
  g_assert_true (g_strv_contains ((const char *const *) note->actions, "app.settle-callback(int64 1)"));
  if (is_gtk)
    g_assert_cmpstr (note->priority, ==, "high");
  quit (fixture);
}

/* A second report of the same call says nothing new, before and after a restart. */
static void
test_repeated (Fixture       *fixture,
               gconstpointer  data)
{
  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) != NULL);
  g_assert_cmpuint (post_event (fixture, "hangup", 1, CALLER, "&cause=cancel"), ==, 200);
  quit (fixture);
  g_clear_object (&fixture->program);

  start (fixture);
  g_assert_cmpuint (post_event (fixture, "hangup", 1, CALLER, "&cause=cancel"), ==, 200);
  miss_call (fixture, "4930999999");
  wait_for (note_service_find (fixture->service, "Missed call from +49 30 999999") != NULL);
  g_assert_cmpuint (fixture->service->notes->len, ==, 2);
  g_assert_cmpuint (((Note *) g_ptr_array_index (fixture->service->notes, 0))->n_times, ==, 1);
  quit (fixture);
}

static void
test_settled (Fixture       *fixture,
              gconstpointer  data)
{
  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) != NULL);
  answer_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) == NULL);
  quit (fixture);
}

static void
test_done (Fixture       *fixture,
           gconstpointer  data)
{
  Note *note;
  guint done = 0;

  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) != NULL);
  note = note_service_find (fixture->service, CALLER_TITLE);
  g_assert_cmpint (get_number (fixture, "SELECT count(*) FROM call WHERE callback = 1"), ==, 1);
  while (!g_str_equal (note->actions[2 * done + 1], "Done"))
    done++;
  note_service_click (fixture->service, note, done);
  wait_for (get_number (fixture, "SELECT count(*) FROM call WHERE callback = 1") == 0);
  quit (fixture);
}

/* A click on the notification itself leads to the call; the program goes on. */
static void
test_default (Fixture       *fixture,
              gconstpointer  data)
{
  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) != NULL);
  note_service_click (fixture->service, note_service_find (fixture->service, CALLER_TITLE), 0);
  miss_call (fixture, "4930999999");
  wait_for (note_service_find (fixture->service, "Missed call from +49 30 999999") != NULL);
  quit (fixture);
}

static void
test_rush (Fixture       *fixture,
           gconstpointer  data)
{
  Note *note;

  start (fixture);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *from = g_strdup_printf ("493055555%u", i);

    miss_call (fixture, from);
  }
  wait_for (note_service_find (fixture->service, "5 missed calls") != NULL);
  note = note_service_find (fixture->service, "5 missed calls");
  for (guint i = 0; i < fixture->service->notes->len; i++) {
    Note *other = g_ptr_array_index (fixture->service->notes, i);

    g_assert_true (other == note || other->is_closed);
  }
  quit (fixture);
}

static void
test_health (Fixture       *fixture,
             gconstpointer  data)
{
  Note *note;

  start (fixture);
  g_assert_cmpuint (post (fixture, "heartbeat", "application/json",
                          "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"status_type\":\"CRITICAL\",\"incoming_affected\":[],"
                          "\"outgoing_affected\":[],\"data\":[]}"), ==, 200);
  wait_for (note_service_find (fixture->service, "Your numbers can’t be called") != NULL);
  note = note_service_find (fixture->service, "Your numbers can’t be called");
  g_assert_cmpint (note->urgency, ==, 2);
  g_assert_cmpuint (post (fixture, "heartbeat", "application/json",
                          "{\"timestamp\":\"2026-01-01T00:01:00Z\",\"status_type\":\"OK\",\"incoming_affected\":[],"
                          "\"outgoing_affected\":[],\"data\":[]}"), ==, 200);
  wait_for (note_service_find (fixture->service, "Your numbers can be called again") != NULL);
  quit (fixture);
}

/* The trouble is told, and when it is over the notification goes. */
static void
test_port_in_use (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GSocketService) other = g_socket_service_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, fixture->port);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *option = g_strconcat ("--data-dir=", fixture->dir, NULL);
  Note *note;

  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (other), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                NULL, NULL));
  fixture->program = g_subprocess_launcher_spawn (launcher, NULL, g_getenv ("CALLSTATS"), option, NULL);
  wait_for (note_service_find (fixture->service, "Calls can’t be received") != NULL);
  note = note_service_find (fixture->service, "Calls can’t be received");
  g_assert_nonnull (strstr (note->body, "already in use"));

  g_socket_service_stop (other);
  g_socket_listener_close (G_SOCKET_LISTENER (other));
  fixture->port = find_free_port ();
  write_settings (fixture, "");
  wait_for (note->is_closed);
  wait_for (is_listening (fixture));
  quit (fixture);
}

/* A report that sipgate didn't sign is told once; the next one that gets through ends it. */
static void
test_signature (Fixture       *fixture,
                gconstpointer  data)
{
  Note *note;

  write_settings (fixture, "sipgate-verify-signature=true\n");
  start (fixture);
  g_assert_cmpuint (post_event (fixture, "newCall", 7, CALLER, ""), ==, 403);
  wait_for (note_service_find (fixture->service, "A report of a call was refused") != NULL);
  note = note_service_find (fixture->service, "A report of a call was refused");
  g_assert_cmpuint (post_event (fixture, "newCall", 8, CALLER, ""), ==, 403);

  write_settings (fixture, "");
  wait_for (post_event (fixture, "newCall", 9, CALLER, "") == 200);
  wait_for (note->is_closed);
  g_assert_cmpuint (note->n_times, ==, 1);
  quit (fixture);
}

static void
test_switched_off (Fixture       *fixture,
                   gconstpointer  data)
{
  write_settings (fixture, "notify-missed=false\n");
  start (fixture);
  miss_call (fixture, CALLER);
  g_assert_cmpuint (post (fixture, "heartbeat", "application/json",
                          "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"status_type\":\"CRITICAL\",\"incoming_affected\":[],"
                          "\"outgoing_affected\":[],\"data\":[]}"), ==, 200);
  wait_for (note_service_find (fixture->service, "Your numbers can’t be called") != NULL);
  g_assert_cmpuint (fixture->service->notes->len, ==, 1);
  quit (fixture);
}

/* Without a service, and after its end, calls are received as ever; a new one is told what comes. */
static void
test_service_dies (Fixture       *fixture,
                   gconstpointer  data)
{
  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (note_service_find (fixture->service, CALLER_TITLE) != NULL);
  g_clear_pointer (&fixture->service, note_service_free);
  wait_for (!has_notifications (fixture));
  miss_call (fixture, "4930999999");
  g_assert_true (is_on_bus (fixture));
  fixture->service = note_service_new (g_test_dbus_get_bus_address (fixture->bus), FREEDESKTOP_SERVICE);
  wait_for (note_service_find (fixture->service, "Missed call from +49 30 999999") != NULL);
  miss_call (fixture, "4930888888");
  wait_for (note_service_find (fixture->service, "Missed call from +49 30 888888") != NULL);
  quit (fixture);
}

static void
test_no_service (Fixture       *fixture,
                 gconstpointer  data)
{
  start (fixture);
  miss_call (fixture, CALLER);
  wait_for (get_number (fixture, "SELECT count(*) FROM call WHERE callback = 1") == 1);
  g_assert_true (is_on_bus (fixture));
  quit (fixture);
}

/* A button is pressed while the program doesn't run: the bus starts it, it does what was asked, and receives without a window. */
static void
test_activation (Fixture       *fixture,
                 gconstpointer  data)
{
  start (fixture);
  miss_call (fixture, CALLER);
  quit (fixture);
  g_clear_object (&fixture->program);

  activate (fixture, "settle-callback", g_variant_new_int64 (1));
  wait_for (get_number (fixture, "SELECT count(*) FROM call WHERE callback = 1") == 0);
  wait_for (is_listening (fixture));
  miss_call (fixture, "4930999999");
  wait_for (note_service_find (fixture->service, "Missed call from +49 30 999999") != NULL);
  activate (fixture, "show-call", g_variant_new_int64 (2));
  quit (fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  display = g_strdup (g_getenv ("DISPLAY"));
  g_test_add ("/notifier/missed/freedesktop", Fixture, FREEDESKTOP_SERVICE, set_up, test_missed, tear_down);
  g_test_add ("/notifier/missed/gtk", Fixture, GTK_SERVICE, set_up, test_missed, tear_down);
  g_test_add ("/notifier/missed/told-once-even-across-a-restart", Fixture, FREEDESKTOP_SERVICE, set_up, test_repeated, tear_down);
  g_test_add ("/notifier/missed/withdrawn-when-settled", Fixture, FREEDESKTOP_SERVICE, set_up, test_settled, tear_down);
  g_test_add ("/notifier/missed/done-ticks-off", Fixture, FREEDESKTOP_SERVICE, set_up, test_done, tear_down);
  g_test_add ("/notifier/missed/click-shows-the-call", Fixture, FREEDESKTOP_SERVICE, set_up, test_default, tear_down);
  g_test_add ("/notifier/missed/many-are-one", Fixture, FREEDESKTOP_SERVICE, set_up, test_rush, tear_down);
  g_test_add ("/notifier/health", Fixture, FREEDESKTOP_SERVICE, set_up, test_health, tear_down);
  g_test_add ("/notifier/port-in-use", Fixture, FREEDESKTOP_SERVICE, set_up, test_port_in_use, tear_down);
  g_test_add ("/notifier/signature-refused", Fixture, FREEDESKTOP_SERVICE, set_up, test_signature, tear_down);
  g_test_add ("/notifier/switched-off", Fixture, FREEDESKTOP_SERVICE, set_up, test_switched_off, tear_down);
  g_test_add ("/notifier/service-dies", Fixture, FREEDESKTOP_SERVICE, set_up, test_service_dies, tear_down);
  g_test_add ("/notifier/no-service", Fixture, NULL, set_up, test_no_service, tear_down);
  g_test_add ("/notifier/activation-by-the-bus", Fixture, FREEDESKTOP_SERVICE, set_up, test_activation, tear_down);
  return g_test_run ();
}
