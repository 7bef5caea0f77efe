/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-data-export.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "store/cs-store-export.h"

/* Not to be seen by whoever gets the file. */
#define SECRET_KEY "webhook-token"

typedef struct {
  char *data_dir;       /* (owned) */
  GFile *file;          /* (owned) */
  GHashTable *settings; /* (owned) (element-type utf8 utf8) */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_free (self->data_dir);
  g_object_unref (self->file);
  g_hash_table_unref (self->settings);
  g_free (self);
}

static GHashTable *
collect_settings (GSettings *settings)
{
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++) {
    g_autoptr (GVariant) value = g_settings_get_value (settings, keys[i]);

    if (!g_str_equal (keys[i], SECRET_KEY))
      g_hash_table_insert (texts, g_strdup (keys[i]), g_variant_print (value, FALSE));
  }
  return texts;
}

/* The copy is made beside the database and then takes the place of the chosen file as a whole. */
static gboolean
copy_to (Export        *self,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autofree char *name = g_strdup_printf ("export-%08x.tmp", g_random_int ());
  g_autofree char *path = g_build_filename (self->data_dir, name, NULL);
  g_autoptr (GFile) copy = g_file_new_for_path (path);
  gboolean is_done = cs_store_export (self->data_dir, path, self->settings, cancellable, error) &&
                     g_file_copy (copy, self->file, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error);

  g_unlink (path);
  return is_done;
}

static void
run_export (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (copy_to (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _("The copy can’t be written: %s. Choose another place, with more room."), error->message);
}

/**
 * cs_data_export_async:
 * @settings: the user's settings, which know where the data is
 * @file: where the copy goes, in place of what is there
 *
 * Writes all that the program knows into one file, an SQLite database: everything but what is secret.
 */
void
cs_data_export_async (CsSettings          *settings,
                      GFile               *file,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (settings, cancellable, callback, user_data);
  Export *self = g_new0 (Export, 1);

  g_return_if_fail (CS_IS_SETTINGS (settings));

  self->data_dir = g_strdup (cs_settings_get_data_dir (settings));
  self->file = g_object_ref (file);
  self->settings = collect_settings (cs_settings_get_gsettings (settings));
  g_task_set_source_tag (task, cs_data_export_async);
  g_task_set_task_data (task, self, export_free);
  g_task_run_in_thread (task, run_export);
}

/**
 * cs_data_export_finish:
 *
 * Returns: whether the copy is complete; else the error is a sentence to show
 */
gboolean
cs_data_export_finish (CsSettings    *settings,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, settings), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
