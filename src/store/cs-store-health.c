/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "store/cs-store-health.h"
#include "store/cs-store-private.h"
#include "store/cs-store-reader-private.h"

/* From so many of the last heartbeats the interval between two is taken. */
#define N_OBSERVED 6

/* These come every few minutes at the most: their statements aren't worth keeping. */
static gboolean
run_once (sqlite3_stmt  *statement,
          GError       **error)
{
  gboolean is_done = cs_sql_run (statement, error);

  sqlite3_finalize (statement);
  return is_done;
}

CsPhone *
cs_phone_new (const char *id,
              const char *number,
              const char *name)
{
  CsPhone *phone = g_new0 (CsPhone, 1);

  phone->id = g_strdup (id);
  phone->number = g_strdup (number);
  phone->name = g_strdup (name);
  return phone;
}

void
cs_phone_free (CsPhone *phone)
{
  g_free (phone->id);
  g_free (phone->number);
  g_free (phone->name);
  g_free (phone);
}

static CsHealthStatus
to_status (int value)
{
  return value >= CS_HEALTH_UNKNOWN && value < CS_HEALTH_STALE ? (CsHealthStatus) value : CS_HEALTH_UNKNOWN;
}

static void
tell_health (CsStore        *self,
             CsHealthReport *report)
{
  CsNews *news = cs_news_new (CS_NEWS_HEALTH);

  news->at_us = report->at_us;
  news->health = report->status;
  news->former_health = to_status ((int) cs_sql_get_number (self->db,
                                                            "SELECT status FROM heartbeat ORDER BY at_us DESC LIMIT 1", NULL));
  news->n_affected = cs_health_report_count_affected (report);
  cs_store_tell (self, news);
}

