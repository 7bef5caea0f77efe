/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ledger-fixture.h"
#include "sipgate/cs-sipgate-event.h"

#include <json-glib/json-glib.h>

#define YEAR_US (G_GINT64_CONSTANT (365) * 24 * 3600 * G_USEC_PER_SEC)
#define MOST_PERMUTED 6

/* A sequence of events and the right result. Source: protocol/sipgate.md §5. */
typedef struct {
  const char *name;
  GPtrArray *events; /* (owned) (element-type FixtureEvent) */
  JsonArray *calls;
} Scenario;

static JsonNode *root;
static GArray *scenarios;

static void
clear_scenario (gpointer item)
{
  g_ptr_array_unref (((Scenario *) item)->events);
}

static void
load_scenarios (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "scenarios.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *list;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  root = json_parser_steal_root (parser);
  scenarios = g_array_new (FALSE, FALSE, sizeof (Scenario));
  g_array_set_clear_func (scenarios, clear_scenario);

  list = json_object_get_array_member (json_node_get_object (root), "scenarios");
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *object = json_array_get_object_element (list, i);
      JsonArray *events = json_object_get_array_member (object, "events");
      Scenario scenario = { json_object_get_string_member (object, "name"),
                            g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_event_free),
                            json_object_get_array_member (object, "expected_logical_calls") };

      for (guint j = 0; j < json_array_get_length (events); j++)
        {
          JsonObject *push = json_array_get_object_element (events, j);
          const char *body = json_object_get_string_member (push, "body");
          g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
          FixtureEvent *event = g_new0 (FixtureEvent, 1);

          event->event = cs_sipgate_event_parse (bytes, &error);
          event->at_us = json_object_get_int_member (push, "t_ms") * 1000;
          g_assert_no_error (error);
          g_ptr_array_add (scenario.events, event);
        }
      g_array_append_val (scenarios, scenario);
    }
  g_assert_cmpuint (scenarios->len, >=, 18);
}

static gint64
get_end (GPtrArray *events)
{
  return ((FixtureEvent *) g_ptr_array_index (events, events->len - 1))->at_us;
}

/* Whether the call ends by the clock alone. */
static gboolean
gets_stale (const Scenario *scenario)
{
  JsonObject *call = json_array_get_object_element (scenario->calls, 0);

  return g_str_equal (json_object_get_string_member (call, "outcome"), "open_then_stale");
}

static void
finish (const Scenario *scenario,
        Fixture        *fixture,
        gint64          end_us)
{
  fixture_advance (fixture, end_us + (gets_stale (scenario) ? FIXTURE_STALE_US : CS_FORWARD_GRACE_US));
  fixture_check (fixture);
}

/* Applies the events in the order given (NULL: their own), at the arrival times of the original one. */
static Fixture *
play (const Scenario *scenario,
      FixtureMode     mode,
      const guint    *order)
{
  Fixture *fixture = fixture_new (mode);

  for (guint i = 0; i < scenario->events->len; i++)
    {
      FixtureEvent *slot = g_ptr_array_index (scenario->events, i);
      FixtureEvent *event = g_ptr_array_index (scenario->events, order != NULL ? order[i] : i);

      fixture_apply (fixture, event->event, slot->at_us);
    }
  return fixture;
}

static gint64
get_time (JsonObject *object,
          const char *name)
{
  return json_object_has_member (object, name) ? json_object_get_int_member (object, name) * 1000 : CS_UNKNOWN;
}

static CsDirection
get_direction (JsonObject *expected)
{
  const char *name = json_object_get_string_member (expected, "direction");

  return g_str_equal (name, "in")    ? CS_DIRECTION_INBOUND
         : g_str_equal (name, "out") ? CS_DIRECTION_OUTBOUND
                                     : CS_DIRECTION_INTERNAL;
}

