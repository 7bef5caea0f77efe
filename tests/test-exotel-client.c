/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "exotel-client-fixture.h"
#include "exotel/cs-exotel-phone.h"

#define DEAD_PROXY "http://127.0.0.1:9"

/* Adds so many calls to the last day, of which one comes each minute or oftener. */
static void
add_calls (Fixture *fixture,
           guint    n_calls)
{
  fake_exotel_add_calls (fixture->fake, n_calls, fixture->now_us - DAY_US, DAY_US / n_calls);
}

static void
test_construct (Fixture       *fixture,
                gconstpointer  data)
{
  CsExotelClient *client = cs_exotel_client_new (&fixture->config, NULL);

  g_assert_nonnull (client);
  g_assert_finalize_object (client);
}

static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  const struct
  {
    const char *base_url, *sid, *key, *token;
  } cases[] = {
    { "", "", "key", "token" },
    { "", "..", "key", "token" },
    { "", "sid", "", "token" },
    { "", "sid", NULL, "token" },
    { "", "sid", "key", "" },
    { "", "sid", "k:ey", "token" },
    { "", "sid", "key\r\nX: y", "token" },
    { "http://api.exotel.com", "sid", "key", "token" },
    { "https://key:token@api.exotel.com", "sid", "key", "token" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CsExotelConfig config = {
        .base_url = cases[i].base_url,
        .account_sid = cases[i].sid,
        .api_key = cases[i].key,
        .api_token = cases[i].token,
      };
      g_autoptr (GError) error = NULL;

      g_assert_null (cs_exotel_client_new (&config, &error));
      g_assert_error (error, CS_EXOTEL_CLIENT_ERROR, CS_EXOTEL_CLIENT_ERROR_SETTINGS);
      g_assert_null (strstr (error->message, "token@"));
    }
}

static void
test_day (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *request = NULL;

  add_calls (fixture, 250);
  fixture_fetch_day (fixture);

  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->calls->len, ==, 250);
  g_assert_cmpuint (fixture->result->n_calls, ==, 250);
  g_assert_true (fixture->result->is_complete);
  g_assert_cmpint (fixture->result->n_missing, ==, 0);
  g_assert_true (fixture->result->has_details);
  g_assert_false (fixture->result->is_clamped);
  g_assert_cmpuint (fixture->result->n_requests, ==, 3);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 3);
  g_assert_cmpuint (fake_exotel_get_n_refused (fixture->fake), ==, 0);
  g_assert_cmpuint (fixture->n_done, ==, 250);
  g_assert_cmpint (fixture->n_total, ==, 250);
  g_assert_cmpfloat (fixture->fraction, ==, 1.0);
  g_assert_null (fixture->resume);
  for (guint i = 1; i < fixture->calls->len; i++)
    {
      CsCall *before = g_ptr_array_index (fixture->calls, i - 1), *call = g_ptr_array_index (fixture->calls, i);

      g_assert_cmpint (before->seen_us, <=, call->seen_us);
    }

  request = fake_exotel_dup_request (fixture->fake, 0);
  g_assert_nonnull (strstr (request, "&PageSize=100&SortBy=DateCreated%3Aasc&details=true"));
  g_assert_null (strstr (request, "After"));
}

static void
test_nothing (Fixture       *fixture,
              gconstpointer  data)
{
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_true (fixture->result->is_complete);
  g_assert_cmpuint (fixture->n_pages, ==, 1);
  g_assert_cmpuint (fixture->calls->len, ==, 0);
}

/* The fake refuses spans over a month and older than six, so that a fetch that comes through kept to both. */
static void
test_months (Fixture       *fixture,
             gconstpointer  data)
{
  fake_exotel_add_calls (fixture->fake, 400, fixture->now_us - 200 * DAY_US + DAY_US / 4, DAY_US / 2);
  fixture_fetch (fixture, fixture->now_us - 200 * DAY_US, fixture->now_us);

  g_assert_no_error (fixture->error);
  g_assert_true (fixture->result->is_clamped);
  g_assert_true (fixture->result->is_complete);
  g_assert_cmpint (fixture->result->from_us, >, fixture->now_us - 180 * DAY_US - G_USEC_PER_SEC);
  g_assert_cmpuint (fixture->result->n_requests, ==, 7);
  g_assert_cmpuint (fixture->result->n_calls, ==, 360);
  g_assert_cmpuint (fixture->calls->len, ==, 360);

  fixture_fetch (fixture, fixture->now_us - 400 * DAY_US, fixture->now_us - 300 * DAY_US);
  g_assert_no_error (fixture->error);
  g_assert_true (fixture->result->is_clamped);
  g_assert_cmpuint (fixture->n_pages, ==, 0);
}

