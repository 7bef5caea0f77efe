/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-leg.h"

#include <string.h>

#define MAX_CAUSES_LENGTH 1024

/* Enough bytes to see what was pressed; a dialogue keeps its own account. */
#define MAX_DIGITS 64

/* Sets a fact that wasn't known; the first to tell it is believed. */
static gboolean
learn (char       **fact,
       const char  *value)
{
  if (*fact != NULL || value == NULL)
    return FALSE;
  *fact = g_strdup (value);
  return TRUE;
}

static gboolean
learn_lines (char        **fact,
             char *const  *values)
{
  g_autofree char *lines = values != NULL ? g_strjoinv ("\n", (char **) values) : NULL;

  return learn (fact, lines);
}

static gboolean
has_cause (CsLeg      *leg,
           const char *cause)
{
  gsize length;

  for (const char *word = leg->causes;; word += length + 1)
    {
      length = strcspn (word, "\n");
      if (strlen (cause) == length && strncmp (word, cause, length) == 0)
        return TRUE;
      if (word[length] == '\0')
        return FALSE;
    }
}

/* Which of two records of a leg tells more: what a mailbox took is an entry beside the call's own. */
static int
record_get_rank (const CsCallRecord *record)
{
  switch (record->outcome)
    {
    case CS_OUTCOME_RINGING:
      return 0;
    case CS_OUTCOME_STALE:
      return 1;
    case CS_OUTCOME_VOICEMAIL:
      return 3;
    case CS_OUTCOME_TALKING:
    case CS_OUTCOME_ANSWERED:
    case CS_OUTCOME_ANSWERED_UNATTRIBUTED:
    case CS_OUTCOME_IVR_ONLY:
    case CS_OUTCOME_BUSY:
    case CS_OUTCOME_REJECTED:
    case CS_OUTCOME_UNREACHABLE:
    case CS_OUTCOME_NOT_FOUND:
    case CS_OUTCOME_MISSED:
    case CS_OUTCOME_NOT_REACHED:
    case CS_OUTCOME_FORWARDED:
    case CS_OUTCOME_FAILED:
    case CS_OUTCOME_OTHER:
      return 2;
    }
  return 0;
}

static gboolean
replace (char       **fact,
         const char  *value)
{
  if (g_strcmp0 (*fact, value) == 0)
    return FALSE;
  g_free (*fact);
  *fact = g_strdup (value);
  return TRUE;
}

/* Takes the record where it tells more than the one known, or later. Returns whether the leg knows anything new. */
static gboolean
merge_record (CsLeg             *leg,
              const CsCallEvent *event)
{
  const CsCallRecord *record = &event->record;
  CsCallRecord known = leg->record;
  int gain = record_get_rank (record) - record_get_rank (&known);
  gboolean is_news = FALSE;

  if (record->started_us != CS_UNKNOWN && (known.started_us == CS_UNKNOWN || record->started_us < known.started_us))
    {
      leg->record.started_us = record->started_us;
      is_news = TRUE;
    }
  if (gain < 0 || (gain == 0 && record->told_us <= known.told_us))
    return is_news;

  is_news = is_news || record->outcome != known.outcome || record->talk_us != known.talk_us;
  leg->record.outcome = record->outcome;
  leg->record.talk_us = record->talk_us;
  is_news = replace (&leg->record_user, event->users != NULL ? event->users[0] : NULL) || is_news;
  is_news = replace (&leg->record_user_id, event->user_ids != NULL ? event->user_ids[0] : NULL) || is_news;
  is_news = replace (&leg->record_cause, event->cause) || is_news;
  /* A later time alone, of an entry that somebody has marked as read, is no news. */
  if (is_news)
    leg->record.told_us = record->told_us;
  return is_news;
}

