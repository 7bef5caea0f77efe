/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "recorder-fixture.h"

static void
test_events_of_one_turn_share_a_commit (void)
{
  g_autoptr (Desk) desk = desk_new ();
  gint64 began_us = g_get_monotonic_time (), took_us;

  for (int i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("newCall leg%d", i);

      record (desk, text);
    }
  took_us = g_get_monotonic_time () - began_us;
  assert_nobody_answered (desk, began_us);
  turn ();
  g_assert_cmpuint (desk->n_kept, ==, 20);
  g_assert_cmpuint (desk->n_changes, <=, 1 + took_us / (5 * G_TIME_SPAN_MILLISECOND));
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT count(*) FROM call"), ==, 20);
  store_assert_sound (desk->fixture->dir);
}

/* A flood doesn't keep the first one waiting. */
static void
test_group_is_bounded (void)
{
  g_autoptr (Desk) desk = desk_new ();

  for (int i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("newCall leg%d", i);

      record (desk, text);
      g_assert_cmpuint (i + 1 - desk->n_kept, <=, 64);
    }
  g_assert_cmpuint (desk->n_kept, >, 200 - 64);
  turn ();
  g_assert_cmpuint (desk->n_kept, ==, 200);
}

static void
test_slow_group_is_committed_by_the_next_event (void)
{
  g_autoptr (Desk) desk = desk_new ();

  record (desk, "newCall a");
  g_usleep (8000);
  record (desk, "newCall b");
  g_assert_cmpuint (desk->n_kept, ==, 2);
}

/* A repetition is answered no sooner than what it repeats is safe, and writes nothing. */
static void
test_repetition_waits_for_the_same_commit (void)
{
  g_autoptr (Desk) desk = desk_new ();
  gint64 began_us = g_get_monotonic_time ();

  record (desk, "newCall a");
  record (desk, "newCall a");
  assert_nobody_answered (desk, began_us);
  turn ();
  g_assert_cmpuint (desk->n_kept, ==, 2);
  g_assert_cmpint (count_events (desk, "a"), ==, 1);

  record (desk, "newCall a");
  turn ();
  g_assert_cmpuint (desk->n_kept, ==, 3);
  g_assert_cmpint (count_events (desk, "a"), ==, 1);
}

/* Each of them is a step of something. */
static void
test_keys_and_unknown_events_are_journalled_each_time (void)
{
  g_autoptr (Desk) desk = desk_new ();

  record (desk, "newCall a");
  for (int i = 0; i < 2; i++)
    {
      record (desk, "dtmf a digits=1");
      record (desk, "other b");
    }
  turn ();
  g_assert_cmpint (count_events (desk, "a"), ==, 3);
  g_assert_cmpint (count_events (desk, "b"), ==, 2);
  g_assert_cmpuint (desk->n_kept, ==, 5);
  store_assert_sound (desk->fixture->dir);
}

static void
test_no_two_events_share_a_moment (void)
{
  g_autoptr (Desk) desk = desk_new ();
  gint64 before_us = g_get_real_time ();

  g_assert_cmpint (cs_recorder_get_last_event (desk->recorder), ==, CS_UNKNOWN);
  for (int i = 0; i < 300; i++)
    {
      g_autofree char *text = g_strdup_printf ("newCall leg%d", i);

      record (desk, text);
    }
  turn ();
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT count(DISTINCT at_us) FROM event"), ==, 300);
  g_assert_cmpint (cs_recorder_get_last_event (desk->recorder), ==,
                   store_sql_number (desk->fixture->dir, "SELECT max(at_us) FROM event"));
  g_assert_cmpint (cs_recorder_get_last_event (desk->recorder) - before_us, <, 10 * G_USEC_PER_SEC);
}

static void
test_free_commits_what_is_open (void)
{
  g_autoptr (Desk) desk = desk_new ();

  record (desk, "newCall a");
  g_clear_pointer (&desk->recorder, cs_recorder_free);
  g_assert_cmpuint (desk->n_kept, ==, 1);
  turn ();
}

