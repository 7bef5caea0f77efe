/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-book-db.h"

#include <string.h>

#define FORMAT 1
#define COLUMNS "customer, name, state, note, changed_us"
/* Steps of SQLite's machine between two looks at whether a search was cancelled. */
#define STEPS_PER_LOOK 10000

typedef enum {
  FIND,
  PUT,
  ADD,
  REMOVE,
  N_STATEMENTS,
} Statement;

/* What is added in bulk leaves alone what its source has no column for, and doesn't touch what is the same already. */
static const char *const sql[N_STATEMENTS] = {
  [FIND] = "SELECT " COLUMNS " FROM orders WHERE customer = ?1",
  [PUT] = "INSERT OR REPLACE INTO orders (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5)",
  [ADD] = "INSERT INTO orders (" COLUMNS ") VALUES (?1, coalesce(?2, ''), ?3, coalesce(?4, ''), ?5)"
          " ON CONFLICT (customer) DO UPDATE SET name = coalesce(?2, name), state = ?3, note = coalesce(?4, note),"
          " changed_us = ?5 WHERE state <> ?3 OR name <> coalesce(?2, name) OR note <> coalesce(?4, note)",
  [REMOVE] = "DELETE FROM orders WHERE customer = ?1",
};

struct _CsOrderBookDb
{
  sqlite3 *db;                            /* (owned) */
  sqlite3_stmt *statements[N_STATEMENTS]; /* (owned) (nullable) those that write are NULL where nothing can be written */
};

/* contains (text, part): whether the part, already case-folded, is in the text in whatever case. */
static void
contains (sqlite3_context  *context,
          int               n_values,
          sqlite3_value   **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);
  const char *part = (const char *) sqlite3_value_text (values[1]);
  g_autofree char *folded = NULL;

  if (text == NULL || part == NULL || *text == '\0')
    {
      sqlite3_result_int (context, 0);
      return;
    }
  folded = g_str_is_ascii (text) ? g_ascii_strdown (text, -1) : g_utf8_casefold (text, -1);
  sqlite3_result_int (context, strstr (folded, part) != NULL);
}

static int
look_for_cancel (gpointer cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static gboolean
migrate (sqlite3  *db,
         GError  **error)
{
  GError *local = NULL;
  gint64 format = cs_sql_get_number (db, "PRAGMA user_version", &local);

  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (format > FORMAT)
    {
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_NEWER,
                   "The orders were written by a later version of CallStats. Install that version to use them.");
      return FALSE;
    }
  if (format == FORMAT)
    return TRUE;
  return cs_sql_exec (db,
                      "BEGIN IMMEDIATE;"
                      "CREATE TABLE orders ("
                      "  customer TEXT PRIMARY KEY,"
                      "  name TEXT NOT NULL,"
                      "  state INTEGER NOT NULL,"
                      "  note TEXT NOT NULL,"
                      "  changed_us INTEGER NOT NULL"
                      ") WITHOUT ROWID;"
                      "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
                      "PRAGMA user_version = " G_STRINGIFY (FORMAT) "; COMMIT;", error);
}

