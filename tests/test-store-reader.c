/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store-fixture.h"

#include "calls/cs-day.h"


#define N_CALLS 3000
#define N_FILTERS 60

static const char *const zones[] = { "UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati" };

/* Between these the calls lie: both clock changes of a year. Each begins some days before one. */
static const char *const periods[] = { "2026-03-26T00:00:00Z", "2026-10-22T00:00:00Z" };

static const char *const numbers[] = { "492214710900", "02214710901", NULL };

/* What was put into the store, in its hands only, to be counted one by one. */
typedef struct {
  StoreFixture *fixture; /* (owned) */
  CsStoreReader *reader; /* (owned) */
  GPtrArray *calls;      /* (owned) (element-type CsCall) newest first */
} Library;

static gint64
parse_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static CsCall *
make_call (GRand *random,
           int    n)
{
  CsCall *call = cs_call_new (g_rand_int_range (random, 0, CS_N_PROVIDERS));
  const char *number = numbers[g_rand_int_range (random, 0, G_N_ELEMENTS (numbers))];

  call->record_id = g_strdup_printf ("record-%d", n);
  call->source = CS_SOURCE_RECORD;
  call->state = g_rand_int_range (random, 0, 20) == 0 ? g_rand_int_range (random, 1, 3) : CS_CALL_ENDED;
  call->direction = g_rand_int_range (random, 0, CS_N_DIRECTIONS);
  call->outcome = call->state == CS_CALL_ENDED ? g_rand_int_range (random, 2, CS_N_OUTCOMES)
                                               : g_rand_int_range (random, 0, 2);
  call->plain_outcome = g_rand_boolean (random) ? call->outcome : CS_OUTCOME_FAILED;
  /* Whole seconds, because calls that begin at one moment are to be told apart, too. */
  call->seen_us = parse_time (periods[n % 2]) + g_rand_int_range (random, 0, 6 * 86400) * G_TIME_SPAN_SECOND;
  call->last_us = call->seen_us + g_rand_int_range (random, 0, 1000);
  call->wait_us = g_rand_boolean (random) ? g_rand_int_range (random, 0, 60000000) : CS_UNKNOWN;
  call->talk_us = g_rand_boolean (random) ? g_rand_int_range (random, 0, 600000000) : CS_UNKNOWN;
  call->number = g_strdup (number);
  return call;
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  const CsCall *left = *(CsCall *const *) a, *right = *(CsCall *const *) b;

  if (left->seen_us != right->seen_us)
    return left->seen_us > right->seen_us ? -1 : 1;
  return left->id > right->id ? -1 : 1;
}

