/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-book-private.h"
#include "orders/cs-order-error.h"

#include <glib/gi18n.h>

typedef struct {
  CsOrderBookFunc func;         /* (nullable) NULL ends the thread */
  GTask *task;                  /* (owned) (nullable) */
} Job;

typedef struct {
  CsOrder *order;               /* (owned) (nullable) to put */
  char *customer;               /* (owned) (nullable) to remove, or whose order gives way to the one that is put */
  GFile *file;                  /* (owned) (nullable) to import */
  CsOrderMapping *mapping;      /* (owned) (nullable) */
} Wish;

static void cs_order_book_source_init (CsOrderSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsOrderBook, cs_order_book, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CS_TYPE_ORDER_SOURCE, cs_order_book_source_init))

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_clear_pointer (&wish->order, cs_order_free);
  g_free (wish->customer);
  g_clear_object (&wish->file);
  g_clear_pointer (&wish->mapping, cs_order_mapping_free);
  g_free (wish);
}

static gboolean
emit_changed (gpointer data)
{
  CsOrderBook *self = data;

  g_mutex_lock (&self->mutex);
  self->is_told = FALSE;
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* On any thread, with the mutex held. */
static void
tell_change (CsOrderBook *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->is_told)
    return;
  self->is_told = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_changed, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

void
cs_order_book_return_open_error (CsOrderBook *self,
                                 GTask       *task,
                                 const char  *reason)
{
  g_task_return_new_error (task, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE,
                           _("The orders in “%s” can’t be used: %s. Callers are asked to try again later."), self->path, reason);
}

/* On a thread that may wait. */
void
cs_order_book_wait_until_opened (CsOrderBook *self)
{
  g_mutex_lock (&self->mutex);
  while (!self->is_opened)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static gpointer
run_reader (gpointer data)
{
  CsOrderBook *self = data;
  g_autoptr (CsOrderBookDb) db = NULL;
  GTask *task;

  cs_order_book_wait_until_opened (self);
  /* The queue's own address is the end: a task never has it. */
  while ((gpointer) (task = g_async_queue_pop (self->look_ups)) != (gpointer) self->look_ups)
    {
      GError *error = NULL;
      CsOrder *order = NULL;

      if (db == NULL && self->open_error == NULL)
        db = cs_order_book_db_open_read (self->path, &error);
      if (g_task_return_error_if_cancelled (task))
        g_clear_error (&error);
      else if (db == NULL)
        cs_order_book_return_open_error (self, task, error != NULL ? error->message : self->open_error->message);
      else if (cs_order_book_db_find (db, g_task_get_task_data (task), &order, &error))
        g_task_return_pointer (task, order, (GDestroyNotify) cs_order_free);
      else
        cs_order_book_return_open_error (self, task, error->message);
      g_clear_error (&error);
      g_object_unref (task);
    }
  return NULL;
}

static gpointer
run_writer (gpointer data)
{
  CsOrderBook *self = data;
  GError *error = NULL;
  g_autoptr (CsOrderBookDb) db = cs_order_book_db_open (self->path, &error);
  gint64 n_orders = db != NULL ? cs_order_book_db_count (db, NULL) : 0;
  Job *job;

  g_mutex_lock (&self->mutex);
  self->is_opened = TRUE;
  self->open_error = error;
  self->n_orders = n_orders;
  self->serial++;
  g_cond_broadcast (&self->cond);
  tell_change (self);
  g_mutex_unlock (&self->mutex);

  while ((job = g_async_queue_pop (self->jobs))->func != NULL)
    {
      if (db != NULL)
        job->func (self, db, job->task);
      else
        cs_order_book_return_open_error (self, job->task, self->open_error->message);
      g_object_unref (job->task);
      g_free (job);
    }
  g_free (job);
  return NULL;
}

/* An order was put or removed. */
static void
tell_step (CsOrderBook *self,
           int          n_more)
{
  g_mutex_lock (&self->mutex);
  self->n_orders += n_more;
  self->serial++;
  tell_change (self);
  g_mutex_unlock (&self->mutex);
}

/* An order that somebody else's would be lost for isn't put. */
static gboolean
check_free (CsOrderBookDb  *db,
            const char     *customer,
            GError        **error)
{
  g_autoptr (CsOrder) there = NULL;

  if (!cs_order_book_db_find (db, customer, &there, error))
    return FALSE;
  if (there == NULL)
    return TRUE;
  if (*there->name != '\0')
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_TAKEN,
                 _("Customer number %s is in the book already, for “%s”. Change that order, or enter another number."), customer,
                 there->name);
  else
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_TAKEN,
                 _("Customer number %s is in the book already. Change that order, or enter another number."), customer);
  return FALSE;
}

