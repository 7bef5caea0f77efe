/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-export.h"

/* Virtual machine steps between two looks at the cancellable. */
#define LOOK_STEPS 1000

static int
on_progress (void *cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static sqlite3 *
open_db (const char    *path,
         int            flags,
         GCancellable  *cancellable,
         GError       **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      cs_sql_fail (db, error);
      sqlite3_close (db);
      return NULL;
    }
  sqlite3_busy_timeout (db, 5000);
  if (cancellable != NULL)
    sqlite3_progress_handler (db, LOOK_STEPS, on_progress, cancellable);
  return db;
}

static gboolean
copy_calls (sqlite3     *db,
            const char  *path,
            GError     **error)
{
  sqlite3_stmt *copy = cs_sql_prepare (db, "VACUUM INTO ?1", error);
  gboolean is_done;

  if (copy == NULL)
    return FALSE;
  cs_sql_bind_text (copy, 1, path);
  is_done = cs_sql_run (copy, error);
  sqlite3_finalize (copy);
  return is_done;
}

static gboolean
write_settings (sqlite3     *db,
                GHashTable  *settings,
                GError     **error)
{
  sqlite3_stmt *insert;
  GHashTableIter iter;
  gpointer name, value;
  gboolean is_done = TRUE;

  if (!cs_sql_exec (db, "BEGIN; CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)", error))
    return FALSE;
  insert = cs_sql_prepare (db, "INSERT INTO setting (name, value) VALUES (?1, ?2)", error);
  if (insert == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, settings);
  while (is_done && g_hash_table_iter_next (&iter, &name, &value))
    {
      cs_sql_bind_text (insert, 1, name);
      cs_sql_bind_text (insert, 2, value);
      is_done = cs_sql_run (insert, error);
    }
  sqlite3_finalize (insert);
  return is_done && cs_sql_exec (db, "COMMIT", error);
}

/* What a provider was asked last is of no use elsewhere, and has addresses that are secret. */
static gboolean
remove_states (sqlite3  *db,
               GError  **error)
{
  return cs_sql_exec (db, "PRAGMA secure_delete = ON; DELETE FROM sync_state", error);
}

/* The built-in order book is a database of its own, where there is one. */
static gboolean
copy_orders (sqlite3     *db,
             const char  *data_dir,
             GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, "orders.db", NULL);
  sqlite3_stmt *attach;
  gboolean is_done;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  attach = cs_sql_prepare (db, "ATTACH ?1 AS book", error);
  if (attach == NULL)
    return FALSE;
  cs_sql_bind_text (attach, 1, path);
  is_done = cs_sql_run (attach, error);
  sqlite3_finalize (attach);
  return is_done && cs_sql_exec (db, "CREATE TABLE orders AS SELECT * FROM book.orders; DETACH book", error);
}

/* Writes a copy of the database of data_dir, as it is at this moment, to a file that doesn't exist, and beside its tables one with the
 * orders and one with the settings (element-type utf8 utf8). It takes seconds where there are millions of calls, so not on a loop's thread; nobody waits for
 * it meanwhile. What was written is left there after an error. */
gboolean
cs_store_export (const char    *data_dir,
                 const char    *path,
                 GHashTable    *settings,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autofree char *source = g_build_filename (data_dir, "callstats.db", NULL);
  sqlite3 *db;
  gboolean is_done;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  cs_sql_make_private (path);
  db = open_db (source, SQLITE_OPEN_READONLY, cancellable, error);
  is_done = db != NULL && copy_calls (db, path, error);
  sqlite3_close (db);
  if (!is_done)
    return FALSE;

  db = open_db (path, SQLITE_OPEN_READWRITE, cancellable, error);
  is_done = db != NULL && remove_states (db, error) && copy_orders (db, data_dir, error) && write_settings (db, settings, error);
  sqlite3_close (db);
  return is_done;
}
