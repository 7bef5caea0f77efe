/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"

#include <string.h>

/* Sorts by the time of the first event, so that nothing depends on the order in which legs were loaded. */
static int
compare_legs (gconstpointer a,
              gconstpointer b)
{
  CsLeg *left = *(CsLeg *const *) a, *right = *(CsLeg *const *) b;
  gint64 left_us = cs_leg_get_seen (left), right_us = cs_leg_get_seen (right);

  if (left_us != right_us)
    return left_us < right_us ? -1 : 1;
  return strcmp (left->id, right->id);
}

/* The leg with which the call began: one that continues no other leg of it. */
static CsLeg *
call_get_root (CsCall *call)
{
  CsLeg *root = NULL;

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      if (leg->parent_id != NULL && strcmp (leg->parent_id, leg->id) == 0)
        return leg;
      if (root == NULL && (leg->parent_id == NULL || cs_call_get_leg (call, leg->parent_id) == NULL))
        root = leg;
    }
  return root != NULL ? root : g_ptr_array_index (call->legs, 0);
}

/* In and out legs make an internal call, unless the out leg only carries an incoming call on to somebody outside. */
static CsDirection
call_get_direction (CsCall *call)
{
  gboolean has_in = FALSE, has_out = FALSE, out_follows_in = FALSE, in_follows_out = FALSE;

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);
      CsLeg *parent = leg->parent_id != NULL ? cs_call_get_leg (call, leg->parent_id) : NULL;
      gboolean is_out = leg->direction == CS_DIRECTION_OUTBOUND;

      has_out = has_out || is_out;
      has_in = has_in || !is_out;
      if (parent != NULL && (parent->direction == CS_DIRECTION_OUTBOUND) != is_out)
        {
          out_follows_in = out_follows_in || is_out;
          in_follows_out = in_follows_out || !is_out;
        }
    }

  if (!has_out)
    return CS_DIRECTION_INBOUND;
  if (!has_in)
    return CS_DIRECTION_OUTBOUND;
  return out_follows_in && !in_follows_out ? CS_DIRECTION_INBOUND : CS_DIRECTION_INTERNAL;
}

static void
replace (char       **field,
         const char  *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
}

static void
evaluate_parties (CsCall *call)
{
  CsLeg *root = call_get_root (call);
  gboolean root_is_unseen = root->parent_id != NULL && strcmp (root->parent_id, root->id) != 0;
  const char *from = root->from, *to = root_is_unseen && root->diversion != NULL ? root->diversion : root->to;
  g_autoptr (GString) offered = g_string_new (NULL);

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      from = from != NULL ? from : leg->from;
      to = to != NULL ? to : leg->to;
      if (leg->users != NULL && leg->direction != CS_DIRECTION_OUTBOUND && !cs_leg_is_mailbox (leg))
        g_string_append_printf (offered, "%s%s", offered->len > 0 ? "\n" : "", leg->users);
    }

  call->direction = call_get_direction (call);
  replace (&call->from, from);
  replace (&call->to, to);
  replace (&call->offered, offered->len > 0 ? offered->str : NULL);
  replace (&call->number, call->direction == CS_DIRECTION_OUTBOUND ? from : to);
  replace (&call->peer, call->direction == CS_DIRECTION_INTERNAL  ? NULL
                        : call->direction == CS_DIRECTION_OUTBOUND ? to
                                                                   : from);
}

