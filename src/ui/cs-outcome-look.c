/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-outcome-look.h"

#include <glib/gi18n.h>

/* An outcome as a row shows it: a word, a shape and a colour, so that none of them has to speak alone. */
typedef struct {
  const char *word;
  const char *icon_name;
  const char *css_class;
} Look;

static const Look *
get_look (CsOutcome outcome)
{
  static const Look looks[CS_N_OUTCOMES] = {
    [CS_OUTCOME_RINGING] = { NC_("outcome", "Ringing"), "cs-ringing-symbolic", "accent" },
    [CS_OUTCOME_TALKING] = { NC_("outcome", "Talking"), "call-start-symbolic", "success" },
    [CS_OUTCOME_ANSWERED] = { NC_("outcome", "Answered"), "object-select-symbolic", "success" },
    [CS_OUTCOME_ANSWERED_UNATTRIBUTED] = { NC_("outcome", "Answered"), "object-select-symbolic", "success" },
    [CS_OUTCOME_VOICEMAIL] = { NC_("outcome", "Voicemail"), "cs-voicemail-symbolic", "warning" },
    [CS_OUTCOME_IVR_ONLY] = { NC_("outcome", "Menu only"), "cs-menu-only-symbolic", "dim-label" },
    [CS_OUTCOME_BUSY] = { NC_("outcome", "Busy"), "cs-busy-symbolic", "warning" },
    [CS_OUTCOME_REJECTED] = { NC_("outcome", "Rejected"), "call-stop-symbolic", "warning" },
    [CS_OUTCOME_UNREACHABLE] = { NC_("outcome", "Unreachable"), "cs-busy-symbolic", "dim-label" },
    [CS_OUTCOME_NOT_FOUND] = { NC_("outcome", "No such number"), "dialog-question-symbolic", "dim-label" },
    [CS_OUTCOME_MISSED] = { NC_("outcome", "Missed"), "call-missed-symbolic", "error" },
    [CS_OUTCOME_NOT_REACHED] = { NC_("outcome", "Not reached"), "call-stop-symbolic", "dim-label" },
    [CS_OUTCOME_FORWARDED] = { NC_("outcome", "Forwarded"), "cs-forwarded-symbolic", "dim-label" },
    [CS_OUTCOME_FAILED] = { NC_("outcome", "Failed"), "dialog-error-symbolic", "dim-label" },
    [CS_OUTCOME_STALE] = { NC_("outcome", "End not reported"), "dialog-question-symbolic", "dim-label" },
    [CS_OUTCOME_OTHER] = { NC_("outcome", "Other"), "dialog-question-symbolic", "dim-label" },
  };

  g_return_val_if_fail (outcome < CS_N_OUTCOMES, &looks[CS_OUTCOME_OTHER]);

  return &looks[outcome];
}

/**
 * cs_outcome_get_word:
 * @outcome: how a call ended, or how it goes
 *
 * Returns: (transfer none): the word for it, translated
 */
const char *
cs_outcome_get_word (CsOutcome outcome)
{
  return g_dpgettext2 (NULL, "outcome", get_look (outcome)->word);
}

/**
 * cs_outcome_get_icon_name:
 * @outcome: how a call ended, or how it goes
 *
 * Returns: (transfer none): name of a symbolic icon
 */
const char *
cs_outcome_get_icon_name (CsOutcome outcome)
{
  return get_look (outcome)->icon_name;
}

/**
 * cs_outcome_get_css_class:
 * @outcome: how a call ended, or how it goes
 *
 * Returns: (transfer none): the style class that gives the icon its colour
 */
const char *
cs_outcome_get_css_class (CsOutcome outcome)
{
  return get_look (outcome)->css_class;
}
