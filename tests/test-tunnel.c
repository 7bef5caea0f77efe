/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel-fixture.h"

#include <sys/socket.h>

#define CROWD 64
#define MAX_LINKS 256

static void
test_off (void)
{
  g_autoptr (Bore) bore = bore_new (NULL, 1);

  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OFF);
  g_assert_cmpint (bore_state (bore)->lost_us, ==, CS_UNKNOWN);
  cs_tunnel_retry (bore->tunnel);
  cs_tunnel_forget_host (bore->tunnel);
  cs_tunnel_trust (bore->tunnel, "SHA256:x");
  cs_tunnel_wake (bore->tunnel);
  cs_tunnel_configure (bore->tunnel, NULL);
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OFF);
  g_assert_cmpuint (bore->n_changes, ==, 0);
}

static void
test_through (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  g_autofree char *server = g_strdup_printf ("127.0.0.1:%u", bore->sshd->port);
  guint n_changes;

  g_assert_cmpstr (bore_state (bore)->host, ==, server);
  g_assert_true (g_str_has_prefix (bore_state (bore)->url, "http://127.0.0.1:"));
  g_assert_null (bore_state (bore)->error);
  g_assert_cmpint (bore_state (bore)->lost_us, ==, CS_UNKNOWN);
  bore_assert_leads_here (bore);

  n_changes = bore->n_changes;
  cs_tunnel_configure (bore->tunnel, &bore->config);
  g_assert_cmpuint (bore->n_changes, ==, n_changes);
  bore_assert_leads_here (bore);

  cs_tunnel_configure (bore->tunnel, NULL);
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OFF);
  g_assert_null (bore_state (bore)->url);
}

static void
test_big (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  g_autoptr (RawClient) client = bore_connect (bore);
  g_autoptr (RawClient) reader = bore_connect (bore);
  g_autofree char *text = g_malloc (BIG);

  for (guint i = 0; i < BIG; i++)
    text[i] = (char) (i * 2654435761u >> 24);
  for (guint at = 0; at < BIG; at += 65536)
    {
      raw_client_send (client, text + at, 65536);
      raw_client_turn (client);
    }
  shutdown (g_socket_get_fd (client->socket), SHUT_WR);
  g_assert_true (raw_client_wait (client));
  g_assert_cmpmem (client->received->str, client->received->len, text, BIG);

  raw_client_send (reader, "big  ", -1);
  g_assert_true (raw_client_wait (reader));
  g_assert_cmpuint (reader->received->len, ==, BIG);
}

/* Each side may end first, and still gets what the other one has to say. */
static void
test_half_close (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  g_autoptr (RawClient) client = bore_connect (bore);
  g_autoptr (RawClient) idle = bore_connect (bore);

  raw_client_send (client, "nothing more comes", -1);
  shutdown (g_socket_get_fd (client->socket), SHUT_WR);
  g_assert_true (raw_client_wait (client));
  g_assert_cmpstr (client->received->str, ==, "nothing more comes");

  /* A client that keeps its connection after the listener has ended it doesn't keep the channel. */
  raw_client_send (idle, "close", -1);
  g_assert_true (raw_client_wait (idle));
  bore_wait (g_atomic_int_get (&bore->n_connections) == 0);
  bore_assert_leads_here (bore);
}

static void
test_crowd (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);
  g_autoptr (RawClient) stalled = bore_connect (bore);
  g_autoptr (RawClient) deaf = bore_connect (bore);
  g_autofree char *text = g_malloc0 (65536);
  gsize n_sent = strlen ("stall");

  /* One whose listener doesn't read, filled up to the brim, and one that doesn't read its answer. */
  raw_client_send (stalled, "stall", -1);
  for (guint n_full = 0; n_full < 200;)
    {
      gssize n = g_socket_send (stalled->socket, text, 65536, NULL, NULL);

      n_full = n > 0 ? 0 : n_full + 1;
      n_sent += n > 0 ? (gsize) n : 0;
      bore_turn ();
    }
  raw_client_send (deaf, "big  ", -1);

  for (guint i = 0; i < CROWD; i++)
    g_ptr_array_add (clients, bore_connect (bore));
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < CROWD; i++)
        {
          g_autofree char *line = g_strdup_printf ("round %u of %u;", round, i);

          raw_client_send (g_ptr_array_index (clients, i), line, -1);
        }
      for (guint i = 0; i < CROWD; i++)
        {
          g_autofree char *line = g_strdup_printf ("round %u of %u;", round, i);

          g_assert_true (raw_client_wait_for (g_ptr_array_index (clients, i), line));
        }
    }
  g_assert_cmpint (g_atomic_int_get (&bore->n_connections), >, CROWD);

  /* Once they go on, nothing of theirs is lost. */
  g_assert_true (raw_client_wait (deaf));
  g_assert_cmpuint (deaf->received->len, ==, BIG);
  shutdown (g_socket_get_fd (stalled->socket), SHUT_WR);
  g_atomic_int_set (&bore->is_released, TRUE);
  g_assert_true (raw_client_wait (stalled));
  g_assert_cmpuint (stalled->received->len, ==, n_sent);
}

