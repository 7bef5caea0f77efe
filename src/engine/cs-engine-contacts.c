/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"
#include "engine/cs-recorder.h"
#include "store/cs-store-contacts.h"

#include <glib/gi18n.h>

/* How long a part of an import may keep the answer to a call waiting. */
#define PART_US (2 * G_TIME_SPAN_MILLISECOND)
/* A disk that doesn't take what it has room for is asked again so often. */
#define RETRY_SECONDS 5

/* What becomes of one contact, as a task's data. */
typedef struct {
  CsRecorder *recorder; /* (unowned) */
  CsContact *contact;   /* (owned) (nullable) NULL: the one of the id is removed */
  gint64 id;
} Edit;

typedef enum {
  STEP_STAGE,
  STEP_MERGE,   /* all are kept aside: there is no way back */
  STEP_UNSTAGE, /* it failed, or was cancelled */
} Step;

/* An import, as a task's data. */
typedef struct {
  CsService *service;   /* (unowned) */
  CsRecorder *recorder; /* (unowned) */
  GPtrArray *contacts;  /* (owned) (nullable) (element-type CsContact) NULL where it goes on after a restart */
  guint next;
  Step step;
  gboolean is_merged;
  GError *error;        /* (owned) (nullable) why it ends */
} Import;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_clear_pointer (&edit->contact, cs_contact_free);
  g_free (edit);
}

static void
import_free (gpointer data)
{
  Import *import = data;

  g_clear_pointer (&import->contacts, g_ptr_array_unref);
  g_clear_error (&import->error);
  g_free (import);
}

/* (transfer full) */
static GError *
make_error (CsRecorder *recorder)
{
  const char *reason = cs_recorder_get_error (recorder);

  return g_error_new (CS_STORE_ERROR, CS_STORE_ERROR_FAILED, "%s",
                      reason != NULL ? reason : _("The address book can’t be written"));
}

static gboolean
write_edit (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  Edit *edit = data;

  if (edit->contact == NULL)
    return cs_store_remove_contact (store, edit->id, error);
  edit->id = cs_store_put_contact (store, edit->contact, error);
  return edit->id != 0;
}

static void
on_edited (gboolean is_kept,
           gpointer data)
{
  g_autoptr (GTask) task = data;
  Edit *edit = g_task_get_task_data (task);

  if (is_kept)
    g_task_return_int (task, edit->id);
  else
    g_task_return_error (task, make_error (edit->recorder));
}

static void
start_edit (CsService *service,
            GTask     *task)
{
  Edit *edit = g_task_get_task_data (task);

  edit->recorder = cs_service_get_recorder (service);
  cs_recorder_write (edit->recorder, write_edit, edit, on_edited, g_object_ref (task));
}

static gboolean
write_part (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  Import *import = data;

  switch (import->step)
    {
    case STEP_STAGE:
      return cs_store_stage_contacts (store, import->contacts, &import->next, PART_US, error);
    case STEP_MERGE:
      return cs_store_merge_contacts (store, PART_US, &import->is_merged, error);
    case STEP_UNSTAGE:
      return cs_store_unstage_contacts (store, error);
    }
  g_return_val_if_reached (FALSE);
}

static void
write_next_part (GTask *task);

/* Waits for its turn: whatever else is to be done comes first. */
typedef struct {
  GTask *task; /* (owned) (nullable) */
} Turn;

static gboolean
take_turn (gpointer data)
{
  Turn *turn = data;
  Import *import = g_task_get_task_data (turn->task);

  if (!cs_service_is_closing (import->service))
    write_next_part (g_steal_pointer (&turn->task));
  return G_SOURCE_REMOVE;
}

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  /* The engine was stopped meanwhile. */
  if (turn->task != NULL)
    g_task_return_new_error (turn->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "CallStats was quit");
  g_clear_object (&turn->task);
  g_free (turn);
}

/* Takes the task. */
static void
wait_for_turn (GTask   *task,
               GSource *source)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->task = task;
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_set_callback (source, take_turn, turn, turn_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_source_unref (source);
}

