/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-outcome.h"

G_BEGIN_DECLS

/* Stored in the journal: append, never renumber. */
typedef enum {
  CS_CALL_EVENT_NEW_CALL,
  CS_CALL_EVENT_ANSWER,
  CS_CALL_EVENT_HANGUP,
  CS_CALL_EVENT_DTMF,
  CS_CALL_EVENT_OTHER,
  CS_CALL_EVENT_RECORD, /* fetched afterwards: what the provider's history says of a leg */
} CsCallEventKind;

/* What the provider's history says of one leg. Times are microseconds UTC, or CS_UNKNOWN. */
typedef struct {
  CsOutcome outcome;      /* CS_OUTCOME_RINGING: there is no record; CS_OUTCOME_STALE: it is over, nobody knows how */
  gint64 started_us;
  gint64 talk_us;         /* how long was talked, microseconds, or CS_UNKNOWN */
  gint64 told_us;         /* when the provider last changed the record: a later one is the better authority */
} CsCallRecord;

/* What a provider told of one leg of a call. Absent and empty fields are NULL; all text is valid UTF-8. */
typedef struct {
  CsProvider provider;
  CsCallEventKind kind;
  CsDirection direction;  /* inbound, outbound or unknown: the leg's own */
  char *leg_id;           /* (owned) never NULL */
  char *parent_id;        /* (owned) (nullable) the leg that this one continues; its own id where it says to be the first */
  char *xcid;             /* (owned) (nullable) the same on every leg of one call */
  char *from;             /* (owned) (nullable) */
  char *to;               /* (owned) (nullable) */
  char *diversion;        /* (owned) (nullable) number first dialled */
  char **users;           /* (owned) (nullable) newCall: names offered; answer: the one who answered */
  char **user_ids;        /* (owned) (nullable) the same users' ids, "w0" */
  char **full_user_ids;   /* (owned) (nullable) "1234567w0" */
  char *answering_number; /* (owned) (nullable) */
  char *cause;            /* (owned) (nullable) hangup: the provider's raw word */
  char *digits;           /* (owned) (nullable) dtmf: what was pressed */
  gboolean asks_keys;     /* newCall: our answer to it asks the caller for keys */
  CsCallRecord record;    /* of a record alone; who answered stands in users and user_ids, the raw words in cause */
} CsCallEvent;

CsCallEvent *cs_call_event_new      (CsProvider       provider,
                                     CsCallEventKind  kind,
                                     const char      *leg_id);
CsCallEvent *cs_call_event_copy     (const CsCallEvent *event);
void         cs_call_event_free     (CsCallEvent     *event);
gboolean     cs_number_is_known     (const char      *number);
char        *cs_number_get_key      (const char      *number);
char        *cs_number_dup_dialled  (const char      *number);
char        *cs_number_get_digits   (const char      *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCallEvent, cs_call_event_free)

G_END_DECLS
