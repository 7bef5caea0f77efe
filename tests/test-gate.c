/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "gate-fixture.h"

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
  { "chunks", "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", 200,
    "\r\n\r\nhello" },
  { "get", "GET /query?a=1&b=%20 HTTP/1.1\r\n" HOST "\r\n", 200, "\r\n\r\na=1&b=%20\n" },
  { "type", "GET /echo HTTP/1.1\r\n" HOST "\r\n", 200, "Content-Type: application/x-echo\r\n" },
  { "header", "GET /header HTTP/1.1\r\n" HOST "x-test: one\r\nX-Test: two\r\n\r\n", 200, "\r\n\r\none, two\n" },
  { "one-request-only",
    "GET /echo HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\nGET /query?second HTTP/1.1\r\n" HOST "\r\n", 200,
    "Connection: close\r\n" },
  { "whole-answer-whatever-the-range",
    "POST /echo HTTP/1.1\r\n" HOST "Range: bytes=1-2\r\nContent-Length: 5\r\n\r\nhello", 200,
    "\r\n\r\nhello" },
};

static const Case refusals[] = {
  { "path", "GET /nowhere HTTP/1.1\r\n" HOST "\r\n", 404, "There is nothing here\n" },
  { "method", "GET /method HTTP/1.1\r\n" HOST "\r\n", 405, "\r\nAllow: POST\r\n" },
  { "length-and-chunks",
    "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    "Content-Length and Transfer-Encoding are both given" },
  { "two-lengths", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400,
    "The Content-Length is given twice" },
  { "two-codings",
    "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    "The Transfer-Encoding is given twice" },
  { "two-hosts", "POST /echo HTTP/1.1\r\n" HOST HOST "Content-Length: 0\r\n\r\n", 400, "The Host is not given once" },
  { "signed-length", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello", 400, "" },
  { "length-of-letters", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5x\r\n\r\nhello", 400, "" },
  { "endless-length", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\nhello", 400, "" },
  { "unknown-coding", "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
    "The Transfer-Encoding is not known" },
  { "too-long-by-its-own-word", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", 413,
    "The request is too large\n" },
  { "too-long-with-expectation",
    "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413,
    "The request is too large\n" },
  { "no-host", "GET /echo HTTP/1.1\r\n\r\n", 400, "" },
  { "no-http", "hello\r\n\r\n", 400, "" },
  { "smuggled-second", "GET /nowhere HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n", 404,
    "There is nothing here\n" },
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
  assert_has (client->received->str, "HTTP/1.1 413 ");
  g_assert_cmpuint (house->n_served, ==, 0);
  g_assert_cmpuint (house->refusals[CS_REFUSAL_SIZE], ==, 1);
  g_clear_pointer (&client, raw_client_free);
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
  g_test_add_func ("/gate/slow-clients-are-cut", test_slow_clients_are_cut);
  return g_test_run ();
}