static Library *
library_new (void)
{
  Library *self = g_new0 (Library, 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (20260329);
  g_autoptr (GError) error = NULL;

  self->fixture = store_fixture_new ();
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
  for (int i = 0; i < N_CALLS; i++)
    {
      CsCall *call = make_call (random, i);
      gboolean changed;

      cs_store_put_record (self->fixture->store, call, &changed, &error);
      g_assert_no_error (error);
      g_assert_true (changed);
      g_ptr_array_add (self->calls, call);
    }
  cs_store_commit (self->fixture->store, &error);
  g_assert_no_error (error);
  g_ptr_array_sort (self->calls, compare_newest_first);
  self->reader = cs_store_reader_open (self->fixture->dir, &error);
  g_assert_no_error (error);
  return self;
}

static void
library_free (Library *self)
{
  cs_store_reader_close (self->reader);
  g_ptr_array_unref (self->calls);
  store_fixture_free (self->fixture);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Library, library_free)

static gboolean
is_wanted (const CsCallFilter *filter,
           const CsCall       *call)
{
  g_autofree char *key = cs_number_get_key (call->number);
  int outcome = filter->by_status ? call->plain_outcome : call->outcome;
  gboolean is_out = call->direction == CS_DIRECTION_OUTBOUND || call->direction == CS_DIRECTION_OUTBOUND_API
                    || call->direction == CS_DIRECTION_OUTBOUND_DIAL;

  return (filter->provider == CS_ANY || filter->provider == (int) call->provider)
         && (filter->direction == CS_ANY || filter->direction == (int) call->direction
             || (filter->direction == CS_DIRECTION_OUTBOUND && is_out))
         && (filter->outcome == CS_ANY || filter->outcome == outcome)
         && (filter->number_key == NULL || g_strcmp0 (filter->number_key, key) == 0);
}

/* By the words on a calendar and a clock in that zone. */
static void
count_one_by_one (Library            *self,
                  const CsCallFilter *filter,
                  GTimeZone          *zone,
                  const char         *first_day,
                  const char         *last_day,
                  CsMetrics          *metrics)
{
  *metrics = (CsMetrics) { 0 };
  for (guint i = 0; i < self->calls->len; i++)
    {
      CsCall *call = g_ptr_array_index (self->calls, i);
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (call->seen_us / G_USEC_PER_SEC);
      g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
      g_autofree char *day = g_date_time_format (local, "%Y-%m-%d");
      int hour = g_date_time_get_hour (local);
      CsOutcome outcome = filter->by_status ? call->plain_outcome : call->outcome;

      if (call->state != CS_CALL_ENDED)
        {
          metrics->n_active += is_wanted (filter, call);
          continue;
        }
      if (!is_wanted (filter, call) || strcmp (day, first_day) < 0 || strcmp (day, last_day) > 0)
        continue;
      metrics->outcomes[outcome]++;
      metrics->hours[hour]++;
      metrics->parts_by_hour[hour][cs_outcome_get_part (outcome)]++;
      metrics->n_waits += call->wait_us != CS_UNKNOWN;
      metrics->wait_us += call->wait_us != CS_UNKNOWN ? call->wait_us : 0;
      metrics->n_talks += call->talk_us != CS_UNKNOWN;
      metrics->talk_us += call->talk_us != CS_UNKNOWN ? call->talk_us : 0;
    }
}

static CsCallFilter
make_filter (GRand *random)
{
  CsCallFilter filter = CS_CALL_FILTER_ALL;

  if (g_rand_boolean (random))
    filter.provider = g_rand_int_range (random, 0, CS_N_PROVIDERS);
  if (g_rand_boolean (random))
    filter.direction = g_rand_int_range (random, 0, CS_N_DIRECTIONS);
  if (g_rand_int_range (random, 0, 3) == 0)
    filter.outcome = g_rand_int_range (random, 0, CS_N_OUTCOMES);
  if (g_rand_int_range (random, 0, 3) == 0)
    filter.number_key = cs_number_get_key (numbers[g_rand_int_range (random, 0, 2)]);
  filter.by_status = g_rand_int_range (random, 0, 4) == 0;
  return filter;
}

static void
assert_metrics_equal (const CsMetrics *metrics,
                      const CsMetrics *wanted)
{
  for (int i = 0; i < CS_N_OUTCOMES; i++)
    g_assert_cmpuint (metrics->outcomes[i], ==, wanted->outcomes[i]);
  for (int hour = 0; hour < 24; hour++)
    {
      g_assert_cmpuint (metrics->hours[hour], ==, wanted->hours[hour]);
      for (int part = 0; part < CS_N_PARTS; part++)
        g_assert_cmpuint (metrics->parts_by_hour[hour][part], ==, wanted->parts_by_hour[hour][part]);
    }
  g_assert_cmpuint (metrics->n_waits, ==, wanted->n_waits);
  g_assert_cmpint (metrics->wait_us, ==, wanted->wait_us);
  g_assert_cmpuint (metrics->n_talks, ==, wanted->n_talks);
  g_assert_cmpint (metrics->talk_us, ==, wanted->talk_us);
  g_assert_cmpuint (metrics->n_active, ==, wanted->n_active);
}

static void
test_sums_are_those_of_the_calls (gconstpointer data)
{
  g_autoptr (Library) library = library_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (GTimeZone) zone = cs_day_get_zone (data);
  guint64 n_seen = 0;

  for (int i = 0; i < N_FILTERS; i++)
    {
      g_auto (CsCallFilter) filter = make_filter (random);
      g_autofree char *first_day = NULL, *last_day = NULL;
      int first = g_rand_int_range (random, 24, 30), n_days = g_rand_int_range (random, 0, 3);
      const char *month = g_rand_boolean (random) ? "2026-03" : "2026-10";
      g_autoptr (GError) error = NULL;
      CsMetrics metrics, wanted;
      gint64 last_us;

      first_day = g_strdup_printf ("%s-%d", month, first);
      last_day = g_strdup_printf ("%s-%d", month, MIN (first + n_days, 31));
      g_assert_true (cs_day_parse (zone, first_day, &filter.from_us));
      g_assert_true (cs_day_parse (zone, last_day, &last_us));
      filter.to_us = cs_day_add_days (zone, last_us, 1);

      cs_store_reader_get_metrics (library->reader, &filter, zone, &metrics, &error);
      g_assert_no_error (error);
      count_one_by_one (library, &filter, zone, first_day, last_day, &wanted);
      assert_metrics_equal (&metrics, &wanted);
      n_seen += cs_metrics_get_total (&wanted);
    }
  g_assert_cmpuint (n_seen, >, N_CALLS);
}

/* On the day of 25 hours two of them have one name, on that of 23 one is missing. */
static void
test_clock_change_doubles_and_skips_an_hour (void)
{
  static const struct
  {
    const char *day;
    int hour;
    guint64 n;
  } cases[] = { { "2026-03-29", 2, 0 }, { "2026-03-29", 1, 4 }, { "2026-10-25", 2, 8 }, { "2026-10-25", 3, 4 } };
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (GTimeZone) zone = cs_day_get_zone ("Europe/Berlin");
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  /* One call every quarter of an hour. */
  for (guint period = 0; period < 2; period++)
    {
      for (int quarter = 0; quarter < 6 * 96; quarter++)
        {
          g_autoptr (CsCall) call = cs_call_new (CS_PROVIDER_SIPGATE);
          gboolean changed;

          call->record_id = g_strdup_printf ("%u-%d", period, quarter);
          call->outcome = call->plain_outcome = CS_OUTCOME_ANSWERED;
          call->seen_us = call->last_us = parse_time (periods[period]) + quarter * 15 * G_TIME_SPAN_MINUTE;
          cs_store_put_record (fixture->store, call, &changed, &error);
          g_assert_no_error (error);
        }
    }
  cs_store_commit (fixture->store, &error);
  g_assert_no_error (error);
  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CsCallFilter filter = CS_CALL_FILTER_ALL;
      CsMetrics metrics;

      g_assert_true (cs_day_parse (zone, cases[i].day, &filter.from_us));
      filter.to_us = cs_day_add_days (zone, filter.from_us, 1);
      cs_store_reader_get_metrics (reader, &filter, zone, &metrics, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (metrics.hours[cases[i].hour], ==, cases[i].n);
      g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, (cases[i].day[6] == '3' ? 23 : 25) * 4);
    }
}

