/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libssh/libssh.h>

#include "tunnel/cs-tunnel-config.h"
#include "tunnel/cs-tunnel-error.h"

G_BEGIN_DECLS

/* The key that a server shows. */
typedef struct {
  char *fingerprint; /* (owned) (nullable) "SHA256:…" */
  char *type;        /* (owned) (nullable) "ED25519" */
} CsTunnelHostKey;

void        cs_tunnel_host_key_clear (CsTunnelHostKey       *key);

ssh_session cs_tunnel_login          (const CsTunnelConfig  *config,
                                      const CsTunnelLimits  *limits,
                                      int                    fd,
                                      const char            *trusted,
                                      CsTunnelHostKey       *host_key,
                                      GError               **error);
char       *cs_tunnel_login_explain  (ssh_session            session);

G_END_DECLS