/* Sets state, outcome and cause. */
static void
evaluate_outcome (CsCall *call)
{
  CsLeg *decisive = NULL;
  CsOutcome best = CS_OUTCOME_FORWARDED;
  gboolean is_open = FALSE, is_answered = FALSE;

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      is_answered = is_answered || leg->answered_us != CS_UNKNOWN;
      if (!cs_leg_has_ended (leg))
        {
          is_open = TRUE;
          continue;
        }

      CsOutcome outcome = cs_leg_get_outcome (leg);
      if (decisive == NULL || cs_outcome_is_better (outcome, best)
          || (outcome == best && leg->ended_us > decisive->ended_us))
        {
          best = outcome;
          decisive = leg;
        }
    }

  call->state = call->timed_out                        ? CS_CALL_ENDED
                : is_open                              ? CS_CALL_RUNNING
                : best == CS_OUTCOME_FORWARDED         ? CS_CALL_AWAITING_LEG
                                                       : CS_CALL_ENDED;
  g_clear_pointer (&call->cause, g_free);
  if (decisive != NULL)
    call->cause = cs_leg_get_cause (decisive);

  if (call->state != CS_CALL_ENDED)
    call->outcome = is_answered ? CS_OUTCOME_TALKING : CS_OUTCOME_RINGING;
  else if (is_open && best == CS_OUTCOME_FORWARDED)
    call->outcome = CS_OUTCOME_STALE;
  else if (best == CS_OUTCOME_MISSED && call->direction == CS_DIRECTION_OUTBOUND)
    call->outcome = CS_OUTCOME_NOT_REACHED;
  else
    call->outcome = best;
  call->plain_outcome = call->outcome;
}

/* Whether an answer of this kind is what made the outcome; a call that runs or whose end was lost takes any. */
static gboolean
outcome_counts_answer (CsOutcome outcome,
                       CsAnswer    answer)
{
  switch (outcome)
    {
    case CS_OUTCOME_RINGING:
    case CS_OUTCOME_TALKING:
    case CS_OUTCOME_STALE:
      return answer != CS_ANSWER_NONE;
    case CS_OUTCOME_ANSWERED:
      return answer == CS_ANSWER_PERSON;
    case CS_OUTCOME_ANSWERED_UNATTRIBUTED:
      return answer == CS_ANSWER_UNNAMED;
    case CS_OUTCOME_VOICEMAIL:
      return answer == CS_ANSWER_MAILBOX;
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
      return FALSE;
    }
  return FALSE;
}

/* A time that isn't known comes last. */
static gboolean
was_answered_before (CsLeg *leg,
                     CsLeg *other)
{
  gint64 leg_us = cs_leg_get_answered (leg), other_us = cs_leg_get_answered (other);

  return leg_us != CS_UNKNOWN && (other_us == CS_UNKNOWN || leg_us < other_us);
}

/* The leg whose answer the wait ends with: the first by a person, else by nobody named, else by the mailbox. */
static CsLeg *
call_get_answer (CsCall *call,
                 CsAnswer *answer)
{
  CsLeg *found = NULL;

  *answer = CS_ANSWER_NONE;
  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);
      CsAnswer candidate = cs_leg_get_answer (leg);

      if (outcome_counts_answer (call->outcome, candidate)
          && (candidate > *answer
              || (candidate == *answer && was_answered_before (leg, found))))
        {
          *answer = candidate;
          found = leg;
        }
    }
  return found;
}

/* The leg that names who answered: in an internal call one of the called, as the caller's own leg is answered, too. */
static CsLeg *
call_get_answerer (CsCall *call,
                   CsLeg  *answered)
{
  CsLeg *found = answered;

  for (guint i = 0; call->direction == CS_DIRECTION_INTERNAL && i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      if (leg->direction != CS_DIRECTION_OUTBOUND && cs_leg_get_answer (leg) == CS_ANSWER_PERSON
          && (found->direction == CS_DIRECTION_OUTBOUND || was_answered_before (leg, found)))
        found = leg;
    }
  return found;
}

/* When the talk ended: the last hangup of a leg that ended as the call did, or CS_UNKNOWN. The two legs of an internal
 * call end a moment apart; the one called is the one measured. */
static gint64
call_get_talk_end (CsCall *call)
{
  gint64 end[2] = { CS_UNKNOWN, CS_UNKNOWN };

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);
      gboolean is_called = leg->direction != CS_DIRECTION_OUTBOUND;
      gint64 end_us = cs_leg_get_end (leg);

      if (end_us == CS_UNKNOWN)
        {
          if (outcome_counts_answer (call->outcome, cs_leg_get_answer (leg)))
            return CS_UNKNOWN;
          continue;
        }
      if (cs_leg_get_outcome (leg) == call->outcome)
        end[is_called] = MAX (end[is_called], end_us);
    }

  if (call->direction == CS_DIRECTION_INTERNAL && end[TRUE] != CS_UNKNOWN)
    return end[TRUE];
  return MAX (end[FALSE], end[TRUE]);
}

