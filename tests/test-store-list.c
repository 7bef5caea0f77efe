/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "call-list-fixture.h"
#include "store-fixture.h"
#include "store/cs-store-orders.h"
#include "store/cs-store-schema.h"

#include <locale.h>

/* Returns the ids of the query's calls, parted by blanks. (transfer full) */
static char *
list_ids (StoreFixture      *fixture,
          const CsCallQuery *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (fixture->dir, &error);
  g_autoptr (GArray) ids = NULL;
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  ids = cs_store_list_get_ids (list, query, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", g_array_index (ids, gint64, i));
  return g_string_free (text, FALSE);
}

static void
assert_ids (StoreFixture      *fixture,
            const CsCallQuery *query,
            const char        *expected)
{
  g_autofree char *ids = list_ids (fixture, query);

  g_assert_cmpstr (ids, ==, expected);
}

static void
assert_found (StoreFixture *fixture,
              const char   *text,
              const char   *expected)
{
  g_auto (CsCallQuery) query = CS_CALL_QUERY_ALL;

  query.text = g_strdup (text);
  assert_ids (fixture, &query, expected);
}

/* 1 and 4 by one caller, 2 an outgoing call of Exotel's, 3 of a SIP address, 5 anonymous, 6 running. */
static StoreFixture *
set_up (void)
{
  StoreFixture *fixture = store_fixture_new ();

  list_put_missed (fixture->store, "492111234567", 10);
  list_put_call (fixture->store, CS_PROVIDER_EXOTEL, CS_DIRECTION_OUTBOUND_API, CS_OUTCOME_ANSWERED, "09876543210", "01139585476", 20);
  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INTERNAL, CS_OUTCOME_VOICEMAIL, "9e0@sipgate.de", "492214710900", 30);
  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, CS_OUTCOME_ANSWERED, "492111234567", "492214710901", 40);
  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, CS_OUTCOME_BUSY, "anonymous", "492214710900", 50);
  list_commit (fixture->store);
  return fixture;
}

static void
test_newest_first (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();
  CsCallQuery query = CS_CALL_QUERY_ALL;

  assert_ids (fixture, &query, "5 4 3 2 1");
  query.is_ascending = TRUE;
  assert_ids (fixture, &query, "1 2 3 4 5");
}

/* It stands in no figure: a list that a bar leads to has as many calls as the bar says. */
static void
test_part_of_another_is_left_out (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();
  CsCallQuery query = CS_CALL_QUERY_ALL;

  store_sql (fixture->dir, "UPDATE call SET is_part = 1 WHERE id IN (2, 4)");
  assert_ids (fixture, &query, "5 3 1");
  assert_found (fixture, "49211 1234567", "1");
  query.sort = CS_CALL_SORT_PEER;
  query.is_ascending = TRUE;
  assert_ids (fixture, &query, "1 3 5");
}

static void
test_filters (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();
  CsCallQuery query = CS_CALL_QUERY_ALL;

  query.filter.provider = CS_PROVIDER_EXOTEL;
  assert_ids (fixture, &query, "2");
  query = (CsCallQuery) CS_CALL_QUERY_ALL;
  query.filter.direction = CS_DIRECTION_OUTBOUND;
  assert_ids (fixture, &query, "2");
  query = (CsCallQuery) CS_CALL_QUERY_ALL;
  query.filter.outcome = CS_OUTCOME_MISSED;
  assert_ids (fixture, &query, "1");
  query = (CsCallQuery) CS_CALL_QUERY_ALL;
  query.outcomes = 1u << CS_OUTCOME_MISSED | 1u << CS_OUTCOME_BUSY;
  assert_ids (fixture, &query, "5 1");
  query = (CsCallQuery) CS_CALL_QUERY_ALL;
  query.filter.number_key = (char *) "2214710901";
  assert_ids (fixture, &query, "4");
  query = (CsCallQuery) CS_CALL_QUERY_ALL;
  query.filter.from_us = LIST_BASE_US + 20 * G_USEC_PER_SEC;
  query.filter.to_us = LIST_BASE_US + 40 * G_USEC_PER_SEC;
  assert_ids (fixture, &query, "3 2");
}

