/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "calls/cs-day.h"
#include "engine/cs-report.h"
#include "store/cs-store-health.h"

#define STRIP_DAYS 7
/* Silence for as long as this is a gap in the strip, even where heartbeats are rare. */
#define LEAST_GAP_US (15 * G_TIME_SPAN_MINUTE)
/* So many quarter hours are looked through for the way in which numbers are written. */
#define MAX_QUARTERS 200

typedef struct {
  char *data_dir;
  CsCallFilter filter;
  GTimeZone *zone;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->data_dir);
  cs_call_filter_clear (&question->filter);
  g_time_zone_unref (question->zone);
  g_free (question);
}

static void
number_free (gpointer data)
{
  CsReportNumber *number = data;

  g_free (number->number_key);
  g_free (number->number);
  g_free (number->name);
  g_free (number->incoming);
  g_free (number->outgoing);
  g_free (number);
}

/* Numbers by key, while they are read. */
typedef struct {
  CsReport *report;
  GHashTable *by_key;  /* (owned) (element-type utf8 CsReportNumber) */
} NumberBook;

static CsReportNumber *
get_number (NumberBook *book,
            const char *key,
            const char *number)
{
  CsReportNumber *added = g_hash_table_lookup (book->by_key, key);

  if (added != NULL)
    return added;
  added = g_new0 (CsReportNumber, 1);
  added->number_key = g_strdup (key);
  added->number = g_strdup (number);
  g_ptr_array_add (book->report->numbers, added);
  g_hash_table_insert (book->by_key, added->number_key, added);
  return added;
}

/* @written: the number, or what stands in its place */
static CsReportNumber *
get_written_number (NumberBook *book,
                    const char *written)
{
  g_autofree char *key = cs_number_get_key (written);

  return get_number (book, key != NULL ? key : written, written);
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  const CsReportNumber *left = *(CsReportNumber *const *) a, *right = *(CsReportNumber *const *) b;
  guint64 left_total = cs_metrics_get_total (&left->metrics), right_total = cs_metrics_get_total (&right->metrics);

  if (left_total != right_total)
    return left_total > right_total ? -1 : 1;
  return g_strcmp0 (left->number_key, right->number_key);
}

static gboolean
read_listed (NumberBook     *book,
             CsStoreReader  *reader,
             GError        **error)
{
  g_autoptr (GPtrArray) phones = cs_store_reader_get_phones (reader, error);

  if (phones == NULL)
    return FALSE;
  for (guint i = 0; i < phones->len; i++)
    {
      CsPhone *phone = g_ptr_array_index (phones, i);
      CsReportNumber *number = get_written_number (book, phone->number != NULL ? phone->number : phone->id);

      g_free (number->name);
      number->name = g_strdup (phone->name);
    }
  return TRUE;
}

static void
add_health (NumberBook           *book,
            const CsHealthReport *heartbeat)
{
  for (guint i = 0; i < heartbeat->phones->len; i++)
    {
      CsPhoneHealth *phone = g_ptr_array_index (heartbeat->phones, i);
      CsReportNumber *number = get_written_number (book, phone->number != NULL ? phone->number : phone->id);

      number->is_affected = phone->incoming_affected || phone->outgoing_affected;
      g_free (number->incoming);
      g_free (number->outgoing);
      number->incoming = g_strdup (phone->incoming);
      number->outgoing = g_strdup (phone->outgoing);
    }
}

/* A number that neither the list nor a heartbeat names. */
typedef struct {
  CsReportNumber *number;
  gint64 last_us;
} Unlisted;

static int
compare_unlisted (gconstpointer a,
                  gconstpointer b)
{
  const Unlisted *left = a, *right = b;

  return (left->last_us < right->last_us) - (left->last_us > right->last_us);
}

/* As the latest call wrote it. Numbers in use share their last quarter hour; of those long out of use, or of an endless number of
 * them, the key has to do. */
