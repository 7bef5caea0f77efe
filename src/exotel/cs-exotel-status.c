/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-status.h"

static const struct
{
  const char *name;
  CsExotelStatus status;
} statuses[] = {
  { "queued", CS_EXOTEL_STATUS_QUEUED },
  { "ringing", CS_EXOTEL_STATUS_RINGING },
  { "in-progress", CS_EXOTEL_STATUS_IN_PROGRESS },
  { "completed", CS_EXOTEL_STATUS_COMPLETED },
  { "no-answer", CS_EXOTEL_STATUS_NO_ANSWER },
  { "busy", CS_EXOTEL_STATUS_BUSY },
  { "failed", CS_EXOTEL_STATUS_FAILED },
  { "canceled", CS_EXOTEL_STATUS_CANCELED },
  { "cancelled", CS_EXOTEL_STATUS_CANCELED },
};

/* Nobody was talked to: the caller's loss if the call came in, our own try if it went out. */
static CsOutcome
get_unanswered (CsDirection direction)
{
  return cs_direction_is_outgoing (direction) ? CS_OUTCOME_NOT_REACHED : CS_OUTCOME_MISSED;
}

/* What became of a call that Exotel took, but in which nobody talked. The second leg is the agent's of a call that came
 * in, and the other party's of one that went out: only there is it of interest why it wasn't answered. */
static CsOutcome
get_silent_outcome (CsExotelStatus second_leg,
                    CsDirection    direction)
{
  gboolean is_outgoing = cs_direction_is_outgoing (direction);

  switch (second_leg)
    {
    case CS_EXOTEL_STATUS_NONE:
      return CS_OUTCOME_IVR_ONLY;
    case CS_EXOTEL_STATUS_COMPLETED:
      return CS_OUTCOME_ANSWERED;
    case CS_EXOTEL_STATUS_BUSY:
      return is_outgoing ? CS_OUTCOME_BUSY : CS_OUTCOME_MISSED;
    case CS_EXOTEL_STATUS_FAILED:
      return is_outgoing ? CS_OUTCOME_FAILED : CS_OUTCOME_MISSED;
    case CS_EXOTEL_STATUS_QUEUED:
    case CS_EXOTEL_STATUS_RINGING:
    case CS_EXOTEL_STATUS_IN_PROGRESS:
    case CS_EXOTEL_STATUS_NO_ANSWER:
    case CS_EXOTEL_STATUS_CANCELED:
    case CS_EXOTEL_STATUS_OTHER:
      return get_unanswered (direction);
    }
  return CS_OUTCOME_OTHER;
}

/* Reads the word in any letter case; NULL is none. */
CsExotelStatus
cs_exotel_status_from_name (const char *name)
{
  g_autofree char *word = NULL;

  if (name == NULL || *name == '\0')
    return CS_EXOTEL_STATUS_NONE;

  word = g_strdelimit (g_ascii_strdown (name, -1), "_ ", '-');
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (g_str_equal (word, statuses[i].name))
        return statuses[i].status;
    }
  return CS_EXOTEL_STATUS_OTHER;
}

/* The outcome by the call's own status alone: completed is answered. Source: protocol/exotel.md §1, "plain rule". */
CsOutcome
cs_exotel_status_get_plain_outcome (CsExotelStatus status,
                                    CsDirection    direction)
{
  switch (status)
    {
    case CS_EXOTEL_STATUS_QUEUED:
    case CS_EXOTEL_STATUS_RINGING:
      return CS_OUTCOME_RINGING;
    case CS_EXOTEL_STATUS_IN_PROGRESS:
      return CS_OUTCOME_TALKING;
    case CS_EXOTEL_STATUS_COMPLETED:
      return CS_OUTCOME_ANSWERED;
    case CS_EXOTEL_STATUS_NO_ANSWER:
    case CS_EXOTEL_STATUS_CANCELED:
      return get_unanswered (direction);
    case CS_EXOTEL_STATUS_BUSY:
      return CS_OUTCOME_BUSY;
    case CS_EXOTEL_STATUS_FAILED:
      return CS_OUTCOME_FAILED;
    case CS_EXOTEL_STATUS_NONE:
    case CS_EXOTEL_STATUS_OTHER:
      return CS_OUTCOME_OTHER;
    }
  return CS_OUTCOME_OTHER;
}

/**
 * cs_exotel_status_get_talk_outcome:
 * @status: the call's own
 * @second_leg: the second leg's, %CS_EXOTEL_STATUS_NONE where there was none
 * @has_talked: whether the conversation took any time
 *
 * Returns the outcome by whether people talked, as the call's own status is "completed" as soon as Exotel's menu picks
 * up. Source: protocol/exotel.md §1, "Answered, for inbound calls"; for the others the same question is asked, and
 * "canceled" and "no-answer" mean that nobody was reached.
 */
CsOutcome
cs_exotel_status_get_talk_outcome (CsExotelStatus status,
                                   CsExotelStatus second_leg,
                                   gboolean       has_talked,
                                   CsDirection    direction)
{
  CsOutcome plain = cs_exotel_status_get_plain_outcome (status, direction);

  if (!cs_outcome_is_ended (plain))
    return plain;
  if (has_talked || second_leg == CS_EXOTEL_STATUS_COMPLETED)
    return CS_OUTCOME_ANSWERED;
  return status == CS_EXOTEL_STATUS_COMPLETED ? get_silent_outcome (second_leg, direction) : plain;
}
