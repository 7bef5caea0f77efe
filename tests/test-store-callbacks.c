/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store-fixture.h"

/* The calls to call back, by their first leg. */
#define OPEN "SELECT leg.id FROM call JOIN leg ON leg.call = call.id WHERE callback = 1 ORDER BY leg.id"
#define MISSED "0 newCall a\n9000 hangup a cause=cancel\n"

/* Events, and the legs of the calls that still want to be called back after them.
 * Source: protocol/sipgate.md §5, rule 6. */
typedef struct {
  const char *name;
  const char *events;
  const char *open;
} Case;

static const Case cases[] = {
  { "missed-waits", MISSED "9500 other x", "a" },
  { "running-does-not-wait-yet", "0 newCall a", "" },
  { "answered-does-not-wait", "0 newCall a\n1000 answer a users=Bob\n2000 hangup a cause=normalClearing", "" },
  { "unattributed-waits", "0 newCall a\n2000 hangup a cause=normalClearing", "a" },
  { "voicemail-waits", "0 newCall a users=voicemail\n1000 answer a users=voicemail\n2000 hangup a cause=normalClearing",
    "a" },
  { "outgoing-does-not-wait", "0 newCall a dir=out\n2000 hangup a cause=cancel", "" },
  { "withheld-number-does-not-wait", "0 newCall a from=anonymous\n2000 hangup a cause=cancel", "" },
  { "every-missed-call-of-a-number-waits", MISSED "20000 newCall b\n29000 hangup b cause=busy", "a\nb" },
  { "later-incoming-talk-settles",
    MISSED "20000 newCall b\n21000 answer b users=Bob\n29000 hangup b cause=normalClearing", "" },
  { "later-outgoing-talk-settles",
    MISSED "20000 newCall b dir=out\n21000 answer b\n29000 hangup b cause=normalClearing", "" },
  { "talk-settles-while-it-runs", MISSED "20000 newCall b dir=out\n21000 answer b", "" },
  { "ringing-settles-nothing", MISSED "20000 newCall b dir=out", "a" },
  { "outgoing-call-in-vain-settles-nothing", MISSED "20000 newCall b dir=out\n29000 hangup b cause=noAnswer", "a" },
  { "later-mailbox-settles-nothing",
    MISSED "20000 newCall b users=voicemail\n21000 answer b users=voicemail\n29000 hangup b cause=normalClearing", "a\nb" },
  { "earlier-talk-settles-nothing",
    "0 newCall b\n1000 answer b users=Bob\n9000 hangup b cause=normalClearing\n10000 newCall a\n12000 hangup a cause=cancel",
    "a" },
  { "other-number-settles-nothing",
    MISSED "20000 newCall b from=4930555555\n21000 answer b users=Bob\n29000 hangup b cause=normalClearing", "a" },
  { "spelling-does-not-matter",
    "0 newCall a from=+492111234567\n9000 hangup a cause=cancel\n20000 newCall b dir=out to=(0211)123-4567\n21000 answer b\n"
    "29000 hangup b cause=normalClearing",
    "" },
  { "talk-settles-all-of-the-number",
    MISSED "10000 newCall b\n11000 hangup b cause=cancel\n20000 newCall c\n21000 answer c users=Bob\n"
           "29000 hangup c cause=normalClearing",
    "" },
  /* The later call was answered before the earlier one ended. */
  { "talk-known-before-the-missed-call-ends-settles",
    "0 newCall a\n1000 newCall b\n2000 answer b users=Bob\n3000 hangup a cause=cancel\n4000 hangup b cause=normalClearing",
    "" },
  { "missed-after-the-talk-waits-again",
    MISSED "20000 newCall b\n21000 answer b users=Bob\n29000 hangup b cause=normalClearing\n30000 newCall c\n"
           "31000 hangup c cause=cancel",
    "c" },
  /* A person has answered; what becomes known later takes the call off the list. */
  { "answer-that-comes-late-settles-its-call", MISSED "9100 answer a users=Bob", "" },
};

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;

  for (int commits_each = 0; commits_each < 2; commits_each++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new ();
      g_autoptr (CsStoreReader) reader = NULL;
      g_autofree char *open = NULL;
      g_autoptr (GError) error = NULL;

      store_fixture_play (fixture, wanted->events, commits_each);
      open = store_sql_text (fixture->dir, OPEN);
      g_assert_cmpstr (open, ==, wanted->open);
      store_assert_sound (fixture->dir);

      /* All cases are of one number: one person. */
      reader = cs_store_reader_open (fixture->dir, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (cs_store_reader_get_callbacks (reader, &error), ==, *wanted->open != '\0');
      g_assert_no_error (error);
    }
}

