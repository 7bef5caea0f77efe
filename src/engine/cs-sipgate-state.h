/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-leg.h"

G_BEGIN_DECLS

typedef enum {
  CS_SIPGATE_OFF,  /* no account, or its token isn't known */
  CS_SIPGATE_IDLE,
  CS_SIPGATE_BUSY, /* sipgate is being asked */
} CsSipgateActivity;

/* Where sipgate reports calls to. */
typedef enum {
  CS_SIPGATE_URL_UNKNOWN, /* it wasn't asked, or didn't say */
  CS_SIPGATE_URL_NONE,    /* nowhere */
  CS_SIPGATE_URL_OURS,    /* here */
  CS_SIPGATE_URL_OTHER,   /* somewhere else, for one direction at least; also under an address that we had before */
} CsSipgateUrlState;

/* How things stand with the sipgate account. */
typedef struct {
  CsSipgateActivity activity;
  char *error;                /* (owned) (nullable) a sentence: why the history couldn't be read, and what to do */
  gint64 good_us;             /* when the history was last read up to then, or CS_UNKNOWN */
  guint n_filled;             /* entries that told something new since the start */
  CsSipgateUrlState url_state;
  char *url_error;            /* (owned) (nullable) a sentence: why the address couldn't be read or registered */
  gboolean can_restore;       /* former addresses are remembered */
} CsSipgateState;

void cs_sipgate_state_init  (CsSipgateState       *state);
void cs_sipgate_state_copy  (CsSipgateState       *to,
                             const CsSipgateState *from);
void cs_sipgate_state_clear (CsSipgateState       *state);

G_END_DECLS
