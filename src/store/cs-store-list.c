/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-list-private.h"
#include "store/cs-store-orders.h"
#include "store/cs-store-row.h"

/* So often is a look taken whether somebody still wants to know. */
#define STEPS_BETWEEN_LOOKS 5000
/* Calls read at a stretch, without a transaction that would keep the write-ahead log from being emptied. */
#define CHUNK 500

/* Appends the condition that a call passes the filter. What is a part of another call stands in no figure, and in no list either. */
void
cs_store_list_append_filter (GString           *sql,
                             const CsCallQuery *query)
{
  const CsCallFilter *filter = &query->filter;
  const char *outcome = filter->by_status ? "plain_outcome" : "outcome";

  g_string_append (sql, " WHERE seen_us >= ?1 AND seen_us < ?2 AND NOT is_part");
  if (filter->provider != CS_ANY)
    g_string_append (sql, " AND provider = ?3");
  if (filter->number_key != NULL)
    g_string_append (sql, " AND number_key = ?4");
  if (filter->direction == CS_DIRECTION_OUTBOUND)
    g_string_append_printf (sql, " AND direction IN (%d, %d, %d)", CS_DIRECTION_OUTBOUND, CS_DIRECTION_OUTBOUND_DIAL,
                            CS_DIRECTION_OUTBOUND_API);
  else if (filter->direction != CS_ANY)
    g_string_append_printf (sql, " AND direction = %d", filter->direction);
  if (filter->outcome != CS_ANY)
    g_string_append_printf (sql, " AND %s = %d", outcome, filter->outcome);
  if (query->outcomes != 0)
    g_string_append_printf (sql, " AND (%u >> %s) & 1", query->outcomes, outcome);
}

static void
append_order (GString           *sql,
              const CsCallQuery *query)
{
  static const char *const columns[CS_N_CALL_SORTS] = {
    [CS_CALL_SORT_TIME] = "seen_us",
    [CS_CALL_SORT_OUTCOME] = "outcome",
    [CS_CALL_SORT_DIRECTION] = "direction",
    [CS_CALL_SORT_PEER] = NULL, /* the names have an order that SQL doesn't know */
    [CS_CALL_SORT_NUMBER] = "nullif(number_key, '')",
    [CS_CALL_SORT_WAIT] = "wait_us",
    [CS_CALL_SORT_TALK] = "talk_us",
    [CS_CALL_SORT_ANSWERED_BY] = "coalesce(nullif(answered_by_name, ''), nullif(answered_by, '')) COLLATE NOCASE",
  };
  const char *way = query->is_ascending ? "ASC" : "DESC";

  if (query->sort == CS_CALL_SORT_TIME)
    /* As the index has it. Of "is_part = 0" SQLite would make a constant, leave it out here, and sort once more. */
    g_string_append_printf (sql, " ORDER BY seen_us %s, is_part %s, id %s", way, way, way);
  else
    g_string_append_printf (sql, " ORDER BY %s %s NULLS LAST, seen_us DESC, id DESC", columns[query->sort], way);
}

