/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-exotel-sync.h"
#include "exotel/cs-exotel-event.h"
#include "fake-exotel.h"
#include "store-fixture.h"
#include "store/cs-store-health.h"

#include <string.h>

#define MINUTE_US G_TIME_SPAN_MINUTE
#define HOUR_US G_TIME_SPAN_HOUR
#define DAY_US G_TIME_SPAN_DAY

/* A fake Exotel, and a sync with a store of its own that can be closed and opened again, as the program is. */
typedef struct {
  FakeExotel *fake;
  GTimeZone *zone;
  char *dir;
  CsEngineConfig *config;
  gint64 now_us;

  CsStore *store;
  CsRecorder *recorder;
  CsExotelSync *sync;
  guint n_changes;
  double fraction;        /* the highest seen */
  gboolean fell_back;     /* it was higher before */
} Lab;

static void
on_changed (gpointer data)
{
  Lab *lab = data;
  double fraction = lab->sync != NULL ? cs_exotel_sync_get_state (lab->sync)->fraction : 0;

  lab->n_changes++;
  lab->fell_back = lab->fell_back || fraction < lab->fraction;
  lab->fraction = MAX (lab->fraction, fraction);
}

/* Starts what lives on the service thread; nothing is fetched until lab_configure(). */
static void
lab_open (Lab *lab)
{
  g_autoptr (GError) error = NULL;
  CsExotelLimits limits;

  lab->store = cs_store_open (lab->dir, &error);
  g_assert_no_error (error);
  lab->recorder = cs_recorder_new (lab->store, on_changed, lab);
  cs_recorder_set_stale (lab->recorder, 240);
  lab->sync = cs_exotel_sync_new (lab->store, lab->recorder, on_changed, lab);
  cs_exotel_limits_init (&limits);
  limits.time_scale = 0.002;
  cs_exotel_sync_set_limits (lab->sync, &limits);
  lab->fraction = 0;
  lab->fell_back = FALSE;
}

