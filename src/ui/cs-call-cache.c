/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-cache.h"

#include "store/cs-store-list.h"

/* Calls read at once: those of the rows on and around the screen. */
#define MAX_READ 400
/* Items that are kept although no row shows them: who scrolls back finds them filled. */
#define MAX_KEPT 1000

/*
 * CsCallCache: the calls that rows show, by their ids. An item is there at once; its call is read on a thread, together with those of
 * the other rows that asked meanwhile.
 */
struct _CsCallCache {
  GObject parent_instance;

  char *data_dir;        /* (owned) (nullable) nothing is read without */
  GQueue kept;           /* (owned) (element-type CsCallItem) those that somebody holds, and the last ones asked for */
  GHashTable *items;     /* (owned) (element-type gint64 CsCallItem) (unowned items) the same, by id */
  GArray *wanted;        /* (owned) (element-type gint64) ids whose calls are to be read, the last asked for last */
  guint read_source;     /* a reading begins once all rows have asked */
  gboolean is_reading;
};

G_DEFINE_FINAL_TYPE (CsCallCache, cs_call_cache, G_TYPE_OBJECT)

enum {
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What a thread reads. */
typedef struct {
  char *data_dir;    /* (owned) */
  GArray *ids;       /* (owned) (element-type gint64) */
} Reading;

static void want_reading (CsCallCache *self);

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->data_dir);
  g_array_unref (reading->ids);
  g_free (reading);
}

/* Forgets the oldest items that nobody else holds, as far as there are too many. */
static void
drop_items (CsCallCache *self)
{
  for (int i = 0; i < 2 && self->kept.length > MAX_KEPT; i++) {
    CsCallItem *item = g_queue_pop_head (&self->kept);
    gint64 id = cs_call_item_get_id (item);

    if (G_OBJECT (item)->ref_count > 1) {
      g_queue_push_tail (&self->kept, item);
      continue;
    }
    g_hash_table_remove (self->items, &id);
    g_object_unref (item);
  }
}

/* On a thread. */
static void
read_calls (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (reading->data_dir, &error);
  GPtrArray *calls = NULL;

  if (list != NULL)
    calls = cs_store_list_get_calls (list, (const gint64 *) (gpointer) reading->ids->data, reading->ids->len, &error);
  if (calls == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, calls, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  CsCallCache *self = CS_CALL_CACHE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) calls = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_reading = FALSE;
  if (calls == NULL) {
    g_signal_emit (self, signals[FAILED], 0, error->message);
    return;
  }
  for (guint i = 0; i < calls->len; i++) {
    CsCall *call = g_ptr_array_index (calls, i);
    CsCallItem *item = g_hash_table_lookup (self->items, &call->id);

    if (item != NULL)
      cs_call_item_set_call (item, call);
  }
  if (self->wanted->len > 0)
    want_reading (self);
}

/* Those that were asked for last are read first: where somebody scrolls fast, the others have left the screen. */
static gboolean
on_read_source (gpointer data)
{
  CsCallCache *self = data;
  Reading *reading;
  g_autoptr (GTask) task = NULL;

  self->read_source = 0;
  if (self->is_reading || self->data_dir == NULL)
    return G_SOURCE_REMOVE;
  reading = g_new0 (Reading, 1);
  reading->data_dir = g_strdup (self->data_dir);
  reading->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  while (self->wanted->len > 0 && reading->ids->len < MAX_READ) {
    gint64 id = g_array_index (self->wanted, gint64, self->wanted->len - 1);

    g_array_set_size (self->wanted, self->wanted->len - 1);
    if (g_hash_table_contains (self->items, &id))
      g_array_append_val (reading->ids, id);
  }
  self->is_reading = TRUE;
  task = g_task_new (self, NULL, on_read, NULL);
  g_task_set_source_tag (task, on_read_source);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_calls);
  return G_SOURCE_REMOVE;
}

static void
want_reading (CsCallCache *self)
{
  if (self->read_source == 0 && !self->is_reading)
    self->read_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_read_source, self, NULL);
}

static void
cs_call_cache_dispose (GObject *object)
{
  CsCallCache *self = CS_CALL_CACHE (object);

  g_clear_handle_id (&self->read_source, g_source_remove);
  g_hash_table_remove_all (self->items);
  g_queue_clear_full (&self->kept, g_object_unref);

  G_OBJECT_CLASS (cs_call_cache_parent_class)->dispose (object);
}

static void
cs_call_cache_finalize (GObject *object)
{
  CsCallCache *self = CS_CALL_CACHE (object);

  g_free (self->data_dir);
  g_array_unref (self->wanted);
  g_hash_table_unref (self->items);

  G_OBJECT_CLASS (cs_call_cache_parent_class)->finalize (object);
}

static void
cs_call_cache_class_init (CsCallCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cs_call_cache_dispose;
  object_class->finalize = cs_call_cache_finalize;

  signals[FAILED] = g_signal_new ("failed", CS_TYPE_CALL_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
}

static void
cs_call_cache_init (CsCallCache *self)
{
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * cs_call_cache_new:
 *
 * Returns: (transfer full): a cache that knows no call yet
 */
CsCallCache *
cs_call_cache_new (void)
{
  return g_object_new (CS_TYPE_CALL_CACHE, NULL);
}

/**
 * cs_call_cache_set_data_dir:
 * @self: a cache
 * @data_dir: where the database is
 */
void
cs_call_cache_set_data_dir (CsCallCache *self,
                            const char  *data_dir)
{
  g_return_if_fail (CS_IS_CALL_CACHE (self));
  g_return_if_fail (data_dir != NULL);

  g_free (self->data_dir);
  self->data_dir = g_strdup (data_dir);
}

/**
 * cs_call_cache_get_item:
 * @self: a cache
 * @id: of a call
 *
 * Returns: (transfer full): its item, whose call comes soon
 */
CsCallItem *
cs_call_cache_get_item (CsCallCache *self,
                        gint64       id)
{
  CsCallItem *item;

  g_return_val_if_fail (CS_IS_CALL_CACHE (self), NULL);

  item = g_hash_table_lookup (self->items, &id);
  if (item != NULL)
    return g_object_ref (item);

  item = cs_call_item_new (id);
  g_hash_table_insert (self->items, g_memdup2 (&id, sizeof id), item);
  g_queue_push_tail (&self->kept, g_object_ref (item));
  drop_items (self);
  if (self->wanted->len == 2 * MAX_READ)
    g_array_remove_range (self->wanted, 0, MAX_READ);
  g_array_append_val (self->wanted, id);
  want_reading (self);
  return item;
}

/**
 * cs_call_cache_reread:
 * @self: a cache
 *
 * Reads the calls of all items again: they may have changed.
 */
void
cs_call_cache_reread (CsCallCache *self)
{
  GHashTableIter iter;
  gpointer key;

  g_return_if_fail (CS_IS_CALL_CACHE (self));

  g_array_set_size (self->wanted, 0);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (self->wanted, key, 1);
  want_reading (self);
}

/**
 * cs_call_cache_is_settled:
 * @self: a cache
 *
 * Returns: whether nothing is read or about to be
 */
gboolean
cs_call_cache_is_settled (CsCallCache *self)
{
  g_return_val_if_fail (CS_IS_CALL_CACHE (self), FALSE);

  return !self->is_reading && self->read_source == 0 && self->wanted->len == 0;
}
