/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-book-private.h"

typedef struct {
  char *text;                   /* (owned) */
  char *after;                  /* (owned) */
  guint limit;
} Search;

static void
search_free (gpointer data)
{
  Search *wanted = data;

  g_free (wanted->text);
  g_free (wanted->after);
  g_free (wanted);
}

/* On a thread of its own: neither an import nor a caller waits for somebody who leafs through the book. */
static void
search (GTask        *task,
        gpointer      source,
        gpointer      data,
        GCancellable *cancellable)
{
  CsOrderBook *self = source;
  Search *wanted = data;
  g_autoptr (CsOrderBookDb) db = NULL;
  GError *error = NULL;
  GPtrArray *orders = NULL;

  cs_order_book_wait_until_opened (self);
  if (self->open_error != NULL)
    {
      cs_order_book_return_open_error (self, task, self->open_error->message);
      return;
    }
  db = cs_order_book_db_open_read (self->path, &error);
  if (db != NULL)
    orders = cs_order_book_db_search (db, wanted->text, wanted->after, wanted->limit, cancellable, &error);
  if (orders != NULL)
    g_task_return_pointer (task, orders, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* Looks for orders as cs_order_book_db_search() does. */
void
cs_order_book_search_async (CsOrderBook         *self,
                            const char          *text,
                            const char          *after,
                            guint                limit,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Search *wanted = g_new (Search, 1);

  g_task_set_source_tag (task, cs_order_book_search_async);
  wanted->text = g_strdup (text);
  wanted->after = g_strdup (after);
  wanted->limit = limit;
  g_task_set_task_data (task, wanted, search_free);
  g_task_run_in_thread (task, search);
}

/* (transfer full) (element-type CsOrder) */
GPtrArray *
cs_order_book_search_finish (CsOrderBook   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
