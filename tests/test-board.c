/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-board.h"
#include "store-fixture.h"
#include "store/cs-store-health.h"

static gint64
parse_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

/* Stores n ended calls that were first heard of at that time. */
static void
add_calls (StoreFixture *fixture,
           const char   *time,
           CsProvider    provider,
           CsDirection   direction,
           int           n)
{
  static int n_records;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (CsCall) call = cs_call_new (provider);
      gboolean changed;

      call->record_id = g_strdup_printf ("record-%d", ++n_records);
      call->direction = direction;
      call->outcome = call->plain_outcome = CS_OUTCOME_MISSED;
      call->seen_us = call->last_us = parse_time (time);
      cs_store_put_record (fixture->store, call, &changed, &error);
      g_assert_no_error (error);
    }
  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
}

static void
add_incoming (StoreFixture *fixture,
              const char   *time,
              int           n)
{
  add_calls (fixture, time, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, n);
}

static CsBoard *
make_board (StoreFixture *fixture,
            const char   *zone_name)
{
  g_autoptr (GTimeZone) zone = cs_day_get_zone (zone_name);
  g_autoptr (GError) error = NULL;
  CsBoard *board = cs_board_new (fixture->dir, &error);

  g_assert_no_error (error);
  cs_board_set_zone (board, zone);
  return board;
}

static CsSnapshot *
read_board (CsBoard    *board,
            const char *now)
{
  CsSnapshot *snapshot = cs_snapshot_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (cs_board_read (board, parse_time (now), snapshot, &error));
  g_assert_no_error (error);
  g_assert_cmpint (snapshot->made_us, ==, parse_time (now));
  return snapshot;
}

static void
test_empty_store_has_no_calls (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsBoard) board = make_board (fixture, "Europe/Berlin");
  g_autoptr (CsSnapshot) snapshot = read_board (board, "2026-06-10T10:00:00Z");

  g_assert_false (snapshot->has_calls);
  g_assert_cmpuint (cs_metrics_get_total (&snapshot->today), ==, 0);
  g_assert_cmpuint (snapshot->active->len, ==, 0);
  g_assert_cmpuint (snapshot->latest->len, ==, 0);
  g_assert_cmpuint (snapshot->n_callbacks, ==, 0);
  for (int hour = 0; hour < 24; hour++)
    g_assert_cmpfloat (snapshot->usual_hours[hour], ==, 0);
}

static void
test_needs_a_store (void)
{
  g_autofree char *dir = store_dir_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (cs_board_new (dir, &error));
  g_assert_error (error, CS_STORE_ERROR, CS_STORE_ERROR_IO);
  store_dir_free (g_steal_pointer (&dir));
}

static void
test_today_is_the_zone_s (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsBoard) board = make_board (fixture, "Europe/Berlin");
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GTimeZone) kolkata = cs_day_get_zone ("Asia/Kolkata");
  g_autoptr (CsSnapshot) later = NULL;

  add_incoming (fixture, "2026-06-09T18:29:59Z", 16);
  add_incoming (fixture, "2026-06-09T18:30:00Z", 8);
  add_incoming (fixture, "2026-06-09T21:59:59Z", 4);
  add_incoming (fixture, "2026-06-09T22:00:00Z", 2);
  add_incoming (fixture, "2026-06-10T09:00:00Z", 1);
  snapshot = read_board (board, "2026-06-10T10:00:00Z");
  g_assert_cmpuint (cs_metrics_get_total (&snapshot->today), ==, 3);
  g_assert_cmpuint (snapshot->today.hours[0], ==, 2);
  g_assert_cmpuint (snapshot->today.hours[11], ==, 1);
  g_assert_cmpstr (g_time_zone_get_identifier (snapshot->zone), ==, "Europe/Berlin");

  cs_board_set_zone (board, kolkata);
  later = read_board (board, "2026-06-10T10:00:00Z");
  g_assert_cmpuint (cs_metrics_get_total (&later->today), ==, 15);
  g_assert_cmpuint (later->today.hours[14], ==, 1);
}

static void
test_bars_are_of_incoming_sipgate_calls (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsBoard) board = make_board (fixture, "UTC");
  g_autoptr (CsSnapshot) snapshot = NULL;

  add_calls (fixture, "2026-06-10T09:00:00Z", CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, 1);
  add_calls (fixture, "2026-06-10T09:00:00Z", CS_PROVIDER_SIPGATE, CS_DIRECTION_OUTBOUND, 2);
  add_calls (fixture, "2026-06-10T09:00:00Z", CS_PROVIDER_SIPGATE, CS_DIRECTION_INTERNAL, 4);
  add_calls (fixture, "2026-06-10T09:00:00Z", CS_PROVIDER_EXOTEL, CS_DIRECTION_INBOUND, 8);
  snapshot = read_board (board, "2026-06-10T10:00:00Z");
  g_assert_cmpuint (cs_metrics_get_total (&snapshot->incoming), ==, 1);
  g_assert_cmpuint (cs_metrics_get_bar (&snapshot->incoming, CS_BAR_MISSED), ==, 1);
  g_assert_true (snapshot->has_calls);
}

