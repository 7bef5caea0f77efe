/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store-fixture.h"

#include <stdlib.h>

#define N_EVENTS 700
#define N_LEGS 14

/* Whatever comes, in whatever order: many legs that name each other, few numbers. */
typedef struct {
  GRand *random;           /* (owned) */
  StoreFixture *fixture;   /* (owned) */
  CsCallLedger *reference; /* (owned) all in one go, without any store */
  gint64 now_us;
  int generation;          /* legs of one generation name only each other */
} Storm;

static const char *
pick (Storm      *self,
      const char *choices)
{
  static char word[64];
  g_auto (GStrv) words = g_strsplit (choices, " ", -1);

  g_strlcpy (word, words[g_rand_int_range (self->random, 0, g_strv_length (words))], sizeof word);
  return g_str_equal (word, "-") ? "" : word;
}

static void
append (Storm      *self,
        GString    *text,
        const char *name,
        const char *choices)
{
  g_string_append_printf (text, " %s=%s", name, pick (self, choices));
}

static FixtureEvent *
make_event (Storm *self)
{
  g_autoptr (GString) text = g_string_new ("0 ");
  int leg = g_rand_int_range (self->random, 0, N_LEGS), other = g_rand_int_range (self->random, 0, N_LEGS);

  g_string_append (text, pick (self, "newCall newCall answer hangup hangup dtmf other"));
  g_string_append_printf (text, " g%d-%d dir=%s", self->generation, leg, pick (self, "in in out"));
  if (g_rand_int_range (self->random, 0, 4) == 0)
    g_string_append_printf (text, " parent=g%d-%d", self->generation, other);
  else if (g_rand_int_range (self->random, 0, 6) == 0)
    g_string_append (text, " parent=");
  if (g_rand_int_range (self->random, 0, 4) == 0)
    g_string_append_printf (text, " xcid=x%d-%d", self->generation, leg / 3);
  append (self, text, "from", "492111234567 +492111234567 02111234567 4930222222 4930333333 anonymous -");
  append (self, text, "to", "4915791234567 015791234567 4915790000000 -");
  append (self, text, "cause", "normalClearing normalClearing busy cancel noAnswer congestion notFound forwarded odd -");
  append (self, text, "number", "- 491511111111");
  append (self, text, "digits", "1 22 -");
  if (g_rand_boolean (self->random))
    append (self, text, "users", "Alice voicemail Alice,Bob");
  if (g_rand_int_range (self->random, 0, 3) == 0)
    append (self, text, "ids", "w0 v0 w0,w1");
  return fixture_event_parse (text->str);
}

/* Returns all totals as they must be, counted call by call. (transfer full) */
static char *
recount (const char *dir)
{
  g_autofree char *text = store_sql_text (dir, "SELECT seen_us, provider, number_key, direction, outcome, plain_outcome,"
                                               " is_estimated, wait_us, talk_us FROM call WHERE state = 0 AND NOT is_part");
  g_auto (GStrv) rows = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key, value;

  for (char **row = rows; *row != NULL; row++)
    {
      g_auto (GStrv) field = g_strsplit (*row, "|", -1);
      gint64 quarter = g_ascii_strtoll (field[0], NULL, 10) / G_USEC_PER_SEC / 900;
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT "|%s|%s|%s|%s|%s", quarter, field[1], field[2],
                                               field[3], field[4], field[5]);
      gint64 *sums = g_hash_table_lookup (buckets, name);

      if (sums == NULL)
        {
          sums = g_new0 (gint64, 6);
          g_hash_table_insert (buckets, g_steal_pointer (&name), sums);
        }
      sums[0]++;
      sums[1] += g_ascii_strtoll (field[6], NULL, 10);
      for (int i = 0; i < 2; i++)
        {
          if (g_str_equal (field[7 + i], "NULL"))
            continue;
          sums[2 + 2 * i]++;
          sums[3 + 2 * i] += g_ascii_strtoll (field[7 + i], NULL, 10);
        }
    }

  g_hash_table_iter_init (&iter, buckets);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      gint64 *sums = value;

      g_ptr_array_add (lines, g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                                               " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                                               (char *) key, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]));
    }
  g_ptr_array_sort (lines, fixture_compare_texts);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* Returns all totals as they are. (transfer full) */
static char *
read_totals (const char *dir)
{
  g_autofree char *text = store_sql_text (dir, "SELECT quarter || '|' || provider || '|' || number_key || '|' || direction"
                                               " || '|' || outcome || '|' || plain_outcome || ' ' || n || ' ' || n_estimated"
                                               " || ' ' || n_waits || ' ' || wait_us || ' ' || n_talks || ' ' || talk_us"
                                               " FROM call_bucket");
  g_auto (GStrv) rows = g_strsplit (text, "\n", -1);

  qsort (rows, g_strv_length (rows), sizeof *rows, (GCompareFunc) fixture_compare_texts);
  return g_strjoinv ("\n", rows);
}

/* Every call that wants to be called back is on the list, unless ticked off or followed by a talk; no other is. */
static void
assert_callbacks_right (const char *dir)
{
  g_autofree char *text = store_sql_text (dir, "SELECT seen_us, peer_key, wants_callback, is_connected,"
                                               " done_us IS NOT NULL, callback, id FROM call ORDER BY seen_us");
  g_auto (GStrv) rows = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) talks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = (int) g_strv_length (rows) - 1; i >= 0; i--)
    {
      g_auto (GStrv) field = g_strsplit (rows[i], "|", -1);
      gboolean wants = field[2][0] == '1', is_connected = field[3][0] == '1', is_done = field[4][0] == '1';

      if ((field[5][0] == '1') != (wants && !is_done && !g_hash_table_contains (talks, field[1])))
        g_error ("call %s: callback is %s", field[6], field[5]);
      if (is_connected && !g_str_equal (field[1], "NULL"))
        g_hash_table_add (talks, g_strdup (field[1]));
    }
}

