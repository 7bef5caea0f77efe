/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-list-private.h"
#include "store/cs-store-row.h"

#include <string.h>

/* A list of this many calls is fetched by the caller's number and sorted; a longer one is picked out of all calls, in which its first
 * ones are soon found. */
#define RARE 20000
/* More numbers than these aren't looked for one by one. */
#define MAX_KEYS 20000
/* So often is a look taken whether somebody still wants to know. */
#define STEPS_BETWEEN_LOOKS 5000
/* Calls read at a stretch, without a transaction that would keep the write-ahead log from being emptied. */
#define CHUNK 500

/* What a searched text means for the calls. */
typedef struct {
  char *digits;     /* (owned) (nullable) of the number, as far as it was typed */
  GString *peers;   /* (owned) JSON array of the keys of callers */
  GString *owns;    /* (owned) and of own numbers */
  guint n_peers;
  guint n_owns;
  gboolean is_rare; /* few calls have these callers, and no own number has this text */
} Search;

static void
search_clear (Search *search)
{
  g_free (search->digits);
  if (search->peers != NULL)
    g_string_free (search->peers, TRUE);
  if (search->owns != NULL)
    g_string_free (search->owns, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

/* Appends a text to a JSON array that isn't closed yet. */
static void
append_json (GString    *array,
             const char *text)
{
  g_string_append (array, array->len == 0 ? "[\"" : ",\"");
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_printf (array, "\\%c", *c);
      else if ((guchar) *c < 0x20)
        g_string_append_printf (array, "\\u%04x", *c);
      else
        g_string_append_c (array, *c);
    }
  g_string_append_c (array, '"');
}

/* The digits of a number in any spelling, without what stands before them in one country or another; NULL where it isn't
 * a number. (transfer full) (nullable) */
static char *
get_searched_digits (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c))
        g_string_append_c (digits, (char) ('0' + g_unichar_digit_value (c)));
      else if (!g_unichar_isspace (c) && (c > 0x7f || strchr ("+-/().", (char) c) == NULL))
        return NULL;
    }
  if (digits->len == 0)
    return NULL;
  for (int i = 0; i < 2 && digits->len > 1 && digits->str[0] == '0'; i++)
    g_string_erase (digits, 0, 1);
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static gboolean
add_numbers (CsStoreList  *self,
             const char   *text,
             gboolean      is_own,
             Search       *search,
             GError      **error)
{
  g_autofree char *key = search->digits != NULL && strlen (search->digits) > 10 ? cs_number_get_key (search->digits) : NULL;
  sqlite3_stmt *row = cs_sql_prepare (self->db,
                                      "SELECT DISTINCT key FROM number WHERE is_own = ?1 AND (instr(digits, ?2) > 0 OR key = ?3)"
                                      " LIMIT ?4", error);
  GString *keys = is_own ? search->owns : search->peers;
  guint *n_keys = is_own ? &search->n_owns : &search->n_peers;
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return FALSE;
  sqlite3_bind_int (row, 1, is_own);
  cs_sql_bind_text (row, 2, search->digits != NULL ? search->digits : text);
  cs_sql_bind_text (row, 3, key);
  sqlite3_bind_int (row, 4, MAX_KEYS + 1);
  while (cs_sql_next (row, &local))
    {
      append_json (keys, (const char *) sqlite3_column_text (row, 0));
      (*n_keys)++;
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal != NULL ? normal : text, -1);
}

