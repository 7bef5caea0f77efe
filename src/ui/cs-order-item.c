/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-item.h"

/*
 * CsOrderItem: an order in a list model. It never changes.
 */
struct _CsOrderItem {
  GObject parent_instance;

  CsOrder *order;  /* (owned) */
};

G_DEFINE_FINAL_TYPE (CsOrderItem, cs_order_item, G_TYPE_OBJECT)

static void
cs_order_item_finalize (GObject *object)
{
  CsOrderItem *self = CS_ORDER_ITEM (object);

  g_clear_pointer (&self->order, cs_order_free);

  G_OBJECT_CLASS (cs_order_item_parent_class)->finalize (object);
}

static void
cs_order_item_class_init (CsOrderItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_order_item_finalize;
}

static void
cs_order_item_init (CsOrderItem *self)
{
}

/**
 * cs_order_item_new:
 * @order: (transfer full): what it stands for
 */
CsOrderItem *
cs_order_item_new (CsOrder *order)
{
  CsOrderItem *self = g_object_new (CS_TYPE_ORDER_ITEM, NULL);

  self->order = order;
  return self;
}

const CsOrder *
cs_order_item_get_order (CsOrderItem *self)
{
  g_return_val_if_fail (CS_IS_ORDER_ITEM (self), NULL);

  return self->order;
}

/**
 * cs_order_item_is_same:
 * @self: an item
 * @other: another one
 *
 * Returns: whether both say the same of the same customer
 */
gboolean
cs_order_item_is_same (CsOrderItem *self,
                       CsOrderItem *other)
{
  const CsOrder *a = self->order, *b = other->order;

  return a->state == b->state && a->changed_us == b->changed_us && g_strcmp0 (a->customer, b->customer) == 0
         && g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->note, b->note) == 0;
}