static void
lab_close (Lab *lab)
{
  g_clear_pointer (&lab->sync, cs_exotel_sync_free);
  g_clear_pointer (&lab->recorder, cs_recorder_free);
  g_clear_pointer (&lab->store, cs_store_close);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Ends the program and starts it again, once all that was sent has arrived at the other side. */
static void
lab_reopen (Lab *lab)
{
  lab_close (lab);
  g_usleep (50 * 1000);
  lab_open (lab);
}

static void
lab_configure (Lab *lab)
{
  cs_exotel_sync_configure (lab->sync, lab->config);
}

static void
lab_set_up (Lab           *lab,
            gconstpointer  data)
{
  lab->fake = fake_exotel_new ();
  fake_exotel_add_phone (lab->fake, "01139585476", "01139585476", "Front desk");
  lab->zone = cs_day_get_zone ("Asia/Kolkata");
  lab->dir = store_dir_new ();
  lab->now_us = g_get_real_time () / G_USEC_PER_SEC * G_USEC_PER_SEC;
  lab->config = cs_engine_config_new ();
  lab->config->exotel_base_url = g_strdup (fake_exotel_get_url (lab->fake));
  lab->config->exotel_account_sid = g_strdup (FAKE_EXOTEL_SID);
  lab->config->exotel_api_key = g_strdup (FAKE_EXOTEL_KEY);
  lab->config->exotel_api_token = g_strdup (FAKE_EXOTEL_TOKEN);
  lab->config->exotel_timezone = g_strdup ("Asia/Kolkata");
  lab->config->exotel_history_days = 2;
  lab_open (lab);
}

/* Whatever happened, the figures add up and the second server heard nothing. */
static void
lab_tear_down (Lab           *lab,
               gconstpointer  data)
{
  lab_close (lab);
  store_assert_sound (lab->dir);
  g_assert_cmpuint (fake_exotel_get_n_bystander_requests (lab->fake), ==, 0);
  fake_exotel_free (lab->fake);
  g_time_zone_unref (lab->zone);
  cs_engine_config_free (lab->config);
  store_dir_free (lab->dir);
}

static void
lab_behave (Lab                 *lab,
            FakeExotelBehaviour  behaviour)
{
  fake_exotel_set_behaviour (lab->fake, &behaviour);
}

static const CsExotelState *
lab_state (Lab *lab)
{
  return cs_exotel_sync_get_state (lab->sync);
}

static gboolean
is_idle (Lab *lab)
{
  return lab_state (lab)->activity == CS_EXOTEL_IDLE;
}

static gboolean
is_good (Lab *lab)
{
  return is_idle (lab) && lab_state (lab)->error == NULL && lab_state (lab)->good_us != CS_UNKNOWN;
}

static gboolean
is_not_importing (Lab *lab)
{
  return !lab_state (lab)->is_importing;
}

static void
lab_wait (Lab      *lab,
          gboolean (*condition) (Lab *lab))
{
  gint64 end_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (!condition (lab))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
  cs_recorder_commit (lab->recorder);
}

static void
lab_refresh (Lab *lab)
{
  cs_exotel_sync_refresh (lab->sync);
  lab_wait (lab, is_idle);
}

/* How often call records were asked for. */
static guint
count_asked (Lab *lab)
{
  guint n_asked = 0;

  for (guint i = 0; i < fake_exotel_get_n_requests (lab->fake); i++)
    {
      g_autofree char *request = fake_exotel_dup_request (lab->fake, i);

      n_asked += strstr (request, "/Calls.json") != NULL;
    }
  return n_asked;
}

static guint
count_calls (Lab *lab)
{
  return (guint) store_sql_number (lab->dir, "SELECT count(*) FROM call");
}

static guint
count_in_buckets (Lab *lab)
{
  return (guint) store_sql_number (lab->dir, "SELECT coalesce(sum(n), 0) FROM call_bucket");
}

/* Returns what is shown of all calls. (transfer full) */
static char *
dump_figures (Lab *lab)
{
  g_autofree char *calls = store_sql_text (lab->dir, "SELECT id, record_id, source, state, outcome, seen_us, talk_us FROM call"
                                                     " ORDER BY id");
  g_autofree char *buckets = store_sql_text (lab->dir, "SELECT * FROM call_bucket");

  return g_strconcat (calls, "\n", buckets, NULL);
}

static gboolean
has_phones (Lab *lab)
{
  return store_sql_number (lab->dir, "SELECT count(*) FROM exophone") == 1;
}

static gboolean
has_some_calls (Lab *lab)
{
  return count_calls (lab) >= 300;
}

/* Until everything is there and nothing more is asked. */
static void
lab_fetch_first (Lab *lab)
{
  lab_configure (lab);
  lab_wait (lab, is_good);
  lab_wait (lab, has_phones);
}

static void
read_metrics (Lab       *lab,
              CsMetrics *metrics)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsStoreReader) reader = cs_store_reader_open (lab->dir, &error);
  CsCallFilter filter = CS_CALL_FILTER_ALL;

  g_assert_no_error (error);
  filter.provider = CS_PROVIDER_EXOTEL;
  g_assert_true (cs_store_reader_get_metrics (reader, &filter, lab->zone, metrics, &error));
  g_assert_no_error (error);
}

static char *
format_time (Lab    *lab,
             gint64  time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, lab->zone);

  return g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
}

static void
add_record (Lab        *lab,
            const char *sid,
            const char *parent,
            gint64      created_us,
            const char *status,
            guint       talk_seconds)
{
  g_autofree char *created = format_time (lab, created_us);
  g_autofree char *ended = format_time (lab, created_us + talk_seconds * G_USEC_PER_SEC);
  g_autofree char *json =
    g_strdup_printf ("{\"Sid\":\"%s\",\"ParentCallSid\":\"%s\",\"DateCreated\":\"%s\",\"StartTime\":\"%s\",\"EndTime\":\"%s\","
                     "\"To\":\"01139585476\",\"From\":\"09812345678\",\"PhoneNumberSid\":\"01139585476\",\"Status\":\"%s\","
                     "\"Duration\":\"%u\",\"Direction\":\"inbound\",\"Details\":{\"ConversationDuration\":%u,"
                     "\"Leg1Status\":\"%s\",\"Leg2Status\":\"%s\"}}",
                     sid, parent, created, created, ended, status, talk_seconds, talk_seconds, status, status);

  fake_exotel_add_record (lab->fake, created_us, json);
}

