/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-database.h"

#include "orders/cs-order-database-connection.h"
#include "orders/cs-order-error.h"

#include <glib/gi18n.h>
#include <mysql.h>
#include <string.h>

/* One look-up that takes long, because a row is locked, mustn't hold up the others. */
#define MAX_THREADS 4
#define MAX_CUSTOMER 32

/* What the threads need, for as long as one of them runs; (atomically reference-counted) */
typedef struct {
  CsOrderDatabaseSettings settings; /* its texts are (owned) */
  GAsyncQueue *connections;         /* (owned) (element-type CsOrderDatabaseConnection) those that nobody uses just now */
} Access;

/* One look-up: answered on the thread that asked, once, when the database has answered, when that takes too long, or when it is
 * cancelled. (atomically reference-counted) */
typedef struct {
  Access *access;          /* (owned) */
  char *customer;          /* (owned) */
  gint64 end_us;           /* monotonic */
  GMainContext *context;   /* (owned) of who asked */
  int is_over;             /* (atomic) who asked has got an answer */
  /* of the thread that asked */
  GTask *task;             /* (owned) (nullable) until it is over */
  GSource *limit;          /* (owned) (nullable) */
  GSource *cancelled;      /* (owned) (nullable) */
  /* of the thread that looks up, until it hands them over */
  gboolean is_found;
  CsOrderState state;
  GError *error;           /* (owned) (nullable) */
} LookUp;

typedef struct {
  gboolean is_found;
  CsOrderState state;
} Answer;

/* CsOrderDatabase:
 *
 * A database of the business, asked by threads of its own with a prepared query each.
 */
#define CS_TYPE_ORDER_DATABASE (cs_order_database_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderDatabase, cs_order_database, CS, ORDER_DATABASE, GObject)

struct _CsOrderDatabase
{
  GObject parent_instance;

  Access *access;          /* (owned) */
  GThreadPool *pool;       /* (owned) */
};

static void cs_order_database_source_init (CsOrderSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsOrderDatabase, cs_order_database, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CS_TYPE_ORDER_SOURCE, cs_order_database_source_init))

static void
access_clear (gpointer data)
{
  Access *access = data;
  CsOrderDatabaseSettings *settings = &access->settings;
  char *password = (char *) settings->password;

  explicit_bzero (password, strlen (password));
  g_free (password);
  g_free ((char *) settings->host);
  g_free ((char *) settings->socket);
  g_free ((char *) settings->database);
  g_free ((char *) settings->user);
  g_free ((char *) settings->ca_file);
  g_free ((char *) settings->query);
  g_async_queue_unref (access->connections);
}

