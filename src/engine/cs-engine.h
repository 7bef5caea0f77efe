/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

/* What the engine is told of the user's settings: plain values, already checked. */
typedef struct {
  char *data_dir;               /* (owned) exists */
  guint16 webhook_port;         /* 0: any free one */
  guint16 api_port;
  gboolean api_enabled;
  char *webhook_token;          /* (owned) not empty */
  char *public_url;             /* (owned) "" where there is none; no slash at its end */
  gboolean verify_signature;
  char *public_key_file;        /* (owned) "" for the built-in key */
  char *timezone;               /* (owned) IANA name, "" for the desktop's */
  guint journal_days;           /* 0: for ever */
  guint call_days;
  guint stale_minutes;          /* at least 1 */
  gboolean is_sample;           /* made-up data: a month of it is written, and live calls arrive */
  char *exotel_base_url;        /* (owned) "" to find the cluster */
  char *exotel_account_sid;     /* (owned) "" where Exotel isn't used */
  char *exotel_api_key;         /* (owned) secret; "" where it isn't known */
  char *exotel_api_token;       /* (owned) secret; "" where it isn't known */
  char *exotel_timezone;        /* (owned) IANA name */
  guint exotel_refresh_seconds; /* 15 … 3600; 0: only by hand */
  guint exotel_history_days;    /* days fetched at the first start, 0 … 180 */
} CsEngineConfig;

CsEngineConfig *cs_engine_config_new  (void);
CsEngineConfig *cs_engine_config_copy (const CsEngineConfig *config);
void            cs_engine_config_free (CsEngineConfig       *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsEngineConfig, cs_engine_config_free)

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
