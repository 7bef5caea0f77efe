/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "server/cs-gate.h"

G_BEGIN_DECLS

/* The WebSockets of a gate, no more than a few. */
typedef struct _CsGateSockets CsGateSockets;

typedef void (*CsGateSocketFunc) (CsGateSocket *socket,
                                  gpointer      user_data);

CsGateSockets *cs_gate_sockets_new  (CsGateSocketFunc         opened,
                                     CsGateSocketFunc         closed,
                                     gpointer                 user_data);
void           cs_gate_sockets_free (CsGateSockets           *self);
void           cs_gate_sockets_take (CsGateSockets           *self,
                                     SoupWebsocketConnection *websocket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsGateSockets, cs_gate_sockets_free)

G_END_DECLS
