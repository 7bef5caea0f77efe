/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-health.h"

#include "calls/cs-leg.h"

#include <stdlib.h>
#include <string.h>

/* After so many reports that should have come and didn't, nothing is known any more. Source: protocol/exotel.md §2. */
#define SILENT_INTERVALS 3

static const char *status_names[CS_N_HEALTH_STATUSES] = {
  [CS_HEALTH_UNKNOWN] = "UNKNOWN",
  [CS_HEALTH_OK] = "OK",
  [CS_HEALTH_WARNING] = "WARNING",
  [CS_HEALTH_CRITICAL] = "CRITICAL",
  [CS_HEALTH_STALE] = "STALE",
};

static void
phone_health_free (CsPhoneHealth *phone)
{
  g_free (phone->id);
  g_free (phone->number);
  g_free (phone->incoming);
  g_free (phone->outgoing);
  g_free (phone);
}

/* The place of the phone, or the one it would have. */
static guint
find_place (const CsHealthReport *report,
            const char           *id,
            gboolean             *is_there)
{
  guint low = 0, high = report->phones->len;

  *is_there = FALSE;
  while (low < high && !*is_there)
    {
      guint middle = low + (high - low) / 2;
      CsPhoneHealth *phone = g_ptr_array_index (report->phones, middle);
      int order = strcmp (id, phone->id);

      *is_there = order == 0;
      if (order == 0)
        low = middle;
      else if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static gboolean
phone_is_affected (const CsPhoneHealth *phone)
{
  return phone->incoming_affected || phone->outgoing_affected;
}

/* The next phone at or after the place that can't call or be called, or NULL. */
static CsPhoneHealth *
get_next_affected (const CsHealthReport *report,
                   guint                *place)
{
  while (*place < report->phones->len)
    {
      CsPhoneHealth *phone = g_ptr_array_index (report->phones, (*place)++);

      if (phone_is_affected (phone))
        return phone;
    }
  return NULL;
}

static int
compare_times (const void *a,
               const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

/* The name is the one of the JSON API (CONTRACT, "API listener"). */
const char *
cs_health_status_get_name (CsHealthStatus status)
{
  g_return_val_if_fail ((guint) status < CS_N_HEALTH_STATUSES, "UNKNOWN");

  return status_names[status];
}

/* Reads a name in any letter case; whatever isn't one, NULL too, is unknown. */
CsHealthStatus
cs_health_status_from_name (const char *name)
{
  for (int i = 0; name != NULL && i < CS_N_HEALTH_STATUSES; i++)
    {
      if (g_ascii_strcasecmp (name, status_names[i]) == 0)
        return i;
    }
  return CS_HEALTH_UNKNOWN;
}

/* Makes a report without times and phones. It may be changed until it is shared. */
CsHealthReport *
cs_health_report_new (CsHealthStatus status)
{
  CsHealthReport *report = g_new0 (CsHealthReport, 1);

  g_atomic_ref_count_init (&report->ref_count);
  report->at_us = report->told_us = CS_UNKNOWN;
  report->status = status;
  report->phones = g_ptr_array_new_with_free_func ((GDestroyNotify) phone_health_free);
  return report;
}

CsHealthReport *
cs_health_report_ref (CsHealthReport *report)
{
  g_atomic_ref_count_inc (&report->ref_count);
  return report;
}

void
cs_health_report_unref (CsHealthReport *report)
{
  if (!g_atomic_ref_count_dec (&report->ref_count))
    return;
  g_ptr_array_unref (report->phones);
  g_free (report);
}

/* Returns the phone of that id, or NULL. (transfer none) */
CsPhoneHealth *
cs_health_report_get_phone (const CsHealthReport *report,
                            const char           *id)
{
  gboolean is_there;
  guint place = find_place (report, id, &is_there);

  return is_there ? g_ptr_array_index (report->phones, place) : NULL;
}

/* Returns the phone of that id, a new one of which nothing is known where there was none. (transfer none) */
CsPhoneHealth *
cs_health_report_add_phone (CsHealthReport *report,
                            const char     *id)
{
  gboolean is_there;
  guint place = find_place (report, id, &is_there);
  CsPhoneHealth *phone;

  if (is_there)
    return g_ptr_array_index (report->phones, place);
  phone = g_new0 (CsPhoneHealth, 1);
  phone->id = g_strdup (id);
  g_ptr_array_insert (report->phones, (int) place, phone);
  return phone;
}

/* Returns how many phones can't call, can't be called, or neither. */
guint
cs_health_report_count_affected (const CsHealthReport *report)
{
  guint place = 0, n_affected = 0;

  while (get_next_affected (report, &place) != NULL)
    n_affected++;
  return n_affected;
}

/* Whether the later report says something that the earlier one, NULL where there was none, didn't: another status, or
 * other phones affected or in another direction. Only then is anybody alerted. Source: protocol/exotel.md §2. */
gboolean
cs_health_report_is_change (const CsHealthReport *before,
                            const CsHealthReport *after)
{
  guint place_before = 0, place_after = 0;

  if (before == NULL || before->status != after->status)
    return TRUE;
  while (TRUE)
    {
      CsPhoneHealth *left = get_next_affected (before, &place_before);
      CsPhoneHealth *right = get_next_affected (after, &place_after);

      if (left == NULL || right == NULL)
        return left != right;
      if (strcmp (left->id, right->id) != 0 || left->incoming_affected != right->incoming_affected
          || left->outgoing_affected != right->outgoing_affected)
        return TRUE;
    }
}

/**
 * cs_health_report_get_present:
 * @last: (nullable): the last report
 * @interval_us: how often reports come, from cs_health_get_interval(), or %CS_UNKNOWN
 * @now_us: microseconds UTC
 *
 * Returns what is known now: reports come while all is well, too, so silence is a signal. It is stale after three
 * intervals, but not before 15 minutes, and unknown until the first report. Source: protocol/exotel.md §2.
 */
CsHealthStatus
cs_health_report_get_present (const CsHealthReport *last,
                              gint64                interval_us,
                              gint64                now_us)
{
  gint64 silence_us = CS_HEALTH_SHORTEST_SILENCE_US;

  if (last == NULL)
    return CS_HEALTH_UNKNOWN;
  if (interval_us > 0 && interval_us < G_MAXINT64 / SILENT_INTERVALS)
    silence_us = MAX (silence_us, SILENT_INTERVALS * interval_us);
  return now_us - last->at_us > silence_us ? CS_HEALTH_STALE : last->status;
}

/* Returns how often reports come: the middle one of the times between arrivals, which may be in any order, so that
 * neither a lost report nor a repeated one counts for much; or CS_UNKNOWN for fewer than two. */
gint64
cs_health_get_interval (const gint64 *arrivals_us,
                        guint         n_arrivals)
{
  g_autofree gint64 *times = NULL;

  if (n_arrivals < 2)
    return CS_UNKNOWN;

  times = g_memdup2 (arrivals_us, n_arrivals * sizeof *times);
  qsort (times, n_arrivals, sizeof *times, compare_times);
  for (guint i = 0; i + 1 < n_arrivals; i++)
    times[i] = times[i + 1] - times[i];
  qsort (times, n_arrivals - 1, sizeof *times, compare_times);
  return times[(n_arrivals - 1) / 2];
}
