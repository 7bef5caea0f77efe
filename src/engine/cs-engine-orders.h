/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine.h"
#include "orders/cs-order-dialogue.h"
#include "orders/cs-order-import.h"

G_BEGIN_DECLS

/* What the window does with the order line. How things stand is in the snapshot (CsSnapshot.orders, a CsOrdersState): today's calls
 * by what came of them, the last queries, where orders are looked up and what is wrong with that, an import's progress, and
 * "serial": where it is another one than before, the built-in book's orders are, and a list of them is to be read again.
 *
 * Every _async function is called on the thread that made the engine, and calls back there. Errors are sentences to show. All
 * of them but try_orders concern the built-in book, also while callers are told what a file or a database says. */

/* Looks for orders: those whose customer number begins with text, where it is all digits, and otherwise those whose name has text in
 * it, in any case; "" finds all. They come by customer number, at most limit, behind the number after ("": from the first one on):
 * the last number of one page is after for the next one. (transfer full) (element-type CsOrder) */
void            cs_engine_search_orders_async   (CsEngine              *self,
                                                 const char            *text,
                                                 const char            *after,
                                                 guint                  limit,
                                                 GCancellable          *cancellable,
                                                 GAsyncReadyCallback    callback,
                                                 gpointer               user_data);
GPtrArray      *cs_engine_search_orders_finish  (CsEngine              *self,
                                                 GAsyncResult          *result,
                                                 GError               **error);

/* Puts an order into the book: a new one where was is NULL, otherwise instead of the order of that customer, whose number may have
 * become another one. Fails with CS_ORDER_ERROR_CONTENT where it can't stand there (cs_order_check() says so beforehand), and with
 * CS_ORDER_ERROR_TAKEN where yet another order has the number. before becomes the order that gave way, NULL where there was none:
 * to undo this, put it back, or remove the new one. An order with a changed_us keeps it. before: (transfer full) */
void            cs_engine_put_order_async       (CsEngine              *self,
                                                 const CsOrder         *order,
                                                 const char            *was,
                                                 GCancellable          *cancellable,
                                                 GAsyncReadyCallback    callback,
                                                 gpointer               user_data);
gboolean        cs_engine_put_order_finish      (CsEngine              *self,
                                                 GAsyncResult          *result,
                                                 CsOrder              **before,
                                                 GError               **error);

/* Removes a customer's order; before is what it was, NULL where there was none: put back it undoes this. before: (transfer full) */
void            cs_engine_remove_order_async    (CsEngine              *self,
                                                 const char            *customer,
                                                 GCancellable          *cancellable,
                                                 GAsyncReadyCallback    callback,
                                                 gpointer               user_data);
gboolean        cs_engine_remove_order_finish   (CsEngine              *self,
                                                 GAsyncResult          *result,
                                                 CsOrder              **before,
                                                 GError               **error);

/* Reads the beginning of a CSV file, guesses what its columns are (mapping NULL) and collects the words for states that aren't known.
 * With the mapping that the user corrected it says what is left unknown. (transfer full) */
void            cs_engine_preview_orders_async  (CsEngine              *self,
                                                 GFile                 *file,
                                                 const CsOrderMapping  *mapping,
                                                 GCancellable          *cancellable,
                                                 GAsyncReadyCallback    callback,
                                                 gpointer               user_data);
CsOrderPreview *cs_engine_preview_orders_finish (CsEngine              *self,
                                                 GAsyncResult          *result,
                                                 GError               **error);

/* Imports a CSV file in one transaction. Cancelled, or failed, it changes nothing. is_kept of the result says whether the orders are
 * in the book now: with a faulty row they aren't, unless mapping->skips_faults says to leave such rows out. The progress is in
 * the snapshot. (transfer full) */
void            cs_engine_import_orders_async   (CsEngine              *self,
                                                 GFile                 *file,
                                                 const CsOrderMapping  *mapping,
                                                 GCancellable          *cancellable,
                                                 GAsyncReadyCallback    callback,
                                                 gpointer               user_data);
CsOrderImport  *cs_engine_import_orders_finish  (CsEngine              *self,
                                                 GAsyncResult          *result,
                                                 GError               **error);

/* Walks through the dialogue without a call: step = cs_order_dialogue_begin (dialogue, rules) says what is heard first; after each
 * step of kind ASK or ANNOUNCE the keys that were pressed until max_digits or timeout_ms of silence are handed to this, and it
 * returns the next step (never LOOK_UP) as a caller would get it: orders are looked up where they are for callers, with the same
 * limit of time; nothing is logged or counted. step->text is the number to dial. dialogue and rules stay where they are until the
 * callback; a cancelled one doesn't touch them any more. One at a time for one dialogue. */
void            cs_engine_try_orders_async      (CsEngine              *self,
                                                 CsOrderDialogue       *dialogue,
                                                 const CsOrderRules    *rules,
                                                 const char            *keys,
                                                 GCancellable          *cancellable,
                                                 GAsyncReadyCallback    callback,
                                                 gpointer               user_data);
gboolean        cs_engine_try_orders_finish     (CsEngine              *self,
                                                 GAsyncResult          *result,
                                                 CsOrderStep           *step,
                                                 GError               **error);

G_END_DECLS
