/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "raw-client.h"
#include "server/cs-gate.h"

#include <sys/resource.h>
#include <unistd.h>

#define MAX_BODY 1000
#define HOST "Host: 127.0.0.1\r\n"
#define UPGRADE HOST "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
                     "Sec-WebSocket-Version: 13\r\n\r\n"

/* A house with a gate: what it was asked, and what it said. */
typedef struct {
  CsGate *gate;                /* (owned) */
  guint n_examined;
  guint n_served;
  guint refusals[CS_N_REFUSALS];
  char *refusal_text;          /* (owned) (nullable) the last one */
  GPtrArray *waiting;          /* (owned) (element-type CsGateRequest) to be answered when told */
  GPtrArray *sockets;          /* (owned) (element-type CsGateSocket) open ones */
} House;

static CsGateVerdict
examine (CsGateRequest *request,
         gpointer       data)
{
  House *house = data;
  const char *path = cs_gate_request_get_path (request);

  house->n_examined++;
  if (g_str_equal (path, "/nowhere"))
    return (CsGateVerdict) { 404, CS_REFUSAL_PATH, "There is nothing here", NULL, 0 };
  if (g_str_equal (path, "/method"))
    return (CsGateVerdict) { 405, CS_REFUSAL_MALFORMED, "Only POST is understood here", "POST", 0 };
  return (CsGateVerdict) { .max_body = MAX_BODY };
}

static void
serve (CsGateRequest *request,
       gpointer       data)
{
  House *house = data;
  const char *path = cs_gate_request_get_path (request);

  house->n_served++;
  if (g_str_equal (path, "/later"))
    g_ptr_array_add (house->waiting, cs_gate_request_ref (request));
  else if (g_str_equal (path, "/header"))
    cs_gate_request_answer_text (request, 200, cs_gate_request_get_header (request, "X-Test"));
  else if (g_str_equal (path, "/query"))
    cs_gate_request_answer_text (request, 200, cs_gate_request_get_query (request));
  else
    cs_gate_request_answer (request, 200, "application/x-echo", cs_gate_request_get_body (request));
}

static void
refused (CsRefusal   refusal,
         const char *text,
         gpointer    data)
{
  House *house = data;

  house->refusals[refusal]++;
  g_free (house->refusal_text);
  house->refusal_text = g_strdup (text);
}

static void
socket_opened (CsGateSocket *socket,
               gpointer      data)
{
  House *house = data;

  g_ptr_array_add (house->sockets, socket);
  cs_gate_socket_send (socket, "welcome");
}

static void
socket_closed (CsGateSocket *socket,
               gpointer      data)
{
  House *house = data;

  g_assert_true (g_ptr_array_remove (house->sockets, socket));
}