static gboolean
write_unlisted (GArray         *unlisted,
                CsStoreReader  *reader,
                GError        **error)
{
  g_autoptr (GHashTable) written = NULL;
  gint64 read_us = CS_UNKNOWN;
  guint n_read = 0;

  g_array_sort (unlisted, compare_unlisted);
  for (guint i = 0; i < unlisted->len; i++)
    {
      Unlisted *known = &g_array_index (unlisted, Unlisted, i);
      const char *number;

      if (known->last_us != read_us && n_read++ < MAX_QUARTERS)
        {
          g_clear_pointer (&written, g_hash_table_unref);
          read_us = known->last_us;
          written = cs_store_reader_get_written_numbers (reader, CS_PROVIDER_EXOTEL, read_us, read_us + CS_QUARTER_US, error);
          if (written == NULL)
            return FALSE;
        }
      number = known->last_us == read_us ? g_hash_table_lookup (written, known->number->number_key) : NULL;
      known->number->number = g_strdup (number != NULL ? number : known->number->number_key);
    }
  return TRUE;
}

static gboolean
read_calls (NumberBook          *book,
            CsStoreReader       *reader,
            const CsCallFilter  *filter,
            GError             **error)
{
  g_autoptr (GHashTable) metrics = cs_store_reader_get_metrics_by_number (reader, filter, book->report->zone, &book->report->metrics,
                                                                          error);
  g_autoptr (GArray) unlisted = g_array_new (FALSE, FALSE, sizeof (Unlisted));
  GHashTableIter iter;
  gpointer key, value;

  if (metrics == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, metrics);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      CsNumberMetrics *figures = value;
      Unlisted known = { get_number (book, key, NULL), figures->last_us };

      known.number->metrics = figures->metrics;
      if (known.number->number == NULL)
        g_array_append_val (unlisted, known);
    }
  return write_unlisted (unlisted, reader, error);
}

/* The account's own list first, then what the heartbeat names, then what calls were made with: each number once. */
static gboolean
read_numbers (CsReport            *report,
              CsStoreReader       *reader,
              const CsCallFilter  *filter,
              GError             **error)
{
  g_autoptr (GHashTable) by_key = g_hash_table_new (g_str_hash, g_str_equal);
  NumberBook book = { report, by_key };

  if (!read_listed (&book, reader, error))
    return FALSE;
  if (report->heartbeat != NULL)
    add_health (&book, report->heartbeat);
  if (!read_calls (&book, reader, filter, error))
    return FALSE;
  g_ptr_array_sort (report->numbers, compare_numbers);
  return TRUE;
}

static void
add_span (GArray         *strip,
          gint64          from_us,
          gint64          to_us,
          CsHealthStatus  status)
{
  CsReportSpan span = { from_us, to_us, status };
  CsReportSpan *last = strip->len > 0 ? &g_array_index (strip, CsReportSpan, strip->len - 1) : NULL;

  if (to_us <= from_us)
    return;
  if (last != NULL && last->status == status)
    last->to_us = to_us;
  else
    g_array_append_val (strip, span);
}

/* A status holds until the next heartbeat, but not through a silence. */
static gboolean
read_strip (CsReport       *report,
            CsStoreReader  *reader,
            GError        **error)
{
  gint64 end_us = report->made_us;
  gint64 begin_us = cs_day_add_days (report->zone, cs_day_get_start (report->zone, end_us), 1 - STRIP_DAYS);
  gint64 gap_us = report->interval_us > 0 ? MAX (3 * report->interval_us, LEAST_GAP_US) : LEAST_GAP_US;
  g_autoptr (GArray) moments = cs_store_reader_get_health_history (reader, begin_us - gap_us, error);
  gint64 at_us = begin_us;

  if (moments == NULL)
    return FALSE;
  for (guint i = 0; i < moments->len; i++)
    {
      CsHealthMoment *moment = &g_array_index (moments, CsHealthMoment, i);
      gint64 next_us = i + 1 < moments->len ? g_array_index (moments, CsHealthMoment, i + 1).at_us : end_us;
      gint64 from_us = MAX (moment->at_us, at_us), to_us = MIN (MIN (next_us, moment->at_us + gap_us), end_us);

      add_span (report->strip, at_us, from_us, CS_HEALTH_UNKNOWN);
      add_span (report->strip, from_us, to_us, moment->status);
      at_us = MAX (from_us, to_us);
    }
  add_span (report->strip, at_us, end_us, CS_HEALTH_UNKNOWN);
  return TRUE;
}