/* was: (nullable): whose order gives way; the same customer's, if it is put there again */
static gboolean
put_instead (CsOrderBookDb  *db,
             const CsOrder  *order,
             const char     *was,
             CsOrder       **before,
             GError        **error)
{
  gboolean is_moved = g_strcmp0 (order->customer, was) != 0;

  if (is_moved && !check_free (db, order->customer, error))
    return FALSE;
  if (was != NULL && !cs_order_book_db_find (db, was, before, error))
    return FALSE;
  if (!is_moved || *before == NULL)
    return cs_order_book_db_put (db, order, error);
  if (!cs_order_book_db_begin (db, FALSE, error))
    return FALSE;
  if (cs_order_book_db_remove (db, was, error) && cs_order_book_db_put (db, order, error))
    return cs_order_book_db_commit (db, error);
  cs_order_book_db_rollback (db);
  return FALSE;
}

static void
put (CsOrderBook   *self,
     CsOrderBookDb *db,
     GTask         *task)
{
  Wish *wish = g_task_get_task_data (task);
  GError *error = NULL;
  CsOrder *before = NULL;

  if (cs_order_check (wish->order, &error) && put_instead (db, wish->order, wish->customer, &before, &error))
    {
      tell_step (self, before == NULL ? 1 : 0);
      g_task_return_pointer (task, before, (GDestroyNotify) cs_order_free);
      return;
    }
  g_clear_pointer (&before, cs_order_free);
  g_task_return_error (task, error);
}

static void
remove_order (CsOrderBook   *self,
              CsOrderBookDb *db,
              GTask         *task)
{
  Wish *wish = g_task_get_task_data (task);
  GError *error = NULL;
  CsOrder *before = NULL;

  if (cs_order_book_db_find (db, wish->customer, &before, &error)
      && (before == NULL || cs_order_book_db_remove (db, wish->customer, &error)))
    {
      tell_step (self, before == NULL ? 0 : -1);
      g_task_return_pointer (task, before, (GDestroyNotify) cs_order_free);
      return;
    }
  g_clear_pointer (&before, cs_order_free);
  g_task_return_error (task, error);
}