static void
test_indian_days (Fixture       *fixture,
                  gconstpointer  data)
{
  /* 18:29:59Z is the last second of a day in India. */
  gint64 last_us = (fixture->now_us - 5 * DAY_US) / DAY_US * DAY_US + (18 * 3600 + 29 * 60 + 59) * (gint64) G_USEC_PER_SEC;
  CsCall *call;

  fake_exotel_add_call (fixture->fake, last_us, FAKE_CALL_ANSWERED, 10);
  fake_exotel_add_call (fixture->fake, last_us + G_USEC_PER_SEC, FAKE_CALL_MISSED, 0);

  fixture_fetch (fixture, last_us - DAY_US, last_us);
  g_assert_cmpuint (fixture->calls->len, ==, 1);
  call = g_ptr_array_index (fixture->calls, 0);
  g_assert_cmpint (call->started_us, ==, last_us);

  fixture_fetch (fixture, last_us + G_USEC_PER_SEC, last_us + DAY_US);
  g_assert_cmpuint (fixture->calls->len, ==, 1);
  call = g_ptr_array_index (fixture->calls, 0);
  g_assert_cmpint (call->started_us, ==, last_us + G_USEC_PER_SEC);
}

static void
test_stop_and_resume (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GHashTable) sids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *resume = NULL;
  gint64 from_us = fixture->now_us - 60 * DAY_US;

  fake_exotel_add_calls (fixture->fake, 600, from_us, DAY_US / 10);
  fixture->next = CS_EXOTEL_STOP;
  fixture->stop_at = 2;
  for (guint n_rounds = 0; n_rounds < 20; n_rounds++)
    {
      fixture_begin (fixture, from_us, fixture->now_us, resume);
      fixture_run (fixture);
      g_assert_no_error (fixture->error);
      for (guint i = 0; i < fixture->calls->len; i++)
        {
          CsCall *call = g_ptr_array_index (fixture->calls, i);

          /* Nothing comes twice. */
          g_assert_true (g_hash_table_add (sids, g_strdup (call->record_id)));
        }
      if (fixture->result->resume == NULL)
        break;
      g_assert_cmpint (fixture->result->gap, ==, CS_EXOTEL_GAP_STOPPED);
      g_assert_false (fixture->result->is_complete);
      g_free (resume);
      resume = g_strdup (fixture->result->resume);
    }

  g_assert_true (fixture->result->is_complete);
  g_assert_cmpuint (g_hash_table_size (sids), ==, 600);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 7);
}

static void
test_bad_resume (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char *const bad[] = { "", "nonsense", "1000000 2000000 5 abc", "9000000000000000 9000000000000000 0 abc" };

  add_calls (fixture, 120);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      fixture_begin (fixture, fixture->now_us - DAY_US, fixture->now_us, bad[i]);
      fixture_run (fixture);
      g_assert_no_error (fixture->error);
      g_assert_cmpuint (fixture->calls->len, ==, 120);
    }
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (milliseconds, on_time, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_wait (Fixture       *fixture,
           gconstpointer  data)
{
  add_calls (fixture, 250);
  fixture->next = CS_EXOTEL_WAIT;
  fixture->stop_at = 1;
  fixture_begin (fixture, fixture->now_us - DAY_US, fixture->now_us, NULL);
  while (fixture->n_pages == 0)
    g_main_context_iteration (NULL, TRUE);
  run_for (50);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 1);

  cs_exotel_fetch_go_on (fixture->fetch);
  fixture_run (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 250);

  /* The last page waits, too. */
  fixture->stop_at = 3;
  fixture_begin (fixture, fixture->now_us - DAY_US, fixture->now_us, NULL);
  while (fixture->n_pages < 3)
    g_main_context_iteration (NULL, TRUE);
  run_for (50);
  g_assert_false (fixture->is_done);
  cs_exotel_fetch_go_on (fixture->fetch);
  fixture_run (fixture);
  g_assert_no_error (fixture->error);
  g_assert_true (fixture->result->is_complete);
}