static gboolean
write_record (CsStore  *store,
              gpointer  data,
              GError  **error)
{
  gboolean changed;

  return cs_store_put_record (store, data, &changed, error);
}

static void
tell_event (Lab        *lab,
            const char *json)
{
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (CsCall) call = cs_exotel_event_parse (body, "application/json", lab->zone, g_get_real_time (), &error);

  g_assert_no_error (error);
  cs_recorder_write (lab->recorder, write_record, call, NULL, NULL);
  cs_recorder_commit (lab->recorder);
}

/* Without credentials nobody is asked anything. */
static void
test_off (Lab           *lab,
          gconstpointer  data)
{
  char **texts[] = { &lab->config->exotel_account_sid, &lab->config->exotel_api_key, &lab->config->exotel_api_token };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      char *text = *texts[i];

      *texts[i] = (char *) (i == 1 ? NULL : "");
      lab_configure (lab);
      cs_exotel_sync_refresh (lab->sync);
      cs_exotel_sync_import (lab->sync, 30);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      *texts[i] = text;
      g_assert_cmpint (lab_state (lab)->activity, ==, CS_EXOTEL_OFF);
      g_assert_false (lab_state (lab)->is_importing);
      g_assert_cmpint (lab_state (lab)->next_us, ==, CS_UNKNOWN);
      g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
    }
  g_usleep (20000);
  g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake), ==, 0);

  lab_fetch_first (lab);
  g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake), >, 0);
}

/* The days asked for, and no more of them, from their first midnight in the account's zone. */
static void
test_first_days (Lab           *lab,
                 gconstpointer  data)
{
  gint64 today_us = cs_day_get_start (lab->zone, lab->now_us);
  gint64 first_us = cs_day_add_days (lab->zone, today_us, -2);

  fake_exotel_add_call (lab->fake, first_us - G_USEC_PER_SEC, FAKE_CALL_ANSWERED, 10);
  fake_exotel_add_call (lab->fake, first_us, FAKE_CALL_ANSWERED, 20);
  fake_exotel_add_call (lab->fake, first_us + DAY_US, FAKE_CALL_MISSED, 0);
  fake_exotel_add_call (lab->fake, lab->now_us - 5 * G_USEC_PER_SEC, FAKE_CALL_BUSY, 0);

  lab_configure (lab);
  g_assert_cmpint (lab_state (lab)->activity, ==, CS_EXOTEL_REFRESHING);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->began_us, >=, lab->now_us);
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, CS_UNKNOWN);
  g_assert_cmpint (lab_state (lab)->good_us, >=, lab->now_us);
  g_assert_cmpfloat (lab->fraction, ==, 1.0);
  g_assert_cmpuint (count_calls (lab), ==, 3);
  g_assert_cmpint (store_sql_number (lab->dir, "SELECT min(seen_us) FROM call"), ==, first_us);
}

/* Begins a long first fetch and leaves it in the middle, with the oldest calls there. */
static void
begin_first_fetch (Lab *lab)
{
  fake_exotel_add_calls (lab->fake, 1000, lab->now_us - 40 * HOUR_US, 2 * MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .delay_ms = 15 });
  lab_configure (lab);
  lab_wait (lab, has_some_calls);
  g_assert_cmpuint (count_calls (lab), <, 1000);
  g_assert_cmpint (store_sql_number (lab->dir, "SELECT max(seen_us) - min(seen_us) FROM call"), ==,
                   (count_calls (lab) - 1) * 2 * MINUTE_US);
  g_assert_cmpint (store_sql_number (lab->dir, "SELECT min(seen_us) FROM call"), ==, lab->now_us - 40 * HOUR_US);
}

/* The program ends in the middle: the next one goes on there, and says meanwhile that something is missing. */
static void
test_interrupted (Lab           *lab,
                  gconstpointer  data)
{
  guint n_asked;

  begin_first_fetch (lab);
  lab_reopen (lab);
  store_assert_sound (lab->dir);
  n_asked = count_asked (lab);
  lab_configure (lab);
  g_assert_false (lab_state (lab)->is_complete);
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpuint (count_in_buckets (lab), ==, 1000);
  /* From the beginning it would be ten pages. */
  g_assert_cmpuint (count_asked (lab) - n_asked, <=, 8);
}

