/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-orders.h"
#include "engine/cs-engine-private.h"

/* What is wanted of the built-in book. */
typedef struct {
  char *text;               /* (owned) (nullable) to search, or the customer to remove, or whose order gives way */
  char *after;              /* (owned) (nullable) */
  guint limit;
  CsOrder *order;           /* (owned) (nullable) */
  GFile *file;              /* (owned) (nullable) */
  CsOrderMapping *mapping;  /* (owned) (nullable) */
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->text);
  g_free (wish->after);
  g_clear_pointer (&wish->order, cs_order_free);
  g_clear_object (&wish->file);
  g_clear_pointer (&wish->mapping, cs_order_mapping_free);
  g_free (wish);
}

static GTask *
make_task (CsEngine            *self,
           gpointer             tag,
           Wish                 wish,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, g_memdup2 (&wish, sizeof wish), wish_free);
  return task;
}

/* Takes the task. */
static void
return_result (GTask          *task,
               gpointer        result,
               GDestroyNotify  destroy,
               GError         *error)
{
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, destroy);
  g_object_unref (task);
}

static void
on_searched (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  GError *error = NULL;
  GPtrArray *orders = cs_order_book_search_finish (CS_ORDER_BOOK (source), result, &error);

  return_result (data, orders, (GDestroyNotify) g_ptr_array_unref, error);
}

static void
search (CsService *service,
        GTask     *task)
{
  Wish *wish = g_task_get_task_data (task);

  cs_order_book_search_async (cs_order_line_get_book (cs_service_get_orders (service)), wish->text, wish->after, wish->limit,
                              g_task_get_cancellable (task), on_searched, g_object_ref (task));
}

static void
on_changed (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  GError *error = NULL;
  CsOrder *before = NULL;

  cs_order_book_put_finish (CS_ORDER_BOOK (source), result, &before, &error);
  return_result (data, before, (GDestroyNotify) cs_order_free, error);
}

static void
put (CsService *service,
     GTask     *task)
{
  Wish *wish = g_task_get_task_data (task);

  cs_order_book_put_async (cs_order_line_get_book (cs_service_get_orders (service)), wish->order, wish->text,
                           g_task_get_cancellable (task), on_changed, g_object_ref (task));
}

static void
remove_order (CsService *service,
              GTask     *task)
{
  Wish *wish = g_task_get_task_data (task);

  cs_order_book_remove_async (cs_order_line_get_book (cs_service_get_orders (service)), wish->text,
                              g_task_get_cancellable (task), on_changed, g_object_ref (task));
}

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  GError *error = NULL;
  CsOrderImport *import = cs_order_book_import_finish (CS_ORDER_BOOK (source), result, &error);

  return_result (data, import, (GDestroyNotify) cs_order_import_free, error);
}

static void
import (CsService *service,
        GTask     *task)
{
  Wish *wish = g_task_get_task_data (task);

  cs_order_book_import_async (cs_order_line_get_book (cs_service_get_orders (service)), wish->file, wish->mapping,
                              g_task_get_cancellable (task), on_imported, g_object_ref (task));
}

static void
preview (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  Wish *wish = data;
  GError *error = NULL;
  CsOrderPreview *found = cs_order_preview_read (wish->file, wish->mapping, cancellable, &error);

  return_result (g_object_ref (task), found, (GDestroyNotify) cs_order_preview_free, error);
}

static void
on_looked_up (CsOrderFinding finding,
              CsOrderState   state,
              gpointer       data)
{
  g_autoptr (GTask) task = data;

  /* Both in one number: the states come behind the findings. */
  g_task_return_int (task, finding * CS_N_ORDER_STATES + state);
}

static void
look_up (CsService *service,
         GTask     *task)
{
  Wish *wish = g_task_get_task_data (task);

  cs_order_line_look_up (cs_service_get_orders (service), wish->text, on_looked_up, g_object_ref (task));
}

/* A try that waits for its look-up. */
typedef struct {
  CsOrderDialogue *dialogue;  /* (unowned) */
  const CsOrderRules *rules;  /* (unowned) */
} Try;

