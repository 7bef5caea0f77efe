/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "tunnel/cs-tunnel-state.h"

G_BEGIN_DECLS

#define CS_TYPE_TUNNEL_STATE_ROW (cs_tunnel_state_row_get_type ())
G_DECLARE_FINAL_TYPE (CsTunnelStateRow, cs_tunnel_state_row, CS, TUNNEL_STATE_ROW, AdwActionRow)

void cs_tunnel_state_row_apply (CsTunnelStateRow    *self,
                                const CsTunnelState *state);

G_END_DECLS
