/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "recorder-fixture.h"

#include <signal.h>
#include <sys/resource.h>

/* Ways for a disk to refuse: while an event is written, while what follows from it is, and at the very end. */
#define FAULT_EVENT "CREATE TRIGGER fault BEFORE INSERT ON event BEGIN SELECT RAISE (ABORT, 'the disk says no'); END"
#define FAULT_CALL "CREATE TRIGGER fault BEFORE INSERT ON call BEGIN SELECT RAISE (ABORT, 'the disk says no'); END"
#define NO_FAULT "DROP TRIGGER fault"

static gboolean
on_time_out (gpointer data)
{
  gboolean *is_over = data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_for_ms (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, on_time_out, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* Waits until nothing is held any more. */
static void
wait_for_disk (Desk *desk)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (cs_recorder_get_n_held (desk->recorder) > 0 && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (cs_recorder_get_n_held (desk->recorder), ==, 0);
}

static void
expect_disk_warning (void)
{
  g_test_expect_message ("callstats", G_LOG_LEVEL_WARNING, "*Calls ring, but they can't be kept for the moment.");
}

static void
expect_disk_message (void)
{
  g_test_expect_message ("callstats", G_LOG_LEVEL_MESSAGE, "The disk takes calls again; *");
}

/* The whole group fails together: nobody is told what isn't so. */
static void
test_failure_is_told_to_everybody (gconstpointer fault)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *before = NULL, *after = NULL;

  record (desk, "newCall a");
  record (desk, "newCall b");
  turn ();
  before = store_dump (desk->fixture->dir);
  store_sql (desk->fixture->dir, fault);
  expect_disk_warning ();
  desk->n_kept = desk->n_changes = 0;
  record (desk, "newCall c");
  record (desk, "answer a users=Bob");
  record (desk, "hangup b cause=cancel");
  turn ();
  g_test_assert_expected_messages ();

  g_assert_cmpuint (desk->n_kept, ==, 0);
  g_assert_cmpuint (desk->n_refused, ==, 3);
  g_assert_cmpuint (desk->n_changes, >, 0);
  g_assert_nonnull (strstr (cs_recorder_get_error (desk->recorder), "the disk says no"));
  after = store_dump (desk->fixture->dir);
  g_assert_cmpstr (after, ==, before);

  /* What was refused is news when it comes again. */
  store_sql (desk->fixture->dir, NO_FAULT);
  expect_disk_message ();
  record (desk, "answer a users=Bob");
  record (desk, "hangup b cause=cancel");
  turn ();
  g_assert_cmpuint (desk->n_kept, ==, 2);
  wait_for_disk (desk);
  g_test_assert_expected_messages ();
  g_assert_cmpint (count_events (desk, "a"), ==, 2);
  g_assert_cmpint (count_events (desk, "b"), ==, 2);
  g_assert_cmpint (count_events (desk, "c"), ==, 1);
  store_assert_sound (desk->fixture->dir);
}

/* Not a trigger, but a file that can't grow: the refusal comes with the commit. */
static void
test_full_disk_fails_the_commit (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autofree char *wal = g_build_filename (desk->fixture->dir, "callstats.db-wal", NULL);
  g_autofree char *before = NULL, *after = NULL;
  struct rlimit old, full;
  GStatBuf stat_buffer;

  record (desk, "newCall a");
  turn ();
  before = store_dump (desk->fixture->dir);
  g_assert_cmpint (g_stat (wal, &stat_buffer), ==, 0);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  full = old;
  full.rlim_cur = stat_buffer.st_size;
  signal (SIGXFSZ, SIG_IGN);
  expect_disk_warning ();
  setrlimit (RLIMIT_FSIZE, &full);
  record (desk, "hangup a cause=cancel");
  record (desk, "newCall b");
  turn ();
  setrlimit (RLIMIT_FSIZE, &old);
  g_test_assert_expected_messages ();

  g_assert_cmpuint (desk->n_refused, ==, 2);
  g_assert_cmpuint (cs_recorder_get_n_held (desk->recorder), ==, 1);
  g_assert_nonnull (cs_recorder_get_error (desk->recorder));
  after = store_dump (desk->fixture->dir);
  g_assert_cmpstr (after, ==, before);

  expect_disk_message ();
  record (desk, "hangup a cause=cancel");
  wait_for_disk (desk);
  g_test_assert_expected_messages ();
  g_assert_cmpint (count_events (desk, "a"), ==, 2);
  g_assert_cmpint (count_events (desk, "b"), ==, 1);
  g_assert_null (cs_recorder_get_error (desk->recorder));
  store_assert_sound (desk->fixture->dir);
}

static void
test_calls_are_held_with_their_time_of_arrival (void)
{
  g_autoptr (Desk) desk = desk_new ();
  gint64 at_us[3];

  store_sql (desk->fixture->dir, FAULT_EVENT);
  expect_disk_warning ();
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("newCall leg%d", i);

      record (desk, text);
      at_us[i] = cs_recorder_get_last_event (desk->recorder);
      turn ();
    }
  g_test_assert_expected_messages ();
  g_assert_cmpuint (desk->n_refused, ==, 3);
  g_assert_cmpuint (cs_recorder_get_n_held (desk->recorder), ==, 3);

  store_sql (desk->fixture->dir, NO_FAULT);
  expect_disk_message ();
  desk->n_changes = 0;
  wait_for_disk (desk);
  g_test_assert_expected_messages ();
  g_assert_null (cs_recorder_get_error (desk->recorder));
  g_assert_cmpuint (desk->n_changes, >, 0);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *query = g_strdup_printf ("SELECT seen_us FROM call JOIN leg ON leg.call = call.id JOIN event ON"
                                                " event.leg = leg.id AND at_us = seen_us WHERE leg.id = 'leg%d'", i);

      g_assert_cmpint (store_sql_number (desk->fixture->dir, query), ==, at_us[i]);
    }
  store_assert_sound (desk->fixture->dir);
}