/* Two moments, two seconds apart; the board isn't made anew. */
static void
test_midnight_begins_a_new_day (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsBoard) board = make_board (fixture, "Europe/Berlin");
  g_autoptr (CsSnapshot) before = NULL, after = NULL;

  add_incoming (fixture, "2026-06-03T08:00:00Z", 5);
  add_incoming (fixture, "2026-06-04T08:00:00Z", 7);
  add_incoming (fixture, "2026-06-10T08:00:00Z", 3);
  before = read_board (board, "2026-06-10T21:59:59Z");
  g_assert_cmpuint (cs_metrics_get_total (&before->today), ==, 3);
  g_assert_cmpuint (cs_metrics_get_total (&before->incoming), ==, 3);
  g_assert_cmpuint (cs_metrics_get_total (&before->usual), ==, 5);
  g_assert_cmpuint (cs_metrics_get_total (&before->usual_so_far), ==, 5);

  after = read_board (board, "2026-06-10T22:00:01Z");
  g_assert_cmpuint (cs_metrics_get_total (&after->today), ==, 0);
  g_assert_cmpuint (cs_metrics_get_total (&after->incoming), ==, 0);
  g_assert_cmpuint (cs_metrics_get_total (&after->usual), ==, 7);
  g_assert_cmpuint (cs_metrics_get_total (&after->usual_so_far), ==, 0);
  g_assert_cmpfloat (after->usual_hours[10], ==, 7);
  g_assert_true (after->has_calls);
  g_assert_cmpuint (after->latest->len, ==, 15);
}

static void
test_usual_is_last_week_until_this_time_of_day (void)
{
  static const struct
  {
    const char *zone;
    const char *now;
    guint64 n_so_far;
  } cases[] = {
    { "Europe/Berlin", "2026-06-10T07:14:59Z", 0 },
    { "Europe/Berlin", "2026-06-10T08:00:00Z", 1 },
    { "Europe/Berlin", "2026-06-10T10:00:00Z", 3 },
    { "Europe/Berlin", "2026-06-10T21:59:59Z", 3 },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();

  add_incoming (fixture, "2026-06-02T21:59:00Z", 32);
  add_incoming (fixture, "2026-06-03T07:20:00Z", 1);
  add_incoming (fixture, "2026-06-03T08:20:00Z", 2);
  add_incoming (fixture, "2026-06-03T22:00:00Z", 64);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsBoard) board = make_board (fixture, cases[i].zone);
      g_autoptr (CsSnapshot) snapshot = read_board (board, cases[i].now);

      g_assert_cmpuint (cs_metrics_get_total (&snapshot->usual), ==, 3);
      g_assert_cmpuint (cs_metrics_get_total (&snapshot->usual_so_far), ==, cases[i].n_so_far);
    }
}

/* At noon it is noon, also on the days on which the clocks are changed, and a week after them. */
static void
test_usual_time_of_day_is_the_clock_s (void)
{
  static const struct
  {
    const char *now;
    const char *noon_a_week_ago;
  } cases[] = {
    { "2026-03-29T10:00:00Z", "2026-03-22T11:00:00Z" },
    { "2026-04-05T10:00:00Z", "2026-03-29T10:00:00Z" },
    { "2026-10-25T11:00:00Z", "2026-10-18T10:00:00Z" },
    { "2026-11-01T11:00:00Z", "2026-10-25T11:00:00Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new ();
      g_autoptr (CsBoard) board = make_board (fixture, "Europe/Berlin");
      g_autoptr (GDateTime) noon = g_date_time_new_from_iso8601 (cases[i].noon_a_week_ago, NULL);
      g_autoptr (GDateTime) before = g_date_time_add_seconds (noon, -1);
      g_autofree char *before_text = g_date_time_format_iso8601 (before);
      g_autoptr (CsSnapshot) snapshot = NULL;

      add_incoming (fixture, before_text, 1);
      add_incoming (fixture, cases[i].noon_a_week_ago, 2);
      snapshot = read_board (board, cases[i].now);
      g_test_message ("%s", cases[i].now);
      g_assert_cmpuint (cs_metrics_get_total (&snapshot->usual), ==, 3);
      g_assert_cmpuint (cs_metrics_get_total (&snapshot->usual_so_far), ==, 1);
    }
}

/* The mean of four such days; one without a call is no usual one. */
static void
test_usual_hours_are_a_mean_of_weeks (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsBoard) board = make_board (fixture, "UTC");
  g_autoptr (CsSnapshot) snapshot = NULL;

  add_incoming (fixture, "2026-06-10T09:30:00Z", 90);
  add_incoming (fixture, "2026-06-03T09:30:00Z", 4);
  add_incoming (fixture, "2026-05-20T09:30:00Z", 1);
  add_incoming (fixture, "2026-05-20T14:30:00Z", 3);
  add_incoming (fixture, "2026-05-06T09:30:00Z", 50);
  add_incoming (fixture, "2026-06-04T09:30:00Z", 60);
  add_calls (fixture, "2026-06-03T09:30:00Z", CS_PROVIDER_SIPGATE, CS_DIRECTION_OUTBOUND, 10);
  snapshot = read_board (board, "2026-06-10T10:00:00Z");
  for (int hour = 0; hour < 24; hour++)
    g_assert_cmpfloat (snapshot->usual_hours[hour], ==, hour == 9 ? 2.5 : hour == 14 ? 1.5 : 0);
}