static void
test_sorted (void)
{
  static const struct {
    CsCallSort sort;
    gboolean is_ascending;
    const char *ids;
  } cases[] = {
    { CS_CALL_SORT_TALK, FALSE, "4 2 5 3 1" },
    { CS_CALL_SORT_TALK, TRUE, "2 4 5 3 1" },
    { CS_CALL_SORT_WAIT, FALSE, "5 4 3 2 1" },
    { CS_CALL_SORT_OUTCOME, TRUE, "4 2 3 5 1" },
    { CS_CALL_SORT_NUMBER, TRUE, "2 5 3 1 4" },
    { CS_CALL_SORT_PEER, TRUE, "4 1 2 3 5" },
  };
  g_autoptr (StoreFixture) fixture = set_up ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CsCallQuery query = CS_CALL_QUERY_ALL;

      query.sort = cases[i].sort;
      query.is_ascending = cases[i].is_ascending;
      assert_ids (fixture, &query, cases[i].ids);
    }
}

/* By what a row shows: numbers, then names as a dictionary has them, then those whose number is withheld. */
static void
test_sorted_by_name (void)
{
  static const struct {
    const char *text;
    gboolean is_ascending;
    const char *ids;
  } cases[] = {
    { NULL, TRUE, "2 6 4 7 1 5 3" },
    { NULL, FALSE, "5 7 1 4 2 6 3" },
    { "a", TRUE, "4 7 1 5" },
    { "30", FALSE, "7 1 2 6" },
    { "4710900", TRUE, "2 6 4 7 1 5 3" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  setlocale (LC_COLLATE, "C.UTF-8");
  list_put_missed (fixture->store, "49301000003", 1);
  list_put_missed (fixture->store, "49301000001", 2);
  list_put_missed (fixture->store, "anonymous", 3);
  list_put_missed (fixture->store, "4989555001", 4);
  list_put_missed (fixture->store, "4989555002", 5);
  list_put_missed (fixture->store, "49301000001", 0);
  list_put_missed (fixture->store, "49301000003", 6);
  list_commit (fixture->store);
  store_sql (fixture->dir, "INSERT INTO contact (id, name) VALUES (1, 'Zoe A'), (2, 'anna'), (3, 'Berta');"
                           "INSERT INTO contact_number (key, contact, number) VALUES ('9301000003', 3, ''), ('4989555001', 2, ''),"
                           " ('4989555002', 1, '')");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (CsCallQuery) query = CS_CALL_QUERY_ALL;

      query.sort = CS_CALL_SORT_PEER;
      query.is_ascending = cases[i].is_ascending;
      query.text = g_strdup (cases[i].text);
      assert_ids (fixture, &query, cases[i].ids);
    }
}

static void
test_every_spelling (void)
{
  static const char *const spellings[] = {
    "492111234567", "+492111234567", "+49 211 1234567", "0049 211 1234567", "0211 1234567", "(0211) 123-4567", "1112345", "111 234",
    " 4567 ", "+49\302\240211\302\2401234567",
  };
  g_autoptr (StoreFixture) fixture = set_up ();

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    assert_found (fixture, spellings[i], "4 1");
  /* Of outgoing calls the number that was called, and a country code that the record doesn't have. */
  assert_found (fixture, "98765", "2");
  assert_found (fixture, "+91 98765 43210", "2");
}

static void
test_own_number (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();

  assert_found (fixture, "4710901", "4");
  assert_found (fixture, "0221 4710900", "5 3 1");
}

static void
test_no_such_text (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();

  assert_found (fixture, "5550000", "");
  assert_found (fixture, "Nobody", "");
  assert_found (fixture, "\"]'\\%", "");
  assert_found (fixture, "\xff\xfe", "");
}

static void
test_name (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();

  store_sql (fixture->dir, "INSERT INTO contact (id, name) VALUES (1, 'Änne \"Berg\"'), (2, 'Studio 54');"
                           "INSERT INTO contact_number (key, contact, number) VALUES ('2111234567', 1, '+49 211 1234567'),"
                           " ('9876543210', 2, '09876543210')");
  assert_found (fixture, "änne", "4 1");
  assert_found (fixture, "ÄNNE \"b", "4 1");
  assert_found (fixture, "studio 54", "2");
}

static void
test_many_callers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autofree char *ids = NULL;

  /* More numbers than are looked for one by one. */
  for (guint i = 0; i < 20100; i++)
    {
      g_autofree char *peer = g_strdup_printf ("4930%07u", i);

      list_put_missed (fixture->store, peer, i);
    }
  list_put_missed (fixture->store, "4989555", 30000);
  list_commit (fixture->store);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM number WHERE is_own = 0"), ==, 20101);

  {
    g_auto (CsCallQuery) query = CS_CALL_QUERY_ALL;
    g_auto (GStrv) words = NULL;

    query.text = g_strdup ("4930");
    ids = list_ids (fixture, &query);
    words = g_strsplit (ids, " ", -1);
    g_assert_cmpuint (g_strv_length (words), ==, 20100);
    g_assert_cmpstr (words[0], ==, "20100");
  }
  assert_found (fixture, "0020099", "20100");
}

