/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "orders/cs-order.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_ITEM (cs_order_item_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderItem, cs_order_item, CS, ORDER_ITEM, GObject)

CsOrderItem   *cs_order_item_new       (CsOrder     *order);
const CsOrder *cs_order_item_get_order (CsOrderItem *self);
gboolean       cs_order_item_is_same   (CsOrderItem *self,
                                        CsOrderItem *other);

G_END_DECLS