/* More than the listener lets in are refused, and their places are given to others. */
static void
test_too_many (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);
  g_autoptr (RawClient) last = NULL;

  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_ptr_array_add (clients, bore_connect (bore));
      raw_client_send (g_ptr_array_index (clients, i), "I am here", -1);
    }
  for (guint i = 0; i < MAX_LINKS; i++)
    g_assert_true (raw_client_wait_for (g_ptr_array_index (clients, i), "I am here"));
  last = bore_connect (bore);
  g_assert_true (raw_client_wait (last));
  g_assert_cmpuint (last->received->len, ==, 0);

  g_ptr_array_set_size (clients, 0);
  bore_wait (bore_leads_here (bore));
}

static void
test_no_listener (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", FALSE), 0);
  g_autoptr (RawClient) client = NULL;

  sshd_start (bore->sshd);
  bore->config.local_port = sshd_find_free_port ();
  bore_open (bore);
  bore_wait (bore_state (bore)->url != NULL);
  client = bore_connect (bore);
  raw_client_send (client, "hello", -1);
  g_assert_true (raw_client_wait (client));
  g_assert_cmpuint (client->received->len, ==, 0);
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OPEN);
}

static void
test_restart (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  gint64 lost_us;

  sshd_stop (bore->sshd);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_WAITING));
  g_assert_null (bore_state (bore)->url);
  g_assert_nonnull (bore_state (bore)->error);
  g_assert_cmpint (bore_state (bore)->next_us, !=, CS_UNKNOWN);
  lost_us = bore_state (bore)->lost_us;
  g_assert_cmpint (lost_us, !=, CS_UNKNOWN);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_CONNECTING));
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_WAITING));
  g_assert_cmpint (bore_state (bore)->lost_us, ==, lost_us);

  sshd_start (bore->sshd);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_OPEN) && bore_state (bore)->url != NULL);
  g_assert_cmpint (bore_state (bore)->lost_us, ==, CS_UNKNOWN);
  bore_assert_leads_here (bore);
}

/* The server is there, but nothing comes through any more, as after a change of the network or a sleep. */
static void
test_frozen (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");

  sshd_kill_children (bore->sshd, SIGSTOP);
  cs_tunnel_wake (bore->tunnel);
  bore_wait (!bore_is (bore, CS_TUNNEL_PHASE_OPEN));
  sshd_kill_children (bore->sshd, SIGKILL);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_OPEN) && bore_state (bore)->url != NULL);
  bore_assert_leads_here (bore);
}

/* A silent tunnel that is asked whether it is there, answers, and stays open. */
static void
test_idle (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  gint64 since_us = bore_state (bore)->since_us;
  gint64 end_us = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;

  for (guint i = 0; i < 3; i++)
    cs_tunnel_wake (bore->tunnel);
  while (g_get_monotonic_time () < end_us)
    bore_turn ();
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OPEN);
  g_assert_cmpint (bore_state (bore)->since_us, ==, since_us);
  bore_assert_leads_here (bore);
}

