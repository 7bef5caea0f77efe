/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-sync-fixture.h"

/* Where nobody answers after a restart, the age of the figures is still known. */
static void
test_age_survives (Lab           *lab,
                   gconstpointer  data)
{
  gint64 good_us;

  fake_exotel_add_calls (lab->fake, 20, lab->now_us - 30 * MINUTE_US, MINUTE_US);
  lab_fetch_first (lab);
  good_us = lab_state (lab)->good_us;
  lab_reopen (lab);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_STATUS, .status = 401 });
  lab_configure (lab);
  g_assert_true (lab_state (lab)->is_complete);
  lab_wait (lab, is_idle);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpint (ABS (lab_state (lab)->good_us - good_us), <, G_USEC_PER_SEC);
  g_assert_cmpuint (count_calls (lab), ==, 20);
}

static const FakeExotelBehaviour failures[] = {
  { .mode = FAKE_EXOTEL_STATUS, .status = 401 },
  { .mode = FAKE_EXOTEL_STATUS, .status = 402, .body = FAKE_EXOTEL_NOTHING },
  { .mode = FAKE_EXOTEL_STATUS, .status = 403, .message = "Your account is not yet KYC compliant", .code = "340030" },
  { .mode = FAKE_EXOTEL_STATUS, .status = 403, .body = FAKE_EXOTEL_HTML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 404, .body = FAKE_EXOTEL_XML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 429 },
  { .mode = FAKE_EXOTEL_STATUS, .status = 429, .retry_after = "1" },
  { .mode = FAKE_EXOTEL_STATUS, .status = 503, .body = FAKE_EXOTEL_HTML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 200, .body = FAKE_EXOTEL_XML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 200, .body = FAKE_EXOTEL_NOTHING },
  { .mode = FAKE_EXOTEL_REDIRECT },
  { .mode = FAKE_EXOTEL_CLOSE },
};

/* Whatever Exotel answers: a sentence says so, the last figures and their age stay, and it recovers by itself. */
static void
test_failure (Lab           *lab,
              gconstpointer  data)
{
  g_autofree char *dump = NULL, *again = NULL;
  gint64 good_us;

  fake_exotel_add_calls (lab->fake, 130, lab->now_us - 130 * MINUTE_US, MINUTE_US);
  lab_fetch_first (lab);
  good_us = lab_state (lab)->good_us;
  dump = dump_figures (lab);

  lab_behave (lab, *(const FakeExotelBehaviour *) data);
  lab_refresh (lab);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpint (strlen (lab_state (lab)->error), >, 15);
  g_assert_null (strstr (lab_state (lab)->error, FAKE_EXOTEL_KEY));
  g_assert_null (strstr (lab_state (lab)->error, FAKE_EXOTEL_TOKEN));
  g_assert_cmpint (lab_state (lab)->good_us, ==, good_us);
  g_assert_cmpint (lab_state (lab)->next_us, >, good_us);
  g_assert_false (lab_state (lab)->is_complete);
  again = dump_figures (lab);
  g_assert_true (g_str_equal (dump, again));

  fake_exotel_add_call (lab->fake, lab->now_us - 30 * G_USEC_PER_SEC, FAKE_CALL_ANSWERED, 5);
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->good_us, >, good_us);
  g_assert_cmpuint (count_calls (lab), ==, 131);
}

/* Nobody listens at the address. */
static void
test_no_server (Lab           *lab,
                gconstpointer  data)
{
  g_free (lab->config->exotel_base_url);
  lab->config->exotel_base_url = g_strdup ("http://127.0.0.1:1");
  lab_configure (lab);
  lab_wait (lab, is_idle);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);
  g_assert_cmpint (lab_state (lab)->good_us, ==, CS_UNKNOWN);
  g_assert_false (lab_state (lab)->is_complete);

  fake_exotel_add_calls (lab->fake, 5, lab->now_us - HOUR_US, MINUTE_US);
  g_free (lab->config->exotel_base_url);
  lab->config->exotel_base_url = g_strdup (fake_exotel_get_url (lab->fake));
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 5);
}

/* Another account's calls are fetched from the first day on, whatever was fetched of the one before. */
static void
test_another_account (Lab           *lab,
                      gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 150, lab->now_us - 30 * HOUR_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 1 });
  lab_fetch_first (lab);
  g_assert_false (lab_state (lab)->is_complete);

  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  fake_exotel_set_account (lab->fake, "othersid", "other-key", "other-token");
  fake_exotel_clear_calls (lab->fake);
  fake_exotel_add_calls (lab->fake, 120, lab->now_us - 29 * HOUR_US, MINUTE_US);
  g_free (lab->config->exotel_account_sid);
  lab->config->exotel_account_sid = g_strdup ("othersid");
  g_free (lab->config->exotel_api_key);
  lab->config->exotel_api_key = g_strdup ("other-key");
  g_free (lab->config->exotel_api_token);
  lab->config->exotel_api_token = g_strdup ("other-token");
  lab_configure (lab);
  g_assert_cmpint (lab_state (lab)->good_us, ==, CS_UNKNOWN);
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 270);
}

static gboolean
is_import_under_way (Lab *lab)
{
  return lab_state (lab)->is_importing && lab_state (lab)->n_done >= 200;
}

