/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-upkeep.h"
#include "store-fixture.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)

/* All that a call is, but when it was ticked off. */
#define DERIVED "SELECT leg.id, call.* FROM call JOIN leg ON leg.call = call.id ORDER BY leg.id"

/* Removes what is older than the given times, milliseconds since the start (-1 keeps all); returns in how many turns. */
static guint
prune (StoreFixture *fixture,
       gint64        events_before_ms,
       gint64        calls_before_ms)
{
  gint64 events_us = events_before_ms < 0 ? CS_UNKNOWN : FIXTURE_START_US + events_before_ms * 1000;
  gint64 calls_us = calls_before_ms < 0 ? CS_UNKNOWN : FIXTURE_START_US + calls_before_ms * 1000;
  gboolean is_done = FALSE;
  guint n_turns = 0;

  while (!is_done)
    {
      g_autoptr (GError) error = NULL;

      cs_store_prune (fixture->store, events_us, calls_us, &is_done, &error);
      g_assert_no_error (error);
      cs_store_commit (fixture->store, &error);
      g_assert_no_error (error);
      n_turns++;
      g_assert_cmpuint (n_turns, <, 100);
    }
  return n_turns;
}

/* n calls, one an hour, each missed after nine seconds. */
static void
play_hours (StoreFixture *fixture,
            int           n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT " newCall leg%04d\n%" G_GINT64_FORMAT " hangup leg%04d cause=cancel",
                            i > 0 ? "\n" : "", i * HOUR_MS, i, i * HOUR_MS + 9000, i);
  store_fixture_play (fixture, text->str, FALSE);
}

static void
test_prune_keeps_all_that_is_not_older (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *before = NULL, *after = NULL;

  play_hours (fixture, 24);
  before = store_dump (fixture->dir);
  prune (fixture, -1, -1);
  prune (fixture, 0, 0);
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
}

static void
test_prune_shortens_the_journal (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *first = NULL;

  play_hours (fixture, 24);
  prune (fixture, 5 * HOUR_MS, -1);
  first = store_sql_text (fixture->dir, "SELECT leg, kind FROM event ORDER BY id LIMIT 1");
  g_assert_cmpstr (first, ==, "leg0005|0");
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM event"), ==, 19 * 2);
  g_assert_cmpuint (cs_store_count_calls (fixture->store), ==, 24);
  store_assert_sound (fixture->dir);
}

/* Legs, totals and journal go with the call. */
static void
test_prune_leaves_no_trace_of_a_call (void)
{
  static const char *const events_before[] = { "-1", "0", "5" };

  for (guint i = 0; i < G_N_ELEMENTS (events_before); i++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new ();
      g_autofree char *counts = NULL;
      int hours = atoi (events_before[i]);

      play_hours (fixture, 24);
      prune (fixture, hours < 0 ? -1 : hours * HOUR_MS, 10 * HOUR_MS);
      counts = store_sql_text (fixture->dir, "SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM leg),"
                                             " (SELECT sum(n) FROM call_bucket), (SELECT count(*) FROM event),"
                                             " (SELECT min(seen_us) FROM call)");
      g_assert_cmpstr (counts, ==, "14|14|14|28|1700036000000000");
      store_assert_sound (fixture->dir);
    }
}

static void
test_prune_keeps_running_calls (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *left = NULL;

  store_fixture_play (fixture, "0 newCall running\n1000 newCall ended\n2000 hangup ended cause=cancel", TRUE);
  prune (fixture, HOUR_MS, HOUR_MS);
  left = store_sql_text (fixture->dir, "SELECT leg.id FROM call JOIN leg ON leg.call = call.id");
  g_assert_cmpstr (left, ==, "running");
  store_assert_sound (fixture->dir);

  /* It goes on, and ends, as if nothing had happened. */
  store_fixture_play (fixture, "3000 hangup running cause=cancel", TRUE);
  store_assert_sound (fixture->dir);
  prune (fixture, HOUR_MS, HOUR_MS);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM (SELECT id FROM call UNION ALL SELECT quarter"
                                                   " FROM call_bucket UNION ALL SELECT call FROM leg)"), ==, 0);
}

