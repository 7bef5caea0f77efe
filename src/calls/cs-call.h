/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-event.h"

G_BEGIN_DECLS

/* A duration or time that nobody knows. Times are microseconds UTC since 1970, durations microseconds. */
#define CS_UNKNOWN G_MININT64

/* A forwarded call's next leg followed after 100 ms in the one real trace (protocol/sipgate.md §5, rule 2). */
#define CS_FORWARD_GRACE_US (2 * G_USEC_PER_SEC)

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
  CsLegChanges changes;
} CsLeg;

/* How a call stands with the clock. Stored: append, never renumber. */
typedef enum {
  CS_CALL_ENDED,
  CS_CALL_RUNNING,
  CS_CALL_AWAITING_LEG, /* every leg was forwarded; the next one may still come */
} CsCallState;

/* One logical call: its legs and what follows from them. */
typedef struct {
  gatomicrefcount ref_count;

  /* facts */
  gint64 id;                     /* 0 until the store has given one */
  CsProvider provider;
  GPtrArray *legs;               /* (owned) (element-type CsLeg) */
  gboolean timed_out;            /* the clock ended it */
  gint64 seen_us;                /* arrival of its first event: what it is sorted and counted by */
  gint64 last_us;                /* arrival of its last event that told anything */

  /* derived by cs_call_evaluate() */
  CsCallState state;
  CsDirection direction;
  CsOutcome outcome;
  gint64 started_us;             /* CS_UNKNOWN where no newCall was seen */
  gint64 answered_us;            /* CS_UNKNOWN where nobody answered or the time isn't known */
  gint64 ended_us;               /* CS_UNKNOWN while it runs, and where the hangup was lost */
  gint64 wait_us;
  gint64 talk_us;
  char *from;                    /* (owned) (nullable) */
  char *to;                      /* (owned) (nullable) */
  char *number;                  /* (owned) (nullable) the own number */
  char *peer;                    /* (owned) (nullable) the other party's number */
  char *offered;                 /* (owned) (nullable) names of the users whose telephones rang, one a line */
  char *answered_by;             /* (owned) (nullable) user id */
  char *answered_by_name;        /* (owned) (nullable) */
  char *answering_number;        /* (owned) (nullable) */
  char *cause;                   /* (owned) (nullable) */
  guint n_legs;
  gboolean is_connected;         /* two people were or are talking */
  gboolean wants_callback;       /* by itself */

  /* what the store knows of other calls and of ticks */
  gboolean needs_callback;       /* wanted, and neither reached nor ticked off since */
} CsCall;

CsLeg   *cs_leg_new        (const char *id);
void     cs_leg_free       (CsLeg      *leg);

CsCall  *cs_call_new       (CsProvider  provider);
CsCall  *cs_call_ref       (CsCall     *call);
void     cs_call_unref     (CsCall     *call);
CsLeg   *cs_call_get_leg   (CsCall     *call,
                            const char *leg_id);
void     cs_call_evaluate  (CsCall     *call);
gboolean cs_call_is_due    (CsCall     *call,
                            gint64      now_us,
                            gint64      stale_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsLeg, cs_leg_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCall, cs_call_unref)

G_END_DECLS
