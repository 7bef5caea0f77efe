/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-leg.h"

G_BEGIN_DECLS

/* A forwarded call's next leg followed after 100 ms in the one real trace (protocol/sipgate.md §5, rule 2). */
#define CS_FORWARD_GRACE_US (2 * G_USEC_PER_SEC)

/* A record's duration and end settle 2 to 15 minutes after the call (protocol/exotel.md §1). */
#define CS_RECORD_SETTLE_US (15 * G_TIME_SPAN_MINUTE)

/* How a call stands with the clock. Stored: append, never renumber. */
typedef enum {
  CS_CALL_ENDED,
  CS_CALL_RUNNING,
  CS_CALL_AWAITING_LEG, /* every leg was forwarded; the next one may still come */
} CsCallState;

/* Where a call is known from. A later one is the better authority. Stored: append, never renumber. */
typedef enum {
  CS_SOURCE_LEGS,   /* events of its legs */
  CS_SOURCE_EVENT,  /* an event that tells of the whole call */
  CS_SOURCE_RECORD, /* the provider's record, made after its end */
} CsCallSource;

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
  CsCallSource source;
  char *record_id;               /* (owned) (nullable) the provider's id of a call that has no legs */

  /* derived by cs_call_evaluate() */
  CsCallState state;
  CsDirection direction;
  CsOutcome outcome;
  CsOutcome plain_outcome;       /* by the provider's own word for the whole call; the same where there is none */
  gboolean is_estimated;         /* the outcome rests on that word alone, for want of details */
  gboolean is_part;              /* of another call that is counted: stands in no figure */
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
  gboolean is_at_order_line;     /* it runs, and the caller talks to the order line */
  int order_result;              /* what came of it there (CsOrderResult), once it is over; -1 where it wasn't there */
  char *order_customer;          /* (owned) (nullable) the number that the caller entered there */
} CsCall;

CsCall  *cs_call_new       (CsProvider  provider);
CsCall  *cs_call_ref       (CsCall     *call);
void     cs_call_unref     (CsCall     *call);
CsLeg   *cs_call_get_leg   (CsCall     *call,
                            const char *leg_id);
void     cs_call_evaluate  (CsCall     *call);
gboolean cs_call_is_settled (CsCall    *call);
gboolean cs_call_is_due    (CsCall     *call,
                            gint64      now_us,
                            gint64      stale_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCall, cs_call_unref)

G_END_DECLS
