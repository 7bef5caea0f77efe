/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-health.h"
#include "store/cs-store-private.h"

/* Small enough that no call waits for its answer. */
#define PRUNE_BATCH 500
/* Ten seconds, for who reads all calls to their end. */
#define LOG_PAUSE_US (50 * G_TIME_SPAN_MILLISECOND)
#define MAX_LOG_TRIES 200
/* What sync_state remembers of a deletion that isn't over. */
#define DELETING "deleting"
#define SHRINKING "shrinking"

/* Brings the calls that the clock ends by now into the ledger, at most a few hundred at a time. */
gboolean
cs_store_load_due (CsStore       *self,
                   CsCallLedger  *ledger,
                   gint64         now_us,
                   gint64         stale_us,
                   GError       **error)
{
  sqlite3_stmt *row = self->statements[FIND_DUE];
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;

  sqlite3_bind_int64 (row, 1, now_us - CS_FORWARD_GRACE_US);
  sqlite3_bind_int64 (row, 2, now_us - stale_us);
  while (cs_sql_next (row, &local))
    {
      gint64 id = sqlite3_column_int64 (row, 0);
      g_array_append_val (ids, id);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  for (guint i = 0; i < ids->len; i++)
    {
      CsCall *call = cs_store_load_call (self, g_array_index (ids, gint64, i));

      if (call != NULL)
        cs_call_ledger_adopt (ledger, call);
    }
  return TRUE;
}

/* Whether some call waits for its next leg: the clock is needed soon. */
gboolean
cs_store_has_awaiting (CsStore *self)
{
  gboolean has_awaiting = cs_sql_next (self->statements[HAS_AWAITING], NULL);

  sqlite3_reset (self->statements[HAS_AWAITING]);
  return has_awaiting;
}

static void
tell_ticked_off (CsStore *self,
                 gint64   call_id)
{
  sqlite3_stmt *row = self->statements[GET_PEER];
  CsNews *news = cs_news_new (CS_NEWS_SETTLED);

  sqlite3_bind_int64 (row, 1, call_id);
  if (cs_sql_next (row, NULL))
    news->peer_key = cs_sql_dup_text (row, 0);
  sqlite3_reset (row);
  news->call_id = news->peer_key != NULL ? 0 : call_id;
  news->at_us = G_MAXINT64;
  cs_store_tell (self, news);
}

/* Ticks off the call, and with it all others of the same number: one conversation settles them. */
gboolean
cs_store_settle_callbacks (CsStore  *self,
                           gint64    call_id,
                           gint64    now_us,
                           GError  **error)
{
  sqlite3_stmt *settle = self->statements[SETTLE_BY_HAND];

  if (!cs_store_begin (self, error))
    return FALSE;
  sqlite3_bind_int64 (settle, 1, call_id);
  sqlite3_bind_int64 (settle, 2, now_us);
  if (!cs_sql_run (settle, error))
    return FALSE;
  tell_ticked_off (self, call_id);
  return TRUE;
}

/* Takes a tick back, and with it those that were made together with it. Who was reached meanwhile doesn't wait again. */
gboolean
cs_store_unsettle_callbacks (CsStore  *self,
                             gint64    call_id,
                             GError  **error)
{
  sqlite3_stmt *unsettle = self->statements[UNSETTLE_BY_HAND];

  if (!cs_store_begin (self, error))
    return FALSE;
  sqlite3_bind_int64 (unsettle, 1, call_id);
  return cs_sql_run (unsettle, error);
}

/* Empties every table but the one that says how far the providers' records were fetched: what was deleted doesn't come back by
 * itself. */
static gboolean
empty_tables (CsStore  *self,
              GError  **error)
{
  g_autoptr (GString) script = g_string_new (NULL);
  GError *local = NULL;
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'sync_state'"
                                                " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", error);

  if (row == NULL)
    return FALSE;
  while (cs_sql_next (row, &local))
    g_string_append_printf (script, "DELETE FROM \"%s\";", (const char *) sqlite3_column_text (row, 0));
  sqlite3_finalize (row);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  g_string_append (script, "UPDATE sync_state SET value = '' WHERE name = '" CS_STORE_TOLD_CALLS "'");
  return cs_sql_exec (self->db, script->str, error);
}

/* Deletes everything, in steps to be committed one by one, so that calls are answered between them: what comes in meanwhile goes, too.
 * step is 0 first, and %CS_STORE_DELETED after the last one. From the first one on there is no way back: see cs_store_is_deleting().
 * Ids of calls are not given again. */
