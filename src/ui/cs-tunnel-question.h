/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "tunnel/cs-tunnel-state.h"

G_BEGIN_DECLS

GtkWindow *cs_tunnel_question_ask    (GtkWidget           *widget,
                                      const CsTunnelState *state);
GtkWindow *cs_tunnel_question_forget (GtkWidget           *widget,
                                      const CsTunnelState *state);
void       cs_tunnel_question_trust  (const char          *fingerprint);

G_END_DECLS