static void
on_tried (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  Try *attempt = g_task_get_task_data (task);
  GError *error = NULL;
  gssize found = g_task_propagate_int (G_TASK (result), &error);
  CsOrderStep step;

  if (g_task_return_error_if_cancelled (task))
    {
      g_clear_error (&error);
      return;
    }
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  step = cs_order_dialogue_take_result (attempt->dialogue, found / CS_N_ORDER_STATES, found % CS_N_ORDER_STATES, attempt->rules);
  g_task_return_pointer (task, g_memdup2 (&step, sizeof step), g_free);
}

void
cs_engine_search_orders_async (CsEngine            *self,
                               const char          *text,
                               const char          *after,
                               guint                limit,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  Wish wish = { .text = g_strdup (text), .after = g_strdup (after), .limit = limit };

  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_ask (self, search, make_task (self, cs_engine_search_orders_async, wish, cancellable, callback, user_data));
}

GPtrArray *
cs_engine_search_orders_finish (CsEngine      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cs_engine_put_order_async (CsEngine            *self,
                           const CsOrder       *order,
                           const char          *was,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Wish wish = { .order = cs_order_copy (order), .text = g_strdup (was) };

  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_ask (self, put, make_task (self, cs_engine_put_order_async, wish, cancellable, callback, user_data));
}

gboolean
cs_engine_put_order_finish (CsEngine      *self,
                            GAsyncResult  *result,
                            CsOrder      **before,
                            GError       **error)
{
  GError *local = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  *before = g_task_propagate_pointer (G_TASK (result), &local);
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

void
cs_engine_remove_order_async (CsEngine            *self,
                              const char          *customer,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Wish wish = { .text = g_strdup (customer) };

  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_ask (self, remove_order, make_task (self, cs_engine_remove_order_async, wish, cancellable, callback, user_data));
}

gboolean
cs_engine_remove_order_finish (CsEngine      *self,
                               GAsyncResult  *result,
                               CsOrder      **before,
                               GError       **error)
{
  return cs_engine_put_order_finish (self, result, before, error);
}

void
cs_engine_preview_orders_async (CsEngine             *self,
                                GFile                *file,
                                const CsOrderMapping *mapping,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data)
{
  Wish wish = { .file = g_object_ref (file), .mapping = mapping != NULL ? cs_order_mapping_copy (mapping) : NULL };
  g_autoptr (GTask) task = make_task (self, cs_engine_preview_orders_async, wish, cancellable, callback, user_data);

  g_task_run_in_thread (task, preview);
}

CsOrderPreview *
cs_engine_preview_orders_finish (CsEngine      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cs_engine_import_orders_async (CsEngine             *self,
                               GFile                *file,
                               const CsOrderMapping *mapping,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data)
{
  Wish wish = { .file = g_object_ref (file), .mapping = cs_order_mapping_copy (mapping) };

  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_ask (self, import, make_task (self, cs_engine_import_orders_async, wish, cancellable, callback, user_data));
}

CsOrderImport *
cs_engine_import_orders_finish (CsEngine      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
cs_engine_try_orders_async (CsEngine            *self,
                            CsOrderDialogue     *dialogue,
                            const CsOrderRules  *rules,
                            const char          *keys,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  CsOrderStep step = cs_order_dialogue_take_keys (dialogue, keys, rules);
  Wish wish = { .text = g_strdup (step.text) };
  Try attempt = { dialogue, rules };

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_try_orders_async);
  g_task_set_task_data (task, g_memdup2 (&attempt, sizeof attempt), g_free);
  if (step.kind == CS_ORDER_STEP_LOOK_UP)
    {
      cs_engine_ask (self, look_up, make_task (self, cs_engine_try_orders_async, wish, cancellable, on_tried, task));
      return;
    }
  g_free (wish.text);
  g_task_return_pointer (task, g_memdup2 (&step, sizeof step), g_free);
  g_object_unref (task);
}

gboolean
cs_engine_try_orders_finish (CsEngine      *self,
                             GAsyncResult  *result,
                             CsOrderStep   *step,
                             GError       **error)
{
  g_autofree CsOrderStep *next = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  next = g_task_propagate_pointer (G_TASK (result), error);
  if (next != NULL)
    *step = *next;
  return next != NULL;
}