static void
test_stranger (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", FALSE), 0);
  g_autofree char *fingerprint = sshd_get_fingerprint (bore->sshd);

  sshd_start (bore->sshd);
  cs_tunnel_configure (bore->tunnel, &bore->config);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_ASKING));
  g_assert_cmpstr (bore_state (bore)->fingerprint, ==, fingerprint);
  g_assert_cmpstr (bore_state (bore)->key_type, ==, "ED25519");
  g_assert_nonnull (strstr (bore_state (bore)->error, "127.0.0.1"));

  /* Another key than the one that is shown isn't what the user has agreed to. */
  cs_tunnel_trust (bore->tunnel, "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_CONNECTING));
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_ASKING));

  cs_tunnel_trust (bore->tunnel, fingerprint);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_OPEN));
  g_assert_null (bore_state (bore)->fingerprint);

  /* It is remembered. */
  cs_tunnel_configure (bore->tunnel, NULL);
  cs_tunnel_configure (bore->tunnel, &bore->config);
  bore_wait (!bore_is (bore, CS_TUNNEL_PHASE_CONNECTING));
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OPEN);
}

static void
test_changed (void)
{
  g_autoptr (Bore) bore = bore_new_open ("");
  g_autofree char *fingerprint = NULL;

  sshd_stop (bore->sshd);
  sshd_make_key (bore->sshd);
  fingerprint = sshd_get_fingerprint (bore->sshd);
  sshd_start (bore->sshd);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_REFUSED));
  g_assert_cmpstr (bore_state (bore)->fingerprint, ==, fingerprint);
  g_assert_nonnull (strstr (bore_state (bore)->error, "another key"));
  g_assert_cmpint (bore_state (bore)->next_us, ==, CS_UNKNOWN);

  /* Neither trust nor another try helps. */
  cs_tunnel_trust (bore->tunnel, fingerprint);
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_REFUSED);
  cs_tunnel_retry (bore->tunnel);
  bore_wait (!bore_is (bore, CS_TUNNEL_PHASE_CONNECTING));
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_REFUSED);

  cs_tunnel_forget_host (bore->tunnel);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_ASKING));
  cs_tunnel_trust (bore->tunnel, fingerprint);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_OPEN) && bore_state (bore)->url != NULL);
  bore_assert_leads_here (bore);
}

static void
test_pinned (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", FALSE), 0);
  g_autofree char *fingerprint = sshd_get_fingerprint (bore->sshd);

  sshd_start (bore->sshd);
  bore->config.host_key = fingerprint;
  cs_tunnel_configure (bore->tunnel, &bore->config);
  bore_wait (!bore_is (bore, CS_TUNNEL_PHASE_CONNECTING));
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OPEN);

  bore->config.host_key = (char *) "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  cs_tunnel_configure (bore->tunnel, &bore->config);
  bore_wait (!bore_is (bore, CS_TUNNEL_PHASE_CONNECTING));
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_REFUSED);
  g_assert_nonnull (strstr (bore_state (bore)->error, "tunnel-host-key"));
}

/* What services print, one after the other. */
static void
test_announced (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", TRUE), 0);

  sshd_start (bore->sshd);
  sshd_announce (bore->sshd, "Welcome! Visit https://admin.example/ for more.\n"
                             "\033[31mforwarding\007\001\n"
                             "one.lhr.life tunneled with tls termination, https://one.lhr.life\n");
  bore_open (bore);
  bore_wait (g_strcmp0 (bore_state (bore)->url, "https://one.lhr.life") == 0);
  sshd_announce (bore->sshd, "{\"event\":\"tcpip-forward\",\"address\":\"two.lhr.life\",\"status\":\"success\","
                             "\"tls_termination\":true}\nhttps://evil.example\n");
  bore_wait (g_strcmp0 (bore_state (bore)->url, "https://two.lhr.life") == 0);
  sshd_announce (bore->sshd, "Forwarding HTTP traffic from https://three.serveo.net\n");
  bore_wait (g_strcmp0 (bore_state (bore)->url, "https://three.serveo.net") == 0);
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OPEN);
}

/* A server that only speaks late is given an address of its own until then. */
static void
test_silent (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", TRUE), 0);

  sshd_start (bore->sshd);
  bore->config.public_url = (char *) "https://calls.example";
  bore_open (bore);
  g_assert_null (bore_state (bore)->url);
  bore_wait (g_strcmp0 (bore_state (bore)->url, "https://calls.example") == 0);
  sshd_announce (bore->sshd, "Forwarding HTTP traffic from https://late.serveo.net\n");
  bore_wait (g_strcmp0 (bore_state (bore)->url, "https://late.serveo.net") == 0);
}

