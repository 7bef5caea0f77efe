/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call-event.h"
#include "store/cs-store-list-private.h"
#include "store/cs-store-row.h"

/* What the clocks of two threads may differ by while an event goes from one to the other. */
#define SLACK_US G_USEC_PER_SEC

void
cs_callback_free (CsCallback *callback)
{
  g_free (callback->peer);
  g_free (callback->number);
  g_free (callback);
}

static void
journal_entry_free (gpointer data)
{
  CsJournalEntry *entry = data;

  g_free (entry->leg);
  g_free (entry);
}

/* The first journal entry that came at or after a time. Entries stand in the order of their arrival, but no index has it. */
static gint64
find_entry (CsStoreList *self,
            gint64       at_us)
{
  gint64 low = cs_sql_get_number (self->db, "SELECT min(id) FROM event", NULL);
  gint64 high = cs_sql_get_number (self->db, "SELECT max(id) + 1 FROM event", NULL);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT id, at_us FROM event WHERE id >= ?1 ORDER BY id LIMIT 1", NULL);

  while (row != NULL && low < high)
    {
      gint64 middle = low + (high - low) / 2;

      sqlite3_bind_int64 (row, 1, middle);
      if (cs_sql_next (row, NULL) && sqlite3_column_int64 (row, 1) < at_us)
        low = sqlite3_column_int64 (row, 0) + 1;
      else
        high = middle;
      sqlite3_reset (row);
    }
  sqlite3_finalize (row);
  return low;
}

static GPtrArray *
read_journal (CsStoreList  *self,
              const CsCall *call,
              GError      **error)
{
  g_autoptr (GPtrArray) journal = g_ptr_array_new_with_free_func (journal_entry_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db,
                                      "SELECT at_us, kind, leg FROM event WHERE id >= ?1 AND id < ?2 AND provider = ?3"
                                      " AND leg IN (SELECT id FROM leg WHERE call = ?4) ORDER BY at_us, id", error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, find_entry (self, call->seen_us - SLACK_US));
  sqlite3_bind_int64 (row, 2, find_entry (self, MAX (call->last_us, call->seen_us) + SLACK_US));
  sqlite3_bind_int (row, 3, call->provider);
  sqlite3_bind_int64 (row, 4, call->id);
  while (cs_sql_next (row, &local))
    {
      CsJournalEntry *entry = g_new0 (CsJournalEntry, 1);

      entry->at_us = sqlite3_column_int64 (row, 0);
      entry->kind = sqlite3_column_int (row, 1);
      entry->leg = cs_sql_dup_text (row, 2);
      g_ptr_array_add (journal, entry);
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return g_steal_pointer (&journal);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Returns a call with its legs, in the order in which they were heard of, and sets journal to what came of it as far as that
 * is still kept; NULL without an error where there is no such call. (transfer full) (nullable)
 * journal: (out) (transfer full) (element-type CsJournalEntry) */
CsCall *
cs_store_list_get_whole (CsStoreList  *self,
                         gint64        id,
                         GPtrArray   **journal,
                         GError      **error)
{
  g_autoptr (GPtrArray) calls = cs_store_list_get_calls (self, &id, 1, error);
  g_autoptr (GError) local = NULL;
  CsCall *call;
  sqlite3_stmt *row;

  *journal = NULL;
  if (calls == NULL || calls->len == 0)
    return NULL;
  call = g_ptr_array_index (calls, 0);
  row = cs_sql_prepare (self->db, "SELECT " CS_LEG_COLUMNS " FROM leg WHERE call = ?1"
                                  " ORDER BY coalesce(new_us, answered_us, ended_us), rowid", &local);
  if (row != NULL)
    sqlite3_bind_int64 (row, 1, id);
  while (row != NULL && cs_sql_next (row, &local))
    g_ptr_array_add (call->legs, cs_store_row_to_leg (row));
  sqlite3_finalize (row);
  if (local == NULL)
    *journal = read_journal (self, call, &local);
  if (local == NULL)
    return cs_call_ref (call);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Returns the people nobody has reached yet, at most limit, the one who has waited longest first.
 * (transfer full) (element-type CsCallback) */
GPtrArray *
cs_store_list_get_callbacks (CsStoreList  *self,
                             guint         limit,
                             GError      **error)
{
  g_autoptr (GPtrArray) callbacks = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_callback_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db,
    "SELECT n, first_try, last_try, id, CASE WHEN direction IN (2, 4, 5) THEN to_number ELSE from_number END, number"
    " FROM (SELECT peer_key AS key, count(*) AS n, min(seen_us) AS first_try, max(seen_us) AS last_try"
    "   FROM call INDEXED BY call_callback WHERE callback = 1 AND peer_key IS NOT NULL GROUP BY peer_key"
    "   ORDER BY first_try LIMIT ?1)"
    " CROSS JOIN call INDEXED BY call_callback ON callback = 1 AND peer_key = key AND seen_us = last_try"
    " GROUP BY key ORDER BY first_try, key", error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, limit);
  while (cs_sql_next (row, &local))
    {
      CsCallback *callback = g_new0 (CsCallback, 1);

      callback->n_tries = (guint) sqlite3_column_int (row, 0);
      callback->first_us = sqlite3_column_int64 (row, 1);
      callback->last_us = sqlite3_column_int64 (row, 2);
      callback->call_id = sqlite3_column_int64 (row, 3);
      callback->peer = cs_sql_dup_text (row, 4);
      callback->number = cs_sql_dup_text (row, 5);
      g_ptr_array_add (callbacks, callback);
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return g_steal_pointer (&callbacks);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Returns the own numbers that were ever called or called from, each in one spelling. (transfer full) (element-type utf8) */
GPtrArray *
cs_store_list_get_numbers (CsStoreList  *self,
                           GError      **error)
{
  g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT max(digits) FROM number WHERE is_own = 1 GROUP BY key", error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, &local))
    g_ptr_array_add (numbers, cs_sql_dup_text (row, 0));
  sqlite3_finalize (row);
  if (local == NULL)
    return g_steal_pointer (&numbers);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Returns whose number it is, by cs_number_get_key(). (transfer full) (element-type utf8 utf8) */
GHashTable *
cs_store_list_get_names (CsStoreList  *self,
                         GError      **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT key, name FROM contact_number JOIN contact ON contact = contact.id", error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, &local))
    g_hash_table_insert (names, cs_sql_dup_text (row, 0), cs_sql_dup_text (row, 1));
  sqlite3_finalize (row);
  if (local == NULL)
    return g_steal_pointer (&names);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
