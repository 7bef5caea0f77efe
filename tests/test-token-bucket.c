/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "exotel/cs-token-bucket.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

static void
test_burst (void)
{
  CsTokenBucket bucket;

  cs_token_bucket_init (&bucket, 60, 3);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 1000), ==, 0);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 1000), ==, 0);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 1000), ==, 0);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 1000), ==, G_USEC_PER_SEC);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 1000), ==, 2 * G_USEC_PER_SEC);
}

static void
test_refill (void)
{
  CsTokenBucket bucket;
  gint64 now_us = 5;

  cs_token_bucket_init (&bucket, 60, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (cs_token_bucket_reserve (&bucket, now_us), ==, 0);

  now_us += G_USEC_PER_SEC;
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, now_us), ==, 0);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, now_us), ==, G_USEC_PER_SEC);

  /* A long rest gives the burst and no more. */
  now_us += 10 * MINUTE_US;
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (cs_token_bucket_reserve (&bucket, now_us), ==, 0);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, now_us), ==, G_USEC_PER_SEC);
}

static void
test_give_back (void)
{
  CsTokenBucket bucket;

  cs_token_bucket_init (&bucket, 60, 1);
  cs_token_bucket_give_back (&bucket);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 0), ==, 0);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 0), ==, G_USEC_PER_SEC);
  cs_token_bucket_give_back (&bucket);
  g_assert_cmpint (cs_token_bucket_reserve (&bucket, 0), ==, G_USEC_PER_SEC);
}

/* However the requests come, no minute holds 200 of them with the limits that the client uses. */
static void
test_no_minute_exceeds (gconstpointer data)
{
  guint step_us = GPOINTER_TO_UINT (data);
  const guint n_requests = 3000;
  g_autofree gint64 *sent_us = g_new (gint64, n_requests);
  CsTokenBucket bucket;
  gint64 now_us = 12345;
  guint most = 0;

  cs_token_bucket_init (&bucket, 170, 20);
  for (guint i = 0; i < n_requests; i++)
    {
      gint64 wait_us = cs_token_bucket_reserve (&bucket, now_us);

      g_assert_cmpint (wait_us, >=, 0);
      sent_us[i] = now_us + wait_us;
      now_us += step_us;
    }

  for (guint first = 0, last = 0; last < n_requests; last++)
    {
      while (sent_us[last] - sent_us[first] >= MINUTE_US)
        first++;
      most = MAX (most, last - first + 1);
    }
  g_assert_cmpuint (most, <=, 190);
  g_assert_cmpuint (most, >, 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/token-bucket/burst-then-even", test_burst);
  g_test_add_func ("/token-bucket/refills-up-to-the-burst", test_refill);
  g_test_add_func ("/token-bucket/unused-place-is-given-back", test_give_back);
  g_test_add_data_func ("/token-bucket/under-200-a-minute/all-at-once", GUINT_TO_POINTER (0), test_no_minute_exceeds);
  g_test_add_data_func ("/token-bucket/under-200-a-minute/fast", GUINT_TO_POINTER (100000), test_no_minute_exceeds);
  g_test_add_data_func ("/token-bucket/under-200-a-minute/even", GUINT_TO_POINTER (353000), test_no_minute_exceeds);

  return g_test_run ();
}
