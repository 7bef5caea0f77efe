/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"
#include "engine/cs-recorder.h"
#include "store/cs-store-contacts.h"

#include <glib/gi18n.h>

/* How long a part of an import may keep the answer to a call waiting. */
#define PART_US (2 * G_TIME_SPAN_MILLISECOND)

/* What becomes of one contact, as a task's data. */
typedef struct {
  CsRecorder *recorder; /* (unowned) */
  CsContact *contact;   /* (owned) (nullable) NULL: the one of the id is removed */
  gint64 id;
} Edit;

/* An import, as a task's data. */
typedef struct {
  CsService *service;   /* (unowned) */
  CsRecorder *recorder; /* (unowned) */
  GPtrArray *contacts;  /* (owned) (element-type CsContact) */
  guint next;
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

  g_ptr_array_unref (import->contacts);
  g_free (import);
}

static void
fail (GTask      *task,
      CsRecorder *recorder)
{
  const char *reason = cs_recorder_get_error (recorder);

  g_task_return_new_error (task, CS_STORE_ERROR, CS_STORE_ERROR_FAILED, "%s",
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
    fail (task, edit->recorder);
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

  return cs_store_put_contacts (store, import->contacts, &import->next, PART_US, error);
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

static void
on_part (gboolean is_kept,
         gpointer data)
{
  g_autoptr (GTask) task = data;
  Import *import = g_task_get_task_data (task);
  g_autoptr (GSource) source = NULL;
  Turn *turn;

  if (!is_kept)
    {
      fail (task, import->recorder);
      return;
    }
  if (import->next == import->contacts->len)
    {
      g_task_return_int (task, import->next);
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;

  turn = g_new0 (Turn, 1);
  turn->task = g_steal_pointer (&task);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_set_callback (source, take_turn, turn, turn_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

/* Takes the task. */
static void
write_next_part (GTask *task)
{
  Import *import = g_task_get_task_data (task);

  cs_recorder_write (import->recorder, write_part, import, on_part, task);
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
 * Keeps any number of contacts, in parts so small that calls are answered between them. What was kept when it is cancelled or
 * fails stays; the same import again changes nothing of that.
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
