/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-time-format.h"

#include <glib/gi18n.h>

#include "calls/cs-call.h"

static GDateTime *
get_local_time (gint64     time_us,
                GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

/**
 * cs_time_format_duration:
 * @duration_us: microseconds, or %CS_UNKNOWN; below zero counts as zero, as a clock that was set back shows it
 *
 * Returns: (transfer full): "2:14", from an hour on "1:02:03", "–" where it is unknown
 */
char *
cs_time_format_duration (gint64 duration_us)
{
  gint64 seconds;

  if (duration_us == CS_UNKNOWN)
    return g_strdup ("–");

  seconds = MAX (duration_us, 0) / G_USEC_PER_SEC;
  if (seconds < 3600)
    return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (int) (seconds / 60 % 60), (int) (seconds % 60));
}

/**
 * cs_time_format_spoken:
 * @duration_us: microseconds, or %CS_UNKNOWN
 *
 * Returns: (transfer full): the duration in words, for a screen reader: "2 minutes 14 seconds"
 */
char *
cs_time_format_spoken (gint64 duration_us)
{
  g_autofree char *minute_text = NULL;
  g_autofree char *second_text = NULL;
  guint64 seconds;
  gulong minutes;

  if (duration_us == CS_UNKNOWN)
    return g_strdup (_("not known"));

  seconds = (guint64) MAX (duration_us, 0) / G_USEC_PER_SEC;
  minutes = (gulong) (seconds / 60);
  second_text = g_strdup_printf (ngettext ("%d second", "%d seconds", (gulong) (seconds % 60)), (int) (seconds % 60));
  if (minutes == 0)
    return g_steal_pointer (&second_text);
  minute_text = g_strdup_printf (ngettext ("%lu minute", "%lu minutes", minutes), minutes);
  return g_strconcat (minute_text, " ", second_text, NULL);
}

/**
 * cs_time_format_clock:
 * @time_us: microseconds UTC since 1970, or %CS_UNKNOWN
 * @now_us: the present, to tell another day from today
 * @zone: the zone to show it in
 *
 * Returns: (transfer full): "14:02", with the weekday or the date before it where it was not today
 */
char *
cs_time_format_clock (gint64     time_us,
                      gint64     now_us,
                      GTimeZone *zone)
{
  g_autoptr (GDateTime) time = time_us != CS_UNKNOWN ? get_local_time (time_us, zone) : NULL;
  g_autoptr (GDateTime) now = get_local_time (now_us, zone);

  if (time == NULL || now == NULL)
    return g_strdup ("–");
  if (g_date_time_get_year (time) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now))
    /* Translators: time of day, as in g_date_time_format(). */
    return g_date_time_format (time, C_("time of day", "%H:%M"));
  if (now_us - time_us < 6 * G_TIME_SPAN_DAY)
    /* Translators: abbreviated weekday and time of day, as in g_date_time_format(). */
    return g_date_time_format (time, C_("day of this week", "%a %H:%M"));
  /* Translators: day, abbreviated month and time of day, as in g_date_time_format(). */
  return g_date_time_format (time, C_("another day", "%-d %b %H:%M"));
}

/**
 * cs_time_format_ago:
 * @time_us: microseconds UTC since 1970, or %CS_UNKNOWN
 * @now_us: the present
 *
 * Returns: (transfer full): "2 minutes ago", "Never" where it is unknown
 */
char *
cs_time_format_ago (gint64 time_us,
                    gint64 now_us)
{
  gint64 seconds;
  gulong n;

  if (time_us == CS_UNKNOWN)
    return g_strdup (C_("last heard", "Never"));

  seconds = MAX (now_us - time_us, 0) / G_USEC_PER_SEC;
  if (seconds < 5)
    return g_strdup (_("Just now"));
  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d second ago", "%d seconds ago", (gulong) seconds), (int) seconds);
  if (seconds < 3600) {
    n = (gulong) (seconds / 60);
    return g_strdup_printf (ngettext ("%lu minute ago", "%lu minutes ago", n), n);
  }
  if (seconds < 86400) {
    n = (gulong) (seconds / 3600);
    return g_strdup_printf (ngettext ("%lu hour ago", "%lu hours ago", n), n);
  }
  n = (gulong) (seconds / 86400);
  return g_strdup_printf (ngettext ("%lu day ago", "%lu days ago", n), n);
}
