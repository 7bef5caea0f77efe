/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-leg.h"

#include <string.h>

/* The better of two ended legs decides. Source: protocol/sipgate.md §5, rule 2. */
static const guint8 ranks[CS_N_OUTCOMES] = {
  [CS_OUTCOME_FORWARDED] = 1,    [CS_OUTCOME_STALE] = 2,     [CS_OUTCOME_OTHER] = 3,
  [CS_OUTCOME_MISSED] = 4,       [CS_OUTCOME_FAILED] = 5,    [CS_OUTCOME_NOT_FOUND] = 6,
  [CS_OUTCOME_UNREACHABLE] = 7,  [CS_OUTCOME_REJECTED] = 8,  [CS_OUTCOME_BUSY] = 9,
  [CS_OUTCOME_IVR_ONLY] = 10,    [CS_OUTCOME_VOICEMAIL] = 11,
  [CS_OUTCOME_ANSWERED_UNATTRIBUTED] = 12, [CS_OUTCOME_ANSWERED] = 13,
};

/* Source: protocol/sipgate.md §4. "cancel" of an outgoing call becomes not_reached where the direction is known. */
static const struct
{
  const char *cause;
  CsOutcome outcome;
} causes[] = {
  { "normalClearing", CS_OUTCOME_ANSWERED_UNATTRIBUTED },
  { "busy", CS_OUTCOME_BUSY },
  { "cancel", CS_OUTCOME_MISSED },
  { "noAnswer", CS_OUTCOME_REJECTED },
  { "congestion", CS_OUTCOME_UNREACHABLE },
  { "notFound", CS_OUTCOME_NOT_FOUND },
  { "forwarded", CS_OUTCOME_FORWARDED },
};

static CsOutcome
cause_get_outcome (const char *cause)
{
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    {
      if (g_ascii_strcasecmp (cause, causes[i].cause) == 0)
        return causes[i].outcome;
    }
  return CS_OUTCOME_OTHER;
}

/* The best of the leg's causes: what the others said is kept, but doesn't count. */
static CsOutcome
get_best_cause (CsLeg  *leg,
                char  **cause)
{
  CsOutcome best = CS_OUTCOME_FORWARDED;
  const char *best_word = NULL;
  gsize best_length = 0;

  for (const char *word = leg->causes; word != NULL; word = strchr (word, '\n') ? strchr (word, '\n') + 1 : NULL)
    {
      gsize length = strcspn (word, "\n");
      g_autofree char *copy = g_strndup (word, length);
      CsOutcome outcome = cause_get_outcome (copy);

      if (best_word == NULL || cs_outcome_is_better (outcome, best))
        {
          best = outcome;
          best_word = word;
          best_length = length;
        }
    }

  if (cause != NULL)
    *cause = best_length > 0 ? g_strndup (best_word, best_length) : NULL;
  return best;
}

/* Whether an id such as "v0" or "1234567v0" is a mailbox's. Source: protocol/sipgate.md §2, extension letters. */
static gboolean
is_mailbox_id (const char *id)
{
  id += strspn (id, "0123456789");
  return (*id == 'v' || *id == 'V') && id[1] != '\0' && strspn (id + 1, "0123456789") == strlen (id + 1);
}

static gboolean
is_mailbox_name (const char *user)
{
  return g_ascii_strcasecmp (user, "voicemail") == 0;
}

/* Makes a leg of which nothing is known but its id. */
CsLeg *
cs_leg_new (const char *id)
{
  CsLeg *leg = g_new0 (CsLeg, 1);

  leg->id = g_strdup (id);
  leg->new_us = leg->answered_us = leg->ended_us = CS_UNKNOWN;
  leg->record.started_us = leg->record.talk_us = leg->record.told_us = CS_UNKNOWN;
  return leg;
}

void
cs_leg_free (CsLeg *leg)
{
  g_free (leg->id);
  g_free (leg->parent_id);
  g_free (leg->xcid);
  g_free (leg->from);
  g_free (leg->to);
  g_free (leg->diversion);
  g_free (leg->users);
  g_free (leg->user_ids);
  g_free (leg->answer_user);
  g_free (leg->answer_user_id);
  g_free (leg->answer_number);
  g_free (leg->causes);
  g_free (leg->hangup_number);
  g_free (leg->digits);
  g_free (leg->record_user);
  g_free (leg->record_user_id);
  g_free (leg->record_cause);
  g_free (leg);
}

/* The earliest time known of a leg, in microseconds UTC. */
gint64
cs_leg_get_seen (CsLeg *leg)
{
  return MIN (cs_leg_get_heard (leg), leg->record.started_us != CS_UNKNOWN ? leg->record.started_us : G_MAXINT64);
}

/* The arrival of the leg's first event, or G_MAXINT64 where none came. */
gint64
cs_leg_get_heard (CsLeg *leg)
{
  gint64 heard = G_MAXINT64;

  if (leg->new_us != CS_UNKNOWN)
    heard = leg->new_us;
  if (leg->answered_us != CS_UNKNOWN)
    heard = MIN (heard, leg->answered_us);
  if (leg->ended_us != CS_UNKNOWN)
    heard = MIN (heard, leg->ended_us);
  return heard;
}

/* When the leg began: as the provider's history says, else the arrival of newCall; or CS_UNKNOWN. */
gint64
cs_leg_get_start (CsLeg *leg)
{
  return leg->record.started_us != CS_UNKNOWN ? leg->record.started_us : leg->new_us;
}

/* When the leg was answered, also where the answer got lost and the history says how long was talked; or CS_UNKNOWN. */
gint64
cs_leg_get_answered (CsLeg *leg)
{
  if (leg->answered_us != CS_UNKNOWN || leg->ended_us == CS_UNKNOWN || leg->record.talk_us == CS_UNKNOWN)
    return leg->answered_us;
  return MAX (leg->ended_us - leg->record.talk_us, cs_leg_get_start (leg));
}

