/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "store/cs-sql.h"

#include <fcntl.h>
#include <glib/gstdio.h>

G_DEFINE_QUARK (cs-store-error-quark, cs_store_error)

/* Makes an empty file that nobody else may read, for a database that isn't there yet; SQLite would let others read it, and makes its
 * log as it finds the database. What goes wrong is said by who opens it. A file that is there isn't touched: closing it would drop
 * the locks that this process has on it. */
void
cs_sql_make_private (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    g_close (fd, NULL);
}

/* Sets the error from what the connection says last; always returns FALSE. */
gboolean
cs_sql_fail (sqlite3  *db,
             GError  **error)
{
  const char *message = sqlite3_errmsg (db);

  switch (sqlite3_errcode (db) & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_FULL, "The disk is full");
      break;
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IO, "The database can't be read or written: %s", message);
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_CORRUPT, "The database is damaged: %s", message);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IN_USE, "The database is in use by another program");
      break;
    default:
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_FAILED, "The database refused: %s", message);
      break;
    }
  return FALSE;
}

/* Runs one or more statements that return nothing. */
gboolean
cs_sql_exec (sqlite3     *db,
             const char  *sql,
             GError     **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || cs_sql_fail (db, error);
}

/* Returns a statement to be freed by sqlite3_finalize(), or NULL. */
sqlite3_stmt *
cs_sql_prepare (sqlite3     *db,
                const char  *sql,
                GError     **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    cs_sql_fail (db, error);
  return statement;
}

/* Executes a statement to its end and makes it ready for the next time. */
gboolean
cs_sql_run (sqlite3_stmt  *statement,
            GError       **error)
{
  int result;

  do
    result = sqlite3_step (statement);
  while (result == SQLITE_ROW);

  if (result != SQLITE_DONE)
    {
      cs_sql_fail (sqlite3_db_handle (statement), error);
      sqlite3_reset (statement);
      return FALSE;
    }
  sqlite3_reset (statement);
  return TRUE;
}

/* Steps to the next row. FALSE at the end and on an error, which is set then; either resets the statement. */
gboolean
cs_sql_next (sqlite3_stmt  *statement,
             GError       **error)
{
  int result = sqlite3_step (statement);

  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    cs_sql_fail (sqlite3_db_handle (statement), error);
  sqlite3_reset (statement);
  return FALSE;
}

/* Binds text that outlives the statement's run; NULL is NULL. Index from 1. */
void
cs_sql_bind_text (sqlite3_stmt *statement,
                  int           index,
                  const char   *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

/* Binds microseconds; CS_UNKNOWN is NULL. */
void
cs_sql_bind_time (sqlite3_stmt *statement,
                  int           index,
                  gint64        time_us)
{
  if (time_us == CS_UNKNOWN)
    sqlite3_bind_null (statement, index);
  else
    sqlite3_bind_int64 (statement, index, time_us);
}

/* Column from 0. (transfer full) (nullable) */
char *
cs_sql_dup_text (sqlite3_stmt *statement,
                 int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

gint64
cs_sql_get_time (sqlite3_stmt *statement,
                 int           column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return CS_UNKNOWN;
  return sqlite3_column_int64 (statement, column);
}

/* Returns the first column of the first row, 0 where there is none. */
gint64
cs_sql_get_number (sqlite3     *db,
                   const char  *sql,
                   GError     **error)
{
  sqlite3_stmt *statement = cs_sql_prepare (db, sql, error);
  gint64 number = 0;

  if (statement == NULL)
    return 0;
  if (cs_sql_next (statement, error))
    number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return number;
}
