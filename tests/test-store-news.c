/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store-fixture.h"
#include "store/cs-store-export.h"
#include "store/cs-store-health.h"

#include <glib/gstdio.h>

#define MISSED "0 newCall a\n9000 hangup a cause=cancel"

/* Events, and the news that follow from them: "missed 1", "gone 1", "settled KEY". */
typedef struct {
  const char *name;
  const char *events;
  const char *news;
} Case;

static const Case cases[] = {
  { "ringing-is-none", "0 newCall a", "" },
  { "missed-is-told-once", MISSED "\n9500 hangup a cause=cancel", "missed 1" },
  { "answered-is-none", "0 newCall a\n1000 answer a users=Bob\n2000 hangup a cause=normalClearing", "" },
  { "voicemail-is-told", "0 newCall a users=voicemail\n1000 answer a users=voicemail\n2000 hangup a cause=normalClearing",
    "voicemail 1" },
  { "busy-is-told", "0 newCall a\n2000 hangup a cause=busy", "busy 1" },
  { "outgoing-is-none", "0 newCall a dir=out\n2000 hangup a cause=cancel", "" },
  { "withheld-number-is-told", "0 newCall a from=anonymous\n2000 hangup a cause=cancel", "missed 1" },
  { "talk-settles-the-number", MISSED "\n20000 newCall b dir=out\n21000 answer b", "missed 1, settled 2111234567" },
  { "talk-of-nobody-who-waits-is-none", "0 newCall b dir=out\n1000 answer b\n2000 hangup b cause=normalClearing", "" },
  { "answer-that-comes-late-takes-it-back", MISSED "\n9100 answer a users=Bob", "missed 1, gone 1" },
};

static char *
describe (GPtrArray *news)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; news != NULL && i < news->len; i++)
    {
      const CsNews *item = g_ptr_array_index (news, i);

      if (text->len > 0)
        g_string_append (text, ", ");
      if (item->kind == CS_NEWS_UNANSWERED)
        g_string_append_printf (text, "%s %" G_GINT64_FORMAT, cs_outcome_get_name (item->outcome), item->call_id);
      else if (item->kind == CS_NEWS_HEALTH)
        g_string_append_printf (text, "%s after %s, %u", cs_health_status_get_name (item->health),
                                cs_health_status_get_name (item->former_health), item->n_affected);
      else if (item->kind == CS_NEWS_DELETED)
        g_string_append (text, "deleted");
      else if (item->call_id != 0)
        g_string_append_printf (text, "gone %" G_GINT64_FORMAT, item->call_id);
      else
        g_string_append_printf (text, "settled %s", item->peer_key);
    }
  return g_string_free (text, FALSE);
}

static void
delete_all (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  for (guint step = 0; step < CS_STORE_DELETED;)
    g_assert_true (cs_store_delete_all (fixture->store, &step, &error));
  g_assert_no_error (error);
}

static void
assert_news (StoreFixture *fixture,
             const char   *wanted)
{
  g_autoptr (GPtrArray) news = cs_store_take_news (fixture->store);
  g_autofree char *text = describe (news);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  store_fixture_play (fixture, wanted->events, TRUE);
  assert_news (fixture, wanted->news);
  assert_news (fixture, "");
}

/* What isn't on the disk hasn't happened. */
static void
test_rolled_back (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;

  store_fixture_play (fixture, MISSED, TRUE);
  assert_news (fixture, "missed 1");
  g_assert_true (cs_store_settle_callbacks (fixture->store, 1, FIXTURE_START_US, &error));
  cs_store_rollback (fixture->store);
  assert_news (fixture, "");
  delete_all (fixture);
  cs_store_rollback (fixture->store);
  assert_news (fixture, "");
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM call WHERE callback = 1"), ==, 1);
}

/* The caller's name stands in the address book. */
static void
test_particulars (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GPtrArray) news = NULL;
  const CsNews *item;

  store_sql (fixture->dir, "INSERT INTO contact (id, name) VALUES (1, 'Anna <Berg>');"
                           "INSERT INTO contact_number (key, contact, number) VALUES ('2111234567', 1, '+492111234567')");
  store_fixture_play (fixture, MISSED, TRUE);
  news = cs_store_take_news (fixture->store);
  g_assert_nonnull (news);
  item = g_ptr_array_index (news, 0);
  g_assert_cmpstr (item->name, ==, "Anna <Berg>");
  g_assert_cmpstr (item->peer_key, ==, "2111234567");
  g_assert_nonnull (item->peer);
  g_assert_nonnull (item->number);
  g_assert_true (item->can_call_back);
  g_assert_cmpint (item->ended_us - item->at_us, ==, 9 * G_USEC_PER_SEC);
}

