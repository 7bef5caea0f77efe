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
} CsCallEventKind;

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
} CsCallEvent;

CsCallEvent *cs_call_event_new      (CsProvider       provider,
                                     CsCallEventKind  kind,
                                     const char      *leg_id);
CsCallEvent *cs_call_event_copy     (const CsCallEvent *event);
void         cs_call_event_free     (CsCallEvent     *event);
gboolean     cs_number_is_known     (const char      *number);
char        *cs_number_get_key      (const char      *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCallEvent, cs_call_event_free)

G_END_DECLS
