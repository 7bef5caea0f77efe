/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads what a tunnel service prints, and finds in it the address that it announces (protocol/sipgate.md §9). Everything else
 * that is printed is passed over, other addresses as well. */
typedef struct _CsTunnelBanner CsTunnelBanner;

CsTunnelBanner *cs_tunnel_banner_new     (gboolean        takes_local);
void            cs_tunnel_banner_free    (CsTunnelBanner *self);
gboolean        cs_tunnel_banner_feed    (CsTunnelBanner *self,
                                          const void     *data,
                                          gsize           length);
const char     *cs_tunnel_banner_get_url (CsTunnelBanner *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsTunnelBanner, cs_tunnel_banner_free)

G_END_DECLS
