/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "exotel-client-fixture.h"

static void
add_calls (Fixture *fixture,
           guint    n_calls)
{
  fake_exotel_add_calls (fixture->fake, n_calls, fixture->now_us - DAY_US + G_USEC_PER_SEC, DAY_US / (n_calls + 1));
}

static void
assert_gap (Fixture     *fixture,
            CsExotelGap  gap,
            gint64       n_missing)
{
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->result->gap, ==, gap);
  g_assert_false (fixture->result->is_complete);
  g_assert_cmpint (fixture->result->n_missing, ==, n_missing);
}

static void
test_repeated_cursor (Fixture       *fixture,
                      gconstpointer  data)
{
  add_calls (fixture, 450);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_REPEAT_CURSOR });
  fixture_fetch_day (fixture);
  /* The first page, and the second, which names itself. */
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 2);
  g_assert_cmpuint (fixture->result->n_calls, ==, 200);
  assert_gap (fixture, CS_EXOTEL_GAP_CURSOR_REPEATED, 250);
}

/* A server that names a page after the last one has still given all. */
static void
test_repeated_cursor_at_the_end (Fixture       *fixture,
                                 gconstpointer  data)
{
  add_calls (fixture, 200);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_REPEAT_CURSOR });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 2);
  g_assert_true (fixture->result->is_complete);
  g_assert_cmpint (fixture->result->gap, ==, CS_EXOTEL_GAP_NONE);
}

static void
test_no_progress (Fixture       *fixture,
                  gconstpointer  data)
{
  add_calls (fixture, 450);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_EMPTY_PAGES, .skip = 2 });
  fixture_fetch_day (fixture);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 3);
  assert_gap (fixture, CS_EXOTEL_GAP_NO_PROGRESS, 250);
}

static void
test_page_cap (Fixture       *fixture,
               gconstpointer  data)
{
  add_calls (fixture, 450);
  fixture->limits.max_pages = 3;
  fixture_fetch_day (fixture);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 3);
  assert_gap (fixture, CS_EXOTEL_GAP_TOO_MANY_PAGES, 150);
}

/* What is missing in one window doesn't keep the next ones from being fetched. */
static void
test_gap_in_each_window (Fixture       *fixture,
                         gconstpointer  data)
{
  fake_exotel_add_calls (fixture->fake, 600, fixture->now_us - 56 * DAY_US, 56 * DAY_US / 600);
  fixture->limits.max_pages = 2;
  fixture_fetch (fixture, fixture->now_us - 56 * DAY_US, fixture->now_us - G_USEC_PER_SEC);
  g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake), ==, 4);
  g_assert_cmpuint (fixture->result->n_calls, ==, 400);
  assert_gap (fixture, CS_EXOTEL_GAP_TOO_MANY_PAGES, 200);
}

static void
test_total_too_high (Fixture       *fixture,
                     gconstpointer  data)
{
  add_calls (fixture, 150);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 77 });
  fixture_fetch_day (fixture);
  g_assert_cmpuint (fixture->result->n_calls, ==, 150);
  assert_gap (fixture, CS_EXOTEL_GAP_FEWER_THAN_TOLD, 77);
}

static void
test_total_too_low (Fixture       *fixture,
                    gconstpointer  data)
{
  add_calls (fixture, 350);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = -300 });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 350);
  g_assert_true (fixture->result->is_complete);
}

static void
test_duplicates (Fixture       *fixture,
                 gconstpointer  data)
{
  add_calls (fixture, 350);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_DUPLICATES });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 350);
  g_assert_cmpuint (fixture->result->n_duplicates, ==, 3);
  g_assert_cmpuint (fixture->n_done, ==, 350);
  g_assert_true (fixture->result->is_complete);
}

/* A record that comes twice can't stand in for one that doesn't come. */
static void
test_duplicates_hide_nothing (Fixture       *fixture,
                              gconstpointer  data)
{
  add_calls (fixture, 350);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_DUPLICATES });
  fixture->limits.max_pages = 3;
  fixture_fetch_day (fixture);
  g_assert_cmpuint (fixture->result->n_duplicates, ==, 2);
  assert_gap (fixture, CS_EXOTEL_GAP_TOO_MANY_PAGES, 50);
}

static void
test_outside (Fixture       *fixture,
              gconstpointer  data)
{
  add_calls (fixture, 250);
  fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_OUTSIDE });
  fixture_fetch_day (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, 250);
  g_assert_cmpuint (fixture->result->n_outside, ==, 3);
  g_assert_cmpuint (fixture->calls->len, ==, 250);
  for (guint i = 0; i < fixture->calls->len; i++)
    {
      CsCall *call = g_ptr_array_index (fixture->calls, i);

      g_assert_cmpint (call->started_us, >=, fixture->now_us - DAY_US);
    }
}

