/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "gate-fixture.h"

#include <sys/resource.h>
#include <unistd.h>

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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gate/crowd/longest-silent-clients-make-room", test_longest_silent_clients_make_room);
  g_test_add_func ("/gate/crowd/client-that-waits-is-not-evicted", test_client_that_waits_is_not_evicted);
  g_test_add_func ("/gate/crowd/running-out-of-descriptors-is-survived", test_running_out_of_descriptors_is_survived);
  g_test_add_func ("/gate/socket/is-told-and-may-go", test_socket_is_told_and_may_go);
  g_test_add_func ("/gate/socket/may-vanish", test_socket_may_vanish);
  g_test_add_func ("/gate/socket/are-bounded", test_sockets_are_bounded);
  g_test_add_func ("/gate/socket/is-examined", test_socket_is_examined);
  return g_test_run ();
}