static void
clear (CsOrderBook   *self,
       CsOrderBookDb *db,
       GTask         *task)
{
  GError *error = NULL;
  gboolean is_clear = cs_order_book_db_clear (db, &error);

  cs_order_book_tell_end (self, cs_order_book_db_count (db, NULL));
  if (is_clear)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
import_file (CsOrderBook   *self,
             CsOrderBookDb *db,
             GTask         *task)
{
  Wish *wish = g_task_get_task_data (task);
  GError *error = NULL;
  CsOrderImport *import;

  cs_order_book_tell_progress (0, 0, self);
  import = cs_order_import_read (db, wish->file, wish->mapping, cs_order_book_tell_progress, self,
                                 g_task_get_cancellable (task), &error);
  cs_order_book_tell_end (self, cs_order_book_db_count (db, NULL));
  if (import != NULL)
    g_task_return_pointer (task, import, (GDestroyNotify) cs_order_import_free);
  else
    g_task_return_error (task, error);
}

static void
cs_order_book_look_up_async (CsOrderSource       *source,
                             const char          *customer,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  CsOrderBook *self = CS_ORDER_BOOK (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cs_order_book_look_up_async);
  /* Others than the book may look like idle work: here somebody holds a telephone. */
  g_task_set_priority (task, G_PRIORITY_HIGH);
  g_task_set_task_data (task, g_strdup (customer), g_free);
  g_async_queue_push (self->look_ups, task);
}

static gboolean
cs_order_book_look_up_finish (CsOrderSource  *source,
                              GAsyncResult   *result,
                              gboolean       *is_found,
                              CsOrderState   *state,
                              GError        **error)
{
  GError *local = NULL;
  g_autoptr (CsOrder) order = g_task_propagate_pointer (G_TASK (result), &local);

  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  *is_found = order != NULL;
  if (order != NULL)
    *state = order->state;
  return TRUE;
}

static void
cs_order_book_source_init (CsOrderSourceInterface *iface)
{
  iface->look_up_async = cs_order_book_look_up_async;
  iface->look_up_finish = cs_order_book_look_up_finish;
}

static void
cs_order_book_finalize (GObject *object)
{
  CsOrderBook *self = CS_ORDER_BOOK (object);

  g_assert (self->writer == NULL);
  g_free (self->path);
  g_async_queue_unref (self->jobs);
  g_async_queue_unref (self->look_ups);
  g_main_context_unref (self->context);
  g_clear_error (&self->open_error);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (cs_order_book_parent_class)->finalize (object);
}

static void
cs_order_book_class_init (CsOrderBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_order_book_finalize;

  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_ORDER_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_order_book_init (CsOrderBook *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->context = g_main_context_ref_thread_default ();
  self->jobs = g_async_queue_new ();
  self->look_ups = g_async_queue_new ();
}

/* Opens, or makes, the book in that file. What is wrong with it is said by the first who asks it for something. */
CsOrderBook *
cs_order_book_new (const char *path)
{
  CsOrderBook *self = g_object_new (CS_TYPE_ORDER_BOOK, NULL);

  self->path = g_strdup (path);
  self->writer = g_thread_new ("orders", run_writer, self);
  self->reader = g_thread_new ("order look-up", run_reader, self);
  return self;
}

/* Ends an import (nothing of it is kept), answers who asked, and waits for both threads. Nothing can be asked any more. Whoever
 * drops a book closes it: the threads don't hold it. */
void
cs_order_book_close (CsOrderBook *self)
{
  GSource *source;

  g_return_if_fail (CS_IS_ORDER_BOOK (self));

  if (self->writer == NULL)
    return;
  g_cancellable_cancel (self->importing);
  g_clear_object (&self->importing);
  g_async_queue_push (self->jobs, g_new0 (Job, 1));
  g_async_queue_push (self->look_ups, self->look_ups);
  g_thread_join (g_steal_pointer (&self->writer));
  g_thread_join (g_steal_pointer (&self->reader));
  while ((source = g_main_context_find_source_by_user_data (self->context, self)) != NULL)
    g_source_destroy (source);
}

gint64
cs_order_book_get_n_orders (CsOrderBook *self)
{
  gint64 n_orders;

  g_mutex_lock (&self->mutex);
  n_orders = self->n_orders;
  g_mutex_unlock (&self->mutex);
  return n_orders;
}

/* Another number, other orders. */
guint
cs_order_book_get_serial (CsOrderBook *self)
{
  guint serial;

  g_mutex_lock (&self->mutex);
  serial = self->serial;
  g_mutex_unlock (&self->mutex);
  return serial;
}

/* Returns whether a file is being imported, and how far that is: 0 … 1, and rows. */
gboolean
cs_order_book_get_import (CsOrderBook *self,
                          double      *fraction,
                          guint64     *n_rows)
{
  gboolean is_importing;

  g_mutex_lock (&self->mutex);
  is_importing = self->is_importing;
  *fraction = self->fraction;
  *n_rows = self->n_rows;
  g_mutex_unlock (&self->mutex);
  return is_importing;
}

/* Puts an order into the book: a new one where was is NULL, otherwise instead of that customer's, whose number may be another one.
 * Fails with CS_ORDER_ERROR_TAKEN, and changes nothing, where yet another order has the number. */
void
cs_order_book_put_async (CsOrderBook         *self,
                         const CsOrder       *order,
                         const char          *was,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  g_task_set_source_tag (task, cs_order_book_put_async);
  wish->order = cs_order_copy (order);
  wish->customer = g_strdup (was);
  g_task_set_task_data (task, wish, wish_free);
  cs_order_book_run (self, put, task);
}

/* Sets before to the order that gave way, NULL where there was none: put back in its place it undoes this. (transfer full) */
gboolean
cs_order_book_put_finish (CsOrderBook   *self,
                          GAsyncResult  *result,
                          CsOrder      **before,
                          GError       **error)
{
  GError *local = NULL;

  *before = g_task_propagate_pointer (G_TASK (result), &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Removes the customer's order, if there is one. */
void
cs_order_book_remove_async (CsOrderBook         *self,
                            const char          *customer,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  g_task_set_source_tag (task, cs_order_book_remove_async);
  wish->customer = g_strdup (customer);
  g_task_set_task_data (task, wish, wish_free);
  cs_order_book_run (self, remove_order, task);
}

gboolean
cs_order_book_remove_finish (CsOrderBook   *self,
                             GAsyncResult  *result,
                             CsOrder      **before,
                             GError       **error)
{
  return cs_order_book_put_finish (self, result, before, error);
}

/* Removes every order for good, behind what was asked for before. */
void
cs_order_book_clear_async (CsOrderBook         *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cs_order_book_clear_async);
  cs_order_book_run (self, clear, task);
}

gboolean
cs_order_book_clear_finish (CsOrderBook   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Imports a CSV file, all or nothing. */
void
cs_order_book_import_async (CsOrderBook          *self,
                            GFile                *file,
                            const CsOrderMapping *mapping,
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data)
{
  g_autoptr (GCancellable) importing = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  GTask *task = g_task_new (self, importing, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  g_set_object (&self->importing, importing);
  g_task_set_source_tag (task, cs_order_book_import_async);
  wish->file = g_object_ref (file);
  wish->mapping = cs_order_mapping_copy (mapping);
  g_task_set_task_data (task, wish, wish_free);
  cs_order_book_run (self, import_file, task);
}

/* Returns what was read and what was wrong with it, or NULL where it was cancelled or couldn't be read. (transfer full) */
CsOrderImport *
cs_order_book_import_finish (CsOrderBook   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Has func called on the writing thread, behind all that was asked before; it answers the task. task: (transfer full) */
void
cs_order_book_run (CsOrderBook     *self,
                   CsOrderBookFunc  func,
                   GTask           *task)
{
  Job *job;

  if (self->writer == NULL)
    {
      cs_order_book_return_open_error (self, task, _("CallStats is quitting"));
      g_object_unref (task);
      return;
    }
  job = g_new (Job, 1);
  job->func = func;
  job->task = task;
  g_async_queue_push (self->jobs, job);
}

/* A CsOrderProgressFunc, for what is run on the writing thread. */
void
cs_order_book_tell_progress (double   fraction,
                             guint64  n_rows,
                             gpointer book)
{
  CsOrderBook *self = book;

  g_mutex_lock (&self->mutex);
  self->is_importing = TRUE;
  self->fraction = fraction;
  self->n_rows = n_rows;
  tell_change (self);
  g_mutex_unlock (&self->mutex);
}

/* What told of its progress is over. */
void
cs_order_book_tell_end (CsOrderBook *self,
                        gint64       n_orders)
{
  g_mutex_lock (&self->mutex);
  self->is_importing = FALSE;
  self->n_orders = n_orders;
  self->serial++;
  tell_change (self);
  g_mutex_unlock (&self->mutex);
}
