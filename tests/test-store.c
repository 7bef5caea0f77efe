/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store-fixture.h"
#include "store/cs-store-reader-private.h"

static char *
get_file (const char *dir)
{
  return g_build_filename (dir, "callstats.db", NULL);
}

static void
append_time (GString    *text,
             const char *name,
             gint64      time_us)
{
  if (time_us == CS_UNKNOWN)
    g_string_append_printf (text, "%s=unknown ", name);
  else
    g_string_append_printf (text, "%s=%" G_GINT64_FORMAT " ", name, time_us);
}

/* Every field of a call. (transfer full) */
static char *
describe_call (const CsCall *call)
{
  const char *const texts[] = { call->from, call->to, call->number, call->peer, call->offered, call->answered_by,
                                call->answered_by_name, call->answering_number, call->cause };
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%d %d %d %d %d %u %d %d ", call->provider, call->state, call->direction, call->outcome,
                          call->timed_out, call->n_legs, call->is_connected, call->wants_callback);
  append_time (text, "seen", call->seen_us);
  append_time (text, "last", call->last_us);
  append_time (text, "started", call->started_us);
  append_time (text, "answered", call->answered_us);
  append_time (text, "ended", call->ended_us);
  append_time (text, "wait", call->wait_us);
  append_time (text, "talk", call->talk_us);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_string_append_printf (text, "%s|", texts[i] != NULL ? texts[i] : "(null)");
  return g_string_free (text, FALSE);
}

static void
append_leg (GString     *text,
            const CsLeg *leg)
{
  const char *const texts[] = { leg->id, leg->parent_id, leg->xcid, leg->from, leg->to, leg->diversion, leg->users,
                                leg->user_ids, leg->answer_user, leg->answer_user_id, leg->answer_number, leg->causes,
                                leg->hangup_number, leg->digits };

  g_string_append_printf (text, "\n%d ", leg->direction);
  append_time (text, "new", leg->new_us);
  append_time (text, "answered", leg->answered_us);
  append_time (text, "ended", leg->ended_us);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_string_append_printf (text, "%s|", texts[i] != NULL ? texts[i] : "(null)");
}

/* Every field of a call and of its legs. (transfer full) */
static char *
describe_whole (const CsCall *call)
{
  g_autofree char *head = describe_call (call);
  GString *text = g_string_new (head);

  for (guint i = 0; i < call->legs->len; i++)
    append_leg (text, g_ptr_array_index (call->legs, i));
  return g_string_free (text, FALSE);
}

/* Applies events, and asserts that the one call they make comes back from the store, by any of its names, as it was. */
static void
assert_comes_back (GPtrArray  *events,
                   const char *leg_id,
                   const char *parent_id,
                   const char *xcid)
{
  const struct
  {
    CsLegField field;
    const char *value;
  } names[] = { { CS_LEG_ID, leg_id }, { CS_LEG_PARENT_ID, parent_id }, { CS_LEG_XCID, xcid } };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GPtrArray) calls = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = NULL, *head = NULL, *listed = NULL;
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsCall *call;

  for (guint i = 0; i < events->len; i++)
    {
      FixtureEvent *event = g_ptr_array_index (events, i);

      store_fixture_apply (fixture, event->event, FIXTURE_START_US + event->at_us);
    }
  call = cs_call_ledger_find (fixture->ledger, CS_PROVIDER_SIPGATE, leg_id);
  whole = describe_whole (call);
  head = describe_call (call);
  store_fixture_commit (fixture);
  store_fixture_close (fixture);
  store_fixture_open (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (CsCall) found = NULL;
      g_autofree char *text = NULL;

      if (names[i].value == NULL)
        continue;
      found = cs_store_find_call (CS_PROVIDER_SIPGATE, names[i].field, names[i].value, fixture->store);
      g_assert_nonnull (found);
      g_assert_cmpint (found->id, >, 0);
      text = describe_whole (found);
      g_assert_cmpstr (text, ==, whole);
    }

  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  calls = cs_store_reader_get_calls (reader, &filter, (CsCallCursor) CS_CALL_CURSOR_NEWEST, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (calls->len, ==, 1);
  listed = describe_call (g_ptr_array_index (calls, 0));
  g_assert_cmpstr (listed, ==, head);
}

