/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "store/cs-store-orders.h"
#include "store/cs-store-reader-private.h"
#include "store/cs-store-row.h"

#include <string.h>

typedef enum {
  GET_BUCKETS,
  GET_RUNNING_DIRECTIONS,
  GET_LATEST,
  GET_RUNNING,
  GET_AWAITING,
  COUNT_CALLBACKS,
} Statement;

static const char *sql[] = {
  [GET_BUCKETS] = "SELECT quarter, direction, outcome, n, n_waits, wait_us, n_talks, talk_us, plain_outcome,"
                  " n_estimated, number_key"
                  " FROM call_bucket"
                  " WHERE quarter >= ?1 AND quarter < ?2 AND (?3 < 0 OR provider = ?3) AND (?4 IS NULL OR number_key = ?4)",
  /* The index has all that is asked for of most of them: a call of sipgate's is no part of another. */
  [GET_RUNNING_DIRECTIONS] = "SELECT direction FROM call WHERE state > 0 AND (?3 < 0 OR provider = ?3)"
                             " AND (?4 IS NULL OR number_key = ?4) AND (?5 < 0 OR outcome = ?5)"
                             " AND (provider = 0 OR is_part = 0)",
  /* Of "is_part = 0" SQLite would make a constant, leave it out of the order, and sort once more. */
  [GET_LATEST] = "SELECT " CS_CALL_COLUMNS " FROM call INDEXED BY call_by_time WHERE state = 0 AND NOT is_part"
                 " ORDER BY seen_us DESC, is_part DESC, id DESC LIMIT ?1",
  [GET_RUNNING] = "SELECT " CS_CALL_COLUMNS " FROM call WHERE state = 1 AND state > 0 AND is_part = 0 ORDER BY last_us DESC LIMIT ?1",
  [GET_AWAITING] = "SELECT " CS_CALL_COLUMNS " FROM call WHERE state = 2 AND state > 0 AND is_part = 0 ORDER BY last_us DESC LIMIT ?1",
  [COUNT_CALLBACKS] = "SELECT count(DISTINCT peer_key) FROM call WHERE callback = 1",
};

G_STATIC_ASSERT (G_N_ELEMENTS (sql) == CS_STORE_READER_N_STATEMENTS);

static void
bind_filter (sqlite3_stmt       *statement,
             const CsCallFilter *filter)
{
  sqlite3_bind_int (statement, 3, filter->provider);
  cs_sql_bind_text (statement, 4, filter->number_key);
}