static void
test_all_time_is_everything (void)
{
  g_autoptr (Library) library = library_new ();
  g_autoptr (GTimeZone) zone = cs_day_get_zone ("UTC");
  g_autoptr (GError) error = NULL;
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsMetrics metrics;

  cs_store_reader_get_metrics (library->reader, &filter, zone, &metrics, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cs_metrics_get_total (&metrics) + metrics.n_active, ==, N_CALLS);
}

static void
test_pages_show_every_call_once (void)
{
  g_autoptr (Library) library = library_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (9);

  for (int i = 0; i < 25; i++)
    {
      g_auto (CsCallFilter) filter = make_filter (random);
      CsCallCursor cursor = CS_CALL_CURSOR_NEWEST;
      guint limit = g_rand_int_range (random, 1, 90), next = 0, n_page;

      filter.from_us = parse_time ("2026-03-27T00:00:00Z");
      filter.to_us = parse_time ("2026-10-27T00:00:00Z");
      do
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GPtrArray) page = cs_store_reader_get_calls (library->reader, &filter, cursor, limit, &error);

          g_assert_no_error (error);
          n_page = page->len;
          g_assert_cmpuint (n_page, <=, limit);
          for (guint j = 0; j < n_page; j++)
            {
              CsCall *call = g_ptr_array_index (page, j), *wanted;

              do
                wanted = g_ptr_array_index (library->calls, next++);
              while (!is_wanted (&filter, wanted) || wanted->seen_us < filter.from_us || wanted->seen_us >= filter.to_us);
              g_assert_cmpint (call->id, ==, wanted->id);
              g_assert_cmpint (call->seen_us, ==, wanted->seen_us);
              cursor = (CsCallCursor) { call->seen_us, call->id };
            }
        }
      while (n_page == limit);

      for (; next < library->calls->len; next++)
        {
          CsCall *left = g_ptr_array_index (library->calls, next);

          g_assert_false (is_wanted (&filter, left) && left->seen_us >= filter.from_us && left->seen_us < filter.to_us);
        }
    }
}

