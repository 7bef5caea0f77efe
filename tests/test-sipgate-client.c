/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-sipgate.h"
#include "sipgate/cs-sipgate-client.h"

#include "calls/cs-leg.h"

#include <string.h>

/* An answer that is waited for. */
typedef struct {
  GAsyncResult *result; /* (owned) (nullable) */
} Wait;

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  ((Wait *) data)->result = g_object_ref (result);
}

static void
wait_for (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static CsSipgateClient *
client_new (FakeSipgate *fake,
            const char  *token)
{
  CsSipgateLimits limits;
  g_autoptr (GError) error = NULL;
  CsSipgateClient *client;

  cs_sipgate_limits_init (&limits);
  limits.deadline_ms = 1500;
  limits.page_items = 3;
  client = cs_sipgate_client_new (fake_sipgate_get_url (fake), FAKE_SIPGATE_TOKEN_ID, token, &limits, &error);
  g_assert_no_error (error);
  return client;
}

/* Asks one of the questions, and drops what comes but for the error. */
static GError *
ask (CsSipgateClient *client,
     CsSipgateAsk     what)
{
  g_autoptr (CsSipgateHistoryPage) page = NULL;
  g_autoptr (CsSipgateSettings) settings = NULL;
  g_autoptr (GHashTable) calls = NULL;
  Wait wait = { NULL };
  GError *error = NULL;
  gint64 now_us = g_get_real_time ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("{\"incomingUrl\":\"\",\"outgoingUrl\":\"\"}", 35);

  switch (what)
    {
    case CS_SIPGATE_ASK_USER:
      cs_sipgate_client_ask_user_async (client, NULL, on_answer, &wait);
      wait_for (&wait);
      g_free (cs_sipgate_client_ask_user_finish (client, wait.result, &error));
      break;
    case CS_SIPGATE_ASK_HISTORY:
      cs_sipgate_client_fetch_history_async (client, now_us - G_TIME_SPAN_DAY, now_us, 0, NULL, on_answer, &wait);
      wait_for (&wait);
      page = cs_sipgate_client_fetch_history_finish (client, wait.result, &error);
      break;
    case CS_SIPGATE_ASK_SETTINGS:
      cs_sipgate_client_get_settings_async (client, NULL, on_answer, &wait);
      wait_for (&wait);
      settings = cs_sipgate_client_get_settings_finish (client, wait.result, &error);
      break;
    case CS_SIPGATE_ASK_CHANGE:
      cs_sipgate_client_put_settings_async (client, bytes, NULL, on_answer, &wait);
      wait_for (&wait);
      cs_sipgate_client_put_settings_finish (client, wait.result, &error);
      break;
    case CS_SIPGATE_ASK_CALLS:
      cs_sipgate_client_list_calls_async (client, NULL, on_answer, &wait);
      wait_for (&wait);
      calls = cs_sipgate_client_list_calls_finish (client, wait.result, &error);
      break;
    case CS_SIPGATE_ASK_CALL:
      cs_sipgate_client_start_call_async (client, "w0", NULL, "+4930123456", NULL, on_answer, &wait);
      wait_for (&wait);
      cs_sipgate_client_start_call_finish (client, wait.result, &error);
      break;
    }
  g_object_unref (wait.result);
  return error;
}

/* A sentence that tells the user something, and nobody anything secret. */
static void
assert_sentence (const GError *error)
{
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_null (strstr (error->message, FAKE_SIPGATE_TOKEN));
  g_assert_null (strstr (error->message, "html"));
}

static void
test_well (void)
{
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  CsSipgateClient *client = client_new (fake, FAKE_SIPGATE_TOKEN);
  g_autofree char *call = NULL;

  for (CsSipgateAsk what = CS_SIPGATE_ASK_USER; what <= CS_SIPGATE_ASK_CALL; what++)
    {
      g_autoptr (GError) error = ask (client, what);
      g_assert_no_error (error);
    }
  call = fake_sipgate_dup_last_request (fake, "POST /sessions/calls");
  g_assert_cmpstr (call, ==, "POST /sessions/calls {\"caller\":\"w0\",\"callee\":\"+4930123456\"}");
  g_assert_cmpuint (fake_sipgate_get_n_refused (fake), ==, 0);
  g_assert_finalize_object (client);
}

static void
test_refusals (void)
{
  static const struct
  {
    guint status;
    CsSipgateAsk ask;
    CsSipgateClientError code;
    const char *remedy;
  } cases[] = {
    { 401, CS_SIPGATE_ASK_USER, CS_SIPGATE_CLIENT_ERROR_TOKEN, "personal access token" },
    { 403, CS_SIPGATE_ASK_SETTINGS, CS_SIPGATE_CLIENT_ERROR_NOT_BOOKED, "feature store" },
    { 403, CS_SIPGATE_ASK_CHANGE, CS_SIPGATE_CLIENT_ERROR_NOT_BOOKED, "settings:sipgateio:write" },
    { 403, CS_SIPGATE_ASK_HISTORY, CS_SIPGATE_CLIENT_ERROR_SCOPE, "history:read" },
    { 403, CS_SIPGATE_ASK_CALLS, CS_SIPGATE_CLIENT_ERROR_SCOPE, "rtcm:read" },
    { 403, CS_SIPGATE_ASK_CALL, CS_SIPGATE_CLIENT_ERROR_SCOPE, "sessions:calls:write" },
    { 404, CS_SIPGATE_ASK_HISTORY, CS_SIPGATE_CLIENT_ERROR_ADDRESS, "address" },
    { 400, CS_SIPGATE_ASK_CALL, CS_SIPGATE_CLIENT_ERROR_CALL, "number" },
    { 429, CS_SIPGATE_ASK_HISTORY, CS_SIPGATE_CLIENT_ERROR_RATE, "later" },
    { 500, CS_SIPGATE_ASK_USER, CS_SIPGATE_CLIENT_ERROR_SERVER, "later" },
    { 503, CS_SIPGATE_ASK_SETTINGS, CS_SIPGATE_CLIENT_ERROR_SERVER, "later" },
  };
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, FAKE_SIPGATE_TOKEN);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_STATUS, .status = cases[i].status };
      g_autoptr (GError) error = NULL;

      fake_sipgate_set_behaviour (fake, &behaviour);
      error = ask (client, cases[i].ask);
      g_assert_error (error, CS_SIPGATE_CLIENT_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].remedy));
      assert_sentence (error);
    }
}

