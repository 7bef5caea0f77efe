/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-health.h"
#include "engine/cs-receiver.h"
#include "server/cs-gate.h"
#include "sipgate/cs-sipgate-signature.h"

G_BEGIN_DECLS

/* What a request brings, on its way from the listener's thread to the recorder and back. */
typedef struct _CsDelivery CsDelivery;

struct _CsDelivery
{
  CsReceiver *receiver;
  CsGateRequest *request;                 /* (owned) of the listener's thread */
  void (*record) (CsDelivery *delivery);  /* on the service thread: ends in cs_delivery_recorded() */
  void (*answer) (CsDelivery *delivery);  /* on the listener's thread, once it is known whether it is kept */
  gboolean is_kept;
  CsCallEvent *event;                     /* (owned) (nullable) */
  GBytes *body;                           /* (owned) (nullable) */
  GBytes *answer_body;                    /* (owned) (nullable) */
  CsHealthReport *report;                 /* (owned) (nullable) */
  CsCall *call;                           /* (owned) (nullable) */
};

struct _CsReceiver
{
  CsRecorder *recorder;           /* of the service thread */
  CsRecorderChangedFunc changed;  /* on the service thread */
  gpointer user_data;

  GMainContext *service_context;  /* (owned) */
  GMainContext *context;          /* (owned) the listener's */
  GMainLoop *loop;                /* (owned) */
  GThread *thread;                /* (owned) */
  GAsyncQueue *arrived;           /* (owned) (element-type CsDelivery) for the service thread */
  GAsyncQueue *recorded;          /* (owned) (element-type CsDelivery) for the listener's */
  int arrived_is_told;            /* (atomic) the service thread was woken for them */
  int recorded_is_told;           /* (atomic) */
  int change_is_told;             /* (atomic) */
  int refusals[CS_N_REFUSALS];    /* (atomic) */
  int last_refusal;               /* (atomic) seconds since 1970, 0 before the first */

  /* of the listener's thread alone */
  CsGate *gate;                   /* (owned) */
  char *token;                    /* (owned) */
  char *public_url;               /* (owned) "" where there is none */
  CsSipgateVerifier *verifier;    /* (owned) (nullable) NULL where signatures aren't asked for */
  gboolean refuses_all;           /* signatures are asked for and can't be verified */
  GTimeZone *exotel_zone;         /* (owned) */
  gint64 last_warning_us;         /* monotonic */
};

/* Makes a delivery for a request that was read. */
CsDelivery *cs_delivery_new           (CsReceiver    *receiver,
                                       CsGateRequest *request);
/* Hands it to the service thread, which hands it to record. */
void     cs_delivery_send             (CsDelivery    *delivery);
/* A CsRecordedFunc: hands it back to the listener's thread, which hands it to answer and frees it. */
void     cs_delivery_recorded         (gboolean       is_kept,
                                       gpointer       delivery);

/* Refuses a request that was read, and counts it. */
void     cs_receiver_refuse           (CsReceiver    *self,
                                       CsGateRequest *request,
                                       guint          status,
                                       CsRefusal      refusal,
                                       const char    *text);

/* The routes: each answers the request, now or later. */
void     cs_receiver_serve_push       (CsReceiver    *self,
                                       CsGateRequest *request);
void     cs_receiver_serve_heartbeat  (CsReceiver    *self,
                                       CsGateRequest *request);
void     cs_receiver_serve_call_event (CsReceiver    *self,
                                       CsGateRequest *request);

G_END_DECLS
