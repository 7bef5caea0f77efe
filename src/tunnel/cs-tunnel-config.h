/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which tunnel is wanted. No text is NULL. */
typedef struct {
  char *host;           /* (owned) of the SSH server, not empty */
  guint16 port;
  char *user;           /* (owned) */
  char *host_key;       /* (owned) "SHA256:…" of the only key that is accepted; "" to ask at the first use and to remember */
  guint16 remote_port;  /* that the server shall open; 0: any free one */
  guint16 local_port;   /* on 127.0.0.1, where connections are led to */
  char *public_url;     /* (owned) the address where the server announces none; "" where it isn't known either */
  char *data_dir;       /* (owned) for our own key and the keys of known servers */
} CsTunnelConfig;

/* How patient a tunnel is. */
typedef struct {
  guint setup_ms;      /* from the first packet until the server leads connections here */
  guint announce_ms;   /* for the address to be announced, each time it is asked for */
  guint change_ms;     /* between two changes of the address, at the least */
  guint keepalive_ms;  /* of silence, before the server is asked whether it is there */
  guint reply_ms;      /* for its answer */
  guint probe_ms;      /* the same where the network changed or the computer slept */
  guint linger_ms;     /* for the other side to close a connection that ended here */
  double pace;         /* of the waits before another try: 1 is that of cs_retry_get_wait() */
} CsTunnelLimits;

extern const CsTunnelLimits cs_tunnel_usual_limits;

CsTunnelConfig *cs_tunnel_config_copy       (const CsTunnelConfig *config);
void            cs_tunnel_config_free       (CsTunnelConfig       *config);
gboolean        cs_tunnel_config_equal      (const CsTunnelConfig *a,
                                             const CsTunnelConfig *b);
char           *cs_tunnel_config_dup_server (const CsTunnelConfig *config);
char           *cs_tunnel_config_dup_url    (const CsTunnelConfig *config,
                                             guint16               open_port);
gboolean        cs_tunnel_config_is_local   (const CsTunnelConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsTunnelConfig, cs_tunnel_config_free)

G_END_DECLS
