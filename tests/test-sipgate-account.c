/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "config.h"

#include "sipgate-account-fixture.h"

#define NEW_CALL(id) "event=newCall&direction=in&from=4930123456&to=4921112345678&callId=" id "&user%5B%5D=Alice&userId%5B%5D=w0"
#define ANSWER(id) "event=answer&direction=in&from=4930123456&to=4921112345678&callId=" id "&user=Alice&userId=w0"
#define HANGUP(id, cause) "event=hangup&direction=in&from=4930123456&to=4921112345678&callId=" id "&cause=" cause

static const char outcomes[] = "SELECT leg.id, outcome, talk_us / 1000000, answered_by, (%" G_GINT64_FORMAT " - seen_us) / 1000000"
                               " FROM call JOIN leg ON leg.call = call.id ORDER BY leg.id";

static void
assert_calls (Lab        *lab,
              const char *expected)
{
  g_autofree char *query = g_strdup_printf (outcomes, lab->now_us);
  g_autofree char *found = lab_query (lab, query);

  g_assert_cmpstr (found, ==, expected);
}

static void
assert_number (Lab        *lab,
               const char *query,
               gint64      expected)
{
  g_assert_cmpint (store_sql_number (lab->dir, query), ==, expected);
}

static void
test_unseen_calls_are_added (Lab           *lab,
                             gconstpointer  data)
{
  lab_add_item (lab, "a", 5000, 42, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_add_item (lab, "b", 4000, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", "");
  lab_add_item (lab, "c", 3000, 0, "MISSED_OUTGOING", "NOPICKUP", "MISSED", "");
  lab_add_item (lab, "d", 3 * 86400, 0, "INCOMING", "PICKUP", "VOICEMAIL_NO_MESSAGE", "");
  lab_add_item (lab, "old", 9 * 86400, 42, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_configure (lab);

  assert_calls (lab, "a|2|42|w0|5000\nb|10|NULL|NULL|4000\nc|11|NULL|NULL|3000\nd|4|NULL|NULL|259200");
  g_assert_null (cs_sipgate_account_get_state (lab->account)->error);
  g_assert_cmpuint (cs_sipgate_account_get_state (lab->account)->n_filled, ==, 4);
  /* Somebody talked with that number since: nobody has to be called back. */
  assert_number (lab, "SELECT count(*) FROM call WHERE callback = 1", 1);
  assert_number (lab, "SELECT sum(n) FROM call_bucket", 4);

  /* The same once more changes nothing, not even the journal. */
  cs_sipgate_account_fill (lab->account);
  lab_settle (lab);
  g_assert_cmpuint (cs_sipgate_account_get_state (lab->account)->n_filled, ==, 4);
  assert_number (lab, "SELECT count(*) FROM event", 4);
}

/* Of a call whose pushes got lost in part, the history tells the rest. */
static void
test_lost_pushes_are_joined (Lab           *lab,
                             gconstpointer  data)
{
  lab_push (lab, 1000, NEW_CALL ("no-end"));
  lab_push (lab, 990, ANSWER ("no-end"));
  lab_push (lab, 900, HANGUP ("end-only", "normalClearing"));
  lab_push (lab, 800, NEW_CALL ("no-answer"));
  lab_push (lab, 700, HANGUP ("no-answer", "normalClearing"));
  lab_push (lab, 600, NEW_CALL ("start-only"));
  lab_add_item (lab, "no-end", 1001, 30, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_add_item (lab, "end-only", 950, 20, "INCOMING", "PICKUP", "SUCCESS", "w1");
  lab_add_item (lab, "no-answer", 800, 60, "INCOMING", "PICKUP", "SUCCESS", "w2");
  lab_add_item (lab, "start-only", 601, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", "");
  lab_configure (lab);

  assert_calls (lab, "end-only|2|20|w1|950\nno-answer|2|60|w2|800\nno-end|2|30|w0|1001\nstart-only|10|NULL|NULL|601");
  assert_number (lab, "SELECT wait_us / 1000000 FROM call JOIN leg ON leg.call = call.id WHERE leg.id = 'no-answer'", 40);
  assert_number (lab, "SELECT wait_us / 1000000 FROM call JOIN leg ON leg.call = call.id WHERE leg.id = 'no-end'", 10);
  assert_number (lab, "SELECT (call.ended_us - call.answered_us) / 1000000 FROM call JOIN leg ON leg.call = call.id"
                      " WHERE leg.id = 'no-end'", 30);
  assert_number (lab, "SELECT count(*) FROM call WHERE state > 0", 0);
  assert_number (lab, "SELECT count(*) FROM call", 4);
}

/* Pushes before or after the entry: the same call, counted once. */
static void
test_order_makes_no_difference (Lab           *lab,
                                gconstpointer  data)
{
  lab_push (lab, 500, NEW_CALL ("a"));
  lab_push (lab, 490, ANSWER ("a"));
  lab_push (lab, 450, HANGUP ("a", "normalClearing"));
  lab_add_item (lab, "a", 500, 41, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_add_item (lab, "b", 400, 41, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_configure (lab);
  lab_push (lab, 400, NEW_CALL ("b"));
  lab_push (lab, 390, ANSWER ("b"));
  lab_push (lab, 350, HANGUP ("b", "normalClearing"));

  assert_calls (lab, "a|2|41|w0|500\nb|2|41|w0|400");
  assert_number (lab, "SELECT count(*) FROM call WHERE wait_us = 10000000 AND from_number = '4930123456'", 2);
  assert_number (lab, "SELECT sum(n) FROM call_bucket WHERE talk_us >= 41000000", 2);
  cs_sipgate_account_fill (lab->account);
  lab_settle (lab);
  assert_number (lab, "SELECT count(*) FROM event", 8);
}

/* The words of the pushes are finer than those of the history. */
static void
test_pushes_keep_their_outcome (Lab           *lab,
                                gconstpointer  data)
{
  lab_push (lab, 500, NEW_CALL ("a"));
  lab_push (lab, 490, HANGUP ("a", "noAnswer"));
  lab_push (lab, 400, NEW_CALL ("b"));
  lab_push (lab, 390, ANSWER ("b"));
  lab_push (lab, 300, HANGUP ("b", "normalClearing"));
  lab_add_item (lab, "a", 500, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", "");
  lab_add_item (lab, "b", 400, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", "");
  lab_configure (lab);

  assert_calls (lab, "a|7|NULL|NULL|500\nb|2|90|w0|400");
}

static void
test_pages (Lab           *lab,
            gconstpointer  data)
{
  for (int i = 0; i < 40; i++)
    {
      g_autofree char *id = g_strdup_printf ("call-%02d", i);

      lab_add_item (lab, id, 1000 + i, 5, "INCOMING", "PICKUP", "SUCCESS", "w0");
    }
  lab_configure (lab);
  assert_number (lab, "SELECT count(*) FROM call", 40);
  g_assert_cmpuint (fake_sipgate_count_requests (lab->fake, "GET /history"), ==, 14);
}

/* A server that never comes to an end is left at some time. */
static void
test_endless_history (Lab           *lab,
                      gconstpointer  data)
{
  FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_ENDLESS };

  lab_add_item (lab, "a", 100, 5, "INCOMING", "PICKUP", "SUCCESS", "w0");
  fake_sipgate_set_behaviour (lab->fake, &behaviour);
  lab_configure (lab);
  assert_number (lab, "SELECT count(*) FROM call", 1);
  g_assert_cmpuint (fake_sipgate_count_requests (lab->fake, "GET /history"), ==, 100);
}

/* What fails is said, leaves what was there, and is tried again. */
static void
test_failure_and_recovery (Lab           *lab,
                           gconstpointer  data)
{
  FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_STATUS, .path = "GET /history", .status = 403 }, fine = { 0 };

  lab_close (lab);
  lab_open (lab, 0.002);
  lab_push (lab, 500, NEW_CALL ("a"));
  lab_add_item (lab, "b", 100, 5, "INCOMING", "PICKUP", "SUCCESS", "w0");
  fake_sipgate_set_behaviour (lab->fake, &behaviour);
  lab_configure (lab);
  g_assert_nonnull (strstr (cs_sipgate_account_get_state (lab->account)->error, "history:read"));
  assert_number (lab, "SELECT count(*) FROM call", 1);

  fake_sipgate_set_behaviour (lab->fake, &fine);
  while (cs_sipgate_account_get_state (lab->account)->good_us == CS_UNKNOWN)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (cs_sipgate_account_get_state (lab->account)->error);
  assert_number (lab, "SELECT count(*) FROM call", 2);
}

/* After the end of the program only the gap is asked for, a little more than that. */
static void
test_restart_fills_the_gap (Lab           *lab,
                            gconstpointer  data)
{
  static const char form[] = "GET /history?types=CALL&types=VOICEMAIL&from=%Y-%m-%dT%H%%3A%M%%3A%SZ";
  g_autoptr (GDateTime) since = g_date_time_new_from_unix_utc (lab->now_us / G_USEC_PER_SEC - 3600);
  g_autoptr (GDateTime) later = g_date_time_add_seconds (since, 60);
  g_autofree char *earliest = g_date_time_format (since, form), *latest = g_date_time_format (later, form), *request = NULL;

  lab_configure (lab);
  lab_push (lab, 200, NEW_CALL ("a"));
  lab_close (lab);
  lab_add_item (lab, "a", 200, 77, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_add_item (lab, "b", 100, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", "");
  lab_open (lab, 1.0);
  lab_configure (lab);

  assert_calls (lab, "a|2|77|w0|200\nb|10|NULL|NULL|100");
  request = fake_sipgate_dup_last_request (lab->fake, "GET /history");
  g_assert_cmpstr (request, >=, earliest);
  g_assert_cmpstr (request, <, latest);
}

static void
test_running_calls_are_left_alone (Lab           *lab,
                                   gconstpointer  data)
{
  lab_push (lab, 1500, NEW_CALL ("talking"));
  lab_push (lab, 1490, ANSWER ("talking"));
  lab_push (lab, 5, NEW_CALL ("ringing"));
  lab_add_item (lab, "talking", 1500, 0, "INCOMING", "PICKUP", "SUCCESS", "w0");
  lab_add_item (lab, "ringing", 5, 0, "MISSED_INCOMING", "NOPICKUP", "MISSED", "");
  fake_sipgate_set_running (lab->fake, "talking");
  lab_configure (lab);
  assert_calls (lab, "ringing|0|NULL|NULL|5\ntalking|1|NULL|w0|1500");
}

/* Of calls that nothing was heard of for long, those that sipgate doesn't know either are over. */
static void
test_stuck_calls_are_reaped (Lab           *lab,
                             gconstpointer  data)
{
  lab_push (lab, 1500, NEW_CALL ("gone"));
  lab_push (lab, 1400, NEW_CALL ("answered"));
  lab_push (lab, 1390, ANSWER ("answered"));
  lab_push (lab, 1300, NEW_CALL ("alive"));
  lab_push (lab, 1290, ANSWER ("alive"));
  lab_push (lab, 60, NEW_CALL ("fresh"));
  fake_sipgate_set_running (lab->fake, "alive");
  lab_configure (lab);
  assert_calls (lab, "alive|1|NULL|w0|1300\nanswered|2|NULL|w0|1400\nfresh|0|NULL|NULL|60\ngone|14|NULL|NULL|1500");

  /* The hangup comes after all. */
  lab_push (lab, 1, HANGUP ("gone", "cancel"));
  assert_number (lab, "SELECT outcome FROM call JOIN leg ON leg.call = call.id WHERE leg.id = 'gone'", CS_OUTCOME_MISSED);
}

/* Where sipgate doesn't say which calls run none is ended. */
static void
test_nothing_is_reaped_blindly (Lab           *lab,
                                gconstpointer  data)
{
  FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_STATUS, .path = "GET /calls", .status = 403 };

  fake_sipgate_set_behaviour (lab->fake, &behaviour);
  lab_push (lab, 1500, NEW_CALL ("a"));
  lab_configure (lab);
  assert_number (lab, "SELECT count(*) FROM call WHERE state > 0", 1);
  g_assert_null (cs_sipgate_account_get_state (lab->account)->error);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static char *
wait_for_result (GAsyncResult **result)
{
  g_autoptr (GAsyncResult) got = NULL;
  g_autoptr (GError) error = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  got = g_steal_pointer (result);
  g_task_propagate_boolean (G_TASK (got), &error);
  return error != NULL ? g_strdup (error->message) : NULL;
}

static char *
register_now (Lab *lab)
{
  GAsyncResult *result = NULL;

  cs_sipgate_account_register_async (lab->account, NULL, on_result, &result);
  return wait_for_result (&result);
}

static char *
restore_now (Lab *lab)
{
  GAsyncResult *result = NULL;

  cs_sipgate_account_restore_async (lab->account, NULL, on_result, &result);
  return wait_for_result (&result);
}

static void
assert_settings (Lab        *lab,
                 const char *incoming,
                 const char *outgoing)
{
  g_autofree char *text = fake_sipgate_dup_settings (lab->fake);
  g_autofree char *in = g_strdup_printf ("\"incomingUrl\":\"%s\"", incoming);
  g_autofree char *out = g_strdup_printf ("\"outgoingUrl\":\"%s\"", outgoing);

  g_assert_nonnull (strstr (text, in));
  g_assert_nonnull (strstr (text, out));
  /* All else is as it was. */
  g_assert_nonnull (strstr (text, "\"whitelist\":[\"w0\",\"w3\"]"));
  g_assert_nonnull (strstr (text, "\"log\":true"));
  g_assert_nonnull (strstr (text, "\"future\":{\"x\":[1,null]}"));
}

#define OTHERS(in, out) "{\"incomingUrl\":\"" in "\",\"outgoingUrl\":\"" out "\",\"log\":true,\"whitelist\":[\"w0\",\"w3\"]," \
                        "\"future\":{\"x\":[1,null]}}"

static void
test_register_and_restore (Lab           *lab,
                           gconstpointer  data)
{
  const CsSipgateState *state = cs_sipgate_account_get_state (lab->account);
  g_autofree char *failure = NULL, *again = NULL;

  fake_sipgate_set_settings (lab->fake, OTHERS ("https://old.example/in", ""));
  cs_sipgate_account_set_url (lab->account, HERE);
  lab_configure (lab);
  cs_sipgate_account_set_url (lab->account, HERE);
  lab_settle (lab);
  g_assert_cmpuint (fake_sipgate_count_requests (lab->fake, "PUT "), ==, 0);

  g_assert_null (register_now (lab));
  assert_settings (lab, HERE, HERE);
  g_assert_cmpint (state->url_state, ==, CS_SIPGATE_URL_OURS);
  g_assert_true (state->can_restore);
  /* It is so already. */
  g_assert_null (register_now (lab));
  g_assert_cmpuint (fake_sipgate_count_requests (lab->fake, "PUT "), ==, 1);

  /* What was there before is remembered longer than the program runs. */
  lab_close (lab);
  lab_open (lab, 1.0);
  cs_sipgate_account_set_url (lab->account, HERE);
  lab_configure (lab);
  state = cs_sipgate_account_get_state (lab->account);
  g_assert_null (restore_now (lab));
  assert_settings (lab, "https://old.example/in", "");
  g_assert_cmpint (state->url_state, ==, CS_SIPGATE_URL_OTHER);
  g_assert_false (state->can_restore);
  failure = restore_now (lab);
  g_assert_nonnull (failure);
}

/* Somebody else changes an address between: it is remembered, and never overwritten by a restoration. */
static void
test_concurrent_changes (Lab           *lab,
                         gconstpointer  data)
{
  g_autofree char *failure = NULL;

  fake_sipgate_set_settings (lab->fake, OTHERS ("https://first.example", "https://first.example"));
  lab_configure (lab);
  cs_sipgate_account_set_url (lab->account, HERE);
  lab_settle (lab);
  g_assert_null (register_now (lab));
  fake_sipgate_set_settings (lab->fake, OTHERS (HERE, "https://second.example"));
  g_assert_null (register_now (lab));
  assert_settings (lab, HERE, HERE);
  g_assert_null (restore_now (lab));
  assert_settings (lab, "https://first.example", "https://second.example");

  g_assert_null (register_now (lab));
  fake_sipgate_set_settings (lab->fake, OTHERS ("https://third.example", "https://third.example"));
  failure = restore_now (lab);
  g_assert_nonnull (strstr (failure, "somebody else"));
  assert_settings (lab, "https://third.example", "https://third.example");
}

static void
test_registration_that_is_not_taken (Lab           *lab,
                                     gconstpointer  data)
{
  static const struct
  {
    FakeSipgateBehaviour behaviour;
    const char *says;
  } cases[] = {
    { { .mode = FAKE_SIPGATE_STATUS, .path = "GET /settings", .status = 403 }, "feature store" },
    { { .mode = FAKE_SIPGATE_STATUS, .path = "PUT /settings", .status = 403 }, "feature store" },
    { { .mode = FAKE_SIPGATE_BODY, .path = "PUT /settings", .body = "<html>" }, "another one" },
    { { .mode = FAKE_SIPGATE_IGNORE_PUT }, "another one" },
    { { .mode = FAKE_SIPGATE_REDIRECT, .path = "PUT /settings", .status = 307 }, "points to another address" },
  };

  fake_sipgate_set_settings (lab->fake, OTHERS ("https://old.example", ""));
  lab_configure (lab);
  cs_sipgate_account_set_url (lab->account, HERE);
  lab_settle (lab);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *failure = NULL;

      fake_sipgate_set_behaviour (lab->fake, &cases[i].behaviour);
      failure = register_now (lab);
      g_assert_nonnull (failure);
      g_assert_nonnull (strstr (failure, cases[i].says));
      g_assert_cmpstr (cs_sipgate_account_get_state (lab->account)->url_error, ==, failure);
      assert_settings (lab, "https://old.example", "");
    }
}

/* With the built-in tunnel a changed address is set by itself; a lost one never. */
static void
test_tunnel_registers_by_itself (Lab           *lab,
                                 gconstpointer  data)
{
  const CsSipgateState *state = cs_sipgate_account_get_state (lab->account);
  const char *moved = "https://moved.example/webhook/sipgate/token-0123456789abcdef";

  fake_sipgate_set_settings (lab->fake, OTHERS ("https://old.example", "https://old.example"));
  lab->config->tunnel_mode = CS_TUNNEL_SSH;
  lab->config->sipgate_register_url = TRUE;
  lab_configure (lab);
  cs_sipgate_account_set_url (lab->account, NULL);
  cs_sipgate_account_set_url (lab->account, "");
  lab_settle (lab);
  g_assert_cmpuint (fake_sipgate_count_requests (lab->fake, "PUT "), ==, 0);

  cs_sipgate_account_set_url (lab->account, HERE);
  lab_settle (lab);
  assert_settings (lab, HERE, HERE);
  cs_sipgate_account_set_url (lab->account, NULL);
  lab_settle (lab);
  assert_settings (lab, HERE, HERE);
  cs_sipgate_account_set_url (lab->account, moved);
  lab_settle (lab);
  assert_settings (lab, moved, moved);
  g_assert_cmpint (state->url_state, ==, CS_SIPGATE_URL_OURS);

  /* The first address of all is what is restored, and it stays so. */
  g_assert_null (restore_now (lab));
  assert_settings (lab, "https://old.example", "https://old.example");
  cs_sipgate_account_set_url (lab->account, moved);
  lab_settle (lab);
  assert_settings (lab, "https://old.example", "https://old.example");

  lab->config->sipgate_register_url = FALSE;
  lab_configure (lab);
  cs_sipgate_account_set_url (lab->account, HERE);
  lab_settle (lab);
  assert_settings (lab, "https://old.example", "https://old.example");
}

static char *
call_now (Lab        *lab,
          const char *number,
          GError    **error)
{
  GAsyncResult *result = NULL;
  g_autoptr (GAsyncResult) got = NULL;

  cs_sipgate_account_call_async (lab->account, number, NULL, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  got = result;
  if (!cs_sipgate_account_finish (got, error))
    return NULL;
  return fake_sipgate_dup_last_request (lab->fake, "POST /sessions/calls");
}

static void
test_calls (Lab           *lab,
            gconstpointer  data)
{
  static const struct
  {
    const char *caller, *number, *request;
  } cases[] = {
    { "", "4930123456", "{\"caller\":\"w0\",\"callee\":\"+4930123456\"}" },
    { "", "+49 30 123-456", "{\"caller\":\"w0\",\"callee\":\"+4930123456\"}" },
    { "p3", "030123456", "{\"caller\":\"p3\",\"callee\":\"030123456\"}" },
    { "+4921155555", "4930123456", "{\"caller\":\"+4921155555\",\"callee\":\"+4930123456\",\"deviceId\":\"w0\"}" },
  };
  static const char *const wrong[] = { "", "anonymous", "12", "+", "sip:a@b", "49\"30", "123456789012345678901", "tel:49301234" };
  g_autoptr (GError) error = NULL;

  g_assert_null (call_now (lab, "4930123456", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  lab_configure (lab);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request = NULL, *expected = g_strdup_printf ("POST /sessions/calls %s", cases[i].request);
      g_autoptr (GError) local = NULL;

      g_free (lab->config->sipgate_caller);
      lab->config->sipgate_caller = g_strdup (cases[i].caller);
      lab_configure (lab);
      request = call_now (lab, cases[i].number, &local);
      g_assert_no_error (local);
      g_assert_cmpstr (request, ==, expected);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) local = NULL;

      g_assert_null (call_now (lab, wrong[i], &local));
      g_assert_error (local, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

/* The account changes, or the program ends, while sipgate still thinks. */
static void
test_end_in_the_middle (Lab           *lab,
                        gconstpointer  data)
{
  static const char *const paths[] = { "GET /calls", "GET /history", "GET /settings" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_HANG, .path = paths[i] };
      guint n_before = fake_sipgate_count_requests (lab->fake, paths[i]);

      fake_sipgate_set_behaviour (lab->fake, &behaviour);
      cs_sipgate_account_set_url (lab->account, i % 2 ? HERE : NULL);
      cs_sipgate_account_configure (lab->account, lab->config);
      cs_sipgate_account_set_url (lab->account, i % 2 ? NULL : HERE);
      while (fake_sipgate_count_requests (lab->fake, paths[i]) == n_before)
        g_main_context_iteration (NULL, FALSE);
      g_free (lab->config->sipgate_token);
      lab->config->sipgate_token = g_strdup ("");
      cs_sipgate_account_configure (lab->account, lab->config);
      g_assert_cmpint (cs_sipgate_account_get_state (lab->account)->activity, ==, CS_SIPGATE_OFF);
      g_free (lab->config->sipgate_token);
      lab->config->sipgate_token = g_strdup (FAKE_SIPGATE_TOKEN);
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Lab *, gconstpointer);
  } tests[] = {
    { "/sipgate/account/unseen-calls-are-added", test_unseen_calls_are_added },
    { "/sipgate/account/lost-pushes-are-joined", test_lost_pushes_are_joined },
    { "/sipgate/account/order-makes-no-difference", test_order_makes_no_difference },
    { "/sipgate/account/pushes-keep-their-outcome", test_pushes_keep_their_outcome },
    { "/sipgate/account/pages", test_pages },
    { "/sipgate/account/endless-history-ends", test_endless_history },
    { "/sipgate/account/failure-and-recovery", test_failure_and_recovery },
    { "/sipgate/account/restart-fills-the-gap", test_restart_fills_the_gap },
    { "/sipgate/account/running-calls-are-left-alone", test_running_calls_are_left_alone },
    { "/sipgate/account/stuck-calls-are-reaped", test_stuck_calls_are_reaped },
    { "/sipgate/account/nothing-is-reaped-blindly", test_nothing_is_reaped_blindly },
    { "/sipgate/account/register-and-restore", test_register_and_restore },
    { "/sipgate/account/concurrent-changes", test_concurrent_changes },
    { "/sipgate/account/registration-that-is-not-taken", test_registration_that_is_not_taken },
    { "/sipgate/account/tunnel-registers-by-itself", test_tunnel_registers_by_itself },
    { "/sipgate/account/calls", test_calls },
    { "/sipgate/account/end-in-the-middle", test_end_in_the_middle },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Lab, NULL, lab_set_up, tests[i].test, lab_tear_down);
  return g_test_run ();
}
