/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-private.h"
#include "store/cs-store-row.h"
#include "store/cs-store-schema.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define DUE_BATCH "200"
/* Size of the write-ahead log from which on it is not left to the checkpoint beside. */
#define FINISH_PAGES 4000

#define SET_CALL \
  " provider = ?2, state = ?3, direction = ?4, outcome = ?5, timed_out = ?6, last_us = ?7, started_us = ?8," \
  " answered_us = ?9, ended_us = ?10, wait_us = ?11, talk_us = ?12, from_number = ?13, to_number = ?14, number = ?15," \
  " offered = ?16, answered_by = ?17, answered_by_name = ?18, answering_number = ?19, cause = ?20, n_legs = ?21," \
  " is_connected = ?22, wants_callback = ?23, callback = ?24, plain_outcome = ?28, is_estimated = ?29, is_part = ?30," \
  " source = ?31"

static const char *sql[N_STATEMENTS] = {
  [BEGIN] = "BEGIN IMMEDIATE",
  [COMMIT] = "COMMIT",
  [ROLLBACK] = "ROLLBACK",
  [ADD_EVENT] = "INSERT INTO event (at_us, provider, kind, leg, body) VALUES (?1, ?2, ?3, ?4, ?5)",
  [FIND_BY_LEG] = "SELECT call FROM leg WHERE provider = ?1 AND id = ?2",
  /* Without being told, SQLite takes the primary key for these, and reads every leg of the provider. */
  [FIND_BY_PARENT] = "SELECT call FROM leg INDEXED BY leg_by_parent WHERE provider = ?1 AND parent_id = ?2"
                     " AND parent_id IS NOT NULL AND parent_id <> id LIMIT 1",
  [FIND_BY_XCID] = "SELECT call FROM leg INDEXED BY leg_by_xcid WHERE provider = ?1 AND xcid = ?2"
                   " AND xcid IS NOT NULL LIMIT 1",
  [FIND_BY_ORPHAN_XCID] = "SELECT call FROM leg INDEXED BY leg_orphan WHERE provider = ?1 AND xcid = ?2"
                          " AND xcid IS NOT NULL AND parent_id IS NULL LIMIT 1",
  [GET_CALL] = "SELECT " CS_CALL_COLUMNS " FROM call WHERE id = ?1",
  [GET_LEGS] = "SELECT " CS_LEG_COLUMNS " FROM leg WHERE call = ?1",
  [GET_COUNTED] = "SELECT seen_us / 900000000, provider, number_key, direction, outcome, wait_us, talk_us, state,"
                  " seen_us, peer_key, done_us IS NOT NULL, plain_outcome, is_estimated, is_part,"
                  " is_connected FROM call WHERE id = ?1",
  [INSERT_CALL] = "INSERT INTO call (provider, state, direction, outcome, timed_out, last_us, started_us, answered_us,"
                  " ended_us, wait_us, talk_us, from_number, to_number, number, offered, answered_by, answered_by_name,"
                  " answering_number, cause, n_legs, is_connected, wants_callback, callback, seen_us, number_key,"
                  " peer_key, id, plain_outcome, is_estimated, is_part, source, record_id) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
                  " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?1, ?28, ?29, ?30, ?31, ?32)",
  [UPDATE_CALL] = "UPDATE call SET" SET_CALL " WHERE id = ?1",
  [UPDATE_CALL_KEYS] = "UPDATE call SET seen_us = ?25, number_key = ?26, peer_key = ?27," SET_CALL " WHERE id = ?1",
  [INSERT_LEG] = "INSERT OR REPLACE INTO leg (provider, call, " CS_LEG_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                 " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)",
  [UPDATE_LEG] = "UPDATE leg SET direction = ?6, from_number = ?7, to_number = ?8, diversion = ?9, users = ?10,"
                 " user_ids = ?11, new_us = ?12, answered_us = ?13, answer_user = ?14, answer_user_id = ?15,"
                 " answer_number = ?16, ended_us = ?17, causes = ?18, hangup_number = ?19, digits = ?20,"
                 " record_outcome = ?21, record_us = ?22, record_talk_us = ?23, record_told_us = ?24, record_user = ?25,"
                 " record_user_id = ?26, record_cause = ?27"
                 " WHERE provider = ?1 AND id = ?3",
  [DELETE_CALL] = "DELETE FROM call WHERE id = ?1",
  [DELETE_LEGS] = "DELETE FROM leg WHERE call = ?1",
  [ADD_TO_BUCKET] = "INSERT INTO call_bucket (quarter, provider, number_key, direction, outcome, plain_outcome, n,"
                    " n_waits, wait_us, n_talks, talk_us, n_estimated)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?11, ?6, ?7, ?8, ?9, ?10, ?12)"
                    " ON CONFLICT (quarter, provider, number_key, direction, outcome, plain_outcome) DO UPDATE SET"
                    " n = n + ?6, n_waits = n_waits + ?7, wait_us = wait_us + ?8, n_talks = n_talks + ?9,"
                    " talk_us = talk_us + ?10, n_estimated = n_estimated + ?12",
  [CLEAN_BUCKET] = "DELETE FROM call_bucket WHERE quarter = ?1 AND provider = ?2 AND number_key = ?3"
                   " AND direction = ?4 AND outcome = ?5 AND plain_outcome = ?11 AND n = 0",
  [HAS_LATER_TALK] = "SELECT 1 FROM call WHERE peer_key = ?1 AND seen_us > ?2 AND is_connected LIMIT 1",
  [SETTLE_EARLIER] = "UPDATE call SET callback = 0 WHERE peer_key = ?1 AND seen_us < ?2 AND callback = 1",
  [REOPEN_EARLIER] = "UPDATE call SET callback = 1 WHERE peer_key = ?1 AND seen_us < ?2 AND callback = 0 AND wants_callback"
                     " AND done_us IS NULL AND NOT EXISTS (SELECT 1 FROM call AS later WHERE later.peer_key = call.peer_key"
                     " AND later.seen_us > call.seen_us AND later.is_connected)",
  [SETTLE_BY_HAND] = "UPDATE call SET callback = 0, done_us = ?2 WHERE callback = 1 AND (id = ?1 OR peer_key ="
                     " (SELECT peer_key FROM call WHERE id = ?1))",
  [UNSETTLE_BY_HAND] = "UPDATE call SET done_us = NULL, callback = NOT EXISTS (SELECT 1 FROM call AS later"
                       " WHERE later.peer_key = call.peer_key AND later.seen_us > call.seen_us AND later.is_connected)"
                       " WHERE done_us = (SELECT done_us FROM call WHERE id = ?1)"
                       " AND (id = ?1 OR peer_key = (SELECT peer_key FROM call WHERE id = ?1))",
  [ADD_NUMBER] = "INSERT OR IGNORE INTO number (is_own, key, digits) VALUES (?1, ?2, ?3)",
  [FORGET_NUMBER] = "DELETE FROM number WHERE is_own = 0 AND key = ?1 AND NOT EXISTS (SELECT 1 FROM call WHERE peer_key = ?1)",
  [GET_PEER] = "SELECT peer_key FROM call WHERE id = ?1",
  [GET_CONTACT_NAME] = "SELECT name FROM contact JOIN contact_number ON contact_number.contact = contact.id WHERE key = ?1",
  [FIND_RECORD] = "SELECT " CS_CALL_COLUMNS " FROM call WHERE provider = ?1 AND record_id = ?2 AND record_id IS NOT NULL",
  [FIND_DUE] = "SELECT id FROM call INDEXED BY call_running WHERE state = 2 AND state > 0 AND last_us <= ?1 UNION ALL"
               " SELECT id FROM call INDEXED BY call_running WHERE state = 1 AND state > 0 AND last_us <= ?2"
               " LIMIT " DUE_BATCH,
  [HAS_AWAITING] = "SELECT 1 FROM call INDEXED BY call_running WHERE state = 2 AND state > 0 LIMIT 1",
};