static void
test_unreadable (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char *const records[] = { "{\"Sid\":null}", "42", "{\"Sid\":\"a/../b\",\"DateCreated\":\"2026-01-01 00:00:00\"}" };

  add_calls (fixture, 120);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    fake_exotel_add_record (fixture->fake, fixture->now_us - DAY_US / 2, records[i]);
  fixture_fetch_day (fixture);
  g_assert_cmpuint (fixture->result->n_calls, ==, 120);
  g_assert_cmpuint (fixture->result->n_unreadable, ==, 3);
  g_assert_nonnull (fixture->result->fault);
  assert_gap (fixture, CS_EXOTEL_GAP_UNREADABLE, 3);
}

/* Whatever host a page names (protocol/exotel.md §1), the next page comes from ours; the fixture's end proves that no request
 * ever reached the bystander. */
static void
test_hostile_uris (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct
  {
    const char *uri;
    gboolean is_followed; /* by the cursor in it, on our host */
  } cases[] = {
    { "@{bystander}/v1?After={after}", TRUE },
    { ".{bystander}/v1?After={after}", TRUE },
    { ":443@{bystander}/?After={after}", TRUE },
    { "//{bystander}/v1/Accounts/x/Calls.json?After={after}", TRUE },
    { "http://{bystander}/v1?After={after}&PageSize=1", TRUE },
    { "https://{bystander}/v1?After={after}#After=x", TRUE },
    { "\\\\\\\\{bystander}\\\\?After={after}", TRUE },
    { "/v1/Accounts/x/../../..//{bystander}?x=1&After={after}", TRUE },
    { "http://{bystander}/", FALSE },
    { "@{bystander}", FALSE },
    { "//{bystander}/?After=", FALSE },
    { "//{bystander}/?Before={after}", FALSE },
    { "//{bystander}/?After=a%0d%0aHost:%20{bystander}", FALSE },
  };

  add_calls (fixture, 150);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n_before = fake_exotel_get_n_requests (fixture->fake);

      g_test_message ("%s", cases[i].uri);
      fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_NEXT_URI, .next_uri = cases[i].uri });
      fixture_fetch_day (fixture);
      g_assert_no_error (fixture->error);
      g_assert_cmpuint (fixture->result->n_calls, ==, cases[i].is_followed ? 150 : 100);
      g_assert_cmpuint (fake_exotel_get_n_requests (fixture->fake) - n_before, ==, cases[i].is_followed ? 2 : 1);
      if (cases[i].is_followed)
        g_assert_true (fixture->result->is_complete);
      else
        assert_gap (fixture, CS_EXOTEL_GAP_CURSOR_MISSING, 50);
    }
}

/* A cursor may bring anything, but as a value it stays one. */
static void
test_hostile_cursor (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *request = NULL;

  add_calls (fixture, 150);
  fixture_behave (fixture, (FakeExotelBehaviour) {
    .mode = FAKE_EXOTEL_NEXT_URI, .next_uri = "/v1?After=x%26DateCreated%3Dgte%3A1%26PageSize%3D1%23%2F%40{bystander}",
  });
  fixture_fetch_day (fixture);
  request = fake_exotel_dup_request (fixture->fake, 1);
  g_assert_nonnull (strstr (request, "&After=x%26DateCreated%3Dgte%3A1%26PageSize%3D1%23%2F%40127.0.0.1%3A"));
  g_assert_true (g_str_has_prefix (request, "/v1/Accounts/" FAKE_EXOTEL_SID "/Calls.json?DateCreated=gte%3A2"));
}

static void
test_hostile_redirect_and_phones (Fixture       *fixture,
                                  gconstpointer  data)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };

  fake_exotel_add_phone (fixture->fake, "08047104000", "08047104000", "Desk");
  fixture_list_phones (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->phones->len, ==, 1);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      fixture_behave (fixture, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_REDIRECT, .status = statuses[i] });
      fixture_fetch_day (fixture);
      fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_REDIRECT);
      fixture_list_phones (fixture);
      fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_REDIRECT);
      fixture_probe (fixture);
      fixture_assert_error (fixture, CS_EXOTEL_CLIENT_ERROR_REDIRECT);
    }
}

/* The bystander itself works: without this, that nothing reached it would prove nothing. */
static void
test_bystander_hears (void)
{
  g_autoptr (FakeExotel) fake = fake_exotel_new ();
  CsExotelConfig config = {
    .base_url = fake_exotel_get_bystander_url (fake),
    .account_sid = "sid",
    .api_key = "key",
    .api_token = "token",
  };
  g_autoptr (GPtrArray) calls = g_ptr_array_new ();
  Fixture fixture = { .client = cs_exotel_client_new (&config, NULL), .calls = calls };
  g_autofree char *request = NULL;

  fixture_probe (&fixture);
  g_assert_no_error (fixture.error);
  g_assert_cmpuint (fake_exotel_get_n_bystander_requests (fake), ==, 1);
  request = fake_exotel_dup_bystander_request (fake, 0);
  g_assert_nonnull (strstr (request, "\nAuthorization: Basic a2V5OnRva2Vu"));
  g_assert_nonnull (strstr (request, "\nUser-Agent: CallStats/"));
  g_free (fixture.base_url);
  g_assert_finalize_object (fixture.client);
}

