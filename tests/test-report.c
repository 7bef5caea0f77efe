/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-report.h"
#include "store-fixture.h"
#include "store/cs-store-health.h"

#define NOW "2026-06-30T12:00:00Z"
#define MANY_NUMBERS 10000

static gint64
parse_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
add_call (StoreFixture *fixture,
          const char   *time,
          const char   *number,
          CsOutcome     outcome)
{
  static int n_records;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsCall) call = cs_call_new (CS_PROVIDER_EXOTEL);
  gboolean changed;

  call->record_id = g_strdup_printf ("record-%d", ++n_records);
  call->source = CS_SOURCE_RECORD;
  call->state = CS_CALL_ENDED;
  call->direction = CS_DIRECTION_INBOUND;
  call->outcome = call->plain_outcome = outcome;
  call->seen_us = call->last_us = parse_time (time);
  call->number = g_strdup (number);
  cs_store_put_record (fixture->store, call, &changed, &error);
  g_assert_no_error (error);
}

static void
add_phone (CsHealthReport *report,
           const char     *id,
           gboolean        is_affected)
{
  CsPhoneHealth *phone = cs_health_report_add_phone (report, id);

  phone->number = g_strdup (id);
  phone->incoming = g_strdup (is_affected ? "major_outage" : "active");
  phone->incoming_affected = is_affected;
}

static void
put_heartbeat (StoreFixture   *fixture,
               CsHealthReport *report)
{
  g_autoptr (GError) error = NULL;

  report->at_us = parse_time (NOW);
  cs_store_put_heartbeat (fixture->store, report, &error);
  g_assert_no_error (error);
}

/* Commits, then reads the days from first to last, in India. */
static CsReport *
read_report (StoreFixture *fixture,
             const char   *first,
             const char   *last)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = cs_day_get_zone ("Asia/Kolkata");
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsReport *report;
  gint64 last_us;

  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
  filter.provider = CS_PROVIDER_EXOTEL;
  g_assert_true (cs_day_parse (zone, first, &filter.from_us));
  g_assert_true (cs_day_parse (zone, last, &last_us));
  filter.to_us = cs_day_add_days (zone, last_us, 1);
  report = cs_report_read (fixture->dir, &filter, zone, parse_time (NOW), &error);
  g_assert_no_error (error);
  return report;
}

static const CsReportNumber *
find_number (const CsReport *report,
             const char     *key)
{
  const CsReportNumber *found = NULL;

  for (guint i = 0; i < report->numbers->len; i++)
    {
      const CsReportNumber *number = g_ptr_array_index (report->numbers, i);

      if (g_strcmp0 (number->number_key, key) == 0)
        {
          g_assert_null (found);
          found = number;
        }
    }
  g_assert_nonnull (found);
  return found;
}

static void
assert_written (const CsReport *report,
                const char     *key,
                const char     *expected)
{
  g_assert_cmpstr (find_number (report, key)->number, ==, expected);
}

static void
test_previous_period (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsReport) report = NULL;

  /* 18:30 UTC is midnight there. */
  add_call (fixture, "2026-06-27T18:29:59Z", "01139585476", CS_OUTCOME_MISSED);
  add_call (fixture, "2026-06-27T18:30:00Z", "01139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-29T18:29:59Z", "01139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-25T18:30:00Z", "01139585476", CS_OUTCOME_MISSED);
  add_call (fixture, "2026-06-25T18:29:59Z", "01139585476", CS_OUTCOME_MISSED);
  report = read_report (fixture, "2026-06-28", "2026-06-29");
  g_assert_cmpuint (cs_metrics_get_total (&report->metrics), ==, 2);
  g_assert_cmpuint (cs_metrics_get_part (&report->metrics, CS_PART_ANSWERED), ==, 2);
  g_assert_cmpuint (cs_metrics_get_total (&report->previous), ==, 2);
  g_assert_cmpuint (cs_metrics_get_part (&report->previous, CS_PART_MISSED), ==, 2);
  g_assert_cmpuint (cs_metrics_get_total (&find_number (report, "1139585476")->metrics), ==, 2);
}