static int
on_wal_commit (void       *data,
               sqlite3    *db,
               const char *name,
               int         n_pages)
{
  CsStore *self = data;

  self->wal_pages = n_pages;
  return SQLITE_OK;
}

/* The lock is a file of its own: SQLite's locks are for transactions, this one is for the life of a process. */
static gboolean
take_lock (CsStore     *self,
           const char  *data_dir,
           GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, "callstats.lock", NULL);

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    {
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IO, "“%s” can't be written: %s", data_dir, g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IN_USE,
                   "CallStats is already running with the data in “%s”. Quit it first, or choose another --data-dir.",
                   data_dir);
      return FALSE;
    }
  return TRUE;
}

static gboolean
prepare_statements (CsStore  *self,
                    GError  **error)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    {
      self->statements[i] = cs_sql_prepare (self->db, sql[i], error);
      if (self->statements[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Returns a call with its legs, evaluated; NULL for those of providers that know no legs. (transfer full) (nullable) */
CsCall *
cs_store_load_call (CsStore *self,
                    gint64   id)
{
  sqlite3_stmt *row = self->statements[GET_CALL];
  CsCall *call = NULL;

  sqlite3_bind_int64 (row, 1, id);
  if (cs_sql_next (row, NULL))
    call = cs_store_row_to_call (row);
  sqlite3_reset (row);
  if (call == NULL)
    return NULL;

  row = self->statements[GET_LEGS];
  sqlite3_bind_int64 (row, 1, id);
  while (cs_sql_next (row, NULL))
    g_ptr_array_add (call->legs, cs_store_row_to_leg (row));

  if (call->legs->len == 0)
    g_clear_pointer (&call, cs_call_unref);
  else
    cs_call_evaluate (call);
  return call;
}

/* Opens (or makes) data_dir/callstats.db for writing, brings it to the present format, and keeps every other process
 * from doing the same. The folder exists. */
CsStore *
cs_store_open (const char  *data_dir,
               GError     **error)
{
  g_autoptr (CsStore) self = g_new0 (CsStore, 1);
  g_autofree char *path = g_build_filename (data_dir, "callstats.db", NULL);

  if (!take_lock (self, data_dir, error))
    return NULL;
  cs_sql_make_private (path);
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      cs_sql_fail (self->db, error);
      return NULL;
    }

  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, 5000);
  /* The format comes first: a file that is refused isn't changed in any way. */
  if (!cs_store_schema_migrate (self->db, cs_store_schema_get_version (), error)
      || !cs_sql_exec (self->db,
                       "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                       "PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;"
                       "PRAGMA trusted_schema = OFF", error)
      || !prepare_statements (self, error))
    return NULL;

  sqlite3_wal_hook (self->db, on_wal_commit, self);
  self->news = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_news_unref);
  self->told = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_news_unref);
  self->last_id = cs_sql_get_number (self->db, "SELECT max(id) FROM call", NULL);
  return g_steal_pointer (&self);
}