static House *
house_new (void)
{
  static const CsGateHooks hooks = { examine, serve, refused, socket_opened, socket_closed };
  House *self = g_new0 (House, 1);
  g_autoptr (GError) error = NULL;

  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_gate_request_unref);
  self->sockets = g_ptr_array_new ();
  self->gate = cs_gate_new (&hooks, self);
  cs_gate_add_socket_path (self->gate, "/live");
  g_assert_cmpuint (cs_gate_get_port (self->gate), ==, 0);
  g_assert_true (cs_gate_listen (self->gate, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (cs_gate_get_port (self->gate), !=, 0);
  return self;
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
house_free (House *self)
{
  g_clear_pointer (&self->gate, cs_gate_free);
  turn ();
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->sockets);
  g_free (self->refusal_text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (House, house_free)

/* Waits until n connections are left. */
static void
wait_for_connections (House *house,
                      guint  n)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  while (cs_gate_get_n_connections (house->gate) != n && g_get_monotonic_time () < end_us)
    {
      turn ();
      g_usleep (500);
    }
  g_assert_cmpuint (cs_gate_get_n_connections (house->gate), ==, n);
}

static void
wait_for_waiting (House *house,
                  guint  n)
{
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  while (house->waiting->len != n && g_get_monotonic_time () < end_us)
    {
      turn ();
      g_usleep (500);
    }
  g_assert_cmpuint (house->waiting->len, ==, n);
}

static RawClient *
connect_to (House *house)
{
  g_autoptr (GError) error = NULL;
  RawClient *client = raw_client_new (cs_gate_get_port (house->gate), &error);

  g_assert_no_error (error);
  return client;
}

static void
assert_has (const char *answer,
            const char *part)
{
  if (strstr (answer, part) == NULL)
    g_error ("“%s” is not in “%s”", part, answer);
}

/* The gate still does its work. */
static void
assert_open (House *house)
{
  g_autofree char *answer = raw_client_exchange (cs_gate_get_port (house->gate),
                                                 "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");

  assert_has (answer, "HTTP/1.1 200 ");
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
}

/* A request, the status it gets and a part of the answer. */
typedef struct {
  const char *name;
  const char *request;
  guint status;
  const char *part;
} Case;

static const Case served[] = {
  { "length", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 200, "\r\n\r\nhello" },
  { "empty", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 200, "Content-Length: 0\r\n" },
  { "chunks", "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", 200, "\r\n\r\nhello" },
  { "get", "GET /query?a=1&b=%20 HTTP/1.1\r\n" HOST "\r\n", 200, "\r\n\r\na=1&b=%20\n" },
  { "type", "GET /echo HTTP/1.1\r\n" HOST "\r\n", 200, "Content-Type: application/x-echo\r\n" },
  { "header", "GET /header HTTP/1.1\r\n" HOST "x-test: one\r\nX-Test: two\r\n\r\n", 200, "\r\n\r\none, two\n" },
  { "one-request-only", "GET /echo HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\nGET /query?second HTTP/1.1\r\n" HOST "\r\n",
    200, "Connection: close\r\n" },
  { "whole-answer-whatever-the-range", "POST /echo HTTP/1.1\r\n" HOST "Range: bytes=1-2\r\nContent-Length: 5\r\n\r\nhello", 200,
    "\r\n\r\nhello" },
};

static const Case refusals[] = {
  { "path", "GET /nowhere HTTP/1.1\r\n" HOST "\r\n", 404, "There is nothing here\n" },
  { "method", "GET /method HTTP/1.1\r\n" HOST "\r\n", 405, "\r\nAllow: POST\r\n" },
  { "length-and-chunks", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    "Content-Length and Transfer-Encoding are both given" },
  { "two-lengths", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400,
    "The Content-Length is given twice" },
  { "two-codings", "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    "The Transfer-Encoding is given twice" },
  { "two-hosts", "POST /echo HTTP/1.1\r\n" HOST HOST "Content-Length: 0\r\n\r\n", 400, "The Host is not given once" },
  { "signed-length", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello", 400, "" },
  { "length-of-letters", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5x\r\n\r\nhello", 400, "" },
  { "endless-length", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\nhello", 400, "" },
  { "unknown-coding", "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
    "The Transfer-Encoding is not known" },
  { "too-long-by-its-own-word", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", 413, "The request is too large\n" },
  { "too-long-with-expectation",
    "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413, "The request is too large\n" },
  { "no-host", "GET /echo HTTP/1.1\r\n\r\n", 400, "" },
  { "no-http", "hello\r\n\r\n", 400, "" },
  { "smuggled-second", "GET /nowhere HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n", 404, "There is nothing here\n" },
};

static guint
count_parts (const char *text,
             const char *part)
{
  guint n = 0;

  for (const char *found = strstr (text, part); found != NULL; found = strstr (found + 1, part))
    n++;
  return n;
}

static guint
count_refusals (House *house)
{
  guint n = 0;

  for (int i = 0; i < CS_N_REFUSALS; i++)
    n += house->refusals[i];
  return n;
}

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;
  g_autoptr (House) house = house_new ();
  g_autofree char *answer = raw_client_exchange (cs_gate_get_port (house->gate), wanted->request);
  g_autofree char *line = g_strdup_printf ("HTTP/1.1 %u ", wanted->status);

  g_assert_true (g_str_has_prefix (answer, line));
  assert_has (answer, wanted->part);
  assert_has (answer, "\r\nConnection: close\r\n");
  g_assert_null (strstr (answer, "\r\nServer:"));
  g_assert_cmpuint (count_parts (answer, "HTTP/1.1 "), ==, 1);
  g_assert_cmpuint (house->n_served, ==, wanted->status == 200);
  g_assert_cmpuint (count_refusals (house), ==, wanted->status != 200);
  wait_for_connections (house, 0);
  assert_open (house);
}

/* The status is a matter of the head; a HEAD has no body. */
static void
test_head_gets_no_body (void)
{
  g_autoptr (House) house = house_new ();
  g_autofree char *answer = raw_client_exchange (cs_gate_get_port (house->gate), "HEAD /nowhere HTTP/1.1\r\n" HOST "\r\n");

  assert_has (answer, "HTTP/1.1 404 ");
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\n"));
}

static void
test_body_may_be_as_long_as_allowed (void)
{
  g_autoptr (House) house = house_new ();
  g_autofree char *body = g_strnfill (MAX_BODY, 'x');
  g_autofree char *request = g_strdup_printf ("POST /echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n%s", MAX_BODY, body);
  g_autofree char *answer = raw_client_exchange (cs_gate_get_port (house->gate), request);

  assert_has (answer, "HTTP/1.1 200 ");
  g_assert_true (g_str_has_suffix (answer, body));
}

/* Who doesn't say how long it is, is counted. */
static void
test_chunks_are_counted (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) client = connect_to (house);
  g_autofree char *chunk = g_strnfill (100, 'x');

  raw_client_send (client, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", -1);
  for (int i = 0; i < 11; i++)
    {
      g_autofree char *text = g_strdup_printf ("64\r\n%s\r\n", chunk);

      raw_client_send (client, text, -1);
    }
  g_assert_true (raw_client_wait_for (client, "The request is too large\n"));
  assert_has (client->received->str, "HTTP/1.1 413 ");
  g_assert_cmpuint (house->refusals[CS_REFUSAL_SIZE], ==, 1);
  g_assert_cmpuint (house->n_served, ==, 0);
}

/* A client that sends on for a while sees why it was refused; one that never ends is cut. */
static void
test_refused_body_is_read_for_a_while (void)
{
  g_autoptr (House) house = house_new ();
  g_autofree char *block = g_strnfill (64 * 1024, 'x');

  for (int n_blocks = 16; n_blocks <= 4096; n_blocks += 4080)
    {
      g_autoptr (RawClient) client = connect_to (house);
      guint n_sent = 0;

      raw_client_send (client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 268435456\r\n\r\n", -1);
      for (int i = 0; i < n_blocks && !client->is_closed; i++, n_sent++)
        raw_client_send (client, block, 64 * 1024);
      g_assert_true (raw_client_wait_for (client, "The request is too large\n"));
      g_assert_cmpuint (n_sent, <=, 1024);
      if (n_blocks == 16)
        g_assert_cmpuint (n_sent, ==, 16);
    }
  wait_for_connections (house, 0);
  g_assert_cmpuint (house->refusals[CS_REFUSAL_SIZE], ==, 2);
}

static void
test_endless_head_is_cut (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) client = connect_to (house);
  g_autofree char *line = g_strnfill (1000, 'x');

  raw_client_send (client, "GET /echo HTTP/1.1\r\n" HOST, -1);
  for (int i = 0; i < 400 && !client->is_closed; i++)
    {
      g_autofree char *header = g_strdup_printf ("X-%d: %s\r\n", i, line);

      raw_client_send (client, header, -1);
    }
  g_assert_true (raw_client_wait (client));
  g_assert_cmpuint (house->n_served, ==, 0);
  g_assert_cmpuint (count_refusals (house), ==, 1);
  wait_for_connections (house, 0);
  assert_open (house);
}

static void
test_answer_may_come_later (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) first = connect_to (house), second = connect_to (house);
  static const char request[] = "POST /later HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello";

  raw_client_send (first, request, -1);
  raw_client_send (second, request, -1);
  wait_for_waiting (house, 2);
  assert_open (house);
  g_assert_cmpuint (first->received->len, ==, 0);

  cs_gate_request_answer_text (g_ptr_array_index (house->waiting, 1), 200, "second");
  cs_gate_request_answer_text (g_ptr_array_index (house->waiting, 0), 503, "first");
  g_assert_true (raw_client_wait (first) && raw_client_wait (second));
  assert_has (first->received->str, "HTTP/1.1 503 ");
  assert_has (second->received->str, "\r\n\r\nsecond\n");
  wait_for_connections (house, 0);
}

static void
test_client_may_go_before_its_answer (void)
{
  g_autoptr (House) house = house_new ();

  for (int i = 0; i < 5; i++)
    {
      g_autoptr (RawClient) client = connect_to (house);

      raw_client_send (client, "POST /later HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", -1);
      wait_for_waiting (house, i + 1);
    }
  /* They are gone by now; some of it the gate knows, some it learns when it answers. */
  g_usleep (20000);
  turn ();
  for (guint i = 0; i < house->waiting->len; i++)
    cs_gate_request_answer_text (g_ptr_array_index (house->waiting, i), 200, "too late");
  wait_for_connections (house, 0);
  assert_open (house);
}

static void
test_client_may_go_at_any_byte (void)
{
  static const char request[] = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello";
  g_autoptr (House) house = house_new ();

  for (gsize n = 0; n < sizeof request; n += 3)
    {
      g_autoptr (RawClient) client = connect_to (house);

      raw_client_send (client, request, n);
      turn ();
    }
  wait_for_connections (house, 0);
  assert_open (house);
}

/* The gate goes while some wait for it, or it for them. */
static void
test_gate_may_go_at_any_time (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) idle = connect_to (house), half = connect_to (house), later = connect_to (house);
  g_autoptr (RawClient) socket = connect_to (house);

  raw_client_send (half, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhe", -1);
  raw_client_send (later, "POST /later HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", -1);
  raw_client_send (socket, "GET /live HTTP/1.1\r\n" UPGRADE, -1);
  g_assert_true (raw_client_wait_for (socket, "welcome"));
  wait_for_waiting (house, 1);
  g_clear_pointer (&house->gate, cs_gate_free);
  g_assert_true (raw_client_wait (idle) && raw_client_wait (half) && raw_client_wait (socket));
  cs_gate_request_answer_text (g_ptr_array_index (house->waiting, 0), 200, "too late");
  g_assert_true (raw_client_wait (later));
}

static void
test_closed_gate_lets_nobody_in_but_answers (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) inside = connect_to (house);
  guint16 port = cs_gate_get_port (house->gate);
  g_autoptr (GError) error = NULL;

  raw_client_send (inside, "POST /later HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", -1);
  wait_for_waiting (house, 1);
  cs_gate_close (house->gate);
  g_assert_cmpuint (cs_gate_get_port (house->gate), ==, 0);
  g_assert_null (raw_client_new (port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  cs_gate_request_answer_text (g_ptr_array_index (house->waiting, 0), 200, "inside");
  g_assert_true (raw_client_wait (inside));
  assert_has (inside->received->str, "\r\n\r\ninside\n");

  /* And opens again. */
  g_clear_error (&error);
  g_assert_true (cs_gate_listen (house->gate, port, &error));
  g_assert_cmpuint (cs_gate_get_port (house->gate), ==, port);
  assert_open (house);
}

static void
test_port_in_use_is_an_error (void)
{
  g_autoptr (House) house = house_new (), other = house_new ();
  guint16 port = cs_gate_get_port (house->gate);
  g_autoptr (GError) error = NULL;

  g_assert_false (cs_gate_listen (house->gate, cs_gate_get_port (other->gate), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (cs_gate_get_port (house->gate), ==, port);
  assert_open (house);
  assert_open (other);
}

#define N_PLACES 24

/* Makes a house for few, whatever the limit of this machine. */
static House *
make_small_house (void)
{
  struct rlimit old, small;
  House *house;

  getrlimit (RLIMIT_NOFILE, &old);
  small = old;
  small.rlim_cur = 40 + N_PLACES;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &small), ==, 0);
  house = house_new ();
  setrlimit (RLIMIT_NOFILE, &old);
  return house;
}

/* Who has kept the gate waiting longest makes room for the next, and nobody before there is a next. */
static void
test_longest_silent_clients_make_room (void)
{
  g_autoptr (House) house = make_small_house ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);
  gint64 began_us = g_get_monotonic_time ();
  guint n_left = 0;

  for (int i = 0; i < N_PLACES; i++)
    {
      g_ptr_array_add (clients, connect_to (house));
      turn ();
    }
  wait_for_connections (house, N_PLACES);
  for (int i = 0; i < N_PLACES; i++)
    {
      RawClient *client = g_ptr_array_index (clients, i);

      raw_client_turn (client);
      g_assert_false (client->is_closed);
    }

  assert_open (house);
  /* Long before their time is over. */
  g_assert_true (raw_client_wait (g_ptr_array_index (clients, 0)));
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 8 * G_USEC_PER_SEC);
  for (int i = 0; i < N_PLACES; i++)
    {
      RawClient *client = g_ptr_array_index (clients, i);

      raw_client_turn (client);
      g_assert_true (i > 0 || client->is_closed);
      g_assert_true (i < N_PLACES / 2 || !client->is_closed);
      n_left += !client->is_closed;
    }
  wait_for_connections (house, n_left);
}

/* Those who only wait for their answer keep their place: it isn't they who are slow. The next waits at the door. */
static void
test_client_that_waits_is_not_evicted (void)
{
  static const char request[] = "POST /later HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n";
  g_autoptr (House) house = make_small_house ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);

  for (int i = 0; i < N_PLACES + 1; i++)
    {
      RawClient *client = connect_to (house);

      g_ptr_array_add (clients, client);
      raw_client_send (client, request, -1);
      wait_for_waiting (house, MIN (i + 1, N_PLACES));
    }
  g_usleep (50000);
  turn ();
  g_assert_cmpuint (house->waiting->len, ==, N_PLACES);
  for (int i = 0; i < N_PLACES + 1; i++)
    {
      wait_for_waiting (house, MIN (N_PLACES + i, N_PLACES + 1));
      cs_gate_request_answer_text (g_ptr_array_index (house->waiting, i), 200, "patience");
      g_assert_true (raw_client_wait_for (g_ptr_array_index (clients, i), "patience\n"));
    }
  wait_for_connections (house, 0);
  assert_open (house);
}

/* No descriptor is left to accept anybody with; when some are free again, all goes on. */
static void
test_running_out_of_descriptors_is_survived (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) waiting = connect_to (house);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (int));
  int fd;

  while ((fd = dup (0)) >= 0)
    g_array_append_val (taken, fd);
  raw_client_send (waiting, "GET /query?patient HTTP/1.1\r\n" HOST "\r\n", -1);
  turn ();
  g_usleep (150000);
  turn ();
  g_assert_cmpuint (house->n_examined, ==, 0);
  for (guint i = 0; i < taken->len; i++)
    close (g_array_index (taken, int, i));
  g_assert_true (raw_client_wait_for (waiting, "patient\n"));
  assert_open (house);
}

static void
test_socket_is_told_and_may_go (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) client = connect_to (house);
  gint64 end_us = g_get_monotonic_time () + RAW_CLIENT_PATIENCE_US;

  raw_client_send (client, "GET /live HTTP/1.1\r\n" UPGRADE, -1);
  g_assert_true (raw_client_wait_for (client, "\x81\x07welcome"));
  assert_has (client->received->str, "HTTP/1.1 101 ");
  assert_has (client->received->str, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  g_assert_cmpuint (house->sockets->len, ==, 1);
  cs_gate_socket_send (g_ptr_array_index (house->sockets, 0), "news");
  g_assert_true (raw_client_wait_for (client, "\x81\x04news"));

  /* A masked close frame. */
  raw_client_send (client, "\x88\x80\x01\x02\x03\x04", 6);
  while (house->sockets->len > 0 && g_get_monotonic_time () < end_us)
    raw_client_turn (client);
  g_assert_cmpuint (house->sockets->len, ==, 0);
  g_assert_true (raw_client_wait (client));
  wait_for_connections (house, 0);
}

static void
test_socket_may_vanish (void)
{
  g_autoptr (House) house = house_new ();

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (RawClient) client = connect_to (house);

      raw_client_send (client, "GET /live HTTP/1.1\r\n" UPGRADE, -1);
      g_assert_true (raw_client_wait_for (client, "welcome"));
      for (int j = 0; j < 100; j++)
        cs_gate_socket_send (g_ptr_array_index (house->sockets, 0), "news");
    }
  wait_for_connections (house, 0);
  g_assert_cmpuint (house->sockets->len, ==, 0);
}

static void
test_sockets_are_bounded (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);
  g_autoptr (RawClient) last = NULL;

  for (int i = 0; i < 16; i++)
    {
      RawClient *client = connect_to (house);

      g_ptr_array_add (clients, client);
      raw_client_send (client, "GET /live HTTP/1.1\r\n" UPGRADE, -1);
      g_assert_true (raw_client_wait_for (client, "welcome"));
    }
  last = connect_to (house);
  raw_client_send (last, "GET /live HTTP/1.1\r\n" UPGRADE, -1);
  g_assert_true (raw_client_wait_for (last, "Too many listeners"));
  g_assert_null (strstr (last->received->str, "welcome"));
  g_assert_cmpuint (house->sockets->len, ==, 16);
}

