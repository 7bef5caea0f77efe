/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-outcome.h"

G_BEGIN_DECLS

#define CS_ANY (-1)

/* Which calls a figure or a list is about. */
typedef struct {
  int provider;      /* CsProvider or CS_ANY */
  int direction;     /* CsDirection or CS_ANY; outbound means all outgoing ones */
  int outcome;       /* CsOutcome or CS_ANY */
  gboolean by_status; /* outcomes by the provider's own word instead of by who talked */
  char *number_key;  /* (owned) (nullable) own number, by its last ten digits */
  gint64 from_us;    /* microseconds UTC: calls first heard of at or after it */
  gint64 to_us;      /* and before it */
} CsCallFilter;

#define CS_CALL_FILTER_ALL { CS_ANY, CS_ANY, CS_ANY, FALSE, NULL, G_MININT64, G_MAXINT64 }

void     cs_call_filter_clear             (CsCallFilter       *filter);
gboolean cs_call_filter_accepts_direction (const CsCallFilter *filter,
                                           CsDirection         direction);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsCallFilter, cs_call_filter_clear)

G_END_DECLS
