/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-address-state.h"

/* Makes it the state of an address that wasn't checked yet. */
void
cs_address_state_init (CsAddressState *state)
{
  *state = (CsAddressState) { .checked_us = CS_UNKNOWN, .trip_us = CS_UNKNOWN };
}

/* to holds nothing yet. */
void
cs_address_state_copy (CsAddressState       *to,
                       const CsAddressState *from)
{
  *to = *from;
  to->error = g_strdup (from->error);
}

void
cs_address_state_clear (CsAddressState *state)
{
  g_clear_pointer (&state->error, g_free);
}
