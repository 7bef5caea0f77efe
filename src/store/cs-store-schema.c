/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-private.h"
#include "store/cs-store-schema.h"

/* Each entry leads from the version that is its index to the next. Never change one that was released: add another. */
static const char *migrations[] = {
  /* 0 → 1. Times are microseconds UTC since 1970; enumerations are those of calls/. */
  "CREATE TABLE event ("
  "  id INTEGER PRIMARY KEY,"
  "  at_us INTEGER NOT NULL,"
  "  provider INTEGER NOT NULL,"
  "  kind INTEGER NOT NULL,"
  "  leg TEXT,"
  "  body BLOB NOT NULL"
  ");"
  "CREATE TABLE call ("
  "  id INTEGER PRIMARY KEY,"
  "  provider INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  direction INTEGER NOT NULL,"
  "  outcome INTEGER NOT NULL,"
  "  plain_outcome INTEGER NOT NULL,"
  "  is_estimated INTEGER NOT NULL,"
  "  is_part INTEGER NOT NULL,"
  "  source INTEGER NOT NULL,"
  "  record_id TEXT,"
  "  timed_out INTEGER NOT NULL,"
  "  seen_us INTEGER NOT NULL,"
  "  last_us INTEGER NOT NULL,"
  "  started_us INTEGER,"
  "  answered_us INTEGER,"
  "  ended_us INTEGER,"
  "  wait_us INTEGER,"
  "  talk_us INTEGER,"
  "  from_number TEXT,"
  "  to_number TEXT,"
  "  number TEXT,"
  "  number_key TEXT NOT NULL,"
  "  peer_key TEXT,"
  "  offered TEXT,"
  "  answered_by TEXT,"
  "  answered_by_name TEXT,"
  "  answering_number TEXT,"
  "  cause TEXT,"
  "  n_legs INTEGER NOT NULL,"
  "  is_connected INTEGER NOT NULL,"
  "  wants_callback INTEGER NOT NULL,"
  "  done_us INTEGER,"                       /* when the user ticked it off */
  "  callback INTEGER NOT NULL"              /* wanted, not ticked off, and nobody talked with that number since */
  ");"
  "CREATE INDEX call_by_time ON call (seen_us);"
  /* The last columns of these two spare those who count a look at the calls themselves. */
  "CREATE INDEX call_running ON call (state, last_us, direction, provider, number_key) WHERE state > 0;"
  "CREATE INDEX call_by_peer ON call (peer_key, seen_us) WHERE peer_key IS NOT NULL;"
  "CREATE UNIQUE INDEX call_by_record ON call (provider, record_id) WHERE record_id IS NOT NULL;"
  "CREATE INDEX call_callback ON call (peer_key, seen_us, callback) WHERE callback = 1;"
  "CREATE TABLE leg ("
  "  provider INTEGER NOT NULL,"
  "  id TEXT NOT NULL,"
  "  call INTEGER NOT NULL,"
  "  parent_id TEXT,"
  "  xcid TEXT,"
  "  direction INTEGER NOT NULL,"
  "  from_number TEXT,"
  "  to_number TEXT,"
  "  diversion TEXT,"
  "  users TEXT,"
  "  user_ids TEXT,"
  "  new_us INTEGER,"
  "  answered_us INTEGER,"
  "  answer_user TEXT,"
  "  answer_user_id TEXT,"
  "  answer_number TEXT,"
  "  ended_us INTEGER,"
  "  causes TEXT,"
  "  hangup_number TEXT,"
  "  digits TEXT"
  ");"
  /* Ids are random: kept apart from the legs, they scatter less over the pages that a commit has to write. */
  "CREATE UNIQUE INDEX leg_by_id ON leg (provider, id);"
  "CREATE INDEX leg_by_call ON leg (call);"
  "CREATE INDEX leg_by_parent ON leg (provider, parent_id) WHERE parent_id IS NOT NULL AND parent_id <> id;"
  "CREATE INDEX leg_by_xcid ON leg (provider, xcid) WHERE xcid IS NOT NULL;"
  "CREATE INDEX leg_orphan ON leg (provider, xcid) WHERE xcid IS NOT NULL AND parent_id IS NULL;"
  /* Totals per quarter hour (microseconds / 900000000): every time zone on earth is a multiple of them. */
  "CREATE TABLE call_bucket ("
  "  quarter INTEGER NOT NULL,"
  "  provider INTEGER NOT NULL,"
  "  number_key TEXT NOT NULL,"
  "  direction INTEGER NOT NULL,"
  "  outcome INTEGER NOT NULL,"
  "  plain_outcome INTEGER NOT NULL,"
  "  n INTEGER NOT NULL,"
  "  n_estimated INTEGER NOT NULL,"
  "  n_waits INTEGER NOT NULL,"
  "  wait_us INTEGER NOT NULL,"
  "  n_talks INTEGER NOT NULL,"
  "  talk_us INTEGER NOT NULL,"
  "  PRIMARY KEY (quarter, provider, number_key, direction, outcome, plain_outcome)"
  ") WITHOUT ROWID;"
  "CREATE TABLE heartbeat ("
  "  at_us INTEGER PRIMARY KEY,"
  "  told_us INTEGER,"
  "  status INTEGER NOT NULL"
  ");"
  /* Of the last heartbeat alone. */
  "CREATE TABLE phone_health ("
  "  id TEXT PRIMARY KEY,"
  "  number TEXT,"
  "  incoming TEXT,"
  "  outgoing TEXT,"
  "  incoming_affected INTEGER NOT NULL,"
  "  outgoing_affected INTEGER NOT NULL"
  ") WITHOUT ROWID;"
  "CREATE TABLE exophone ("
  "  id TEXT PRIMARY KEY,"
  "  number TEXT,"
  "  name TEXT"
  ") WITHOUT ROWID;"
  "CREATE TABLE sync_state ("
  "  name TEXT PRIMARY KEY,"
  "  value TEXT NOT NULL"
  ") WITHOUT ROWID;",

  /* 1 → 2. Names for numbers: a person has any number of numbers; a number has one name. */
  "CREATE TABLE contact ("
  "  id INTEGER PRIMARY KEY,"
  "  name TEXT NOT NULL"
  ");"
  "CREATE TABLE contact_number ("
  "  key TEXT PRIMARY KEY,"                   /* as call.peer_key */
  "  contact INTEGER NOT NULL,"
  "  number TEXT NOT NULL"
  ") WITHOUT ROWID;"
  "CREATE INDEX contact_number_by_contact ON contact_number (contact);"
  /* Calls that are at the order line, so that they go on after a restart. */
  "CREATE TABLE order_dialogue ("
  "  leg TEXT PRIMARY KEY,"
  "  caller TEXT,"
  "  phase INTEGER NOT NULL,"
  "  n_tries INTEGER NOT NULL,"
  "  n_asked INTEGER NOT NULL,"
  "  entered TEXT NOT NULL,"
  "  result INTEGER NOT NULL,"
  "  at_us INTEGER NOT NULL"
  ") WITHOUT ROWID;"
  /* What callers asked for there, and how those left who asked for nothing. */
  "CREATE TABLE order_query ("
  "  id INTEGER PRIMARY KEY,"
  "  at_us INTEGER NOT NULL,"
  "  leg TEXT NOT NULL,"
  "  caller TEXT,"
  "  customer TEXT,"
  "  result INTEGER NOT NULL,"
  "  state INTEGER"
  ");"
  "CREATE INDEX order_query_by_time ON order_query (at_us);"
  /* Every number that the calls know, once: a text is looked for in these, and then by their keys in the calls. */
  "CREATE TABLE number ("
  "  is_own INTEGER NOT NULL,"
  "  key TEXT NOT NULL,"                      /* as call.peer_key, or as call.number_key */
  "  digits TEXT NOT NULL,"                   /* nothing else; the text itself of what isn't a number */
  "  PRIMARY KEY (is_own, key, digits)"
  ") WITHOUT ROWID;"
  /* What the provider's history says of a leg. */
  "ALTER TABLE leg ADD COLUMN record_outcome INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE leg ADD COLUMN record_us INTEGER;"
  "ALTER TABLE leg ADD COLUMN record_talk_us INTEGER;"
  "ALTER TABLE leg ADD COLUMN record_told_us INTEGER;"
  "ALTER TABLE leg ADD COLUMN record_user TEXT;"
  "ALTER TABLE leg ADD COLUMN record_user_id TEXT;"
  "ALTER TABLE leg ADD COLUMN record_cause TEXT;"
  CS_STORE_COLLECT_NUMBERS ";",

  /* 2 → 3. Who lists calls sees from the index which are only parts of others. */
  "DROP INDEX call_by_time;"
  "DROP INDEX call_by_peer;"
  "CREATE INDEX call_by_time ON call (seen_us, is_part);"
  "CREATE INDEX call_by_peer ON call (peer_key, seen_us, is_part) WHERE peer_key IS NOT NULL;",
};

/* The version that this program writes. */
int
cs_store_schema_get_version (void)
{
  return G_N_ELEMENTS (migrations);
}

/* Brings a database to the given version (usually the newest), each step in a transaction of its own. A newer database
 * is left alone: an error. */
gboolean
cs_store_schema_migrate (sqlite3  *db,
                         int       version,
                         GError  **error)
{
  g_autoptr (GError) local = NULL;
  gint64 present = cs_sql_get_number (db, "PRAGMA user_version", &local);

  g_return_val_if_fail (version <= cs_store_schema_get_version (), FALSE);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (present > cs_store_schema_get_version ())
    {
      g_set_error (error, CS_STORE_ERROR, CS_STORE_ERROR_NEWER,
                   "The database was written by a later version of CallStats (format %d, known up to %d). "
                   "Install that version to read it.",
                   (int) present, cs_store_schema_get_version ());
      return FALSE;
    }

  for (; present < version; present++)
    {
      g_autofree char *sql = g_strdup_printf ("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;",
                                              migrations[present], (int) present + 1);

      if (!cs_sql_exec (db, sql, error))
        {
          cs_sql_exec (db, "ROLLBACK", NULL);
          return FALSE;
        }
    }
  return TRUE;
}
