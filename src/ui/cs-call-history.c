/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-history.h"

#include <glib/gi18n.h>
#include <string.h>

#include "store/cs-store-list.h"
#include "ui/cs-call-text.h"
#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-outcome-look.h"

static void
step_free (gpointer data)
{
  CsCallStep *step = data;

  g_free (step->text);
  g_free (step);
}

/* Takes text. */
static void
add_step (GPtrArray  *steps,
          gint64      at_us,
          const char *icon_name,
          char       *text)
{
  CsCallStep *step = g_new0 (CsCallStep, 1);

  step->at_us = at_us;
  step->icon_name = icon_name;
  step->text = text;
  g_ptr_array_add (steps, step);
}

static char *
join_names (const char *lines)
{
  g_auto (GStrv) names = g_strsplit (lines, "\n", -1);
  g_autofree char *joined = g_strjoinv (", ", names);
  g_autofree char *clean = cs_display_text_clean (joined);

  return cs_display_text_isolate (clean);
}

static char *
describe_begin (const CsCall *call,
                const CsLeg  *leg)
{
  gboolean is_outgoing = cs_direction_is_outgoing (leg->direction != CS_DIRECTION_UNKNOWN ? leg->direction : call->direction);
  g_autofree char *to = NULL;
  g_autofree char *names = NULL;

  if (cs_leg_is_mailbox ((CsLeg *) leg))
    return g_strdup (_("Passed to the voicemail"));
  to = cs_number_format_isolate (leg->to);
  if (is_outgoing)
    /* Translators: %s is a telephone number. */
    return g_strdup_printf (_("Called %s"), to);
  if (leg->users == NULL || *leg->users == '\0')
    /* Translators: %s is a telephone number. */
    return g_strdup_printf (_("Rang at %s"), to);
  names = join_names (leg->users);
  /* Translators: a telephone number, and names of people. */
  return g_strdup_printf (_("Rang at %s: %s"), to, names);
}

static char *
describe_answer (const CsLeg *leg)
{
  g_autofree char *name = NULL;

  if (cs_leg_is_mailbox ((CsLeg *) leg))
    return g_strdup (_("The voicemail answered"));
  if (leg->answer_user == NULL || *leg->answer_user == '\0')
    return g_strdup (_("Answered"));
  name = join_names (leg->answer_user);
  /* Translators: %s is a person's name. */
  return g_strdup_printf (_("%s answered"), name);
}

static const char *
describe_cause (const char *cause)
{
  static const struct {
    const char *cause;
    const char *text;
  } texts[] = {
    { "normalClearing", N_("Hung up") },
    { "busy", N_("Busy") },
    { "cancel", N_("The caller gave up") },
    { "noAnswer", N_("Rejected") },
    { "congestion", N_("Could not be reached") },
    { "notFound", N_("No such number") },
    { "forwarded", N_("Passed on") },
  };

  for (guint i = 0; cause != NULL && i < G_N_ELEMENTS (texts); i++) {
    if (strcmp (texts[i].cause, cause) == 0)
      return _(texts[i].text);
  }
  return _("Ended");
}

static void
add_leg (GPtrArray    *steps,
         const CsCall *call,
         const CsLeg  *leg)
{
  if (leg->new_us != CS_UNKNOWN)
    add_step (steps, leg->new_us, "cs-ringing-symbolic", describe_begin (call, leg));
  if (leg->answered_us != CS_UNKNOWN)
    add_step (steps, leg->answered_us, cs_leg_is_mailbox ((CsLeg *) leg) ? "cs-voicemail-symbolic" : "call-start-symbolic",
              describe_answer (leg));
  if (leg->ended_us != CS_UNKNOWN) {
    g_autofree char *cause = cs_leg_get_cause ((CsLeg *) leg);

    add_step (steps, leg->ended_us, g_strcmp0 (cause, "forwarded") == 0 ? "cs-forwarded-symbolic" : "call-stop-symbolic",
              g_strdup (describe_cause (cause)));
  }
}

/* A call that came as a whole has no legs. */
static void
add_record (GPtrArray    *steps,
            const CsCall *call)
{
  gint64 began_us = call->started_us != CS_UNKNOWN ? call->started_us : call->seen_us;

  add_step (steps, began_us, "cs-ringing-symbolic", g_strdup (_("The call began")));
  if (call->answered_us != CS_UNKNOWN)
    add_step (steps, call->answered_us, "call-start-symbolic", g_strdup (_("Answered")));
  if (call->ended_us != CS_UNKNOWN)
    add_step (steps, call->ended_us, cs_outcome_get_icon_name (call->outcome), cs_call_text_get_outcome (call));
}

static void
add_keys (GPtrArray *steps,
          GPtrArray *journal)
{
  for (guint i = 0; i < journal->len; i++) {
    const CsJournalEntry *entry = g_ptr_array_index (journal, i);

    if (entry->kind == CS_CALL_EVENT_DTMF)
      add_step (steps, entry->at_us, "input-dialpad-symbolic", g_strdup (_("The caller pressed keys")));
  }
}

static int
compare_steps (gconstpointer a,
               gconstpointer b)
{
  const CsCallStep *left = *(CsCallStep *const *) a, *right = *(CsCallStep *const *) b;

  return (left->at_us > right->at_us) - (left->at_us < right->at_us);
}

/**
 * cs_call_history_new:
 * @call: a call with its legs
 * @journal: (nullable) (element-type CsJournalEntry): what came of it
 *
 * Tells a call step by step: whose telephones rang, who answered, how it ended.
 *
 * Returns: (transfer full) (element-type CsCallStep): the steps, oldest first
 */
GPtrArray *
cs_call_history_new (const CsCall *call,
                     GPtrArray    *journal)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func (step_free);

  for (guint i = 0; i < call->legs->len; i++)
    add_leg (steps, call, g_ptr_array_index (call->legs, i));
  if (call->legs->len == 0)
    add_record (steps, call);
  if (journal != NULL)
    add_keys (steps, journal);
  /* The sort keeps no order of equals, so what belongs together is told apart by its place already. */
  g_ptr_array_sort (steps, compare_steps);
  return steps;
}
