/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-sample-records.h"
#include "store/cs-store-health.h"

#include <glib/gi18n.h>

#define N_DAYS 30
#define SEED 20260131
#define HEARTBEAT_DAYS 8
#define HEARTBEAT_INTERVAL_US (10 * G_TIME_SPAN_MINUTE)
/* Two days ago one number couldn't be called for a while. */
#define OUTAGE_BEGIN_US (53 * G_TIME_SPAN_HOUR)
#define OUTAGE_END_US (51 * G_TIME_SPAN_HOUR)

/* No area code of India begins with 000. */
static const struct
{
  const char *id;
  const char *number;
  const char *name;
  guint8 weight;
} phones[] = {
  { "sample-sales", "+910005550110", N_("Sales"), 6 },
  { "sample-support", "+910005550120", N_("Support"), 5 },
  { "sample-delivery", "+910005550130", N_("Delivery"), 2 },
};

/* Calls by hour of a usual day, in tenths. */
static const guint8 hours[24] = { 0, 0, 0, 0, 0, 1, 3, 8, 14, 21, 25, 27, 22, 16, 15, 17, 16, 12, 8, 5, 2, 1, 0, 0 };

static const struct
{
  CsOutcome outcome;
  guint8 weight;
} endings[] = {
  { CS_OUTCOME_ANSWERED, 78 }, { CS_OUTCOME_MISSED, 11 }, { CS_OUTCOME_BUSY, 5 }, { CS_OUTCOME_FAILED, 2 }, { CS_OUTCOME_IVR_ONLY, 4 },
};

typedef struct {
  GTimeZone *zone;
  gint64 now_us;
  gint64 from_us;  /* of heartbeats */
} Past;

/* Both tables have weights that add up to a few dozen; place lies below their sum. */
static guint
pick_phone (GRand *random)
{
  int left = g_rand_int_range (random, 0, 13);
  guint i = 0;

  while (left >= phones[i].weight && i + 1 < G_N_ELEMENTS (phones))
    left -= phones[i++].weight;
  return i;
}

static CsOutcome
pick_outcome (GRand *random)
{
  int left = g_rand_int_range (random, 0, 100);
  guint i = 0;

  while (left >= endings[i].weight && i + 1 < G_N_ELEMENTS (endings))
    left -= endings[i++].weight;
  return endings[i].outcome;
}

static CsCall *
make_call (GRand  *random,
           guint   n,
           gint64  at_us)
{
  CsCall *call = cs_call_new (CS_PROVIDER_EXOTEL);
  guint phone = pick_phone (random);
  gint64 wait_us = (gint64) g_rand_int_range (random, 4, 30) * G_USEC_PER_SEC;
  gint64 talk_us = (gint64) g_rand_int_range (random, 20, 260) * G_USEC_PER_SEC;
  gboolean is_answered;

  call->record_id = g_strdup_printf ("sample-record-%u", n);
  call->source = CS_SOURCE_RECORD;
  call->state = CS_CALL_ENDED;
  call->direction = CS_DIRECTION_INBOUND;
  call->outcome = pick_outcome (random);
  is_answered = call->outcome == CS_OUTCOME_ANSWERED;
  call->plain_outcome = call->outcome == CS_OUTCOME_IVR_ONLY ? CS_OUTCOME_ANSWERED : call->outcome;
  call->seen_us = call->started_us = at_us;
  call->answered_us = is_answered ? at_us + wait_us : CS_UNKNOWN;
  call->wait_us = is_answered ? wait_us : CS_UNKNOWN;
  call->talk_us = is_answered ? talk_us : CS_UNKNOWN;
  call->ended_us = call->last_us = at_us + wait_us + (is_answered ? talk_us : 0);
  call->number = g_strdup (phones[phone].number);
  call->to = g_strdup (phones[phone].number);
  call->peer = g_strdup_printf ("+91000555%04d", g_rand_int_range (random, 2000, 2400));
  call->from = g_strdup (call->peer);
  call->is_connected = is_answered;
  return call;
}

