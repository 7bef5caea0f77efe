/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tunnel/cs-tunnel-config.h"
#include "tunnel/cs-tunnel-login.h"

G_BEGIN_DECLS

/* One connection to a tunnel server, from the first packet to the last, on a thread of its own. */
typedef struct _CsTunnelSession CsTunnelSession;

typedef enum {
  CS_TUNNEL_REPORT_OPEN,    /* the server leads connections here */
  CS_TUNNEL_REPORT_ADDRESS, /* url is its address from now on */
  CS_TUNNEL_REPORT_SILENT,  /* the server has announced no address, and it isn't known otherwise */
  CS_TUNNEL_REPORT_ENDED,   /* nothing follows; error says why, unless it was told to stop */
} CsTunnelReportKind;

typedef struct {
  CsTunnelReportKind kind;
  char *url;                /* (owned) (nullable) */
  GError *error;            /* (owned) (nullable) CS_TUNNEL_ERROR */
  CsTunnelHostKey host_key; /* of CS_TUNNEL_ERROR_STRANGER and _CHANGED */
} CsTunnelReport;

/* Called on the thread-default main context of the session's maker. */
typedef void (*CsTunnelReportFunc) (CsTunnelSession      *session,
                                    const CsTunnelReport *report,
                                    gpointer              user_data);

CsTunnelSession *cs_tunnel_session_new   (const CsTunnelConfig *config,
                                          const CsTunnelLimits *limits,
                                          const char           *trusted,
                                          CsTunnelReportFunc    func,
                                          gpointer              user_data);
void             cs_tunnel_session_free  (CsTunnelSession      *self);
void             cs_tunnel_session_stop  (CsTunnelSession      *self);
void             cs_tunnel_session_probe (CsTunnelSession      *self);

G_END_DECLS