/* The server dies in the middle, in each of the ways it can: what came stays, the rest follows by itself. */
static void
test_cut (Lab           *lab,
          gconstpointer  data)
{
  static const FakeExotelMode modes[] = { FAKE_EXOTEL_CUT, FAKE_EXOTEL_CUT_CHUNK, FAKE_EXOTEL_CLOSE };
  guint n_calls = 0;

  fake_exotel_add_calls (lab->fake, 1000, lab->now_us - 40 * HOUR_US, 2 * MINUTE_US);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      lab_behave (lab, (FakeExotelBehaviour) { .mode = modes[i], .skip = 2 });
      if (i == 0)
        lab_configure (lab);
      else
        cs_exotel_sync_refresh (lab->sync);
      lab_wait (lab, is_idle);
      g_assert_nonnull (lab_state (lab)->error);
      g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);
      g_assert_false (lab_state (lab)->is_complete);
      g_assert_cmpuint (count_calls (lab), >, n_calls);
      n_calls = count_calls (lab);
      g_assert_cmpuint (n_calls, <, 1000);
    }
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpuint (count_in_buckets (lab), ==, 1000);
}

/* Where nobody answers after a restart, the age of the figures is still known. */
static void
test_age_survives (Lab           *lab,
                   gconstpointer  data)
{
  gint64 good_us;

  fake_exotel_add_calls (lab->fake, 20, lab->now_us - 30 * MINUTE_US, MINUTE_US);
  lab_fetch_first (lab);
  good_us = lab_state (lab)->good_us;
  lab_reopen (lab);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_STATUS, .status = 401 });
  lab_configure (lab);
  g_assert_true (lab_state (lab)->is_complete);
  lab_wait (lab, is_idle);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpint (ABS (lab_state (lab)->good_us - good_us), <, G_USEC_PER_SEC);
  g_assert_cmpuint (count_calls (lab), ==, 20);
}

/* A day of 1,247 calls: the first fetch takes it page by page, a refresh that finds nothing new asks at most twice. */
static void
test_refresh_is_cheap (Lab           *lab,
                       gconstpointer  data)
{
  gint64 yesterday_us = cs_day_add_days (lab->zone, cs_day_get_start (lab->zone, lab->now_us), -1);
  g_autofree char *dump = NULL, *again = NULL;
  guint n_requests;

  fake_exotel_add_sample_day (lab->fake, yesterday_us);
  fake_exotel_add_calls (lab->fake, 1247, lab->now_us - 1247 * 30 * (gint64) G_USEC_PER_SEC, 30 * G_USEC_PER_SEC);
  lab_fetch_first (lab);
  g_assert_cmpuint (count_in_buckets (lab), ==, 2 * 1247);

  dump = dump_figures (lab);
  for (guint i = 0; i < 3; i++)
    {
      n_requests = fake_exotel_get_n_requests (lab->fake);
      lab_refresh (lab);
      g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake) - n_requests, <=, 2);
      g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake) - n_requests, >=, 1);
      g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
    }
  again = dump_figures (lab);
  g_assert_true (g_str_equal (dump, again));
}

/* What changes while it settles is taken over, and counted as what it is then. */
static void
test_changed_record (Lab           *lab,
                     gconstpointer  data)
{
  CsMetrics metrics;

  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - 10 * MINUTE_US, "no-answer", 0);
  lab_fetch_first (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_MISSED), ==, 1);

  fake_exotel_clear_calls (lab->fake);
  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - 10 * MINUTE_US, "completed", 75);
  add_record (lab, "1123456789abcdef0123456789abcdef", "", lab->now_us - 2 * MINUTE_US, "busy", 0);
  lab_refresh (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 2);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_MISSED), ==, 0);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_ANSWERED), ==, 1);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_BUSY), ==, 1);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, 75 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_calls (lab), ==, 2);
  store_assert_sound (lab->dir);
}