static void
test_cancel_while_waiting (Fixture       *fixture,
                           gconstpointer  data)
{
  add_calls (fixture, 250);
  fixture->next = CS_EXOTEL_WAIT;
  fixture->stop_at = 1;
  fixture_begin (fixture, fixture->now_us - DAY_US, fixture->now_us, NULL);
  while (fixture->n_pages == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (fixture->cancellable);
  fixture_run (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Cancels at different moments: before the request, while Exotel thinks, within an endless body, during the wait after a 429. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  const FakeExotelBehaviour behaviours[] = {
    { .mode = FAKE_EXOTEL_FINE },
    { .mode = FAKE_EXOTEL_HANG },
    { .mode = FAKE_EXOTEL_ENDLESS },
    { .mode = FAKE_EXOTEL_STATUS, .status = 429, .retry_after = "200" },
    { .mode = FAKE_EXOTEL_FINE, .delay_ms = 30000 },
  };

  fixture->limits.time_scale = 1.0;
  for (guint i = 0; i < G_N_ELEMENTS (behaviours); i++)
    {
      fake_exotel_set_behaviour (fixture->fake, &behaviours[i]);
      g_cancellable_reset (fixture->cancellable);
      if (i == 0)
        g_cancellable_cancel (fixture->cancellable);
      fixture_begin (fixture, fixture->now_us - DAY_US, fixture->now_us, NULL);
      if (i > 0)
        run_for (60);
      g_assert_false (fixture->is_done);
      g_cancellable_cancel (fixture->cancellable);
      fixture_run (fixture);
      g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_finalize_object (g_steal_pointer (&fixture->client));
    }
}

static void
test_no_details (Fixture       *fixture,
                 gconstpointer  data)
{
  add_calls (fixture, 150);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_NO_DETAILS, .status = GPOINTER_TO_UINT (data),
                                                   .message = "details not allowed" });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_false (fixture->result->has_details);
  g_assert_cmpuint (fixture->result->n_calls, ==, 150);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 3);

  /* It has learned. */
  fixture_fetch_day (fixture);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 5);
  g_assert_false (fixture->result->has_details);
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  const struct
  {
    guint status;
    const char *message, *code;
    CsExotelClientError error;
  } cases[] = {
    { 400, "Invalid parameter", NULL, CS_EXOTEL_CLIENT_ERROR_REFUSED },
    { 401, "Authentication failed", "34010", CS_EXOTEL_CLIENT_ERROR_WRONG_KEY },
    { 402, "Payment required", NULL, CS_EXOTEL_CLIENT_ERROR_PLAN },
    { 403, "Forbidden", NULL, CS_EXOTEL_CLIENT_ERROR_WRONG_KEY },
    { 403, "Your account is not yet KYC compliant", NULL, CS_EXOTEL_CLIENT_ERROR_KYC },
    { 403, "Your IP address is not allowed", NULL, CS_EXOTEL_CLIENT_ERROR_ADDRESS },
    { 404, "Not found", NULL, CS_EXOTEL_CLIENT_ERROR_WRONG_SID },
    { 407, "Who are you?", NULL, CS_EXOTEL_CLIENT_ERROR_PROXY },
    { 409, "Conflict", NULL, CS_EXOTEL_CLIENT_ERROR_REFUSED },
    { 418, "I am a teapot, " FAKE_EXOTEL_KEY, NULL, CS_EXOTEL_CLIENT_ERROR_REFUSED },
    { 204, "", NULL, CS_EXOTEL_CLIENT_ERROR_UNREADABLE },
    { 200, "Sorry", NULL, CS_EXOTEL_CLIENT_ERROR_UNREADABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (guint body = FAKE_EXOTEL_JSON; body <= FAKE_EXOTEL_NOTHING; body++)
        {
          gboolean says = body != FAKE_EXOTEL_NOTHING && cases[i].status != 204;
          CsExotelClientError code = cases[i].error;

          /* Without a word only the status is left; and a refusal in JSON is one with any status. */
          if (!says && cases[i].status == 403)
            code = CS_EXOTEL_CLIENT_ERROR_WRONG_KEY;
          if (cases[i].status == 200 && body == FAKE_EXOTEL_JSON)
            code = CS_EXOTEL_CLIENT_ERROR_REFUSED;
          fixture_behave (fixture, (FakeExotelBehaviour) {
            .mode = FAKE_EXOTEL_STATUS, .status = cases[i].status, .body = body, .message = cases[i].message,
            .code = cases[i].code,
          });
          g_test_message ("%u %s, body %u", cases[i].status, cases[i].message, body);
          fixture_fetch_day (fixture);
          fixture_assert_error (fixture, code);
        }
    }
}

