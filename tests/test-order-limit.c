/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "orders/cs-order-limit.h"

#define NOON (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

/* Returns how often the caller may ask at that time, and lets it. */
static guint
ask_until_refused (CsOrderLimit *limit,
                   const char   *caller,
                   gint64        at_us)
{
  guint n = 0;

  for (; cs_order_limit_is_free (limit, caller, at_us + n); n++)
    {
      g_assert_cmpuint (n, <, 1000);
      cs_order_limit_add (limit, caller, at_us + n);
    }
  return n;
}

static void
test_ten_an_hour (void)
{
  g_autoptr (CsOrderLimit) limit = cs_order_limit_new ();

  g_assert_cmpuint (ask_until_refused (limit, "4930123456", NOON), ==, 10);
  g_assert_cmpuint (ask_until_refused (limit, "4930123457", NOON), ==, 10);
  g_assert_false (cs_order_limit_is_free (limit, "4930123456", NOON + G_TIME_SPAN_HOUR - 1));
  g_assert_true (cs_order_limit_is_free (limit, "4930123456", NOON + G_TIME_SPAN_HOUR));
  g_assert_cmpuint (ask_until_refused (limit, "4930123456", NOON + 2 * G_TIME_SPAN_HOUR), ==, 10);
}

static void
test_hundred_withheld (void)
{
  g_autoptr (CsOrderLimit) limit = cs_order_limit_new ();

  g_assert_cmpuint (ask_until_refused (limit, "", NOON), ==, 100);
  g_assert_true (cs_order_limit_is_free (limit, "4930123456", NOON));
}

/* The hour slides: it doesn't begin anew at a full one. */
static void
test_hour_slides (void)
{
  g_autoptr (CsOrderLimit) limit = cs_order_limit_new ();

  for (int i = 0; i < 10; i++)
    cs_order_limit_add (limit, "x", NOON + i * 6 * G_TIME_SPAN_MINUTE);
  g_assert_false (cs_order_limit_is_free (limit, "x", NOON + 59 * G_TIME_SPAN_MINUTE));
  g_assert_cmpuint (ask_until_refused (limit, "x", NOON + 61 * G_TIME_SPAN_MINUTE), ==, 1);
  g_assert_cmpuint (ask_until_refused (limit, "x", NOON + 73 * G_TIME_SPAN_MINUTE), ==, 2);
}

static void
test_clock_set_back (void)
{
  g_autoptr (CsOrderLimit) limit = cs_order_limit_new ();

  g_assert_cmpuint (ask_until_refused (limit, "x", NOON), ==, 10);
  g_assert_cmpuint (ask_until_refused (limit, "x", NOON - G_TIME_SPAN_DAY), ==, 10);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-limit/ten-an-hour-for-a-caller", test_ten_an_hour);
  g_test_add_func ("/order-limit/a-hundred-for-withheld-numbers", test_hundred_withheld);
  g_test_add_func ("/order-limit/the-hour-slides", test_hour_slides);
  g_test_add_func ("/order-limit/clock-set-back-locks-nobody-out", test_clock_set_back);
  return g_test_run ();
}
