/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine-config.h"
#include "engine/cs-recorder.h"

G_BEGIN_DECLS

/* What the store needs besides being written to: what is too old goes, and the log of commits is moved into the database. Made and used
 * on the service thread; the moving has a thread of its own. */
typedef struct _CsHousekeeping CsHousekeeping;

CsHousekeeping *cs_housekeeping_new        (CsStore              *store,
                                            CsRecorder           *recorder,
                                            const char           *data_dir);
void            cs_housekeeping_free       (CsHousekeeping       *self);
void            cs_housekeeping_configure  (CsHousekeeping       *self,
                                            const CsEngineConfig *config);
void            cs_housekeeping_checkpoint (CsHousekeeping       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsHousekeeping, cs_housekeeping_free)

G_END_DECLS
