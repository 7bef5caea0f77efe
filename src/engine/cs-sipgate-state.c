/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-sipgate-state.h"

/* Makes it the state of no account. */
void
cs_sipgate_state_init (CsSipgateState *state)
{
  *state = (CsSipgateState) { .good_us = CS_UNKNOWN };
}

/* to holds nothing yet. */
void
cs_sipgate_state_copy (CsSipgateState       *to,
                       const CsSipgateState *from)
{
  *to = *from;
  to->error = g_strdup (from->error);
  to->url_error = g_strdup (from->url_error);
}

void
cs_sipgate_state_clear (CsSipgateState *state)
{
  g_clear_pointer (&state->error, g_free);
  g_clear_pointer (&state->url_error, g_free);
}
