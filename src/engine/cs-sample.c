/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-sample-records.h"
#include "engine/cs-sample.h"
#include "sipgate/cs-sipgate-event.h"
#include "store/cs-store-contacts.h"

#define N_DAYS 30
#define SEED 20260131
/* Of the Exotel account; what the settings say of a new one. */
#define RECORDS_ZONE "Asia/Kolkata"
#define HEARTBEAT_SECONDS 300

/* Numbers that the regulator keeps free for films and examples. name: (nullable) of who is in the address book */
static const struct
{
  const char *number;
  const char *name;
} callers[] = {
  { "493023125114", "Bäckerei Sommer" }, { "493023125207", NULL },
  { "494066969351", "Elif Yılmaz" },     { "494066969808", "Hotel am Markt" },
  { "492214710142", NULL },              { "492214710466", "Praxis Dr. Lang" },
  { "498999998023", "Thomas Krüger" },   { "498999998615", NULL },
  { "496990009210", "Blumen Hoffmann" }, { "496990009777", NULL },
  { "493023125519", "Autohaus Vogel" },  { "494066969044", "Sophie Neumann" },
  { "anonymous", NULL },
};

static const char *own_number = "492214710900";

static const struct
{
  const char *name;
  const char *id;
} users[] = { { "Anna Berg", "w0" }, { "Jonas Weber", "w1" }, { "Mira Patel", "w2" } };

typedef enum {
  ENDING_ANSWERED,
  ENDING_VOICEMAIL,
  ENDING_BUSY,
  ENDING_MISSED,
  ENDING_OUTGOING,
} Ending;

/* Calls by hour of a usual day, in tenths. */
static const guint8 hours[24] = { 0, 0, 0, 0, 0, 0, 1, 8, 32, 51, 58, 47, 24, 31, 46, 42, 35, 21, 6, 2, 0, 0, 0, 0 };

struct _CsSample
{
  CsRecorder *recorder;
  GRand *random;     /* (owned) */
  GQueue upcoming;   /* (owned) (element-type Upcoming) live events, soonest first */
  GSource *source;   /* (owned) */
  GSource *heartbeats; /* (owned) */
  guint n_calls;
  gboolean is_live;
};

typedef struct {
  gint64 at_us;
  char *body;        /* (owned) */
} Upcoming;

static void
upcoming_free (gpointer data)
{
  Upcoming *upcoming = data;

  g_free (upcoming->body);
  g_free (upcoming);
}

static int
compare_upcoming (gconstpointer a,
                  gconstpointer b,
                  gpointer      user_data)
{
  const Upcoming *left = a, *right = b;

  return (left->at_us > right->at_us) - (left->at_us < right->at_us);
}

/* The same way as a real push goes: through the decoder. */
static void
deliver (CsSample   *self,
         const char *body,
         gint64      at_us)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  g_autoptr (CsCallEvent) event = cs_sipgate_event_parse (bytes, &error);

  if (event == NULL)
    g_warning ("A made-up event was refused: %s", error->message);
  else if (self->is_live)
    cs_recorder_record (self->recorder, event, bytes, NULL, NULL);
  else
    cs_recorder_record_at (self->recorder, event, bytes, at_us, NULL, NULL);
}

static void
plan (CsSample *self,
      gint64    at_us,
      char     *body)
{
  Upcoming *upcoming;

  if (!self->is_live)
    {
      deliver (self, body, at_us);
      g_free (body);
      return;
    }
  upcoming = g_new (Upcoming, 1);
  upcoming->at_us = at_us;
  upcoming->body = body;
  g_queue_insert_sorted (&self->upcoming, upcoming, compare_upcoming, NULL);
}

