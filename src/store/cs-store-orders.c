/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-orders.h"
#include "store/cs-store-private.h"
#include "store/cs-store-reader-private.h"

#define PRUNE_BATCH "500"
/* What was asked for in a call is logged while it lasts; a look-up may take longer than the caller waits. */
#define LOG_SLACK_US G_TIME_SPAN_MINUTE

CsOrderQuery *
cs_order_query_copy (const CsOrderQuery *query)
{
  CsOrderQuery *copy = g_memdup2 (query, sizeof *query);

  copy->leg = g_strdup (query->leg);
  copy->caller = g_strdup (query->caller);
  copy->customer = g_strdup (query->customer);
  return copy;
}

void
cs_order_query_free (CsOrderQuery *query)
{
  g_free (query->leg);
  g_free (query->caller);
  g_free (query->customer);
  g_free (query);
}

void
cs_store_dialogue_free (CsStoreDialogue *dialogue)
{
  g_free (dialogue->leg);
  g_free (dialogue->caller);
  g_free (dialogue->entered);
  g_free (dialogue);
}

/* Runs a statement that is bound, in the open transaction, and frees it. */
static gboolean
run_once (CsStore       *self,
          sqlite3_stmt  *statement,
          GError       **error)
{
  gboolean is_done = cs_store_begin (self, error) && cs_sql_run (statement, error);

  sqlite3_finalize (statement);
  return is_done;
}

static gboolean
has_failed (GError  *local,
            GError **error)
{
  if (local == NULL)
    return FALSE;
  g_propagate_error (error, local);
  return TRUE;
}

/* Remembers how far a call got. */
gboolean
cs_store_put_dialogue (CsStore                *self,
                       const CsStoreDialogue  *dialogue,
                       GError                **error)
{
  sqlite3_stmt *statement = cs_sql_prepare (self->db,
                                            "INSERT OR REPLACE INTO order_dialogue (leg, caller, phase, n_tries, n_asked,"
                                            " entered, result, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);

  if (statement == NULL)
    return FALSE;
  cs_sql_bind_text (statement, 1, dialogue->leg);
  cs_sql_bind_text (statement, 2, dialogue->caller);
  sqlite3_bind_int (statement, 3, dialogue->phase);
  sqlite3_bind_int (statement, 4, dialogue->n_tries);
  sqlite3_bind_int (statement, 5, dialogue->n_asked);
  cs_sql_bind_text (statement, 6, dialogue->entered);
  sqlite3_bind_int (statement, 7, dialogue->result);
  sqlite3_bind_int64 (statement, 8, dialogue->at_us);
  return run_once (self, statement, error);
}

gboolean
cs_store_remove_dialogue (CsStore     *self,
                          const char  *leg,
                          GError     **error)
{
  sqlite3_stmt *statement = cs_sql_prepare (self->db, "DELETE FROM order_dialogue WHERE leg = ?1", error);

  if (statement == NULL)
    return FALSE;
  cs_sql_bind_text (statement, 1, leg);
  return run_once (self, statement, error);
}

/* Returns every call that was at the order line. (transfer full) (element-type CsStoreDialogue) */
GPtrArray *
cs_store_get_dialogues (CsStore  *self,
                        GError  **error)
{
  g_autoptr (GPtrArray) dialogues = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_store_dialogue_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT leg, caller, phase, n_tries, n_asked, entered, result, at_us"
                                      " FROM order_dialogue", error);
  GError *local = NULL;

  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, &local))
    {
      CsStoreDialogue *dialogue = g_new0 (CsStoreDialogue, 1);

      dialogue->leg = cs_sql_dup_text (row, 0);
      dialogue->caller = cs_sql_dup_text (row, 1);
      dialogue->phase = sqlite3_column_int (row, 2);
      dialogue->n_tries = sqlite3_column_int (row, 3);
      dialogue->n_asked = sqlite3_column_int (row, 4);
      dialogue->entered = cs_sql_dup_text (row, 5);
      dialogue->result = sqlite3_column_int (row, 6);
      dialogue->at_us = sqlite3_column_int64 (row, 7);
      g_ptr_array_add (dialogues, dialogue);
    }
  sqlite3_finalize (row);
  return has_failed (local, error) ? NULL : g_steal_pointer (&dialogues);
}

/* Logs what was asked for. */
gboolean
cs_store_add_query (CsStore             *self,
                    const CsOrderQuery  *query,
                    GError             **error)
{
  sqlite3_stmt *statement = cs_sql_prepare (self->db,
                                            "INSERT INTO order_query (at_us, leg, caller, customer, result, state)"
                                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, query->at_us);
  cs_sql_bind_text (statement, 2, query->leg);
  cs_sql_bind_text (statement, 3, query->caller);
  cs_sql_bind_text (statement, 4, query->customer);
  sqlite3_bind_int (statement, 5, query->result);
  if (query->state >= 0)
    sqlite3_bind_int (statement, 6, query->state);
  return run_once (self, statement, error);
}

