/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-dialogue.h"

#include <string.h>

/* Silence after an announcement that nobody has to answer. */
#define FAREWELL_MS 1000

/* What the keys of one push amount to. */
typedef enum {
  INPUT_NUMBER,
  INPUT_BEGUN, /* the caller began anew, and the push ended in the middle */
  INPUT_ANEW,  /* the caller began anew, and hasn't pressed anything since */
  INPUT_NONSENSE,
} Input;

static CsOrderStep
ask (CsOrderDialogue    *self,
     int                 announcement,
     const CsOrderRules *rules)
{
  self->phase = CS_ORDER_PHASE_ASKING;
  self->n_asked = rules->digits - MIN (strlen (self->entered), rules->digits - 1);
  return (CsOrderStep) { CS_ORDER_STEP_ASK, announcement, self->n_asked, rules->timeout_ms, NULL };
}

static CsOrderStep
announce (CsOrderDialogue *self,
          CsAnnouncement   announcement)
{
  self->phase = CS_ORDER_PHASE_LEAVING;
  return (CsOrderStep) { CS_ORDER_STEP_ANNOUNCE, announcement, 1, FAREWELL_MS, NULL };
}

/* Asks once more, or gives up after the last try. */
static CsOrderStep
retry (CsOrderDialogue    *self,
       int                 announcement,
       const CsOrderRules *rules)
{
  if (self->n_tries < CS_ORDER_MAX_TRIES)
    return ask (self, announcement, rules);

  self->phase = CS_ORDER_PHASE_OVER;
  if (*rules->transfer != '\0')
    return (CsOrderStep) { CS_ORDER_STEP_TRANSFER, -1, 0, 0, rules->transfer };
  return (CsOrderStep) { CS_ORDER_STEP_HANG_UP, -1, 0, 0, NULL };
}

/* Puts the keys behind what was entered: * forgets it all, # says that the number is complete. */
static Input
read_keys (CsOrderDialogue    *self,
           const char         *keys,
           const CsOrderRules *rules)
{
  gsize length = strlen (self->entered);
  gboolean is_anew = FALSE, is_complete = FALSE, is_full = strlen (keys) >= self->n_asked;

  for (; *keys != '\0' && !is_complete; keys++)
    {
      if (*keys == '*')
        {
          length = 0;
          is_anew = TRUE;
        }
      else if (*keys == '#')
        {
          is_complete = TRUE;
        }
      else if (!g_ascii_isdigit (*keys) || length >= rules->digits || length >= CS_ORDER_MAX_DIGITS)
        {
          return INPUT_NONSENSE;
        }
      else
        {
          self->entered[length++] = *keys;
        }
    }
  self->entered[length] = '\0';

  if (length == rules->digits || (is_complete && length > 0))
    return INPUT_NUMBER;
  if (is_anew && !is_complete && length == 0)
    return INPUT_ANEW;
  return is_anew && !is_complete && is_full ? INPUT_BEGUN : INPUT_NONSENSE;
}

/* A call begins. Whatever the dialogue was before, it is new. */
CsOrderStep
cs_order_dialogue_begin (CsOrderDialogue    *self,
                         const CsOrderRules *rules)
{
  *self = (CsOrderDialogue) { 0 };
  return ask (self, CS_ANNOUNCEMENT_WELCOME, rules);
}

/* The provider repeats that the call begins: the answer got lost. Tries stay used. */
CsOrderStep
cs_order_dialogue_ask_again (CsOrderDialogue    *self,
                             const CsOrderRules *rules)
{
  self->entered[0] = '\0';
  return ask (self, CS_ANNOUNCEMENT_WELCOME, rules);
}

/* The provider pushes what was pressed; "" where nothing was. Each push is a step, also one that says the same as the last.
 * Source: protocol/sipgate.md §2, §6. */
CsOrderStep
cs_order_dialogue_take_keys (CsOrderDialogue    *self,
                             const char         *keys,
                             const CsOrderRules *rules)
{
  switch (self->phase)
    {
    case CS_ORDER_PHASE_ASKING:
      break;
    case CS_ORDER_PHASE_LOOKING_UP:
      return (CsOrderStep) { CS_ORDER_STEP_LOOK_UP, -1, 0, 0, self->entered };
    case CS_ORDER_PHASE_LEAVING:
    case CS_ORDER_PHASE_OVER:
      self->phase = CS_ORDER_PHASE_OVER;
      return (CsOrderStep) { CS_ORDER_STEP_HANG_UP, -1, 0, 0, NULL };
    }

  self->n_tries++;
  switch (read_keys (self, keys, rules))
    {
    case INPUT_NUMBER:
      self->phase = CS_ORDER_PHASE_LOOKING_UP;
      return (CsOrderStep) { CS_ORDER_STEP_LOOK_UP, -1, 0, 0, self->entered };
    case INPUT_BEGUN:
      /* The caller is pressing keys: nobody talks into that. */
      return retry (self, -1, rules);
    case INPUT_ANEW:
      return retry (self, CS_ANNOUNCEMENT_WELCOME, rules);
    case INPUT_NONSENSE:
      self->entered[0] = '\0';
      return retry (self, CS_ANNOUNCEMENT_NOT_UNDERSTOOD, rules);
    }
  g_return_val_if_reached (announce (self, CS_ANNOUNCEMENT_TRY_LATER));
}

/* What the look-up brought; state counts only where the order was found. */
CsOrderStep
cs_order_dialogue_take_result (CsOrderDialogue    *self,
                               CsOrderFinding      finding,
                               CsOrderState        state,
                               const CsOrderRules *rules)
{
  self->entered[0] = '\0';
  switch (finding)
    {
    case CS_ORDER_FOUND:
      return announce (self, cs_announcement_for_state (state));
    case CS_ORDER_NOT_FOUND:
      return retry (self, CS_ANNOUNCEMENT_NOT_FOUND, rules);
    case CS_ORDER_UNAVAILABLE:
    case CS_ORDER_REFUSED:
      return announce (self, CS_ANNOUNCEMENT_TRY_LATER);
    }
  g_return_val_if_reached (announce (self, CS_ANNOUNCEMENT_TRY_LATER));
}
