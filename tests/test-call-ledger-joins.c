/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ledger-fixture.h"

/* Applies the events as they are written, and counts the calls they make. */
static guint
count_calls (FixtureMode mode,
             const char *text)
{
  g_autoptr (Fixture) fixture = fixture_new (mode);
  g_autoptr (GPtrArray) events = fixture_events_parse (text);

  for (guint i = 0; i < events->len; i++)
    {
      FixtureEvent *event = g_ptr_array_index (events, i);

      fixture_apply (fixture, event->event, event->at_us);
    }
  fixture_check (fixture);
  return g_hash_table_size (fixture->calls);
}

static void
test_chain_in_every_order (void)
{
  static const char *const legs[] = { "0 newCall a", "0 newCall b parent=a", "0 newCall c parent=b" };
  static const guint8 orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("%s\n%s\n%s", legs[orders[i][0]], legs[orders[i][1]], legs[orders[i][2]]);

      for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
        g_assert_cmpuint (count_calls (mode, text), ==, 1);
    }
}

/* A leg that first comes with nothing but its xcid, and then tells that it continues another one, no longer answers for
 * that xcid: neither where its call is still the same nor where that was merged away, and its memory perhaps taken. */
static void
test_orphan_finds_its_parent (void)
{
  for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
    {
      g_assert_cmpuint (count_calls (mode, "1000 hangup b parent= xcid=x cause=busy\n1100 newCall b parent=a xcid=x\n"
                                           "1300 newCall c parent=q xcid=x"),
                        ==, 2);
      g_assert_cmpuint (count_calls (mode, "0 newCall a\n1000 hangup b parent= xcid=x cause=busy\n"
                                           "1100 newCall b parent=a xcid=x\n1200 newCall d\n"
                                           "1300 newCall c parent=q xcid=x"),
                        ==, 3);
      /* One that stays an orphan still does. */
      g_assert_cmpuint (count_calls (mode, "0 newCall o parent= xcid=x\n1000 hangup b parent= xcid=x cause=busy\n"
                                           "1100 newCall b parent=a xcid=x\n1300 newCall c parent=q xcid=x"),
                        ==, 1);
    }
}

/* Two calls with one xcid of which each continues another one: a leg that has nothing but that xcid always joins the same. */
static void
test_first_of_several_is_found (void)
{
  static const char *const texts[] = {
    "0 newCall a parent=p xcid=x\n100 newCall b parent=q xcid=x\n200 newCall c parent= xcid=x",
    "0 newCall a parent=p xcid=x\n100 newCall b parent=q xcid=x\n150 hangup b parent=q xcid=x cause=busy\n"
    "200 newCall c parent= xcid=x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
        {
          g_autoptr (Fixture) fixture = fixture_new (mode);
          g_autoptr (GPtrArray) events = fixture_events_parse (texts[i]);

          for (guint j = 0; j < events->len; j++)
            {
              FixtureEvent *event = g_ptr_array_index (events, j);

              fixture_apply (fixture, event->event, event->at_us);
            }
          g_assert_true (cs_call_ledger_find (fixture->ledger, CS_PROVIDER_SIPGATE, "c")
                         == cs_call_ledger_find (fixture->ledger, CS_PROVIDER_SIPGATE, "a"));
        }
    }
}

/* What an event of the open transaction says of a leg counts, not what the store still says. */
static void
test_orphan_found_its_parent_uncommitted (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_ONE_TRANSACTION);
  g_autoptr (GPtrArray) events
      = fixture_events_parse ("0 newCall a\n1000 hangup b parent= xcid=x cause=busy\n"
                              "1100 newCall b parent=a xcid=x\n1300 newCall c parent=q xcid=x");

  for (guint i = 0; i < events->len; i++)
    {
      FixtureEvent *event = g_ptr_array_index (events, i);

      fixture_apply (fixture, event->event, event->at_us);
      if (i == 1)
        fixture_commit (fixture);
    }
  fixture_check (fixture);
  g_assert_cmpuint (g_hash_table_size (fixture->calls), ==, 2);
}