/* Returns the id of the call that has the leg. */
static gint64
get_id (StoreFixture *fixture,
        const char   *leg_id)
{
  g_autofree char *query = g_strdup_printf ("SELECT call FROM leg WHERE id = '%s'", leg_id);

  return store_sql_number (fixture->dir, query);
}

static void
settle (StoreFixture *fixture,
        gint64        id)
{
  g_autoptr (GError) error = NULL;

  cs_store_settle_callbacks (fixture->store, id, FIXTURE_START_US + 77, &error);
  g_assert_no_error (error);
  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
}

static void
assert_open (StoreFixture *fixture,
             const char   *wanted)
{
  g_autofree char *open = store_sql_text (fixture->dir, OPEN);

  g_assert_cmpstr (open, ==, wanted);
  store_assert_sound (fixture->dir);
}

#define THREE_PEOPLE \
  "0 newCall a\n1000 hangup a cause=cancel\n2000 newCall b\n3000 hangup b cause=cancel\n" \
  "4000 newCall c from=4930555555\n5000 hangup c cause=cancel\n6000 newCall d from=sip:x@y\n7000 hangup d cause=cancel"

static void
test_tick_settles_all_of_the_number (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *ticks = NULL;

  store_fixture_play (fixture, THREE_PEOPLE, TRUE);
  assert_open (fixture, "a\nb\nc\nd");
  settle (fixture, get_id (fixture, "a"));
  assert_open (fixture, "c\nd");
  ticks = store_sql_text (fixture->dir, "SELECT done_us FROM call ORDER BY seen_us");
  g_assert_cmpstr (ticks, ==, "1700000000000077\n1700000000000077\nNULL\nNULL");
}

static void
test_tick_outlives_restart_and_news (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  store_fixture_play (fixture, THREE_PEOPLE, TRUE);
  settle (fixture, get_id (fixture, "b"));
  store_fixture_close (fixture);
  store_fixture_open (fixture);
  assert_open (fixture, "c\nd");

  /* Another hangup of a call that was ticked off doesn't bring it back; another call of that number does come. */
  store_fixture_play (fixture, "8000 hangup a cause=busy\n9000 newCall e\n9500 hangup e cause=cancel", TRUE);
  assert_open (fixture, "c\nd\ne");
}

static void
test_tick_of_nothing_changes_nothing (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *before = NULL, *after = NULL;

  store_fixture_play (fixture, THREE_PEOPLE, TRUE);
  store_fixture_play (fixture, "8000 newCall e from=4930999999\n8500 answer e users=Bob", TRUE);
  before = store_dump (fixture->dir);
  settle (fixture, 4711);
  settle (fixture, get_id (fixture, "e"));
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
}

static void
test_people_are_counted_once (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cs_store_reader_get_callbacks (reader, &error), ==, 0);
  store_fixture_play (fixture, THREE_PEOPLE, TRUE);
  g_assert_cmpuint (cs_store_reader_get_callbacks (reader, &error), ==, 3);
  settle (fixture, get_id (fixture, "c"));
  g_assert_cmpuint (cs_store_reader_get_callbacks (reader, &error), ==, 2);
  g_assert_no_error (error);
}

/* Two calls turn out to be one. The talk in it doesn't count as later than what came between its legs. */
static void
test_merge_settles_as_if_known_from_the_start (void)
{
  static const char *const orders[] = {
    /* The link between the two legs comes last, or first. */
    "0 newCall a1\n1000 newCall m\n2000 hangup m cause=cancel\n3000 newCall a2 parent= users=Bob\n"
    "4000 answer a2 parent= users=Bob\n5000 hangup a2 parent=a1 cause=normalClearing\n6000 hangup a1 cause=forwarded",
    "0 newCall a1\n1000 newCall m\n2000 hangup m cause=cancel\n3000 newCall a2 parent=a1 users=Bob\n"
    "4000 answer a2 parent=a1 users=Bob\n5000 hangup a2 parent=a1 cause=normalClearing\n6000 hangup a1 cause=forwarded",
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders) * 2; i++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new ();

      store_fixture_play (fixture, orders[i / 2], i % 2);
      assert_open (fixture, "m");
    }
}