/* The period before is as much to read as the period itself: it is read beside. */
typedef struct {
  const char *data_dir;
  const CsCallFilter *filter; /* of the period */
  GTimeZone *zone;
  CsMetrics metrics;
  GError *error;              /* (owned) (nullable) */
} PeriodBefore;

static gpointer
read_before (gpointer data)
{
  PeriodBefore *before = data;
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (before->data_dir, &before->error);
  CsCallFilter filter = *before->filter;
  /* Days, not hours: a clock change makes one of them shorter. */
  int n_days = MAX ((filter.to_us - filter.from_us + G_TIME_SPAN_DAY / 2) / G_TIME_SPAN_DAY, 1);

  filter.to_us = filter.from_us;
  filter.from_us = cs_day_add_days (before->zone, filter.to_us, -n_days);
  if (reader != NULL)
    cs_store_reader_get_metrics (reader, &filter, before->zone, &before->metrics, &before->error);
  return NULL;
}

static gboolean
read_health (CsReport       *report,
             CsStoreReader  *reader,
             GError        **error)
{
  g_autoptr (GError) local = NULL;

  report->heartbeat = cs_store_reader_get_health (reader, &report->interval_us, &report->health_since_us, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  report->health = cs_health_report_get_present (report->heartbeat, report->interval_us, report->made_us);
  return read_strip (report, reader, error);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Question *question = data;
  GError *error = NULL;
  CsReport *report = cs_report_read (question->data_dir, &question->filter, question->zone, g_get_real_time (), &error);

  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify) cs_report_unref);
  else
    g_task_return_error (task, error);
}

CsReport *
cs_report_ref (CsReport *report)
{
  g_atomic_ref_count_inc (&report->ref_count);
  return report;
}

void
cs_report_unref (CsReport *report)
{
  if (!g_atomic_ref_count_dec (&report->ref_count))
    return;
  g_time_zone_unref (report->zone);
  g_clear_pointer (&report->heartbeat, cs_health_report_unref);
  g_ptr_array_unref (report->numbers);
  g_array_unref (report->strip);
  g_free (report);
}

/* Reads the figures of the days that the filter spans, in the zone, in a thread of its own. */
void
cs_report_read_async (const char          *data_dir,
                      const CsCallFilter  *filter,
                      GTimeZone           *zone,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->data_dir = g_strdup (data_dir);
  question->filter = *filter;
  question->filter.number_key = g_strdup (filter->number_key);
  question->zone = g_time_zone_ref (zone);
  g_task_set_source_tag (task, cs_report_read_async);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* (transfer full) */
CsReport *
cs_report_read_finish (GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The same at once. now_us is what "at present" means. (transfer full) */
CsReport *
cs_report_read (const char          *data_dir,
                const CsCallFilter  *filter,
                GTimeZone           *zone,
                gint64               now_us,
                GError             **error)
{
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (data_dir, error);
  g_autoptr (CsReport) report = NULL;
  PeriodBefore before = { .data_dir = data_dir, .filter = filter, .zone = zone };
  GThread *thread;
  gboolean is_read;

  if (reader == NULL)
    return NULL;
  report = g_new0 (CsReport, 1);
  g_atomic_ref_count_init (&report->ref_count);
  report->made_us = now_us;
  report->zone = g_time_zone_ref (zone);
  report->numbers = g_ptr_array_new_with_free_func (number_free);
  report->strip = g_array_new (FALSE, FALSE, sizeof (CsReportSpan));

  thread = g_thread_new ("period before", read_before, &before);
  is_read = read_health (report, reader, error) && read_numbers (report, reader, filter, error);
  g_thread_join (thread);
  report->previous = before.metrics;
  if (is_read && before.error == NULL)
    return g_steal_pointer (&report);
  if (is_read)
    g_propagate_error (error, g_steal_pointer (&before.error));
  g_clear_error (&before.error);
  return NULL;
}