/* Returns 255 bytes of UTF-8 that begin with the tag. */
static char *
make_long_text (const char *tag)
{
  GString *text = g_string_new (tag);

  while (text->len + 3 <= 255)
    g_string_append (text, "€");
  while (text->len < 255)
    g_string_append_c (text, '\'');
  return g_string_free (text, FALSE);
}

static void
test_every_field_comes_back (void)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_event_free);
  g_autofree char *leg = make_long_text ("leg"), *parent = make_long_text ("parent"), *xcid = make_long_text ("xcid");
  static const char *const kinds[] = { "newCall", "answer", "dtmf", "hangup" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u %s %s parent=%s xcid=%s", i * 1500 + 1, kinds[i], leg, parent, xcid);
      FixtureEvent *event = fixture_event_parse (text);
      CsCallEvent *facts = event->event;

      g_free (facts->from);
      g_free (facts->to);
      facts->from = make_long_text ("from");
      facts->to = make_long_text ("to");
      facts->diversion = make_long_text ("diversion");
      facts->users = g_new0 (char *, 3);
      facts->users[0] = make_long_text ("user");
      facts->users[1] = make_long_text ("second user");
      facts->user_ids = g_new0 (char *, 3);
      facts->user_ids[0] = make_long_text ("w0");
      facts->user_ids[1] = make_long_text ("w1");
      facts->answering_number = make_long_text ("answering");
      facts->cause = facts->kind == CS_CALL_EVENT_HANGUP ? make_long_text ("cause") : NULL;
      facts->digits = facts->kind == CS_CALL_EVENT_DTMF ? g_strdup ("12*#") : NULL;
      event->at_us += 123;
      g_ptr_array_add (events, event);
    }
  assert_comes_back (events, leg, parent, xcid);
}

static void
test_unknown_comes_back_as_unknown (void)
{
  static const char *const cases[] = {
    "0 hangup a parent= from= to=",
    "0 answer a parent= from= to= dir=out",
    "0 newCall a parent= from= to=",
    "0 newCall a\n100 hangup a cause=forwarded",
    "0 newCall a\n5000 answer a\n9000 dtmf a digits=\n9100 dtmf a digits=1\n9500 hangup a cause=normalClearing",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) events = fixture_events_parse (cases[i]);

      g_test_message ("%s", cases[i]);
      assert_comes_back (events, "a", NULL, NULL);
    }
}

static void
test_providers_share_no_leg (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *text = NULL;

  for (CsProvider provider = 0; provider < CS_N_PROVIDERS; provider++)
    {
      g_autoptr (FixtureEvent) event = fixture_event_parse ("0 newCall a xcid=x");

      event->event->provider = provider;
      g_assert_true (store_fixture_apply (fixture, event->event, FIXTURE_START_US + provider));
      store_fixture_commit (fixture);
    }
  text = store_sql_text (fixture->dir, "SELECT provider, leg.id FROM leg ORDER BY 1");
  g_assert_cmpstr (text, ==, "0|a\n1|a");
  g_assert_cmpuint (cs_store_count_calls (fixture->store), ==, 2);
  store_assert_sound (fixture->dir);
}

static void
test_orphan_is_found_by_xcid_only_without_parent (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsCall) orphan = NULL, named = NULL;

  store_fixture_play (fixture, "0 newCall a parent= xcid=x\n1 newCall b xcid=y", TRUE);
  orphan = cs_store_find_call (CS_PROVIDER_SIPGATE, CS_LEG_ORPHAN_XCID, "x", fixture->store);
  g_assert_nonnull (orphan);
  named = cs_store_find_call (CS_PROVIDER_SIPGATE, CS_LEG_XCID, "y", fixture->store);
  g_assert_nonnull (named);
  g_assert_null (cs_store_find_call (CS_PROVIDER_SIPGATE, CS_LEG_ORPHAN_XCID, "y", fixture->store));
  /* A leg that names itself continues no other. */
  g_assert_null (cs_store_find_call (CS_PROVIDER_SIPGATE, CS_LEG_PARENT_ID, "b", fixture->store));
  g_assert_null (cs_store_find_call (CS_PROVIDER_EXOTEL, CS_LEG_ID, "a", fixture->store));
}