/* The first push of a leg that was known from its record alone spells the parties as the pushes of other calls do. */
static void
prefer_spelling (CsLeg             *leg,
                 const CsCallEvent *event)
{
  if (leg->record.outcome == CS_OUTCOME_RINGING || event->kind == CS_CALL_EVENT_RECORD || cs_leg_get_heard (leg) != G_MAXINT64)
    return;
  if (event->from != NULL)
    g_clear_pointer (&leg->from, g_free);
  if (event->to != NULL)
    g_clear_pointer (&leg->to, g_free);
  if (event->direction != CS_DIRECTION_UNKNOWN)
    leg->direction = CS_DIRECTION_UNKNOWN;
}

/* Returns FALSE where the leg ended for that cause before, or for too many. */
static gboolean
add_cause (CsLeg      *leg,
           const char *cause)
{
  g_autofree char *causes = NULL;

  if (leg->ended_us != CS_UNKNOWN && has_cause (leg, cause))
    return FALSE;
  /* A leg ends once, or twice; what says more than that isn't a telephone. */
  if (leg->causes != NULL && strlen (leg->causes) > MAX_CAUSES_LENGTH)
    return FALSE;
  causes = g_steal_pointer (&leg->causes);
  leg->causes = causes != NULL ? g_strconcat (causes, "\n", cause, NULL) : g_strdup (cause);
  return TRUE;
}

static void
append_digits (CsLeg      *leg,
               const char *more)
{
  g_autofree char *digits = g_steal_pointer (&leg->digits);

  leg->digits = g_strconcat (digits != NULL ? digits : "", more, NULL);
  if (strlen (leg->digits) > MAX_DIGITS)
    *g_utf8_find_prev_char (leg->digits, leg->digits + MAX_DIGITS + 1) = '\0';
}

/* Adds what an event that arrived at now_us tells to the leg's facts, in whatever order events come. Returns FALSE where its kind (and
 * cause) was told before; then nothing has changed. Source: protocol/sipgate.md §5. */
gboolean
cs_leg_merge (CsLeg             *leg,
              const CsCallEvent *event,
              gint64             now_us)
{
  prefer_spelling (leg, event);
  switch (event->kind)
    {
    case CS_CALL_EVENT_NEW_CALL:
      if (leg->new_us != CS_UNKNOWN)
        return FALSE;
      leg->new_us = now_us;
      learn_lines (&leg->users, event->users);
      learn_lines (&leg->user_ids, event->user_ids != NULL ? event->user_ids : event->full_user_ids);
      break;
    case CS_CALL_EVENT_ANSWER:
      if (leg->answered_us != CS_UNKNOWN)
        return FALSE;
      leg->answered_us = now_us;
      learn (&leg->answer_user, event->users != NULL ? event->users[0] : NULL);
      learn (&leg->answer_user_id, event->user_ids != NULL        ? event->user_ids[0]
                                   : event->full_user_ids != NULL ? event->full_user_ids[0]
                                                                  : NULL);
      learn (&leg->answer_number, event->answering_number);
      break;
    case CS_CALL_EVENT_HANGUP:
      if (!add_cause (leg, event->cause != NULL ? event->cause : ""))
        return FALSE;
      leg->ended_us = MAX (leg->ended_us, now_us);
      learn (&leg->hangup_number, event->answering_number);
      break;
    case CS_CALL_EVENT_DTMF:
      append_digits (leg, event->digits);
      break;
    case CS_CALL_EVENT_RECORD:
      if (!merge_record (leg, event))
        return FALSE;
      break;
    case CS_CALL_EVENT_OTHER:
      return FALSE;
    }

  learn (&leg->from, event->from);
  learn (&leg->to, event->to);
  learn (&leg->diversion, event->diversion);
  if (leg->direction == CS_DIRECTION_UNKNOWN)
    leg->direction = event->direction;
  return TRUE;
}

/* Which leg it belongs to. Returns whether that wasn't known. parent_id: (nullable) */
gboolean
cs_leg_learn_parent (CsLeg      *leg,
                     const char *parent_id)
{
  return learn (&leg->parent_id, parent_id);
}

/* What joins legs that name no parent. Returns whether that wasn't known. xcid: (nullable) */
gboolean
cs_leg_learn_xcid (CsLeg      *leg,
                   const char *xcid)
{
  return learn (&leg->xcid, xcid);
}
