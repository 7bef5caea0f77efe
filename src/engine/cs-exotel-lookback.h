/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-bookmark.h"

G_BEGIN_DECLS

/* Decides how far back a refresh looks: usually a little, now and then further. Times of the calendar are microseconds UTC,
 * ticks are those of a clock that nobody sets. */
typedef struct {
  gint64 wide_tick_us;  /* when more of the past was looked at last, or CS_UNKNOWN */
  gint64 gap_tick_us;   /* when the known gap was, or became known; CS_UNKNOWN where there is none */
} CsExotelLookback;

void   cs_exotel_lookback_init   (CsExotelLookback      *self);
gint64 cs_exotel_lookback_choose (CsExotelLookback      *self,
                                  gint64                 until_us,
                                  const CsBookmarkGap   *gap,
                                  gint64                 looked_us,
                                  gint64                 now_us,
                                  gint64                 tick_us);

G_END_DECLS