/* The disk is as full as before: what is held stays, and is tried again and again. */
static void
test_retry_in_vain_loses_nothing (void)
{
  g_autoptr (Desk) desk = desk_new ();

  store_sql (desk->fixture->dir, FAULT_CALL);
  expect_disk_warning ();
  record (desk, "newCall a");
  turn ();
  wait_for_ms (2500);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (cs_recorder_get_n_held (desk->recorder), ==, 1);
  g_assert_nonnull (cs_recorder_get_error (desk->recorder));
  store_sql (desk->fixture->dir, NO_FAULT);
  expect_disk_message ();
  wait_for_disk (desk);
  g_test_assert_expected_messages ();
  g_assert_cmpint (count_events (desk, "a"), ==, 1);
}

/* Time passing writes nothing, so it doesn't prove that the disk takes anything. */
static void
test_error_stays_until_something_is_written (void)
{
  g_autoptr (Desk) desk = desk_new ();

  record (desk, "newCall a");
  turn ();
  store_sql (desk->fixture->dir, FAULT_EVENT);
  expect_disk_warning ();
  record (desk, "hangup a cause=cancel");
  turn ();
  g_assert_nonnull (cs_recorder_get_error (desk->recorder));
  cs_recorder_set_stale (desk->recorder, 240);
  g_assert_nonnull (cs_recorder_get_error (desk->recorder));
  g_test_assert_expected_messages ();

  store_sql (desk->fixture->dir, NO_FAULT);
  record (desk, "hangup a cause=cancel");
  turn ();
  g_assert_null (cs_recorder_get_error (desk->recorder));
}

