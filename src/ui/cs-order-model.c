/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-model.h"

#include "engine/cs-engine-orders.h"
#include "ui/cs-order-item.h"

/* Orders read at once. */
#define PAGE 200
/* The next page is read while so many of the last one are still to come. */
#define AHEAD 60

/*
 * CsOrderModel: the orders of the built-in book that a search finds, as a list model of CsOrderItem.
 *
 * It grows by a page whenever somebody asks for what stands near its end, so that a book of a million orders is as quickly there
 * as one of ten. After a change as much is read again as was there; only what differs is told of, so what is selected stays it.
 */
struct _CsOrderModel {
  GObject parent_instance;

  CsEngine *engine;        /* (owned) */
  GPtrArray *items;        /* (owned) (element-type CsOrderItem) */
  char *text;              /* (owned) what is searched */
  GCancellable *reading;   /* (owned) (nullable) */
  guint limit;             /* of what is being read */
  gboolean is_next;        /* a page to append is being read; else all is */
  gboolean is_known;       /* the items are of the present search */
  gboolean is_whole;       /* nothing comes behind them */
  gboolean is_stale;       /* the book has changed since the reading began */
  guint more_source;
  char *error;             /* (owned) (nullable) */
};

static void cs_order_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsOrderModel, cs_order_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, cs_order_model_list_model_init))

typedef enum {
  SIGNAL_STATE,
} CsOrderModelSignal;

static guint signals[SIGNAL_STATE + 1];

static void read_orders (CsOrderModel *self, gboolean is_next);

static CsOrderItem *
get_item (GPtrArray *items,
          guint      position)
{
  return g_ptr_array_index (items, position);
}

/* Puts the items in the place of the old ones, as far as they aren't the same. */
static void
replace (CsOrderModel *self,
         GPtrArray    *items)
{
  guint n_old = self->items->len, n_new = items->len, begin = 0, end = 0;

  while (begin < n_old && begin < n_new && cs_order_item_is_same (get_item (self->items, begin), get_item (items, begin)))
    begin++;
  while (end < n_old - begin && end < n_new - begin
         && cs_order_item_is_same (get_item (self->items, n_old - 1 - end), get_item (items, n_new - 1 - end)))
    end++;
  if (begin == n_old && begin == n_new)
    return;
  g_ptr_array_remove_range (self->items, begin, n_old - begin - end);
  for (guint i = begin; i < n_new - end; i++)
    g_ptr_array_insert (self->items, (int) i, g_object_ref (get_item (items, i)));
  g_list_model_items_changed (G_LIST_MODEL (self), begin, n_old - begin - end, n_new - begin - end);
}

static void
append (CsOrderModel *self,
        GPtrArray    *items)
{
  guint position = self->items->len;

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (self->items, g_object_ref (get_item (items, i)));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, items->len);
}

static void
take_orders (CsOrderModel *self,
             GPtrArray    *orders)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_full (orders->len, g_object_unref);

  g_ptr_array_set_free_func (orders, NULL);
  for (guint i = 0; i < orders->len; i++)
    g_ptr_array_add (items, cs_order_item_new (g_ptr_array_index (orders, i)));
  self->is_whole = orders->len < self->limit;
  self->is_known = TRUE;
  if (self->is_next)
    append (self, items);
  else
    replace (self, items);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsOrderModel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) orders = cs_engine_search_orders_finish (CS_ENGINE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->reading);
  g_clear_pointer (&self->error, g_free);
  if (orders == NULL)
    self->error = g_strdup (error->message);
  else
    take_orders (self, orders);
  if (self->is_stale)
    read_orders (self, FALSE);
  g_signal_emit (self, signals[SIGNAL_STATE], 0);
}

static void
read_orders (CsOrderModel *self,
             gboolean      is_next)
{
  guint n = self->items->len;
  const char *after = is_next && n > 0 ? cs_order_item_get_order (get_item (self->items, n - 1))->customer : "";

  self->reading = g_cancellable_new ();
  self->is_next = is_next;
  self->is_stale = FALSE;
  self->limit = is_next || !self->is_known ? PAGE : MAX (n, PAGE);
  cs_engine_search_orders_async (self->engine, self->text, after, self->limit, self->reading, on_read, g_object_ref (self));
}