static gboolean
write_day (CsStore *store,
           GRand   *random,
           gint64   day_us,
           gint64   now_us,
           guint   *n_calls,
           GError **error)
{
  for (int hour = 0; hour < 24; hour++)
    {
      int n = hours[hour] / 10.0 * g_rand_double_range (random, 0.5, 1.5) + g_rand_double (random) * (hours[hour] > 0);

      for (int i = 0; i < n; i++)
        {
          gint64 at_us = day_us + hour * G_TIME_SPAN_HOUR + (gint64) g_rand_int_range (random, 0, 3600) * G_USEC_PER_SEC;
          g_autoptr (CsCall) call = make_call (random, ++*n_calls, at_us);
          gboolean changed;

          if (call->ended_us < now_us && !cs_store_put_record (store, call, &changed, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_calls (CsStore   *store,
             gpointer   data,
             GError   **error)
{
  const Past *past = data;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_phone_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  gint64 today_us = cs_day_get_start (past->zone, past->now_us);
  guint n_calls = 0;

  for (guint i = 0; i < G_N_ELEMENTS (phones); i++)
    g_ptr_array_add (list, cs_phone_new (phones[i].id, phones[i].number, _(phones[i].name)));
  if (!cs_store_put_phones (store, list, error))
    return FALSE;
  for (int day = -N_DAYS; day <= 0; day++)
    {
      if (!write_day (store, random, cs_day_add_days (past->zone, today_us, day), past->now_us, &n_calls, error))
        return FALSE;
    }
  return TRUE;
}

static CsHealthReport *
make_heartbeat (gint64   at_us,
                gboolean is_outage)
{
  CsHealthReport *report = cs_health_report_new (is_outage ? CS_HEALTH_WARNING : CS_HEALTH_OK);

  report->at_us = report->told_us = at_us;
  for (guint i = 0; i < G_N_ELEMENTS (phones); i++)
    {
      CsPhoneHealth *phone = cs_health_report_add_phone (report, phones[i].id);
      gboolean is_affected = is_outage && i == G_N_ELEMENTS (phones) - 1;

      phone->number = g_strdup (phones[i].number);
      phone->incoming = g_strdup (is_affected ? "major_outage" : "active");
      phone->outgoing = g_strdup ("active");
      phone->incoming_affected = is_affected;
    }
  return report;
}

static gboolean
write_heartbeats (CsStore   *store,
                  gpointer   data,
                  GError   **error)
{
  const Past *past = data;

  for (gint64 at_us = past->from_us; at_us <= past->now_us; at_us += HEARTBEAT_INTERVAL_US)
    {
      gint64 age_us = past->now_us - at_us;
      g_autoptr (CsHealthReport) report = make_heartbeat (at_us, age_us > OUTAGE_END_US && age_us < OUTAGE_BEGIN_US);

      if (!cs_store_put_heartbeat (store, report, error))
        return FALSE;
    }
  return TRUE;
}

/* Writes a month of records of an account with three numbers, in the days and hours of the zone, and a week of heartbeats. */
void
cs_sample_records_write (CsRecorder *recorder,
                         GTimeZone  *zone,
                         gint64      now_us)
{
  Past past = { zone, now_us, now_us - HEARTBEAT_DAYS * G_TIME_SPAN_DAY };

  cs_recorder_write (recorder, write_calls, &past, NULL, NULL);
  cs_recorder_write (recorder, write_heartbeats, &past, NULL, NULL);
}

/* Writes one more heartbeat: all is well. */
void
cs_sample_records_heartbeat (CsRecorder *recorder,
                             gint64      now_us)
{
  Past past = { NULL, now_us, now_us };

  cs_recorder_write (recorder, write_heartbeats, &past, NULL, NULL);
}
