/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CS_TYPE_ORDER_SOURCE (cs_order_source_get_type ())

/* Where the orders' states are asked for: the built-in book, a watched file, a database of the business. A source lives on one
 * thread, answers there, and never blocks it. A customer number is a text of digits: leading zeros count. */
G_DECLARE_INTERFACE (CsOrderSource, cs_order_source, CS, ORDER_SOURCE, GObject)

struct _CsOrderSourceInterface
{
  GTypeInterface parent;

  void     (*look_up_async)  (CsOrderSource        *self,
                              const char           *customer,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
  gboolean (*look_up_finish) (CsOrderSource        *self,
                              GAsyncResult         *result,
                              gboolean             *is_found,
                              CsOrderState         *state,
                              GError              **error);
};

void     cs_order_source_look_up_async  (CsOrderSource        *self,
                                         const char           *customer,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean cs_order_source_look_up_finish (CsOrderSource        *self,
                                         GAsyncResult         *result,
                                         gboolean             *is_found,
                                         CsOrderState         *state,
                                         GError              **error);

G_END_DECLS
