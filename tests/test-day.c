/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"

#define HOUR_US G_TIME_SPAN_HOUR

/* A day in a zone: when it begins, and how long it is. Source: the zones' rules for 2026. */
typedef struct {
  const char *zone;
  const char *date;
  const char *starts; /* UTC */
  gint64 minutes;
} Day;

static const Day days[] = {
  { "UTC", "2026-03-29", "2026-03-29T00:00:00Z", 1440 },
  { "Europe/Berlin", "2026-03-28", "2026-03-27T23:00:00Z", 1440 },
  { "Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 1380 },
  { "Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z", 1440 },
  { "Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 1500 },
  { "Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z", 1440 },
  { "Europe/Berlin", "2028-02-29", "2028-02-28T23:00:00Z", 1440 },
  { "Asia/Kolkata", "2026-03-29", "2026-03-28T18:30:00Z", 1440 },
  { "Asia/Kathmandu", "2026-03-29", "2026-03-28T18:15:00Z", 1440 },
  { "Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z", 1440 },
  { "America/New_York", "2026-12-31", "2026-12-31T05:00:00Z", 1440 },
  /* The clock change is of half an hour. */
  { "Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 1470 },
  /* There is no midnight: the clock goes from 23:59 to 1:00. */
  { "Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 1380 },
  /* There are two: at 1:00 the clock goes back to 0:00. */
  { "Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z", 1500 },
  { "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 1500 },
};

static GTimeZone *
get_zone (const char *name)
{
  GTimeZone *zone = cs_day_get_zone (name);

  g_assert_cmpstr (g_time_zone_get_identifier (zone), ==, name);
  return zone;
}

static char *
format (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  g_assert_cmpint (time_us % G_USEC_PER_SEC, ==, 0);
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
test_starts_where_the_zone_says (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (GTimeZone) zone = get_zone (days[i].zone);
      g_autofree char *text = NULL;
      gint64 start_us = -1;

      g_test_message ("%s %s", days[i].zone, days[i].date);
      g_assert_true (cs_day_parse (zone, days[i].date, &start_us));
      text = format (start_us);
      g_assert_cmpstr (text, ==, days[i].starts);
    }
}

static void
test_is_as_long_as_the_clock_change_makes_it (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (GTimeZone) zone = get_zone (days[i].zone);
      gint64 start_us;

      g_test_message ("%s %s", days[i].zone, days[i].date);
      g_assert_true (cs_day_parse (zone, days[i].date, &start_us));
      g_assert_cmpint (cs_day_add_days (zone, start_us, 1) - start_us, ==, days[i].minutes * G_TIME_SPAN_MINUTE);
    }
}

/* Every moment belongs to the day that has begun last. */
static void
test_each_moment_is_in_its_day (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (GTimeZone) zone = get_zone (days[i].zone);
      gint64 start_us;

      g_test_message ("%s %s", days[i].zone, days[i].date);
      g_assert_true (cs_day_parse (zone, days[i].date, &start_us));
      for (gint64 minute = 0; minute < days[i].minutes; minute += 15)
        g_assert_cmpint (cs_day_get_start (zone, start_us + minute * G_TIME_SPAN_MINUTE), ==, start_us);
      g_assert_cmpint (cs_day_get_start (zone, start_us + days[i].minutes * G_TIME_SPAN_MINUTE - 1), ==, start_us);
      g_assert_cmpint (cs_day_get_start (zone, start_us - 1), <, start_us);
    }
}

static void
test_days_are_added_by_the_calendar (void)
{
  static const struct
  {
    const char *from;
    int n;
    const char *to;
  } cases[] = {
    { "2026-03-28", 2, "2026-03-30" },  { "2026-03-30", -2, "2026-03-28" }, { "2026-10-20", 7, "2026-10-27" },
    { "2026-10-27", -7, "2026-10-20" }, { "2026-12-31", 1, "2027-01-01" },  { "2028-02-28", 1, "2028-02-29" },
    { "2026-01-01", -28, "2025-12-04" }, { "2026-06-01", 0, "2026-06-01" },
  };
  g_autoptr (GTimeZone) zone = get_zone ("Europe/Berlin");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 from_us, to_us;

      g_assert_true (cs_day_parse (zone, cases[i].from, &from_us));
      g_assert_true (cs_day_parse (zone, cases[i].to, &to_us));
      g_assert_cmpint (cs_day_add_days (zone, from_us, cases[i].n), ==, to_us);
    }
}

/* The last day that can be named has an end, too. */
static void
test_last_day_ends_after_it_began (void)
{
  g_autoptr (GTimeZone) zone = get_zone ("Europe/Berlin");
  gint64 start_us;

  g_assert_true (cs_day_parse (zone, "9999-12-31", &start_us));
  g_assert_cmpint (cs_day_add_days (zone, start_us, 1), >, start_us);
}

/* Whoever wants all there is may name any day as the first. */
static void
test_days_before_all_calls_come_before_them (void)
{
  static const char *const texts[] = { "0001-01-01", "0001-01-02", "1582-10-10", "1900-01-01", "1969-12-31" };
  g_autoptr (GTimeZone) zone = get_zone ("Europe/Berlin");
  gint64 last_us = G_MININT64;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gint64 start_us = 42;

      g_assert_true (cs_day_parse (zone, texts[i], &start_us));
      g_assert_cmpint (start_us, >, last_us);
      g_assert_cmpint (start_us, <, 0);
      last_us = start_us;
    }
}

static void
test_parse_takes_nothing_but_a_day (void)
{
  static const char *const texts[] = {
    NULL, "", "2026", "2026-02-30", "2027-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", " 2026-01-01",
    "2026-01-01 ", "2026-1-1", "2026-1-01", "2026-01-1", "2026-01-01x", "2026-01-01T00:00", "2026/01/01", "01-01-2026",
    "20260101", "2026--1-01", "2026-01--1", "2026-+1-01", "-202-01-01", "02026-1-01", "2026-1-011", "2026-01-1-",
    "0000-01-01", "٢٠٢٦-٠١-٠١", "2026-01-0x",
  };
  g_autoptr (GTimeZone) zone = get_zone ("Europe/Berlin");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gint64 start_us = 42;

      g_test_message ("%s", texts[i] != NULL ? texts[i] : "(null)");
      g_assert_false (cs_day_parse (zone, texts[i], &start_us));
      g_assert_cmpint (start_us, ==, 42);
    }
}