/* Checks what the scenario says of its legs. */
static void
check_legs (JsonObject   *expected,
            const CsCall *call)
{
  g_autoptr (GString) digits = g_string_new (NULL), offered = g_string_new (NULL);
  const char *last_user = NULL;
  gboolean was_asked = FALSE, was_forwarded = FALSE;

  g_assert_cmpuint (call->n_legs, ==, json_object_get_int_member (expected, "legs"));
  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      was_asked = was_asked || leg->digits != NULL;
      was_forwarded = was_forwarded || g_strcmp0 (leg->causes, "forwarded") == 0;
      g_string_append (digits, leg->digits != NULL ? leg->digits : "");
      g_string_append (offered, leg->user_ids != NULL ? leg->user_ids : "");
      last_user = leg->answer_user_id != NULL ? leg->answer_user_id : last_user;
    }

  g_assert_true (json_object_has_member (expected, "dtmf") == was_asked);
  if (was_asked)
    g_assert_cmpstr (digits->str, ==, json_object_get_string_member (expected, "dtmf"));
  if (json_object_has_member (expected, "forwarded"))
    g_assert_true (was_forwarded);
  if (json_object_has_member (expected, "transferred_to"))
    g_assert_cmpstr (last_user, ==, json_object_get_string_member (expected, "transferred_to"));
  if (json_object_has_member (expected, "offered"))
    {
      JsonArray *users = json_object_get_array_member (expected, "offered");
      g_auto (GStrv) names = g_strsplit (call->offered, "\n", -1);
      g_auto (GStrv) ids = g_strsplit (offered->str, "\n", -1);

      g_assert_cmpuint (g_strv_length (names), ==, json_array_get_length (users));
      for (guint i = 0; i < json_array_get_length (users); i++)
        g_assert_cmpstr (ids[i], ==, json_array_get_string_element (users, i));
    }
}

static void
check_call (JsonObject   *expected,
            const CsCall *call)
{
  const char *outcome = json_object_get_string_member (expected, "outcome");

  g_assert_cmpint (call->direction, ==, get_direction (expected));
  g_assert_cmpstr (cs_outcome_get_name (call->outcome), ==,
                   g_str_equal (outcome, "open_then_stale") ? "stale" : outcome);
  g_assert_cmpint (call->wants_callback, ==, json_object_get_boolean_member_with_default (expected, "callback", FALSE));
  if (json_object_has_member (expected, "by"))
    g_assert_cmpstr (call->answered_by, ==, json_object_get_string_member_with_default (expected, "by", NULL));
  if (json_object_has_member (expected, "wait_ms"))
    g_assert_cmpint (call->wait_us, ==, get_time (expected, "wait_ms"));
  g_assert_cmpint (call->talk_us, ==, get_time (expected, "talk_ms"));
  check_legs (expected, call);
}

static void
test_scenarios_as_pushed (void)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const Scenario *scenario = &g_array_index (scenarios, Scenario, i);

      for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
        {
          g_autoptr (Fixture) fixture = play (scenario, mode, NULL);
          g_autoptr (GPtrArray) ended = NULL;

          g_test_message ("%s, mode %d", scenario->name, mode);
          if (gets_stale (scenario))
            {
              g_autoptr (GPtrArray) running = NULL;

              fixture_advance (fixture, get_end (scenario->events) + FIXTURE_STALE_US - 1);
              running = fixture_get_calls (fixture);
              g_assert_cmpint (((CsCall *) g_ptr_array_index (running, 0))->outcome, ==, CS_OUTCOME_TALKING);
            }
          finish (scenario, fixture, get_end (scenario->events));

          ended = fixture_get_calls (fixture);
          g_assert_cmpuint (ended->len, ==, json_array_get_length (scenario->calls));
          for (guint j = 0; j < ended->len; j++)
            check_call (json_array_get_object_element (scenario->calls, j), g_ptr_array_index (ended, j));
        }
    }
}

/* Excluded is one order alone: a dtmf push before the newCall of its leg. The key was asked for by the answer to that
 * newCall, so sipgate cannot send the one before the other was received. All other pushes are sent without waiting:
 * even an answer may overtake its newCall (protocol/sipgate.md §5, rule 7), and so may the leg that follows. */