static void
test_wrong_token (void)
{
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, "another");
  g_autoptr (GError) error = ask (client, CS_SIPGATE_ASK_USER);

  g_assert_error (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_TOKEN);
  g_assert_cmpuint (fake_sipgate_get_n_refused (fake), ==, 1);
}

static void
test_redirects (void)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, FAKE_SIPGATE_TOKEN);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_REDIRECT, .status = statuses[i] };

      fake_sipgate_set_behaviour (fake, &behaviour);
      for (CsSipgateAsk what = CS_SIPGATE_ASK_USER; what <= CS_SIPGATE_ASK_CALL; what++)
        {
          g_autoptr (GError) error = ask (client, what);
          g_assert_error (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_REDIRECT);
        }
    }
  g_assert_cmpuint (fake_sipgate_get_n_bystander_requests (fake), ==, 0);
}

/* What comes with a friendly status and isn't what was asked for. A change is believed only when it is read again. */
static void
test_nonsense (void)
{
  static const char *const bodies[] = {
    "", "<html><body>Log in</body></html>", "null", "[]", "17", "\"w0\"", "{", "{\"sub\":null,\"items\":{},\"data\":\"\"}",
    "{\"sub\":{},\"items\":7,\"data\":{},\"incomingUrl\":7,\"outgoingUrl\":[],\"sessionId\":\"\"}", "{} {}", "\xff\xfe\x00",
  };
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, FAKE_SIPGATE_TOKEN);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_BODY, .body = bodies[i] };

      fake_sipgate_set_behaviour (fake, &behaviour);
      for (CsSipgateAsk what = CS_SIPGATE_ASK_USER; what <= CS_SIPGATE_ASK_CALL; what++)
        {
          g_autoptr (GError) error = NULL;

          if (what == CS_SIPGATE_ASK_CHANGE)
            continue;
          error = ask (client, what);
          g_assert_error (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_UNREADABLE);
          assert_sentence (error);
        }
    }
}

static void
test_broken_connections (void)
{
  static const struct
  {
    FakeSipgateMode mode;
    CsSipgateClientError code;
  } cases[] = {
    { FAKE_SIPGATE_HANG, CS_SIPGATE_CLIENT_ERROR_TIMEOUT },
    { FAKE_SIPGATE_CUT, CS_SIPGATE_CLIENT_ERROR_NETWORK },
    { FAKE_SIPGATE_HUGE, CS_SIPGATE_CLIENT_ERROR_TOO_LARGE },
  };
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, FAKE_SIPGATE_TOKEN);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FakeSipgateBehaviour behaviour = { .mode = cases[i].mode };
      g_autoptr (GError) error = NULL;

      fake_sipgate_set_behaviour (fake, &behaviour);
      error = ask (client, CS_SIPGATE_ASK_HISTORY);
      g_assert_error (error, CS_SIPGATE_CLIENT_ERROR, (int) cases[i].code);
      assert_sentence (error);
    }
}