static Access *
access_new (const CsOrderDatabaseSettings *settings)
{
  Access *access = g_atomic_rc_box_new0 (Access);

  access->settings = *settings;
  access->settings.host = g_strdup (settings->host);
  access->settings.socket = g_strdup (settings->socket);
  access->settings.database = g_strdup (settings->database);
  access->settings.user = g_strdup (settings->user);
  access->settings.password = g_strdup (settings->password);
  access->settings.ca_file = g_strdup (settings->ca_file);
  access->settings.query = g_strdup (settings->query);
  access->connections = g_async_queue_new_full ((GDestroyNotify) cs_order_database_connection_close);
  return access;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
look_up_clear (gpointer data)
{
  LookUp *look_up = data;

  /* Where there is still a task, who asked is gone with its main context. */
  clear_source (&look_up->limit);
  clear_source (&look_up->cancelled);
  g_clear_object (&look_up->task);
  g_atomic_rc_box_release_full (look_up->access, access_clear);
  g_main_context_unref (look_up->context);
  g_free (look_up->customer);
  g_clear_error (&look_up->error);
}

static void
look_up_unref (gpointer look_up)
{
  g_atomic_rc_box_release_full (look_up, look_up_clear);
}

/* Ends the wait of who asked: the task is the caller's to answer. */
static GTask *
look_up_end (LookUp *look_up)
{
  g_atomic_int_set (&look_up->is_over, TRUE);
  clear_source (&look_up->limit);
  clear_source (&look_up->cancelled);
  return g_steal_pointer (&look_up->task);
}

/* On the thread that asked. */
static gboolean
on_looked_up (gpointer data)
{
  LookUp *look_up = data;
  g_autoptr (GTask) task = look_up_end (look_up);

  if (task == NULL)
    return G_SOURCE_REMOVE;
  if (look_up->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&look_up->error));
    }
  else
    {
      Answer *answer = g_new0 (Answer, 1);

      answer->is_found = look_up->is_found;
      answer->state = look_up->state;
      g_task_return_pointer (task, answer, g_free);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
on_limit (gpointer data)
{
  g_autoptr (GTask) task = look_up_end (data);

  g_task_return_new_error (task, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE,
                           _("The database doesn’t answer within %d seconds. Callers are asked to try again later. "
                             "Check its address, and whether it is running."), CS_ORDER_DATABASE_SECONDS);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  g_autoptr (GTask) task = look_up_end (data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
attach (LookUp       *look_up,
        GSource      *source,
        GSourceFunc   func)
{
  g_source_set_callback (source, func, g_atomic_rc_box_acquire (look_up), look_up_unref);
  g_source_attach (source, look_up->context);
}

/* Uses a connection that is there, or makes one. */
static gboolean
ask_database (LookUp                    *look_up,
              CsOrderDatabaseConnection *idle)
{
  g_autoptr (CsOrderDatabaseConnection) connection = idle;

  if (connection == NULL)
    connection = cs_order_database_connection_open (&look_up->access->settings, &look_up->error);
  if (connection == NULL)
    return FALSE;
  if (!cs_order_database_connection_look_up (connection, look_up->customer, &look_up->is_found, &look_up->state,
                                             &look_up->error)
      && look_up->error->code != CS_ORDER_ERROR_CONTENT)
    return FALSE;
  g_async_queue_push (look_up->access->connections, g_steal_pointer (&connection));
  return TRUE;
}

/* On a thread of the pool. Takes the look-up. */
static void
run (gpointer data,
     gpointer user_data)
{
  LookUp *look_up = data;
  CsOrderDatabaseConnection *idle;
  g_autoptr (GSource) source = NULL;

  if (!g_atomic_int_get (&look_up->is_over))
    {
      idle = g_async_queue_try_pop (look_up->access->connections);
      /* The server may have ended a connection since it was used last, or have been started again. */
      if (!ask_database (look_up, idle) && idle != NULL && g_get_monotonic_time () < look_up->end_us)
        {
          g_clear_error (&look_up->error);
          ask_database (look_up, NULL);
        }
      source = g_idle_source_new ();
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      attach (look_up, source, on_looked_up);
    }
  look_up_unref (look_up);
  mysql_thread_end ();
}

static LookUp *
look_up_new (CsOrderDatabase *self,
             const char      *customer,
             GTask           *task)
{
  LookUp *look_up = g_atomic_rc_box_new0 (LookUp);

  look_up->access = g_atomic_rc_box_acquire (self->access);
  look_up->customer = g_strdup (customer);
  look_up->end_us = g_get_monotonic_time () + CS_ORDER_DATABASE_SECONDS * G_USEC_PER_SEC;
  look_up->context = g_main_context_ref_thread_default ();
  look_up->task = g_object_ref (task);
  look_up->limit = g_timeout_source_new (CS_ORDER_DATABASE_SECONDS * 1000);
  attach (look_up, look_up->limit, on_limit);
  if (g_task_get_cancellable (task) != NULL)
    {
      look_up->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
      attach (look_up, look_up->cancelled, G_SOURCE_FUNC (on_cancelled));
    }
  return look_up;
}

/* The keypad gives digits alone. Anything else a database might take for a number, too: "42 or so" for 42. */
static gboolean
is_customer (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= MAX_CUSTOMER && strspn (text, G_CSET_DIGITS) == length;
}

static void
cs_order_database_look_up_async (CsOrderSource       *source,
                                 const char          *customer,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  CsOrderDatabase *self = CS_ORDER_DATABASE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cs_order_database_look_up_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (is_customer (customer))
    g_thread_pool_push (self->pool, look_up_new (self, customer, task), NULL);
  else
    g_task_return_pointer (task, g_new0 (Answer, 1), g_free);
}

static gboolean
cs_order_database_look_up_finish (CsOrderSource  *source,
                                  GAsyncResult   *result,
                                  gboolean       *is_found,
                                  CsOrderState   *state,
                                  GError        **error)
{
  g_autofree Answer *answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, source), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return FALSE;
  *is_found = answer->is_found;
  *state = answer->state;
  return TRUE;
}

/* Nobody waits for an answer any more, but a thread may still wait for the database: it goes by itself, after a look at what else
 * was to be looked up and is over. */
static void
cs_order_database_finalize (GObject *object)
{
  CsOrderDatabase *self = CS_ORDER_DATABASE (object);

  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_atomic_rc_box_release_full (self->access, access_clear);

  G_OBJECT_CLASS (cs_order_database_parent_class)->finalize (object);
}

static void
cs_order_database_class_init (CsOrderDatabaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = cs_order_database_finalize;
  mysql_library_init (0, NULL, NULL);
}

static void
cs_order_database_source_init (CsOrderSourceInterface *iface)
{
  iface->look_up_async = cs_order_database_look_up_async;
  iface->look_up_finish = cs_order_database_look_up_finish;
}

static void
cs_order_database_init (CsOrderDatabase *self)
{
  self->pool = g_thread_pool_new (run, NULL, MAX_THREADS, FALSE, NULL);
}

/* Whether databases can be asked at all; without libmariadb they can't. */
gboolean
cs_order_database_is_built (void)
{
  return TRUE;
}

/* Makes the source of what a query finds in a database. Nothing is asked yet. Each look-up ends within CS_ORDER_DATABASE_SECONDS.
 * Fails with CS_ORDER_ERROR_UNAVAILABLE where the query can't be used. (transfer full) */
CsOrderSource *
cs_order_database_new (const CsOrderDatabaseSettings  *settings,
                       GError                        **error)
{
  const char *problem = cs_order_database_get_query_problem (settings->query);
  CsOrderDatabase *self = NULL;

  if (problem != NULL)
    {
      g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE, _("%s. Callers are asked to try again later."), problem);
      return NULL;
    }
  self = g_object_new (CS_TYPE_ORDER_DATABASE, NULL);
  self->access = access_new (settings);
  return CS_ORDER_SOURCE (self);
}
