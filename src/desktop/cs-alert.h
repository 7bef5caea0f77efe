/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-news.h"

G_BEGIN_DECLS

/* What can be wrong with receiving, each by itself. */
typedef enum {
  CS_FAULT_PORT,      /* nobody can listen */
  CS_FAULT_TUNNEL,    /* the way from the Internet is cut */
  CS_FAULT_SIGNATURE, /* what comes isn't signed as it should be */
  CS_FAULT_STORAGE,   /* the disk doesn't take calls */
} CsFault;

#define CS_N_FAULTS 4

typedef enum {
  CS_ALERT_CALL,   /* one call that nobody answered */
  CS_ALERT_CALLS,  /* many of them in one notification */
  CS_ALERT_HEALTH, /* the numbers, or that they are well again */
  CS_ALERT_FAULT,  /* receiving */
} CsAlertKind;

/* One notification to show, to replace or to withdraw. */
typedef struct {
  CsAlertKind kind;
  char *id;              /* (owned) the same for what takes the place of another */
  gboolean is_withdrawn; /* nothing but kind and id counts then */
  gboolean is_calm;      /* says less than before: no reason to disturb anybody */

  CsNews *news;          /* (owned) (nullable) call: which; health: the report */
  guint n_calls;         /* calls: how many */
  gboolean was_quiet;    /* calls: they were held back until now */
  CsFault fault;
  char *text;            /* (owned) (nullable) fault: what happened, what it means and what to do */
} CsAlert;

CsAlert *cs_alert_new  (CsAlertKind  kind,
                        char        *id);
void     cs_alert_free (CsAlert     *alert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsAlert, cs_alert_free)

G_END_DECLS