/* By these the calls of one number are found, whatever its spelling. */
static void
test_keys_are_the_last_ten_digits (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *text = NULL;

  store_fixture_play (fixture,
                      "0 newCall in from=+49(211)123-4567 to=02115551234\n"
                      "1 newCall out dir=out from=492115551234 to=00492111234567\n"
                      "2 newCall withheld from=anonymous\n"
                      "3 newCall sip from=sip:alice@example.com",
                      FALSE);
  text = store_sql_text (fixture->dir, "SELECT leg.id, number_key, peer_key FROM call JOIN leg ON leg.call = call.id"
                                       " ORDER BY seen_us");
  g_assert_cmpstr (text, ==,
                   "in|2115551234|2111234567\nout|2115551234|2111234567\nwithheld|5791234567|NULL\n"
                   "sip|5791234567|sip:alice@example.com");
}

/* Each line is applied on top of this. */
#define COMMITTED \
  "0 newCall a\n9000 hangup a cause=cancel\n10000 newCall b from=4930111111\n20000 newCall c from=4930222222 xcid=x\n" \
  "30000 newCall d parent=zz from=4930333333\n31000 answer d users=Bob\n40000 hangup d cause=normalClearing"

static void
test_rollback_leaves_the_old_state (void)
{
  static const char *const cases[] = {
    "50000 newCall e",
    "50000 answer b users=Bob\n51000 hangup b cause=normalClearing",
    "50000 hangup c cause=forwarded\n50100 newCall c2 parent=c xcid=x",
    /* Two stored calls become one. */
    "50000 newCall zz parent=b",
    /* A talk with the number of the first call settles it. */
    "50000 newCall e dir=out\n51000 answer e\n59000 hangup e cause=normalClearing",
    "50000 dtmf b digits=1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new ();
      g_autoptr (GPtrArray) events = fixture_events_parse (cases[i]);
      g_autofree char *before = NULL, *after = NULL, *again = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_done;

      g_test_message ("%s", cases[i]);
      store_fixture_play (fixture, COMMITTED, TRUE);
      before = store_dump (fixture->dir);
      for (guint j = 0; j < events->len; j++)
        {
          FixtureEvent *event = g_ptr_array_index (events, j);

          store_fixture_apply (fixture, event->event, FIXTURE_START_US + event->at_us);
        }
      store_fixture_put (fixture);
      cs_store_settle_callbacks (fixture->store, 1, FIXTURE_START_US, &error);
      g_assert_no_error (error);
      cs_store_prune (fixture->store, FIXTURE_START_US + 1, FIXTURE_START_US + 1, &is_done, &error);
      g_assert_no_error (error);
      cs_store_rollback (fixture->store);
      after = store_dump (fixture->dir);
      g_assert_cmpstr (after, ==, before);

      /* The same events are news again, and are kept this time. */
      store_fixture_play (fixture, cases[i], FALSE);
      again = store_dump (fixture->dir);
      g_assert_cmpstr (again, !=, before);
      store_assert_sound (fixture->dir);
    }
}

static void
test_nobody_sees_anything_before_the_commit (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (FixtureEvent) event = fixture_event_parse ("0 newCall a");
  g_autofree char *before = store_dump (fixture->dir), *after = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_apply (fixture, event->event, FIXTURE_START_US);
  store_fixture_put (fixture);
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM call, leg, event"), ==, 1);
}

static void
test_close_drops_what_was_not_committed (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (FixtureEvent) event = fixture_event_parse ("0 newCall a");

  store_fixture_apply (fixture, event->event, FIXTURE_START_US);
  store_fixture_put (fixture);
  store_fixture_close (fixture);
  store_fixture_open (fixture);
  g_assert_cmpuint (cs_store_count_calls (fixture->store), ==, 0);
}

/* A call that was running when the program ended goes on after it. */
static void
test_call_goes_on_after_a_restart (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *text = NULL;

  store_fixture_play (fixture, "0 newCall a users=Alice", TRUE);
  store_fixture_close (fixture);
  store_fixture_open (fixture);
  store_fixture_play (fixture, "4000 answer a users=Alice ids=w0", TRUE);
  store_fixture_close (fixture);
  store_fixture_open (fixture);
  store_fixture_play (fixture, "64000 hangup a cause=normalClearing", TRUE);
  text = store_sql_text (fixture->dir, "SELECT id, outcome, wait_us, talk_us, answered_by FROM call");
  g_assert_cmpstr (text, ==, "1|2|4000000|60000000|w0");
  store_assert_sound (fixture->dir);
}

static gboolean
collect_event (gint64           at_us,
               CsProvider       provider,
               CsCallEventKind  kind,
               GBytes          *body,
               gpointer         data)
{
  GString *text = data;

  g_string_append_printf (text, "%" G_GINT64_FORMAT " %d %d %zu,", at_us, provider, kind, g_bytes_get_size (body));
  return g_bytes_get_size (body) != 0;
}

