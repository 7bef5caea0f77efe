/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-receiver.h"
#include "sipgate/cs-sipgate-signature.h"

G_BEGIN_DECLS

struct _CsReceiver
{
  CsGate *gate;                 /* (owned) */
  CsRecorder *recorder;
  CsRecorderChangedFunc changed;
  gpointer user_data;
  char *token;                  /* (owned) */
  char *public_url;             /* (owned) "" where there is none */
  CsSipgateVerifier *verifier;  /* (owned) (nullable) NULL where signatures aren't asked for */
  gboolean refuses_all;         /* signatures are asked for and can't be verified */
  GTimeZone *exotel_zone;       /* (owned) */
  guint64 refusals[CS_N_REFUSALS];
  gint64 last_refusal_us;
  gint64 last_warning_us;       /* monotonic */
};

/* Refuses a request that was read, and counts it. */
void     cs_receiver_refuse           (CsReceiver    *self,
                                       CsGateRequest *request,
                                       guint          status,
                                       CsRefusal      refusal,
                                       const char    *text);
/* Whether the request says that its body is of that type, whatever its parameters. */
gboolean cs_receiver_has_type         (CsGateRequest *request,
                                       const char    *type);

/* The routes: each answers the request, now or later. */
void     cs_receiver_serve_push       (CsReceiver    *self,
                                       CsGateRequest *request);
void     cs_receiver_serve_heartbeat  (CsReceiver    *self,
                                       CsGateRequest *request);
void     cs_receiver_serve_call_event (CsReceiver    *self,
                                       CsGateRequest *request);

G_END_DECLS
