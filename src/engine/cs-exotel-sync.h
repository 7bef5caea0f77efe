/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "engine/cs-exotel-state.h"
#include "engine/cs-recorder.h"
#include "exotel/cs-exotel-client.h"

G_BEGIN_DECLS

/* Keeps the store's records of the Exotel account up to date: the first days at the start, a short window again and
 * again, history when asked for. Lives on the service thread. */
typedef struct _CsExotelSync CsExotelSync;

/* Tells the time in microseconds, by a clock that nobody sets. */
typedef gint64 (*CsExotelTickFunc) (void);

CsExotelSync        *cs_exotel_sync_new        (CsStore               *store,
                                                CsRecorder            *recorder,
                                                CsRecorderChangedFunc  changed,
                                                gpointer               user_data);
void                 cs_exotel_sync_free       (CsExotelSync          *self);
void                 cs_exotel_sync_set_limits (CsExotelSync          *self,
                                                const CsExotelLimits  *limits);
void                 cs_exotel_sync_set_clock  (CsExotelSync          *self,
                                                CsExotelTickFunc       get_tick);
void                 cs_exotel_sync_configure  (CsExotelSync          *self,
                                                const CsEngineConfig  *config);
void                 cs_exotel_sync_refresh    (CsExotelSync          *self);
void                 cs_exotel_sync_import     (CsExotelSync          *self,
                                                guint                  days);
void                 cs_exotel_sync_cancel_import (CsExotelSync       *self);
const CsExotelState *cs_exotel_sync_get_state  (CsExotelSync          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelSync, cs_exotel_sync_free)

G_END_DECLS
