/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call-event.h"

#include <string.h>

/* Numbers of one subscriber come in many spellings; their last ten digits are the same in all. */
#define KEY_DIGITS 10
#define SHORTEST_NUMBER 5

/* What is dialled has at least three digits, as emergency numbers have. What is shorter than an international number is an extension
 * or a short number. */
#define MIN_DIALLED 3
#define MAX_DIALLED 20
#define SHORTEST_INTERNATIONAL 8

/* Makes an event of which only the kind and the leg are known. */
CsCallEvent *
cs_call_event_new (CsProvider      provider,
                   CsCallEventKind kind,
                   const char     *leg_id)
{
  CsCallEvent *event = g_new0 (CsCallEvent, 1);

  g_return_val_if_fail (leg_id != NULL, event);

  event->provider = provider;
  event->kind = kind;
  event->leg_id = g_strdup (leg_id);
  return event;
}

CsCallEvent *
cs_call_event_copy (const CsCallEvent *event)
{
  CsCallEvent *copy = cs_call_event_new (event->provider, event->kind, event->leg_id);

  copy->direction = event->direction;
  copy->parent_id = g_strdup (event->parent_id);
  copy->xcid = g_strdup (event->xcid);
  copy->from = g_strdup (event->from);
  copy->to = g_strdup (event->to);
  copy->diversion = g_strdup (event->diversion);
  copy->users = g_strdupv (event->users);
  copy->user_ids = g_strdupv (event->user_ids);
  copy->full_user_ids = g_strdupv (event->full_user_ids);
  copy->answering_number = g_strdup (event->answering_number);
  copy->cause = g_strdup (event->cause);
  copy->digits = g_strdup (event->digits);
  copy->asks_keys = event->asks_keys;
  copy->record = event->record;
  return copy;
}

void
cs_call_event_free (CsCallEvent *event)
{
  g_free (event->leg_id);
  g_free (event->parent_id);
  g_free (event->xcid);
  g_free (event->from);
  g_free (event->to);
  g_free (event->diversion);
  g_strfreev (event->users);
  g_strfreev (event->user_ids);
  g_strfreev (event->full_user_ids);
  g_free (event->answering_number);
  g_free (event->cause);
  g_free (event->digits);
  g_free (event);
}

/* Whether somebody could be called under this number: it is there, and not withheld.
 * Source: protocol/sipgate.md §1 ("anonymous"), protocol/exotel.md §1 (masked digits, "null"). */
gboolean
cs_number_is_known (const char *number)
{
  return number != NULL && *number != '\0' && g_ascii_strcasecmp (number, "anonymous") != 0
         && g_ascii_strcasecmp (number, "null") != 0 && strstr (number, "XXX") == NULL;
}

/* Returns what two spellings of one number have in common: the last ten digits of anything that is a number of at least
 * five digits, the text itself of all else (a SIP address), or NULL where the number isn't known.
 * Source: protocol/exotel.md §1, protocol/sipgate.md §1. */
char *
cs_number_get_key (const char *number)
{
  g_autoptr (GString) digits = NULL;

  if (!cs_number_is_known (number))
    return NULL;

  digits = g_string_new (NULL);
  for (const char *c = number; *c != '\0'; c++)
    {
      if (g_ascii_isdigit (*c))
        g_string_append_c (digits, *c);
      else if (strchr ("+-/() .", *c) == NULL)
        return g_strdup (number);
    }

  if (digits->len < SHORTEST_NUMBER)
    return g_strdup (number);
  if (digits->len > KEY_DIGITS)
    g_string_erase (digits, 0, digits->len - KEY_DIGITS);
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

/* Returns a number without what is written for the eye alone; the text itself of all else. (transfer full) */
char *
cs_number_get_digits (const char *number)
{
  GString *digits = g_string_new (NULL);

  for (const char *c = number; *c != '\0'; c++)
    {
      if (g_ascii_isdigit (*c))
        g_string_append_c (digits, *c);
      else if (strchr ("+-/() .", *c) == NULL)
        return g_string_free (g_string_assign (digits, number), FALSE);
    }
  return g_string_free (digits, FALSE);
}

/* Returns the number as telephones dial it, or NULL for what can't be dialled. Pushes spell international numbers without "+"; what
 * begins with 0 is dialled as it stands. Source: protocol/sipgate.md §1. (transfer full) (nullable) */
char *
cs_number_dup_dialled (const char *number)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  gboolean has_plus;

  number += strspn (number, " ");
  has_plus = *number == '+';
  for (const char *c = has_plus ? number + 1 : number; *c != '\0'; c++)
    {
      if (g_ascii_isdigit (*c))
        g_string_append_c (digits, *c);
      else if (strchr (" -/().", *c) == NULL)
        return NULL;
    }
  if (digits->len < MIN_DIALLED || digits->len > MAX_DIALLED)
    return NULL;
  if (has_plus || (digits->len >= SHORTEST_INTERNATIONAL && digits->str[0] != '0'))
    g_string_prepend_c (digits, '+');
  return g_string_free (g_steal_pointer (&digits), FALSE);
}