/* The earlier of two calls keeps its identity, and the other's id is told. */
static void
test_merged_is_told (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_ONE_TRANSACTION);
  g_autoptr (GPtrArray) events = fixture_events_parse ("0 newCall a\n1000 newCall c parent=b\n2000 newCall b parent=a");
  GArray *merged = cs_call_ledger_get_merged (fixture->ledger);

  for (guint i = 0; i < events->len; i++)
    {
      FixtureEvent *event = g_ptr_array_index (events, i);

      fixture_commit (fixture);
      g_assert_cmpuint (merged->len, ==, 0);
      fixture_apply (fixture, event->event, event->at_us);
    }

  g_assert_cmpuint (merged->len, ==, 1);
  g_assert_cmpint (g_array_index (merged, gint64, 0), ==, 2);
  g_assert_cmpint (cs_call_ledger_find (fixture->ledger, CS_PROVIDER_SIPGATE, "c")->id, ==, 1);
  g_assert_null (cs_call_ledger_find (fixture->ledger, CS_PROVIDER_SIPGATE, "d"));
  /* What the store still has of the merged call is the ledger's own. */
  g_assert_true (cs_call_ledger_adopt (fixture->ledger, fixture_load (fixture, 2))
                 == cs_call_ledger_find (fixture->ledger, CS_PROVIDER_SIPGATE, "a"));
}

/* Without a store the ledger knows what it was told since it was cleared. */
static void
test_clear_forgets (void)
{
  g_autoptr (CsCallLedger) ledger = cs_call_ledger_new (NULL, NULL);
  g_autoptr (FixtureEvent) event = fixture_event_parse ("0 newCall a");
  g_autoptr (FixtureEvent) key = fixture_event_parse ("0 dtmf b digits=1");
  g_autoptr (FixtureEvent) other = fixture_event_parse ("0 other a");
  g_autoptr (GPtrArray) changed = NULL;

  g_assert_true (cs_call_ledger_apply (ledger, event->event, FIXTURE_START_US));
  g_assert_false (cs_call_ledger_apply (ledger, other->event, FIXTURE_START_US));
  g_assert_false (cs_call_ledger_apply (ledger, key->event, FIXTURE_START_US));
  g_assert_nonnull (cs_call_ledger_find (ledger, CS_PROVIDER_SIPGATE, "a"));
  g_assert_null (cs_call_ledger_find (ledger, CS_PROVIDER_SIPGATE, "b"));

  cs_call_ledger_clear (ledger);
  changed = cs_call_ledger_get_changed (ledger);
  g_assert_cmpuint (changed->len, ==, 0);
  g_assert_null (cs_call_ledger_find (ledger, CS_PROVIDER_SIPGATE, "a"));
}

static void
test_providers_apart (void)
{
  for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
    {
      g_autoptr (Fixture) fixture = fixture_new (mode);
      g_autoptr (FixtureEvent) event = fixture_event_parse ("0 newCall a parent= xcid=x");

      g_assert_true (fixture_apply (fixture, event->event, 0));
      event->event->provider = CS_PROVIDER_EXOTEL;
      g_assert_true (fixture_apply (fixture, event->event, 0));
      fixture_check (fixture);
      g_assert_cmpuint (g_hash_table_size (fixture->calls), ==, 2);
    }
}

/* Each further leg costs as much as the call has legs, so a call can't have any number of them. None is lost. */
static void
test_legs_bounded (void)
{
  static const char *const parents[] = { "0", "unseen" };

  for (guint i = 0; i < G_N_ELEMENTS (parents); i++)
    {
      g_autoptr (Fixture) fixture = fixture_new (FIXTURE_ONE_TRANSACTION);
      g_autoptr (GPtrArray) calls = NULL;
      guint n_legs = 0;

      for (guint leg = 0; leg < 300; leg++)
        {
          g_autofree char *text = g_strdup_printf ("0 newCall %u parent=%s xcid=x", leg, parents[i]);
          g_autoptr (FixtureEvent) event = fixture_event_parse (text);

          g_assert_true (fixture_apply (fixture, event->event, leg));
          g_assert_false (fixture_apply (fixture, event->event, leg));
        }
      fixture_check (fixture);
      calls = fixture_get_calls (fixture);
      for (guint j = 0; j < calls->len; j++)
        {
          CsCall *call = g_ptr_array_index (calls, j);

          g_assert_cmpuint (call->n_legs, <=, 256);
          n_legs += call->n_legs;
        }
      g_assert_cmpuint (n_legs, ==, 300);
    }
}