/* Hours after the last that was heard of them, however many there are. */
static void
test_stale_calls_are_ended_at_the_start (void)
{
  g_autoptr (Desk) desk = desk_new ();
  g_autoptr (CsRecorder) second = NULL;
  gint64 now_us = g_get_real_time ();

  for (int i = 0; i < 450; i++)
    {
      g_autofree char *text = g_strdup_printf ("0 newCall leg%d", i);
      g_autoptr (FixtureEvent) event = fixture_event_parse (text);
      g_autoptr (GBytes) body = store_make_body (event->event);

      cs_recorder_record_at (desk->recorder, event->event, body, now_us - 31 * G_TIME_SPAN_MINUTE + i, NULL, NULL);
    }
  record (desk, "newCall fresh");
  turn ();
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT count(*) FROM call WHERE state = 1"), ==, 451);
  g_clear_pointer (&desk->recorder, cs_recorder_free);

  second = cs_recorder_new (desk->fixture->store, on_changed, desk);
  cs_recorder_set_stale (second, 30);
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT count(*) FROM call WHERE state = 1"), ==, 1);
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT count(*) FROM call WHERE outcome = 14"), ==, 450);
  store_assert_sound (desk->fixture->dir);
}

/* Two seconds after the forwarded hangup it is clear that no other leg comes. */
static void
test_clock_ends_a_forwarded_call (void)
{
  g_autoptr (Desk) desk = desk_new ();
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC, began_us = g_get_monotonic_time ();

  record (desk, "newCall a");
  record (desk, "hangup a cause=forwarded");
  turn ();
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT state FROM call"), ==, CS_CALL_AWAITING_LEG);
  while (store_sql_number (desk->fixture->dir, "SELECT state FROM call") != CS_CALL_ENDED
         && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT outcome FROM call"), ==, CS_OUTCOME_FORWARDED);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, CS_FORWARD_GRACE_US);
  store_assert_sound (desk->fixture->dir);
}

static void
test_tick_is_part_of_the_group (void)
{
  g_autoptr (Desk) desk = desk_new ();

  record (desk, "newCall a");
  record (desk, "hangup a cause=cancel");
  turn ();
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT callback FROM call"), ==, 1);
  desk->n_changes = 0;
  cs_recorder_settle (desk->recorder, store_sql_number (desk->fixture->dir, "SELECT id FROM call"));
  turn ();
  g_assert_cmpint (store_sql_number (desk->fixture->dir, "SELECT callback FROM call"), ==, 0);
  g_assert_cmpuint (desk->n_changes, ==, 1);
  store_assert_sound (desk->fixture->dir);
}

static gboolean
write_entry (CsStore   *store,
             gpointer   data,
             GError   **error)
{
  g_autoptr (CsCallEvent) event = cs_call_event_new (CS_PROVIDER_EXOTEL, CS_CALL_EVENT_OTHER, data);
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);

  return cs_store_add_event (store, event, 1, body, error);
}

/* What isn't an event shares the commit. */
static void
test_other_writes_join_the_group (void)
{
  g_autoptr (Desk) desk = desk_new ();
  Client *client = g_new0 (Client, 1);
  gint64 began_us = g_get_monotonic_time ();

  client->desk = desk;
  client->leg_id = g_strdup ("other");
  record (desk, "newCall a");
  cs_recorder_write (desk->recorder, write_entry, (gpointer) "other", on_recorded, client);
  assert_nobody_answered (desk, began_us);
  turn ();
  g_assert_cmpuint (desk->n_kept, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/recorder/group/events-of-one-turn-share-a-commit", test_events_of_one_turn_share_a_commit);
  g_test_add_func ("/recorder/group/is-bounded", test_group_is_bounded);
  g_test_add_func ("/recorder/group/slow-one-is-committed-by-the-next-event",
                   test_slow_group_is_committed_by_the_next_event);
  g_test_add_func ("/recorder/group/repetition-waits-for-the-same-commit", test_repetition_waits_for_the_same_commit);
  g_test_add_func ("/recorder/group/other-writes-join-it", test_other_writes_join_the_group);
  g_test_add_func ("/recorder/journal/keys-and-unknown-events-come-each-time",
                   test_keys_and_unknown_events_are_journalled_each_time);
  g_test_add_func ("/recorder/journal/no-two-events-share-a-moment", test_no_two_events_share_a_moment);
  g_test_add_func ("/recorder/free/commits-what-is-open", test_free_commits_what_is_open);
  g_test_add_func ("/recorder/clock/stale-calls-are-ended-at-the-start", test_stale_calls_are_ended_at_the_start);
  g_test_add_func ("/recorder/clock/ends-a-forwarded-call", test_clock_ends_a_forwarded_call);
  g_test_add_func ("/recorder/group/tick-is-part-of-it", test_tick_is_part_of_the_group);
  return g_test_run ();
}