static char *
make_body (const char *event,
           Ending      ending,
           const char *caller,
           const char *call_id,
           const char *first_id,
           const char *rest)
{
  gboolean is_out = ending == ENDING_OUTGOING;

  return g_strdup_printf ("event=%s&direction=%s&from=%s&to=%s&callId=%s&origCallId=%s&xcid=%s%s", event,
                          is_out ? "out" : "in", is_out ? own_number : caller, is_out ? caller : own_number, call_id,
                          first_id, first_id, rest);
}

static gint64
get_seconds (CsSample *self,
             double    least,
             double    most)
{
  return g_rand_double_range (self->random, least, most) * G_USEC_PER_SEC;
}

static void
plan_mailbox (CsSample   *self,
              const char *caller,
              const char *first_id,
              gint64      at_us)
{
  g_autofree char *id = g_strconcat (first_id, "-mailbox", NULL);

  plan (self, at_us, make_body ("hangup", ENDING_VOICEMAIL, caller, first_id, first_id, "&cause=forwarded"));
  at_us += G_USEC_PER_SEC / 10;
  plan (self, at_us, make_body ("newCall", ENDING_VOICEMAIL, caller, id, first_id, "&user%5B%5D=voicemail"));
  at_us += G_USEC_PER_SEC / 3;
  plan (self, at_us, make_body ("answer", ENDING_VOICEMAIL, caller, id, first_id, "&user=voicemail"));
  at_us += get_seconds (self, 8, 35);
  plan (self, at_us, make_body ("hangup", ENDING_VOICEMAIL, caller, id, first_id, "&cause=normalClearing"));
}

static int
pick (CsSample     *self,
      const guint8 *weights,
      int           n_weights)
{
  int sum = 0, left;

  for (int i = 0; i < n_weights; i++)
    sum += weights[i];
  left = g_rand_int_range (self->random, 0, sum);
  for (int i = 0; i < n_weights; i++)
    {
      left -= weights[i];
      if (left < 0)
        return i;
    }
  return 0;
}

static void
plan_call (CsSample *self,
           gint64    at_us)
{
  /* As a business that answers well, but not every call, sees it. */
  static const guint8 weights[] = {
    [ENDING_ANSWERED] = 70, [ENDING_VOICEMAIL] = 10, [ENDING_BUSY] = 4, [ENDING_MISSED] = 8, [ENDING_OUTGOING] = 14,
  };
  Ending ending = pick (self, weights, G_N_ELEMENTS (weights));
  const char *caller = callers[g_rand_int_range (self->random, 0, G_N_ELEMENTS (callers) - (ending == ENDING_OUTGOING))].number;
  int user = g_rand_int_range (self->random, 0, G_N_ELEMENTS (users));
  g_autofree char *id = g_strdup_printf ("sample-%u", ++self->n_calls);
  g_autofree char *name = g_uri_escape_string (users[user].name, NULL, FALSE);
  g_autofree char *offered = g_strdup_printf ("&user%%5B%%5D=%s&userId%%5B%%5D=%s", name, users[user].id);
  g_autofree char *answer = NULL;

  plan (self, at_us, make_body ("newCall", ending, caller, id, id, offered));
  switch (ending)
    {
    case ENDING_ANSWERED:
    case ENDING_OUTGOING:
      at_us += get_seconds (self, 3, 24);
      answer = g_strdup_printf (ending == ENDING_OUTGOING ? "&answeringNumber=%1$s" : "&user=%2$s&userId=%3$s&answeringNumber=%1$s",
                                caller, name, users[user].id);
      plan (self, at_us, make_body ("answer", ending, caller, id, id, answer));
      at_us += self->is_live ? get_seconds (self, 10, 60) : get_seconds (self, 20, 320);
      plan (self, at_us, make_body ("hangup", ending, caller, id, id, "&cause=normalClearing"));
      break;
    case ENDING_VOICEMAIL:
      plan_mailbox (self, caller, id, at_us + get_seconds (self, 12, 25));
      break;
    case ENDING_BUSY:
      plan (self, at_us + G_USEC_PER_SEC / 2, make_body ("hangup", ending, caller, id, id, "&cause=busy"));
      break;
    case ENDING_MISSED:
      at_us += get_seconds (self, 8, 30);
      plan (self, at_us, make_body ("hangup", ending, caller, id, id, "&cause=cancel"));
      break;
    }
}

