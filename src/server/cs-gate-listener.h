/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A listening socket on 127.0.0.1 that survives running out of descriptors. */
typedef struct _CsGateListener CsGateListener;

/* Whether one more connection can be taken now. */
typedef gboolean (*CsGateRoomFunc) (gpointer user_data);

/* Takes an accepted connection. */
typedef void (*CsGateAcceptFunc) (GSocket  *socket,
                                  gpointer  user_data);

CsGateListener *cs_gate_listener_new      (guint16            port,
                                           CsGateRoomFunc     has_room,
                                           CsGateAcceptFunc   accept,
                                           gpointer           user_data,
                                           GError           **error);
void            cs_gate_listener_free     (CsGateListener    *self);
guint16         cs_gate_listener_get_port (CsGateListener    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsGateListener, cs_gate_listener_free)

G_END_DECLS