static gboolean
finish (GError  *local,
        GError **error)
{
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static GPtrArray *
read_calls (sqlite3_stmt  *row,
            GPtrArray     *calls,
            GError       **error)
{
  GError *local = NULL;

  if (calls == NULL)
    calls = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
  while (cs_sql_next (row, &local))
    g_ptr_array_add (calls, cs_store_row_to_call (row));
  if (finish (local, error))
    return calls;
  g_ptr_array_unref (calls);
  return NULL;
}

/* Opens data_dir/callstats.db, which exists and has the present format, for reading only. */
CsStoreReader *
cs_store_reader_open (const char  *data_dir,
                      GError     **error)
{
  g_autoptr (CsStoreReader) self = g_new0 (CsStoreReader, 1);
  g_autofree char *path = g_build_filename (data_dir, "callstats.db", NULL);

  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      cs_sql_fail (self->db, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, 5000);
  if (!cs_sql_exec (self->db, "PRAGMA query_only = ON; PRAGMA cache_size = -2000; PRAGMA trusted_schema = OFF", error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    {
      self->statements[i] = cs_sql_prepare (self->db, sql[i], error);
      if (self->statements[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
cs_store_reader_close (CsStoreReader *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_free (self);
}

/* Turns quarter hours, in rising order, into hours of a zone. Looking an offset up is slow; most days have only one. */
typedef struct {
  GTimeZone *zone;
  gint64 quarter;
  gint64 day;
  gint64 day_offset_us;
  gboolean day_is_even;
  int hour;
} Hours;

static int
get_hour (Hours  *hours,
          gint64  quarter)
{
  gint64 time_us = quarter * CS_QUARTER_US, offset_us;

  if (quarter == hours->quarter)
    return hours->hour;
  if (quarter / 96 != hours->day)
    {
      hours->day = quarter / 96;
      hours->day_offset_us = cs_day_get_offset (hours->zone, hours->day * 96 * CS_QUARTER_US);
      hours->day_is_even = hours->day_offset_us == cs_day_get_offset (hours->zone, (hours->day + 1) * 96 * CS_QUARTER_US);
    }
  offset_us = hours->day_is_even ? hours->day_offset_us : cs_day_get_offset (hours->zone, time_us);
  hours->quarter = quarter;
  hours->hour = (time_us + offset_us) / (4 * CS_QUARTER_US) % 24;
  return hours->hour;
}

/* Steps to the next total that the filter names. */
static gboolean
next_bucket (sqlite3_stmt        *row,
             const CsCallFilter  *filter,
             int                 *outcome,
             GError             **error)
{
  while (cs_sql_next (row, error))
    {
      *outcome = sqlite3_column_int (row, filter->by_status ? 8 : 2);
      if (*outcome >= 0 && *outcome < CS_N_OUTCOMES && (filter->outcome == CS_ANY || filter->outcome == *outcome)
          && cs_call_filter_accepts_direction (filter, sqlite3_column_int (row, 1)))
        return TRUE;
    }
  return FALSE;
}

static void
add_bucket (CsMetrics    *metrics,
            sqlite3_stmt *row,
            int           outcome,
            int           hour)
{
  guint64 n = sqlite3_column_int64 (row, 3);

  metrics->outcomes[outcome] += n;
  metrics->hours[hour] += n;
  metrics->parts_by_hour[hour][cs_outcome_get_part (outcome)] += n;
  metrics->n_waits += sqlite3_column_int64 (row, 4);
  metrics->wait_us += sqlite3_column_int64 (row, 5);
  metrics->n_talks += sqlite3_column_int64 (row, 6);
  metrics->talk_us += sqlite3_column_int64 (row, 7);
  metrics->n_estimated += sqlite3_column_int64 (row, 9);
}

static void
bind_range (sqlite3_stmt       *row,
            const CsCallFilter *filter)
{
  sqlite3_bind_int64 (row, 1, filter->from_us / CS_QUARTER_US);
  sqlite3_bind_int64 (row, 2, filter->to_us / CS_QUARTER_US);
  bind_filter (row, filter);
}

/* Running calls are counted whenever they began. */
static gboolean
count_running (CsStoreReader       *self,
               const CsCallFilter  *filter,
               CsMetrics           *metrics,
               GError             **error)
{
  sqlite3_stmt *row = self->statements[GET_RUNNING_DIRECTIONS];
  GError *local = NULL;

  bind_filter (row, filter);
  sqlite3_bind_int (row, 5, filter->outcome);
  while (cs_sql_next (row, &local))
    {
      if (cs_call_filter_accepts_direction (filter, sqlite3_column_int (row, 0)))
        metrics->n_active++;
    }
  return finish (local, error);
}

/* Sums up the ended calls that the filter names; hours are those of the zone. The filter's times are cut to quarter
 * hours, which every day of every zone is a multiple of. */
gboolean
cs_store_reader_get_metrics (CsStoreReader       *self,
                             const CsCallFilter  *filter,
                             GTimeZone           *zone,
                             CsMetrics           *metrics,
                             GError             **error)
{
  sqlite3_stmt *row = self->statements[GET_BUCKETS];
  Hours hours = { .zone = zone, .quarter = -1, .day = -1 };
  GError *local = NULL;
  int outcome;

  *metrics = (CsMetrics) { 0 };
  bind_range (row, filter);
  while (next_bucket (row, filter, &outcome, &local))
    add_bucket (metrics, row, outcome, get_hour (&hours, sqlite3_column_int64 (row, 0)));
  return finish (local, error) && count_running (self, filter, metrics, error);
}

/* The same sums for each own number apart, where running calls are left out, and in sum for all of them.
 * (transfer full) (element-type utf8 CsNumberMetrics) */
GHashTable *
cs_store_reader_get_metrics_by_number (CsStoreReader       *self,
                                       const CsCallFilter  *filter,
                                       GTimeZone           *zone,
                                       CsMetrics           *sum,
                                       GError             **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *row = self->statements[GET_BUCKETS];
  Hours hours = { .zone = zone, .quarter = -1, .day = -1 };
  CsNumberMetrics *number = NULL;
  gpointer present = NULL, value;
  GHashTableIter iter;
  GError *local = NULL;
  int outcome;

  *sum = (CsMetrics) { 0 };
  bind_range (row, filter);
  while (next_bucket (row, filter, &outcome, &local))
    {
      const char *key = (const char *) sqlite3_column_text (row, 10);
      gint64 quarter = sqlite3_column_int64 (row, 0);

      /* The totals of one number follow each other. */
      if ((number == NULL || strcmp (present, key) != 0)
          && !g_hash_table_lookup_extended (numbers, key, &present, (gpointer *) &number))
        {
          number = g_new0 (CsNumberMetrics, 1);
          present = g_strdup (key);
          g_hash_table_insert (numbers, present, number);
        }
      add_bucket (&number->metrics, row, outcome, get_hour (&hours, quarter));
      number->last_us = quarter * CS_QUARTER_US;
    }
  if (!finish (local, error) || !count_running (self, filter, sum, error))
    return NULL;
  g_hash_table_iter_init (&iter, numbers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    cs_metrics_add (sum, &((CsNumberMetrics *) value)->metrics);
  return g_steal_pointer (&numbers);
}

/* Returns how own numbers were written in the calls of a span, the latest call of each number deciding, by their keys. It
 * costs a look at each of those calls. (transfer full) (element-type utf8 utf8) */
GHashTable *
cs_store_reader_get_written_numbers (CsStoreReader  *self,
                                     CsProvider      provider,
                                     gint64          from_us,
                                     gint64          to_us,
                                     GError        **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT number_key, number FROM call WHERE seen_us >= ?1 AND seen_us < ?2"
                                                " AND provider = ?3 AND number IS NOT NULL ORDER BY seen_us, is_part, id", error);
  GError *local = NULL;

  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, from_us);
  sqlite3_bind_int64 (row, 2, to_us);
  sqlite3_bind_int (row, 3, provider);
  while (cs_sql_next (row, &local))
    g_hash_table_insert (numbers, cs_sql_dup_text (row, 0), cs_sql_dup_text (row, 1));
  sqlite3_finalize (row);
  return finish (local, error) ? g_steal_pointer (&numbers) : NULL;
}

/* Returns at most limit calls that the filter names, newest first, those after the cursor; without their legs. What is a part
 * of another call stands in no figure, and isn't named either.
 * (transfer full) (element-type CsCall) */
GPtrArray *
cs_store_reader_get_calls (CsStoreReader       *self,
                           const CsCallFilter  *filter,
                           CsCallCursor         before,
                           guint                limit,
                           GError             **error)
{
  g_autoptr (GString) query = g_string_new ("SELECT " CS_CALL_COLUMNS " FROM call"
                                            " WHERE (seen_us, id) < (?1, ?2) AND seen_us >= ?5 AND seen_us < ?6"
                                            " AND NOT is_part");
  sqlite3_stmt *row;
  GPtrArray *calls;

  if (filter->provider != CS_ANY)
    g_string_append (query, " AND provider = ?3");
  if (filter->number_key != NULL)
    g_string_append (query, " AND number_key = ?4");
  if (filter->direction == CS_DIRECTION_OUTBOUND)
    g_string_append_printf (query, " AND direction IN (%d, %d, %d)", CS_DIRECTION_OUTBOUND, CS_DIRECTION_OUTBOUND_DIAL,
                            CS_DIRECTION_OUTBOUND_API);
  else if (filter->direction != CS_ANY)
    g_string_append_printf (query, " AND direction = %d", filter->direction);
  if (filter->outcome != CS_ANY)
    g_string_append_printf (query, " AND %s = %d", filter->by_status ? "plain_outcome" : "outcome", filter->outcome);
  g_string_append_printf (query, " ORDER BY seen_us DESC, is_part DESC, id DESC LIMIT %u", limit);

  row = cs_sql_prepare (self->db, query->str, error);
  if (row == NULL)
    return NULL;
  sqlite3_bind_int64 (row, 1, before.seen_us);
  sqlite3_bind_int64 (row, 2, before.id);
  sqlite3_bind_int64 (row, 5, filter->from_us);
  sqlite3_bind_int64 (row, 6, filter->to_us);
  bind_filter (row, filter);
  calls = read_calls (row, NULL, error);
  sqlite3_finalize (row);
  return calls;
}

/* Returns the last ended calls, newest first. (transfer full) (element-type CsCall) */
GPtrArray *
cs_store_reader_get_latest (CsStoreReader  *self,
                            guint           limit,
                            GError        **error)
{
  g_autoptr (GPtrArray) calls = NULL;

  sqlite3_bind_int (self->statements[GET_LATEST], 1, limit);
  calls = read_calls (self->statements[GET_LATEST], NULL, error);
  if (calls == NULL || !cs_store_mark_order_results (self->db, calls, error))
    return NULL;
  return g_steal_pointer (&calls);
}

static int
compare_seen (gconstpointer a,
              gconstpointer b)
{
  const CsCall *left = *(CsCall *const *) a, *right = *(CsCall *const *) b;

  return (left->seen_us > right->seen_us) - (left->seen_us < right->seen_us);
}

static int
compare_last_heard (gconstpointer a,
                    gconstpointer b)
{
  const CsCall *left = *(CsCall *const *) a, *right = *(CsCall *const *) b;

  return (left->last_us < right->last_us) - (left->last_us > right->last_us);
}

/* Returns at most limit running calls, those of which something was heard last, in the order in which they began.
 * (transfer full) (element-type CsCall) */
GPtrArray *
cs_store_reader_get_running (CsStoreReader  *self,
                             guint           limit,
                             GError        **error)
{
  GPtrArray *calls = NULL;

  for (Statement which = GET_RUNNING; which <= GET_AWAITING; which++)
    {
      sqlite3_bind_int (self->statements[which], 1, limit);
      calls = read_calls (self->statements[which], calls, error);
      if (calls == NULL)
        return NULL;
    }
  if (calls->len > limit)
    {
      g_ptr_array_sort (calls, compare_last_heard);
      g_ptr_array_set_size (calls, limit);
    }
  g_ptr_array_sort (calls, compare_seen);
  return calls;
}

/* How many people nobody has reached yet. */
guint64
cs_store_reader_get_callbacks (CsStoreReader  *self,
                               GError        **error)
{
  sqlite3_stmt *row = self->statements[COUNT_CALLBACKS];
  guint64 n = 0;

  if (cs_sql_next (row, error))
    n = sqlite3_column_int64 (row, 0);
  sqlite3_reset (row);
  return n;
}
