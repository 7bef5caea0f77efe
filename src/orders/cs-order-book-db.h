/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order.h"
#include "store/cs-sql.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A database of orders, a file of its own beside the calls' one: an import of a million rows is one transaction of seconds, and
 * the writer of the calls never waits for anybody's. It is in WAL mode, so whoever looks an order up meanwhile doesn't wait
 * either, and reads what was before. One thread at a time; every function may wait for the disk. */
typedef struct _CsOrderBookDb CsOrderBookDb;

CsOrderBookDb *cs_order_book_db_open      (const char     *path,
                                           GError        **error);
CsOrderBookDb *cs_order_book_db_open_read (const char     *path,
                                           GError        **error);
void           cs_order_book_db_close     (CsOrderBookDb  *self);
gboolean       cs_order_book_db_find      (CsOrderBookDb  *self,
                                           const char     *customer,
                                           CsOrder       **order,
                                           GError        **error);
GPtrArray     *cs_order_book_db_search    (CsOrderBookDb  *self,
                                           const char     *text,
                                           const char     *after,
                                           guint           limit,
                                           GCancellable   *cancellable,
                                           GError        **error);
gint64         cs_order_book_db_count     (CsOrderBookDb  *self,
                                           GError        **error);
gboolean       cs_order_book_db_put       (CsOrderBookDb  *self,
                                           const CsOrder  *order,
                                           GError        **error);
gboolean       cs_order_book_db_remove    (CsOrderBookDb  *self,
                                           const char     *customer,
                                           GError        **error);
gboolean       cs_order_book_db_clear     (CsOrderBookDb  *self,
                                           GError        **error);

/* Many at once: nothing of it is kept, or seen by anybody else, before the commit. */
gboolean       cs_order_book_db_begin     (CsOrderBookDb  *self,
                                           gboolean        is_replacing,
                                           GError        **error);
gboolean       cs_order_book_db_add       (CsOrderBookDb  *self,
                                           const char     *customer,
                                           const char     *name,
                                           CsOrderState    state,
                                           const char     *note,
                                           gint64          changed_us,
                                           GError        **error);
gboolean       cs_order_book_db_commit    (CsOrderBookDb  *self,
                                           GError        **error);
void           cs_order_book_db_rollback  (CsOrderBookDb  *self);

char          *cs_order_book_db_get_note  (CsOrderBookDb  *self,
                                           const char     *name);
gboolean       cs_order_book_db_set_note  (CsOrderBookDb  *self,
                                           const char     *name,
                                           const char     *value,
                                           GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderBookDb, cs_order_book_db_close)

G_END_DECLS
