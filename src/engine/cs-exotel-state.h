/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-health.h"

G_BEGIN_DECLS

typedef enum {
  CS_EXOTEL_OFF,        /* no account, or its key isn't known */
  CS_EXOTEL_IDLE,
  CS_EXOTEL_REFRESHING,
} CsExotelActivity;

/* How things stand with the account's records. */
typedef struct {
  CsExotelActivity activity;
  gboolean is_importing;   /* history is being fetched beside */
  double fraction;         /* of the import, or of the first fetch: 0 … 1 */
  double began_fraction;   /* what had come before an interruption: it took no time since began_us */
  guint n_done;            /* records of it that came */
  gint64 began_us;         /* when it began, or CS_UNKNOWN */
  gint64 good_us;          /* when everything was last fetched, or CS_UNKNOWN */
  gint64 next_us;          /* when the next try is made, or CS_UNKNOWN */
  char *error;             /* (owned) (nullable) a sentence: why the last try failed, and what to do */
  gboolean is_complete;    /* nothing is known to be missing, and nothing is half fetched */
  gint64 n_missing;        /* records, or CS_UNKNOWN where nobody can tell or none are */
  guint n_unreadable;      /* records of the last fetch that couldn't be read */
  char *fault;             /* (owned) (nullable) what was wrong with the first of them */
} CsExotelState;

void cs_exotel_state_copy  (CsExotelState       *to,
                            const CsExotelState *from);
void cs_exotel_state_clear (CsExotelState       *state);

G_END_DECLS