gboolean
cs_store_delete_all (CsStore  *self,
                     guint    *step,
                     GError  **error)
{
  /* The largest tables, each by itself. A single one is emptied at once; row by row it would take a hundred times as long. */
  static const char *const first[CS_STORE_DELETED - 1] = { "DELETE FROM event", "DELETE FROM leg" };
  gint64 wipes = cs_sql_get_number (self->db, "PRAGMA secure_delete", NULL);
  g_autofree char *restore = g_strdup_printf ("PRAGMA secure_delete = %d", (int) wipes);
  gboolean is_last = *step == CS_STORE_DELETED - 1, is_done;

  if (!cs_store_begin (self, error) || !cs_store_set_state (self, DELETING, is_last ? NULL : "1", error))
    return FALSE;
  /* Nothing is gained by writing over pages that cs_store_shrink() gives back as a whole, and much time lost. */
  is_done = cs_sql_exec (self->db, "PRAGMA secure_delete = OFF", error)
            && (is_last ? empty_tables (self, error) && cs_store_set_state (self, SHRINKING, "1", error)
                        : cs_sql_exec (self->db, first[*step], error));
  cs_sql_exec (self->db, restore, NULL);
  if (!is_done)
    return FALSE;
  if (is_last)
    cs_store_tell (self, cs_news_new (CS_NEWS_DELETED));
  (*step)++;
  return TRUE;
}

/* Whether the program was quit before everything was deleted, and by which step it is to go on. */
gboolean
cs_store_is_deleting (CsStore *self,
                      guint   *step)
{
  g_autofree char *deleting = cs_store_get_state (self, DELETING), *shrinking = cs_store_get_state (self, SHRINKING);

  *step = deleting != NULL ? 0 : CS_STORE_DELETED;
  return deleting != NULL || shrinking != NULL;
}

/* Gives the room of what was deleted back to the disk, once cs_store_empty_log() was called. Its cost is that of what is left. */
gboolean
cs_store_shrink (CsStore  *self,
                 GError  **error)
{
  return cs_sql_exec (self->db, "VACUUM", error);
}

/* Nothing of what was deleted is on the disk any more. */
gboolean
cs_store_end_deletion (CsStore  *self,
                       GError  **error)
{
  return cs_store_set_state (self, SHRINKING, NULL, error);
}

static gboolean
empty_log (sqlite3  *db,
           GError  **error)
{
  int result = SQLITE_BUSY;

  /* A connection that has read nothing yet doesn't know of the log. What may take long comes first: it makes nobody wait. */
  if (!cs_sql_exec (db, "PRAGMA user_version", error))
    return FALSE;
  for (int i = 0; i < MAX_LOG_TRIES && result == SQLITE_BUSY; i++)
    {
      if (i > 0)
        g_usleep (LOG_PAUSE_US);
      sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
      result = sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
  return result == SQLITE_OK || cs_sql_fail (db, error);
}

/* Moves all into the database, which is cut to its new size, and empties the log, so that nothing of what was deleted can be found
 * on the disk. To be called from a thread of its own: it waits for others who read. */
gboolean
cs_store_empty_log (const char  *data_dir,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, "callstats.db", NULL);
  sqlite3 *db = NULL;
  gboolean is_done;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    is_done = empty_log (db, error);
  else
    is_done = cs_sql_fail (db, error);
  sqlite3_close (db);
  return is_done;
}

/* Removes a few of the oldest journal entries and calls (with all that is derived from them) that are older than the
 * given times; CS_UNKNOWN keeps all. Sets is_done where nothing was left to remove. */
