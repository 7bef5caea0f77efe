/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-model.h"

/* Calls read at once: those of the rows on and around the screen. */
#define MAX_READ 400
/* Places that are kept although no row shows them: who scrolls back finds them filled. */
#define MAX_KEPT 1000
/* The ids may take this share of a processor at the most: one part in so many. */
#define REFRESH_SHARE 20
#define MIN_REFRESH_PAUSE_US (G_USEC_PER_SEC / 5)
/* Where two lists differ at more places than these, one takes the place of the other as a whole. */
#define MAX_SPLICES 16
/* A place that differs is looked for within so many ids. */
#define SPLICE_WINDOW 256

/*
 * CsCallModel: the calls of a query as a list model of CsCallItem.
 *
 * It knows the ids of all calls of the list, eight bytes each, and so how many there are and which stands where; the calls themselves
 * are read when a row asks for them. Both is done on threads, each with a connection of its own. The first ids come before the rest, so
 * that the first rows don't wait for a million others. A refresh changes only the places that differ: what is selected stays selected.
 */
struct _CsCallModel {
  GObject parent_instance;

  char *data_dir;             /* (owned) (nullable) nothing is read without */
  CsCallQuery query;
  GArray *ids;                /* (owned) (element-type gint64) */
  GQueue kept;                /* (owned) (element-type CsCallItem) those that somebody holds, and the last ones asked for */
  GHashTable *items;          /* (owned) (element-type gint64 CsCallItem) (unowned items) the same, by id */
  GArray *wanted;             /* (owned) (element-type gint64) ids whose calls are to be read, the last asked for last */
  guint read_source;          /* a reading begins once all rows have asked */
  gboolean is_reading;

  GCancellable *listing;      /* (owned) (nullable) while ids are looked for */
  gboolean is_fresh;          /* the ids being looked for are those of another query: none of the old ones stays */
  gboolean is_stale;          /* calls have changed since they are being looked for */
  gboolean has_ids;           /* of the present query, all of them */
  gint64 next_refresh_us;     /* monotonic */
  guint refresh_source;
  char *error;                /* (owned) (nullable) */
};

static void cs_call_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsCallModel, cs_call_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, cs_call_model_list_model_init))

enum {
  STATE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What a thread looks for, and what it finds. */
typedef struct {
  char *data_dir;         /* (owned) */
  CsCallQuery query;
  gboolean tells_first;
  GArray *ids;            /* (owned) (nullable) */
  gint64 took_us;
} Listing;

/* The first ids of a listing on their way to the main loop. */
typedef struct {
  CsCallModel *model;         /* (owned) */
  GCancellable *cancellable;  /* (owned) */
  GArray *ids;                /* (owned) */
} FirstIds;

typedef struct {
  char *data_dir;    /* (owned) */
  GArray *ids;       /* (owned) */
} Reading;

static void start_listing (CsCallModel *self);
static void want_reading (CsCallModel *self);

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_free (listing->data_dir);
  cs_call_query_clear (&listing->query);
  g_clear_pointer (&listing->ids, g_array_unref);
  g_free (listing);
}

static void
first_ids_free (gpointer data)
{
  FirstIds *first = data;

  g_object_unref (first->model);
  g_object_unref (first->cancellable);
  g_array_unref (first->ids);
  g_free (first);
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->data_dir);
  g_array_unref (reading->ids);
  g_free (reading);
}

/* Forgets the oldest places that nobody else holds, as far as there are too many. */
static void
drop_items (CsCallModel *self)
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

static const gint64 *
get_ids (GArray *ids)
{
  return (const gint64 *) (gpointer) ids->data;
}