static void
on_begun (const gint64 *ids,
          guint         n_ids,
          gpointer      user_data)
{
  guint *n_begun = user_data;

  g_assert_cmpint (ids[0], >, ids[n_ids - 1]);
  *n_begun += n_ids;
}

static void
test_first_ones_before_the_rest (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreList) list = NULL;
  g_autoptr (GArray) ids = NULL;
  CsCallQuery query = CS_CALL_QUERY_ALL;
  guint n_begun = 0;

  for (guint i = 0; i < CS_STORE_LIST_FIRST + 5; i++)
    list_put_missed (fixture->store, "4989555", i);
  list_commit (fixture->store);
  list = cs_store_list_open (fixture->dir, NULL);
  ids = cs_store_list_get_ids (list, &query, on_begun, &n_begun, NULL, NULL);
  g_assert_cmpuint (ids->len, ==, CS_STORE_LIST_FIRST + 5);
  g_assert_cmpuint (n_begun, ==, CS_STORE_LIST_FIRST);
}

static gboolean
count_call (CsCall   *call,
            gpointer  user_data)
{
  guint *n_calls = user_data;

  return ++*n_calls < 1200;
}

static void
test_foreach_can_be_stopped (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreList) list = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  CsCallQuery query = CS_CALL_QUERY_ALL;
  guint n_calls = 0;

  for (guint i = 0; i < 1100; i++)
    list_put_missed (fixture->store, "4989555", i);
  list_commit (fixture->store);
  list = cs_store_list_open (fixture->dir, NULL);
  g_assert_true (cs_store_list_foreach (list, &query, count_call, &n_calls, cancellable, &error));
  g_assert_cmpuint (n_calls, ==, 1100);
  g_assert_false (cs_store_list_foreach (list, &query, count_call, &n_calls, cancellable, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_calls, ==, 1200);

  g_cancellable_cancel (cancellable);
  n_calls = 0;
  g_assert_false (cs_store_list_foreach (list, &query, count_call, &n_calls, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (n_calls, ==, 0);
}

static void
test_migration_collects_numbers (void)
{
  g_autoptr (StoreFixture) fixture = set_up (), old = g_new0 (StoreFixture, 1);
  g_autofree char *kept = store_sql_text (fixture->dir, "SELECT * FROM number ORDER BY 1, 2, 3");
  g_autofree char *collected = NULL, *copy = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  /* The same calls in a database of the version before. */
  old->dir = store_dir_new ();
  db = store_sql_open (old->dir);
  cs_store_schema_migrate (db, 1, &error);
  g_assert_no_error (error);
  sqlite3_close (db);
  copy = g_strdup_printf ("ATTACH '%s/callstats.db' AS present; INSERT INTO main.call SELECT * FROM present.call", fixture->dir);
  store_sql (old->dir, copy);

  store_fixture_open (old);
  collected = store_sql_text (old->dir, "SELECT * FROM number ORDER BY 1, 2, 3");
  g_assert_cmpstr (collected, ==, kept);
  g_assert_cmpstr (kept, !=, "");
  assert_found (old, "0211 1234567", "4 1");
}

static void
test_pruned_number_is_forgotten (void)
{
  g_autoptr (StoreFixture) fixture = set_up ();
  g_autofree char *keys = NULL;
  gboolean is_done = FALSE;

  g_assert_true (cs_store_prune (fixture->store, CS_UNKNOWN, LIST_BASE_US + 25 * G_USEC_PER_SEC, &is_done, NULL));
  list_commit (fixture->store);
  keys = store_sql_text (fixture->dir, "SELECT DISTINCT key FROM number WHERE is_own = 0 AND key NOT LIKE '%@%'");
  /* The caller of the first call has called once more since. */
  g_assert_cmpstr (keys, ==, "2111234567");
}

static void
test_callbacks (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreList) list = NULL;
  g_autoptr (GPtrArray) callbacks = NULL, left = NULL, again = NULL;
  const CsCallback *callback;
  gint64 last;

  list_put_missed (fixture->store, "4989555", 10);
  list_put_missed (fixture->store, "4989777", 5);
  last = list_put_missed (fixture->store, "4989555", 30);
  list_put_missed (fixture->store, "4989999", 1);
  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_OUTBOUND, CS_OUTCOME_ANSWERED, "4989999", "492214710900", 60);
  list_commit (fixture->store);
  list = cs_store_list_open (fixture->dir, NULL);
  callbacks = cs_store_list_get_callbacks (list, 10, NULL);
  g_assert_cmpuint (callbacks->len, ==, 2);
  callback = g_ptr_array_index (callbacks, 0);
  g_assert_cmpstr (callback->peer, ==, "4989777");
  callback = g_ptr_array_index (callbacks, 1);
  g_assert_cmpstr (callback->peer, ==, "4989555");
  g_assert_cmpstr (callback->number, ==, "492214710900");
  g_assert_cmpuint (callback->n_tries, ==, 2);
  g_assert_cmpint (callback->first_us, ==, LIST_BASE_US + 10 * G_USEC_PER_SEC);
  g_assert_cmpint (callback->last_us, ==, LIST_BASE_US + 30 * G_USEC_PER_SEC);
  g_assert_cmpint (callback->call_id, ==, last);

  g_assert_true (cs_store_settle_callbacks (fixture->store, last, LIST_BASE_US + 70 * G_USEC_PER_SEC, NULL));
  list_commit (fixture->store);
  left = cs_store_list_get_callbacks (list, 10, NULL);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_true (cs_store_unsettle_callbacks (fixture->store, last, NULL));
  list_commit (fixture->store);
  again = cs_store_list_get_callbacks (list, 10, NULL);
  g_assert_cmpuint (again->len, ==, 2);
  g_assert_cmpuint (((CsCallback *) g_ptr_array_index (again, 1))->n_tries, ==, 2);
}

