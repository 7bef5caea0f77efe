/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-exotel-state.h"

/* to holds nothing yet. */
void
cs_exotel_state_copy (CsExotelState       *to,
                      const CsExotelState *from)
{
  *to = *from;
  to->error = g_strdup (from->error);
  to->fault = g_strdup (from->fault);
}

void
cs_exotel_state_clear (CsExotelState *state)
{
  g_clear_pointer (&state->error, g_free);
  g_clear_pointer (&state->fault, g_free);
}
