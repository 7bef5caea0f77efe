/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-recorder.h"
#include "server/cs-gate.h"

G_BEGIN_DECLS

/* The paths, to be followed by the token. */
#define CS_RECEIVER_SIPGATE_PREFIX "/webhook/sipgate/"
#define CS_RECEIVER_HEARTBEAT_PREFIX "/webhook/heartbeat/"
#define CS_RECEIVER_CALL_EVENT_PREFIX "/webhook/exotel-call/"

/* The webhook listener: what the providers may ask, and how each is answered. */
typedef struct _CsReceiver CsReceiver;

CsReceiver *cs_receiver_new              (CsRecorder            *recorder,
                                          CsRecorderChangedFunc  changed,
                                          gpointer               user_data);
void        cs_receiver_free             (CsReceiver            *self);
gboolean    cs_receiver_configure        (CsReceiver            *self,
                                          const CsEngineConfig  *config,
                                          GError               **error);
CsGate     *cs_receiver_get_gate         (CsReceiver            *self);
void        cs_receiver_get_refusals     (CsReceiver            *self,
                                          guint64               *refusals,
                                          gint64                *last_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsReceiver, cs_receiver_free)

G_END_DECLS