static void
test_kyc_by_code (Fixture       *fixture,
                  gconstpointer  data)
{
  fixture_behave (fixture, (FakeExotelBehaviour) {
    .mode = FAKE_EXOTEL_STATUS, .status = 403, .message = "Not now", .code = "340030",
  });
  fixture_fetch_day (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_KYC);
  g_assert_nonnull (strstr (fixture->error->message, "“Not now”"));
}

static void
test_wrong_credentials (Fixture       *fixture,
                        gconstpointer  data)
{
  fixture->config.api_token = "another";
  fixture_fetch_day (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_WRONG_KEY);
  /* It isn't asked again, as the server's challenge would have it. */
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 1);
}

static void
test_too_many (Fixture       *fixture,
               gconstpointer  data)
{
  const char *retry_after = data;
  gint64 start_us = g_get_monotonic_time ();

  add_calls (fixture, 250);
  fixture->limits.time_scale = 0.02;
  fixture_behave (fixture, (FakeExotelBehaviour) {
    .mode = FAKE_EXOTEL_STATUS, .skip = 1, .times = 2, .status = 429, .retry_after = retry_after, .body = FAKE_EXOTEL_HTML,
  });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 250);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 5);
  /* 1 + 2 s, or twice 9 to 10 s, of which each lasts 20 ms. */
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, retry_after == NULL ? 60000 : 360000);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 5 * G_USEC_PER_SEC);
}

static void
test_too_many_for_good (Fixture       *fixture,
                        gconstpointer  data)
{
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_STATUS, .status = 429 });
  fixture_fetch_day (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_RATE);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 6);
}

/* A wait that is too long isn't sat out, and neither is it cut short by the next fetch. */
static void
test_too_many_for_an_hour (Fixture       *fixture,
                           gconstpointer  data)
{
  fixture->limits.time_scale = 1.0;
  fixture_behave (fixture, (FakeExotelBehaviour) {
    .mode = FAKE_EXOTEL_STATUS, .times = 1, .status = 429, .retry_after = "3600",
  });
  for (guint i = 0; i < 2; i++)
    {
      fixture_fetch_day (fixture);
      fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_RATE);
      g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 1);
    }
}

/* What passes when it is tried again. */
static void
test_passing_troubles (Fixture       *fixture,
                       gconstpointer  data)
{
  const FakeExotelBehaviour behaviours[] = {
    { .mode = FAKE_EXOTEL_STATUS, .status = 500, .body = FAKE_EXOTEL_HTML },
    { .mode = FAKE_EXOTEL_STATUS, .status = 502, .body = FAKE_EXOTEL_NOTHING },
    { .mode = FAKE_EXOTEL_STATUS, .status = 503, .retry_after = "1" },
    { .mode = FAKE_EXOTEL_CUT },
    { .mode = FAKE_EXOTEL_CUT_CHUNK },
    { .mode = FAKE_EXOTEL_CLOSE },
  };

  add_calls (fixture, 120);
  for (guint i = 0; i < G_N_ELEMENTS (behaviours); i++)
    {
      FakeExotelBehaviour behaviour = behaviours[i];

      g_test_message ("behaviour %u", i);
      behaviour.skip = 1;
      behaviour.times = 2;
      fake_exotel_set_behaviour (fixture->fake, &behaviour);
      fixture_fetch_day (fixture);
      g_assert_no_error (fixture->error);
      g_assert_cmpuint (fixture->result->n_calls, ==, 120);
      g_assert_cmpuint (fixture->result->n_duplicates, ==, 0);
      g_assert_true (fixture->result->is_complete);
    }
}

