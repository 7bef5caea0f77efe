/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

const char *cs_tunnel_text_get_title      (const CsTunnelState  *state);
char       *cs_tunnel_text_dup_sentence   (const CsTunnelState  *state);
const char *cs_tunnel_text_get_button     (const CsTunnelState  *state);
gboolean    cs_tunnel_text_is_unreachable (const CsSnapshot     *snapshot);
char       *cs_tunnel_text_dup_check      (const CsAddressState *state,
                                           gint64                now_us);

G_END_DECLS
