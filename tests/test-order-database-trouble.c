/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "order-database-fixture.h"

static void
test_cancelled (void)
{
  CsOrderDatabaseSettings settings = make_settings ("SELECT SLEEP(5 * ?)");
  g_autoptr (CsOrderSource) source = make_source (&settings);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Answer) answer = begin (source, "1", cancellable), late = NULL;

  g_cancellable_cancel (cancellable);
  wait_for (answer);
  g_assert_error (answer->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (answer->duration_us, <, NOT_AT_ONCE_US);
  late = begin (source, "1", cancellable);
  wait_for (late);
  g_assert_error (late->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* One look-up that takes its time delays no other. */
static void
test_slow (void)
{
  CsOrderDatabaseSettings settings = make_settings ("SELECT IF (id = '1', SLEEP(5), '2') FROM hostile WHERE id = ?");
  g_autoptr (CsOrderSource) source = make_source (&settings);
  g_autoptr (Answer) slow = begin (source, "1", NULL), quick = NULL;

  quick = look_up (source, "100");
  g_assert_no_error (quick->error);
  g_assert_cmpint (quick->state, ==, CS_ORDER_FULFILLED);
  g_assert_false (slow->is_done);
  wait_for (slow);
  g_assert_error (slow->error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_assert_cmpint (slow->duration_us, >, NOT_AT_ONCE_US);
  g_assert_cmpint (slow->duration_us, <, LIMIT_US);
  assert_state (source, "100", CS_ORDER_FULFILLED);
}

/* A server that takes connections and says nothing, as one behind a broken network does. */
static void
test_silent (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  CsOrderDatabaseSettings settings = make_tcp_settings ("127.0.0.1", port);
  g_autoptr (CsOrderSource) source = make_source (&settings);
  g_autoptr (Answer) first = begin (source, "1", NULL), second = begin (source, "2", NULL);

  wait_for (first);
  wait_for (second);
  g_assert_error (first->error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_assert_error (second->error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_assert_cmpint (first->duration_us, <, LIMIT_US);
  g_assert_cmpint (second->duration_us, <, LIMIT_US);
  g_socket_listener_close (listener);
}

/* One that sends what no server sends. */
static void
test_no_database (void)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  CsOrderDatabaseSettings settings = make_tcp_settings ("127.0.0.1", port);

  g_socket_service_start (service);
  assert_settings_fail (&settings, "");
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  assert_settings_fail (&settings, "can’t be reached");
}

static void
test_stopped (void)
{
  CsOrderDatabaseSettings settings = make_settings (CS_ORDER_DATABASE_QUERY);
  g_autoptr (CsOrderSource) source = make_source (&settings);
  gint64 end_us = g_get_monotonic_time () + MARIADB_PATIENCE_US;
  gboolean is_back = FALSE;

  assert_state (source, "00000001", CS_ORDER_RECEIVED);
  mariadb_freeze (server);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (Answer) answer = look_up (source, "00000001");

      g_assert_error (answer->error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
      g_assert_cmpint (answer->duration_us, <, LIMIT_US);
    }
  mariadb_thaw (server);
  while (!is_back && g_get_monotonic_time () < end_us)
    {
      g_autoptr (Answer) answer = look_up (source, "00000001");

      is_back = answer->is_found;
    }
  g_assert_true (is_back);
}

static void
test_restarted (void)
{
  CsOrderDatabaseSettings settings = make_settings (CS_ORDER_DATABASE_QUERY);
  g_autoptr (CsOrderSource) source = make_source (&settings);

  assert_state (source, "00000002", CS_ORDER_PENDING);
  mariadb_stop (server);
  assert_fails (source, "00000002", CS_ORDER_ERROR_UNAVAILABLE, "can’t be reached");
  mariadb_start (server, NULL);
  assert_state (source, "00000002", CS_ORDER_PENDING);
  /* Nobody has asked while it was away. */
  mariadb_stop (server);
  mariadb_start (server, NULL);
  assert_state (source, "00000003", CS_ORDER_FULFILLED);
}

/* Nobody waits for a source that is given up, and what it still does hurts nobody. */
static void
test_given_up (void)
{
  CsOrderDatabaseSettings settings = make_settings ("SELECT SLEEP(5 * ?)");
  CsOrderSource *source = make_source (&settings);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer *answers[8];

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    answers[i] = begin (source, "1", cancellable);
  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      wait_for (answers[i]);
      answer_free (answers[i]);
    }
  g_assert_finalize_object (source);
}

static void
add_tests (void)
{
  g_test_add_func ("/order-database/cancelled", test_cancelled);
  g_test_add_func ("/order-database/slow-delays-no-other", test_slow);
  g_test_add_func ("/order-database/silent-server/two-seconds-at-most", test_silent);
  g_test_add_func ("/order-database/not-a-database", test_no_database);
  g_test_add_func ("/order-database/given-up", test_given_up);
  g_test_add_func ("/order-database/stopped/two-seconds-at-most", test_stopped);
  g_test_add_func ("/order-database/restarted", test_restarted);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  return run_on_server ("/order-database/server", add_tests);
}