/* A server that talks without end harms nobody. */
static void
test_talkative (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", FALSE), 0);
  g_autofree char *script = sshd_get_file (bore->sshd, "talk");
  g_autofree char *settings = g_strdup_printf ("ForceCommand %s\n", script);

  sshd_put_first (bore->sshd, settings);
  sshd_write (bore->sshd, "talk", "#!/bin/sh\necho 'Forwarding HTTP traffic from https://talk.serveo.net'\n"
                                  "head -c 20000000 /dev/zero | tr '\\0' x; echo; head -c 20000000 /dev/urandom\n"
                                  "echo; echo 'Forwarding HTTP traffic from https://end.serveo.net'; sleep 60\n", 0700);
  sshd_start (bore->sshd);
  bore_open (bore);
  bore_wait (g_strcmp0 (bore_state (bore)->url, "https://end.serveo.net") == 0);
  g_assert_cmpint (bore_state (bore)->phase, ==, CS_TUNNEL_PHASE_OPEN);
}

/* Waits for a tunnel that can't be opened; returns why, as it is told. (transfer full) */
static char *
get_failure (Bore *bore)
{
  cs_tunnel_configure (bore->tunnel, &bore->config);
  bore_wait (bore_is (bore, CS_TUNNEL_PHASE_ASKING) || bore_is (bore, CS_TUNNEL_PHASE_WAITING));
  if (bore_is (bore, CS_TUNNEL_PHASE_ASKING))
    {
      g_autofree char *fingerprint = g_strdup (bore_state (bore)->fingerprint);

      cs_tunnel_trust (bore->tunnel, fingerprint);
      bore_wait (bore_is (bore, CS_TUNNEL_PHASE_WAITING));
    }
  g_assert_null (bore_state (bore)->url);
  g_assert_true (g_utf8_validate (bore_state (bore)->error, -1, NULL));
  g_assert_null (strpbrk (bore_state (bore)->error, "\n\r\033\007"));
  return g_strdup (bore_state (bore)->error);
}

static void
test_not_let_in (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", FALSE), 0);
  g_autofree char *file = g_build_filename (bore->sshd->data_dir, "tunnel-key", NULL);
  g_autofree char *failure = NULL;
  GStatBuf status;

  sshd_start (bore->sshd);
  bore->config.user = (char *) "nobody-of-that-name";
  failure = get_failure (bore);
  g_assert_nonnull (strstr (failure, "nobody-of-that-name"));
  g_assert_nonnull (strstr (failure, "tunnel-key.pub"));
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_port_refused (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("AllowTcpForwarding no\n", FALSE), 0);
  g_autofree char *failure = NULL;

  sshd_start (bore->sshd);
  failure = get_failure (bore);
  g_assert_nonnull (strstr (failure, "doesn’t open its port"));
}

static void
test_nobody (void)
{
  g_autoptr (Bore) bore = bore_new (NULL, sshd_find_free_port ());
  g_autofree char *failure = get_failure (bore);

  g_assert_nonnull (strstr (failure, "can’t be reached"));
  bore->config.host = (char *) "name.invalid";
  g_free (failure);
  failure = get_failure (bore);
  g_assert_nonnull (strstr (failure, "name.invalid"));
}

/* A server that says something else than SSH does, or nothing. */
typedef struct {
  const char *text;   /* NULL: hangs up at once */
  gboolean is_endless;
} Nonsense;

static gboolean
talk_nonsense (GThreadedSocketService *service,
               GSocketConnection      *connection,
               GObject                *source,
               gpointer                data)
{
  const Nonsense *nonsense = data;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char buffer[4096];

  if (nonsense->text == NULL)
    return TRUE;
  do
    {
      if (!g_output_stream_write_all (output, nonsense->text, strlen (nonsense->text), NULL, NULL, NULL))
        return TRUE;
    }
  while (nonsense->is_endless);
  while (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, NULL) > 0)
    ;
  return TRUE;
}

