/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-health.h"
#include "engine/cs-receiver.h"
#include "orders/cs-announcement-shelf.h"
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
  CsHealthReport *report;                 /* (owned) (nullable) */
  CsCall *call;                           /* (owned) (nullable) */
  char *base_url;                         /* (owned) (nullable) newCall, dtmf: where this computer is found, without a path */
  char *webhook_url;                      /* (owned) (nullable) the same: where the events after this one are to be sent */
  CsOrderReply *reply;                    /* (owned) (nullable) the order line's */
};

struct _CsReceiver
{
  CsRecorder *recorder;           /* of the service thread */
  CsOrderLine *orders;            /* (nullable) of the service thread */
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
  guint8 check_key[32];           /* secret of this process, never changed */

  /* of the listener's thread alone */
  CsGate *gate;                   /* (owned) */
  char *token;                    /* (owned) */
  char *public_url;               /* (owned) "" where there is none */
  CsSipgateVerifier *verifier;    /* (owned) (nullable) NULL where signatures aren't asked for */
  gboolean refuses_all;           /* signatures are asked for and can't be verified */
  GTimeZone *exotel_zone;         /* (owned) */
  CsAnnouncementShelf *announcements; /* (owned) (nullable) NULL before it is configured */
  gint64 last_warning_us;         /* monotonic */
  char *check_nonce;              /* (owned) (nullable) of the check that is under way */
  CsCheckArrival check_arrival;
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
void     cs_receiver_serve_announcement (CsReceiver    *self,
                                         CsGateRequest *request);
void     cs_receiver_serve_check      (CsReceiver    *self,
                                       CsGateRequest *request);

/* The check of the public address: the key of its proofs, and a look at every request, whatever its path. */
void     cs_receiver_make_check_key   (CsReceiver    *self);
void     cs_receiver_note_check       (CsReceiver    *self,
                                       CsGateRequest *request);

/* Does something on the listener's thread while this one waits for it. */
void     cs_receiver_run_on_listener  (CsReceiver    *self,
                                       void         (*func) (CsReceiver *self,
                                                             gpointer    data),
                                       gpointer       data);

/* Whether there is a recording of that name. */
gboolean cs_receiver_has_announcement (CsReceiver    *self,
                                       const char    *rest);

G_END_DECLS
