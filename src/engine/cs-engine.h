/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "calls/cs-news.h"
#include "contacts/cs-contact.h"
#include "engine/cs-engine-config.h"
#include "engine/cs-snapshot.h"
#include "orders/cs-announcement-name.h"

G_BEGIN_DECLS

#define CS_TYPE_ENGINE (cs_engine_get_type ())
G_DECLARE_FINAL_TYPE (CsEngine, cs_engine, CS, ENGINE, GObject)

/* Signal "snapshot" (CsEngine *engine): a newer snapshot can be had; emitted in the context that made the engine, once a frame at most. */
/* Signal "news" (CsEngine *engine): there is some to take; emitted as the other one. Only while somebody listens news is kept. */
CsEngine   *cs_engine_new              (void);
gboolean    cs_engine_start            (CsEngine             *self,
                                        const CsEngineConfig *config,
                                        GError              **error);
void        cs_engine_configure        (CsEngine             *self,
                                        const CsEngineConfig *config);
void        cs_engine_stop             (CsEngine             *self);
CsSnapshot *cs_engine_get_snapshot     (CsEngine             *self);
GPtrArray  *cs_engine_take_news        (CsEngine             *self);
void        cs_engine_note_told        (CsEngine             *self,
                                        GArray               *call_ids);
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
void        cs_engine_trust_tunnel_host  (CsEngine           *self,
                                          const char         *fingerprint);
void        cs_engine_retry_tunnel       (CsEngine           *self);
void        cs_engine_check_address      (CsEngine           *self);
void        cs_engine_forget_tunnel_host (CsEngine           *self);
void        cs_engine_test_sipgate_async  (CsEngine             *self,
                                           const CsEngineConfig *config,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
char       *cs_engine_test_sipgate_finish (CsEngine             *self,
                                           GAsyncResult         *result,
                                           GError              **error);
void        cs_engine_register_sipgate_async  (CsEngine             *self,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean    cs_engine_register_sipgate_finish (CsEngine             *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void        cs_engine_restore_sipgate_async   (CsEngine             *self,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean    cs_engine_restore_sipgate_finish  (CsEngine             *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void        cs_engine_call_back_async         (CsEngine             *self,
                                               const char           *number,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean    cs_engine_call_back_finish        (CsEngine             *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void           cs_engine_test_order_database_async  (CsEngine             *self,
                                                     const CsEngineConfig *config,
                                                     const char           *customer,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
CsAnnouncement cs_engine_test_order_database_finish (CsEngine             *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);
void        cs_engine_settle_callbacks (CsEngine             *self,
                                        gint64                call_id);
void        cs_engine_unsettle_callbacks (CsEngine           *self,
                                          gint64              call_id);
void        cs_engine_put_contact_async      (CsEngine             *self,
                                              const CsContact      *contact,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gint64      cs_engine_put_contact_finish     (CsEngine             *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void        cs_engine_remove_contact_async   (CsEngine             *self,
                                              gint64                id,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean    cs_engine_remove_contact_finish  (CsEngine             *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void        cs_engine_import_contacts_async  (CsEngine             *self,
                                              GPtrArray            *contacts,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean    cs_engine_import_contacts_finish (CsEngine             *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void        cs_engine_delete_all_async  (CsEngine             *self,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean    cs_engine_delete_all_finish (CsEngine             *self,
                                         GAsyncResult         *result,
                                         GError              **error);

G_END_DECLS