static gboolean
on_more (gpointer user_data)
{
  CsOrderModel *self = user_data;

  self->more_source = 0;
  if (self->reading == NULL && self->is_known && !self->is_whole)
    read_orders (self, TRUE);
  return G_SOURCE_REMOVE;
}

static GType
cs_order_model_get_item_type (GListModel *model)
{
  return CS_TYPE_ORDER_ITEM;
}

static guint
cs_order_model_get_n_items (GListModel *model)
{
  return CS_ORDER_MODEL (model)->items->len;
}

static gpointer
cs_order_model_get_item (GListModel *model,
                         guint       position)
{
  CsOrderModel *self = CS_ORDER_MODEL (model);

  if (position >= self->items->len)
    return NULL;
  if (position + AHEAD >= self->items->len && !self->is_whole && self->reading == NULL && self->more_source == 0)
    self->more_source = g_idle_add (on_more, self);
  return g_object_ref (get_item (self->items, position));
}

static void
cs_order_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = cs_order_model_get_item_type;
  iface->get_n_items = cs_order_model_get_n_items;
  iface->get_item = cs_order_model_get_item;
}

static void
cs_order_model_dispose (GObject *object)
{
  CsOrderModel *self = CS_ORDER_MODEL (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_handle_id (&self->more_source, g_source_remove);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (cs_order_model_parent_class)->dispose (object);
}

static void
cs_order_model_finalize (GObject *object)
{
  CsOrderModel *self = CS_ORDER_MODEL (object);

  g_ptr_array_unref (self->items);
  g_free (self->text);
  g_free (self->error);

  G_OBJECT_CLASS (cs_order_model_parent_class)->finalize (object);
}

static void
cs_order_model_class_init (CsOrderModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_order_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_order_model_finalize;

  signals[SIGNAL_STATE] = g_signal_new ("state", CS_TYPE_ORDER_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_order_model_init (CsOrderModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->text = g_strdup ("");
}

/**
 * cs_order_model_new:
 * @engine: what has the book
 *
 * Returns: (transfer full): a model that is empty until cs_order_model_search() or cs_order_model_refresh()
 */
CsOrderModel *
cs_order_model_new (CsEngine *engine)
{
  CsOrderModel *self;

  g_return_val_if_fail (CS_IS_ENGINE (engine), NULL);

  self = g_object_new (CS_TYPE_ORDER_MODEL, NULL);
  self->engine = g_object_ref (engine);
  return self;
}

/**
 * cs_order_model_search:
 * @self: the model
 * @text: the beginning of a customer number, or a part of a name; "" for all orders
 */
void
cs_order_model_search (CsOrderModel *self,
                       const char   *text)
{
  g_return_if_fail (CS_IS_ORDER_MODEL (self));
  g_return_if_fail (text != NULL);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_free (self->text);
  self->text = g_strdup (text);
  self->is_known = FALSE;
  read_orders (self, FALSE);
}

/**
 * cs_order_model_refresh:
 * @self: the model, whose orders may have changed
 */
void
cs_order_model_refresh (CsOrderModel *self)
{
  g_return_if_fail (CS_IS_ORDER_MODEL (self));

  if (self->reading != NULL)
    self->is_stale = TRUE;
  else
    read_orders (self, FALSE);
}

/**
 * cs_order_model_is_known:
 * @self: the model
 *
 * Returns: whether its items are what the last search finds; until then they are what the one before found
 */
gboolean
cs_order_model_is_known (CsOrderModel *self)
{
  g_return_val_if_fail (CS_IS_ORDER_MODEL (self), FALSE);

  return self->is_known;
}

/**
 * cs_order_model_get_error:
 * @self: the model
 *
 * Returns: (transfer none) (nullable): why the orders can't be read, as a sentence
 */
const char *
cs_order_model_get_error (CsOrderModel *self)
{
  g_return_val_if_fail (CS_IS_ORDER_MODEL (self), NULL);

  return self->error;
}