/* So that no call waits long for its answer meanwhile. */
static void
test_prune_works_in_small_turns (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  play_hours (fixture, 1300);
  g_assert_cmpuint (prune (fixture, 1200 * HOUR_MS, 1100 * HOUR_MS), >=, 4);
  g_assert_cmpuint (cs_store_count_calls (fixture->store), ==, 200);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM event"), ==, 200);
  store_assert_sound (fixture->dir);
}

/* A clock that was set back, or an event that waited for the disk, puts entries out of order. */
static void
test_prune_takes_no_younger_entry_with_it (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *left = NULL;

  store_fixture_play (fixture, "1000 newCall a\n9000 newCall b\n2000 newCall c\n9500 newCall d", TRUE);
  prune (fixture, 5000, -1);
  left = store_sql_text (fixture->dir, "SELECT leg FROM event ORDER BY id");
  g_assert_cmpstr (left, ==, "b\nd");
}

/* Returns how many events were applied. */
static guint64
rebuild (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  guint64 n_events = 0, n_calls = 0;

  store_fixture_close (fixture);
  cs_upkeep_rebuild (fixture->dir, FIXTURE_STALE_US / G_TIME_SPAN_MINUTE, &n_events, &n_calls, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_calls, ==, store_sql_number (fixture->dir, "SELECT count(*) FROM call"));
  store_assert_sound (fixture->dir);
  store_fixture_open (fixture);
  return n_events;
}

/* Calls of every kind: joined, merged when both were stored, left alone by their hangup, ticked off. */
#define MIXED \
  "0 newCall a users=Alice\n1000 answer a users=Alice ids=w0\n9000 hangup a cause=normalClearing\n" \
  "10000 newCall b from=4930111111\n20000 hangup b cause=forwarded\n" \
  "20100 newCall b2 parent=b users=voicemail from=4930111111\n" \
  "21000 answer b2 users=voicemail\n30000 hangup b2 cause=normalClearing\n" \
  "40000 newCall c from=4930222222\n41000 hangup c cause=cancel\n" \
  "42000 newCall c2 from=4930222222\n43000 hangup c2 cause=busy\n" \
  "50000 newCall d from=4930333333\n51000 newCall e parent= from=4930333333\n52000 hangup e parent=d cause=cancel\n" \
  "53000 hangup d cause=cancel\n60000 newCall f\n61000 dtmf f digits=1\n62000 dtmf f digits=2\n63000 other f\n" \
  "64000 hangup f cause=normalClearing\n70000 hangup g\n80000 newCall h\n90000 newCall i\n91000 hangup i cause=forwarded"
#define N_MIXED 25

static StoreFixture *
make_mixed (void)
{
  StoreFixture *fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;
  gint64 id;

  store_fixture_play (fixture, MIXED, TRUE);
  store_fixture_advance (fixture, FIXTURE_START_US + 3 * FIXTURE_STALE_US);
  id = store_sql_number (fixture->dir, "SELECT call FROM leg WHERE id = 'c2'");
  cs_store_settle_callbacks (fixture->store, id, FIXTURE_START_US + 99, &error);
  g_assert_no_error (error);
  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
  store_assert_sound (fixture->dir);
  return fixture;
}

static void
test_rebuild_changes_nothing_by_itself (void)
{
  g_autoptr (StoreFixture) fixture = make_mixed ();
  g_autofree char *before = store_dump (fixture->dir), *after = NULL, *again = NULL;

  g_assert_cmpuint (rebuild (fixture), ==, N_MIXED);
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (rebuild (fixture), ==, N_MIXED);
  again = store_dump (fixture->dir);
  g_assert_cmpstr (again, ==, before);
}

/* Whatever became of what is derived, the journal gives it back: the same calls, ids and ticks. */
static void
test_rebuild_restores_what_was_altered (void)
{
  static const char *const damages[] = {
    "DELETE FROM call_bucket",
    "UPDATE call_bucket SET n = n + 1",
    "UPDATE call SET outcome = 12, direction = 2, wait_us = 1, number = 'x', number_key = 'y', callback = 1",
    "UPDATE call SET state = 1 WHERE id % 2 = 0",
    "UPDATE leg SET causes = 'busy', answered_us = NULL, users = 'Nobody'",
    "UPDATE leg SET parent_id = NULL, xcid = 'same'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (StoreFixture) fixture = make_mixed ();
      g_autofree char *before = store_dump (fixture->dir), *after = NULL;

      g_test_message ("%s", damages[i]);
      store_sql (fixture->dir, damages[i]);
      g_assert_cmpuint (rebuild (fixture), ==, N_MIXED);
      after = store_dump (fixture->dir);
      g_assert_cmpstr (after, ==, before);
    }
}

