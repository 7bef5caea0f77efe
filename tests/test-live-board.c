/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "live-fixture.h"

#include <json-glib/json-glib.h>
#include <signal.h>

/* The whole way: a push comes over HTTP, and the window shows what it means. */

#define ANSWERED 0
#define VOICEMAIL 1
#define MISSED 3

/* A push as sipgate sent and signed it once. */
#define GENUINE_BODY \
  "event=newCall&direction=in&from=491776249000&to=4928559389086" \
  "&callId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057" \
  "&origCallId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057" \
  "&user%5B%5D=&xcid=8419b3450b75cd19"
#define GENUINE_SIGNATURE \
  "DFWZPUEqJc3Jrn90Hu7NcSeAeL/7/0eDik7C2xpwc26OqB5nu4Irbo3LJ6qyRnbYyq2OnsN7u9gGc89yXWZ6NbtKmKprDG0Ony3Bm/Oxpf2dYP" \
  "ziHUz4uXoio03T6LeUzAOZ/N4LajzgLIepvbvUJ/vjPAiJvG7NMxllSNjjsiXQqDIvS5smeXhbfamVuK/RheICMfpL0/qybDMLiOj0fw5whJE+" \
  "Sz3t2a/8GndjsvVeA7BoMZeP8B2klMrZHmbaJlfteU/csEWBAq3c6gbt4oaMlPFkp7IS50b4GJAkqrtllvYPhpRN2OhDa68TOfeTMs5wV+mGwu" \
  "M6jM6vVDF2tC6R9uqepaCBNaXvpr/dOJoc9qava3HN77plOeGKSbX88OEZl22bI/wTqn3lmwQgqbcd+k1Pt0LsAPuGQxvjseKankKvsvm8Uuxb" \
  "oxLhnZIbd4DvIjokiKY701yV26vfaD6nan8EOnUA5wVdmNM+HQhSWBZvW32kB3xvVhdVjnNfELGvZc/1IedHZ3KmFNBIxXuY0eQlsfdt1WAuFT" \
  "3oDfEoMryahAoakjIFUk6nlLHX0UnqS7fGXXx5AIvkIssxXP2iSg1ij1bsZJ/HmpyZInU9p7n1xMuXl/YD/Q8ITdCnHdKpcKznHEpAhRwG+gnF" \
  "4rl/FZqAk8I1l+6p+wVRdWQ="

static JsonNode *
get_json (const char *path)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (live_get_engine ());
  g_autoptr (GError) error = NULL;
  g_auto (LiveAnswer) answer = { 0 };
  JsonNode *node;

  live_begin (&answer, "GET", snapshot->api_port, path, NULL, NULL);
  live_wait (answer.is_done);
  g_assert_cmpuint (answer.status, ==, 200);
  node = json_from_string (answer.body, &error);
  g_assert_no_error (error);
  return node;
}

/* Whether the newest call still waits to be called back, as other programs see it. */
static gboolean
api_wants_callback (void)
{
  g_autoptr (JsonNode) node = get_json ("/api/calls?limit=1");
  JsonArray *calls = json_object_get_array_member (json_node_get_object (node), "calls");

  g_assert_cmpuint (json_array_get_length (calls), ==, 1);
  return json_object_get_boolean_member (json_array_get_object_element (calls, 0), "callback");
}

static void
assert_call_rings (void)
{
  g_assert_true (live_row_says ("active_list", 0, "title_label", "+49 30 23125114 → +49 221 4710900"));
  g_assert_true (live_row_says ("active_list", 0, "subtitle_label", "Ringing · Anna Berg"));
  g_assert_null (live_get_row ("active_list", 1));
}

