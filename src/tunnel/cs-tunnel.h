/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tunnel/cs-tunnel-config.h"
#include "tunnel/cs-tunnel-state.h"

G_BEGIN_DECLS

/* The way from the Internet to a port on this computer: an SSH server opens a port and leads what comes there here. It is kept
 * open: tried again whenever it is lost. Made and used on one thread; SSH has threads of its own. */
typedef struct _CsTunnel CsTunnel;

/* Its state changed. Called on the thread-default main context of its maker. */
typedef void (*CsTunnelChangedFunc) (gpointer user_data);

CsTunnel            *cs_tunnel_new         (const CsTunnelLimits *limits,
                                            CsTunnelChangedFunc   changed,
                                            gpointer              user_data);
void                 cs_tunnel_free        (CsTunnel             *self);
void                 cs_tunnel_configure   (CsTunnel             *self,
                                            const CsTunnelConfig *config);
void                 cs_tunnel_trust       (CsTunnel             *self,
                                            const char           *fingerprint);
void                 cs_tunnel_forget_host (CsTunnel             *self);
void                 cs_tunnel_retry       (CsTunnel             *self);
void                 cs_tunnel_wake        (CsTunnel             *self);
const CsTunnelState *cs_tunnel_get_state   (CsTunnel             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsTunnel, cs_tunnel_free)

G_END_DECLS