static void
test_ticked_off (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;

  store_fixture_play (fixture, MISSED, TRUE);
  assert_news (fixture, "missed 1");
  g_assert_true (cs_store_settle_callbacks (fixture->store, 1, FIXTURE_START_US, &error));
  assert_news (fixture, "");
  g_assert_true (cs_store_commit (fixture->store, &error));
  assert_news (fixture, "settled 2111234567");
}

static void
put_heartbeat (StoreFixture  *fixture,
               CsHealthStatus status,
               gint64         at_us)
{
  g_autoptr (CsHealthReport) report = cs_health_report_new (status);
  g_autoptr (GError) error = NULL;

  report->at_us = at_us;
  g_assert_true (cs_store_put_heartbeat (fixture->store, report, &error));
  g_assert_true (cs_store_commit (fixture->store, &error));
}

static void
test_health (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  put_heartbeat (fixture, CS_HEALTH_OK, 1);
  put_heartbeat (fixture, CS_HEALTH_CRITICAL, 2);
  assert_news (fixture, "OK after UNKNOWN, 0, CRITICAL after OK, 0");
}

/* What comes counts for the last, though one before it seems to be of the future: the clock was wrong then. */
static void
test_health_after_a_wrong_clock (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (CsHealthReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gint64 interval_us, since_us;

  put_heartbeat (fixture, CS_HEALTH_OK, 10);
  put_heartbeat (fixture, CS_HEALTH_CRITICAL, 1000);
  put_heartbeat (fixture, CS_HEALTH_WARNING, 20);
  assert_news (fixture, "OK after UNKNOWN, 0, CRITICAL after OK, 0, WARNING after CRITICAL, 0");

  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  report = cs_store_reader_get_health (reader, &interval_us, &since_us, &error);
  g_assert_no_error (error);
  g_assert_cmpint (report->status, ==, CS_HEALTH_WARNING);
  g_assert_cmpint (report->at_us, ==, 20);
  g_assert_cmpint (since_us, ==, 20);
}

/* All goes, but ids are never given twice, and what was fetched isn't fetched again. */
static void
test_deleted (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;
  guint step;

  store_sql (fixture->dir, "INSERT INTO contact (id, name) VALUES (1, 'Anna');"
                           "INSERT INTO sync_state (name, value) VALUES ('a', 'b')");
  store_fixture_play (fixture, MISSED, TRUE);
  assert_news (fixture, "missed 1");
  delete_all (fixture);
  g_assert_true (cs_store_commit (fixture->store, &error));
  assert_news (fixture, "deleted");
  g_assert_true (cs_store_is_deleting (fixture->store, &step));
  g_assert_cmpuint (step, ==, CS_STORE_DELETED);
  g_assert_true (cs_store_shrink (fixture->store, &error));
  g_assert_true (cs_store_end_deletion (fixture->store, &error));
  g_assert_true (cs_store_commit (fixture->store, &error));
  g_assert_false (cs_store_is_deleting (fixture->store, &step));
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT (SELECT count(*) FROM call) + (SELECT count(*) FROM leg)"
                                                   " + (SELECT count(*) FROM event) + (SELECT count(*) FROM call_bucket)"
                                                   " + (SELECT count(*) FROM contact)"), ==, 0);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM sync_state"), ==, 1);
  store_assert_sound (fixture->dir);

  store_fixture_play (fixture, "50000 newCall z\n59000 hangup z cause=cancel", TRUE);
  assert_news (fixture, "missed 2");
  store_assert_sound (fixture->dir);
}