/* Keeps a heartbeat: its status for ever, what it says of each number until the next one. */
gboolean
cs_store_put_heartbeat (CsStore         *self,
                        CsHealthReport  *report,
                        GError         **error)
{
  sqlite3_stmt *statement;

  if (!cs_store_begin (self, error) || !cs_sql_exec (self->db, "DELETE FROM phone_health", error))
    return FALSE;
  tell_health (self, report);

  /* What is later than now came while the clock was wrong: it would stand for the last one until then. */
  statement = cs_sql_prepare (self->db, "DELETE FROM heartbeat WHERE at_us > ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, report->at_us);
  if (!run_once (statement, error))
    return FALSE;

  statement = cs_sql_prepare (self->db, "INSERT OR REPLACE INTO heartbeat (at_us, told_us, status) VALUES (?1, ?2, ?3)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, report->at_us);
  cs_sql_bind_time (statement, 2, report->told_us);
  sqlite3_bind_int (statement, 3, report->status);
  if (!run_once (statement, error))
    return FALSE;

  statement = cs_sql_prepare (self->db, "INSERT OR REPLACE INTO phone_health (id, number, incoming, outgoing, incoming_affected,"
                       " outgoing_affected) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < report->phones->len; i++)
    {
      CsPhoneHealth *phone = g_ptr_array_index (report->phones, i);

      cs_sql_bind_text (statement, 1, phone->id);
      cs_sql_bind_text (statement, 2, phone->number);
      cs_sql_bind_text (statement, 3, phone->incoming);
      cs_sql_bind_text (statement, 4, phone->outgoing);
      sqlite3_bind_int (statement, 5, phone->incoming_affected);
      sqlite3_bind_int (statement, 6, phone->outgoing_affected);
      if (!cs_sql_run (statement, error))
        {
          sqlite3_finalize (statement);
          return FALSE;
        }
    }
  sqlite3_finalize (statement);
  return TRUE;
}

/* Keeps the account's list of numbers in place of the one before. (element-type CsPhone) */
gboolean
cs_store_put_phones (CsStore    *self,
                     GPtrArray  *phones,
                     GError    **error)
{
  sqlite3_stmt *statement;
  gboolean is_done = TRUE;

  if (!cs_store_begin (self, error) || !cs_sql_exec (self->db, "DELETE FROM exophone", error))
    return FALSE;
  statement = cs_sql_prepare (self->db, "INSERT OR REPLACE INTO exophone (id, number, name) VALUES (?1, ?2, ?3)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < phones->len && is_done; i++)
    {
      CsPhone *phone = g_ptr_array_index (phones, i);

      cs_sql_bind_text (statement, 1, phone->id);
      cs_sql_bind_text (statement, 2, phone->number);
      cs_sql_bind_text (statement, 3, phone->name);
      is_done = cs_sql_run (statement, error);
    }
  sqlite3_finalize (statement);
  return is_done;
}

/* Remembers how far something got; NULL forgets it. */
gboolean
cs_store_set_state (CsStore     *self,
                    const char  *name,
                    const char  *value,
                    GError     **error)
{
  sqlite3_stmt *statement;

  if (!cs_store_begin (self, error))
    return FALSE;
  statement = cs_sql_prepare (self->db, value != NULL ? "INSERT OR REPLACE INTO sync_state (name, value) VALUES (?1, ?2)"
                                                      : "DELETE FROM sync_state WHERE name = ?1", error);
  if (statement == NULL)
    return FALSE;
  cs_sql_bind_text (statement, 1, name);
  if (value != NULL)
    cs_sql_bind_text (statement, 2, value);
  return run_once (statement, error);
}

/* Returns what was remembered. (transfer full) (nullable) */
char *
cs_store_get_state (CsStore    *self,
                    const char *name)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT value FROM sync_state WHERE name = ?1", NULL);
  char *value = NULL;

  if (row == NULL)
    return NULL;
  cs_sql_bind_text (row, 1, name);
  if (cs_sql_next (row, NULL))
    value = cs_sql_dup_text (row, 0);
  sqlite3_finalize (row);
  return value;
}

/* Whether there ever was one. */
gboolean
cs_store_reader_has_heartbeat (CsStoreReader  *self,
                               GError        **error)
{
  return cs_sql_get_number (self->db, "SELECT EXISTS (SELECT 1 FROM heartbeat)", error) == 1;
}

/* Returns the last report, NULL before the first one without an error. interval_us is the usual time between two,
 * CS_UNKNOWN while there was but one; since_us is when the status became what it is. (transfer full) (nullable) */
CsHealthReport *
cs_store_reader_get_health (CsStoreReader  *self,
                            gint64         *interval_us,
                            gint64         *since_us,
                            GError        **error)
{
  g_autoptr (CsHealthReport) report = NULL;
  gint64 arrivals[N_OBSERVED];
  guint n_arrivals = 0;
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT at_us, told_us, status FROM heartbeat ORDER BY at_us DESC LIMIT "
                               G_STRINGIFY (N_OBSERVED), error);

  *interval_us = CS_UNKNOWN;
  *since_us = CS_UNKNOWN;
  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, error))
    {
      gint64 at_us = sqlite3_column_int64 (row, 0);

      if (report == NULL)
        {
          report = cs_health_report_new (to_status (sqlite3_column_int (row, 2)));
          report->at_us = at_us;
          report->told_us = cs_sql_get_time (row, 1);
        }
      arrivals[n_arrivals++] = at_us;
    }
  sqlite3_finalize (row);
  if (report == NULL)
    return NULL;

  *interval_us = cs_health_get_interval (arrivals, n_arrivals);

  row = cs_sql_prepare (self->db, "SELECT min(at_us) FROM heartbeat WHERE at_us > coalesce("
                 "(SELECT max(at_us) FROM heartbeat WHERE status <> ?1), -1)", error);
  if (row == NULL)
    return NULL;
  sqlite3_bind_int (row, 1, report->status);
  if (cs_sql_next (row, NULL))
    *since_us = cs_sql_get_time (row, 0);
  sqlite3_finalize (row);

  row = cs_sql_prepare (self->db, "SELECT id, number, incoming, outgoing, incoming_affected, outgoing_affected FROM phone_health"
                 " ORDER BY id", error);
  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, NULL))
    {
      CsPhoneHealth *phone = cs_health_report_add_phone (report, (const char *) sqlite3_column_text (row, 0));

      phone->number = cs_sql_dup_text (row, 1);
      phone->incoming = cs_sql_dup_text (row, 2);
      phone->outgoing = cs_sql_dup_text (row, 3);
      phone->incoming_affected = sqlite3_column_int (row, 4);
      phone->outgoing_affected = sqlite3_column_int (row, 5);
    }
  sqlite3_finalize (row);
  return g_steal_pointer (&report);
}

/* Returns the heartbeats since then, oldest first. (transfer full) (element-type CsHealthMoment) */
GArray *
cs_store_reader_get_health_history (CsStoreReader  *self,
                                    gint64          from_us,
                                    GError        **error)
{
  g_autoptr (GArray) moments = g_array_new (FALSE, FALSE, sizeof (CsHealthMoment));
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT at_us, status FROM heartbeat WHERE at_us >= ?1 ORDER BY at_us", error);

  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, from_us);
  while (cs_sql_next (row, NULL))
    {
      CsHealthMoment moment = { sqlite3_column_int64 (row, 0), to_status (sqlite3_column_int (row, 1)) };

      g_array_append_val (moments, moment);
    }
  sqlite3_finalize (row);
  return g_steal_pointer (&moments);
}

/* Returns the account's numbers. (transfer full) (element-type CsPhone) */
GPtrArray *
cs_store_reader_get_phones (CsStoreReader  *self,
                            GError        **error)
{
  g_autoptr (GPtrArray) phones = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_phone_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT id, number, name FROM exophone ORDER BY name, number", error);

  if (row == NULL)
    return NULL;
  while (cs_sql_next (row, NULL))
    g_ptr_array_add (phones, cs_phone_new ((const char *) sqlite3_column_text (row, 0),
                                           (const char *) sqlite3_column_text (row, 1),
                                           (const char *) sqlite3_column_text (row, 2)));
  sqlite3_finalize (row);
  return g_steal_pointer (&phones);
}