/* Undo takes back its own tick alone, and nobody waits who was reached meanwhile. */
static void
test_undo_is_exact (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  gint64 first = list_put_missed (fixture->store, "4989555", 10), second;

  g_assert_true (cs_store_settle_callbacks (fixture->store, first, LIST_BASE_US + 20 * G_USEC_PER_SEC, NULL));
  second = list_put_missed (fixture->store, "4989555", 30);
  g_assert_true (cs_store_settle_callbacks (fixture->store, second, LIST_BASE_US + 40 * G_USEC_PER_SEC, NULL));
  g_assert_true (cs_store_unsettle_callbacks (fixture->store, second, NULL));
  list_commit (fixture->store);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT id FROM call WHERE callback = 1"), ==, second);

  g_assert_true (cs_store_settle_callbacks (fixture->store, second, LIST_BASE_US + 50 * G_USEC_PER_SEC, NULL));
  list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_OUTBOUND, CS_OUTCOME_ANSWERED, "4989555", "492214710900", 60);
  g_assert_true (cs_store_unsettle_callbacks (fixture->store, second, NULL));
  list_commit (fixture->store);
  g_assert_cmpint (store_sql_number (fixture->dir, "SELECT count(*) FROM call WHERE callback = 1"), ==, 0);
}

static void
test_whole_call (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreList) list = NULL;
  g_autoptr (CsCall) call = NULL, none = NULL;
  g_autoptr (GPtrArray) journal = NULL, no_journal = NULL;
  g_autoptr (GError) error = NULL;
  static const CsCallEventKind kinds[] = { CS_CALL_EVENT_NEW_CALL, CS_CALL_EVENT_ANSWER, CS_CALL_EVENT_HANGUP };

  /* Others before, between and after. */
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *id = i % 20 == 10 ? g_strdup ("leg") : g_strdup_printf ("other-%u", i);
      g_autoptr (CsCallEvent) event = cs_call_event_new (CS_PROVIDER_SIPGATE, i % 20 == 10 ? kinds[i / 20] : CS_CALL_EVENT_NEW_CALL, id);
      g_autoptr (GBytes) body = NULL;

      event->direction = CS_DIRECTION_INBOUND;
      event->from = g_strdup ("4989555");
      event->to = g_strdup ("492214710900");
      body = store_make_body (event);
      cs_call_ledger_apply (fixture->ledger, event, LIST_BASE_US + i * G_USEC_PER_SEC);
      g_assert_true (cs_store_add_event (fixture->store, event, LIST_BASE_US + i * G_USEC_PER_SEC, body, NULL));
    }
  g_assert_true (cs_store_put_changes (fixture->store, fixture->ledger, NULL));
  list_commit (fixture->store);

  list = cs_store_list_open (fixture->dir, NULL);
  call = cs_store_list_get_whole (list, store_sql_number (fixture->dir, "SELECT call FROM leg WHERE id = 'leg'"), &journal, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (call->legs->len, ==, 1);
  g_assert_cmpuint (journal->len, ==, 3);
  for (guint i = 0; i < journal->len; i++)
    {
      const CsJournalEntry *entry = g_ptr_array_index (journal, i);

      g_assert_cmpint (entry->at_us, ==, LIST_BASE_US + (10 + 20 * i) * G_USEC_PER_SEC);
      g_assert_cmpint (entry->kind, ==, kinds[i]);
    }
  none = cs_store_list_get_whole (list, 12345, &no_journal, &error);
  g_assert_no_error (error);
  g_assert_null (none);
}

