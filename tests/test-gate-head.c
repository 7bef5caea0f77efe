/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-gate-head.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define LINE "POST /webhook/sipgate/token HTTP/1.1\r\n"
#define HOST "Host: tunnel.example\r\n"

typedef struct {
  const char *path;
  const char *head;
} Case;

static const Case right[] = {
  { "shortest", "GET / HTTP/1.1\r\n" HOST "\r\n" },
  { "version-1.0", "GET / HTTP/1.0\r\n" HOST "\r\n" },
  { "length", LINE HOST "Content-Length: 5\r\n\r\n" },
  { "length-without-space", LINE HOST "Content-Length:5\r\n\r\n" },
  { "length-with-tabs", LINE HOST "Content-Length:\t5\t\r\n\r\n" },
  { "chunked", LINE HOST "Transfer-Encoding: Chunked\r\n\r\n" },
  { "names-in-any-case", LINE "hOST: a\r\ncontent-LENGTH: 0\r\n\r\n" },
  { "empty-value", LINE HOST "X-Empty:\r\n\r\n" },
  { "bytes-beyond-ascii", LINE HOST "X-Name: Zo\xc3\xab\r\n\r\n" },
  { "percent-in-path", "GET /a%2Fb?c=%20 HTTP/1.1\r\n" HOST "\r\n" },
  { "names-that-only-begin-alike", LINE HOST "Hosts: a\r\nContent-Length2: x\r\nX-Host: b\r\n\r\n" },
};

