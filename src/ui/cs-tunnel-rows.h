/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_TUNNEL_ROWS (cs_tunnel_rows_get_type ())
G_DECLARE_FINAL_TYPE (CsTunnelRows, cs_tunnel_rows, CS, TUNNEL_ROWS, AdwPreferencesGroup)

void cs_tunnel_rows_set_settings   (CsTunnelRows     *self,
                                    GSettings        *settings);
void cs_tunnel_rows_apply_snapshot (CsTunnelRows     *self,
                                    const CsSnapshot *snapshot);

G_END_DECLS
