/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-contact-names.h"

#include "calls/cs-call-event.h"
#include "store/cs-store-list.h"
#include "ui/cs-display-text.h"
#include "ui/cs-number-format.h"

#include <gio/gio.h>

/* Names are read again at the most so often. */
#define PAUSE_SECONDS 2

/*
 * CsContactNames: the one place where a number becomes a name.
 *
 * It holds the whole address book, so that a row can be named without waiting; a thread reads it anew whenever it may have changed.
 */
struct _CsContactNames {
  GObject parent_instance;

  GHashTable *names;     /* (owned) (element-type utf8 utf8) by cs_number_get_key() */
  char *data_dir;        /* (owned) (nullable) */
  gboolean is_reading;
  gboolean is_stale;     /* somebody asked for it while it was being read, or in the pause after it */
  guint pause_source;
};

G_DEFINE_FINAL_TYPE (CsContactNames, cs_contact_names, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void start_reading (CsContactNames *self);

static gboolean
is_same (GHashTable *a,
         GHashTable *b)
{
  GHashTableIter iter;
  gpointer key, name;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, &name)) {
    if (g_strcmp0 (name, g_hash_table_lookup (b, key)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* On a thread. */
static void
read_names (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (task_data, &error);
  GHashTable *names = list != NULL ? cs_store_list_get_names (list, &error) : NULL;

  if (names == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, names, (GDestroyNotify) g_hash_table_unref);
}

static gboolean
on_pause_over (gpointer data)
{
  CsContactNames *self = data;

  self->pause_source = 0;
  if (self->is_stale)
    start_reading (self);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsContactNames *self = CS_CONTACT_NAMES (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) names = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_reading = FALSE;
  self->pause_source = g_timeout_add_seconds (PAUSE_SECONDS, on_pause_over, self);
  if (names == NULL) {
    g_debug ("The address book can't be read: %s", error->message);
    return;
  }
  if (is_same (names, self->names))
    return;
  g_hash_table_unref (self->names);
  self->names = g_steal_pointer (&names);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
start_reading (CsContactNames *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_read, NULL);

  self->is_stale = FALSE;
  self->is_reading = TRUE;
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, g_strdup (self->data_dir), g_free);
  g_task_run_in_thread (task, read_names);
}

static void
cs_contact_names_finalize (GObject *object)
{
  CsContactNames *self = CS_CONTACT_NAMES (object);

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_hash_table_unref (self->names);
  g_free (self->data_dir);

  G_OBJECT_CLASS (cs_contact_names_parent_class)->finalize (object);
}

static void
cs_contact_names_class_init (CsContactNamesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_contact_names_finalize;

  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_CONTACT_NAMES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_contact_names_init (CsContactNames *self)
{
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * cs_contact_names_get_default:
 *
 * Returns: (transfer none): the names of this process, which it needs as long as it lives
 */
CsContactNames *
cs_contact_names_get_default (void)
{
  static CsContactNames *names = NULL;

  if (names == NULL)
    names = g_object_new (CS_TYPE_CONTACT_NAMES, NULL);
  return names;
}

/**
 * cs_contact_names_reload:
 * @self: the names
 * @data_dir: where the database is
 *
 * Reads the address book, on a thread; cheap to be called with every change of the database.
 */
void
cs_contact_names_reload (CsContactNames *self,
                         const char     *data_dir)
{
  gboolean is_elsewhere;

  g_return_if_fail (CS_IS_CONTACT_NAMES (self));
  g_return_if_fail (data_dir != NULL);

  is_elsewhere = g_strcmp0 (data_dir, self->data_dir) != 0;
  if (is_elsewhere) {
    g_free (self->data_dir);
    self->data_dir = g_strdup (data_dir);
    g_clear_handle_id (&self->pause_source, g_source_remove);
  }
  if (self->is_reading || self->pause_source != 0)
    self->is_stale = TRUE;
  else
    start_reading (self);
}

/**
 * cs_contact_names_lookup:
 * @self: the names
 * @number: (nullable): in any spelling
 *
 * Returns: (transfer none) (nullable): whose number it is, as it stands in the address book
 */
const char *
cs_contact_names_lookup (CsContactNames *self,
                         const char     *number)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (CS_IS_CONTACT_NAMES (self), NULL);

  if (g_hash_table_size (self->names) == 0)
    return NULL;
  key = cs_number_get_key (number);
  return key != NULL ? g_hash_table_lookup (self->names, key) : NULL;
}

/**
 * cs_contact_names_display:
 * @self: the names
 * @number: (nullable): in any spelling
 *
 * Returns: (transfer full): the name, or the number grouped for reading; of one direction of its own, to stand in a sentence
 */
char *
cs_contact_names_display (CsContactNames *self,
                          const char     *number)
{
  const char *name = cs_contact_names_lookup (self, number);
  g_autofree char *clean = name != NULL ? cs_display_text_clean (name) : NULL;

  if (clean == NULL || *clean == '\0')
    return cs_number_format_isolate (number);
  return cs_display_text_isolate (clean);
}