static void
test_running_and_latest_calls_are_bounded (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsBoard) board = make_board (fixture, "UTC");
  g_autoptr (GString) text = g_string_new ("0 other x");
  g_autoptr (CsSnapshot) snapshot = NULL;

  for (int i = 1; i <= 60; i++)
    g_string_append_printf (text,
                            "\n%d newCall running%d\n%d newCall ended%d from=49302222%04d\n%d hangup ended%d cause=cancel"
                            "\n%d newCall forwarded%d\n%d hangup forwarded%d cause=forwarded",
                            i * 1000, i, i * 1000 + 1, i, i, i * 1000 + 2, i, i * 1000 + 3, i, i * 1000 + 4, i);
  store_fixture_play (fixture, text->str, FALSE);
  snapshot = read_board (board, "2023-11-14T22:30:00Z");
  g_assert_cmpuint (snapshot->active->len, ==, 50);
  g_assert_cmpuint (snapshot->latest->len, ==, 30);
  g_assert_cmpuint (snapshot->today.n_active, ==, 120);
  g_assert_cmpuint (snapshot->n_callbacks, ==, 60);
  for (guint i = 1; i < snapshot->active->len; i++)
    g_assert_cmpint (((CsCall *) snapshot->active->pdata[i - 1])->seen_us, <,
                     ((CsCall *) snapshot->active->pdata[i])->seen_us);
  for (guint i = 1; i < snapshot->latest->len; i++)
    g_assert_cmpint (((CsCall *) snapshot->latest->pdata[i - 1])->seen_us, >,
                     ((CsCall *) snapshot->latest->pdata[i])->seen_us);
  g_assert_cmpstr (((CsCall *) snapshot->latest->pdata[0])->from, ==, "493022220060");
}

/* It is remembered, and no call is needed for it. */
static void
test_a_heartbeat_is_told (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHealthReport) report = cs_health_report_new (CS_HEALTH_OK);
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  CsBoard *board = make_board (fixture, "UTC");
  CsSnapshot *snapshot;

  snapshot = read_board (board, "2026-06-30T12:00:00Z");
  g_assert_false (snapshot->has_heartbeat);
  cs_snapshot_unref (snapshot);

  report->at_us = parse_time ("2026-06-30T12:00:00Z");
  g_assert_true (cs_store_put_heartbeat (fixture->store, report, &error));
  g_assert_true (cs_store_commit (fixture->store, &error));
  g_assert_no_error (error);
  snapshot = read_board (board, "2026-06-30T12:00:01Z");
  g_assert_true (snapshot->has_heartbeat);
  g_assert_false (snapshot->has_calls);
  cs_snapshot_unref (snapshot);

  cs_board_free (board);
  board = make_board (fixture, "UTC");
  snapshot = read_board (board, "2026-07-30T12:00:00Z");
  g_assert_true (snapshot->has_heartbeat);
  cs_snapshot_unref (snapshot);
  cs_board_free (board);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/board/empty-store-has-no-calls", test_empty_store_has_no_calls);
  g_test_add_func ("/board/needs-a-store", test_needs_a_store);
  g_test_add_func ("/board/today-is-the-zone-s", test_today_is_the_zone_s);
  g_test_add_func ("/board/bars-are-of-incoming-sipgate-calls", test_bars_are_of_incoming_sipgate_calls);
  g_test_add_func ("/board/midnight-begins-a-new-day", test_midnight_begins_a_new_day);
  g_test_add_func ("/board/usual/is-last-week-until-this-time-of-day", test_usual_is_last_week_until_this_time_of_day);
  g_test_add_func ("/board/usual/time-of-day-is-the-clock-s", test_usual_time_of_day_is_the_clock_s);
  g_test_add_func ("/board/usual/hours-are-a-mean-of-weeks", test_usual_hours_are_a_mean_of_weeks);
  g_test_add_func ("/board/running-and-latest-calls-are-bounded", test_running_and_latest_calls_are_bounded);
  g_test_add_func ("/board/a-heartbeat-is-told", test_a_heartbeat_is_told);
  return g_test_run ();
}