static void
test_lasting_troubles (Fixture       *fixture,
                       gconstpointer  data)
{
  const struct
  {
    FakeExotelBehaviour behaviour;
    CsExotelClientError code;
    guint n_requests;
  } cases[] = {
    { { .mode = FAKE_EXOTEL_STATUS, .status = 500 }, CS_EXOTEL_CLIENT_ERROR_SERVER, 4 },
    { { .mode = FAKE_EXOTEL_CUT }, CS_EXOTEL_CLIENT_ERROR_NETWORK, 4 },
    { { .mode = FAKE_EXOTEL_CUT_CHUNK }, CS_EXOTEL_CLIENT_ERROR_NETWORK, 4 },
    { { .mode = FAKE_EXOTEL_HANG }, CS_EXOTEL_CLIENT_ERROR_TIMEOUT, 4 },
    { { .mode = FAKE_EXOTEL_ENDLESS }, CS_EXOTEL_CLIENT_ERROR_TIMEOUT, 4 },
    { { .mode = FAKE_EXOTEL_REDIRECT, .status = 301 }, CS_EXOTEL_CLIENT_ERROR_REDIRECT, 1 },
    { { .mode = FAKE_EXOTEL_REDIRECT, .status = 302 }, CS_EXOTEL_CLIENT_ERROR_REDIRECT, 1 },
    { { .mode = FAKE_EXOTEL_REDIRECT, .status = 307 }, CS_EXOTEL_CLIENT_ERROR_REDIRECT, 1 },
    { { .mode = FAKE_EXOTEL_STATUS, .status = 200, .body = FAKE_EXOTEL_XML }, CS_EXOTEL_CLIENT_ERROR_UNREADABLE, 1 },
  };
  guint n_before = 0;

  fixture->limits.deadline_ms = 150;
  add_calls (fixture, 120);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      fake_exotel_set_behaviour (fixture->fake, &cases[i].behaviour);
      fixture_fetch_day (fixture);
      fixture_assert_error (fixture, cases[i].code);
      g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake) - n_before, ==, cases[i].n_requests);
      n_before += cases[i].n_requests;
    }
}

static void
test_huge (Fixture       *fixture,
           gconstpointer  data)
{
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = GPOINTER_TO_INT (data) });
  fixture_fetch_day (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_TOO_LARGE);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 1);
}

static void
test_zipped (Fixture       *fixture,
             gconstpointer  data)
{
  add_calls (fixture, 120);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_ZIPPED });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 120);
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  add_calls (fixture, 250);
  fixture_behave (fixture, (FakeExotelBehaviour) { .delay_ms = 40 });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 250);
}

static void
test_unreachable (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *url = g_strdup (fake_exotel_get_url (fixture->fake));

  g_clear_pointer (&fixture->fake, fake_exotel_free);
  fixture->fake = fake_exotel_new ();
  fixture->config.base_url = url;
  fixture_fetch_day (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_NETWORK);
  g_assert_nonnull (strstr (fixture->error->message, "127.0.0.1"));
}

static void
test_unknown_name (Fixture       *fixture,
                   gconstpointer  data)
{
  g_unsetenv ("http_proxy");
  fixture->config.base_url = "https://exotel.invalid";
  fixture_fetch_day (fixture);
  g_setenv ("http_proxy", DEAD_PROXY, TRUE);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_NAME);
  g_assert_nonnull (strstr (fixture->error->message, "exotel.invalid"));
}

static void
test_tls (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (FakeExotel) secure = fake_exotel_new_secure ();

  fixture->config.base_url = fake_exotel_get_url (secure);
  g_assert_true (g_str_has_prefix (fixture->config.base_url, "https://"));
  fixture_fetch_day (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_TLS);
  g_assert_cmpuint (fake_exotel_get_n_requests (secure), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->client));
}

/* Other addresses are asked through the desktop's proxy, which gets to know the host and nothing else. */
static void
test_proxy (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (FakeExotel) proxy = fake_exotel_new ();
  g_auto (GStrv) proxies = NULL;
  g_autofree char *request = NULL;

  g_setenv ("https_proxy", fake_exotel_get_bystander_url (proxy), TRUE);
  proxies = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), "https://exotel.invalid", NULL, NULL);
  if (proxies == NULL || g_strcmp0 (proxies[0], "direct://") == 0)
    {
      g_test_skip ("This desktop takes no proxy from the environment");
      g_unsetenv ("https_proxy");
      return;
    }
  fixture->config.base_url = "https://exotel.invalid";
  fixture->limits.deadline_ms = 200;
  fixture_fetch_day (fixture);
  g_unsetenv ("https_proxy");

  g_assert_nonnull (fixture->error);
  g_assert_cmpint (fixture->error->domain, ==, CS_EXOTEL_CLIENT_ERROR);
  g_assert_cmpuint (fake_exotel_get_n_bystander_requests (proxy), >, 0);
  request = fake_exotel_dup_bystander_request (proxy, 0);
  g_assert_null (strstr (request, "Authorization"));
}

