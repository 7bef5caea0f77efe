/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <libssh/libssh.h>

G_BEGIN_DECLS

/* One connection that came through the tunnel: a channel of SSH on one side, a socket to the listener on the other. Neither side
 * makes the thread wait: what the other one doesn't take stays where it is, and holds up nobody else. */
typedef struct _CsTunnelLink CsTunnelLink;

CsTunnelLink *cs_tunnel_link_new        (ssh_channel   channel,
                                         guint16       local_port,
                                         guint         linger_ms);
void          cs_tunnel_link_free       (CsTunnelLink *self);
int           cs_tunnel_link_get_fd     (CsTunnelLink *self);
short         cs_tunnel_link_get_events (CsTunnelLink *self,
                                         gboolean      may_send);
gint64        cs_tunnel_link_get_due    (CsTunnelLink *self,
                                         gboolean      may_send);
void          cs_tunnel_link_pump       (CsTunnelLink *self,
                                         short         events,
                                         gboolean      may_send,
                                         gint64        now_us);
gboolean      cs_tunnel_link_is_over    (CsTunnelLink *self);

G_END_DECLS
