/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "engine/cs-exotel-lookback.h"

/* Records settle 2 to 15 minutes after a call's end (protocol/exotel.md §1). */
#define TRAILING_US (20 * G_TIME_SPAN_MINUTE)
/* A call that lasts longer than that comes later: now and then more of the past is fetched again. */
#define WIDE_US (3 * G_TIME_SPAN_HOUR)
#define WIDE_EVERY_US (30 * G_TIME_SPAN_MINUTE)
#define GAP_EVERY_US (60 * G_TIME_SPAN_MINUTE)
/* What is still missing after that is looked for the less often the older it is, because all since then is fetched with it, and no
 * more once Exotel doesn't know of it either. */
#define GAP_AGE_US (2 * G_TIME_SPAN_DAY)
#define OLD_GAP_SHARE 4
#define MAX_GAP_AGE_US (180 * G_TIME_SPAN_DAY)

/* Whether an old gap is to be looked at, that was at looked_us last. The calendar counts here: no tick outlives the program. */
static gboolean
is_old_gap_due (gint64 age_us,
                gint64 looked_us,
                gint64 now_us)
{
  if (age_us > MAX_GAP_AGE_US)
    return FALSE;
  return looked_us != CS_UNKNOWN && (looked_us > now_us || now_us - looked_us >= age_us / OLD_GAP_SHARE);
}

/* Whether the gap's hour is over. One that has just become known was looked at a moment ago. */
static gboolean
is_gap_due (CsExotelLookback    *self,
            const CsBookmarkGap *gap,
            gint64               looked_us,
            gint64               now_us,
            gint64               tick_us)
{
  gboolean is_due;

  if (gap == NULL || now_us - gap->from_us >= GAP_AGE_US)
    {
      self->gap_tick_us = CS_UNKNOWN;
      return gap != NULL && is_old_gap_due (now_us - gap->from_us, looked_us, now_us);
    }
  is_due = self->gap_tick_us != CS_UNKNOWN && tick_us - self->gap_tick_us >= GAP_EVERY_US;
  if (is_due || self->gap_tick_us == CS_UNKNOWN)
    self->gap_tick_us = tick_us;
  return is_due;
}

void
cs_exotel_lookback_init (CsExotelLookback *self)
{
  self->wide_tick_us = self->gap_tick_us = CS_UNKNOWN;
}

/* Returns where the refresh begins that follows one that ended at until_us; gap is what is known to be missing, or NULL, and looked_us
 * when a refresh last began at or before it, CS_UNKNOWN where it became known a moment ago. */
gint64
cs_exotel_lookback_choose (CsExotelLookback    *self,
                           gint64               until_us,
                           const CsBookmarkGap *gap,
                           gint64               looked_us,
                           gint64               now_us,
                           gint64               tick_us)
{
  gint64 from_us = MIN (until_us, now_us) - TRAILING_US;

  if (self->wide_tick_us == CS_UNKNOWN)
    self->wide_tick_us = tick_us;
  if (now_us - until_us > TRAILING_US || tick_us - self->wide_tick_us >= WIDE_EVERY_US)
    {
      from_us = MIN (until_us, now_us) - WIDE_US;
      self->wide_tick_us = tick_us;
    }
  return is_gap_due (self, gap, looked_us, now_us, tick_us) ? MIN (from_us, gap->from_us) : from_us;
}
