/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-event.h"

G_BEGIN_DECLS

/* A duration or time that nobody knows. Times are microseconds UTC since 1970, durations microseconds. */
#define CS_UNKNOWN G_MININT64

/* What of a leg differs from what the store has. */
typedef enum {
  CS_LEG_CHANGED_FACTS = 1 << 0,
  CS_LEG_CHANGED_LINKS = 1 << 1, /* its call, its parent or its xcid */
} CsLegChanges;

/* The facts known of one leg, merged from its events in whatever order they came. */
typedef struct {
  char *id;                      /* (owned) */
  char *parent_id;               /* (owned) (nullable) as in CsCallEvent */
  char *xcid;                    /* (owned) (nullable) */
  CsDirection direction;
  char *from;                    /* (owned) (nullable) */
  char *to;                      /* (owned) (nullable) */
  char *diversion;               /* (owned) (nullable) */
  char *users;                   /* (owned) (nullable) names offered, one a line */
  char *user_ids;                /* (owned) (nullable) one a line */
  gint64 new_us;                 /* arrival of newCall, or CS_UNKNOWN */
  gint64 answered_us;            /* arrival of answer, or CS_UNKNOWN */
  char *answer_user;             /* (owned) (nullable) */
  char *answer_user_id;          /* (owned) (nullable) */
  char *answer_number;           /* (owned) (nullable) the answer's answeringNumber */
  gint64 ended_us;               /* arrival of the last hangup, or CS_UNKNOWN while it runs */
  char *causes;                  /* (owned) (nullable) raw hangup causes, one a line */
  char *hangup_number;           /* (owned) (nullable) the hangup's answeringNumber */
  char *digits;                  /* (owned) (nullable) keys pressed so far; "" where the caller was asked and pressed none */
  CsCallRecord record;           /* what the provider's history says */
  char *record_user;             /* (owned) (nullable) who answered by it */
  char *record_user_id;          /* (owned) (nullable) */
  char *record_cause;            /* (owned) (nullable) its raw words for how the leg ended */
  CsLegChanges changes;
} CsLeg;

/* Who or what took the call; a later one tells more. */
typedef enum {
  CS_ANSWER_NONE,
  CS_ANSWER_MAILBOX,
  CS_ANSWER_UNNAMED,
  CS_ANSWER_PERSON,
} CsAnswer;

CsLeg    *cs_leg_new           (const char *id);
void      cs_leg_free          (CsLeg      *leg);
gboolean  cs_leg_merge         (CsLeg             *leg,
                                const CsCallEvent *event,
                                gint64             now_us);
gboolean  cs_leg_learn_parent  (CsLeg      *leg,
                                const char *parent_id);
gboolean  cs_leg_learn_xcid    (CsLeg      *leg,
                                const char *xcid);
gint64    cs_leg_get_seen      (CsLeg      *leg);
gint64    cs_leg_get_heard     (CsLeg      *leg);
gint64    cs_leg_get_start     (CsLeg      *leg);
gint64    cs_leg_get_answered  (CsLeg      *leg);
gint64    cs_leg_get_end       (CsLeg      *leg);
gboolean  cs_leg_has_ended     (CsLeg      *leg);
gboolean  cs_leg_is_mailbox    (CsLeg      *leg);
CsAnswer  cs_leg_get_answer    (CsLeg      *leg);
CsOutcome cs_leg_get_outcome   (CsLeg      *leg);
char     *cs_leg_get_cause     (CsLeg      *leg);
gboolean  cs_outcome_is_better (CsOutcome outcome,
                                CsOutcome than);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsLeg, cs_leg_free)

G_END_DECLS