/* A call rings on the board when its push is answered; the difference is what a person could notice. */
static void
test_rings (gpointer      fixture,
            gconstpointer data)
{
  g_autofree char *body = live_event ("newCall", "1", "493023125114", LIVE_USERS);
  g_auto (LiveAnswer) answer = { 0 };
  gint64 shown_us = 0, shown_frame = 0;

  /* The page that is shown without any call is not what is to be timed. */
  live_tell ("newCall", "0", "493023125207", LIVE_USERS);
  live_tell ("hangup", "0", "493023125207", "&cause=cancel");
  live_wait (live_row_says ("latest_list", 0, "title_label", "+49 30 23125207"));
  live_rest (G_USEC_PER_SEC / 2);

  live_begin_push (&answer, body, NULL);
  live_wait ((shown_us != 0 || live_get_row ("active_list", 0) != NULL) &&
             (shown_us = shown_us != 0 ? shown_us : g_get_monotonic_time ()) != 0 &&
             (shown_frame = shown_frame != 0 ? shown_frame : live_get_frame ()) != 0 && answer.is_done);
  g_assert_cmpuint (answer.status, ==, 200);
  assert_call_rings ();
  g_test_message ("on the board %.1f ms and %" G_GINT64_FORMAT " frames after its answer",
                  (double) (shown_us - answer.answered_us) / 1000, shown_frame - answer.answered_frame);
  g_assert_cmpint (shown_us - answer.answered_us, <, G_USEC_PER_SEC);

  live_wait (live_row_says ("active_list", 0, "time_label", "0:01"));
  live_wait (live_row_says ("active_list", 0, "time_label", "0:02"));
}

static void
test_whole_call (gpointer      fixture,
                 gconstpointer data)
{
  live_tell ("newCall", "1", "493023125114", LIVE_USERS "&user%5B%5D=Jonas+Weber&userId%5B%5D=w1");
  live_wait (live_state_is ("views"));
  live_wait (live_row_says ("active_list", 0, "subtitle_label", "Ringing · Anna Berg, Jonas Weber"));
  g_assert_true (live_tile_says ("calls_tile", "0"));
  g_assert_true (live_tile_says ("rate_tile", "–"));

  live_tell ("answer", "1", "493023125114", "&user=Jonas+Weber&userId=w1&answeringNumber=492214710901");
  live_wait (live_row_says ("active_list", 0, "subtitle_label", "Talking · Jonas Weber"));
  g_assert_true (live_row_says ("active_list", 0, "title_label", "+49 30 23125114 → +49 221 4710900"));
  g_assert_null (live_get_row ("latest_list", 0));
  live_rest (1100 * 1000);

  live_tell ("hangup", "1", "493023125114", "&cause=normalClearing&answeringNumber=492214710901");
  live_wait (live_bar_says (ANSWERED, "1 of 1 (100 %)"));
  live_wait (live_row_says ("latest_list", 0, "title_label", "+49 30 23125114"));
  g_assert_true (live_row_says ("latest_list", 0, "subtitle_label", "Answered · Jonas Weber · +49 221 4710900"));
  g_assert_true (live_row_says ("latest_list", 0, "duration_label", "0:01"));
  g_assert_false (gtk_widget_get_visible (find_widget (live_get_row ("latest_list", 0), "done_button")));
  g_assert_null (live_get_row ("active_list", 0));
  g_assert_true (live_tile_says ("calls_tile", "1"));
  g_assert_true (live_tile_says ("rate_tile", "100 %"));
  g_assert_true (live_tile_says ("duration_tile", "0:01"));
  g_assert_true (live_tile_says ("missed_tile", "0"));
  g_assert_true (live_tile_says ("callbacks_tile", "0"));
}

static void
test_missed (gpointer      fixture,
             gconstpointer data)
{
  GtkWidget *button;

  live_tell ("newCall", "1", "494066969351", LIVE_USERS);
  live_tell ("hangup", "1", "494066969351", "&cause=cancel");
  live_wait (live_bar_says (MISSED, "1 of 1 (100 %)"));
  live_wait (live_tile_says ("callbacks_tile", "1"));
  g_assert_true (live_tile_says ("missed_tile", "1"));
  g_assert_true (live_tile_says ("rate_tile", "0 %"));
  g_assert_true (live_row_says ("latest_list", 0, "subtitle_label", "Missed · +49 221 4710900"));
  g_assert_true (api_wants_callback ());

  button = find_widget (live_get_row ("latest_list", 0), "done_button");
  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_activate (button));
  live_wait (live_tile_says ("callbacks_tile", "0"));
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_true (live_tile_says ("missed_tile", "1"));
  g_assert_false (api_wants_callback ());
}

