/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-call-model.h"

#include "ui/cs-call-cache.h"
#include "ui/cs-id-splice.h"

/* The ids may take this share of a processor at the most: one part in so many. */
#define REFRESH_SHARE 20
#define MIN_REFRESH_PAUSE_US (G_USEC_PER_SEC / 5)
/* Where two lists differ at more places than these, one takes the place of the other as a whole. */
#define MAX_SPLICES 16

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
  CsCallCache *cache;         /* (owned) */

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

static void start_listing (CsCallModel *self);

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
splice (CsCallModel      *self,
        const CsIdSplice *change)
{
  if (change->n_removed > 0)
    g_array_remove_range (self->ids, change->position, change->n_removed);
  if (change->n_added > 0)
    g_array_insert_vals (self->ids, change->position, change->added, change->n_added);
  if (change->n_removed > 0 || change->n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), change->position, change->n_removed, change->n_added);
}

/* Makes the list the new one by few small changes, where few small changes do. */
static void
take_ids (CsCallModel *self,
          GArray      *ids)
{
  CsIdSplice next = { 0 };

  for (guint n = 1; cs_id_splice_find_next (&next, self->ids, ids, n == MAX_SPLICES); n++)
    splice (self, &next);
}

/* None of the old ones stays. */
static void
replace_ids (CsCallModel *self,
             GArray      *ids)
{
  splice (self, &(CsIdSplice) { 0, self->ids->len, (const gint64 *) (gpointer) ids->data, ids->len });
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
  replace_ids (self, first->ids);
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
      replace_ids (self, listing->ids);
    else
      take_ids (self, listing->ids);
    self->is_fresh = FALSE;
    self->has_ids = TRUE;
    cs_call_cache_reread (self->cache);
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
  if (position >= self->ids->len)
    return NULL;
  return cs_call_cache_get_item (self->cache, g_array_index (self->ids, gint64, position));
}

static void
on_reading_failed (CsCallModel *self,
                   const char  *message)
{
  g_free (self->error);
  self->error = g_strdup (message);
  g_signal_emit (self, signals[STATE], 0);
}

static void
cs_call_model_dispose (GObject *object)
{
  CsCallModel *self = CS_CALL_MODEL (object);

  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_clear_handle_id (&self->refresh_source, g_source_remove);

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
  g_object_unref (self->cache);

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
  self->cache = cs_call_cache_new ();
  g_signal_connect_object (self->cache, "failed", G_CALLBACK (on_reading_failed), self, G_CONNECT_SWAPPED);
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
  cs_call_cache_set_data_dir (self->cache, data_dir);
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

  return self->listing == NULL && self->refresh_source == 0 && cs_call_cache_is_settled (self->cache);
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
