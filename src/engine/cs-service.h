/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-exotel-sync.h"
#include "engine/cs-order-line.h"
#include "engine/cs-public-address.h"
#include "engine/cs-recorder.h"
#include "engine/cs-sipgate-account.h"

G_BEGIN_DECLS

/* Everything that lives on the service thread: listeners, ledger, store. Made, used and freed there and nowhere else. */
typedef struct _CsService CsService;

/* Hands a snapshot up, on the service thread. (transfer full) */
typedef void (*CsPublishFunc) (CsSnapshot *snapshot,
                               gpointer    user_data);

/* Hands up what was committed, oldest first, on the service thread. (transfer full) (element-type CsNews) */
typedef void (*CsNewsFunc) (GPtrArray *news,
                            gpointer   user_data);

/* Whether anybody waits for snapshots just now. */
typedef gboolean (*CsAudienceFunc) (gpointer user_data);

CsService        *cs_service_new           (const CsEngineConfig *config,
                                            CsPublishFunc         publish,
                                            CsAudienceFunc        has_audience,
                                            gpointer              user_data,
                                            GError              **error);
void              cs_service_free          (CsService            *self);
void              cs_service_set_news_func (CsService            *self,
                                            CsNewsFunc            hand_news);
void              cs_service_configure     (CsService            *self,
                                            const CsEngineConfig *config);
void              cs_service_note_told     (CsService            *self,
                                            GArray               *call_ids);
void              cs_service_settle        (CsService            *self,
                                            gint64                call_id);
void              cs_service_unsettle      (CsService            *self,
                                            gint64                call_id);
void              cs_service_forget        (CsService            *self,
                                            GTask                *task);
void              cs_service_publish       (CsService            *self);
CsExotelSync     *cs_service_get_exotel    (CsService            *self);
CsOrderLine      *cs_service_get_orders    (CsService            *self);
CsSipgateAccount *cs_service_get_sipgate   (CsService            *self);
CsPublicAddress  *cs_service_get_address   (CsService            *self);
const char       *cs_service_get_data_dir  (CsService            *self);
CsStore          *cs_service_get_store     (CsService            *self);
CsRecorder       *cs_service_get_recorder  (CsService            *self);
gboolean          cs_service_is_closing    (CsService            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsService, cs_service_free)

G_END_DECLS
