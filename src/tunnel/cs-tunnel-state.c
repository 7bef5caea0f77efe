/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-state.h"

/* Makes it the state of a tunnel that is off. */
void
cs_tunnel_state_init (CsTunnelState *state)
{
  *state = (CsTunnelState) { .since_us = CS_UNKNOWN, .lost_us = CS_UNKNOWN, .next_us = CS_UNKNOWN };
}

/* to holds nothing yet. */
void
cs_tunnel_state_copy (CsTunnelState       *to,
                      const CsTunnelState *from)
{
  *to = *from;
  to->url = g_strdup (from->url);
  to->error = g_strdup (from->error);
  to->host = g_strdup (from->host);
  to->fingerprint = g_strdup (from->fingerprint);
  to->key_type = g_strdup (from->key_type);
}

void
cs_tunnel_state_clear (CsTunnelState *state)
{
  g_clear_pointer (&state->url, g_free);
  g_clear_pointer (&state->error, g_free);
  g_clear_pointer (&state->host, g_free);
  g_clear_pointer (&state->fingerprint, g_free);
  g_clear_pointer (&state->key_type, g_free);
}