static CsOrderBookDb *
open_db (const char  *path,
         int          flags,
         const char  *pragmas,
         Statement    n_statements,
         GError     **error)
{
  g_autoptr (CsOrderBookDb) self = g_new0 (CsOrderBookDb, 1);

  if (flags & SQLITE_OPEN_CREATE)
    cs_sql_make_private (path);
  if (sqlite3_open_v2 (path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      cs_sql_fail (self->db, error);
      return NULL;
    }
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, 5000);
  sqlite3_create_function (self->db, "contains", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, contains, NULL, NULL);
  if (((flags & SQLITE_OPEN_READWRITE) && !migrate (self->db, error)) || !cs_sql_exec (self->db, pragmas, error))
    return NULL;
  for (Statement i = 0; i < n_statements; i++)
    {
      self->statements[i] = cs_sql_prepare (self->db, sql[i], error);
      if (self->statements[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

static CsOrder *
row_to_order (sqlite3_stmt *row)
{
  CsOrder *order = cs_order_new ((const char *) sqlite3_column_text (row, 0), (const char *) sqlite3_column_text (row, 1),
                                 CLAMP (sqlite3_column_int (row, 2), 0, CS_N_ORDER_STATES - 1),
                                 (const char *) sqlite3_column_text (row, 3));

  order->changed_us = sqlite3_column_int64 (row, 4);
  return order;
}

/* Opens, or makes, the database for writing. */
CsOrderBookDb *
cs_order_book_db_open (const char  *path,
                       GError     **error)
{
  return open_db (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000;"
                  "PRAGMA journal_size_limit = 1048576; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF",
                  N_STATEMENTS, error);
}

/* Opens a database that exists, for reading. */
CsOrderBookDb *
cs_order_book_db_open_read (const char  *path,
                            GError     **error)
{
  return open_db (path, SQLITE_OPEN_READONLY, "PRAGMA query_only = ON; PRAGMA cache_size = -4000", FIND + 1, error);
}

void
cs_order_book_db_close (CsOrderBookDb *self)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_free (self);
}

/* Sets order to that of the customer, or to NULL where there is none. FALSE on errors. */
gboolean
cs_order_book_db_find (CsOrderBookDb  *self,
                       const char     *customer,
                       CsOrder       **order,
                       GError        **error)
{
  sqlite3_stmt *row = self->statements[FIND];
  GError *local = NULL;

  *order = NULL;
  cs_sql_bind_text (row, 1, customer);
  if (cs_sql_next (row, &local))
    *order = row_to_order (row);
  sqlite3_reset (row);
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

/* Returns at most limit orders behind the customer number after ("": from the first one on), in the order of their numbers. Those
 * whose number begins with text, or whose name has it in it; "": all. (transfer full) (element-type CsOrder) */
GPtrArray *
cs_order_book_db_search (CsOrderBookDb  *self,
                         const char     *text,
                         const char     *after,
                         guint           limit,
                         GCancellable   *cancellable,
                         GError        **error)
{
  g_autoptr (GPtrArray) orders = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_order_free);
  g_autofree char *folded = g_utf8_casefold (text, -1);
  gboolean is_number = *text != '\0' && text[strspn (text, "0123456789")] == '\0';
  g_autofree char *end = g_strconcat (text, ":", NULL);
  const char *query = *text == '\0' ? "SELECT " COLUMNS " FROM orders WHERE customer > ?1 ORDER BY customer LIMIT ?2"
                      : is_number   ? "SELECT " COLUMNS " FROM orders WHERE customer > ?1 AND customer >= ?3 AND customer < ?4"
                                      " ORDER BY customer LIMIT ?2"
                                    : "SELECT " COLUMNS " FROM orders WHERE customer > ?1 AND contains (name, ?3)"
                                      " ORDER BY customer LIMIT ?2";
  sqlite3_stmt *row = cs_sql_prepare (self->db, query, error);
  GError *local = NULL;

  if (row == NULL)
    return NULL;
  cs_sql_bind_text (row, 1, after);
  sqlite3_bind_int64 (row, 2, limit);
  if (*text != '\0')
    cs_sql_bind_text (row, 3, is_number ? text : folded);
  /* The character after the digits: no number that begins with text is behind it. */
  if (is_number)
    cs_sql_bind_text (row, 4, end);
  sqlite3_progress_handler (self->db, STEPS_PER_LOOK, look_for_cancel, cancellable);
  while (cs_sql_next (row, &local))
    g_ptr_array_add (orders, row_to_order (row));
  sqlite3_progress_handler (self->db, 0, NULL, NULL);
  sqlite3_finalize (row);
  if (local == NULL)
    return g_steal_pointer (&orders);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    g_error_free (local);
  else
    g_propagate_error (error, local);
  return NULL;
}

gint64
cs_order_book_db_count (CsOrderBookDb  *self,
                        GError        **error)
{
  return cs_sql_get_number (self->db, "SELECT count(*) FROM orders", error);
}

/* Puts an order into the book, instead of the customer's last one. */
gboolean
cs_order_book_db_put (CsOrderBookDb  *self,
                      const CsOrder  *order,
                      GError        **error)
{
  sqlite3_stmt *statement = self->statements[PUT];

  cs_sql_bind_text (statement, 1, order->customer);
  cs_sql_bind_text (statement, 2, order->name);
  sqlite3_bind_int (statement, 3, order->state);
  cs_sql_bind_text (statement, 4, order->note);
  sqlite3_bind_int64 (statement, 5, order->changed_us != 0 ? order->changed_us : g_get_real_time ());
  return cs_sql_run (statement, error);
}

gboolean
cs_order_book_db_remove (CsOrderBookDb  *self,
                         const char     *customer,
                         GError        **error)
{
  cs_sql_bind_text (self->statements[REMOVE], 1, customer);
  return cs_sql_run (self->statements[REMOVE], error);
}

/* Removes every order, so that nothing of them can be found in the file either. */
gboolean
cs_order_book_db_clear (CsOrderBookDb  *self,
                        GError        **error)
{
  return cs_sql_exec (self->db, "DELETE FROM orders; VACUUM; PRAGMA wal_checkpoint (TRUNCATE)", error);
}

/* Begins a transaction; is_replacing forgets what was in the book before. */
gboolean
cs_order_book_db_begin (CsOrderBookDb  *self,
                        gboolean        is_replacing,
                        GError        **error)
{
  return cs_sql_exec (self->db, is_replacing ? "BEGIN IMMEDIATE; DELETE FROM orders" : "BEGIN IMMEDIATE", error);
}

/* Adds or changes an order; of two of one customer the last one counts. name and note may be NULL: they stay as they are. */
gboolean
cs_order_book_db_add (CsOrderBookDb  *self,
                      const char     *customer,
                      const char     *name,
                      CsOrderState    state,
                      const char     *note,
                      gint64          changed_us,
                      GError        **error)
{
  sqlite3_stmt *statement = self->statements[ADD];

  cs_sql_bind_text (statement, 1, customer);
  cs_sql_bind_text (statement, 2, name);
  sqlite3_bind_int (statement, 3, state);
  cs_sql_bind_text (statement, 4, note);
  sqlite3_bind_int64 (statement, 5, changed_us);
  return cs_sql_run (statement, error);
}

gboolean
cs_order_book_db_commit (CsOrderBookDb  *self,
                         GError        **error)
{
  if (!cs_sql_exec (self->db, "COMMIT", error))
    {
      cs_order_book_db_rollback (self);
      return FALSE;
    }
  /* The log of a large import is given back. Who reads just now keeps it for a while longer. */
  sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  sqlite3_db_release_memory (self->db);
  return TRUE;
}

void
cs_order_book_db_rollback (CsOrderBookDb *self)
{
  if (!sqlite3_get_autocommit (self->db))
    cs_sql_exec (self->db, "ROLLBACK", NULL);
}

/* Returns what was noted of the book itself under that name. (transfer full) (nullable) */
char *
cs_order_book_db_get_note (CsOrderBookDb *self,
                           const char    *name)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT value FROM note WHERE name = ?1", NULL);
  char *value = NULL;

  if (row == NULL)
    return NULL;
  cs_sql_bind_text (row, 1, name);
  if (cs_sql_next (row, NULL))
    value = cs_sql_dup_text (row, 0);
  sqlite3_finalize (row);
  return value;
}

gboolean
cs_order_book_db_set_note (CsOrderBookDb  *self,
                           const char     *name,
                           const char     *value,
                           GError        **error)
{
  sqlite3_stmt *statement = cs_sql_prepare (self->db, "INSERT OR REPLACE INTO note (name, value) VALUES (?1, ?2)", error);
  gboolean is_done;

  if (statement == NULL)
    return FALSE;
  cs_sql_bind_text (statement, 1, name);
  cs_sql_bind_text (statement, 2, value);
  is_done = cs_sql_run (statement, error);
  sqlite3_finalize (statement);
  return is_done;
}