static void
test_nonsense (void)
{
  static const Nonsense cases[] = {
    { NULL, FALSE },
    { "", FALSE },
    { "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", FALSE },
    { "HTTP/1.1 400 Bad Request\r\n", TRUE },
    { "\001\002\003\377\033[2Jno ssh\n", TRUE },
    { "x", TRUE },
    { "SSH-2.0-", FALSE },
    { "SSH-1.5-old\r\n", FALSE },
    { "SSH-2.0-nonsense\r\n", FALSE },
    { "SSH-2.0-OpenSSH_9.9\r\n\377\377\377\377garbage in place of a packet", TRUE },
    { "SSH-2.0-OpenSSH_9.9\r\n%s%s%n%n\r\n", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketService) server = g_threaded_socket_service_new (10);
      guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (server), NULL, NULL);
      g_autoptr (Bore) bore = bore_new (NULL, port);
      g_autofree char *failure = NULL;
      CsTunnelLimits limits = bore_limits;

      g_signal_connect (server, "run", G_CALLBACK (talk_nonsense), (gpointer) &cases[i]);
      limits.setup_ms = 1000;
      g_clear_pointer (&bore->tunnel, cs_tunnel_free);
      bore->tunnel = cs_tunnel_new (&limits, bore_on_changed, bore);
      failure = get_failure (bore);
      g_assert_nonnull (strstr (failure, "127.0.0.1"));
      g_assert_nonnull (strstr (failure, "answer"));
      cs_tunnel_configure (bore->tunnel, NULL);
      g_socket_service_stop (server);
      g_socket_listener_close (G_SOCKET_LISTENER (server));
    }
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Whatever it is doing, it can be told to stop, the thread that tells it doesn't wait, and nothing stays behind. */
static void
test_stop_anytime (void)
{
  g_autoptr (Bore) bore = bore_new (sshd_new ("", FALSE), 0);
  gint64 worst_us = 0;
  guint n_descriptors;

  sshd_start (bore->sshd);
  bore_open (bore);
  n_descriptors = count_descriptors ();
  for (guint i = 0; i < 20; i++)
    {
      gint64 begin_us;

      bore->config.user = (char *) (i % 2 == 0 ? g_get_user_name () : "somebody");
      begin_us = g_get_monotonic_time ();
      cs_tunnel_configure (bore->tunnel, &bore->config);
      worst_us = MAX (worst_us, g_get_monotonic_time () - begin_us);
      for (guint turn = 0; turn < i * 5; turn++)
        bore_turn ();
      cs_tunnel_configure (bore->tunnel, NULL);
    }
  g_test_message ("worst %" G_GINT64_FORMAT " us", worst_us);
  g_assert_cmpint (worst_us, <, G_USEC_PER_SEC);
  bore->config.user = (char *) g_get_user_name ();
  bore_open (bore);
  bore_wait (count_descriptors () <= n_descriptors);
}

static void
skip (void)
{
  g_test_skip ("sshd isn't installed");
}

static void
add (const char *path,
     GTestFunc   test)
{
  g_test_add_func (path, sshd_is_there () ? test : skip);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);

  g_test_add_func ("/tunnel/off-until-it-is-wanted", test_off);
  g_test_add_func ("/tunnel/nobody-there/is-tried-again", test_nobody);
  g_test_add_func ("/tunnel/nonsense/is-survived", test_nonsense);
  add ("/tunnel/leads-here", test_through);
  add ("/tunnel/everything-comes-through", test_big);
  add ("/tunnel/half-closed-connections", test_half_close);
  add ("/tunnel/a-stalled-one-stalls-nobody-else", test_crowd);
  add ("/tunnel/too-many-are-refused", test_too_many);
  add ("/tunnel/listener-absent", test_no_listener);
  add ("/tunnel/restarted-server/is-found-again", test_restart);
  add ("/tunnel/frozen-server/is-noticed", test_frozen);
  add ("/tunnel/idle-server/is-kept", test_idle);
  add ("/tunnel/unknown-host-key/is-asked-for", test_stranger);
  add ("/tunnel/changed-host-key/is-refused", test_changed);
  add ("/tunnel/set-host-key/is-the-only-one", test_pinned);
  add ("/tunnel/announced-address/is-followed", test_announced);
  add ("/tunnel/silent-server/has-the-address-that-was-set", test_silent);
  add ("/tunnel/talkative-server/is-survived", test_talkative);
  add ("/tunnel/not-let-in", test_not_let_in);
  add ("/tunnel/port-not-opened", test_port_refused);
  add ("/tunnel/stopped-at-any-time", test_stop_anytime);

  return g_test_run ();
}