/* Adds the ids that a statement, bound, finds. */
gboolean
cs_store_list_add_rows (sqlite3_stmt  *row,
                        CsIdsAdding   *adding,
                        GError       **error)
{
  GArray *ids = adding->ids;
  GError *local = NULL;

  while (cs_sql_next (row, &local))
    {
      gint64 id = sqlite3_column_int64 (row, 0);

      g_array_append_val (ids, id);
      if (ids->len == CS_STORE_LIST_FIRST && adding->begun != NULL)
        adding->begun ((const gint64 *) (gpointer) ids->data, ids->len, adding->user_data);
    }
  sqlite3_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Binds what those conditions need. */
void
cs_store_list_bind (sqlite3_stmt       *row,
                    const CsCallQuery  *query,
                    const CsCallSearch *search)
{
  const CsCallFilter *filter = &query->filter;

  sqlite3_bind_int64 (row, 1, filter->from_us);
  sqlite3_bind_int64 (row, 2, filter->to_us);
  sqlite3_bind_int (row, 3, filter->provider);
  cs_sql_bind_text (row, 4, filter->number_key);
  if (query->text == NULL)
    return;
  cs_sql_bind_text (row, 5, search->peers->str);
  cs_sql_bind_text (row, 6, search->owns->str);
  cs_sql_bind_text (row, 7, search->digits);
}

static sqlite3_stmt *
prepare_ids (CsStoreList        *self,
             const CsCallQuery  *query,
             const CsCallSearch *search,
             GError            **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT id FROM call");
  sqlite3_stmt *row;

  if (search->is_rare)
    g_string_append (sql, " INDEXED BY call_by_peer");
  else if (query->sort == CS_CALL_SORT_TIME)
    g_string_append (sql, " INDEXED BY call_by_time");
  cs_store_list_append_filter (sql, query);
  if (query->text != NULL)
    cs_store_list_append_search (sql, search);
  append_order (sql, query);

  row = cs_sql_prepare (self->db, sql->str, error);
  if (row == NULL)
    return NULL;
  cs_store_list_bind (row, query, search);
  return row;
}

static void
add_ids (CsStoreList        *self,
         const CsCallQuery  *query,
         const CsCallSearch *search,
         CsIdsAdding        *adding,
         GError            **error)
{
  sqlite3_stmt *row = prepare_ids (self, query, search, error);

  if (row != NULL)
    cs_store_list_add_rows (row, adding, error);
  sqlite3_finalize (row);
}

/* For SQLite, which stops where it isn't 0. */
static int
is_unwanted (void *data)
{
  return g_cancellable_is_cancelled (data);
}

/* That SQLite was interrupted is nobody's fault. */
static gboolean
finish (GError       *local,
        GCancellable *cancellable,
        GError      **error)
{
  if (local == NULL)
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    g_error_free (local);
  else
    g_propagate_error (error, local);
  return FALSE;
}

/* Makes copy, which is all zeroes or %CS_CALL_QUERY_ALL, the same as query, owning its texts. */
void
cs_call_query_copy (const CsCallQuery *query,
                    CsCallQuery       *copy)
{
  *copy = *query;
  copy->filter.number_key = g_strdup (query->filter.number_key);
  copy->text = g_strdup (query->text);
}

void
cs_call_query_clear (CsCallQuery *query)
{
  cs_call_filter_clear (&query->filter);
  g_clear_pointer (&query->text, g_free);
}

gboolean
cs_call_query_equal (const CsCallQuery *a,
                     const CsCallQuery *b)
{
  return a->filter.provider == b->filter.provider && a->filter.direction == b->filter.direction
         && a->filter.outcome == b->filter.outcome && !a->filter.by_status == !b->filter.by_status
         && g_strcmp0 (a->filter.number_key, b->filter.number_key) == 0 && a->filter.from_us == b->filter.from_us
         && a->filter.to_us == b->filter.to_us && a->outcomes == b->outcomes && g_strcmp0 (a->text, b->text) == 0
         && a->sort == b->sort && !a->is_ascending == !b->is_ascending;
}

/* Whether it leaves no call out. */
gboolean
cs_call_query_is_everything (const CsCallQuery *query)
{
  CsCallQuery everything = CS_CALL_QUERY_ALL;

  everything.sort = query->sort;
  everything.is_ascending = query->is_ascending;
  everything.filter.by_status = query->filter.by_status;
  return cs_call_query_equal (query, &everything);
}

/* Opens data_dir/callstats.db, which exists and has the present format, for reading only. */
CsStoreList *
cs_store_list_open (const char  *data_dir,
                    GError     **error)
{
  g_autoptr (CsStoreList) self = g_new0 (CsStoreList, 1);
  g_autofree char *path = g_build_filename (data_dir, "callstats.db", NULL);

  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      cs_sql_fail (self->db, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, 5000);
  if (!cs_sql_exec (self->db, "PRAGMA query_only = ON; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;"
                              "PRAGMA trusted_schema = OFF", error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cs_store_list_close (CsStoreList *self)
{
  sqlite3_finalize (self->get_call);
  sqlite3_close (self->db);
  g_free (self);
}

/* Returns the ids of all calls of the query, in its order: eight bytes a call, so a list of millions can be held. Where it is
 * long, begun (nullable) is told the first CS_STORE_LIST_FIRST before the others are looked for.
 * (transfer full) (element-type gint64) */
GArray *
cs_store_list_get_ids (CsStoreList        *self,
                       const CsCallQuery  *query,
                       CsIdsFunc           begun,
                       gpointer            user_data,
                       GCancellable       *cancellable,
                       GError            **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (CsCallSearch) search = { NULL };
  CsIdsAdding adding = { ids, begun, user_data };
  GError *local = NULL;

  sqlite3_progress_handler (self->db, STEPS_BETWEEN_LOOKS, cancellable != NULL ? is_unwanted : NULL, cancellable);
  if (query->text != NULL && !cs_store_list_find_numbers (self, query, &search, &local))
    {
      finish (local, cancellable, error);
      return NULL;
    }
  if (query->text != NULL && search.n_peers == 0 && search.n_owns == 0)
    return g_steal_pointer (&ids);

  if (query->sort == CS_CALL_SORT_PEER)
    cs_store_list_add_ids_by_peer (self, query, &search, &adding, &local);
  else
    add_ids (self, query, &search, &adding, &local);
  sqlite3_progress_handler (self->db, 0, NULL, NULL);
  return finish (local, cancellable, error) ? g_steal_pointer (&ids) : NULL;
}

/* Returns these calls, in this order, without their legs; those that don't exist any more are left out.
 * (transfer full) (element-type CsCall) */
GPtrArray *
cs_store_list_get_calls (CsStoreList   *self,
                         const gint64  *ids,
                         guint          n_ids,
                         GError       **error)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_full (n_ids, (GDestroyNotify) cs_call_unref);
  GError *local = NULL;

  if (self->get_call == NULL)
    self->get_call = cs_sql_prepare (self->db, "SELECT " CS_CALL_COLUMNS " FROM call WHERE id = ?1", &local);
  for (guint i = 0; i < n_ids && local == NULL; i++)
    {
      sqlite3_bind_int64 (self->get_call, 1, ids[i]);
      if (cs_sql_next (self->get_call, &local))
        g_ptr_array_add (calls, cs_store_row_to_call (self->get_call));
      sqlite3_reset (self->get_call);
    }
  if (!finish (local, NULL, error) || !cs_store_mark_order_results (self->db, calls, error))
    return NULL;
  return g_steal_pointer (&calls);
}

/* Hands each call of the query to func, one at a time: memory doesn't grow with the calls but by eight bytes each. A call that
 * comes or goes meanwhile may be among them or not. FALSE where func stopped it (no error is set then), on an error, and with
 * G_IO_ERROR_CANCELLED. */
gboolean
cs_store_list_foreach (CsStoreList        *self,
                       const CsCallQuery  *query,
                       CsCallFunc          func,
                       gpointer            user_data,
                       GCancellable       *cancellable,
                       GError            **error)
{
  g_autoptr (GArray) ids = cs_store_list_get_ids (self, query, NULL, NULL, cancellable, error);

  if (ids == NULL)
    return FALSE;
  for (guint start = 0; start < ids->len; start += CHUNK)
    {
      g_autoptr (GPtrArray) calls = cs_store_list_get_calls (self, &g_array_index (ids, gint64, start),
                                                             MIN (CHUNK, ids->len - start), error);

      if (calls == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (guint i = 0; i < calls->len; i++)
        {
          if (!func (g_ptr_array_index (calls, i), user_data))
            return FALSE;
        }
    }
  return TRUE;
}
