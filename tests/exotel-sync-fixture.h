/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

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

/* What the sync's clock shows in all tests: it moves only when told to. */
static gint64 lab_tick_us;

static inline gint64
lab_get_tick (void)
{
  return lab_tick_us;
}

static inline void
on_changed (gpointer data)
{
  Lab *lab = data;
  double fraction = lab->sync != NULL ? cs_exotel_sync_get_state (lab->sync)->fraction : 0;

  lab->n_changes++;
  lab->fell_back = lab->fell_back || fraction < lab->fraction;
  lab->fraction = MAX (lab->fraction, fraction);
}

/* Starts what lives on the service thread; nothing is fetched until lab_configure(). */
static inline void
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
  cs_exotel_sync_set_clock (lab->sync, lab_get_tick);
  lab->fraction = 0;
  lab->fell_back = FALSE;
}

static inline void
lab_close (Lab *lab)
{
  g_clear_pointer (&lab->sync, cs_exotel_sync_free);
  g_clear_pointer (&lab->recorder, cs_recorder_free);
  g_clear_pointer (&lab->store, cs_store_close);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Ends the program and starts it again, once all that was sent has arrived at the other side. */
static inline void
lab_reopen (Lab *lab)
{
  lab_close (lab);
  g_usleep (50 * 1000);
  lab_open (lab);
}

static inline void
lab_configure (Lab *lab)
{
  cs_exotel_sync_configure (lab->sync, lab->config);
}

static inline void
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
static inline void
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

static inline void
lab_behave (Lab                 *lab,
            FakeExotelBehaviour  behaviour)
{
  fake_exotel_set_behaviour (lab->fake, &behaviour);
}

static inline const CsExotelState *
lab_state (Lab *lab)
{
  return cs_exotel_sync_get_state (lab->sync);
}

static inline gboolean
is_idle (Lab *lab)
{
  return lab_state (lab)->activity == CS_EXOTEL_IDLE;
}

static inline gboolean
is_good (Lab *lab)
{
  return is_idle (lab) && lab_state (lab)->error == NULL && lab_state (lab)->good_us != CS_UNKNOWN;
}

static inline gboolean
is_not_importing (Lab *lab)
{
  return !lab_state (lab)->is_importing;
}

static inline void
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

static inline void
lab_refresh (Lab *lab)
{
  cs_exotel_sync_refresh (lab->sync);
  lab_wait (lab, is_idle);
}

/* How often call records were asked for. */
static inline guint
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

static inline guint
count_calls (Lab *lab)
{
  return (guint) store_sql_number (lab->dir, "SELECT count(*) FROM call");
}

static inline guint
count_in_buckets (Lab *lab)
{
  return (guint) store_sql_number (lab->dir, "SELECT coalesce(sum(n), 0) FROM call_bucket");
}

/* Returns what is shown of all calls. (transfer full) */
static inline char *
dump_figures (Lab *lab)
{
  g_autofree char *calls = store_sql_text (lab->dir, "SELECT id, record_id, source, state, outcome, seen_us, talk_us FROM call"
                                                     " ORDER BY id");
  g_autofree char *buckets = store_sql_text (lab->dir, "SELECT * FROM call_bucket");

  return g_strconcat (calls, "\n", buckets, NULL);
}

static inline gboolean
has_phones (Lab *lab)
{
  return store_sql_number (lab->dir, "SELECT count(*) FROM exophone") == 1;
}

static inline gboolean
has_some_calls (Lab *lab)
{
  return count_calls (lab) >= 300;
}

/* Until everything is there and nothing more is asked. */
static inline void
lab_fetch_first (Lab *lab)
{
  lab_configure (lab);
  lab_wait (lab, is_good);
  lab_wait (lab, has_phones);
}

static inline void
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

static inline char *
format_time (Lab    *lab,
             gint64  time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, lab->zone);

  return g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
}

static inline void
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

static inline gboolean
write_record (CsStore  *store,
              gpointer  data,
              GError  **error)
{
  gboolean changed;

  return cs_store_put_record (store, data, &changed, error);
}

static inline void
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
