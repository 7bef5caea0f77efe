/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-import.h"
#include "orders/cs-order-source.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_BOOK (cs_order_book_get_type ())

/* Orders in a database of our own. One thread writes, another one looks orders up, so that neither waits for the other, and
 * nobody who asks waits for the disk. To be used on one thread; callbacks run in its thread-default main context.
 *
 * Signal "changed" (CsOrderBook *book): the orders, their number or the import's progress are others than before. */
G_DECLARE_FINAL_TYPE (CsOrderBook, cs_order_book, CS, ORDER_BOOK, GObject)

/* Does something with the database on the writing thread; the task is answered there. */
typedef void (*CsOrderBookFunc) (CsOrderBook   *self,
                                 CsOrderBookDb *db,
                                 GTask         *task);

CsOrderBook   *cs_order_book_new             (const char            *path);
void           cs_order_book_close           (CsOrderBook           *self);
gint64         cs_order_book_get_n_orders    (CsOrderBook           *self);
guint          cs_order_book_get_serial      (CsOrderBook           *self);
gboolean       cs_order_book_get_import      (CsOrderBook           *self,
                                              double                *fraction,
                                              guint64               *n_rows);

void           cs_order_book_put_async       (CsOrderBook           *self,
                                              const CsOrder         *order,
                                              const char            *was,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
gboolean       cs_order_book_put_finish      (CsOrderBook           *self,
                                              GAsyncResult          *result,
                                              CsOrder              **before,
                                              GError               **error);
void           cs_order_book_remove_async    (CsOrderBook           *self,
                                              const char            *customer,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
gboolean       cs_order_book_remove_finish   (CsOrderBook           *self,
                                              GAsyncResult          *result,
                                              CsOrder              **before,
                                              GError               **error);
void           cs_order_book_clear_async     (CsOrderBook           *self,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
gboolean       cs_order_book_clear_finish    (CsOrderBook           *self,
                                              GAsyncResult          *result,
                                              GError               **error);
void           cs_order_book_search_async    (CsOrderBook           *self,
                                              const char            *text,
                                              const char            *after,
                                              guint                  limit,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
GPtrArray     *cs_order_book_search_finish   (CsOrderBook           *self,
                                              GAsyncResult          *result,
                                              GError               **error);
void           cs_order_book_import_async    (CsOrderBook           *self,
                                              GFile                 *file,
                                              const CsOrderMapping  *mapping,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
CsOrderImport *cs_order_book_import_finish   (CsOrderBook           *self,
                                              GAsyncResult          *result,
                                              GError               **error);

void           cs_order_book_run             (CsOrderBook           *self,
                                              CsOrderBookFunc        func,
                                              GTask                 *task);
void           cs_order_book_tell_progress   (double                 fraction,
                                              guint64                n_rows,
                                              gpointer               book);
void           cs_order_book_tell_end        (CsOrderBook           *self,
                                              gint64                 n_orders);

G_END_DECLS
