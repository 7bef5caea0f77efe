/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-sipgate-account.h"

G_BEGIN_DECLS

/* What sync_state remembers. */
#define CS_SIPGATE_ACCOUNT_STATE "sipgate-account"       /* whose history it is: SHA-256 of the token's id */
#define CS_SIPGATE_UNTIL_STATE "sipgate-until"           /* everything before this was fetched: microseconds UTC */
#define CS_SIPGATE_FORMER_STATE "sipgate-former-urls"    /* what was set before ours, JSON */
#define CS_SIPGATE_REGISTERED_STATE "sipgate-registered" /* the address that we set last */

/* The gap being filled. */
typedef struct _CsSipgateFill CsSipgateFill;

/* The settings being read or changed. */
typedef struct _CsSipgateUrlJob CsSipgateUrlJob;

struct _CsSipgateAccount
{
  CsStore *store;
  CsRecorder *recorder;
  CsRecorderChangedFunc changed;
  gpointer user_data;
  CsSipgateLimits limits;
  CsEngineConfig *config;     /* (owned) (nullable) */
  CsSipgateClient *client;    /* (owned) (nullable) */
  CsSipgateState state;
  GCancellable *cancellable;  /* (owned) of all that is under way for this account */
  GSource *tick;              /* (owned) (nullable) */
  gint64 tick_real_us;        /* the two clocks at the last tick */
  gint64 tick_us;

  CsSipgateFill *fill;        /* (owned) (nullable) while one is under way */
  gint64 next_fill_us;        /* on the account's clock */
  gint64 last_reap_us;
  guint n_failures;

  char *url;                  /* (owned) (nullable) where calls shall be reported */
  CsSipgateUrlJob *url_job;   /* (owned) (nullable) while one is under way */
  gboolean wants_check;       /* of the address that is set */
  gboolean wants_registration;
  gboolean knows_wish;        /* a changed address shall be registered, and it was seen to */
  gint64 next_url_us;         /* on the account's clock: not before */
};

gint64   cs_sipgate_account_get_now       (CsSipgateAccount *self);
void     cs_sipgate_account_note_activity (CsSipgateAccount *self);

/* The history: cs-sipgate-account-fill.c */
void     cs_sipgate_account_begin_fill    (CsSipgateAccount *self);
void     cs_sipgate_account_drop_fill     (CsSipgateAccount *self);
gboolean cs_sipgate_account_has_stuck     (CsSipgateAccount *self);

/* Where calls are reported: cs-sipgate-account-urls.c */
void     cs_sipgate_account_attend_urls   (CsSipgateAccount *self);
void     cs_sipgate_account_drop_urls     (CsSipgateAccount *self);

G_END_DECLS