/* When the call began as the provider's history says, or CS_UNKNOWN. */
static gint64
call_get_recorded_start (CsCall *call)
{
  gint64 start = CS_UNKNOWN;

  for (guint i = 0; i < call->legs->len; i++)
    {
      gint64 leg_start = ((CsLeg *) g_ptr_array_index (call->legs, i))->record.started_us;

      if (leg_start != CS_UNKNOWN && (start == CS_UNKNOWN || leg_start < start))
        start = leg_start;
    }
  return start;
}

/* How long was talked as the provider's history says, or CS_UNKNOWN; also where several legs share the talk. */
static gint64
call_get_recorded_talk (CsCall *call)
{
  CsLeg *only = NULL;

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      if (!cs_leg_has_ended (leg) || cs_leg_get_outcome (leg) != call->outcome
          || (call->direction == CS_DIRECTION_INTERNAL && leg->direction == CS_DIRECTION_OUTBOUND))
        continue;
      if (only != NULL)
        return CS_UNKNOWN;
      only = leg;
    }
  return only != NULL ? only->record.talk_us : CS_UNKNOWN;
}

static gint64
get_duration (gint64 from_us,
              gint64 to_us)
{
  /* Events out of order, or a clock that was set back, leave the duration unknown. */
  if (from_us == CS_UNKNOWN || to_us == CS_UNKNOWN || to_us < from_us)
    return CS_UNKNOWN;
  return to_us - from_us;
}

static void
evaluate_times (CsCall *call)
{
  CsAnswer answer;
  CsLeg *answered = call_get_answer (call, &answer), *answerer;
  gint64 first_new = G_MAXINT64, first_heard = G_MAXINT64, first_start = G_MAXINT64, first = G_MAXINT64;
  gint64 wait_from, last_end = CS_UNKNOWN;
  gboolean is_open = FALSE, has_person = FALSE;
  const char *number = answered != NULL ? answered->answer_number : NULL;

  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      first = MIN (first, cs_leg_get_seen (leg));
      first_heard = MIN (first_heard, cs_leg_get_heard (leg));
      if (leg->new_us != CS_UNKNOWN)
        first_new = MIN (first_new, leg->new_us);
      if (cs_leg_get_start (leg) != CS_UNKNOWN)
        first_start = MIN (first_start, cs_leg_get_start (leg));
      last_end = MAX (last_end, cs_leg_get_end (leg));
      is_open = is_open || !cs_leg_has_ended (leg);
      has_person = has_person || cs_leg_get_answer (leg) == CS_ANSWER_PERSON;
      if (number == NULL && leg->ended_us != CS_UNKNOWN)
        number = leg->hangup_number;
    }

  /* Where something else was heard first, the beginning was missed: only the provider's history may know it. */
  wait_from = first_new != G_MAXINT64 && first_new == first_heard ? first_new : call_get_recorded_start (call);
  call->started_us = first_start == G_MAXINT64 ? CS_UNKNOWN : first;
  call->answered_us = answered != NULL ? cs_leg_get_answered (answered) : CS_UNKNOWN;
  call->ended_us = is_open || call->state != CS_CALL_ENDED ? CS_UNKNOWN : last_end;
  call->wait_us = CS_UNKNOWN;
  call->talk_us = CS_UNKNOWN;

  if (answered != NULL)
    call->wait_us = get_duration (wait_from, call->answered_us);
  else if (call->outcome != CS_OUTCOME_ANSWERED && call->outcome != CS_OUTCOME_ANSWERED_UNATTRIBUTED
           && call->outcome != CS_OUTCOME_VOICEMAIL)
    call->wait_us = get_duration (wait_from, call->ended_us);
  if (call->outcome == CS_OUTCOME_ANSWERED || call->outcome == CS_OUTCOME_ANSWERED_UNATTRIBUTED)
    {
      call->talk_us = call_get_recorded_talk (call);
      if (call->talk_us == CS_UNKNOWN)
        call->talk_us = get_duration (call->answered_us, call_get_talk_end (call));
    }

  answerer = answer == CS_ANSWER_PERSON ? call_get_answerer (call, answered) : NULL;
  replace (&call->answered_by, answerer == NULL                    ? NULL
                               : answerer->answer_user_id != NULL ? answerer->answer_user_id
                                                                  : answerer->record_user_id);
  replace (&call->answered_by_name, answerer == NULL                 ? NULL
                                    : answerer->answer_user != NULL ? answerer->answer_user
                                                                    : answerer->record_user);
  replace (&call->answering_number, number);

  /* Also where the hangup of the leg that a person answered was lost, and another leg's end made the outcome. */
  call->is_connected = has_person || call->outcome == CS_OUTCOME_ANSWERED
                       || (call->direction == CS_DIRECTION_OUTBOUND
                           && (answer == CS_ANSWER_UNNAMED || call->outcome == CS_OUTCOME_ANSWERED_UNATTRIBUTED));
}