static CsExotelNext
on_counted_page (CsExotelFetch          *fetch,
                 GPtrArray              *calls,
                 const CsExotelProgress *progress,
                 gpointer                data)
{
  Fixture *fixture = data;

  g_assert_cmpfloat (progress->fraction, >=, fixture->fraction);
  fixture->fraction = progress->fraction;
  fixture->n_pages++;
  return CS_EXOTEL_GO_ON;
}

static void
test_hundred_thousand (Fixture       *fixture,
                       gconstpointer  data)
{
  const guint n_calls = 100000;
  gint64 from_us = fixture->now_us - 27 * DAY_US;

  fake_exotel_add_calls (fixture->fake, n_calls, from_us, 27 * DAY_US / n_calls);
  /* No waiting at all: what is measured is the work. */
  fixture->limits.time_scale = 0.000001;
  cs_exotel_client_fetch_async (fixture_get_client (fixture), from_us, fixture->now_us, NULL, on_counted_page, fixture, NULL,
                                fixture_on_fetched, fixture);
  fixture_run (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result->n_calls, ==, n_calls);
  g_assert_cmpuint (fixture->result->n_duplicates, ==, 0);
  g_assert_true (fixture->result->is_complete);
  g_assert_cmpuint (fixture->n_pages, ==, 1000);
  g_assert_cmpfloat (fixture->fraction, ==, 1.0);
}

/* The sample of protocol §5 comes whole. */
static void
test_sample_day (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 midnight_us = fixture->now_us - 2 * DAY_US - (fixture->now_us + 19800 * (gint64) G_USEC_PER_SEC) % DAY_US;
  guint n_answered = 0, n_missed = 0, n_busy = 0, n_failed = 0;
  gint64 talk_us = 0;

  fake_exotel_add_sample_day (fixture->fake, midnight_us);
  fixture_fetch (fixture, midnight_us, midnight_us + DAY_US - G_USEC_PER_SEC);
  g_assert_no_error (fixture->error);
  g_assert_true (fixture->result->is_complete);
  g_assert_cmpuint (fixture->calls->len, ==, 1247);
  for (guint i = 0; i < fixture->calls->len; i++)
    {
      CsCall *call = g_ptr_array_index (fixture->calls, i);

      n_answered += call->outcome == CS_OUTCOME_ANSWERED;
      n_missed += call->outcome == CS_OUTCOME_MISSED;
      n_busy += call->outcome == CS_OUTCOME_BUSY;
      n_failed += call->outcome == CS_OUTCOME_FAILED;
      if (call->outcome == CS_OUTCOME_ANSWERED)
        talk_us += call->talk_us;
    }
  g_assert_cmpuint (n_answered, ==, 976);
  g_assert_cmpuint (n_missed, ==, 189);
  g_assert_cmpuint (n_busy, ==, 52);
  g_assert_cmpuint (n_failed, ==, 30);
  g_assert_cmpint (talk_us, ==, 976 * (gint64) 134 * G_USEC_PER_SEC);
}

#define ADD(path, function) \
  g_test_add ("/exotel-paging/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("cursor/repeated", test_repeated_cursor);
  ADD ("cursor/repeated-at-the-end-is-complete", test_repeated_cursor_at_the_end);
  ADD ("cursor/no-progress", test_no_progress);
  ADD ("cursor/page-cap", test_page_cap);
  ADD ("cursor/gap-in-each-window", test_gap_in_each_window);
  ADD ("total/too-high", test_total_too_high);
  ADD ("total/too-low", test_total_too_low);
  ADD ("records/duplicates-count-once", test_duplicates);
  ADD ("records/duplicates-hide-nothing", test_duplicates_hide_nothing);
  ADD ("records/outside-dropped-and-counted", test_outside);
  ADD ("records/unreadable-counted", test_unreadable);
  ADD ("records/hundred-thousand", test_hundred_thousand);
  ADD ("records/sample-day", test_sample_day);
  ADD ("hostile/next-page-uri", test_hostile_uris);
  ADD ("hostile/cursor-stays-a-value", test_hostile_cursor);
  ADD ("hostile/redirects-and-phones", test_hostile_redirect_and_phones);
  g_test_add_func ("/exotel-paging/hostile/bystander-would-hear", test_bystander_hears);

  return g_test_run ();
}