static gboolean
add_named (CsStoreList  *self,
           const char   *text,
           Search       *search,
           GError      **error)
{
  g_autofree char *folded = fold (text);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT contact.id, name, key FROM contact JOIN contact_number ON contact = contact.id",
                                      error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return FALSE;
  while (cs_sql_next (row, &local))
    {
      g_autofree char *name = fold ((const char *) sqlite3_column_text (row, 1));

      if (strstr (name, folded) == NULL)
        continue;
      append_json (search->peers, (const char *) sqlite3_column_text (row, 2));
      search->n_peers++;
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
find_numbers (CsStoreList        *self,
              const CsCallQuery  *query,
              Search             *search,
              GError            **error)
{
  g_autofree char *text = g_strstrip (g_utf8_make_valid (query->text, -1));
  sqlite3_stmt *row;

  search->digits = get_searched_digits (text);
  search->peers = g_string_new (NULL);
  search->owns = g_string_new (NULL);
  if (!add_numbers (self, text, FALSE, search, error) || !add_numbers (self, text, TRUE, search, error)
      || !add_named (self, text, search, error))
    return FALSE;
  g_string_append (search->peers, search->n_peers > 0 ? "]" : "[]");
  g_string_append (search->owns, search->n_owns > 0 ? "]" : "[]");
  if (search->n_owns > 0 || search->n_peers > MAX_KEYS)
    return TRUE;

  row = cs_sql_prepare (self->db,
                        "SELECT count(*) <= ?2 FROM (SELECT 1 FROM call INDEXED BY call_by_peer WHERE peer_key IS NOT NULL"
                        " AND peer_key IN (SELECT value FROM json_each(?1)) LIMIT ?2 + 1)", error);
  if (row == NULL)
    return FALSE;
  cs_sql_bind_text (row, 1, search->peers->str);
  sqlite3_bind_int (row, 2, RARE);
  search->is_rare = cs_sql_next (row, NULL) && sqlite3_column_int (row, 0);
  sqlite3_finalize (row);
  return TRUE;
}

static void
append_filter (GString           *sql,
               const CsCallQuery *query)
{
  const CsCallFilter *filter = &query->filter;
  const char *outcome = filter->by_status ? "plain_outcome" : "outcome";

  g_string_append (sql, " WHERE seen_us >= ?1 AND seen_us < ?2");
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
append_search (GString      *sql,
               const Search *search)
{
  if (search->is_rare)
    g_string_append (sql, " AND peer_key IS NOT NULL AND peer_key IN (SELECT value FROM json_each(?5))");
  else if (search->n_peers > MAX_KEYS && search->digits != NULL)
    g_string_append (sql, " AND (instr(from_number, ?7) > 0 OR instr(to_number, ?7) > 0 OR instr(number, ?7) > 0)");
  else
    g_string_append (sql, " AND (peer_key IN (SELECT value FROM json_each(?5)) OR number_key IN (SELECT value FROM json_each(?6)))");
}

static void
append_order (GString           *sql,
              const CsCallQuery *query)
{
  static const char *const columns[CS_N_CALL_SORTS] = {
    [CS_CALL_SORT_TIME] = "seen_us",
    [CS_CALL_SORT_OUTCOME] = "outcome",
    [CS_CALL_SORT_DIRECTION] = "direction",
    [CS_CALL_SORT_PEER] = "peer_key",
    [CS_CALL_SORT_NUMBER] = "nullif(number_key, '')",
    [CS_CALL_SORT_WAIT] = "wait_us",
    [CS_CALL_SORT_TALK] = "talk_us",
    [CS_CALL_SORT_ANSWERED_BY] = "coalesce(nullif(answered_by_name, ''), nullif(answered_by, '')) COLLATE NOCASE",
  };
  const char *way = query->is_ascending ? "ASC" : "DESC";

  if (query->sort == CS_CALL_SORT_TIME)
    g_string_append_printf (sql, " ORDER BY seen_us %s, id %s", way, way);
  else
    g_string_append_printf (sql, " ORDER BY %s %s NULLS LAST, seen_us DESC, id DESC", columns[query->sort], way);
}

static sqlite3_stmt *
prepare_ids (CsStoreList        *self,
             const CsCallQuery  *query,
             const Search       *search,
             GError            **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT id FROM call");
  const CsCallFilter *filter = &query->filter;
  sqlite3_stmt *row;

  if (search->is_rare)
    g_string_append (sql, " INDEXED BY call_by_peer");
  else if (query->sort == CS_CALL_SORT_TIME)
    g_string_append (sql, " INDEXED BY call_by_time");
  append_filter (sql, query);
  if (query->text != NULL)
    append_search (sql, search);
  append_order (sql, query);

  row = cs_sql_prepare (self->db, sql->str, error);
  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, filter->from_us);
  sqlite3_bind_int64 (row, 2, filter->to_us);
  sqlite3_bind_int (row, 3, filter->provider);
  cs_sql_bind_text (row, 4, filter->number_key);
  if (query->text != NULL)
    {
      cs_sql_bind_text (row, 5, search->peers->str);
      cs_sql_bind_text (row, 6, search->owns->str);
      cs_sql_bind_text (row, 7, search->digits);
    }
  return row;
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
  g_auto (Search) search = { NULL };
  GError *local = NULL;
  sqlite3_stmt *row;

  sqlite3_progress_handler (self->db, STEPS_BETWEEN_LOOKS, cancellable != NULL ? is_unwanted : NULL, cancellable);
  if (query->text != NULL && !find_numbers (self, query, &search, &local))
    {
      finish (local, cancellable, error);
      return NULL;
    }
  if (query->text != NULL && search.n_peers == 0 && search.n_owns == 0)
    return g_steal_pointer (&ids);

  row = prepare_ids (self, query, &search, &local);
  while (row != NULL && cs_sql_next (row, &local))
    {
      gint64 id = sqlite3_column_int64 (row, 0);

      g_array_append_val (ids, id);
      if (ids->len == CS_STORE_LIST_FIRST && begun != NULL)
        begun ((const gint64 *) (gpointer) ids->data, ids->len, user_data);
    }
  sqlite3_finalize (row);
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
  return finish (local, NULL, error) ? g_steal_pointer (&calls) : NULL;
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