static CsCallEvent *
make_random_event (GRand *random)
{
  static const char *const ids[] = { "a", "b", "c", "d", "e", "f" };
  static const char *const xcids[] = { NULL, NULL, "x", "y" };
  static const char *const ends[] = { "normalClearing", "busy", "cancel", "noAnswer", "congestion",
                                      "notFound", "forwarded", "forwarded", "strange", NULL };
  static const char *const users[][2] = { { "Alice", "w0" }, { "voicemail", NULL }, { NULL, "v0" }, { NULL, NULL } };
  const char *const *user = users[g_rand_int_range (random, 0, G_N_ELEMENTS (users))];
  const char *names[] = { user[0], NULL }, *user_ids[] = { user[1], NULL };
  CsCallEvent *event = cs_call_event_new (CS_PROVIDER_SIPGATE, g_rand_int_range (random, 0, CS_CALL_EVENT_OTHER + 1),
                                          ids[g_rand_int_range (random, 0, G_N_ELEMENTS (ids))]);

  event->direction = g_rand_int_range (random, CS_DIRECTION_UNKNOWN, CS_DIRECTION_INTERNAL);
  if (g_rand_int_range (random, 0, 3) > 0)
    event->parent_id = g_strdup (ids[g_rand_int_range (random, 0, G_N_ELEMENTS (ids))]);
  event->xcid = g_strdup (xcids[g_rand_int_range (random, 0, G_N_ELEMENTS (xcids))]);
  event->from = g_strdup (g_rand_boolean (random) ? FIXTURE_CALLER : "anonymous");
  event->to = g_strdup (FIXTURE_OWN);
  event->users = user[0] != NULL ? g_strdupv ((char **) names) : NULL;
  event->user_ids = user[1] != NULL ? g_strdupv ((char **) user_ids) : NULL;
  event->answering_number = g_strdup (g_rand_boolean (random) ? FIXTURE_OWN : NULL);
  event->cause = g_strdup (ends[g_rand_int_range (random, 0, G_N_ELEMENTS (ends))]);
  event->digits = g_strdup (event->kind == CS_CALL_EVENT_DTMF ? "1" : NULL);
  return event;
}

/* Few ids, so that legs are joined, crosswise and in circles, in every way. */
static void
test_stays_sound (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20240117);

  for (guint episode = 0; episode < 400; episode++)
    {
      g_autoptr (Fixture) fixture = fixture_new (episode % FIXTURE_N_MODES);
      gint64 at_us = 0;

      for (guint step = 0; step < 25; step++)
        {
          g_autoptr (CsCallEvent) event = make_random_event (random);
          gint64 pause_us = g_rand_int_range (random, 0, 4) == 0 ? FIXTURE_STALE_US : G_USEC_PER_SEC;

          at_us += g_rand_int_range (random, 0, 3) * pause_us;
          fixture_apply (fixture, event, at_us);
          if (event->kind != CS_CALL_EVENT_DTMF)
            g_assert_false (fixture_apply (fixture, event, at_us));
          if (step % 5 == 0)
            {
              fixture_advance (fixture, at_us);
              fixture_check (fixture);
            }
        }
      fixture_check (fixture);
    }
}

/* Makes the events of a few calls, each of up to six legs linked as providers link them: to a leg before, or, all of
 * them, to a first leg that was never seen, or by nothing but the xcid. (transfer full) (element-type FixtureEvent) */
