/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-private.h"
#include "store/cs-store-stuck.h"

/* More than anybody has telephones; the others come next time. */
#define MAX_LEGS "1000"

void
cs_stuck_leg_free (CsStuckLeg *leg)
{
  g_free (leg->id);
  g_free (leg);
}

/* Returns the legs, all of one call together, of running calls of which nothing was heard since then (microseconds UTC), as far as
 * it was committed. (transfer full) (element-type CsStuckLeg) */
GPtrArray *
cs_store_get_stuck_legs (CsStore     *self,
                         CsProvider   provider,
                         gint64       silent_since_us,
                         GError     **error)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db,
                                      "SELECT leg.call, leg.id, leg.ended_us IS NULL AND leg.record_outcome = 0, call.seen_us"
                                      " FROM call INDEXED BY call_running JOIN leg ON leg.call = call.id"
                                      " WHERE call.state = 1 AND call.state > 0 AND call.last_us <= ?2 AND call.provider = ?1"
                                      " ORDER BY call.last_us, leg.call LIMIT " MAX_LEGS, error);
  g_autoptr (GPtrArray) legs = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_stuck_leg_free);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return NULL;
  sqlite3_bind_int (row, 1, provider);
  sqlite3_bind_int64 (row, 2, silent_since_us);
  while (cs_sql_next (row, &local))
    {
      CsStuckLeg *leg = g_new (CsStuckLeg, 1);

      leg->call_id = sqlite3_column_int64 (row, 0);
      leg->id = cs_sql_dup_text (row, 1);
      leg->is_open = sqlite3_column_int (row, 2);
      leg->seen_us = sqlite3_column_int64 (row, 3);
      g_ptr_array_add (legs, leg);
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return g_steal_pointer (&legs);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