static void
set_verification (gboolean is_on)
{
  g_autofree char *body = live_event ("newCall", "unsigned", "493023125519", LIVE_USERS);

  g_settings_set_boolean (live_get_gsettings (), "sipgate-verify-signature", is_on);
  live_wait (live_push (body) == (is_on ? 403 : 200));
}

static void
test_signature (gpointer      fixture,
                gconstpointer data)
{
  g_auto (LiveAnswer) answer = { 0 };

  set_verification (TRUE);
  live_wait (live_message_says ("signature_bar", "1 request was refused: its signature is not sipgate’s"));
  g_assert_null (live_get_row ("active_list", 1));

  live_begin_push (&answer, GENUINE_BODY, GENUINE_SIGNATURE);
  live_wait (answer.is_done);
  g_assert_cmpuint (answer.status, ==, 200);
  live_wait (live_row_says ("active_list", 1, "title_label", "+49 177 6249000 → +49 2855 9389086"));
  g_assert_true (live_row_says ("active_list", 1, "subtitle_label", "Ringing"));

  /* Its hangup was never signed. */
  set_verification (FALSE);
  g_assert_cmpuint (live_push ("event=hangup&cause=cancel&callId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"),
                    ==, 200);
  live_wait (live_bar_says (MISSED, "1 of 1 (100 %)"));
  live_wait (live_row_says ("latest_list", 0, "title_label", "+49 177 6249000"));
}

/* Takes a port of the loopback address away. */
static GSocketListener *
occupy_port (guint *port)
{
  GSocketListener *listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return listener;
}

static void
test_port_in_use (gpointer      fixture,
                  gconstpointer data)
{
  GtkWidget *receiver = find_widget (GTK_WIDGET (live.window), "receiver_button");
  guint port;
  g_autoptr (GSocketListener) listener = occupy_port (&port);
  g_autofree char *message = g_strdup_printf ("Port %u is already in use by another program. Calls can't be received.", port);

  live_tell ("newCall", "1", "493023125114", LIVE_USERS);
  g_settings_set_int (live_get_gsettings (), "webhook-port", (int) port);
  live_wait (live_message_says ("webhook_bar", message));
  live_wait (live_says (receiver, "label", "Not receiving"));
  assert_call_rings ();

  g_socket_listener_close (listener);
  g_settings_set_int (live_get_gsettings (), "webhook-port", 0);
  live_wait (live_message_says ("webhook_bar", NULL));
  live_wait (live_says (receiver, "label", "Receiving"));
  live_tell ("hangup", "1", "493023125114", "&cause=cancel");
  live_wait (live_bar_says (MISSED, "1 of 1 (100 %)"));
}

/* Three calls: one that was missed, one that talks, one that rings. */
static void
assert_three_calls (void)
{
  live_wait (live_bar_says (MISSED, "1 of 1 (100 %)"));
  live_wait (live_row_says ("latest_list", 0, "title_label", "+49 40 66969808"));
  g_assert_true (live_row_says ("active_list", 0, "title_label", "+49 221 4710466 → +49 221 4710900"));
  g_assert_true (live_row_says ("active_list", 0, "subtitle_label", "Talking · Anna Berg"));
  g_assert_true (live_row_says ("active_list", 1, "title_label", "+49 30 23125519 → +49 221 4710900"));
  g_assert_true (live_row_says ("active_list", 1, "subtitle_label", "Ringing · Anna Berg"));
  g_assert_null (live_get_row ("active_list", 2));
  g_assert_null (live_get_row ("latest_list", 1));
  g_assert_true (live_tile_says ("calls_tile", "1"));
  g_assert_true (live_tile_says ("missed_tile", "1"));
  g_assert_true (live_tile_says ("callbacks_tile", "1"));
}

static const struct {
  const char *event;
  const char *id;
  const char *from;
  const char *rest;
} three_calls[] = {
  { "newCall", "1", "494066969808", LIVE_USERS },
  { "hangup", "1", "494066969808", "&cause=cancel" },
  { "newCall", "2", "492214710466", LIVE_USERS },
  { "answer", "2", "492214710466", "&user=Anna+Berg&userId=w0" },
  { "newCall", "3", "493023125519", LIVE_USERS },
};