static const Case wrong[] = {
  { "empty-line-first", "\r\n" LINE HOST "\r\n" },
  { "no-version", "GET /\r\n" },
  { "version-0.9", "GET / HTTP/0.9\r\n" },
  { "version-2", "PRI * HTTP/2.0\r\n" },
  { "version-longer", "GET / HTTP/1.10\r\n" },
  { "no-method", " / HTTP/1.1\r\n" },
  { "two-spaces", "GET  / HTTP/1.1\r\n" },
  { "tab-for-space", "GET\t/\tHTTP/1.1\r\n" },
  { "absolute-address", "GET http://a/ HTTP/1.1\r\n" },
  { "authority", "CONNECT a:80 HTTP/1.1\r\n" },
  { "star", "OPTIONS * HTTP/1.1\r\n" },
  { "space-in-path", "GET /a b HTTP/1.1\r\n" },
  { "byte-beyond-ascii-in-path", "GET /\xc3\xab HTTP/1.1\r\n" },
  { "broken-percent", "GET /%4x HTTP/1.1\r\n" },
  { "percent-at-the-end", "GET /% HTTP/1.1\r\n" },
  { "line-feed-alone", "GET / HTTP/1.1\n" },
  { "line-feed-alone-later", LINE HOST "X: y\n\r\n" },
  { "carriage-return-inside", LINE "Host: a\rX: b\r\n\r\n" },
  { "escape-character", LINE "X: \033[31m\r\n" },
  { "folded-line", LINE HOST "X: a\r\n b\r\n\r\n" },
  { "space-before-colon", LINE HOST "Transfer-Encoding : chunked\r\n" },
  { "no-colon", LINE HOST "Content-Length 5\r\n" },
  { "no-name", LINE HOST ": x\r\n" },
  { "name-with-space", LINE HOST "Content Length: 5\r\n" },
  { "no-host", LINE "\r\n" },
  { "two-hosts", LINE HOST "host: b\r\n\r\n" },
  { "two-lengths", LINE HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n" },
  { "length-of-letters", LINE HOST "Content-Length: five\r\n" },
  { "length-signed", LINE HOST "Content-Length: +5\r\n" },
  { "length-empty", LINE HOST "Content-Length:\r\n" },
  { "length-list", LINE HOST "Content-Length: 5, 5\r\n" },
  { "length-too-great", LINE HOST "Content-Length: 9999999999999999999\r\n" },
  { "two-codings", LINE HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" },
  { "coding-list", LINE HOST "Transfer-Encoding: gzip, chunked\r\n" },
  { "coding-unknown", LINE HOST "Transfer-Encoding: xchunked\r\n" },
  { "coding-and-length", LINE HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" },
};

static void
test_right (gconstpointer data)
{
  const char *head = data;
  gsize length = strlen (head);
  const char *fault;

  for (gsize n = 0; n < length; n++)
    g_assert_cmpint (cs_gate_head_check (head, n, &fault), ==, CS_GATE_HEAD_PARTIAL);
  g_assert_cmpint (cs_gate_head_check (head, length, &fault), ==, CS_GATE_HEAD_WHOLE);
  g_assert_null (fault);
}

static void
test_wrong (gconstpointer data)
{
  const char *head = data;
  const char *fault;

  for (gsize n = 0; n <= strlen (head); n++)
    g_assert_cmpint (cs_gate_head_check (head, n, &fault), !=, CS_GATE_HEAD_WHOLE);
  g_assert_cmpint (cs_gate_head_check (head, strlen (head), &fault), ==, CS_GATE_HEAD_WRONG);
  g_assert_nonnull (fault);
}

static void
test_nul (void)
{
  static const char head[] = LINE "X: a\0b\r\n\r\n";
  const char *fault;

  g_assert_cmpint (cs_gate_head_check (head, sizeof head - 1, &fault), ==, CS_GATE_HEAD_WRONG);
}

static void
test_body_is_not_looked_at (void)
{
  static const char request[] = LINE HOST "Content-Length: 3\r\n\r\n\0\n\n";
  const char *fault;

  g_assert_cmpint (cs_gate_head_check (request, sizeof request - 1, &fault), ==, CS_GATE_HEAD_WHOLE);
}

/* What the wait came to. */
typedef struct {
  CsGateHeadState state;
  gboolean is_over;
} End;

static void
on_end (CsGateHeadState  state,
        const char      *fault,
        gpointer         data)
{
  End *end = data;

  g_assert_false (end->is_over);
  end->state = state;
  end->is_over = TRUE;
}

typedef struct {
  GSocket *near;
  GSocket *far;
  GSource *source;
  End end;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  g_assert_true (g_socket_bind (listener, any, FALSE, NULL) && g_socket_listen (listener, NULL));
  address = g_socket_get_local_address (listener, NULL);
  fixture->far = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_connect (fixture->far, address, NULL, NULL));
  g_assert_true (g_socket_set_option (fixture->far, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL));
  fixture->near = g_socket_accept (listener, NULL, NULL);
  g_assert_nonnull (fixture->near);
  fixture->end = (End) { 0 };
  fixture->source = cs_gate_head_await (fixture->near, on_end, &fixture->end);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_source_destroy (fixture->source);
  g_source_unref (fixture->source);
  g_object_unref (fixture->near);
  g_object_unref (fixture->far);
}

static void
feed (Fixture    *fixture,
      const char *text,
      gsize       length)
{
  g_assert_cmpint (g_socket_send (fixture->far, text, length, NULL, NULL), ==, length);
  for (int i = 0; i < 5; i++)
    {
      g_usleep (200);
      g_main_context_iteration (NULL, FALSE);
    }
}

/* The reader looks now and then at what has come; a busy machine may take its time. */
static void
wait_for_end (Fixture *fixture)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (!fixture->end.is_over && g_get_monotonic_time () < end_us)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
  g_assert_true (fixture->end.is_over);
}

static void
test_drops (Fixture       *fixture,
            gconstpointer  data)
{
  static const char head[] = LINE HOST "Content-Length: 0\r\n\r\n";
  char rest[sizeof head];

  for (gsize i = 0; i < strlen (head); i++)
    {
      g_assert_false (fixture->end.is_over);
      feed (fixture, head + i, 1);
    }
  wait_for_end (fixture);
  g_assert_cmpint (fixture->end.state, ==, CS_GATE_HEAD_WHOLE);
  g_assert_cmpint (g_socket_receive (fixture->near, rest, sizeof rest, NULL, NULL), ==, strlen (head));
  g_assert_cmpmem (rest, strlen (head), head, strlen (head));
}

static void
test_sleeps_while_nothing_comes (Fixture       *fixture,
                                 gconstpointer  data)
{
  feed (fixture, LINE, strlen (LINE));
  for (int i = 0; i < 20; i++)
    g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_false (fixture->end.is_over);
}

static void
test_ends_early (Fixture       *fixture,
                 gconstpointer  data)
{
  feed (fixture, LINE, strlen (LINE));
  g_assert_true (g_socket_shutdown (fixture->far, FALSE, TRUE, NULL));
  while (!fixture->end.is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (fixture->end.state, ==, CS_GATE_HEAD_PARTIAL);
}

static void
test_too_large (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *much = g_strnfill (CS_GATE_HEAD_MAX, 'a');

  feed (fixture, LINE "X: ", strlen (LINE "X: "));
  feed (fixture, much, CS_GATE_HEAD_MAX);
  while (!fixture->end.is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (fixture->end.state, ==, CS_GATE_HEAD_TOO_LARGE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autofree char *path = g_strconcat ("/gate-head/right/", right[i].path, NULL);
      g_test_add_data_func (path, right[i].head, test_right);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strconcat ("/gate-head/wrong/", wrong[i].path, NULL);
      g_test_add_data_func (path, wrong[i].head, test_wrong);
    }
  g_test_add_func ("/gate-head/wrong/nul", test_nul);
  g_test_add_func ("/gate-head/body-is-not-looked-at", test_body_is_not_looked_at);
  g_test_add ("/gate-head/wait/comes-in-drops-and-stays-in-the-socket", Fixture, NULL, set_up, test_drops, tear_down);
  g_test_add ("/gate-head/wait/sleeps-while-nothing-comes", Fixture, NULL, set_up, test_sleeps_while_nothing_comes, tear_down);
  g_test_add ("/gate-head/wait/ends-early", Fixture, NULL, set_up, test_ends_early, tear_down);
  g_test_add ("/gate-head/wait/too-large", Fixture, NULL, set_up, test_too_large, tear_down);

  return g_test_run ();
}
