/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-export-file.h"

#include <gio/gfiledescriptorbased.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* A file to be, as a task's data. */
typedef struct {
  GFile *file;             /* (owned) */
  CsExportFunc write;
  gpointer data;           /* (owned) by destroy */
  GDestroyNotify destroy;  /* (nullable) */
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  if (export->destroy != NULL)
    export->destroy (export->data);
  g_object_unref (export->file);
  g_free (export);
}

/* Says what happened to the file, in words about the disk and not about calls of the system. */
static void
explain (GFile   *file,
         GError **error)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = g_filename_display_name (base != NULL ? base : "");
  g_autoptr (GError) cause = g_steal_pointer (error);
  const char *reason = cause->message;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    reason = _("the disk is full");
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    reason = _("you may not write there");
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_READ_ONLY))
    reason = _("nothing can be written there");
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    reason = _("the folder isn’t there any more");
  g_set_error (error, cause->domain, cause->code, _("“%s” could not be saved: %s. Choose another place."), name, reason);
}

/* What stands in a file before it gets its name must be on the disk, or a power cut leaves an empty one. */
static gboolean
finish_stream (GOutputStream  *stream,
               GCancellable   *cancellable,
               GError        **error)
{
  if (!g_output_stream_flush (stream, cancellable, error))
    return FALSE;
  if (G_IS_FILE_DESCRIPTOR_BASED (stream))
    fsync (g_file_descriptor_based_get_fd (G_FILE_DESCRIPTOR_BASED (stream)));
  return g_output_stream_close (stream, cancellable, error);
}

/* Closes without keeping: a stream that is closed cancelled doesn't take the place of what was there. */
static void
abandon_stream (GOutputStream *stream)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  g_output_stream_close (stream, cancelled, NULL);
}

static gboolean
write_stream (Export         *export,
              GOutputStream  *stream,
              GCancellable   *cancellable,
              GError        **error)
{
  if (export->write (stream, export->data, cancellable, error) && finish_stream (stream, cancellable, error))
    return TRUE;
  abandon_stream (stream);
  return FALSE;
}

/* A new file would be seen half-written: it gets its name when it is whole. */
static gboolean
write_new (Export        *export,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GFile) folder = g_file_get_parent (export->file);
  g_autofree char *base = g_file_get_basename (export->file);
  g_autofree char *name = g_strdup_printf (".%s.%08x", base, g_random_int ());
  g_autoptr (GFile) draft = g_file_get_child (folder, name);
  g_autoptr (GFileOutputStream) stream = g_file_create (draft, G_FILE_CREATE_NONE, cancellable, error);

  if (stream == NULL)
    return FALSE;
  if (write_stream (export, G_OUTPUT_STREAM (stream), cancellable, error)
      && g_file_move (draft, export->file, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error))
    return TRUE;
  g_file_delete (draft, NULL, NULL);
  return FALSE;
}

static gboolean
replace (Export        *export,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autoptr (GFileOutputStream) stream = g_file_replace (export->file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, error);

  return stream != NULL && write_stream (export, G_OUTPUT_STREAM (stream), cancellable, error);
}

static void
run_export (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;
  gboolean is_there = g_file_query_exists (export->file, cancellable);

  if (is_there ? replace (export, cancellable, &error) : write_new (export, cancellable, &error)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    explain (export->file, &error);
  g_task_return_error (task, error);
}

/**
 * cs_export_file_async:
 * @file: the file to be; one of that name is replaced, if all goes well
 * @write: writes what it is to have, in another thread
 * @data: (transfer full): for @write, freed by @destroy
 *
 * Makes a file wholly or not at all: until it is finished nothing is seen of it, and after an error or when it is cancelled
 * nothing is left.
 */
void
cs_export_file_async (GFile               *file,
                      CsExportFunc         write,
                      gpointer             data,
                      GDestroyNotify       destroy,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Export *export = g_new0 (Export, 1);

  export->file = g_object_ref (file);
  export->write = write;
  export->data = data;
  export->destroy = destroy;
  g_task_set_source_tag (task, cs_export_file_async);
  g_task_set_task_data (task, export, export_free);
  /* What was kept is kept, even if it is cancelled just then. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run_export);
}

/* An error's message is a sentence to show; one that was cancelled is G_IO_ERROR_CANCELLED. */
gboolean
cs_export_file_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