/* Begins to import 50 days with 1,000 calls, after a first fetch that found none of them, and waits until some came. */
static void
begin_import (Lab *lab)
{
  lab_fetch_first (lab);
  fake_exotel_add_calls (lab->fake, 1000, lab->now_us - 45 * DAY_US, HOUR_US);
  lab_behave (lab, (FakeExotelBehaviour) { .delay_ms = 15 });
  lab->fraction = 0;
  cs_exotel_sync_import (lab->sync, 50);
  g_assert_true (lab_state (lab)->is_importing);
  lab->fraction = 0;
  lab->fell_back = FALSE;
  lab_wait (lab, is_import_under_way);
  g_assert_cmpfloat (lab_state (lab)->fraction, >, 0.0);
  g_assert_cmpfloat (lab_state (lab)->fraction, <, 1.0);
  g_assert_cmpint (lab_state (lab)->began_us, >=, lab->now_us);
  g_assert_false (lab_state (lab)->is_complete);
}

/* History comes with a progress that only rises, beside the refreshes. */
static void
test_import (Lab           *lab,
             gconstpointer  data)
{
  begin_import (lab);
  cs_exotel_sync_import (lab->sync, 10);
  lab_refresh (lab);
  g_assert_true (lab_state (lab)->is_importing);
  lab_wait (lab, is_not_importing);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpuint (lab_state (lab)->n_done, ==, 1000);
  g_assert_cmpfloat (lab->fraction, ==, 1.0);
  g_assert_false (lab->fell_back);
  g_assert_true (lab_state (lab)->is_complete);
}

/* What has come stays; the rest isn't fetched at the next start either. */
static void
test_import_cancelled (Lab           *lab,
                       gconstpointer  data)
{
  guint n_calls;

  begin_import (lab);
  cs_exotel_sync_cancel_import (lab->sync);
  g_assert_false (lab_state (lab)->is_importing);
  g_assert_true (lab_state (lab)->is_complete);
  cs_recorder_commit (lab->recorder);
  n_calls = count_calls (lab);
  g_assert_cmpuint (n_calls, >=, 200);
  lab_refresh (lab);
  g_assert_cmpuint (count_calls (lab), ==, n_calls);
  g_assert_cmpuint (n_calls, <, 1000);

  lab_reopen (lab);
  lab_configure (lab);
  g_assert_false (lab_state (lab)->is_importing);
  lab_wait (lab, is_good);
  g_assert_cmpuint (count_calls (lab), ==, n_calls);
}

/* An import goes on where it was when the program ended. */
static void
test_import_resumed (Lab           *lab,
                     gconstpointer  data)
{
  guint n_asked;

  begin_import (lab);
  lab_reopen (lab);
  g_assert_cmpuint (count_calls (lab), <, 1000);
  n_asked = count_asked (lab);
  lab_configure (lab);
  g_assert_true (lab_state (lab)->is_importing);
  lab_wait (lab, is_not_importing);
  lab_wait (lab, is_good);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  /* What had come before says nothing of how fast the rest comes. */
  g_assert_cmpfloat (lab_state (lab)->began_fraction, >, 0.1);
  g_assert_cmpfloat (lab_state (lab)->began_fraction, <, 1.0);
  /* From the beginning it would be eleven pages, and one more for the refresh. */
  g_assert_cmpuint (count_asked (lab) - n_asked, <=, 10);
}

/* An import that failed is taken up by the next refresh that succeeds. */
static void
test_import_failed (Lab           *lab,
                    gconstpointer  data)
{
  begin_import (lab);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_STATUS, .status = 401 });
  lab_wait (lab, is_not_importing);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpuint (count_calls (lab), <, 1000);

  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  g_assert_true (lab_state (lab)->is_importing);
  lab_wait (lab, is_not_importing);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
}

/* The disk refuses a page in the middle: it isn't taken for fetched, and comes when the disk takes it. */
static void
test_disk_full (Lab           *lab,
                gconstpointer  data)
{
  guint n_calls;

  fake_exotel_add_calls (lab->fake, 600, lab->now_us - 40 * HOUR_US, 3 * MINUTE_US);
  store_sql (lab->dir, "CREATE TRIGGER full BEFORE INSERT ON call WHEN (SELECT count(*) FROM call) >= 250"
                       " BEGIN SELECT RAISE (ABORT, 'the disk is full'); END");
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*the disk is full*");
  lab_configure (lab);
  lab_wait (lab, is_idle);
  g_test_assert_expected_messages ();
  n_calls = count_calls (lab);
  g_assert_cmpuint (n_calls, ==, 200);
  g_assert_nonnull (strstr (lab_state (lab)->error, "the disk is full"));
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->good_us, ==, CS_UNKNOWN);
  g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);

  store_sql (lab->dir, "DROP TRIGGER full");
  lab_wait (lab, is_good);
  g_assert_cmpuint (count_calls (lab), ==, 600);
  g_assert_cmpuint (count_in_buckets (lab), ==, 600);
  g_assert_true (lab_state (lab)->is_complete);
}

int
main (int    argc,
      char **argv)
{
  static const struct {
    const char *path;
    void (*func) (Lab *, gconstpointer);
  } cases[] = {
    { "/exotel-sync/failure/no-server", test_no_server },
    { "/exotel-sync/failure/age-survives-a-restart", test_age_survives },
    { "/exotel-sync/failure/full-disk-loses-nothing", test_disk_full },
    { "/exotel-sync/account/another-begins-anew", test_another_account },
    { "/exotel-sync/import/progress", test_import },
    { "/exotel-sync/import/cancel", test_import_cancelled },
    { "/exotel-sync/import/goes-on-after-a-restart", test_import_resumed },
    { "/exotel-sync/import/goes-on-after-a-failure", test_import_failed },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Lab, NULL, lab_set_up, cases[i].func, lab_tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strdup_printf ("/exotel-sync/failure/answer-%u", i);

      g_test_add (path, Lab, &failures[i], lab_set_up, test_failure, lab_tear_down);
    }
  return g_test_run ();
}
