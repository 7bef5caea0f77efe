/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "engine/cs-engine-config.h"
#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_ENGINE (cs_engine_get_type ())
G_DECLARE_FINAL_TYPE (CsEngine, cs_engine, CS, ENGINE, GObject)

/* Signal "snapshot" (CsEngine *engine): a newer snapshot can be had; emitted in the context that made the engine, once a frame at most. */
CsEngine   *cs_engine_new              (void);
gboolean    cs_engine_start            (CsEngine             *self,
                                        const CsEngineConfig *config,
                                        GError              **error);
void        cs_engine_configure        (CsEngine             *self,
                                        const CsEngineConfig *config);
void        cs_engine_stop             (CsEngine             *self);
CsSnapshot *cs_engine_get_snapshot     (CsEngine             *self);
void        cs_engine_refresh_exotel   (CsEngine             *self);
void        cs_engine_import_exotel    (CsEngine             *self,
                                        guint                 days);
void        cs_engine_test_exotel_async  (CsEngine             *self,
                                          const CsEngineConfig *config,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
char       *cs_engine_test_exotel_finish (CsEngine             *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void        cs_engine_settle_callbacks (CsEngine             *self,
                                        gint64                call_id);

G_END_DECLS
