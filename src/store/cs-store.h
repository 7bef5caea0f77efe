/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-ledger.h"
#include "calls/cs-news.h"
#include "store/cs-sql.h"

G_BEGIN_DECLS

/* The steps in which everything is deleted. */
#define CS_STORE_DELETED 3

/* The one writer. Everything written since the last commit stands in one open transaction. All calls from one thread. */
typedef struct _CsStore CsStore;

/* Called for each journalled event, in the order of arrival; FALSE stops. */
typedef gboolean (*CsJournalFunc) (gint64           at_us,
                                   CsProvider       provider,
                                   CsCallEventKind  kind,
                                   GBytes          *body,
                                   gpointer         user_data);

CsStore  *cs_store_open             (const char         *data_dir,
                                     GError            **error);
void      cs_store_close            (CsStore            *self);
CsCall   *cs_store_find_call        (CsProvider          provider,
                                     CsLegField          field,
                                     const char         *value,
                                     gpointer            store);
gboolean  cs_store_add_event        (CsStore            *self,
                                     const CsCallEvent  *event,
                                     gint64              at_us,
                                     GBytes             *body,
                                     GError            **error);
gboolean  cs_store_put_changes      (CsStore            *self,
                                     CsCallLedger       *ledger,
                                     GError            **error);
gboolean  cs_store_put_record       (CsStore            *self,
                                     CsCall             *call,
                                     gboolean           *changed,
                                     GError            **error);
gboolean  cs_store_commit           (CsStore            *self,
                                     GError            **error);
void      cs_store_rollback         (CsStore            *self);
gboolean  cs_store_load_due         (CsStore            *self,
                                     CsCallLedger       *ledger,
                                     gint64              now_us,
                                     gint64              stale_us,
                                     GError            **error);
gboolean  cs_store_has_awaiting     (CsStore            *self);
gboolean  cs_store_settle_callbacks (CsStore            *self,
                                     gint64              call_id,
                                     gint64              now_us,
                                     GError            **error);
gboolean  cs_store_unsettle_callbacks (CsStore          *self,
                                       gint64            call_id,
                                       GError          **error);
gboolean  cs_store_prune            (CsStore            *self,
                                     gint64              events_before_us,
                                     gint64              calls_before_us,
                                     gboolean           *is_done,
                                     GError            **error);
gboolean  cs_store_delete_all       (CsStore            *self,
                                     guint              *step,
                                     GError            **error);
gboolean  cs_store_is_deleting      (CsStore            *self,
                                     guint              *step);
gboolean  cs_store_shrink           (CsStore            *self,
                                     GError            **error);
gboolean  cs_store_end_deletion     (CsStore            *self,
                                     GError            **error);
gboolean  cs_store_empty_log        (const char         *data_dir,
                                     GError            **error);
gboolean  cs_store_forget_derived   (CsStore            *self,
                                     GError            **error);
gboolean  cs_store_read_journal     (CsStore            *self,
                                     CsJournalFunc       func,
                                     gpointer            user_data,
                                     GError            **error);
GPtrArray *cs_store_take_news       (CsStore            *self);
void      cs_store_recall_news      (CsStore            *self,
                                     gint64              now_us);
gboolean  cs_store_mark_told        (CsStore            *self,
                                     const gint64       *call_ids,
                                     guint               n_calls,
                                     gint64              now_us,
                                     GError            **error);
gint64    cs_store_get_last_event   (CsStore            *self);
guint64   cs_store_count_calls      (CsStore            *self);
guint     cs_store_get_wal_pages    (CsStore            *self);
gboolean  cs_store_checkpoint       (const char         *data_dir,
                                     GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsStore, cs_store_close)

G_END_DECLS
