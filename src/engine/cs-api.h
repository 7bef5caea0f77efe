/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-exotel-state.h"
#include "server/cs-gate.h"

G_BEGIN_DECLS

/* The local JSON API: reads, in threads of its own, what the store has, and tells WebSockets of changes. */
typedef struct _CsApi CsApi;

CsApi    *cs_api_new         (const char           *data_dir);
void      cs_api_free        (CsApi                *self);
void      cs_api_configure   (CsApi                *self,
                              const CsEngineConfig *config);
void      cs_api_set_exotel  (CsApi                *self,
                              const CsExotelState  *state);
CsGate   *cs_api_get_gate    (CsApi                *self);
gboolean  cs_api_has_sockets (CsApi                *self);
void      cs_api_broadcast   (CsApi                *self,
                              const CsMetrics      *incoming);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsApi, cs_api_free)

G_END_DECLS