/* Fewer came than Exotel counts: that is said, survives a restart, and ends when all of it was fetched once more. */
static void
test_missing (Lab           *lab,
              gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 250, lab->now_us - 250 * MINUTE_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 7 });
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 250);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);

  /* A good refresh of the last minutes doesn't bring what is missing before them, nor does a bad one hide it. */
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  g_assert_false (lab_state (lab)->is_complete);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 2 });
  lab_refresh (lab);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);

  lab_reopen (lab);
  lab_configure (lab);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);
  lab_wait (lab, is_good);
  g_assert_false (lab_state (lab)->is_complete);

  cs_exotel_sync_import (lab->sync, 3);
  lab_wait (lab, is_not_importing);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, CS_UNKNOWN);
}

/* What can't be read is counted and named; what stands beside it is kept. */
static void
test_unreadable (Lab           *lab,
                 gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 20, lab->now_us - 3 * HOUR_US, MINUTE_US);
  fake_exotel_add_record (lab->fake, lab->now_us - 3 * HOUR_US + 1, "{\"Sid\":null,\"DateCreated\":\"yesterday\"}");
  fake_exotel_add_record (lab->fake, lab->now_us - 3 * HOUR_US + 2, "17");
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 20);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpuint (lab_state (lab)->n_unreadable, ==, 2);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 2);
  g_assert_nonnull (lab_state (lab)->fault);

  fake_exotel_clear_calls (lab->fake);
  fake_exotel_add_calls (lab->fake, 20, lab->now_us - 3 * HOUR_US, MINUTE_US);
  cs_exotel_sync_import (lab->sync, 3);
  lab_wait (lab, is_not_importing);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpstr (lab_state (lab)->fault, ==, NULL);
}

static const FakeExotelBehaviour failures[] = {
  { .mode = FAKE_EXOTEL_STATUS, .status = 401 },
  { .mode = FAKE_EXOTEL_STATUS, .status = 402, .body = FAKE_EXOTEL_NOTHING },
  { .mode = FAKE_EXOTEL_STATUS, .status = 403, .message = "Your account is not yet KYC compliant", .code = "340030" },
  { .mode = FAKE_EXOTEL_STATUS, .status = 403, .body = FAKE_EXOTEL_HTML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 404, .body = FAKE_EXOTEL_XML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 429 },
  { .mode = FAKE_EXOTEL_STATUS, .status = 429, .retry_after = "1" },
  { .mode = FAKE_EXOTEL_STATUS, .status = 503, .body = FAKE_EXOTEL_HTML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 200, .body = FAKE_EXOTEL_XML },
  { .mode = FAKE_EXOTEL_STATUS, .status = 200, .body = FAKE_EXOTEL_NOTHING },
  { .mode = FAKE_EXOTEL_REDIRECT },
  { .mode = FAKE_EXOTEL_CLOSE },
};

/* Whatever Exotel answers: a sentence says so, the last figures and their age stay, and it recovers by itself. */
static void
test_failure (Lab           *lab,
              gconstpointer  data)
{
  g_autofree char *dump = NULL, *again = NULL;
  gint64 good_us;

  fake_exotel_add_calls (lab->fake, 130, lab->now_us - 130 * MINUTE_US, MINUTE_US);
  lab_fetch_first (lab);
  good_us = lab_state (lab)->good_us;
  dump = dump_figures (lab);

  lab_behave (lab, *(const FakeExotelBehaviour *) data);
  lab_refresh (lab);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpint (strlen (lab_state (lab)->error), >, 15);
  g_assert_null (strstr (lab_state (lab)->error, FAKE_EXOTEL_KEY));
  g_assert_null (strstr (lab_state (lab)->error, FAKE_EXOTEL_TOKEN));
  g_assert_cmpint (lab_state (lab)->good_us, ==, good_us);
  g_assert_cmpint (lab_state (lab)->next_us, >, good_us);
  g_assert_false (lab_state (lab)->is_complete);
  again = dump_figures (lab);
  g_assert_true (g_str_equal (dump, again));

  fake_exotel_add_call (lab->fake, lab->now_us - 30 * G_USEC_PER_SEC, FAKE_CALL_ANSWERED, 5);
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->good_us, >, good_us);
  g_assert_cmpuint (count_calls (lab), ==, 131);
}

