/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store.h"

G_BEGIN_DECLS

/* A leg of a call of which nothing was heard for long. */
typedef struct {
  gint64 call_id;
  char *id;         /* (owned) */
  gboolean is_open; /* its end isn't known */
  gint64 seen_us;   /* when the call was first heard of */
} CsStuckLeg;

void       cs_stuck_leg_free       (CsStuckLeg  *leg);
GPtrArray *cs_store_get_stuck_legs (CsStore     *self,
                                    CsProvider   provider,
                                    gint64       silent_since_us,
                                    GError     **error);

G_END_DECLS