/* When the leg ended, also where the hangup got lost and the history says how long was talked; or CS_UNKNOWN. */
gint64
cs_leg_get_end (CsLeg *leg)
{
  if (leg->ended_us != CS_UNKNOWN || leg->answered_us == CS_UNKNOWN || leg->record.talk_us == CS_UNKNOWN)
    return leg->ended_us;
  return leg->answered_us + leg->record.talk_us;
}

/* Whether the leg is over, at whatever time. */
gboolean
cs_leg_has_ended (CsLeg *leg)
{
  return leg->ended_us != CS_UNKNOWN || leg->record.outcome != CS_OUTCOME_RINGING;
}

/* Whether the call was offered to a mailbox and to nobody else. */
gboolean
cs_leg_is_mailbox (CsLeg *leg)
{
  g_auto (GStrv) users = leg->users != NULL ? g_strsplit (leg->users, "\n", -1) : NULL;
  g_auto (GStrv) ids = leg->user_ids != NULL ? g_strsplit (leg->user_ids, "\n", -1) : NULL;
  gboolean is_mailbox = FALSE;

  for (guint i = 0; users != NULL && users[i] != NULL; i++)
    {
      if (!is_mailbox_name (users[i]) && !(ids != NULL && i < g_strv_length (ids) && is_mailbox_id (ids[i])))
        return FALSE;
      is_mailbox = TRUE;
    }
  for (guint i = 0; users == NULL && ids != NULL && ids[i] != NULL; i++)
    {
      if (!is_mailbox_id (ids[i]))
        return FALSE;
      is_mailbox = TRUE;
    }
  return is_mailbox;
}

/* Who or what answered the leg by its record. */
static CsAnswer
get_recorded_answer (CsLeg *leg)
{
  if (leg->record.outcome == CS_OUTCOME_ANSWERED)
    return CS_ANSWER_PERSON;
  if (leg->record.outcome == CS_OUTCOME_VOICEMAIL)
    return CS_ANSWER_MAILBOX;
  /* A machine that asks for digits is "picked up", too. */
  return leg->record.outcome == CS_OUTCOME_ANSWERED_UNATTRIBUTED && leg->digits == NULL ? CS_ANSWER_UNNAMED : CS_ANSWER_NONE;
}

/* The same by what was told while it ran. */
static CsAnswer
get_told_answer (CsLeg *leg)
{
  if (leg->answered_us == CS_UNKNOWN)
    return CS_ANSWER_NONE;
  if ((leg->answer_user != NULL && is_mailbox_name (leg->answer_user))
      || (leg->answer_user_id != NULL && is_mailbox_id (leg->answer_user_id)))
    return CS_ANSWER_MAILBOX;
  if (leg->answer_user != NULL || leg->answer_user_id != NULL)
    return CS_ANSWER_PERSON;
  if (cs_leg_is_mailbox (leg))
    return CS_ANSWER_MAILBOX;
  return leg->answer_number != NULL ? CS_ANSWER_PERSON : CS_ANSWER_UNNAMED;
}

/* Who or what answered the leg: as its answer and what it was offered tell, or, where they name nobody, its record. */
CsAnswer
cs_leg_get_answer (CsLeg *leg)
{
  CsAnswer told = get_told_answer (leg), recorded = get_recorded_answer (leg);

  if (told == CS_ANSWER_NONE || (told == CS_ANSWER_UNNAMED && recorded != CS_ANSWER_NONE))
    return recorded;
  return told;
}

/* The outcome of an ended leg. Source: protocol/sipgate.md §5, rule 3: the first rule that fits. The record, made of the whole
 * leg by the one who connected it, speaks where what was told while it ran says nothing. */
CsOutcome
cs_leg_get_outcome (CsLeg *leg)
{
  CsAnswer answer = cs_leg_get_answer (leg);
  CsOutcome cause = get_best_cause (leg, NULL);
  gboolean was_established = cause == CS_OUTCOME_ANSWERED_UNATTRIBUTED;

  if (answer == CS_ANSWER_PERSON)
    return CS_OUTCOME_ANSWERED;
  if (leg->ended_us == CS_UNKNOWN && answer != CS_ANSWER_MAILBOX)
    return leg->digits != NULL ? CS_OUTCOME_IVR_ONLY : leg->record.outcome;
  if (answer == CS_ANSWER_UNNAMED && was_established)
    return CS_OUTCOME_ANSWERED_UNATTRIBUTED;
  /* A mailbox leg that was established was answered, even if the answer got lost. */
  if (answer == CS_ANSWER_MAILBOX || (was_established && cs_leg_is_mailbox (leg)))
    return CS_OUTCOME_VOICEMAIL;
  if (leg->digits != NULL)
    return CS_OUTCOME_IVR_ONLY;
  if (was_established && leg->hangup_number != NULL)
    return CS_OUTCOME_ANSWERED;
  return cause == CS_OUTCOME_OTHER && cs_outcome_is_better (leg->record.outcome, cause) ? leg->record.outcome : cause;
}

/* The raw word that decides how the leg ended. (transfer full) (nullable) */
char *
cs_leg_get_cause (CsLeg *leg)
{
  char *cause = NULL;

  get_best_cause (leg, &cause);
  return cause != NULL ? cause : g_strdup (leg->record_cause);
}

/* Whether, of two ended legs, one that ended so decides over one that ended otherwise. */
gboolean
cs_outcome_is_better (CsOutcome outcome,
                      CsOutcome than)
{
  return ranks[outcome] > ranks[than];
}