/* Without a row there is no id and no tick to remember; the call itself comes back. */
static void
test_rebuild_brings_lost_calls_back (void)
{
  static const char query[] = "SELECT leg.id, outcome, seen_us, last_us, wait_us, talk_us, n_legs, wants_callback FROM leg"
                              " JOIN call ON leg.call = call.id ORDER BY 1";
  static const char *const damages[] = { "DELETE FROM call WHERE id IN (1, 2)", "DELETE FROM leg WHERE id IN ('a', 'b2')",
                                         "DELETE FROM call; DELETE FROM leg" };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (StoreFixture) fixture = make_mixed ();
      g_autofree char *before = store_sql_text (fixture->dir, query), *after = NULL;

      g_test_message ("%s", damages[i]);
      store_sql (fixture->dir, damages[i]);
      g_assert_cmpuint (rebuild (fixture), ==, N_MIXED);
      after = store_sql_text (fixture->dir, query);
      g_assert_cmpstr (after, ==, before);
    }
}

/* What the journal doesn't cover from its first event on stays as it is, with what the user did to it. */
static void
test_rebuild_leaves_older_calls_alone (void)
{
  /* Each moment cuts a call in two: its first events are gone, the others are still in the journal. */
  static const gint64 cuts_ms[] = { 500, 15000, 20050, 42500, 51500, 61500, 62500, 90500, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (cuts_ms); i++)
    {
      g_autoptr (StoreFixture) fixture = make_mixed ();
      g_autofree char *before = NULL, *after = NULL;

      g_test_message ("%" G_GINT64_FORMAT, cuts_ms[i]);
      prune (fixture, cuts_ms[i], -1);
      before = store_dump (fixture->dir);
      rebuild (fixture);
      after = store_dump (fixture->dir);
      g_assert_cmpstr (after, ==, before);
    }
}

/* The journal begins with an event that is younger than some that follow it. */
static void
test_rebuild_loses_no_call_to_a_clock_set_back (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *before = NULL, *after = NULL;

  store_fixture_play (fixture, "8000 newCall a\n8500 hangup a cause=cancel\n20000 newCall b\n21000 hangup b cause=cancel",
                      TRUE);
  prune (fixture, 10000, -1);
  store_fixture_play (fixture, "5000 newCall c\n6000 hangup c cause=cancel", TRUE);
  before = store_sql_text (fixture->dir, DERIVED);
  g_assert_cmpuint (rebuild (fixture), ==, 4);
  after = store_sql_text (fixture->dir, DERIVED);
  g_assert_cmpstr (after, ==, before);
}

/* More events than are held in memory at a time, with calls that cross the seams. */
static void
test_rebuild_is_the_same_in_many_turns (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GString) text = g_string_new ("0 newCall first\n0 newCall second parent=");
  g_autofree char *before = NULL, *after = NULL;

  for (int i = 0; i < 1100; i++)
    g_string_append_printf (text, "\n%d newCall leg%d%s\n%d hangup leg%d cause=%s", i * 700 + 1, i,
                            i >= 3 && i % 7 == 0 ? " xcid=x" : "", i * 700 + 2, i, i % 3 == 0 ? "forwarded" : "cancel");
  /* Only the last event tells that the first two legs are of one call. */
  g_string_append (text, "\n800000 hangup first cause=cancel\n800001 hangup second parent=first cause=cancel");
  store_fixture_play (fixture, text->str, FALSE);
  store_fixture_advance (fixture, FIXTURE_START_US + 3 * FIXTURE_STALE_US);
  before = store_dump (fixture->dir);
  g_assert_cmpuint (rebuild (fixture), ==, 2204);
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
}

