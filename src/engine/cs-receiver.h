/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-order-line.h"
#include "engine/cs-recorder.h"
#include "server/cs-refusal.h"

G_BEGIN_DECLS

/* The paths, to be followed by the token. */
#define CS_RECEIVER_SIPGATE_PREFIX "/webhook/sipgate/"
#define CS_RECEIVER_HEARTBEAT_PREFIX "/webhook/heartbeat/"
#define CS_RECEIVER_CALL_EVENT_PREFIX "/webhook/exotel-call/"
#define CS_RECEIVER_CHECK_PREFIX "/webhook/check/"

/* To be followed by the name of a recording. */
#define CS_RECEIVER_ANNOUNCEMENT_PREFIX "/announcements/"

/* The webhook listener: what the providers may ask, and how each is answered. It has a thread of its own, so that reading
 * and answering go on while the disk is written; all functions are called on the service thread. */
typedef struct _CsReceiver CsReceiver;

/* How far a check of the public address came that this program sent. */
typedef enum {
  CS_CHECK_NOT_ARRIVED,
  CS_CHECK_REFUSED,   /* it came here, but not under the path that it was sent to */
  CS_CHECK_ANSWERED,
} CsCheckArrival;

CsReceiver *cs_receiver_new               (CsRecorder            *recorder,
                                           CsRecorderChangedFunc  changed,
                                           gpointer               user_data);
void        cs_receiver_free              (CsReceiver            *self);
void        cs_receiver_set_orders        (CsReceiver            *self,
                                           CsOrderLine           *orders);
gboolean    cs_receiver_configure         (CsReceiver            *self,
                                           const CsEngineConfig  *config,
                                           GError               **error);
gboolean    cs_receiver_listen            (CsReceiver            *self,
                                           guint16                port,
                                           GError               **error);
void        cs_receiver_close             (CsReceiver            *self);
guint16     cs_receiver_get_port          (CsReceiver            *self);
guint       cs_receiver_get_n_connections (CsReceiver            *self);
void        cs_receiver_get_refusals      (CsReceiver            *self,
                                           guint64               *refusals,
                                           gint64                *last_us);
char       *cs_receiver_begin_check       (CsReceiver            *self);
CsCheckArrival cs_receiver_end_check      (CsReceiver            *self);
char       *cs_receiver_make_proof        (CsReceiver            *self,
                                           const char            *nonce);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsReceiver, cs_receiver_free)

G_END_DECLS
