/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libssh/libssh.h>

#include "tunnel/cs-tunnel-config.h"

G_BEGIN_DECLS

char     *cs_tunnel_keys_get_hosts_file (const CsTunnelConfig *config);
gboolean  cs_tunnel_keys_forget_host    (const CsTunnelConfig *config,
                                         GError              **error);
char     *cs_tunnel_keys_get_own_file   (const CsTunnelConfig *config);
ssh_key   cs_tunnel_keys_load_own       (const CsTunnelConfig *config,
                                         GError              **error);
ssh_key   cs_tunnel_keys_load_users     (guint                 index,
                                         gboolean             *is_last);

G_END_DECLS
