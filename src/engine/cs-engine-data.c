/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"
#include "engine/cs-recorder.h"

#include <glib/gi18n.h>

/* A deletion under way. */
typedef struct {
  CsService *service;  /* (unowned) */
  char *data_dir;      /* (owned) */
  guint step;
  guint n_kept;        /* steps that are committed */
  GTask *task;         /* (owned) (nullable) to be answered; NULL once it is */
} Deletion;

static void delete_step (Deletion *deletion);

static void
deletion_free (gpointer data)
{
  Deletion *deletion = data;

  /* The engine was stopped meanwhile; what is left goes with the next start. */
  if (deletion->task != NULL)
    g_task_return_new_error (deletion->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "CallStats was quit");
  g_clear_object (&deletion->task);
  g_free (deletion->data_dir);
  g_free (deletion);
}

static void
fail (Deletion   *deletion,
      const char *reason)
{
  const char *format = deletion->n_kept == 0 ? _("Nothing was deleted: %s")
                                           : _("Not everything could be deleted: %s. Start CallStats again to delete the rest.");
  g_autofree char *message = g_strdup_printf (format, reason != NULL ? reason : _("the disk doesn’t take it"));

  g_task_return_new_error (deletion->task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", message);
  g_clear_object (&deletion->task);
}

/* On a thread. */
static void
empty_log (GTask        *work,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  Deletion *deletion = data;
  GError *error = NULL;

  if (cs_store_empty_log (deletion->data_dir, &error))
    g_task_return_boolean (work, TRUE);
  else
    g_task_return_error (work, error);
}

static gboolean
write_end (CsStore  *store,
           gpointer  data,
           GError  **error)
{
  return cs_store_end_deletion (store, error);
}

static void
on_log_emptied (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  Deletion *deletion = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (cs_service_is_closing (deletion->service))
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (deletion, error->message);
      return;
    }
  cs_recorder_write (cs_service_get_recorder (deletion->service), write_end, NULL, NULL, NULL);
  cs_service_forget (deletion->service, deletion->task);
  g_clear_object (&deletion->task);
}

/* All tables are empty; what stood in them is to be found nowhere on the disk. Takes the deletion. */
static void
shrink (Deletion *deletion)
{
  g_autoptr (GTask) work = g_task_new (NULL, NULL, on_log_emptied, NULL);
  g_autoptr (GError) error = NULL;

  g_task_set_source_tag (work, shrink);
  g_task_set_task_data (work, deletion, deletion_free);
  /* What came since is in the same transaction, which can't be one. */
  cs_recorder_commit (cs_service_get_recorder (deletion->service));
  if (!cs_store_shrink (cs_service_get_store (deletion->service), &error))
    fail (deletion, error->message);
  else
    g_task_run_in_thread (work, empty_log);
}

static gboolean
take_turn (gpointer data)
{
  Deletion **turn = data;

  if (!cs_service_is_closing ((*turn)->service))
    delete_step (g_steal_pointer (turn));
  return G_SOURCE_REMOVE;
}

static void
turn_free (gpointer data)
{
  Deletion **turn = data;

  g_clear_pointer (turn, deletion_free);
  g_free (turn);
}

static gboolean
write_step (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  Deletion *deletion = data;

  return cs_store_delete_all (store, &deletion->step, error);
}

static void
on_step (gboolean is_kept,
         gpointer data)
{
  Deletion *deletion = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  if (!is_kept)
    {
      fail (deletion, cs_recorder_get_error (cs_service_get_recorder (deletion->service)));
      deletion_free (deletion);
      return;
    }
  deletion->n_kept = deletion->step;
  if (deletion->step == CS_STORE_DELETED)
    {
      shrink (deletion);
      return;
    }
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_set_callback (source, take_turn, g_memdup2 (&deletion, sizeof deletion), turn_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* What is open or under way belongs to what goes. Takes the deletion. */
static void
delete_step (Deletion *deletion)
{
  CsRecorder *recorder = cs_service_get_recorder (deletion->service);

  cs_recorder_commit (recorder);
  cs_recorder_write (recorder, write_step, deletion, on_step, deletion);
}

static Deletion *
deletion_new (CsService *service,
              GTask     *task,
              guint      step)
{
  Deletion *deletion = g_new0 (Deletion, 1);

  deletion->service = service;
  deletion->data_dir = g_strdup (cs_service_get_data_dir (service));
  deletion->step = deletion->n_kept = step;
  deletion->task = g_object_ref (task);
  return deletion;
}

static void
delete_all (CsService *service,
            GTask     *task)
{
  delete_step (deletion_new (service, task, 0));
}

/* On the service thread: ends a deletion that the program was quit in the middle of. */
void
cs_engine_resume_deletion (CsService *service)
{
  g_autoptr (GTask) task = NULL;
  guint step;

  if (!cs_store_is_deleting (cs_service_get_store (service), &step))
    return;
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, cs_engine_resume_deletion);
  if (step < CS_STORE_DELETED)
    delete_step (deletion_new (service, task, step));
  else
    shrink (deletion_new (service, task, step));
}

/* Deletes all calls, the journal and contacts, and then the orders of the built-in book, in steps between which calls are answered. Once
 * the first one is done nothing stops it: what is left when CallStats is quit goes with the next start. The settings stay. */
void
cs_engine_delete_all_async (CsEngine            *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_delete_all_async);
  cs_engine_ask (self, delete_all, g_steal_pointer (&task));
}

/* Returns whether all is gone; else the error is a sentence to show. */
gboolean
cs_engine_delete_all_finish (CsEngine      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