/* The examination counts for WebSockets, too. */
static void
test_socket_is_examined (void)
{
  g_autoptr (House) house = house_new ();
  g_autofree char *answer = raw_client_exchange (cs_gate_get_port (house->gate), "GET /live HTTP/1.1\r\n" HOST UPGRADE);

  assert_has (answer, "HTTP/1.1 400 ");
  g_assert_cmpuint (house->sockets->len, ==, 0);
}

/* Ten seconds for the whole request, whether nothing comes, a little now and then, or all but the last byte. */
static void
test_slow_clients_are_cut (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (RawClient) idle = connect_to (house), drip = connect_to (house), half = connect_to (house);
  gint64 began_us = g_get_monotonic_time ();

  raw_client_send (drip, "POST /echo HTTP/1.1\r\n" HOST "X-Drip: ", -1);
  raw_client_send (half, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhell", -1);
  while (!(idle->is_closed && drip->is_closed && half->is_closed)
         && g_get_monotonic_time () - began_us < RAW_CLIENT_PATIENCE_US)
    {
      raw_client_turn (idle);
      raw_client_turn (half);
      raw_client_turn (drip);
      if (!drip->is_closed)
        g_socket_send (drip->socket, "x", 1, NULL, NULL);
      g_usleep (20000);
    }
  g_assert_true (idle->is_closed && drip->is_closed && half->is_closed);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 9 * G_USEC_PER_SEC);
  g_assert_cmpuint (house->refusals[CS_REFUSAL_TIMEOUT], ==, 3);
  g_assert_cmpuint (house->n_served, ==, 0);
  wait_for_connections (house, 0);
  assert_open (house);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (served) + G_N_ELEMENTS (refusals); i++)
    {
      gboolean is_served = i < G_N_ELEMENTS (served);
      const Case *item = is_served ? &served[i] : &refusals[i - G_N_ELEMENTS (served)];
      g_autofree char *path = g_strdup_printf ("/gate/%s/%s", is_served ? "served" : "refused", item->name);

      g_test_add_data_func (path, item, test_case);
    }
  g_test_add_func ("/gate/refused/head-gets-no-body", test_head_gets_no_body);
  g_test_add_func ("/gate/body/may-be-as-long-as-allowed", test_body_may_be_as_long_as_allowed);
  g_test_add_func ("/gate/body/chunks-are-counted", test_chunks_are_counted);
  g_test_add_func ("/gate/body/refused-one-is-read-for-a-while", test_refused_body_is_read_for_a_while);
  g_test_add_func ("/gate/head/endless-one-is-cut", test_endless_head_is_cut);
  g_test_add_func ("/gate/answer/may-come-later", test_answer_may_come_later);
  g_test_add_func ("/gate/client/may-go-before-its-answer", test_client_may_go_before_its_answer);
  g_test_add_func ("/gate/client/may-go-at-any-byte", test_client_may_go_at_any_byte);
  g_test_add_func ("/gate/itself/may-go-at-any-time", test_gate_may_go_at_any_time);
  g_test_add_func ("/gate/itself/closed-lets-nobody-in-but-answers", test_closed_gate_lets_nobody_in_but_answers);
  g_test_add_func ("/gate/itself/port-in-use-is-an-error", test_port_in_use_is_an_error);
  g_test_add_func ("/gate/crowd/longest-silent-clients-make-room", test_longest_silent_clients_make_room);
  g_test_add_func ("/gate/crowd/client-that-waits-is-not-evicted", test_client_that_waits_is_not_evicted);
  g_test_add_func ("/gate/crowd/running-out-of-descriptors-is-survived", test_running_out_of_descriptors_is_survived);
  g_test_add_func ("/gate/socket/is-told-and-may-go", test_socket_is_told_and_may_go);
  g_test_add_func ("/gate/socket/may-vanish", test_socket_may_vanish);
  g_test_add_func ("/gate/socket/are-bounded", test_sockets_are_bounded);
  g_test_add_func ("/gate/socket/is-examined", test_socket_is_examined);
  g_test_add_func ("/gate/slow-clients-are-cut", test_slow_clients_are_cut);
  return g_test_run ();
}
