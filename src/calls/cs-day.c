/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"

#include <stdio.h>
#include <string.h>

#define INDIA_SECONDS (5 * 3600 + 1800)

/* The first of two midnights where the clock is put back from 1:00 to 0:00. A day past the calendar's last one never
 * comes. */
static gint64
get_midnight (GTimeZone *zone,
              int        year,
              int        month,
              int        day)
{
  g_autoptr (GDateTime) midnight = g_date_time_new (zone, year, month, day, 0, 0, 0);
  gint64 start_us, gain_us;

  if (midnight == NULL)
    return G_MAXINT64;
  start_us = g_date_time_to_unix (midnight) * G_USEC_PER_SEC;
  gain_us = cs_day_get_offset (zone, start_us - 1) - cs_day_get_offset (zone, start_us);
  return start_us - MAX (gain_us, 0);
}

static GDateTime *
get_local (GTimeZone *zone,
           gint64     time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return g_date_time_to_timezone (utc, zone);
}

/* Returns the zone of that name, the desktop's where it is empty or unknown. India's is known even where zones aren't
 * installed: protocol/exotel.md §1. (transfer full) */
GTimeZone *
cs_day_get_zone (const char *identifier)
{
  GTimeZone *zone = NULL;

  if (identifier != NULL && *identifier != '\0')
    zone = g_time_zone_new_identifier (identifier);
  if (zone == NULL && g_strcmp0 (identifier, "Asia/Kolkata") == 0)
    zone = g_time_zone_new_offset (INDIA_SECONDS);
  return zone != NULL ? zone : g_time_zone_new_local ();
}

/* Returns when the day began in which the time lies: both microseconds UTC. */
gint64
cs_day_get_start (GTimeZone *zone,
                  gint64     time_us)
{
  g_autoptr (GDateTime) local = get_local (zone, time_us);

  return get_midnight (zone, g_date_time_get_year (local), g_date_time_get_month (local),
                       g_date_time_get_day_of_month (local));
}

/* Returns when the day begins that is so many days later; days that a clock change makes longer or shorter count as one. */
gint64
cs_day_add_days (GTimeZone *zone,
                 gint64     start_us,
                 int        days)
{
  g_autoptr (GDateTime) local = get_local (zone, start_us);
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, g_date_time_get_day_of_month (local), g_date_time_get_month (local), g_date_time_get_year (local));
  g_date_set_julian (&date, g_date_get_julian (&date) + days);
  return get_midnight (zone, g_date_get_year (&date), g_date_get_month (&date), g_date_get_day (&date));
}

/* Reads a day, "2026-01-31" and nothing else, and sets when it began. */
gboolean
cs_day_parse (GTimeZone  *zone,
              const char *date,
              gint64     *start_us)
{
  int year, month, day, length = 0;

  if (date == NULL || strlen (date) != 10 || strspn (date, "0123456789-") != 10
      || sscanf (date, "%4d-%2d-%2d%n", &year, &month, &day, &length) != 3 || length != 10 || year < 1
      || !g_date_valid_dmy (day, month, year))
    return FALSE;
  *start_us = get_midnight (zone, year, month, day);
  return TRUE;
}

/* Returns how far the zone's clock was ahead of UTC at that time, in microseconds. */
gint64
cs_day_get_offset (GTimeZone *zone,
                   gint64     time_us)
{
  int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, time_us / G_USEC_PER_SEC);

  return g_time_zone_get_offset (zone, interval) * (gint64) G_USEC_PER_SEC;
}