/* A month until now, working days livelier than others. */
static void
write_past (CsSample *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_us = g_get_real_time (), today_us = cs_day_get_start (zone, now_us);

  for (int day = -N_DAYS; day <= 0; day++)
    {
      gint64 day_us = cs_day_add_days (zone, today_us, day);
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (day_us / G_USEC_PER_SEC);
      gboolean is_weekend = g_date_time_get_day_of_week (date) > 5;

      for (int hour = 0; hour < 24; hour++)
        {
          double mean = hours[hour] / (is_weekend ? 60.0 : 10.0);
          int n = mean * g_rand_double_range (self->random, 0.5, 1.5) + g_rand_double (self->random);

          for (int i = 0; i < n; i++)
            {
              gint64 at_us = day_us + hour * G_TIME_SPAN_HOUR + get_seconds (self, 0, 3600);

              /* Such a call is over by now. */
              if (at_us < now_us - 8 * G_TIME_SPAN_MINUTE)
                plan_call (self, at_us);
            }
        }
    }
  cs_recorder_commit (self->recorder);
}

static gboolean
on_time (gpointer data)
{
  CsSample *self = data;
  gint64 now_us = g_get_monotonic_time ();
  Upcoming *next = g_queue_peek_head (&self->upcoming);

  while (next != NULL && next->at_us <= now_us)
    {
      deliver (self, next->body, 0);
      upcoming_free (g_queue_pop_head (&self->upcoming));
      next = g_queue_peek_head (&self->upcoming);
    }
  if (self->upcoming.length < 8 && g_rand_int_range (self->random, 0, 12) == 0)
    plan_call (self, now_us);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_heartbeat (gpointer data)
{
  CsSample *self = data;

  cs_sample_records_heartbeat (self->recorder, g_get_real_time ());
  return G_SOURCE_CONTINUE;
}

static GSource *
attach (GSource     *source,
        GSourceFunc  func,
        CsSample    *self)
{
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static gboolean
write_contact (CsStore  *store,
               gpointer  data,
               GError  **error)
{
  return cs_store_put_contact (store, data, error) != 0;
}

static void
write_contacts (CsSample *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    {
      g_autoptr (CsContact) contact = NULL;
      g_autofree char *number = NULL;

      if (callers[i].name == NULL)
        continue;
      contact = cs_contact_new (callers[i].name);
      number = g_strconcat ("+", callers[i].number, NULL);
      cs_contact_add_number (contact, number);
      cs_recorder_write (self->recorder, write_contact, contact, NULL, NULL);
    }
}

/* Writes the past through the recorder and starts the present. */
CsSample *
cs_sample_new (CsRecorder *recorder)
{
  CsSample *self = g_new0 (CsSample, 1);
  g_autoptr (GTimeZone) zone = cs_day_get_zone (RECORDS_ZONE);

  self->recorder = recorder;
  self->random = g_rand_new_with_seed (SEED);
  g_queue_init (&self->upcoming);
  cs_sample_records_write (recorder, zone, g_get_real_time ());
  write_contacts (self);
  write_past (self);

  self->is_live = TRUE;
  self->source = attach (g_timeout_source_new (500), on_time, self);
  self->heartbeats = attach (g_timeout_source_new_seconds (HEARTBEAT_SECONDS), on_heartbeat, self);
  plan_call (self, g_get_monotonic_time ());
  return self;
}

void
cs_sample_free (CsSample *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_source_destroy (self->heartbeats);
  g_source_unref (self->heartbeats);
  g_queue_clear_full (&self->upcoming, upcoming_free);
  g_rand_free (self->random);
  g_free (self);
}