/* Returns at most limit entries of the log since from_us, newest first. (transfer full) (element-type CsOrderQuery) */
GPtrArray *
cs_store_get_queries (CsStore  *self,
                      gint64    from_us,
                      guint     limit,
                      GError  **error)
{
  g_autoptr (GPtrArray) queries = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_order_query_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT at_us, leg, caller, customer, result, state FROM order_query"
                                      " WHERE at_us >= ?1 ORDER BY at_us DESC, id DESC LIMIT ?2", error);
  GError *local = NULL;

  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, from_us);
  sqlite3_bind_int64 (row, 2, limit);
  while (cs_sql_next (row, &local))
    {
      CsOrderQuery *query = g_new0 (CsOrderQuery, 1);

      query->at_us = sqlite3_column_int64 (row, 0);
      query->leg = cs_sql_dup_text (row, 1);
      query->caller = cs_sql_dup_text (row, 2);
      query->customer = cs_sql_dup_text (row, 3);
      query->result = CLAMP (sqlite3_column_int (row, 4), 0, CS_N_ORDER_RESULTS - 1);
      query->state = sqlite3_column_type (row, 5) == SQLITE_NULL ? -1 : sqlite3_column_int (row, 5);
      g_ptr_array_add (queries, query);
    }
  sqlite3_finalize (row);
  return has_failed (local, error) ? NULL : g_steal_pointer (&queries);
}

/* Counts the calls that were at the order line since from_us and have left it, by the best CsOrderResult of each. */
gboolean
cs_store_count_order_calls (CsStore  *self,
                            gint64    from_us,
                            guint    *counts,
                            GError  **error)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db,
                                      "SELECT result, count(*) FROM (SELECT min(result) AS result FROM order_query"
                                      " WHERE at_us >= ?1 AND leg NOT IN (SELECT leg FROM order_dialogue) GROUP BY leg)"
                                      " GROUP BY result", error);
  GError *local = NULL;

  for (int i = 0; i < CS_N_ORDER_RESULTS; i++)
    counts[i] = 0;
  if (row == NULL)
    return FALSE;
  sqlite3_bind_int64 (row, 1, from_us);
  while (cs_sql_next (row, &local))
    {
      int result = sqlite3_column_int (row, 0);

      if (result >= 0 && result < CS_N_ORDER_RESULTS)
        counts[result] = sqlite3_column_int (row, 1);
    }
  sqlite3_finalize (row);
  return !has_failed (local, error);
}

/* Removes a few of the log's oldest entries that are older than that. */
gboolean
cs_store_prune_queries (CsStore  *self,
                        gint64    before_us,
                        GError  **error)
{
  sqlite3_stmt *statement = cs_sql_prepare (self->db,
                                            "DELETE FROM order_query WHERE id IN (SELECT id FROM order_query"
                                            " WHERE at_us < ?1 ORDER BY at_us LIMIT " PRUNE_BATCH ")", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, before_us);
  return run_once (self, statement, error);
}

static gboolean
mark_order_result (sqlite3_stmt  *row,
                   CsCall        *call,
                   GError       **error)
{
  GError *local = NULL;

  sqlite3_bind_int64 (row, 1, call->seen_us);
  sqlite3_bind_int64 (row, 2, call->last_us + LOG_SLACK_US);
  sqlite3_bind_int64 (row, 3, call->id);
  if (cs_sql_next (row, &local))
    {
      call->order_result = CLAMP (sqlite3_column_int (row, 0), 0, CS_N_ORDER_RESULTS - 1);
      call->order_customer = cs_sql_dup_text (row, 1);
    }
  sqlite3_reset (row);
  return !has_failed (local, error);
}

/* Sets what came, at the order line, of those of the calls that nobody talked with. (element-type CsCall) */
gboolean
cs_store_mark_order_results (sqlite3    *db,
                             GPtrArray  *calls,
                             GError    **error)
{
  sqlite3_stmt *row = NULL;
  gboolean is_done = TRUE;

  for (guint i = 0; i < calls->len && is_done; i++)
    {
      CsCall *call = g_ptr_array_index (calls, i);

      if (call->provider != CS_PROVIDER_SIPGATE
          || (call->outcome != CS_OUTCOME_IVR_ONLY && call->outcome != CS_OUTCOME_ANSWERED_UNATTRIBUTED))
        continue;
      if (row == NULL)
        row = cs_sql_prepare (db, "SELECT result, customer FROM order_query INDEXED BY order_query_by_time"
                                  " WHERE at_us >= ?1 AND at_us <= ?2 AND leg IN (SELECT id FROM leg WHERE call = ?3)"
                                  " ORDER BY result, at_us DESC LIMIT 1", error);
      is_done = row != NULL && mark_order_result (row, call, error);
    }
  sqlite3_finalize (row);
  return is_done;
}

/* Returns the ids of the calls that are at the order line. (transfer full) (element-type gint64) */
GArray *
cs_store_reader_get_order_calls (CsStoreReader  *self,
                                 GError        **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  /* The few dialogues come first; left to itself SQLite goes through all legs. */
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT leg.call FROM order_dialogue CROSS JOIN leg INDEXED BY leg_by_id"
                                      " ON leg.provider = 0 AND leg.id = order_dialogue.leg", error);
  GError *local = NULL;

  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, &local))
    {
      gint64 id = sqlite3_column_int64 (row, 0);

      g_array_append_val (ids, id);
    }
  sqlite3_finalize (row);
  return has_failed (local, error) ? NULL : g_steal_pointer (&ids);
}
