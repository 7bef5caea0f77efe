/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-exotel-records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDIA_US (G_GINT64_CONSTANT (19800) * G_USEC_PER_SEC)
#define YEAR_US (G_GINT64_CONSTANT (365) * 24 * 3600 * G_USEC_PER_SEC)
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct {
  gint64 created_us;
  guint serial;
  FakeCallKind kind;
  guint talk_seconds;
  char *json;           /* (owned) (nullable) in place of what is made of the rest */
} Record;

struct _FakeRecords
{
  GArray *records;      /* (owned) (element-type Record) */
  guint n_added;
  gboolean is_sorted;
};

static void
clear_record (gpointer data)
{
  g_free (((Record *) data)->json);
}

static int
compare_records (gconstpointer a,
                 gconstpointer b)
{
  const Record *left = a, *right = b;

  if (left->created_us != right->created_us)
    return left->created_us < right->created_us ? -1 : 1;
  return left->serial < right->serial ? -1 : left->serial > right->serial;
}

static void
append_time (GString    *json,
             const char *name,
             gint64      time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc ((time_us + INDIA_US) / G_USEC_PER_SEC);

  g_string_append_printf (json, "\"%s\":\"%04d-%02d-%02d %02d:%02d:%02d\",", name, g_date_time_get_year (time),
                          g_date_time_get_month (time), g_date_time_get_day_of_month (time), g_date_time_get_hour (time),
                          g_date_time_get_minute (time), g_date_time_get_second (time));
}

static void
append_details (GString      *json,
                const Record *record)
{
  static const char *const second_legs[FAKE_N_CALL_KINDS] = {
    "\"completed\"", "\"no-answer\"", "\"busy\"", "\"failed\"", "\"no-answer\"", "\"\"",
  };

  g_string_append_printf (json,
                          ",\"Details\":{\"ConversationDuration\":%u,\"Leg1Status\":\"completed\",\"Leg2Status\":%s,"
                          "\"Legs\":[{\"Leg\":{\"Id\":1,\"OnCallDuration\":%u}},{\"Leg\":{\"Id\":2,\"OnCallDuration\":%u}}]}",
                          record->talk_seconds, second_legs[record->kind], record->talk_seconds + 9, record->talk_seconds);
}

static void
append_record (GString      *json,
               const char   *sid,
               const Record *record,
               gboolean      with_details)
{
  static const char *const statuses[FAKE_N_CALL_KINDS] = {
    "completed", "no-answer", "busy", "failed", "completed", "completed",
  };
  static const char *const phones[] = { "01139585476", "08047104000", "02246091234" };
  const char *phone = phones[record->serial % G_N_ELEMENTS (phones)];
  guint duration = record->talk_seconds + 9;

  if (record->json != NULL)
    {
      g_string_append (json, record->json);
      return;
    }
  g_string_append_printf (json, "{\"Sid\":\"c5797dcbaaeed7678c4062a4%08x\",\"ParentCallSid\":null,\"AccountSid\":\"%s\",",
                          record->serial, sid);
  append_time (json, "DateCreated", record->created_us);
  append_time (json, "DateUpdated", record->created_us + duration * G_USEC_PER_SEC);
  append_time (json, "StartTime", record->created_us);
  append_time (json, "EndTime", record->created_us + duration * G_USEC_PER_SEC);
  g_string_append_printf (json,
                          "\"To\":\"%s\",\"From\":\"098%08u\",\"PhoneNumberSid\":\"%s\",\"Status\":\"%s\",\"Duration\":\"%u\","
                          "\"Price\":\"1.500\",\"Direction\":\"inbound\",\"AnsweredBy\":null,\"RecordingUrl\":\"\"",
                          phone, record->serial % 100000000, phone, statuses[record->kind], duration);
  if (with_details)
    append_details (json, record);
  g_string_append_c (json, '}');
}

static Record *
get_record (FakeRecords *self,
            guint        index)
{
  return &g_array_index (self->records, Record, index);
}

/* The first record at or after that time and serial number. */
static guint
find_record (FakeRecords *self,
             gint64       time_us,
             guint        serial)
{
  Record key = { .created_us = time_us, .serial = serial };
  guint low = 0, high = self->records->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare_records (get_record (self, middle), &key) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static char *
build_cursor (const Record *record)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "a%u", record->created_us, record->serial);

  return g_base64_encode ((const guchar *) text, strlen (text));
}

/* How many records of the filter's come before the page; all of them for a cursor that isn't ours. */
static guint
count_before (FakeRecords      *self,
              const FakeFilter *filter,
              guint             low,
              guint             high)
{
  gint64 time_us;
  guint serial, at;
  gsize length;
  g_autofree char *text = NULL;

  if (filter->after == NULL)
    return 0;
  text = (char *) g_base64_decode (filter->after, &length);
  text = g_realloc (text, length + 1);
  text[length] = '\0';
  if (sscanf (text, "%" G_GINT64_FORMAT "a%u", &time_us, &serial) != 2)
    return high - low;
  at = CLAMP (find_record (self, time_us, serial), low, high);
  return filter->is_descending ? high - at : MIN (at + 1, high) - low;
}

static char *
build_next_uri (const char           *sid,
                const FakePageFaults *faults,
                const char           *cursor)
{
  g_autofree char *escaped = g_uri_escape_string (cursor, NULL, FALSE);

  if (faults->next_uri != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (faults->next_uri, "{after}", -1);

      return g_strjoinv (escaped, parts);
    }
  return g_strdup_printf ("/v1/Accounts/%s/Calls.json?PageSize=100&SortBy=DateCreated:asc&After=%s", sid, escaped);
}

static void
append_comma (GString *json)
{
  if (json->str[json->len - 1] != '[')
    g_string_append_c (json, ',');
}