static void
test_rebuild_skips_what_it_cannot_read (void)
{
  g_autoptr (StoreFixture) fixture = make_mixed ();
  g_autofree char *outcome = NULL;

  store_sql (fixture->dir, "UPDATE event SET body = 'direction=sideways' WHERE leg = 'c' AND kind = 2");
  g_test_expect_message ("callstats", G_LOG_LEVEL_WARNING, "An event in the journal can't be read any more: *");
  store_fixture_close (fixture);
  {
    g_autoptr (GError) error = NULL;
    guint64 n_events, n_calls;

    g_assert_true (cs_upkeep_rebuild (fixture->dir, 240, &n_events, &n_calls, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (n_events, ==, N_MIXED - 1);
  }
  g_test_assert_expected_messages ();
  outcome = store_sql_text (fixture->dir, "SELECT outcome FROM call JOIN leg ON leg.call = call.id WHERE leg.id = 'c'");
  g_assert_cmpint (atoi (outcome), ==, CS_OUTCOME_STALE);
}

/* All or nothing. */
static void
test_rebuild_that_fails_leaves_all (void)
{
  g_autoptr (StoreFixture) fixture = make_mixed ();
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_events, n_calls;

  store_sql (fixture->dir,
             "CREATE TRIGGER fault BEFORE INSERT ON leg WHEN NEW.id = 'f' BEGIN SELECT RAISE (ABORT, 'no'); END");
  before = store_dump (fixture->dir);
  store_fixture_close (fixture);
  g_assert_false (cs_upkeep_rebuild (fixture->dir, 240, &n_events, &n_calls, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_FAILED);
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
}

static void
test_rebuild_of_a_running_program_is_refused (void)
{
  g_autoptr (StoreFixture) fixture = make_mixed ();
  g_autoptr (GError) error = NULL;
  guint64 n_events, n_calls;

  g_assert_false (cs_upkeep_rebuild (fixture->dir, 240, &n_events, &n_calls, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IN_USE);
}

static void
test_check_of_a_sound_store_is_silent (void)
{
  g_autoptr (StoreFixture) fixture = make_mixed ();

  /* Beside a program at work, and alone. */
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) error = NULL;
      guint64 n_calls = 0;

      g_assert_true (cs_upkeep_check (fixture->dir, &n_calls, problems, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (problems->len, ==, 0);
      g_assert_cmpuint (n_calls, ==, store_sql_number (fixture->dir, "SELECT count(*) FROM call"));
      store_fixture_close (fixture);
    }
}

/* Each damage, and a word that one of the sentences about it has. */
static void
test_check_finds_every_damage (void)
{
  static const struct
  {
    const char *sql;
    const char *word;
  } damages[] = {
    { "UPDATE call_bucket SET n = n + 1 WHERE rowid_of_first", "totals differ" },
    { "UPDATE call_bucket SET wait_us = wait_us + 1", "totals differ" },
    { "UPDATE call_bucket SET n_talks = n_talks + 1", "totals differ" },
    { "DELETE FROM call_bucket", "totals differ" },
    { "INSERT INTO call_bucket SELECT quarter + 1, provider, number_key, direction, outcome, plain_outcome, n, n_estimated,"
      " n_waits, wait_us, n_talks, talk_us FROM call_bucket LIMIT 1", "totals are of no call" },
    { "DELETE FROM leg WHERE id = 'b2'", "differ from their legs in number" },
    { "DELETE FROM leg WHERE id = 'a'", "events in the journal are of no call" },
    { "UPDATE call SET outcome = 13 WHERE id = 1", "is not what its legs say" },
    { "UPDATE call SET direction = 2 WHERE id = 1", "is not what its legs say" },
    { "UPDATE call SET talk_us = talk_us + 1 WHERE id = 1", "is not what its legs say" },
    { "UPDATE call SET answered_by = 'w9' WHERE id = 1", "is not what its legs say" },
    { "UPDATE leg SET causes = 'busy', answered_us = NULL WHERE id = 'a'", "is not what its legs say" },
    { "INSERT INTO leg (provider, id, call, direction) VALUES (0, 'orphan', 4711, 1)", "legs are of no call" },
    { "DELETE FROM call WHERE id = 1", "legs are of no call" },
    { "DELETE FROM call WHERE id = 1; DELETE FROM leg WHERE call = 1", "events in the journal are of no call" },
    { "UPDATE leg SET ended_us = NULL WHERE id = 'a'", "hangups in the journal are of legs that didn't end" },
    { "UPDATE leg SET answered_us = NULL WHERE id = 'a'", "answers in the journal are of legs that nobody answered" },
    { "UPDATE call SET callback = 1 WHERE id = 1", "call-backs are of people who were reached" },
    { "UPDATE call SET callback = 1 WHERE done_us IS NOT NULL", "call-backs are of people who were reached" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (StoreFixture) fixture = make_mixed ();
      g_autoptr (GString) sql = g_string_new (damages[i].sql);
      g_autofree char *problems = NULL;

      g_test_message ("%s", damages[i].sql);
      g_string_replace (sql, "rowid_of_first", "quarter = (SELECT min(quarter) FROM call_bucket)", 0);
      store_sql (fixture->dir, sql->str);
      problems = store_find_problems (fixture->dir);
      g_assert_nonnull (strstr (problems, damages[i].word));
    }
}

static void
test_check_bounds_its_list (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *problems = NULL;
  g_auto (GStrv) lines = NULL;

  play_hours (fixture, 300);
  store_sql (fixture->dir, "UPDATE call SET outcome = 13");
  problems = store_find_problems (fixture->dir);
  lines = g_strsplit (problems, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 100);
}

static void
test_check_finds_broken_pages (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *path = NULL, *bytes = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gsize size;
  guint64 n_calls;

  play_hours (fixture, 300);
  store_fixture_close (fixture);
  path = g_build_filename (fixture->dir, "callstats.db", NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  memset (bytes + size / 2, 0xa5, 8192);
  g_assert_true (g_file_set_contents (path, bytes, size, NULL));
  g_assert_true (!cs_upkeep_check (fixture->dir, &n_calls, problems, &error) || problems->len > 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/upkeep/prune/keeps-all-that-is-not-older", test_prune_keeps_all_that_is_not_older);
  g_test_add_func ("/upkeep/prune/shortens-the-journal", test_prune_shortens_the_journal);
  g_test_add_func ("/upkeep/prune/leaves-no-trace-of-a-call", test_prune_leaves_no_trace_of_a_call);
  g_test_add_func ("/upkeep/prune/keeps-running-calls", test_prune_keeps_running_calls);
  g_test_add_func ("/upkeep/prune/works-in-small-turns", test_prune_works_in_small_turns);
  g_test_add_func ("/upkeep/prune/takes-no-younger-entry-with-it", test_prune_takes_no_younger_entry_with_it);
  g_test_add_func ("/upkeep/rebuild/changes-nothing-by-itself", test_rebuild_changes_nothing_by_itself);
  g_test_add_func ("/upkeep/rebuild/restores-what-was-altered", test_rebuild_restores_what_was_altered);
  g_test_add_func ("/upkeep/rebuild/brings-lost-calls-back", test_rebuild_brings_lost_calls_back);
  g_test_add_func ("/upkeep/rebuild/leaves-older-calls-alone", test_rebuild_leaves_older_calls_alone);
  g_test_add_func ("/upkeep/rebuild/loses-no-call-to-a-clock-set-back", test_rebuild_loses_no_call_to_a_clock_set_back);
  g_test_add_func ("/upkeep/rebuild/is-the-same-in-many-turns", test_rebuild_is_the_same_in_many_turns);
  g_test_add_func ("/upkeep/rebuild/skips-what-it-cannot-read", test_rebuild_skips_what_it_cannot_read);
  g_test_add_func ("/upkeep/rebuild/that-fails-leaves-all", test_rebuild_that_fails_leaves_all);
  g_test_add_func ("/upkeep/rebuild/of-a-running-program-is-refused", test_rebuild_of_a_running_program_is_refused);
  g_test_add_func ("/upkeep/check/of-a-sound-store-is-silent", test_check_of_a_sound_store_is_silent);
  g_test_add_func ("/upkeep/check/finds-every-damage", test_check_finds_every_damage);
  g_test_add_func ("/upkeep/check/bounds-its-list", test_check_bounds_its_list);
  g_test_add_func ("/upkeep/check/finds-broken-pages", test_check_finds_broken_pages);
  return g_test_run ();
}