static GPtrArray *
make_random_calls (GRand *random,
                   guint  n_calls)
{
  static const char *const ends[] = { "normalClearing", "cancel", "busy", "forwarded" };
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_event_free);

  for (guint call = 0; call < n_calls; call++)
    {
      int kind = g_rand_int_range (random, 0, 3);
      int n_legs = g_rand_int_range (random, 1, 7);

      for (int leg = 0; leg < n_legs; leg++)
        {
          int before = leg > 0 ? g_rand_int_range (random, 0, leg) : 0;
          g_autofree char *parent = kind == 0   ? g_strdup_printf ("%u-%d", call, before)
                                    : kind == 1 ? g_strdup_printf ("%u-unseen", call)
                                                : g_strdup ("");
          g_autofree char *links = g_strdup_printf ("%u-%d parent=%s xcid=%u", call, leg, parent, call);
          g_autofree char *new_call = g_strdup_printf ("0 newCall %s", links);
          const char *end = ends[g_rand_int_range (random, 0, G_N_ELEMENTS (ends))];
          g_autofree char *hangup = g_strdup_printf ("0 hangup %s cause=%s", links, end);

          g_ptr_array_add (events, fixture_event_parse (new_call));
          g_ptr_array_add (events, fixture_event_parse (hangup));
          if (g_rand_boolean (random))
            {
              g_autofree char *answer = g_strdup_printf ("0 answer %s users=Alice ids=w0", links);

              g_ptr_array_add (events, fixture_event_parse (answer));
            }
        }
    }
  return events;
}

static void
shuffle (GRand     *random,
         GPtrArray *events)
{
  for (guint i = events->len; i > 1; i--)
    {
      guint other = g_rand_int_range (random, 0, i);
      gpointer event = events->pdata[i - 1];

      events->pdata[i - 1] = events->pdata[other];
      events->pdata[other] = event;
    }
}

static void
test_joins_in_any_order (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  for (guint round = 0; round < 100; round++)
    {
      guint n_calls = g_rand_int_range (random, 1, 5);
      g_autoptr (GPtrArray) events = make_random_calls (random, n_calls);
      g_autofree char *first = NULL;

      for (guint turn = 0; turn < 12; turn++)
        {
          g_autoptr (Fixture) fixture = fixture_new (turn % FIXTURE_N_MODES);
          g_autofree char *result = NULL;

          for (guint i = 0; i < events->len; i++)
            {
              FixtureEvent *event = g_ptr_array_index (events, i);

              fixture_apply (fixture, event->event, (gint64) i * G_USEC_PER_SEC);
            }
          fixture_advance (fixture, (gint64) events->len * G_USEC_PER_SEC + CS_FORWARD_GRACE_US);
          fixture_check (fixture);
          g_assert_cmpuint (g_hash_table_size (fixture->calls), ==, n_calls);
          result = fixture_describe_all (fixture, fixture_describe_result);
          if (first == NULL)
            first = g_steal_pointer (&result);
          else
            g_assert_cmpstr (result, ==, first);
          shuffle (random, events);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ledger/legs/chain-in-every-order", test_chain_in_every_order);
  g_test_add_func ("/ledger/legs/orphan-finds-its-parent", test_orphan_finds_its_parent);
  g_test_add_func ("/ledger/legs/first-of-several-is-found", test_first_of_several_is_found);
  g_test_add_func ("/ledger/legs/orphan-found-its-parent-uncommitted", test_orphan_found_its_parent_uncommitted);
  g_test_add_func ("/ledger/legs/bounded", test_legs_bounded);
  g_test_add_func ("/ledger/calls/merged-is-told", test_merged_is_told);
  g_test_add_func ("/ledger/calls/clear-forgets", test_clear_forgets);
  g_test_add_func ("/ledger/calls/providers-apart", test_providers_apart);
  g_test_add_func ("/ledger/random/stays-sound", test_stays_sound);
  g_test_add_func ("/ledger/random/joins-in-any-order", test_joins_in_any_order);

  return g_test_run ();
}