FakeRecords *
fake_records_new (void)
{
  FakeRecords *self = g_new0 (FakeRecords, 1);

  self->records = g_array_new (FALSE, FALSE, sizeof (Record));
  g_array_set_clear_func (self->records, clear_record);
  return self;
}

void
fake_records_free (FakeRecords *self)
{
  g_array_unref (self->records);
  g_free (self);
}

void
fake_records_clear (FakeRecords *self)
{
  g_array_set_size (self->records, 0);
}

void
fake_records_add (FakeRecords  *self,
                  gint64        created_us,
                  FakeCallKind  kind,
                  guint         talk_seconds,
                  const char   *json)
{
  Record record = {
    .created_us = created_us - created_us % G_USEC_PER_SEC,
    .serial = ++self->n_added,
    .kind = kind,
    .talk_seconds = talk_seconds,
    .json = g_strdup (json),
  };

  g_array_append_val (self->records, record);
  self->is_sorted = FALSE;
}

/* The sample of protocol/exotel.md §5: 1,247 calls of one day, which begins at that midnight. */
void
fake_records_add_sample_day (FakeRecords *self,
                             gint64       midnight_us)
{
  static const guint hours[24] = {
    12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0,
  };
  static const guint kinds[] = { 976, 189, 52, 30 };
  guint n_taken[G_N_ELEMENTS (kinds)] = { 0 };
  guint n_calls = 0;

  for (guint hour = 0; hour < G_N_ELEMENTS (hours); hour++)
    {
      for (guint i = 0; i < hours[hour]; i++)
        {
          gint64 created_us = midnight_us + hour * HOUR_US + i * HOUR_US / hours[hour];
          guint kind = 0;

          /* The kind that lags behind its share most. */
          n_calls++;
          for (guint k = 1; k < G_N_ELEMENTS (kinds); k++)
            {
              if (n_calls * kinds[k] - n_taken[k] * 1247.0 > n_calls * kinds[kind] - n_taken[kind] * 1247.0)
                kind = k;
            }
          n_taken[kind]++;
          /* On average 134 s. */
          fake_records_add (self, created_us, kind, kind > 0 ? 0 : n_taken[0] % 2 == 1 ? 124 : 144, NULL);
        }
    }
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    g_assert_cmpuint (n_taken[k], ==, kinds[k]);
}

/* Returns the JSON of the page that was asked for. */
char *
fake_records_render_page (FakeRecords          *self,
                          const char           *sid,
                          const FakeFilter     *filter,
                          const FakePageFaults *faults)
{
  GString *json = g_string_sized_new (filter->page_size * 900 + 1000);
  guint low, high, n_before, n_on_page;
  const Record *last = NULL;

  if (!self->is_sorted)
    g_array_sort (self->records, compare_records);
  self->is_sorted = TRUE;

  low = find_record (self, filter->from_us, 0);
  high = filter->to_us == G_MAXINT64 ? self->records->len : find_record (self, filter->to_us + G_USEC_PER_SEC, 0);
  high = MAX (low, high);
  n_before = count_before (self, filter, low, high);
  n_on_page = faults->is_empty ? 0 : MIN (filter->page_size, high - low - n_before);

  g_string_append (json, "{\"Calls\":[");
  if (faults->has_duplicate && n_before > 0)
    append_record (json, sid, get_record (self, low + n_before - 1), filter->with_details);
  for (guint i = 0; i < n_on_page; i++)
    {
      guint place = n_before + i;

      last = get_record (self, filter->is_descending ? high - 1 - place : low + place);
      append_comma (json);
      append_record (json, sid, last, filter->with_details);
    }
  if (faults->has_outsider)
    {
      Record outsider = { .created_us = filter->from_us - YEAR_US, .serial = 0xe0000000 + n_before };

      append_comma (json);
      append_record (json, sid, &outsider, filter->with_details);
    }

  g_string_append_printf (json, "],\"Metadata\":{\"Total\":%d,\"PageSize\":%u,\"FirstPageUri\":\"/v1/Accounts/%s/Calls.json\","
                          "\"PrevPageUri\":null,\"NextPageUri\":",
                          MAX ((int) (high - low) + faults->total_offset, 0), filter->page_size, sid);
  if (faults->repeats_cursor && high > low)
    last = get_record (self, low + MIN (filter->page_size, high - low) - 1);
  if (faults->is_empty)
    {
      g_autofree char *cursor = g_strdup_printf ("another%u", g_random_int ());
      g_autofree char *uri = build_next_uri (sid, faults, cursor);

      g_string_append_printf (json, "\"%s\"", uri);
    }
  else if (last != NULL && (faults->repeats_cursor || n_before + n_on_page < high - low))
    {
      g_autofree char *cursor = build_cursor (last);
      g_autofree char *uri = build_next_uri (sid, faults, cursor);

      g_string_append_printf (json, "\"%s\"", uri);
    }
  else
    {
      g_string_append (json, "null");
    }
  g_string_append (json, "}}");
  return g_string_free (json, FALSE);
}

/* Reads "YYYY-MM-DD HH:MM:SS" of India, and nothing else. Returns microseconds UTC, or -1. */
gint64
fake_time_parse (const char *naive)
{
  int year, month, day, hour, minute, second, length = 0;
  g_autoptr (GDateTime) time = NULL;

  if (strlen (naive) != 19
      || sscanf (naive, "%4d-%2d-%2d %2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &length) != 6
      || length != 19)
    return -1;
  time = g_date_time_new_utc (year, month, day, hour, minute, second);
  return time != NULL ? g_date_time_to_unix (time) * G_USEC_PER_SEC - INDIA_US : -1;
}
