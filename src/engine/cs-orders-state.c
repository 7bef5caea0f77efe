/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-orders-state.h"

/* to holds nothing yet. */
void
cs_orders_state_copy (CsOrdersState       *to,
                      const CsOrdersState *from)
{
  *to = *from;
  to->error = g_strdup (from->error);
  to->queries = from->queries != NULL ? g_ptr_array_ref (from->queries) : NULL;
}

void
cs_orders_state_clear (CsOrdersState *state)
{
  g_clear_pointer (&state->error, g_free);
  g_clear_pointer (&state->queries, g_ptr_array_unref);
}