gboolean
cs_store_prune (CsStore   *self,
                gint64     events_before_us,
                gint64     calls_before_us,
                gboolean  *is_done,
                GError   **error)
{
  g_autofree char *old_events = NULL, *old_calls = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *row;
  gint64 last_event;

  /* A call that is gone leaves no trace in the journal either. */
  events_before_us = MAX (events_before_us, calls_before_us);
  *is_done = TRUE;

  if (events_before_us != CS_UNKNOWN)
    {
      /* Entries stand in the order of their arrival, so only the first ones are looked at. */
      old_events = g_strdup_printf ("SELECT max(id) FROM (SELECT id, at_us FROM event ORDER BY id LIMIT %d)"
                                    " WHERE at_us < %" G_GINT64_FORMAT, PRUNE_BATCH, events_before_us);
      last_event = cs_sql_get_number (self->db, old_events, &local);
      if (local == NULL && last_event > 0)
        {
          /* A clock that was set back may have put younger ones between them. */
          g_autofree char *remove = g_strdup_printf ("DELETE FROM event WHERE id <= %" G_GINT64_FORMAT " AND at_us < %"
                                                     G_GINT64_FORMAT, last_event, events_before_us);

          *is_done = FALSE;
          if (!cs_store_begin (self, error) || !cs_sql_exec (self->db, remove, error))
            return FALSE;
        }
    }

  if (local == NULL && calls_before_us != CS_UNKNOWN)
    {
      old_calls = g_strdup_printf ("SELECT id FROM call WHERE seen_us < %" G_GINT64_FORMAT " AND state = 0"
                                   " ORDER BY seen_us LIMIT %d", calls_before_us, PRUNE_BATCH);
      row = cs_sql_prepare (self->db, old_calls, &local);
      while (row != NULL && cs_sql_next (row, &local))
        {
          gint64 id = sqlite3_column_int64 (row, 0);
          g_array_append_val (ids, id);
        }
      sqlite3_finalize (row);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  *is_done = *is_done && ids->len == 0;
  if (ids->len > 0 && !cs_store_begin (self, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!cs_store_remove_call (self, g_array_index (ids, gint64, i), TRUE, error))
        return FALSE;
    }
  return TRUE;
}

/* Forgets, until the commit, every call that the journal covers from its first event on, but for its identity: the
 * journal's events, applied again, give the same calls the same ids. */
gboolean
cs_store_forget_derived (CsStore  *self,
                         GError  **error)
{
  self->is_rebuilding = cs_store_begin (self, error)
    && cs_sql_exec (self->db,
         "CREATE TEMP TABLE covered AS SELECT id FROM call WHERE source = 0"
         "  AND seen_us >= (SELECT min(at_us) FROM event)"
         "  AND id NOT IN (SELECT call FROM leg WHERE (provider, id) NOT IN"
         "    (SELECT provider, leg FROM event WHERE leg IS NOT NULL));"
         "CREATE TEMP TABLE old_leg (provider, id, call, done_us, PRIMARY KEY (provider, id)) WITHOUT ROWID;"
         "INSERT INTO old_leg SELECT leg.provider, leg.id, call.id, call.done_us FROM leg JOIN call ON leg.call = call.id"
         "  WHERE call.id IN (SELECT id FROM covered);"
         "DELETE FROM call WHERE id IN (SELECT id FROM covered);"
         "DELETE FROM leg WHERE call NOT IN (SELECT id FROM call);"
         "DROP TABLE temp.covered;"
         "CREATE TEMP TABLE kept_leg (provider, id, PRIMARY KEY (provider, id)) WITHOUT ROWID;"
         "INSERT OR IGNORE INTO kept_leg SELECT leg.provider, leg.id FROM event"
         "  JOIN leg ON leg.provider = event.provider AND leg.id = event.leg;"
         "DELETE FROM call_bucket;"
         CS_STORE_RECOUNT ";"
         "DELETE FROM number;"
         CS_STORE_COLLECT_NUMBERS, error);
  return self->is_rebuilding;
}

/* Hands every journal entry to func, oldest first; while calls are derived anew, only those of forgotten calls. */
gboolean
cs_store_read_journal (CsStore        *self,
                       CsJournalFunc   func,
                       gpointer        user_data,
                       GError        **error)
{
  const char *query = self->is_rebuilding
                        ? "SELECT at_us, provider, kind, body FROM event WHERE NOT EXISTS (SELECT 1 FROM temp.kept_leg"
                          " WHERE kept_leg.provider = event.provider AND kept_leg.id = event.leg) ORDER BY id"
                        : "SELECT at_us, provider, kind, body FROM event ORDER BY id";
  sqlite3_stmt *row = cs_sql_prepare (self->db, query, error);
  g_autoptr (GError) local = NULL;
  gboolean goes_on = TRUE;

  if (row == NULL)
    return FALSE;
  while (goes_on && cs_sql_next (row, &local))
    {
      g_autoptr (GBytes) body = g_bytes_new (sqlite3_column_blob (row, 3), sqlite3_column_bytes (row, 3));

      goes_on = func (sqlite3_column_int64 (row, 0), sqlite3_column_int (row, 1), sqlite3_column_int (row, 2), body, user_data);
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return goes_on;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Arrival of the last event in the journal that a provider sent by itself, microseconds UTC, or CS_UNKNOWN. */
gint64
cs_store_get_last_event (CsStore *self)
{
  gint64 at_us = cs_sql_get_number (self->db, "SELECT at_us FROM event WHERE kind <> 5 ORDER BY id DESC LIMIT 1", NULL);

  return at_us > 0 ? at_us : CS_UNKNOWN;
}

/* How many calls there are, those of the open transaction with them. */
guint64
cs_store_count_calls (CsStore *self)
{
  return cs_sql_get_number (self->db, "SELECT count(*) FROM call", NULL);
}

/* Pages in the write-ahead log after the last commit. */
guint
cs_store_get_wal_pages (CsStore *self)
{
  return self->wal_pages;
}

/* Moves what was committed from the write-ahead log into the database, beside a writer at work and without making it
 * wait. To be called from a thread of its own. */
gboolean
cs_store_checkpoint (const char  *data_dir,
                     GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, "callstats.db", NULL);
  sqlite3 *db = NULL;
  gboolean is_done;

  /* A connection that has read nothing yet doesn't know of the log, and would find nothing to do. */
  is_done = (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK
             && sqlite3_exec (db, "PRAGMA user_version", NULL, NULL, NULL) == SQLITE_OK
             && sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
            || cs_sql_fail (db, error);
  sqlite3_close (db);
  return is_done;
}