/* Closes without committing. */
void
cs_store_close (CsStore *self)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  if (self->lock_fd > 0)
    close (self->lock_fd);
  g_clear_pointer (&self->news, g_ptr_array_unref);
  g_clear_pointer (&self->told, g_ptr_array_unref);
  g_free (self);
}

/* The ledger's finder (CsCallFinder); store is the CsStore. */
CsCall *
cs_store_find_call (CsProvider  provider,
                    CsLegField  field,
                    const char *value,
                    gpointer    store)
{
  static const CsStoreStatement finders[] = {
    [CS_LEG_ID] = FIND_BY_LEG,
    [CS_LEG_PARENT_ID] = FIND_BY_PARENT,
    [CS_LEG_XCID] = FIND_BY_XCID,
    [CS_LEG_ORPHAN_XCID] = FIND_BY_ORPHAN_XCID,
  };
  CsStore *self = store;
  sqlite3_stmt *row = self->statements[finders[field]];
  gint64 id = 0;

  sqlite3_bind_int (row, 1, provider);
  cs_sql_bind_text (row, 2, value);
  if (cs_sql_next (row, NULL))
    id = sqlite3_column_int64 (row, 0);
  sqlite3_reset (row);
  return id != 0 ? cs_store_load_call (self, id) : NULL;
}

/* Opens the transaction in which all stands until the next commit. */
gboolean
cs_store_begin (CsStore  *self,
                GError  **error)
{
  if (self->in_transaction)
    return TRUE;
  self->in_transaction = cs_sql_run (self->statements[BEGIN], error);
  return self->in_transaction;
}

/* Journals what came, as it came. */
gboolean
cs_store_add_event (CsStore            *self,
                    const CsCallEvent  *event,
                    gint64              at_us,
                    GBytes             *body,
                    GError            **error)
{
  sqlite3_stmt *statement = self->statements[ADD_EVENT];
  gsize size;
  gconstpointer data = g_bytes_get_data (body, &size);

  if (!cs_store_begin (self, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, at_us);
  sqlite3_bind_int (statement, 2, event->provider);
  sqlite3_bind_int (statement, 3, event->kind);
  cs_sql_bind_text (statement, 4, event->leg_id);
  sqlite3_bind_blob (statement, 5, data != NULL ? data : "", size, SQLITE_STATIC);
  return cs_sql_run (statement, error);
}

/* The checkpoint beside never catches up with a writer that is always at work, and the log would grow without end. Here,
 * between two transactions, what is left for it is little; after that the log begins anew. */
static void
finish_checkpoint (CsStore *self)
{
  if (self->wal_pages >= FINISH_PAGES)
    sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* Makes durable what was written. After an error nothing of it is kept. */
gboolean
cs_store_commit (CsStore  *self,
                 GError  **error)
{
  if (!self->in_transaction)
    return TRUE;
  if (!cs_sql_run (self->statements[COMMIT], error))
    {
      cs_store_rollback (self);
      return FALSE;
    }
  self->in_transaction = FALSE;
  g_ptr_array_extend_and_steal (self->told, g_steal_pointer (&self->news));
  self->news = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_news_unref);
  finish_checkpoint (self);
  return TRUE;
}

/* Drops what was written since the last commit. */
void
cs_store_rollback (CsStore *self)
{
  /* Some errors roll back by themselves. */
  if (self->in_transaction && !sqlite3_get_autocommit (self->db))
    cs_sql_run (self->statements[ROLLBACK], NULL);
  self->in_transaction = FALSE;
  g_ptr_array_set_size (self->news, 0);
}

/* Tells something that is true once the open transaction is committed; takes the news. What is derived anew isn't news. */
void
cs_store_tell (CsStore *self,
               CsNews  *news)
{
  if (self->is_rebuilding)
    cs_news_unref (news);
  else
    g_ptr_array_add (self->news, news);
}

/* Returns what was committed since the last time, oldest first; NULL where nothing was. Nothing is told twice.
 * (transfer full) (nullable) (element-type CsNews) */
GPtrArray *
cs_store_take_news (CsStore *self)
{
  GPtrArray *told = self->told;

  if (told->len == 0)
    return NULL;
  self->told = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_news_unref);
  return told;
}
