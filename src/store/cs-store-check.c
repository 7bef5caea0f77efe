/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-private.h"
#include "store/cs-store-reader-private.h"
#include "store/cs-store-row.h"

/* A damaged file has more faults than anybody wants to read. */
#define MAX_PROBLEMS 100

/* Each finds rows that must not be there; the first column, where there are any, says how many. */
static const struct
{
  const char *sentence;
  const char *sql;
} rules[] = {
  { "totals differ from the calls",
    "SELECT count(*) FROM (SELECT * FROM (SELECT " CS_STORE_COUNTED ") EXCEPT SELECT * FROM call_bucket)" },
  { "totals are of no call",
    "SELECT count(*) FROM (SELECT * FROM call_bucket EXCEPT SELECT * FROM (SELECT " CS_STORE_COUNTED "))" },
  { "legs are of no call",
    "SELECT count(*) FROM leg WHERE call NOT IN (SELECT id FROM call)" },
  { "calls differ from their legs in number",
    "SELECT count(*) FROM call WHERE provider = 0 AND n_legs <> (SELECT count(*) FROM leg WHERE leg.call = call.id)" },
  { "events in the journal are of no call",
    "SELECT count(*) FROM event WHERE kind IN (0, 1, 2, 5) AND NOT EXISTS"
    " (SELECT 1 FROM leg WHERE leg.provider = event.provider AND leg.id = event.leg)" },
  { "hangups in the journal are of legs that didn't end",
    "SELECT count(*) FROM event JOIN leg ON leg.provider = event.provider AND leg.id = event.leg"
    " WHERE event.kind = 2 AND leg.ended_us IS NULL" },
  { "answers in the journal are of legs that nobody answered",
    "SELECT count(*) FROM event JOIN leg ON leg.provider = event.provider AND leg.id = event.leg"
    " WHERE event.kind = 1 AND leg.answered_us IS NULL" },
  { "call-backs are of people who were reached",
    "SELECT count(*) FROM call WHERE callback = 1 AND (wants_callback = 0 OR done_us IS NOT NULL OR EXISTS"
    " (SELECT 1 FROM call AS later WHERE later.peer_key = call.peer_key AND later.seen_us > call.seen_us"
    "  AND later.is_connected))" },
};

static void
add_problem (GPtrArray  *problems,
             const char *problem)
{
  if (problems->len < MAX_PROBLEMS)
    g_ptr_array_add (problems, g_strdup (problem));
}

static gboolean
check_rules (CsStoreReader  *self,
             GPtrArray      *problems,
             GError        **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr (GError) local = NULL;
      gint64 n = cs_sql_get_number (self->db, rules[i].sql, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (n > 0)
        {
          g_autofree char *problem = g_strdup_printf ("%" G_GINT64_FORMAT " %s", n, rules[i].sentence);
          add_problem (problems, problem);
        }
    }
  return TRUE;
}

static gboolean
check_integrity (CsStoreReader  *self,
                 GPtrArray      *problems,
                 GError        **error)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db, "PRAGMA integrity_check", error);

  if (row == NULL)
    return FALSE;
  while (cs_sql_next (row, NULL))
    {
      const char *text = (const char *) sqlite3_column_text (row, 0);

      if (g_strcmp0 (text, "ok") != 0)
        add_problem (problems, text);
    }
  sqlite3_finalize (row);
  return TRUE;
}

/* Whether the rules, applied to the legs again, come to what is stored. */
static gboolean
is_derived_right (CsCall *stored,
                  CsCall *derived)
{
  return stored->state == derived->state && stored->direction == derived->direction && stored->outcome == derived->outcome
         && stored->started_us == derived->started_us && stored->answered_us == derived->answered_us
         && stored->ended_us == derived->ended_us && stored->wait_us == derived->wait_us
         && stored->talk_us == derived->talk_us && stored->wants_callback == derived->wants_callback
         && g_strcmp0 (stored->number, derived->number) == 0 && g_strcmp0 (stored->answered_by, derived->answered_by) == 0;
}

static gboolean
check_calls (CsStoreReader  *self,
             GPtrArray      *problems,
             GError        **error)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT " CS_CALL_COLUMNS " FROM call ORDER BY id", error);
  sqlite3_stmt *leg = cs_sql_prepare (self->db, "SELECT " CS_LEG_COLUMNS " FROM leg WHERE call = ?1", error);

  while (row != NULL && leg != NULL && cs_sql_next (row, NULL))
    {
      g_autoptr (CsCall) stored = cs_store_row_to_call (row);
      g_autoptr (CsCall) derived = cs_call_new (stored->provider);

      derived->timed_out = stored->timed_out;
      sqlite3_bind_int64 (leg, 1, stored->id);
      while (cs_sql_next (leg, NULL))
        g_ptr_array_add (derived->legs, cs_store_row_to_leg (leg));
      if (derived->legs->len == 0)
        continue;
      cs_call_evaluate (derived);
      if (!is_derived_right (stored, derived))
        {
          g_autofree char *problem = g_strdup_printf ("call %" G_GINT64_FORMAT " is not what its legs say", stored->id);
          add_problem (problems, problem);
        }
    }
  sqlite3_finalize (row);
  sqlite3_finalize (leg);
  return row != NULL && leg != NULL;
}

/* Verifies the database: its pages, the totals against the calls, the calls against their legs and the journal.
 * Each problem is added as a sentence (owned by the array, which frees with g_free). */
gboolean
cs_store_reader_check (CsStoreReader  *self,
                       GPtrArray      *problems,
                       guint64        *n_calls,
                       GError        **error)
{
  g_autoptr (GError) local = NULL;

  if (!check_integrity (self, problems, error) || !check_rules (self, problems, error)
      || !check_calls (self, problems, error))
    return FALSE;
  *n_calls = cs_sql_get_number (self->db, "SELECT count(*) FROM call", &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return local == NULL;
}