static void
test_journal_keeps_what_came_as_it_came (void)
{
  static const struct
  {
    const char *bytes;
    gsize size;
  } bodies[] = { { "a\0b\xff\n", 5 }, { "event=x&callId=y", 16 }, { "", 0 }, { "never read", 10 } };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsCallEvent) event = cs_call_event_new (CS_PROVIDER_EXOTEL, CS_CALL_EVENT_OTHER, "y");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *stored = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (bodies[i].bytes, bodies[i].size);

      cs_store_add_event (fixture->store, event, 1000 - i, body, &error);
      g_assert_no_error (error);
    }
  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);

  stored = store_sql_text (fixture->dir, "SELECT kind, leg, hex(body) FROM event WHERE id = 1");
  g_assert_cmpstr (stored, ==, "4|y|610062FF0A");
  /* The function says stop at the empty one. */
  g_assert_false (cs_store_read_journal (fixture->store, collect_event, text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "1000 1 4 5,999 1 4 16,998 1 4 0,");
}

static void
test_reader_cannot_write (void)
{
  static const char *const statements[] = { "DELETE FROM call", "UPDATE call_bucket SET n = 0", "CREATE TABLE x (y)",
                                            "PRAGMA user_version = 9", "INSERT INTO leg (provider) VALUES (0)" };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;

  store_fixture_play (fixture, COMMITTED, TRUE);
  before = store_dump (fixture->dir);
  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr (GError) refusal = NULL;

      g_assert_false (cs_sql_exec (reader->db, statements[i], &refusal));
      g_assert_nonnull (refusal);
    }
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);
}

static void
test_reader_makes_no_database (void)
{
  g_autoptr (StoreFixture) fixture = g_new0 (StoreFixture, 1);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  fixture->dir = store_dir_new ();
  path = get_file (fixture->dir);
  g_assert_null (cs_store_reader_open (fixture->dir, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IO);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The log would else grow without end; what was moved stays readable. */
static void
test_checkpoint_lets_the_log_begin_anew (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  guint n_pages;

  for (int i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d newCall leg%d", i, i);

      store_fixture_play (fixture, text, TRUE);
    }
  n_pages = cs_store_get_wal_pages (fixture->store);
  g_assert_cmpuint (n_pages, >, 40);
  before = store_dump (fixture->dir);
  cs_store_checkpoint (fixture->dir, &error);
  g_assert_no_error (error);
  after = store_dump (fixture->dir);
  g_assert_cmpstr (after, ==, before);

  store_fixture_play (fixture, "99 newCall last", TRUE);
  g_assert_cmpuint (cs_store_get_wal_pages (fixture->store), <, n_pages);
  g_assert_cmpuint (cs_store_count_calls (fixture->store), ==, 41);
  store_assert_sound (fixture->dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/call/every-field-comes-back", test_every_field_comes_back);
  g_test_add_func ("/store/call/unknown-comes-back-as-unknown", test_unknown_comes_back_as_unknown);
  g_test_add_func ("/store/call/providers-share-no-leg", test_providers_share_no_leg);
  g_test_add_func ("/store/call/orphan-is-found-by-xcid-only-without-parent",
                   test_orphan_is_found_by_xcid_only_without_parent);
  g_test_add_func ("/store/call/keys-are-the-last-ten-digits", test_keys_are_the_last_ten_digits);
  g_test_add_func ("/store/call/goes-on-after-a-restart", test_call_goes_on_after_a_restart);
  g_test_add_func ("/store/commit/rollback-leaves-the-old-state", test_rollback_leaves_the_old_state);
  g_test_add_func ("/store/commit/nobody-sees-anything-before-it", test_nobody_sees_anything_before_the_commit);
  g_test_add_func ("/store/commit/close-drops-what-had-none", test_close_drops_what_was_not_committed);
  g_test_add_func ("/store/commit/checkpoint-lets-the-log-begin-anew", test_checkpoint_lets_the_log_begin_anew);
  g_test_add_func ("/store/journal/keeps-what-came-as-it-came", test_journal_keeps_what_came_as_it_came);
  g_test_add_func ("/store/reader/cannot-write", test_reader_cannot_write);
  g_test_add_func ("/store/reader/makes-no-database", test_reader_makes_no_database);
  return g_test_run ();
}
