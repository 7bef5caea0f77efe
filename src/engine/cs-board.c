/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-board.h"
#include "store/cs-store-health.h"
#include "store/cs-store-orders.h"

#include <string.h>

#define N_RUNNING 50
#define N_LATEST 30
#define USUAL_WEEKS 4

struct _CsBoard
{
  CsStoreReader *reader; /* (owned) */
  GTimeZone *zone;       /* (owned) */

  /* What past weeks say changes only with the quarter hour. */
  gint64 usual_quarter;
  CsMetrics usual;
  CsMetrics usual_so_far;
  double usual_hours[24];

  gboolean has_heartbeat; /* once there was one, there always was */
};

static gboolean
read_incoming (CsBoard    *self,
               gint64      from_us,
               gint64      to_us,
               CsMetrics  *metrics,
               GError    **error)
{
  CsCallFilter filter = CS_CALL_FILTER_ALL;

  filter.provider = CS_PROVIDER_SIPGATE;
  filter.direction = CS_DIRECTION_INBOUND;
  filter.from_us = from_us;
  filter.to_us = to_us;
  return cs_store_reader_get_metrics (self->reader, &filter, self->zone, metrics, error);
}

/* The mean of the same weekday of the last weeks, those without a single call left out: it wasn't a usual day, or the
 * program wasn't there yet. */
static gboolean
read_usual_hours (CsBoard  *self,
                  gint64    today_us,
                  GError  **error)
{
  guint64 sums[24] = { 0 };
  guint n_days = 0;

  for (int week = 1; week <= USUAL_WEEKS; week++)
    {
      gint64 day_us = cs_day_add_days (self->zone, today_us, -7 * week);
      CsMetrics metrics;

      if (!read_incoming (self, day_us, cs_day_add_days (self->zone, day_us, 1), &metrics, error))
        return FALSE;
      if (cs_metrics_get_total (&metrics) == 0)
        continue;
      n_days++;
      for (int hour = 0; hour < 24; hour++)
        sums[hour] += metrics.hours[hour];
    }
  for (int hour = 0; hour < 24; hour++)
    self->usual_hours[hour] = n_days > 0 ? (double) sums[hour] / n_days : 0;
  return TRUE;
}

/* When, on the day that begins at day_us, the clock shows what it shows at time_us of the day that began at today_us. */
static gint64
get_same_time (GTimeZone *zone,
               gint64     today_us,
               gint64     time_us,
               gint64     day_us)
{
  gint64 time_of_day_us = time_us + cs_day_get_offset (zone, time_us) - today_us - cs_day_get_offset (zone, today_us);
  gint64 then_us = day_us + time_of_day_us;

  return then_us + cs_day_get_offset (zone, day_us) - cs_day_get_offset (zone, then_us);
}

static gboolean
read_usual (CsBoard  *self,
            gint64    now_us,
            gint64    today_us,
            GError  **error)
{
  gint64 last_week_us = cs_day_add_days (self->zone, today_us, -7);
  gint64 until_us = get_same_time (self->zone, today_us, now_us, last_week_us);

  if (self->usual_quarter == now_us / CS_QUARTER_US)
    return TRUE;
  if (!read_incoming (self, last_week_us, cs_day_add_days (self->zone, last_week_us, 1), &self->usual, error)
      || !read_incoming (self, last_week_us, until_us, &self->usual_so_far, error)
      || !read_usual_hours (self, today_us, error))
    return FALSE;
  self->usual_quarter = now_us / CS_QUARTER_US;
  return TRUE;
}

/* Makes a board on a store that exists, in the desktop's time zone. */
CsBoard *
cs_board_new (const char  *data_dir,
              GError     **error)
{
  CsStoreReader *reader = cs_store_reader_open (data_dir, error);
  CsBoard *self;

  if (reader == NULL)
    return NULL;
  self = g_new0 (CsBoard, 1);
  self->reader = reader;
  self->zone = g_time_zone_new_local ();
  self->usual_quarter = -1;
  return self;
}

void
cs_board_free (CsBoard *self)
{
  cs_store_reader_close (self->reader);
  g_time_zone_unref (self->zone);
  g_free (self);
}

/* Sets in which zone a day begins and hours are counted. */
void
cs_board_set_zone (CsBoard   *self,
                   GTimeZone *zone)
{
  g_time_zone_unref (self->zone);
  self->zone = g_time_zone_ref (zone);
  self->usual_quarter = -1;
}

/* Marks the running calls whose callers talk to the order line. */
static void
mark_order_calls (CsBoard    *self,
                  GPtrArray  *running,
                  GError    **error)
{
  g_autoptr (GArray) ids = cs_store_reader_get_order_calls (self->reader, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      for (guint j = 0; j < running->len; j++)
        {
          CsCall *call = g_ptr_array_index (running, j);

          call->is_at_order_line = call->is_at_order_line || call->id == g_array_index (ids, gint64, i);
        }
    }
}

/* Fills in all that the snapshot says of calls. */
gboolean
cs_board_read (CsBoard     *self,
               gint64       now_us,
               CsSnapshot  *snapshot,
               GError     **error)
{
  gint64 today_us = cs_day_get_start (self->zone, now_us);
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  g_autoptr (GError) local = NULL;
  GPtrArray *active, *latest;

  filter.provider = CS_PROVIDER_SIPGATE;
  filter.from_us = today_us;
  filter.to_us = cs_day_add_days (self->zone, today_us, 1);
  snapshot->made_us = now_us;
  snapshot->zone = g_time_zone_ref (self->zone);
  if (!cs_store_reader_get_metrics (self->reader, &filter, self->zone, &snapshot->today, error)
      || !read_incoming (self, filter.from_us, filter.to_us, &snapshot->incoming, error)
      || !read_usual (self, now_us, today_us, error))
    return FALSE;
  snapshot->usual = self->usual;
  snapshot->usual_so_far = self->usual_so_far;
  memcpy (snapshot->usual_hours, self->usual_hours, sizeof self->usual_hours);

  snapshot->n_callbacks = cs_store_reader_get_callbacks (self->reader, &local);
  active = local == NULL ? cs_store_reader_get_running (self->reader, N_RUNNING, &local) : NULL;
  latest = local == NULL ? cs_store_reader_get_latest (self->reader, N_LATEST, &local) : NULL;
  if (active != NULL)
    {
      g_ptr_array_unref (snapshot->active);
      snapshot->active = active;
      mark_order_calls (self, active, local == NULL ? &local : NULL);
    }
  if (latest != NULL)
    {
      g_ptr_array_unref (snapshot->latest);
      snapshot->latest = latest;
    }
  snapshot->has_calls = snapshot->active->len > 0 || snapshot->latest->len > 0;
  if (!self->has_heartbeat && local == NULL)
    self->has_heartbeat = cs_store_reader_has_heartbeat (self->reader, &local);
  snapshot->has_heartbeat = self->has_heartbeat;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return local == NULL;
}
