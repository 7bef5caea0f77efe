/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-sample.h"
#include "store-fixture.h"

/* A demonstration: the made-up calls, and what writes them. */
typedef struct {
  StoreFixture *fixture; /* (owned) its ledger isn't used */
  CsRecorder *recorder;  /* (owned) */
  CsSample *sample;      /* (owned) */
  guint n_changes;
} Demo;

static void
on_changed (gpointer data)
{
  Demo *demo = data;

  demo->n_changes++;
}

static Demo *
demo_new (void)
{
  Demo *self = g_new0 (Demo, 1);

  self->fixture = store_fixture_new ();
  self->recorder = cs_recorder_new (self->fixture->store, on_changed, self);
  self->sample = cs_sample_new (self->recorder);
  cs_recorder_set_stale (self->recorder, 240);
  return self;
}

static void
demo_free (Demo *self)
{
  cs_sample_free (self->sample);
  cs_recorder_free (self->recorder);
  store_fixture_free (self->fixture);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Demo, demo_free)

static gint64
get_today (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  return cs_day_get_start (zone, g_get_real_time ());
}

static gint64
count (Demo       *demo,
       const char *condition)
{
  g_autofree char *query = g_strdup_printf ("SELECT count(*) FROM call WHERE provider = 0 AND %s", condition);

  return store_sql_number (demo->fixture->dir, query);
}

static void
test_month_is_sound_and_over (void)
{
  g_autoptr (Demo) demo = demo_new ();

  store_assert_sound (demo->fixture->dir);
  g_assert_cmpint (count (demo, "1"), >, 300);
  g_assert_cmpint (count (demo, "state > 0"), ==, 0);
  g_assert_cmpint (store_sql_number (demo->fixture->dir, "SELECT count(*) FROM event"), >, 900);
  g_assert_cmpint (store_sql_number (demo->fixture->dir, "SELECT max(last_us) FROM call"), <, g_get_real_time ());
}

/* Something of everything that the window shows, and nothing that looks like a fault. */
static void
test_month_has_calls_of_every_kind (void)
{
  static const char *const kinds[] = {
    "outcome = 2 AND direction = 1", "outcome = 4", "outcome = 6", "outcome = 10", "direction = 2", "callback = 1",
    "peer_key IS NULL", "answered_by IS NOT NULL", "n_legs = 2",
  };
  g_autoptr (Demo) demo = demo_new ();
  gint64 n_incoming;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_test_message ("%s", kinds[i]);
      g_assert_cmpint (count (demo, kinds[i]), >, 0);
    }
  g_assert_cmpint (count (demo, "outcome IN (11, 12, 13, 14, 15) AND direction = 1"), ==, 0);
  n_incoming = count (demo, "direction = 1");
  g_assert_cmpint (count (demo, "outcome = 2 AND direction = 1"), >, n_incoming / 2);
}

/* Most of those who call are known by name, as in a business that keeps its address book. */
static void
test_callers_are_in_the_address_book (void)
{
  g_autoptr (Demo) demo = demo_new ();
  gint64 n_named = count (demo, "peer_key IN (SELECT key FROM contact_number)");

  g_assert_cmpint (n_named, >, count (demo, "1") / 2);
  g_assert_cmpint (n_named, <, count (demo, "1"));
}

/* Working days are livelier than others, and nobody calls at night. */
static void
test_month_has_the_shape_of_a_business (void)
{
  g_autoptr (Demo) demo = demo_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  guint64 working = 0, free = 0, nights = 0;
  gint64 today_us = get_today ();

  reader = cs_store_reader_open (demo->fixture->dir, &error);
  g_assert_no_error (error);
  for (int day = -28; day < 0; day++)
    {
      gint64 day_us = cs_day_add_days (zone, today_us, day);
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (day_us / G_USEC_PER_SEC);
      CsCallFilter filter = CS_CALL_FILTER_ALL;
      CsMetrics metrics;

      filter.provider = CS_PROVIDER_SIPGATE;
      filter.from_us = day_us;
      filter.to_us = cs_day_add_days (zone, day_us, 1);
      cs_store_reader_get_metrics (reader, &filter, zone, &metrics, &error);
      g_assert_no_error (error);
      *(g_date_time_get_day_of_week (date) > 5 ? &free : &working) += cs_metrics_get_total (&metrics);
      for (int hour = 0; hour < 5; hour++)
        nights += metrics.hours[hour];
    }
  g_assert_cmpuint (working, >, free * 3);
  g_assert_cmpuint (free, >, 0);
  g_assert_cmpuint (nights, ==, 0);
}

/* Two demonstrations of one day show the same past. */
static void
test_past_days_are_the_same_each_time (void)
{
  char *texts[2] = { NULL, NULL }; /* (owned) */
  gint64 today_us;

  do
    {
      today_us = get_today ();
      for (int i = 0; i < 2; i++)
        {
          g_autoptr (Demo) demo = demo_new ();
          g_autofree char *query = g_strdup_printf ("SELECT seen_us, from_number, to_number, outcome, wait_us, talk_us,"
                                                    " answered_by FROM call WHERE seen_us < %" G_GINT64_FORMAT
                                                    " ORDER BY seen_us, id", today_us);

          g_free (texts[i]);
          texts[i] = store_sql_text (demo->fixture->dir, query);
        }
    }
  while (get_today () != today_us);
  g_assert_cmpstr (texts[0], ==, texts[1]);
  g_free (texts[0]);
  g_free (texts[1]);
}

/* The first one rings within a second or so. */
static void
test_live_calls_arrive (void)
{
  g_autoptr (Demo) demo = demo_new ();
  gint64 n_before = store_sql_number (demo->fixture->dir, "SELECT count(*) FROM event");
  gint64 began_us = g_get_real_time (), end_us = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  demo->n_changes = 0;
  while (demo->n_changes == 0 && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (store_sql_number (demo->fixture->dir, "SELECT count(*) FROM event"), >, n_before);
  g_assert_cmpint (store_sql_number (demo->fixture->dir, "SELECT max(seen_us) FROM call"), >=, began_us);
  g_assert_cmpint (count (demo, "state = 1"), ==, 1);
  store_assert_sound (demo->fixture->dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sample/month/is-sound-and-over", test_month_is_sound_and_over);
  g_test_add_func ("/sample/month/has-calls-of-every-kind", test_month_has_calls_of_every_kind);
  g_test_add_func ("/sample/callers-are-in-the-address-book", test_callers_are_in_the_address_book);
  g_test_add_func ("/sample/month/has-the-shape-of-a-business", test_month_has_the_shape_of_a_business);
  g_test_add_func ("/sample/month/past-days-are-the-same-each-time", test_past_days_are_the_same_each_time);
  g_test_add_func ("/sample/live-calls-arrive", test_live_calls_arrive);
  return g_test_run ();
}