/* Makes a call without legs. Its facts may be set until it is shared. */
CsCall *
cs_call_new (CsProvider provider)
{
  CsCall *call = g_new0 (CsCall, 1);

  g_atomic_ref_count_init (&call->ref_count);
  call->provider = provider;
  call->legs = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_leg_free);
  call->seen_us = call->last_us = CS_UNKNOWN;
  call->started_us = call->answered_us = call->ended_us = CS_UNKNOWN;
  call->wait_us = call->talk_us = CS_UNKNOWN;
  call->order_result = -1;
  return call;
}

CsCall *
cs_call_ref (CsCall *call)
{
  g_atomic_ref_count_inc (&call->ref_count);
  return call;
}

void
cs_call_unref (CsCall *call)
{
  if (!g_atomic_ref_count_dec (&call->ref_count))
    return;

  g_ptr_array_unref (call->legs);
  g_free (call->record_id);
  g_free (call->from);
  g_free (call->to);
  g_free (call->number);
  g_free (call->peer);
  g_free (call->offered);
  g_free (call->answered_by);
  g_free (call->answered_by_name);
  g_free (call->answering_number);
  g_free (call->cause);
  g_free (call->order_customer);
  g_free (call);
}

/* Returns the leg of that id, or NULL. (transfer none) */
CsLeg *
cs_call_get_leg (CsCall     *call,
                 const char *leg_id)
{
  for (guint i = 0; i < call->legs->len; i++)
    {
      CsLeg *leg = g_ptr_array_index (call->legs, i);

      if (strcmp (leg->id, leg_id) == 0)
        return leg;
    }
  return NULL;
}

/* Derives outcome, direction, parties and durations from the facts: the same facts give the same result, whatever the
 * order in which they came. The call has at least one leg. Source: protocol/sipgate.md §5. */
void
cs_call_evaluate (CsCall *call)
{
  g_return_if_fail (call->legs->len > 0);

  g_ptr_array_sort (call->legs, compare_legs);
  call->n_legs = call->legs->len;
  evaluate_parties (call);
  evaluate_outcome (call);
  evaluate_times (call);
  call->wants_callback = call->state == CS_CALL_ENDED && call->direction == CS_DIRECTION_INBOUND
                         && call->outcome != CS_OUTCOME_FORWARDED && !call->is_connected
                         && cs_number_is_known (call->peer);
}

/* Whether a record was read (at last_us) so long after the call's end that it won't change any more. */
gboolean
cs_call_is_settled (CsCall *call)
{
  gint64 end_us = call->ended_us != CS_UNKNOWN ? call->ended_us : call->seen_us;

  return call->source == CS_SOURCE_RECORD && call->state == CS_CALL_ENDED && call->last_us - end_us >= CS_RECORD_SETTLE_US;
}

/* Whether the clock ends the call: nothing was heard of it for stale_us, or its next leg didn't come in time. */
gboolean
cs_call_is_due (CsCall *call,
                gint64  now_us,
                gint64  stale_us)
{
  switch (call->state)
    {
    case CS_CALL_ENDED:
      return FALSE;
    case CS_CALL_RUNNING:
      return now_us - call->last_us >= stale_us;
    case CS_CALL_AWAITING_LEG:
      return now_us - call->last_us >= CS_FORWARD_GRACE_US;
    }
  return FALSE;
}