static void
test_offset_is_the_clock_s (void)
{
  static const struct
  {
    const char *zone;
    const char *time;
    int minutes;
  } cases[] = {
    { "UTC", "2026-07-01T00:00:00Z", 0 },
    { "Europe/Berlin", "2026-03-29T00:59:59Z", 60 },
    { "Europe/Berlin", "2026-03-29T01:00:00Z", 120 },
    { "Europe/Berlin", "2026-10-25T00:59:59Z", 120 },
    { "Europe/Berlin", "2026-10-25T01:00:00Z", 60 },
    { "Asia/Kolkata", "2026-07-01T00:00:00Z", 330 },
    { "Asia/Kathmandu", "2026-07-01T00:00:00Z", 345 },
    { "Pacific/Kiritimati", "2026-07-01T00:00:00Z", 840 },
    { "America/New_York", "2026-01-01T00:00:00Z", -300 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GTimeZone) zone = get_zone (cases[i].zone);
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (cases[i].time, NULL);

      g_assert_cmpint (cs_day_get_offset (zone, g_date_time_to_unix (time) * G_USEC_PER_SEC), ==,
                       cases[i].minutes * G_TIME_SPAN_MINUTE);
    }
}

static void
test_unnamed_zone_is_the_desktop_s (void)
{
  static const char *const names[] = { NULL, "", "Nowhere/At_all" };
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GTimeZone) zone = cs_day_get_zone (names[i]);

      g_assert_cmpstr (g_time_zone_get_identifier (zone), ==, g_time_zone_get_identifier (local));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/day/starts-where-the-zone-says", test_starts_where_the_zone_says);
  g_test_add_func ("/day/is-as-long-as-the-clock-change-makes-it", test_is_as_long_as_the_clock_change_makes_it);
  g_test_add_func ("/day/each-moment-is-in-its-day", test_each_moment_is_in_its_day);
  g_test_add_func ("/day/days-are-added-by-the-calendar", test_days_are_added_by_the_calendar);
  g_test_add_func ("/day/last-day-ends-after-it-began", test_last_day_ends_after_it_began);
  g_test_add_func ("/day/days-before-all-calls-come-before-them", test_days_before_all_calls_come_before_them);
  g_test_add_func ("/day/parse-takes-nothing-but-a-day", test_parse_takes_nothing_but_a_day);
  g_test_add_func ("/day/offset-is-the-clock-s", test_offset_is_the_clock_s);
  g_test_add_func ("/day/unnamed-zone-is-the-desktop-s", test_unnamed_zone_is_the_desktop_s);
  return g_test_run ();
}