static void
test_phones (Fixture       *fixture,
             gconstpointer  data)
{
  CsExotelPhone *phone;
  g_autofree char *request = NULL;

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *number = g_strdup_printf ("080471%05u", i);

      fake_exotel_add_phone (fixture->fake, number, number, "Desk");
    }
  fixture_list_phones (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->phones->len, ==, 120);
  phone = g_ptr_array_index (fixture->phones, 119);
  g_assert_cmpstr (phone->number, ==, "08047100119");
  g_assert_cmpstr (phone->friendly_name, ==, "Desk");
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 4);
  request = fake_exotel_dup_request (fixture->fake, 2);
  g_assert_cmpstr (request, ==, "/v2_beta/Accounts/" FAKE_EXOTEL_SID "/IncomingPhoneNumbers?Page=2");

  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_STATUS, .status = 404 });
  fixture_list_phones (fixture);
  fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_WRONG_SID);
}

#define ADD(path, data, function) \
  g_test_add ("/exotel-client/" path, Fixture, data, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  /* Nobody listens there: so each test proves that no proxy stands between us and this computer. */
  g_setenv ("http_proxy", DEAD_PROXY, TRUE);
  g_unsetenv ("no_proxy");
  g_test_init (&argc, &argv, NULL);

  ADD ("construct", NULL, test_construct);
  ADD ("settings/refused", NULL, test_settings);
  ADD ("fetch/day-in-pages", NULL, test_day);
  ADD ("fetch/nothing", NULL, test_nothing);
  ADD ("fetch/by-month-and-no-more-than-six", NULL, test_months);
  ADD ("fetch/days-are-indian", NULL, test_indian_days);
  ADD ("fetch/stopped-goes-on-where-it-was", NULL, test_stop_and_resume);
  ADD ("fetch/bad-place-begins-anew", NULL, test_bad_resume);
  ADD ("fetch/waits-for-the-caller", NULL, test_wait);
  ADD ("fetch/without-details/400", GUINT_TO_POINTER (400), test_no_details);
  ADD ("fetch/without-details/403", GUINT_TO_POINTER (403), test_no_details);
  ADD ("fetch/zipped", NULL, test_zipped);
  ADD ("fetch/slow", NULL, test_slow);
  ADD ("cancel/at-any-moment", NULL, test_cancel);
  ADD ("cancel/while-waiting", NULL, test_cancel_while_waiting);
  ADD ("refused/says-why", NULL, test_refusals);
  ADD ("refused/kyc-by-code", NULL, test_kyc_by_code);
  ADD ("refused/wrong-credentials-once", NULL, test_wrong_credentials);
  ADD ("too-many/backs-off", NULL, test_too_many);
  ADD ("too-many/retry-after-seconds", (gpointer) "10", test_too_many);
  ADD ("too-many/retry-after-date", (gpointer) "date:10", test_too_many);
  ADD ("too-many/gives-up", NULL, test_too_many_for_good);
  ADD ("too-many/long-wait-is-kept", NULL, test_too_many_for_an_hour);
  ADD ("trouble/passes", NULL, test_passing_troubles);
  ADD ("trouble/lasts", NULL, test_lasting_troubles);
  ADD ("trouble/huge", GINT_TO_POINTER (FAKE_EXOTEL_HUGE), test_huge);
  ADD ("trouble/huge-when-unzipped", GINT_TO_POINTER (FAKE_EXOTEL_HUGE_ZIPPED), test_huge);
  ADD ("trouble/unreachable", NULL, test_unreachable);
  ADD ("trouble/unknown-name", NULL, test_unknown_name);
  ADD ("trouble/unsafe-connection", NULL, test_tls);
  ADD ("proxy/of-the-desktop", NULL, test_proxy);
  ADD ("phones/pages-are-counted", NULL, test_phones);

  return g_test_run ();
}