/* What came of a part decides on the next one; the task is answered where there is none. */
static gboolean
goes_on (Import       *import,
         gboolean      is_kept,
         GCancellable *cancellable)
{
  switch (import->step)
    {
    case STEP_STAGE:
      if (!is_kept)
        import->error = make_error (import->recorder);
      else if (import->next == import->contacts->len)
        import->step = STEP_MERGE;
      else
        g_cancellable_set_error_if_cancelled (cancellable, &import->error);
      if (import->error != NULL)
        import->step = STEP_UNSTAGE;
      return TRUE;
    case STEP_MERGE:
      return !import->is_merged || !is_kept;
    case STEP_UNSTAGE:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

static void
on_part (gboolean is_kept,
         gpointer data)
{
  g_autoptr (GTask) task = data;
  Import *import = g_task_get_task_data (task);
  gboolean is_refused = !is_kept && import->step == STEP_MERGE;

  if (goes_on (import, is_kept, g_task_get_cancellable (task)))
    wait_for_turn (g_steal_pointer (&task), is_refused ? g_timeout_source_new_seconds (RETRY_SECONDS) : g_idle_source_new ());
  else if (import->error != NULL)
    g_task_return_error (task, g_steal_pointer (&import->error));
  else
    g_task_return_int (task, import->next);
}

/* Takes the task. A part has a commit of its own: one that fails takes no call with it. */
static void
write_next_part (GTask *task)
{
  Import *import = g_task_get_task_data (task);
  CsRecorder *recorder = import->recorder;

  cs_recorder_commit (recorder);
  cs_recorder_write (recorder, write_part, import, on_part, task);
  cs_recorder_commit (recorder);
}

static void
start_import (CsService *service,
              GTask     *task)
{
  Import *import = g_task_get_task_data (task);

  import->service = service;
  import->recorder = cs_service_get_recorder (service);
  write_next_part (g_object_ref (task));
}

/* On the service thread: ends what was under way when the program was quit, in the one way or the other. */
void
cs_engine_resume_import (CsService *service)
{
  CsStaged staged = cs_store_get_staged (cs_service_get_store (service));
  g_autoptr (GTask) task = NULL;
  Import *import;

  if (staged == CS_STAGED_NONE)
    return;
  import = g_new0 (Import, 1);
  import->step = staged == CS_STAGED_ALL ? STEP_MERGE : STEP_UNSTAGE;
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, cs_engine_resume_import);
  g_task_set_task_data (task, import, import_free);
  start_import (service, task);
}

/**
 * cs_engine_put_contact_async:
 * @contact: its id is 0 for a new one; another puts it in the place of what had that id
 *
 * Keeps a contact in the address book. Its numbers are taken from whoever had them.
 */
void
cs_engine_put_contact_async (CsEngine            *self,
                             const CsContact     *contact,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Edit *edit = g_new0 (Edit, 1);

  g_return_if_fail (CS_IS_ENGINE (self));
  g_return_if_fail (contact != NULL);

  edit->contact = cs_contact_copy (contact);
  g_task_set_source_tag (task, cs_engine_put_contact_async);
  g_task_set_task_data (task, edit, edit_free);
  cs_engine_ask (self, start_edit, task);
}

/* Returns the contact's id, or 0 with an error of CS_STORE_ERROR. */
gint64
cs_engine_put_contact_finish (CsEngine      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  gssize id;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  id = g_task_propagate_int (G_TASK (result), error);
  return MAX (id, 0);
}

/* Forgets a contact and its numbers. */
void
cs_engine_remove_contact_async (CsEngine            *self,
                                gint64               id,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Edit *edit = g_new0 (Edit, 1);

  g_return_if_fail (CS_IS_ENGINE (self));

  edit->id = id;
  g_task_set_source_tag (task, cs_engine_remove_contact_async);
  g_task_set_task_data (task, edit, edit_free);
  cs_engine_ask (self, start_edit, task);
}

gboolean
cs_engine_remove_contact_finish (CsEngine      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_int (G_TASK (result), error) >= 0;
}

/**
 * cs_engine_import_contacts_async:
 * @contacts: (element-type CsContact): not changed until the end
 *
 * Keeps any number of contacts, all or none, in parts so small that calls are answered between them. Cancelled or failed before all
 * are on the disk, none is kept; after that it is brought to its end, after a restart if it must be.
 */
void
cs_engine_import_contacts_async (CsEngine            *self,
                                 GPtrArray           *contacts,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Import *import = g_new0 (Import, 1);

  g_return_if_fail (CS_IS_ENGINE (self));
  g_return_if_fail (contacts != NULL);

  import->contacts = g_ptr_array_ref (contacts);
  g_task_set_source_tag (task, cs_engine_import_contacts_async);
  /* Once there is no way back, a cancelled import isn't one. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, import, import_free);
  cs_engine_ask (self, start_import, task);
}

/* Returns whether all were kept. */
gboolean
cs_engine_import_contacts_finish (CsEngine      *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_int (G_TASK (result), error) >= 0;
}