static gboolean
is_possible (const Scenario *scenario,
             const guint    *order)
{
  for (guint i = 0; i < scenario->events->len; i++)
    {
      FixtureEvent *later = g_ptr_array_index (scenario->events, order[i]);

      for (guint j = 0; j < i; j++)
        {
          FixtureEvent *earlier = g_ptr_array_index (scenario->events, order[j]);

          if (earlier->event->kind == CS_CALL_EVENT_DTMF && later->event->kind == CS_CALL_EVENT_NEW_CALL
              && g_str_equal (earlier->event->leg_id, later->event->leg_id))
            return FALSE;
        }
    }
  return TRUE;
}

static char *
describe_who (const CsCall *call)
{
  g_autofree char *result = fixture_describe_result (call);

  return g_strdup_printf ("%s by=%s", result, call->answered_by != NULL ? call->answered_by : "-");
}

static void
check_order (const Scenario *scenario,
             const guint    *order,
             char *(*describe) (const CsCall *))
{
  g_autoptr (Fixture) original = play (scenario, FIXTURE_ONE_TRANSACTION, NULL);
  g_autofree char *expected = NULL;

  if (!is_possible (scenario, order))
    return;

  finish (scenario, original, get_end (scenario->events));
  expected = fixture_describe_all (original, describe);
  for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
    {
      g_autoptr (Fixture) fixture = play (scenario, mode, order);
      g_autofree char *result = NULL;

      finish (scenario, fixture, get_end (scenario->events));
      result = fixture_describe_all (fixture, describe);
      if (!g_str_equal (result, expected))
        {
          for (guint i = 0; i < scenario->events->len; i++)
            g_test_message ("event %u", order[i]);
        }
      g_assert_cmpstr (result, ==, expected);
    }
}

static void
test_scenarios_swapped (void)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const Scenario *scenario = &g_array_index (scenarios, Scenario, i);

      g_test_message ("%s", scenario->name);
      for (guint swapped = 0; swapped + 1 < scenario->events->len; swapped++)
        {
          guint order[16];

          for (guint j = 0; j < scenario->events->len; j++)
            order[j] = j == swapped ? j + 1 : j == swapped + 1 ? j - 1 : j;
          check_order (scenario, order, describe_who);
        }
    }
}

static void
permute (const Scenario *scenario,
         guint          *order,
         guint           n_fixed)
{
  if (n_fixed == scenario->events->len)
    {
      /* Of two persons the first to answer is named, so who that is can't outlive every order. */
      JsonObject *call = json_array_get_object_element (scenario->calls, 0);
      gboolean is_transferred = json_object_has_member (call, "transferred_to");

      check_order (scenario, order, is_transferred ? fixture_describe_result : describe_who);
      return;
    }

  for (guint i = n_fixed; i < scenario->events->len; i++)
    {
      guint other = order[i];

      order[i] = order[n_fixed];
      order[n_fixed] = other;
      permute (scenario, order, n_fixed + 1);
      order[n_fixed] = order[i];
      order[i] = other;
    }
}

static void
test_scenarios_in_every_order (void)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const Scenario *scenario = &g_array_index (scenarios, Scenario, i);
      guint order[MOST_PERMUTED] = { 0, 1, 2, 3, 4, 5 };

      g_test_message ("%s", scenario->name);
      g_assert_cmpuint (scenario->events->len, <=, MOST_PERMUTED);
      permute (scenario, order, 0);
    }
}

static void
test_scenarios_doubled (void)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const Scenario *scenario = &g_array_index (scenarios, Scenario, i);

      g_test_message ("%s", scenario->name);
      for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
        {
          g_autoptr (Fixture) fixture = fixture_new (mode);
          g_autoptr (Fixture) original = play (scenario, mode, NULL);
          g_autofree char *expected = NULL, *result = NULL;

          for (guint j = 0; j < scenario->events->len; j++)
            {
              FixtureEvent *event = g_ptr_array_index (scenario->events, j);
              g_autofree char *once = NULL, *twice = NULL;

              fixture_apply (fixture, event->event, event->at_us);
              once = fixture_describe_all (fixture, fixture_describe);
              g_assert_true (fixture_apply (fixture, event->event, event->at_us + 1000)
                             == (event->event->kind == CS_CALL_EVENT_DTMF));
              twice = fixture_describe_all (fixture, fixture_describe);
              g_assert_cmpstr (twice, ==, once);
            }

          finish (scenario, fixture, get_end (scenario->events));
          finish (scenario, original, get_end (scenario->events));
          result = fixture_describe_all (fixture, fixture_describe);
          expected = fixture_describe_all (original, fixture_describe);
          g_assert_cmpstr (result, ==, expected);
        }
    }
}