/* Calls that began before go on behind the window. */
static void
assert_calls_go_on (void)
{
  live_tell ("hangup", "2", "492214710466", "&cause=normalClearing");
  live_wait (live_bar_says (ANSWERED, "1 of 2 (50 %)"));
  live_wait (live_row_says ("latest_list", 0, "title_label", "+49 221 4710466"));
  live_tell ("answer", "3", "493023125519", "&user=voicemail");
  live_tell ("hangup", "3", "493023125519", "&cause=normalClearing");
  live_wait (live_bar_says (VOICEMAIL, "1 of 3 (33 %)"));
  g_assert_null (live_get_row ("active_list", 0));
}

static void
test_restart (gpointer      fixture,
              gconstpointer data)
{
  g_autofree char *dir = g_strdup (live.data_dir);

  for (gsize i = 0; i < G_N_ELEMENTS (three_calls); i++)
    live_tell (three_calls[i].event, three_calls[i].id, three_calls[i].from, three_calls[i].rest);
  assert_three_calls ();

  /* Another folder in between: what is seen afterwards was read, not left over. */
  live_stop_engine ();
  g_free (live.data_dir);
  live.data_dir = live_make_folder ();
  live_start_engine (FALSE);
  live_wait (live_state_is ("first-step") && live_tile_says ("calls_tile", "0"));
  live_stop_engine ();
  live_remove_folder (live.data_dir);

  g_free (live.data_dir);
  live.data_dir = g_steal_pointer (&dir);
  live_start_engine (FALSE);
  live_wait (live_state_is ("views"));
  assert_three_calls ();
  assert_calls_go_on ();
}

/* The program without a window, on the folder of the test. */
static GSubprocess *
start_headless (guint *port)
{
  g_autofree char *file = g_build_filename (live.data_dir, "settings.ini", NULL);
  g_autofree char *option = g_strconcat ("--data-dir=", live.data_dir, NULL);
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  GSubprocess *process;

  g_assert_true (g_file_set_contents (file, "[com/example/CallStats]\nwebhook-port=0\napi-port=0\n"
                                            "webhook-token='0123456789abcdef'\nsipgate-verify-signature=false\n", -1, &error));
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("CALLSTATS"), "--headless", option, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (line, "ready webhook=http://127.0.0.1:%u/", port), ==, 1);
  return process;
}

static void
test_kill (gpointer      fixture,
           gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;
  guint port;

  if (g_getenv ("CALLSTATS") == NULL) {
    g_test_skip ("CALLSTATS doesn't name the program");
    return;
  }
  live_stop_engine ();
  process = start_headless (&port);
  for (gsize i = 0; i < G_N_ELEMENTS (three_calls); i++) {
    g_autofree char *body = live_event (three_calls[i].event, three_calls[i].id, three_calls[i].from, three_calls[i].rest);
    g_auto (LiveAnswer) answer = { 0 };

    live_begin (&answer, "POST", port, "/webhook/sipgate/0123456789abcdef", body, NULL);
    live_wait (answer.is_done);
    g_assert_cmpuint (answer.status, ==, 200);
  }
  g_subprocess_send_signal (process, SIGKILL);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (process));

  live_start_engine (FALSE);
  assert_three_calls ();
  assert_calls_go_on ();
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  live_add ("/live-board/a-call-rings-when-its-push-is-answered", test_rings);
  live_add ("/live-board/a-call-from-ring-to-hangup", test_whole_call);
  live_add ("/live-board/a-missed-call-is-settled-by-done", test_missed);
  live_add ("/live-board/what-sipgate-did-not-sign-is-refused", test_signature);
  live_add ("/live-board/a-port-in-use-is-told-and-mended", test_port_in_use);
  live_add ("/live-board/the-board-survives-a-restart", test_restart);
  live_add ("/live-board/the-board-survives-a-kill", test_kill);
  return live_run ();
}