/* Nobody listens at the address. */
static void
test_no_server (Lab           *lab,
                gconstpointer  data)
{
  g_free (lab->config->exotel_base_url);
  lab->config->exotel_base_url = g_strdup ("http://127.0.0.1:1");
  lab_configure (lab);
  lab_wait (lab, is_idle);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);
  g_assert_cmpint (lab_state (lab)->good_us, ==, CS_UNKNOWN);
  g_assert_false (lab_state (lab)->is_complete);

  fake_exotel_add_calls (lab->fake, 5, lab->now_us - HOUR_US, MINUTE_US);
  g_free (lab->config->exotel_base_url);
  lab->config->exotel_base_url = g_strdup (fake_exotel_get_url (lab->fake));
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 5);
}

/* Refreshes follow each other by themselves, or don't where they are made by hand. */
static void
test_timer (Lab           *lab,
            gconstpointer  data)
{
  gint64 good_us;

  lab_fetch_first (lab);
  g_assert_cmpint (lab_state (lab)->next_us, ==, CS_UNKNOWN);

  lab->config->exotel_refresh_seconds = 15;
  lab_configure (lab);
  g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);
  good_us = lab_state (lab)->good_us;
  fake_exotel_add_call (lab->fake, lab->now_us - 30 * G_USEC_PER_SEC, FAKE_CALL_ANSWERED, 5);
  while (count_calls (lab) == 0)
    g_main_context_iteration (NULL, TRUE);
  lab_wait (lab, is_idle);
  g_assert_cmpint (lab_state (lab)->good_us, >, good_us);
}

/* Another account's calls are fetched from the first day on, whatever was fetched of the one before. */
static void
test_another_account (Lab           *lab,
                      gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 150, lab->now_us - 30 * HOUR_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 1 });
  lab_fetch_first (lab);
  g_assert_false (lab_state (lab)->is_complete);

  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  fake_exotel_set_account (lab->fake, "othersid", "other-key", "other-token");
  fake_exotel_clear_calls (lab->fake);
  fake_exotel_add_calls (lab->fake, 120, lab->now_us - 29 * HOUR_US, MINUTE_US);
  g_free (lab->config->exotel_account_sid);
  lab->config->exotel_account_sid = g_strdup ("othersid");
  g_free (lab->config->exotel_api_key);
  lab->config->exotel_api_key = g_strdup ("other-key");
  g_free (lab->config->exotel_api_token);
  lab->config->exotel_api_token = g_strdup ("other-token");
  lab_configure (lab);
  g_assert_cmpint (lab_state (lab)->good_us, ==, CS_UNKNOWN);
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 270);
}

static gboolean
is_import_under_way (Lab *lab)
{
  return lab_state (lab)->is_importing && lab_state (lab)->n_done >= 200;
}

/* Begins to import 50 days with 1,000 calls, after a first fetch that found none of them, and waits until some came. */
static void
begin_import (Lab *lab)
{
  lab_fetch_first (lab);
  fake_exotel_add_calls (lab->fake, 1000, lab->now_us - 45 * DAY_US, HOUR_US);
  lab_behave (lab, (FakeExotelBehaviour) { .delay_ms = 15 });
  lab->fraction = 0;
  cs_exotel_sync_import (lab->sync, 50);
  g_assert_true (lab_state (lab)->is_importing);
  lab->fraction = 0;
  lab->fell_back = FALSE;
  lab_wait (lab, is_import_under_way);
  g_assert_cmpfloat (lab_state (lab)->fraction, >, 0.0);
  g_assert_cmpfloat (lab_state (lab)->fraction, <, 1.0);
  g_assert_cmpint (lab_state (lab)->began_us, >=, lab->now_us);
}

/* History comes with a progress that only rises, beside the refreshes. */
static void
test_import (Lab           *lab,
             gconstpointer  data)
{
  begin_import (lab);
  cs_exotel_sync_import (lab->sync, 10);
  lab_refresh (lab);
  g_assert_true (lab_state (lab)->is_importing);
  lab_wait (lab, is_not_importing);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpuint (lab_state (lab)->n_done, ==, 1000);
  g_assert_cmpfloat (lab->fraction, ==, 1.0);
  g_assert_false (lab->fell_back);
  g_assert_true (lab_state (lab)->is_complete);
}