static void
test_calls_of_one_moment_come_by_id (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsCallCursor cursor = CS_CALL_CURSOR_NEWEST;

  for (int i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("0 hangup leg%d", i);

      store_fixture_play (fixture, text, TRUE);
    }
  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  for (gint64 id = 5; id >= 1; id--)
    {
      g_autoptr (GPtrArray) page = cs_store_reader_get_calls (reader, &filter, cursor, 1, &error);
      CsCall *call = g_ptr_array_index (page, 0);

      g_assert_cmpint (call->id, ==, id);
      cursor = (CsCallCursor) { call->seen_us, call->id };
    }
}

static void
test_latest_are_the_last_ended_ones (void)
{
  g_autoptr (Library) library = library_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) latest = cs_store_reader_get_latest (library->reader, 40, &error);
  guint next = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (latest->len, ==, 40);
  for (guint i = 0; i < latest->len; i++)
    {
      CsCall *wanted;

      do
        wanted = g_ptr_array_index (library->calls, next++);
      while (wanted->state != CS_CALL_ENDED);
      g_assert_cmpint (((CsCall *) g_ptr_array_index (latest, i))->id, ==, wanted->id);
    }
}

static int
compare_last_heard (gconstpointer a,
                    gconstpointer b)
{
  const CsCall *left = *(CsCall *const *) a, *right = *(CsCall *const *) b;

  return (left->last_us < right->last_us) - (left->last_us > right->last_us);
}

/* Of many, those of which something was heard last; they stand in the order in which they began. */
static void
test_running_are_the_liveliest_ones (void)
{
  static const guint limits[] = { 1, 10, 50, 1000 };
  g_autoptr (Library) library = library_new ();
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; i < library->calls->len; i++)
    {
      CsCall *call = g_ptr_array_index (library->calls, i);

      if (call->state != CS_CALL_ENDED)
        g_ptr_array_add (wanted, call);
    }
  g_ptr_array_sort (wanted, compare_last_heard);

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) running = cs_store_reader_get_running (library->reader, limits[i], &error);
      guint n = MIN (limits[i], wanted->len);
      gint64 oldest_us = ((CsCall *) g_ptr_array_index (wanted, n - 1))->last_us;

      g_assert_no_error (error);
      g_assert_cmpuint (running->len, ==, n);
      for (guint j = 0; j < n; j++)
        {
          CsCall *call = g_ptr_array_index (running, j);

          g_assert_cmpint (call->state, !=, CS_CALL_ENDED);
          g_assert_cmpint (call->last_us, >=, oldest_us);
          g_assert_true (j == 0 || ((CsCall *) g_ptr_array_index (running, j - 1))->seen_us <= call->seen_us);
        }
    }
}

static void
test_reader_sees_later_commits (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new ();
  g_autoptr (CsStoreReader) reader = NULL;
  g_autoptr (GTimeZone) zone = cs_day_get_zone ("UTC");
  g_autoptr (GError) error = NULL;
  CsCallFilter filter = CS_CALL_FILTER_ALL;
  CsMetrics metrics;

  reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u newCall a%u\n%u hangup a%u cause=busy\n%u newCall b%u", i * 1000, i,
                                               i * 1000 + 500, i, i * 1000 + 600, i);

      store_fixture_play (fixture, text, FALSE);
      cs_store_reader_get_metrics (reader, &filter, zone, &metrics, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (metrics.outcomes[CS_OUTCOME_BUSY], ==, i + 1);
      g_assert_cmpuint (metrics.n_active, ==, i + 1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      g_autofree char *path = g_strconcat ("/store/metrics/sums-are-those-of-the-calls/", zones[i], NULL);

      g_test_add_data_func (path, zones[i], test_sums_are_those_of_the_calls);
    }
  g_test_add_func ("/store/metrics/clock-change-doubles-and-skips-an-hour", test_clock_change_doubles_and_skips_an_hour);
  g_test_add_func ("/store/metrics/all-time-is-everything", test_all_time_is_everything);
  g_test_add_func ("/store/calls/pages-show-every-call-once", test_pages_show_every_call_once);
  g_test_add_func ("/store/calls/of-one-moment-come-by-id", test_calls_of_one_moment_come_by_id);
  g_test_add_func ("/store/calls/latest-are-the-last-ended-ones", test_latest_are_the_last_ended_ones);
  g_test_add_func ("/store/calls/running-are-the-liveliest-ones", test_running_are_the_liveliest_ones);
  g_test_add_func ("/store/calls/reader-sees-later-commits", test_reader_sees_later_commits);
  return g_test_run ();
}
