/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-announcement-name.h"

G_BEGIN_DECLS

#define CS_ORDER_MAX_DIGITS 20
#define CS_ORDER_MAX_TRIES 3

/* How the user wants callers to be served. */
typedef struct {
  guint digits;         /* of a customer number, 1 … CS_ORDER_MAX_DIGITS */
  guint timeout_ms;     /* of silence until a push comes, at least 1 */
  const char *transfer; /* (unowned) digits of the number that those who can't be served are handed over to; "": nobody */
} CsOrderRules;

/* Stored: append, never renumber. */
typedef enum {
  CS_ORDER_PHASE_ASKING,
  CS_ORDER_PHASE_LOOKING_UP,
  CS_ORDER_PHASE_LEAVING, /* all is said: the next push ends the call */
  CS_ORDER_PHASE_OVER,
} CsOrderPhase;

/* How far one call got. A plain value: it can be copied, and rebuilt from its fields. */
typedef struct {
  CsOrderPhase phase;
  guint n_tries;                         /* pushes that were to bring a number */
  guint n_asked;                         /* keys that the next push has at the most */
  char entered[CS_ORDER_MAX_DIGITS + 1]; /* asking: digits of a number that has begun; then the number */
} CsOrderDialogue;

typedef enum {
  CS_ORDER_STEP_ASK,      /* gather max_digits keys with the announcement */
  CS_ORDER_STEP_ANNOUNCE, /* the same, but nobody cares for the keys: it is how to say something to the end */
  CS_ORDER_STEP_LOOK_UP,  /* ask for the order of text, and go on with cs_order_dialogue_take_result() */
  CS_ORDER_STEP_TRANSFER, /* dial text */
  CS_ORDER_STEP_HANG_UP,
} CsOrderStepKind;

/* What comes next for the caller. */
typedef struct {
  CsOrderStepKind kind;
  int announcement;       /* a CsAnnouncement, or -1 for silence */
  guint max_digits;
  guint timeout_ms;
  const char *text;       /* (unowned) (nullable) of the dialogue or of its rules */
} CsOrderStep;

/* What a look-up brought. Stored: append, never renumber. */
typedef enum {
  CS_ORDER_FOUND,
  CS_ORDER_NOT_FOUND,
  CS_ORDER_UNAVAILABLE, /* the orders couldn't be asked for */
  CS_ORDER_REFUSED,     /* this caller asked too often */
} CsOrderFinding;

CsOrderStep cs_order_dialogue_begin       (CsOrderDialogue    *self,
                                           const CsOrderRules *rules);
CsOrderStep cs_order_dialogue_ask_again   (CsOrderDialogue    *self,
                                           const CsOrderRules *rules);
CsOrderStep cs_order_dialogue_take_keys   (CsOrderDialogue    *self,
                                           const char         *keys,
                                           const CsOrderRules *rules);
CsOrderStep cs_order_dialogue_take_result (CsOrderDialogue    *self,
                                           CsOrderFinding      finding,
                                           CsOrderState        state,
                                           const CsOrderRules *rules);

G_END_DECLS
