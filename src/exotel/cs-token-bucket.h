/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets so many requests through a minute, and a burst of them at once after a quiet time. Time is an argument, in
 * microseconds of a clock that never goes back. */
typedef struct {
  gint64 interval_us; /* between two requests when the burst is used up */
  gint64 burst_us;    /* how far the schedule may run ahead of the clock */
  gint64 next_us;     /* when the next request would come if all came evenly */
} CsTokenBucket;

void   cs_token_bucket_init      (CsTokenBucket *self,
                                  guint          per_minute,
                                  guint          burst);
gint64 cs_token_bucket_reserve   (CsTokenBucket *self,
                                  gint64         now_us);
void   cs_token_bucket_give_back (CsTokenBucket *self);

G_END_DECLS
