/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "scripted-call.h"

#define N_SCRIPTS 20
#define MAX_STEPS 6
/* People who call a small business, and its own numbers. */
#define N_PEERS 20000
#define N_OWN_NUMBERS 4

typedef enum {
  NONE,
  NEW_CALL,
  NEW_CALL_OUT,
  NEW_LEG,      /* of the same call, offered to somebody else */
  NEW_MAILBOX,
  ANSWER,
  ANSWER_LEG,
  ANSWER_MAILBOX,
  CLEAR,
  CLEAR_LEG,
  CANCEL,
  BUSY,
  FORWARDED,
} Step;

#define ANSWERED { NEW_CALL, ANSWER, CLEAR }
#define MISSED { NEW_CALL, CANCEL }
#define MAILBOX { NEW_CALL, FORWARDED, NEW_MAILBOX, ANSWER_MAILBOX, CLEAR_LEG }
#define OUTGOING { NEW_CALL_OUT, ANSWER, CLEAR }
#define TRANSFERRED { NEW_CALL, ANSWER, NEW_LEG, ANSWER_LEG, CLEAR, CLEAR_LEG }

/* A usual mix; the sequences are those of protocol/sipgate.md §3. */
static const Step scripts[N_SCRIPTS][MAX_STEPS] = {
  ANSWERED, ANSWERED, MISSED,   ANSWERED, OUTGOING, ANSWERED, ANSWERED, MAILBOX,  ANSWERED, { NEW_CALL, BUSY },
  ANSWERED, MISSED,   ANSWERED, OUTGOING, ANSWERED, ANSWERED, MAILBOX,  ANSWERED, MISSED,   TRANSFERRED,
};

typedef struct {
  const char *event;
  char leg;
  gboolean is_hangup;
  const char *rest;
} StepText;

static const StepText texts[] = {
  [NONE] = { NULL },
  [NEW_CALL] = { "newCall", 'a', FALSE, "&user%5B%5D=Anna+Berg&user%5B%5D=Jonas+Weber&userId%5B%5D=w0&userId%5B%5D=w1"
                                        "&fullUserId%5B%5D=1234567w0&fullUserId%5B%5D=1234567w1" },
  [NEW_CALL_OUT] = { "newCall", 'a', FALSE, "&user%5B%5D=Anna+Berg&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0" },
  [NEW_LEG] = { "newCall", 'b', FALSE, "&user%5B%5D=Mira+Patel&userId%5B%5D=w2&fullUserId%5B%5D=1234567w2" },
  [NEW_MAILBOX] = { "newCall", 'b', FALSE, "&user%5B%5D=voicemail&diversion=492214710900" },
  [ANSWER] = { "answer", 'a', FALSE, "&user=Anna+Berg&userId=w0&fullUserId=1234567w0&answeringNumber=492214710900" },
  [ANSWER_LEG] = { "answer", 'b', FALSE, "&user=Mira+Patel&userId=w2&fullUserId=1234567w2&answeringNumber=492214710902" },
  [ANSWER_MAILBOX] = { "answer", 'b', FALSE, "&user=voicemail&diversion=492214710900" },
  [CLEAR] = { "hangup", 'a', TRUE, "&cause=normalClearing&answeringNumber=492214710900" },
  [CLEAR_LEG] = { "hangup", 'b', TRUE, "&cause=normalClearing" },
  [CANCEL] = { "hangup", 'a', TRUE, "&cause=cancel" },
  [BUSY] = { "hangup", 'a', TRUE, "&cause=busy" },
  [FORWARDED] = { "hangup", 'a', TRUE, "&cause=forwarded" },
};

/* Spreads neighbouring serials over all values. */
static guint64
scatter (guint64 serial)
{
  guint64 x = serial * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return x ^ (x >> 29);
}

static char *
make_body (const ScriptedCall *self,
           const StepText     *text,
           gboolean            is_out)
{
  guint64 scattered = scatter (self->serial), id = self->is_ordered ? 0 : scattered;
  guint64 peer = G_GUINT64_CONSTANT (493023125000) + scattered % N_PEERS;
  guint64 own = G_GUINT64_CONSTANT (492214710900) + self->serial % N_OWN_NUMBERS;

  return g_strdup_printf ("event=%s&direction=%s&from=%" G_GUINT64_FORMAT "&to=%" G_GUINT64_FORMAT
                          "&callId=%016" G_GINT64_MODIFIER "x%08" G_GINT64_MODIFIER "x%c"
                          "&origCallId=%016" G_GINT64_MODIFIER "x%08" G_GINT64_MODIFIER "xa"
                          "&xcid=%016" G_GINT64_MODIFIER "x%08" G_GINT64_MODIFIER "x%s",
                          text->event, is_out ? "out" : "in", is_out ? own : peer, is_out ? peer : own,
                          id, self->serial, text->leg, id, self->serial, id, self->serial, text->rest);
}

ScriptedCall
scripted_call_make (guint64  serial,
                    gboolean never_ends)
{
  return (ScriptedCall) { .serial = serial, .never_ends = never_ends };
}

/* Returns the body of the call's next push, or NULL after the last one. (transfer full) (nullable) */
char *
scripted_call_next (ScriptedCall *self)
{
  const Step *script = scripts[self->serial % N_SCRIPTS];

  while (self->n_told < MAX_STEPS && script[self->n_told] != NONE)
    {
      const StepText *text = &texts[script[self->n_told++]];

      if (!(self->never_ends && text->is_hangup))
        return make_body (self, text, script[0] == NEW_CALL_OUT);
    }
  return NULL;
}