static void
test_export (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *copy_dir = g_build_filename (fixture->dir, "copy", NULL);
  g_autofree char *path = g_build_filename (copy_dir, "callstats.db", NULL);
  g_autofree char *value = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  store_fixture_play (fixture, MISSED, TRUE);
  g_mkdir (copy_dir, 0700);
  g_hash_table_insert (settings, (char *) "call-days", (char *) "7");
  g_assert_true (cs_store_export (fixture->dir, path, settings, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_sql_number (copy_dir, "SELECT count(*) FROM call"), ==, 1);
  value = store_sql_text (copy_dir, "SELECT value FROM setting WHERE name = 'call-days'");
  g_assert_cmpstr (value, ==, "7");
  store_assert_sound (copy_dir);

  /* A file that exists isn't touched. */
  g_assert_false (cs_store_export (fixture->dir, path, settings, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_unlink (path);

  g_cancellable_cancel (cancellable);
  g_assert_false (cs_store_export (fixture->dir, path, settings, cancellable, &error));
  g_assert_nonnull (error);
  g_unlink (path);
  g_rmdir (copy_dir);
}

/* The program ended after the commit: who called in vain a moment ago is told of after the next start, but nobody twice, nobody
 * who was talked with, and nobody of long ago. */
static void
test_recalled (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;
  gint64 now_us = FIXTURE_START_US + 5 * G_TIME_SPAN_MINUTE, told_id = 2;

  cs_store_recall_news (fixture->store, FIXTURE_START_US);
  store_fixture_play (fixture, "0 newCall a\n9000 hangup a cause=cancel\n"
                               "10000 newCall b from=4930555\n12000 hangup b cause=busy\n"
                               "20000 newCall c from=4930666\n21000 hangup c cause=cancel\n"
                               "30000 newCall d dir=out to=4930666\n31000 answer d\n40000 hangup d cause=normalClearing\n"
                               "50000 newCall e from=4930777", TRUE);
  store_fixture_close (fixture);
  store_fixture_open (fixture);
  assert_news (fixture, "");
  cs_store_recall_news (fixture->store, now_us);
  assert_news (fixture, "missed 1, busy 2");

  g_assert_true (cs_store_mark_told (fixture->store, &told_id, 1, now_us, &error));
  g_assert_true (cs_store_commit (fixture->store, &error));
  store_fixture_close (fixture);
  store_fixture_open (fixture);
  cs_store_recall_news (fixture->store, now_us + 1);
  assert_news (fixture, "missed 1");
  cs_store_recall_news (fixture->store, FIXTURE_START_US + 9 * G_USEC_PER_SEC + CS_NEWS_FRESH_US + 1);
  assert_news (fixture, "");

  /* What was told is among what is deleted. */
  delete_all (fixture);
  g_assert_true (cs_store_commit (fixture->store, &error));
  assert_news (fixture, "deleted");
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM sync_state WHERE value = ''"), ==, 1);
}

/* Who installs a version that knows who was told of what isn't told again what an older one told. */
static void
test_recalled_by_older (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  store_fixture_play (fixture, MISSED, TRUE);
  assert_news (fixture, "missed 1");
  cs_store_recall_news (fixture->store, FIXTURE_START_US + G_TIME_SPAN_MINUTE);
  assert_news (fixture, "");
}

/* A call that comes in between two steps goes with the others, and leaves nothing behind. */
static void
test_deleted_in_steps (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GError) error = NULL;
  guint resumed;

  store_fixture_play (fixture, MISSED, TRUE);
  for (guint step = 0; step < CS_STORE_DELETED;)
    {
      g_autofree char *call = g_strdup_printf ("%u newCall call-%u\n%u hangup a cause=cancel", 50000 + step, step, 50001 + step);

      g_assert_true (cs_store_delete_all (fixture->store, &step, &error));
      g_assert_true (cs_store_commit (fixture->store, &error));
      g_assert_true (cs_store_is_deleting (fixture->store, &resumed));
      g_assert_cmpuint (resumed, ==, step < CS_STORE_DELETED ? 0 : CS_STORE_DELETED);
      if (step < CS_STORE_DELETED)
        store_fixture_play (fixture, call, TRUE);
    }
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT (SELECT count(*) FROM call) + (SELECT count(*) FROM leg)"
                                                   " + (SELECT count(*) FROM event) + (SELECT count(*) FROM call_bucket)"
                                                   " + (SELECT count(*) FROM number)"), ==, 0);
  store_assert_sound (fixture->dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/store-news/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/store-news/particulars", test_particulars);
  g_test_add_func ("/store-news/ticked-off", test_ticked_off);
  g_test_add_func ("/store-news/rolled-back-is-none", test_rolled_back);
  g_test_add_func ("/store-news/health", test_health);
  g_test_add_func ("/store-news/health/after-a-wrong-clock", test_health_after_a_wrong_clock);
  g_test_add_func ("/store-news/everything-deleted", test_deleted);
  g_test_add_func ("/store-news/deleted-in-steps", test_deleted_in_steps);
  g_test_add_func ("/store-news/export", test_export);
  g_test_add_func ("/store-news/untold-is-told-after-a-restart", test_recalled);
  g_test_add_func ("/store-news/older-version-has-told", test_recalled_by_older);
  return g_test_run ();
}