static char *
describe_legs (const CsCall *call)
{
  g_autofree char *result = fixture_describe (call);
  GString *text = g_string_new (result);

  g_string_append_printf (text, " %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s", call->state,
                          call->timed_out, call->seen_us, call->last_us, call->ended_us, call->number, call->peer);
  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      g_string_append_printf (text, " [%s %s %s %s %s]", leg->id, leg->parent_id, leg->xcid, leg->causes, leg->digits);
    }
  return g_string_free (text, FALSE);
}

/* Wherever the commits were, the store holds the calls that come of all events at once. */
static void
assert_as_without_store (Storm *self)
{
  g_autoptr (GPtrArray) calls = cs_call_ledger_get_changed (self->reference);

  g_assert_cmpuint (cs_store_count_calls (self->fixture->store), ==, calls->len);
  for (guint i = 0; i < calls->len; i++)
    {
      CsCall *call = g_ptr_array_index (calls, i);
      CsLeg *leg = g_ptr_array_index (call->legs, 0);
      g_autoptr (CsCall) stored = cs_store_find_call (CS_PROVIDER_SIPGATE, CS_LEG_ID, leg->id, self->fixture->store);
      g_autofree char *wanted = describe_legs (call), *text = NULL;

      g_assert_nonnull (stored);
      text = describe_legs (stored);
      g_assert_cmpstr (text, ==, wanted);
    }
}

static void
assert_all_right (Storm *self)
{
  const char *dir = self->fixture->dir;
  g_autofree char *wanted = recount (dir), *totals = read_totals (dir);

  g_assert_cmpstr (totals, ==, wanted);
  assert_callbacks_right (dir);
  store_assert_sound (dir);
  assert_as_without_store (self);
}

static void
advance (Storm *self)
{
  self->now_us += g_rand_boolean (self->random) ? CS_FORWARD_GRACE_US : FIXTURE_STALE_US / 2;
  store_fixture_advance (self->fixture, self->now_us);
  cs_call_ledger_advance (self->reference, self->now_us, FIXTURE_STALE_US);
}

static void
tick_off (Storm *self)
{
  g_autoptr (GError) error = NULL;
  gint64 id = store_sql_number (self->fixture->dir, "SELECT min(id) FROM call WHERE callback = 1");

  store_fixture_commit (self->fixture);
  cs_store_settle_callbacks (self->fixture->store, id, self->now_us, &error);
  g_assert_no_error (error);
  store_fixture_commit (self->fixture);
}

static void
step (Storm *self)
{
  g_autoptr (FixtureEvent) event = make_event (self);
  int dice = g_rand_int_range (self->random, 0, 100);

  self->now_us += g_rand_int_range (self->random, 1, 90 * G_USEC_PER_SEC);
  g_assert_cmpint (cs_call_ledger_apply (self->reference, event->event, self->now_us), ==,
                   store_fixture_apply (self->fixture, event->event, self->now_us));
  if (dice < 30)
    store_fixture_commit (self->fixture);
  else if (dice < 35)
    store_fixture_put (self->fixture);
  else if (dice < 40)
    advance (self);
  else if (dice < 42)
    tick_off (self);
  else if (dice < 44)
    self->generation++;
  else if (dice < 45)
    {
      store_fixture_commit (self->fixture);
      store_fixture_close (self->fixture);
      store_fixture_open (self->fixture);
    }
}

static void
test_totals_stay_right (gconstpointer data)
{
  Storm storm = { g_rand_new_with_seed (GPOINTER_TO_UINT (data)), store_fixture_new (), cs_call_ledger_new (NULL, NULL),
                  FIXTURE_START_US, 0 };

  for (int i = 1; i <= N_EVENTS; i++)
    {
      step (&storm);
      if (i % 50 == 0)
        {
          store_fixture_commit (storm.fixture);
          assert_all_right (&storm);
        }
    }
  g_assert_cmpuint (cs_store_count_calls (storm.fixture->store), >, 20);
  g_rand_free (storm.random);
  cs_call_ledger_free (storm.reference);
  store_fixture_free (storm.fixture);
}

/* What is rolled back is as if it had never been, whatever it was. */
static void
test_rollback_leaves_totals_right (void)
{
  Storm storm = { g_rand_new_with_seed (77), store_fixture_new (), cs_call_ledger_new (NULL, NULL), FIXTURE_START_US, 0 };

  for (int i = 0; i < 150; i++)
    {
      g_autofree char *before = NULL, *after = NULL;

      store_fixture_commit (storm.fixture);
      before = store_dump (storm.fixture->dir);
      for (int j = 0; j < 5; j++)
        {
          g_autoptr (FixtureEvent) event = make_event (&storm);

          store_fixture_apply (storm.fixture, event->event, storm.now_us + j);
          if (j == 2)
            store_fixture_put (storm.fixture);
        }
      store_fixture_put (storm.fixture);
      cs_store_rollback (storm.fixture->store);
      after = store_dump (storm.fixture->dir);
      g_assert_cmpstr (after, ==, before);
      for (int j = 0; j < 4; j++)
        step (&storm);
    }
  store_fixture_commit (storm.fixture);
  assert_all_right (&storm);
  g_rand_free (storm.random);
  cs_call_ledger_free (storm.reference);
  store_fixture_free (storm.fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint seed = 1; seed <= 6; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/store/totals/stay-right/%u", seed);

      g_test_add_data_func (path, GUINT_TO_POINTER (seed), test_totals_stay_right);
    }
  g_test_add_func ("/store/totals/rollback-leaves-them-right", test_rollback_leaves_totals_right);
  return g_test_run ();
}
