/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-exotel-sync.h"

G_BEGIN_DECLS

/* Everything that lives on the service thread: listeners, ledger, store. Made, used and freed there and nowhere else. */
typedef struct _CsService CsService;

/* Hands a snapshot up, on the service thread. (transfer full) */
typedef void (*CsPublishFunc) (CsSnapshot *snapshot,
                               gpointer    user_data);

/* Whether anybody waits for snapshots just now. */
typedef gboolean (*CsAudienceFunc) (gpointer user_data);

CsService *cs_service_new       (const CsEngineConfig *config,
                                 CsPublishFunc         publish,
                                 CsAudienceFunc        has_audience,
                                 gpointer              user_data,
                                 GError              **error);
void       cs_service_free      (CsService            *self);
void       cs_service_configure (CsService            *self,
                                 const CsEngineConfig *config);
void       cs_service_settle    (CsService            *self,
                                 gint64                call_id);
void       cs_service_publish   (CsService            *self);

CsExotelSync *cs_service_get_exotel (CsService        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsService, cs_service_free)

G_END_DECLS
