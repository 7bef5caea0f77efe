/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-recorder.h"
#include "store-fixture.h"

#include <signal.h>
#include <sys/resource.h>

/* Ways for a disk to refuse: while an event is written, while what follows from it is, and at the very end. */
#define FAULT_EVENT "CREATE TRIGGER fault BEFORE INSERT ON event BEGIN SELECT RAISE (ABORT, 'the disk says no'); END"
#define FAULT_CALL "CREATE TRIGGER fault BEFORE INSERT ON call BEGIN SELECT RAISE (ABORT, 'the disk says no'); END"
#define NO_FAULT "DROP TRIGGER fault"

typedef struct {
  StoreFixture *fixture; /* (owned) its ledger isn't used */
  CsRecorder *recorder;  /* (owned) */
  guint n_changes;
  guint n_kept;
  guint n_refused;
} Desk;

/* Somebody who waits for an answer. */
typedef struct {
  Desk *desk;
  char *leg_id; /* (owned) */
} Client;

static void
on_changed (gpointer data)
{
  Desk *desk = data;

  desk->n_changes++;
}

static Desk *
desk_new (void)
{
  Desk *self = g_new0 (Desk, 1);

  self->fixture = store_fixture_new ();
  self->recorder = cs_recorder_new (self->fixture->store, on_changed, self);
  cs_recorder_set_stale (self->recorder, 240);
  self->n_changes = 0;
  return self;
}

static void
desk_free (Desk *self)
{
  g_clear_pointer (&self->recorder, cs_recorder_free);
  store_fixture_free (self->fixture);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

static gint64
count_events (Desk       *desk,
              const char *leg_id)
{
  g_autofree char *query = g_strdup_printf ("SELECT count(*) FROM event WHERE leg = '%s'", leg_id);

  return store_sql_number (desk->fixture->dir, query);
}

/* Whoever is told that it was kept finds it, over another connection, at that moment. */
static void
on_recorded (gboolean is_kept,
             gpointer data)
{
  Client *client = data;

  if (is_kept)
    {
      client->desk->n_kept++;
      g_assert_cmpint (count_events (client->desk, client->leg_id), >, 0);
    }
  else
    {
      client->desk->n_refused++;
    }
  g_free (client->leg_id);
  g_free (client);
}

static void
record_event (Desk              *desk,
              const CsCallEvent *event)
{
  g_autoptr (GBytes) body = store_make_body (event);
  Client *client = g_new0 (Client, 1);

  client->desk = desk;
  client->leg_id = g_strdup (event->leg_id);
  cs_recorder_record (desk->recorder, event, body, on_recorded, client);
}

/* Records an event as fixture_event_parse() reads it, but for the time, which is now. */
static void
record (Desk       *desk,
        const char *text)
{
  g_autofree char *timed = g_strconcat ("0 ", text, NULL);
  g_autoptr (FixtureEvent) event = fixture_event_parse (timed);

  record_event (desk, event->event);
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Nobody has an answer yet, unless this machine took so long that the group was committed for its age. */
static void
assert_nobody_answered (Desk   *desk,
                        gint64  began_us)
{
  if (g_get_monotonic_time () - began_us < 5 * G_TIME_SPAN_MILLISECOND)
    g_assert_cmpuint (desk->n_kept, ==, 0);
}

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

/* What isn't an event shares the commit, and the failure. */
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

  store_sql (desk->fixture->dir, FAULT_EVENT);
  expect_disk_warning ();
  client = g_new0 (Client, 1);
  client->desk = desk;
  client->leg_id = g_strdup ("other");
  cs_recorder_write (desk->recorder, write_entry, (gpointer) "other", on_recorded, client);
  turn ();
  g_test_assert_expected_messages ();
  g_assert_cmpuint (desk->n_refused, ==, 1);
  store_sql (desk->fixture->dir, NO_FAULT);
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
  g_test_add_func ("/recorder/clock/stale-calls-are-ended-at-the-start", test_stale_calls_are_ended_at_the_start);
  g_test_add_func ("/recorder/clock/ends-a-forwarded-call", test_clock_ends_a_forwarded_call);
  g_test_add_func ("/recorder/group/tick-is-part-of-it", test_tick_is_part_of_the_group);
  return g_test_run ();
}
