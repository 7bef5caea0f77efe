/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-source.h"

G_DEFINE_INTERFACE (CsOrderSource, cs_order_source, G_TYPE_OBJECT)

static void
cs_order_source_default_init (CsOrderSourceInterface *iface)
{
}

/* Asks for the order of a customer: a text, bound as data everywhere. The callback runs in the thread-default main context of
 * now. Who asks waits two seconds at the most and then cancels: a source needs no time limit of its own for its answers. */
void
cs_order_source_look_up_async (CsOrderSource       *self,
                               const char          *customer,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (CS_IS_ORDER_SOURCE (self));
  g_return_if_fail (customer != NULL);

  CS_ORDER_SOURCE_GET_IFACE (self)->look_up_async (self, customer, cancellable, callback, user_data);
}

/* Returns whether the source could be asked. is_found says whether it has an order of that customer, and only then state which.
 * An error is a sentence for the user: CS_ORDER_ERROR, or G_IO_ERROR_CANCELLED. */
gboolean
cs_order_source_look_up_finish (CsOrderSource  *self,
                                GAsyncResult   *result,
                                gboolean       *is_found,
                                CsOrderState   *state,
                                GError        **error)
{
  g_return_val_if_fail (CS_IS_ORDER_SOURCE (self), FALSE);
  g_return_val_if_fail (is_found != NULL && state != NULL, FALSE);

  *is_found = FALSE;
  return CS_ORDER_SOURCE_GET_IFACE (self)->look_up_finish (self, result, is_found, state, error);
}