/* What has come stays; the rest isn't fetched at the next start either. */
static void
test_import_cancelled (Lab           *lab,
                       gconstpointer  data)
{
  guint n_calls;

  begin_import (lab);
  cs_exotel_sync_cancel_import (lab->sync);
  g_assert_false (lab_state (lab)->is_importing);
  cs_recorder_commit (lab->recorder);
  n_calls = count_calls (lab);
  g_assert_cmpuint (n_calls, >=, 200);
  lab_refresh (lab);
  g_assert_cmpuint (count_calls (lab), ==, n_calls);
  g_assert_cmpuint (n_calls, <, 1000);

  lab_reopen (lab);
  lab_configure (lab);
  g_assert_false (lab_state (lab)->is_importing);
  lab_wait (lab, is_good);
  g_assert_cmpuint (count_calls (lab), ==, n_calls);
}

/* An import goes on where it was when the program ended. */
static void
test_import_resumed (Lab           *lab,
                     gconstpointer  data)
{
  guint n_asked;

  begin_import (lab);
  lab_reopen (lab);
  g_assert_cmpuint (count_calls (lab), <, 1000);
  n_asked = count_asked (lab);
  lab_configure (lab);
  g_assert_true (lab_state (lab)->is_importing);
  lab_wait (lab, is_not_importing);
  lab_wait (lab, is_good);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  /* From the beginning it would be eleven pages, and one more for the refresh. */
  g_assert_cmpuint (count_asked (lab) - n_asked, <=, 10);
}

/* An import that failed is taken up by the next refresh that succeeds. */
static void
test_import_failed (Lab           *lab,
                    gconstpointer  data)
{
  begin_import (lab);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_STATUS, .status = 401 });
  lab_wait (lab, is_not_importing);
  g_assert_nonnull (lab_state (lab)->error);
  g_assert_cmpuint (count_calls (lab), <, 1000);

  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  g_assert_true (lab_state (lab)->is_importing);
  lab_wait (lab, is_not_importing);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
}

/* The disk refuses a page in the middle: it isn't taken for fetched, and comes when the disk takes it. */
static void
test_disk_full (Lab           *lab,
                gconstpointer  data)
{
  guint n_calls;

  fake_exotel_add_calls (lab->fake, 600, lab->now_us - 40 * HOUR_US, 3 * MINUTE_US);
  store_sql (lab->dir, "CREATE TRIGGER full BEFORE INSERT ON call WHEN (SELECT count(*) FROM call) >= 250"
                       " BEGIN SELECT RAISE (ABORT, 'the disk is full'); END");
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*the disk is full*");
  lab_configure (lab);
  lab_wait (lab, is_idle);
  g_test_assert_expected_messages ();
  n_calls = count_calls (lab);
  g_assert_cmpuint (n_calls, ==, 200);
  g_assert_nonnull (strstr (lab_state (lab)->error, "the disk is full"));
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->good_us, ==, CS_UNKNOWN);
  g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);

  store_sql (lab->dir, "DROP TRIGGER full");
  lab_wait (lab, is_good);
  g_assert_cmpuint (count_calls (lab), ==, 600);
  g_assert_cmpuint (count_in_buckets (lab), ==, 600);
  g_assert_true (lab_state (lab)->is_complete);
}

