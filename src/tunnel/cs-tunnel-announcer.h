/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <libssh/libssh.h>

G_BEGIN_DECLS

/* Asks a tunnel server under which address it leads here, and listens to what it says as long as the connection lasts. First as
 * localhost.run wants to be asked, for lines of JSON, then by a shell, where services print text. */
typedef struct _CsTunnelAnnouncer CsTunnelAnnouncer;

CsTunnelAnnouncer *cs_tunnel_announcer_new       (ssh_session        session,
                                                  gboolean           takes_local,
                                                  guint              patience_ms);
void               cs_tunnel_announcer_free      (CsTunnelAnnouncer *self);
void               cs_tunnel_announcer_go_on     (CsTunnelAnnouncer *self,
                                                  gint64             now_us);
gint64             cs_tunnel_announcer_get_due   (CsTunnelAnnouncer *self);
const char        *cs_tunnel_announcer_get_url   (CsTunnelAnnouncer *self);
gboolean           cs_tunnel_announcer_is_silent (CsTunnelAnnouncer *self);

G_END_DECLS