/* A signature has no time in it: whoever kept the requests can send them again. */
static void
test_scenarios_replayed (void)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const Scenario *scenario = &g_array_index (scenarios, Scenario, i);

      g_test_message ("%s", scenario->name);
      for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
        {
          g_autoptr (Fixture) fixture = play (scenario, mode, NULL);
          g_autofree char *before = NULL;

          finish (scenario, fixture, get_end (scenario->events));
          before = fixture_describe_all (fixture, fixture_describe);
          for (guint j = 0; j < scenario->events->len; j++)
            {
              FixtureEvent *event = g_ptr_array_index (scenario->events, j);
              gboolean is_step = event->event->kind == CS_CALL_EVENT_DTMF;
              g_autofree char *after = NULL;

              g_assert_true (fixture_apply (fixture, event->event, YEAR_US + event->at_us) == is_step);
              after = fixture_describe_all (fixture, fixture_describe);
              g_assert_cmpstr (after, ==, before);
            }
        }
    }
}

static void
test_scenarios_restarted (void)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      const Scenario *scenario = &g_array_index (scenarios, Scenario, i);
      g_autoptr (Fixture) original = play (scenario, FIXTURE_ONE_TRANSACTION, NULL);
      g_autofree char *expected = NULL;

      g_test_message ("%s", scenario->name);
      finish (scenario, original, get_end (scenario->events));
      expected = fixture_describe_all (original, fixture_describe);

      for (guint n_before = 1; n_before < scenario->events->len; n_before++)
        {
          g_autoptr (Fixture) fixture = fixture_new (FIXTURE_ONE_TRANSACTION);
          g_autofree char *result = NULL;

          for (guint j = 0; j < scenario->events->len; j++)
            {
              FixtureEvent *event = g_ptr_array_index (scenario->events, j);

              if (j == n_before)
                {
                  fixture_restart (fixture);
                  fixture_advance (fixture, event->at_us);
                }
              fixture_apply (fixture, event->event, event->at_us);
            }
          finish (scenario, fixture, get_end (scenario->events));
          result = fixture_describe_all (fixture, fixture_describe);
          g_assert_cmpstr (result, ==, expected);
        }
    }
}

/* Two fresh calls are two, whatever else they share: each says so by naming itself. */
static void
test_fresh_calls_of_one_xcid (void)
{
  static const char *const bodies[] = {
    "event=newCall&direction=in&from=492111234567&to=4915791234567&callId=1&origCallId=1&user%5B%5D=Alice&xcid=5aada",
    "event=newCall&direction=in&from=492119999999&to=4915791234567&callId=2&origCallId=2&user%5B%5D=Alice&xcid=5aada",
  };
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_COMMIT_EACH);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (bodies[i], strlen (bodies[i]));
      g_autoptr (CsCallEvent) event = cs_sipgate_event_parse (bytes, NULL);

      g_assert_nonnull (event);
      g_assert_true (fixture_apply (fixture, event, i));
    }
  fixture_check (fixture);
  g_assert_cmpuint (g_hash_table_size (fixture->calls), ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  load_scenarios ();

  g_test_add_func ("/ledger/scenarios/as-pushed", test_scenarios_as_pushed);
  g_test_add_func ("/ledger/scenarios/neighbours-swapped", test_scenarios_swapped);
  g_test_add_func ("/ledger/scenarios/in-every-order", test_scenarios_in_every_order);
  g_test_add_func ("/ledger/scenarios/every-event-doubled", test_scenarios_doubled);
  g_test_add_func ("/ledger/scenarios/replayed-a-year-later", test_scenarios_replayed);
  g_test_add_func ("/ledger/scenarios/restarted-in-the-middle", test_scenarios_restarted);
  g_test_add_func ("/ledger/sipgate/fresh-calls-of-one-xcid", test_fresh_calls_of_one_xcid);

  status = g_test_run ();
  g_array_unref (scenarios);
  json_node_unref (root);
  return status;
}