static void
test_nobody_there (void)
{
  g_autoptr (GError) error = NULL, refused = NULL;
  g_autoptr (CsSipgateClient) client = cs_sipgate_client_new ("http://127.0.0.1:1", "a", "b", NULL, &error);

  g_assert_no_error (error);
  refused = ask (client, CS_SIPGATE_ASK_USER);
  g_assert_error (refused, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_NETWORK);
  assert_sentence (refused);
}

static void
test_settings (void)
{
  static const struct
  {
    const char *url, *id, *token;
  } cases[] = {
    { "http://api.sipgate.com/v2", "a", "b" }, { "https://user:pw@api.sipgate.com", "a", "b" }, { "ftp://x", "a", "b" },
    { "https://x/?a", "a", "b" },              { "", "a", "b" },                                { "https://x", "", "b" },
    { "https://x", "a", "" },                  { "https://x", "a:b", "c" },                     { "https://x", "a", "b\r\nX: y" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cs_sipgate_client_new (cases[i].url, cases[i].id, cases[i].token, NULL, &error));
      g_assert_error (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_SETTINGS);
      g_assert_null (strstr (error->message, "pw"));
    }
}

static void
test_cancel (void)
{
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, FAKE_SIPGATE_TOKEN);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_HANG };
  g_autoptr (GError) error = NULL;
  Wait wait = { NULL };

  fake_sipgate_set_behaviour (fake, &behaviour);
  cs_sipgate_client_ask_user_async (client, cancellable, on_answer, &wait);
  while (fake_sipgate_count_requests (fake, "GET ") == 0)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  wait_for (&wait);
  g_assert_null (cs_sipgate_client_ask_user_finish (client, wait.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (wait.result);
}

/* What sipgate said of waiting is kept for those who plan the next request. */
static void
test_retry_after (void)
{
  g_autoptr (FakeSipgate) fake = fake_sipgate_new ();
  g_autoptr (CsSipgateClient) client = client_new (fake, FAKE_SIPGATE_TOKEN);
  FakeSipgateBehaviour behaviour = { .mode = FAKE_SIPGATE_STATUS, .status = 429, .retry_after = "100" };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (cs_sipgate_client_get_wait (client), ==, 0);
  fake_sipgate_set_behaviour (fake, &behaviour);
  error = ask (client, CS_SIPGATE_ASK_USER);
  g_assert_cmpint (cs_sipgate_client_get_wait (client), >, 90 * G_USEC_PER_SEC);
  g_assert_cmpint (cs_sipgate_client_get_wait (client), <=, 100 * G_USEC_PER_SEC);
}

/* The outcome of the item, told by its words: type, direction, status, callStatus, responder. */
static void
test_mapping (void)
{
  static const struct
  {
    const char *type, *direction, *status, *call_status, *responder;
    CsOutcome outcome;
    const char *user;
  } cases[] = {
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", "w0", CS_OUTCOME_ANSWERED, "w0" },
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", "1234567w3", CS_OUTCOME_ANSWERED, "w3" },
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", "491512345678", CS_OUTCOME_ANSWERED, "491512345678" },
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", NULL, CS_OUTCOME_ANSWERED_UNATTRIBUTED, NULL },
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", "h1", CS_OUTCOME_ANSWERED_UNATTRIBUTED, NULL },
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", "v0", CS_OUTCOME_VOICEMAIL, NULL },
    { "CALL", "INCOMING", "PICKUP", "SUCCESS", "voicemail", CS_OUTCOME_VOICEMAIL, NULL },
    { "CALL", "INCOMING", "PICKUP", "VOICEMAIL_NO_MESSAGE", NULL, CS_OUTCOME_VOICEMAIL, NULL },
    { "VOICEMAIL", "INCOMING", "NOPICKUP", "SUCCESS", NULL, CS_OUTCOME_VOICEMAIL, NULL },
    { "CALL", "INCOMING", "FORWARD", "SUCCESS", NULL, CS_OUTCOME_FORWARDED, NULL },
    { "CALL", "MISSED_INCOMING", "NOPICKUP", "MISSED", NULL, CS_OUTCOME_MISSED, NULL },
    { "CALL", "MISSED_INCOMING", "NOPICKUP", "FAILURE", NULL, CS_OUTCOME_MISSED, NULL },
    { "CALL", "MISSED_INCOMING", NULL, NULL, NULL, CS_OUTCOME_MISSED, NULL },
    { "CALL", "MISSED_INCOMING", "NOPICKUP", "REJECTED", NULL, CS_OUTCOME_REJECTED, NULL },
    { "CALL", "MISSED_INCOMING", "NOPICKUP", "REJECTED_DND", NULL, CS_OUTCOME_REJECTED, NULL },
    { "CALL", "MISSED_INCOMING", "BUSY", "BUSY", NULL, CS_OUTCOME_BUSY, NULL },
    { "CALL", "MISSED_INCOMING", "NOPICKUP", "BUSY_ON_BUSY", NULL, CS_OUTCOME_BUSY, NULL },
    { "CALL", "OUTGOING", "PICKUP", "SUCCESS", NULL, CS_OUTCOME_ANSWERED, NULL },
    { "CALL", "MISSED_OUTGOING", "NOPICKUP", "FAILURE", NULL, CS_OUTCOME_FAILED, NULL },
    { "CALL", "MISSED_OUTGOING", "NOPICKUP", "MISSED", NULL, CS_OUTCOME_MISSED, NULL },
    { "CALL", "SIDEWAYS", "WHO", "KNOWS", NULL, CS_OUTCOME_OTHER, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) json = g_string_new ("{\"totalCount\":3,\"items\":[{\"callId\":\"a\",\"source\":\"+4930123456\",");
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (CsSipgateHistoryPage) page = NULL;
      g_autoptr (CsCallEvent) again = NULL;
      CsSipgateEntry *entry;

      g_string_append (json, "\"target\":\"4921112345678\",\"created\":\"2026-01-02T03:04:05Z\",\"duration\":61");
      g_string_append_printf (json, ",\"type\":\"%s\",\"direction\":\"%s\"", cases[i].type, cases[i].direction);
      if (cases[i].status != NULL)
        g_string_append_printf (json, ",\"status\":\"%s\"", cases[i].status);
      if (cases[i].call_status != NULL)
        g_string_append_printf (json, ",\"callStatus\":\"%s\"", cases[i].call_status);
      if (cases[i].responder != NULL)
        g_string_append_printf (json, ",\"responder\":\"%s\"", cases[i].responder);
      g_string_append (json, ",\"transcription\":\"private\"},{\"type\":\"FAX\",\"callId\":\"f\"},{\"type\":\"CALL\"},17]}");
      bytes = g_bytes_new (json->str, json->len);
      page = cs_sipgate_history_parse (bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (page->n_items, ==, 4);
      g_assert_cmpuint (page->n_unreadable, ==, 2);
      g_assert_cmpint (page->total, ==, 3);
      g_assert_cmpuint (page->entries->len, ==, 1);

      entry = g_ptr_array_index (page->entries, 0);
      g_assert_cmpint (entry->event->record.outcome, ==, cases[i].outcome);
      g_assert_cmpstr (entry->event->user_ids != NULL ? entry->event->user_ids[0] : NULL, ==, cases[i].user);
      g_assert_cmpstr (entry->event->from, ==, "4930123456");
      g_assert_cmpint (entry->event->record.started_us, ==, G_GINT64_CONSTANT (1767323045) * G_USEC_PER_SEC);
      g_assert_cmpint (entry->event->record.talk_us, ==,
                       cases[i].outcome == CS_OUTCOME_ANSWERED || cases[i].outcome == CS_OUTCOME_ANSWERED_UNATTRIBUTED
                         ? 61 * G_USEC_PER_SEC : CS_UNKNOWN);

      /* The journal says the same, and nothing that isn't needed. */
      again = cs_sipgate_history_read (entry->body, &error);
      g_assert_no_error (error);
      g_assert_cmpint (again->record.outcome, ==, cases[i].outcome);
      g_assert_cmpint (again->record.told_us, ==, entry->event->record.told_us);
      g_assert_cmpstr (again->from, ==, entry->event->from);
      g_assert_null (g_strstr_len (g_bytes_get_data (entry->body, NULL), (gssize) g_bytes_get_size (entry->body), "private"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sipgate/client/well", test_well);
  g_test_add_func ("/sipgate/client/refusals-are-told-apart", test_refusals);
  g_test_add_func ("/sipgate/client/wrong-token", test_wrong_token);
  g_test_add_func ("/sipgate/client/redirects-are-not-followed", test_redirects);
  g_test_add_func ("/sipgate/client/nonsense-is-unreadable", test_nonsense);
  g_test_add_func ("/sipgate/client/broken-connections", test_broken_connections);
  g_test_add_func ("/sipgate/client/nobody-there", test_nobody_there);
  g_test_add_func ("/sipgate/client/settings-that-cannot-be-used", test_settings);
  g_test_add_func ("/sipgate/client/cancel", test_cancel);
  g_test_add_func ("/sipgate/client/retry-after", test_retry_after);
  g_test_add_func ("/sipgate/client/history-mapping", test_mapping);

  return g_test_run ();
}