/* Brings the calls that are due at a time into the ledger; returns the legs of those that the clock ended. */
static char *
find_due (StoreFixture *fixture,
          gint64        at_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changed = NULL;
  GString *legs = g_string_new (NULL);

  cs_store_load_due (fixture->store, fixture->ledger, FIXTURE_START_US + at_us, FIXTURE_STALE_US, &error);
  g_assert_no_error (error);
  cs_call_ledger_advance (fixture->ledger, FIXTURE_START_US + at_us, FIXTURE_STALE_US);
  changed = cs_call_ledger_get_changed (fixture->ledger);
  for (guint i = 0; i < changed->len; i++)
    {
      CsCall *call = g_ptr_array_index (changed, i);

      g_string_append_printf (legs, "%s ", ((CsLeg *) g_ptr_array_index (call->legs, 0))->id);
    }
  return g_string_free (legs, FALSE);
}

static void
test_due_calls_are_found_to_the_microsecond (void)
{
  static const struct
  {
    gint64 at_us;
    const char *due;
  } moments[] = {
    { 0, "" },
    { 9000000 + CS_FORWARD_GRACE_US - 1, "" },
    { 9000000 + CS_FORWARD_GRACE_US, "forwarded " },
    { FIXTURE_STALE_US - 1, "" },
    { FIXTURE_STALE_US, "ringing " },
    { 5000000 + FIXTURE_STALE_US - 1, "" },
    { 5000000 + FIXTURE_STALE_US, "talking " },
    { 400 * FIXTURE_STALE_US, "" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  store_fixture_play (fixture,
                      "0 newCall ringing\n1000 newCall talking\n2000 newCall forwarded\n3000 newCall ended\n"
                      "5000 answer talking users=Bob\n8000 hangup ended cause=cancel\n9000 hangup forwarded cause=forwarded",
                      TRUE);
  g_assert_true (cs_store_has_awaiting (fixture->store));
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autofree char *due = find_due (fixture, moments[i].at_us);

      g_assert_cmpstr (due, ==, moments[i].due);
      store_fixture_commit (fixture);
    }
  g_assert_false (cs_store_has_awaiting (fixture->store));
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM call WHERE state > 0"), ==, 0);
  store_assert_sound (fixture->dir);
}

static void
test_due_calls_come_in_bounded_numbers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GString) events = g_string_new ("0 newCall leg");
  guint n_found = 0;

  for (int i = 1; i < 450; i++)
    g_string_append_printf (events, "\n%d newCall leg%d", i, i);
  store_fixture_play (fixture, events->str, FALSE);
  for (int round = 0; round < 3; round++)
    {
      g_autofree char *due = find_due (fixture, 2 * FIXTURE_STALE_US);
      g_auto (GStrv) legs = g_strsplit (due, " ", -1);

      g_assert_cmpuint (g_strv_length (legs) - 1, <=, 200);
      n_found += g_strv_length (legs) - 1;
      store_fixture_commit (fixture);
    }
  g_assert_cmpuint (n_found, ==, 450);
  store_assert_sound (fixture->dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/store/callbacks/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/store/callbacks/tick-settles-all-of-the-number", test_tick_settles_all_of_the_number);
  g_test_add_func ("/store/callbacks/tick-outlives-restart-and-news", test_tick_outlives_restart_and_news);
  g_test_add_func ("/store/callbacks/tick-of-nothing-changes-nothing", test_tick_of_nothing_changes_nothing);
  g_test_add_func ("/store/callbacks/people-are-counted-once", test_people_are_counted_once);
  g_test_add_func ("/store/callbacks/merge-settles-as-if-known-from-the-start",
                   test_merge_settles_as_if_known_from_the_start);
  g_test_add_func ("/store/due/found-to-the-microsecond", test_due_calls_are_found_to_the_microsecond);
  g_test_add_func ("/store/due/come-in-bounded-numbers", test_due_calls_come_in_bounded_numbers);
  return g_test_run ();
}