/* What came of the order line is said of the calls that nobody talked with: the best of what was asked for in one call. */
static void
test_order_results (void)
{
  static const struct
  {
    CsOutcome outcome;
    const char *log;
    int result;
    const char *customer;
  } cases[] = {
    { CS_OUTCOME_IVR_ONLY, "('4712', 1), ('4711', 0)", CS_ORDER_RESULT_FOUND, "4711" },
    { CS_OUTCOME_IVR_ONLY, "('99', 1)", CS_ORDER_RESULT_NOT_FOUND, "99" },
    { CS_OUTCOME_ANSWERED_UNATTRIBUTED, "(NULL, 5)", CS_ORDER_RESULT_HUNG_UP, NULL },
    { CS_OUTCOME_IVR_ONLY, NULL, -1, NULL },
    { CS_OUTCOME_MISSED, "(NULL, 5)", -1, NULL },
    { CS_OUTCOME_ANSWERED, "('4711', 0)", -1, NULL },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreList) list = NULL;
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GPtrArray) latest = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    list_put_call (fixture->store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, cases[i].outcome, "492111234567", "492214710900", i);
  list_commit (fixture->store);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO leg (provider, id, call, direction) VALUES (0, 'leg%u', %u, 1);"
                                              "INSERT INTO order_query (at_us, leg, customer, result)"
                                              " SELECT %" G_GINT64_FORMAT ", 'leg%u', * FROM (VALUES %s)", i, i + 1,
                                              LIST_BASE_US + i * G_USEC_PER_SEC, i, cases[i].log != NULL ? cases[i].log : "('', 0)");

      if (cases[i].log != NULL)
        store_sql (fixture->dir, sql);
    }

  list = cs_store_list_open (fixture->dir, NULL);
  reader = cs_store_reader_open (fixture->dir, NULL);
  latest = cs_store_reader_get_latest (reader, G_N_ELEMENTS (cases), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (latest->len, ==, G_N_ELEMENTS (cases));
  for (gint64 id = 1; id <= (gint64) G_N_ELEMENTS (cases); id++)
    {
      g_autoptr (GPtrArray) calls = cs_store_list_get_calls (list, &id, 1, &error);
      CsCall *shown[] = { NULL, g_ptr_array_index (latest, latest->len - id) };

      g_assert_no_error (error);
      shown[0] = g_ptr_array_index (calls, 0);
      for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
        {
          g_assert_cmpint (shown[i]->order_result, ==, cases[id - 1].result);
          g_assert_cmpstr (shown[i]->order_customer, ==, cases[id - 1].customer);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store-list/newest-first", test_newest_first);
  g_test_add_func ("/store-list/part-of-another-is-left-out", test_part_of_another_is_left_out);
  g_test_add_func ("/store-list/filters", test_filters);
  g_test_add_func ("/store-list/sorted/unknown-comes-last", test_sorted);
  g_test_add_func ("/store-list/sorted/by-name-as-shown", test_sorted_by_name);
  g_test_add_func ("/store-list/search/every-spelling-of-a-number", test_every_spelling);
  g_test_add_func ("/store-list/search/own-number", test_own_number);
  g_test_add_func ("/store-list/search/name", test_name);
  g_test_add_func ("/store-list/search/nothing", test_no_such_text);
  g_test_add_func ("/store-list/search/many-callers", test_many_callers);
  g_test_add_func ("/store-list/first-ones-before-the-rest", test_first_ones_before_the_rest);
  g_test_add_func ("/store-list/foreach/can-be-stopped", test_foreach_can_be_stopped);
  g_test_add_func ("/store-list/numbers/migration-collects", test_migration_collects_numbers);
  g_test_add_func ("/store-list/numbers/pruned-is-forgotten", test_pruned_number_is_forgotten);
  g_test_add_func ("/store-list/callbacks", test_callbacks);
  g_test_add_func ("/store-list/callbacks/undo-is-exact", test_undo_is_exact);
  g_test_add_func ("/store-list/whole-call", test_whole_call);
  g_test_add_func ("/store-list/order-line/what-came-of-it", test_order_results);
  return g_test_run ();
}
