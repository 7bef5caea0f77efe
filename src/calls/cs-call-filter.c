/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call-filter.h"

void
cs_call_filter_clear (CsCallFilter *filter)
{
  g_clear_pointer (&filter->number_key, g_free);
}

gboolean
cs_call_filter_accepts_direction (const CsCallFilter *filter,
                                  CsDirection         direction)
{
  return filter->direction == CS_ANY || filter->direction == (int) direction
         || (filter->direction == CS_DIRECTION_OUTBOUND && cs_direction_is_outgoing (direction));
}