static void
test_held_calls_are_bounded (void)
{
  g_autoptr (Desk) desk = desk_new ();

  store_sql (desk->fixture->dir, FAULT_EVENT);
  expect_disk_warning ();
  for (int i = 0; i < 1003; i++)
    {
      g_autofree char *text = g_strdup_printf ("newCall leg%d", i);

      if (i >= 1000)
        g_test_expect_message ("callstats", G_LOG_LEVEL_WARNING, "The disk is still full: a call could not be kept");
      record (desk, text);
    }
  g_test_assert_expected_messages ();
  g_assert_cmpuint (cs_recorder_get_n_held (desk->recorder), ==, 1000);
  g_assert_cmpuint (desk->n_refused, ==, 1003);

  store_sql (desk->fixture->dir, NO_FAULT);
  expect_disk_message ();
  wait_for_disk (desk);
  g_test_assert_expected_messages ();
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT count(*) FROM call"), ==, 1000);
  store_assert_sound (desk->fixture->dir);
}

/* The program ends while calls are held: once more they are tried. */
static void
test_free_tries_what_is_held (gconstpointer data)
{
  gboolean is_full = GPOINTER_TO_INT (data);
  g_autoptr (Desk) desk = desk_new ();

  store_sql (desk->fixture->dir, FAULT_EVENT);
  expect_disk_warning ();
  record (desk, "newCall a");
  turn ();
  if (is_full)
    {
      g_test_expect_message ("callstats", G_LOG_LEVEL_WARNING, "1 calls could not be kept: *");
    }
  else
    {
      store_sql (desk->fixture->dir, NO_FAULT);
      expect_disk_message ();
    }
  g_clear_pointer (&desk->recorder, cs_recorder_free);
  g_test_assert_expected_messages ();
  g_assert_cmpint (count_events (desk, "a"), ==, is_full ? 0 : 1);
}

static gboolean
write_in_vain (CsStore   *store,
               gpointer   data,
               GError   **error)
{
  g_set_error_literal (error, CS_STORE_ERROR, CS_STORE_ERROR_FULL, data);
  return FALSE;
}

/* What isn't an event fails with its group, and is told so. */
static void
test_other_writes_fail_with_the_group (void)
{
  g_autoptr (Desk) desk = desk_new ();
  Client *client = g_new0 (Client, 1);

  client->desk = desk;
  record (desk, "newCall a");
  expect_disk_warning ();
  cs_recorder_write (desk->recorder, write_in_vain, (gpointer) "The disk is full", on_recorded, client);
  turn ();
  g_test_assert_expected_messages ();
  g_assert_cmpstr (cs_recorder_get_error (desk->recorder), ==, "The disk is full");
  g_assert_cmpuint (desk->n_refused, ==, 2);
  g_assert_cmpuint (cs_recorder_get_n_held (desk->recorder), ==, 1);
  expect_disk_message ();
  wait_for_disk (desk);
  g_test_assert_expected_messages ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/recorder/failure/of-an-event-is-told-to-everybody", FAULT_EVENT,
                        test_failure_is_told_to_everybody);
  g_test_add_data_func ("/recorder/failure/of-a-call-is-told-to-everybody", FAULT_CALL, test_failure_is_told_to_everybody);
  g_test_add_func ("/recorder/failure/full-disk-fails-the-commit", test_full_disk_fails_the_commit);
  g_test_add_func ("/recorder/failure/error-stays-until-something-is-written",
                   test_error_stays_until_something_is_written);
  g_test_add_func ("/recorder/held/with-their-time-of-arrival", test_calls_are_held_with_their_time_of_arrival);
  g_test_add_func ("/recorder/held/retry-in-vain-loses-nothing", test_retry_in_vain_loses_nothing);
  g_test_add_func ("/recorder/held/are-bounded", test_held_calls_are_bounded);
  g_test_add_data_func ("/recorder/free/tries-what-is-held", GINT_TO_POINTER (FALSE), test_free_tries_what_is_held);
  g_test_add_data_func ("/recorder/free/names-what-is-lost", GINT_TO_POINTER (TRUE), test_free_tries_what_is_held);
  g_test_add_func ("/recorder/failure/other-writes-fail-with-the-group", test_other_writes_fail_with_the_group);
  return g_test_run ();
}