/* However a number is written, it is one; the account's list says how it is called, calls how much it is used. */
static void
test_each_number_once (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GPtrArray) phones = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_phone_free);
  g_autoptr (CsHealthReport) heartbeat = cs_health_report_new (CS_HEALTH_WARNING);
  g_autoptr (CsReport) report = NULL;
  g_autoptr (GError) error = NULL;
  const CsReportNumber *number;

  g_ptr_array_add (phones, cs_phone_new ("a", "+911139585476", "Front desk"));
  g_ptr_array_add (phones, cs_phone_new ("b", NULL, "No number"));
  cs_store_put_phones (fixture->store, phones, &error);
  g_assert_no_error (error);
  add_phone (heartbeat, "01139585476", TRUE);
  add_phone (heartbeat, "08047104000", FALSE);
  put_heartbeat (fixture, heartbeat);
  add_call (fixture, "2026-06-30T10:00:00Z", "1139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-30T10:00:00Z", "911139585476", CS_OUTCOME_MISSED);

  report = read_report (fixture, "2026-06-30", "2026-06-30");
  g_assert_cmpuint (report->numbers->len, ==, 3);
  number = find_number (report, "1139585476");
  g_assert_cmpstr (number->number, ==, "+911139585476");
  g_assert_cmpstr (number->name, ==, "Front desk");
  g_assert_true (number->is_affected);
  g_assert_cmpstr (number->incoming, ==, "major_outage");
  g_assert_cmpuint (cs_metrics_get_total (&number->metrics), ==, 2);
  g_assert_true (number == g_ptr_array_index (report->numbers, 0));
  number = find_number (report, "8047104000");
  g_assert_false (number->is_affected);
  g_assert_cmpuint (cs_metrics_get_total (&number->metrics), ==, 0);
  g_assert_cmpstr (find_number (report, "b")->name, ==, "No number");
}

/* What nothing but calls tells of is written as the latest of them did. */
static void
test_number_of_calls (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsReport) report = NULL, day = NULL;

  add_call (fixture, "2026-06-28T10:00:00Z", "911139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-29T10:07:00Z", "01139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-29T10:08:00Z", "+911139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-29T10:00:00Z", "1139585476", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-29T10:09:00Z", "08047104000", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-28T10:01:00Z", "sip:desk@example.com", CS_OUTCOME_ANSWERED);
  add_call (fixture, "2026-06-28T10:02:00Z", NULL, CS_OUTCOME_ANSWERED);
  report = read_report (fixture, "2026-06-24", "2026-06-30");
  g_assert_cmpuint (report->numbers->len, ==, 4);
  assert_written (report, "1139585476", "+911139585476");
  assert_written (report, "8047104000", "08047104000");
  assert_written (report, "sip:desk@example.com", "sip:desk@example.com");
  assert_written (report, "", "");

  day = read_report (fixture, "2026-06-28", "2026-06-28");
  assert_written (day, "1139585476", "911139585476");
}

/* Each number of them has its own last quarter hour: some are looked up, and none is lost. */
static void
test_endless_numbers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsReport) report = NULL;
  guint n_written = 0;

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *number = g_strdup_printf ("011%08u", i);
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (parse_time (NOW) / G_USEC_PER_SEC - i * 900);
      g_autofree char *text = g_date_time_format_iso8601 (time);

      add_call (fixture, text, number, CS_OUTCOME_ANSWERED);
    }
  report = read_report (fixture, "2026-06-24", "2026-06-30");
  g_assert_cmpuint (report->numbers->len, ==, 300);
  for (guint i = 0; i < 300; i++)
    {
      const CsReportNumber *number = g_ptr_array_index (report->numbers, i);

      n_written += number->number[0] == '0';
      g_assert_true (g_str_has_suffix (number->number, number->number_key));
    }
  g_assert_cmpuint (n_written, ==, 200);
  assert_written (report, "1100000000", "01100000000");
}

/* A heartbeat may name any number of numbers. */
static void
test_many_numbers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsHealthReport) heartbeat = cs_health_report_new (CS_HEALTH_CRITICAL);
  g_autoptr (CsReport) report = NULL;

  for (guint i = 0; i < MANY_NUMBERS; i++)
    {
      g_autofree char *id = g_strdup_printf ("0%010u", i);

      add_phone (heartbeat, id, i % 2 == 0);
    }
  put_heartbeat (fixture, heartbeat);
  add_call (fixture, "2026-06-30T10:00:00Z", "00000009999", CS_OUTCOME_ANSWERED);
  report = read_report (fixture, "2026-06-30", "2026-06-30");
  g_assert_cmpuint (report->numbers->len, ==, MANY_NUMBERS);
  g_assert_cmpstr (((CsReportNumber *) g_ptr_array_index (report->numbers, 0))->number_key, ==, "0000009999");
  g_assert_cmpint (report->health, ==, CS_HEALTH_CRITICAL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/report/previous-period-has-as-many-days", test_previous_period);
  g_test_add_func ("/report/numbers/each-once", test_each_number_once);
  g_test_add_func ("/report/numbers/written-as-in-the-latest-call", test_number_of_calls);
  g_test_add_func ("/report/numbers/endless", test_endless_numbers);
  g_test_add_func ("/report/numbers/many-in-a-heartbeat", test_many_numbers);
  return g_test_run ();
}