/* A call is known from its events first: it runs, it ends. Its record, once there, is the authority over them all. */
static void
test_events (Lab           *lab,
             gconstpointer  data)
{
  static const char sid[] = "abcdefghijklmnopqrstuvwxyz012345";
  g_autofree char *started = format_time (lab, lab->now_us - 5 * MINUTE_US);
  g_autofree char *answered = g_strdup_printf ("{\"CallSid\":\"%s\",\"EventType\":\"answered\",\"Status\":\"in-progress\","
                                               "\"From\":\"09812345678\",\"To\":\"01139585476\",\"Direction\":\"inbound\","
                                               "\"PhoneNumberSid\":\"01139585476\",\"StartTime\":\"%s\"}", sid, started);
  g_autofree char *ended = g_strdup_printf ("{\"CallSid\":\"%s\",\"EventType\":\"terminal\",\"Status\":\"completed\","
                                            "\"From\":\"09812345678\",\"To\":\"01139585476\",\"Direction\":\"inbound\","
                                            "\"PhoneNumberSid\":\"01139585476\",\"StartTime\":\"%s\","
                                            "\"ConversationDuration\":30}", sid, started);
  CsMetrics metrics;
  g_autofree char *dump = NULL, *again = NULL;

  lab_fetch_first (lab);
  tell_event (lab, answered);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (metrics.n_active, ==, 1);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 0);

  tell_event (lab, ended);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (metrics.n_active, ==, 0);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_ANSWERED), ==, 1);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, 30 * G_USEC_PER_SEC);

  add_record (lab, sid, "", lab->now_us - 5 * MINUTE_US, "completed", 41);
  lab_refresh (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 1);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, 41 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_calls (lab), ==, 1);

  dump = store_dump (lab->dir);
  tell_event (lab, answered);
  tell_event (lab, ended);
  again = store_dump (lab->dir);
  g_assert_cmpstr (dump, ==, again);
}

/* The second call of a pair is part of the first: it is kept, but stands in no figure. */
static void
test_parts (Lab           *lab,
            gconstpointer  data)
{
  CsMetrics metrics;

  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - HOUR_US, "completed", 60);
  add_record (lab, "1123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", lab->now_us - HOUR_US + 1, "completed", 60);
  lab_fetch_first (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 1);
  g_assert_cmpuint (count_in_buckets (lab), ==, 1);
  g_assert_true (lab_state (lab)->is_complete);
}

/* Addresses of a stranger's in place of the next page: nobody but Exotel hears of us, and the gap is told. */
static void
test_hostile_page (Lab           *lab,
                   gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 150, lab->now_us - 30 * HOUR_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_NEXT_URI, .next_uri = "http://{bystander}/v1/x?After={after}" });
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 150);

  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_NEXT_URI, .next_uri = "http://{bystander}/v1/x" });
  cs_exotel_sync_import (lab->sync, 3);
  lab_wait (lab, is_not_importing);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 150);
}

int
main (int    argc,
      char **argv)
{
  static const struct {
    const char *path;
    void (*func) (Lab *, gconstpointer);
  } cases[] = {
    { "/exotel-sync/off/asks-nobody", test_off },
    { "/exotel-sync/first/takes-the-days-asked-for", test_first_days },
    { "/exotel-sync/first/goes-on-after-a-restart", test_interrupted },
    { "/exotel-sync/first/goes-on-after-a-cut", test_cut },
    { "/exotel-sync/refresh/costs-two-requests-at-most", test_refresh_is_cheap },
    { "/exotel-sync/refresh/takes-over-what-changed", test_changed_record },
    { "/exotel-sync/refresh/follows-by-itself", test_timer },
    { "/exotel-sync/truth/missing-records-are-told", test_missing },
    { "/exotel-sync/truth/unreadable-records-are-told", test_unreadable },
    { "/exotel-sync/truth/parts-are-not-counted", test_parts },
    { "/exotel-sync/truth/strangers-hear-nothing", test_hostile_page },
    { "/exotel-sync/failure/no-server", test_no_server },
    { "/exotel-sync/failure/age-survives-a-restart", test_age_survives },
    { "/exotel-sync/failure/full-disk-loses-nothing", test_disk_full },
    { "/exotel-sync/account/another-begins-anew", test_another_account },
    { "/exotel-sync/import/progress", test_import },
    { "/exotel-sync/import/cancel", test_import_cancelled },
    { "/exotel-sync/import/goes-on-after-a-restart", test_import_resumed },
    { "/exotel-sync/import/goes-on-after-a-failure", test_import_failed },
    { "/exotel-sync/events/record-is-the-authority", test_events },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Lab, NULL, lab_set_up, cases[i].func, lab_tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strdup_printf ("/exotel-sync/failure/answer-%u", i);

      g_test_add (path, Lab, &failures[i], lab_set_up, test_failure, lab_tear_down);
    }
  return g_test_run ();
}
