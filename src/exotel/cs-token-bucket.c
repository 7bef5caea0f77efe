/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-token-bucket.h"

/**
 * cs_token_bucket_init:
 * @per_minute: requests a minute in the long run, at least 1
 * @burst: requests that may go at once, at least 1; in no minute go more than @per_minute + @burst
 */
void
cs_token_bucket_init (CsTokenBucket *self,
                      guint          per_minute,
                      guint          burst)
{
  g_return_if_fail (per_minute > 0 && burst > 0);

  /* Rounded up, so that a minute never holds one more. */
  self->interval_us = (60 * G_USEC_PER_SEC + per_minute - 1) / per_minute;
  self->burst_us = self->interval_us * (burst - 1);
  self->next_us = G_MININT64;
}

/**
 * cs_token_bucket_reserve:
 * @now_us: microseconds of a monotonic clock
 *
 * Takes a place in the schedule, in the order of the calls.
 *
 * Returns: how long to wait before the request may go, in microseconds; 0 where it may go at once
 */
gint64
cs_token_bucket_reserve (CsTokenBucket *self,
                         gint64         now_us)
{
  gint64 next_us = MAX (self->next_us, now_us);

  self->next_us = next_us + self->interval_us;
  return MAX (next_us - self->burst_us - now_us, 0);
}

/* Gives back a place whose request was never sent. */
void
cs_token_bucket_give_back (CsTokenBucket *self)
{
  if (self->next_us != G_MININT64)
    self->next_us -= self->interval_us;
}