static void
splice (CsCallModel  *self,
        guint         position,
        guint         n_removed,
        const gint64 *added,
        guint         n_added)
{
  if (n_removed > 0)
    g_array_remove_range (self->ids, position, n_removed);
  if (n_added > 0)
    g_array_insert_vals (self->ids, position, added, n_added);
  if (n_removed > 0 || n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

/* Looks for the nearest place where both lists go on alike. */
static gboolean
find_next_match (const gint64 *old_ids,
                 guint         n_old,
                 const gint64 *new_ids,
                 guint         n_new,
                 guint        *n_removed,
                 guint        *n_added)
{
  for (guint distance = 1; distance <= SPLICE_WINDOW; distance++) {
    for (guint removed = 0; removed <= distance; removed++) {
      guint added = distance - removed;

      if (removed < n_old && added < n_new && old_ids[removed] == new_ids[added]) {
        *n_removed = removed;
        *n_added = added;
        return TRUE;
      }
    }
  }
  return FALSE;
}

/* Makes the list the new one by few small changes, where few small changes do. */
static void
take_ids (CsCallModel *self,
          GArray      *new_array)
{
  const gint64 *new_ids = get_ids (new_array);
  guint position = 0, end = 0;

  for (guint n_splices = 0;; n_splices++) {
    const gint64 *old_ids = get_ids (self->ids);
    guint n_old = self->ids->len, n_new = new_array->len, removed, added;

    while (position < n_old && position < n_new && old_ids[position] == new_ids[position])
      position++;
    end = 0;
    while (end < n_old - position && end < n_new - position && old_ids[n_old - 1 - end] == new_ids[n_new - 1 - end])
      end++;
    removed = n_old - position - end;
    added = n_new - position - end;
    if (removed == 0 || added == 0 || n_splices == MAX_SPLICES ||
        !find_next_match (old_ids + position, removed, new_ids + position, added, &removed, &added)) {
      splice (self, position, n_old - position - end, new_ids + position, n_new - position - end);
      return;
    }
    splice (self, position, removed, new_ids + position, added);
    position += added;
  }
}

static void
set_error (CsCallModel  *self,
           const GError *error)
{
  g_free (self->error);
  self->error = error != NULL ? g_strdup (error->message) : NULL;
}

static gboolean
on_first_ids (gpointer data)
{
  FirstIds *first = data;
  CsCallModel *self = first->model;

  if (g_cancellable_is_cancelled (first->cancellable) || self->listing != first->cancellable || !self->is_fresh)
    return G_SOURCE_REMOVE;
  self->is_fresh = FALSE;
  splice (self, 0, self->ids->len, get_ids (first->ids), first->ids->len);
  g_signal_emit (self, signals[STATE], 0);
  return G_SOURCE_REMOVE;
}

/* On a thread. */
static void
hand_first_ids (const gint64 *ids,
                guint         n_ids,
                gpointer      user_data)
{
  GTask *task = user_data;
  FirstIds *first = g_new0 (FirstIds, 1);

  first->model = g_object_ref (g_task_get_source_object (task));
  first->cancellable = g_object_ref (g_task_get_cancellable (task));
  first->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n_ids);
  g_array_append_vals (first->ids, ids, n_ids);
  g_main_context_invoke_full (g_task_get_context (task), G_PRIORITY_DEFAULT, on_first_ids, first, first_ids_free);
}

/* On a thread. */
static void
list_ids (GTask        *task,
          gpointer      source,
          gpointer      task_data,
          GCancellable *cancellable)
{
  Listing *listing = task_data;
  gint64 began_us = g_get_monotonic_time ();
  GError *error = NULL;
  g_autoptr (CsStoreList) list = cs_store_list_open (listing->data_dir, &error);

  if (list != NULL)
    listing->ids = cs_store_list_get_ids (list, &listing->query, listing->tells_first ? hand_first_ids : NULL, task, cancellable,
                                          &error);
  listing->took_us = g_get_monotonic_time () - began_us;
  if (listing->ids == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* The calls that rows show may have changed where their places haven't. */
static void
reread_items (CsCallModel *self)
{
  GHashTableIter iter;
  gpointer key;

  g_array_set_size (self->wanted, 0);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (self->wanted, key, 1);
  want_reading (self);
}

static gboolean
on_refresh (gpointer data)
{
  CsCallModel *self = data;

  self->refresh_source = 0;
  self->is_stale = FALSE;
  start_listing (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_refresh (CsCallModel *self)
{
  gint64 wait_us = self->next_refresh_us - g_get_monotonic_time ();

  if (self->refresh_source == 0)
    self->refresh_source = g_timeout_add (wait_us > 0 ? (guint) (wait_us / 1000) + 1 : 0, on_refresh, self);
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  CsCallModel *self = CS_CALL_MODEL (source);
  Listing *listing = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean is_done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->listing != g_task_get_cancellable (G_TASK (result)))
    return;
  g_clear_object (&self->listing);
  self->next_refresh_us = g_get_monotonic_time () + MAX (listing->took_us * REFRESH_SHARE, MIN_REFRESH_PAUSE_US);
  set_error (self, error);
  if (is_done) {
    if (self->is_fresh)
      splice (self, 0, self->ids->len, get_ids (listing->ids), listing->ids->len);
    else
      take_ids (self, listing->ids);
    self->is_fresh = FALSE;
    self->has_ids = TRUE;
    reread_items (self);
  }
  g_signal_emit (self, signals[STATE], 0);
  if (self->is_stale)
    schedule_refresh (self);
}

static void
start_listing (CsCallModel *self)
{
  Listing *listing;
  g_autoptr (GTask) task = NULL;

  if (self->data_dir == NULL)
    return;
  self->listing = g_cancellable_new ();
  listing = g_new0 (Listing, 1);
  listing->data_dir = g_strdup (self->data_dir);
  cs_call_query_copy (&self->query, &listing->query);
  listing->tells_first = self->is_fresh;
  task = g_task_new (self, self->listing, on_listed, NULL);
  g_task_set_source_tag (task, start_listing);
  g_task_set_task_data (task, listing, listing_free);
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  g_task_run_in_thread (task, list_ids);
  g_signal_emit (self, signals[STATE], 0);
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
    calls = cs_store_list_get_calls (list, get_ids (reading->ids), reading->ids->len, &error);
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
  CsCallModel *self = CS_CALL_MODEL (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) calls = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_reading = FALSE;
  if (calls == NULL) {
    set_error (self, error);
    g_signal_emit (self, signals[STATE], 0);
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
  CsCallModel *self = data;
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
want_reading (CsCallModel *self)
{
  if (self->read_source == 0 && !self->is_reading)
    self->read_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_read_source, self, NULL);
}

static GType
cs_call_model_get_item_type (GListModel *model)
{
  return CS_TYPE_CALL_ITEM;
}

static guint
cs_call_model_get_n_items (GListModel *model)
{
  return CS_CALL_MODEL (model)->ids->len;
}

static gpointer
cs_call_model_get_item (GListModel *model,
                        guint       position)
{
  CsCallModel *self = CS_CALL_MODEL (model);
  CsCallItem *item;
  gint64 id;

  if (position >= self->ids->len)
    return NULL;
  id = g_array_index (self->ids, gint64, position);
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

static void
cs_call_model_dispose (GObject *object)
{
  CsCallModel *self = CS_CALL_MODEL (object);

  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_clear_handle_id (&self->read_source, g_source_remove);
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_hash_table_remove_all (self->items);
  g_queue_clear_full (&self->kept, g_object_unref);

  G_OBJECT_CLASS (cs_call_model_parent_class)->dispose (object);
}

static void
cs_call_model_finalize (GObject *object)
{
  CsCallModel *self = CS_CALL_MODEL (object);

  g_free (self->data_dir);
  g_free (self->error);
  cs_call_query_clear (&self->query);
  g_array_unref (self->ids);
  g_array_unref (self->wanted);
  g_hash_table_unref (self->items);

  G_OBJECT_CLASS (cs_call_model_parent_class)->finalize (object);
}

static void
cs_call_model_class_init (CsCallModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cs_call_model_dispose;
  object_class->finalize = cs_call_model_finalize;

  signals[STATE] = g_signal_new ("state", CS_TYPE_CALL_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_call_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = cs_call_model_get_item_type;
  iface->get_n_items = cs_call_model_get_n_items;
  iface->get_item = cs_call_model_get_item;
}

static void
cs_call_model_init (CsCallModel *self)
{
  self->query = (CsCallQuery) CS_CALL_QUERY_ALL;
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * cs_call_model_new:
 *
 * Returns: (transfer full): a list of all calls, once it knows where they are
 */
CsCallModel *
cs_call_model_new (void)
{
  return g_object_new (CS_TYPE_CALL_MODEL, NULL);
}

/**
 * cs_call_model_set_data_dir:
 * @self: a model
 * @data_dir: where the database is
 *
 * The first time it begins to look for the calls.
 */
void
cs_call_model_set_data_dir (CsCallModel *self,
                            const char  *data_dir)
{
  g_return_if_fail (CS_IS_CALL_MODEL (self));
  g_return_if_fail (data_dir != NULL);

  if (g_strcmp0 (data_dir, self->data_dir) == 0)
    return;
  g_free (self->data_dir);
  self->data_dir = g_strdup (data_dir);
  self->is_fresh = TRUE;
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  start_listing (self);
}

/**
 * cs_call_model_set_query:
 * @self: a model
 * @query: which calls it is to have, and in which order
 *
 * The rows of the last query stay until the first of the new one are there.
 */
void
cs_call_model_set_query (CsCallModel       *self,
                         const CsCallQuery *query)
{
  g_return_if_fail (CS_IS_CALL_MODEL (self));
  g_return_if_fail (query != NULL);

  if (cs_call_query_equal (query, &self->query))
    return;
  cs_call_query_clear (&self->query);
  cs_call_query_copy (query, &self->query);
  self->is_fresh = TRUE;
  self->is_stale = FALSE;
  self->has_ids = FALSE;
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  start_listing (self);
}

/**
 * cs_call_model_get_query:
 * @self: a model
 *
 * Returns: (transfer none): what it was told last
 */
const CsCallQuery *
cs_call_model_get_query (CsCallModel *self)
{
  g_return_val_if_fail (CS_IS_CALL_MODEL (self), NULL);

  return &self->query;
}

/**
 * cs_call_model_refresh:
 * @self: a model
 *
 * Takes over what has changed in the database: soon, but not more often than a twentieth of a processor allows.
 */
void
cs_call_model_refresh (CsCallModel *self)
{
  g_return_if_fail (CS_IS_CALL_MODEL (self));

  if (self->data_dir == NULL)
    return;
  self->is_stale = TRUE;
  if (self->listing == NULL)
    schedule_refresh (self);
}

/**
 * cs_call_model_is_loading:
 * @self: a model
 *
 * Returns: whether more calls of this query may come; a refresh is none
 */
gboolean
cs_call_model_is_loading (CsCallModel *self)
{
  g_return_val_if_fail (CS_IS_CALL_MODEL (self), FALSE);

  return self->listing != NULL && !self->has_ids;
}

/**
 * cs_call_model_is_settled:
 * @self: a model
 *
 * Returns: whether it has all that the database has, and every item that is held has its call
 */
gboolean
cs_call_model_is_settled (CsCallModel *self)
{
  g_return_val_if_fail (CS_IS_CALL_MODEL (self), FALSE);

  return self->listing == NULL && self->refresh_source == 0 && !self->is_reading && self->read_source == 0 && self->wanted->len == 0;
}

/**
 * cs_call_model_get_error:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): why calls can't be read
 */
const char *
cs_call_model_get_error (CsCallModel *self)
{
  g_return_val_if_fail (CS_IS_CALL_MODEL (self), NULL);

  return self->error;
}

/**
 * cs_call_model_find:
 * @self: a model
 * @call_id: a call
 *
 * Returns: where it stands, or %G_MAXUINT where it isn't among those known by now
 */
guint
cs_call_model_find (CsCallModel *self,
                    gint64       call_id)
{
  g_return_val_if_fail (CS_IS_CALL_MODEL (self), G_MAXUINT);

  for (guint i = 0; i < self->ids->len; i++) {
    if (g_array_index (self->ids, gint64, i) == call_id)
      return i;
  }
  return G_MAXUINT;
}
