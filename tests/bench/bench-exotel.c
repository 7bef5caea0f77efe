/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exotel's records: how fast a page is read and stored, the server's time taken out, and that the memory of a fetch doesn't
 * grow with the number of records. */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-board.h"
#include "engine/cs-exotel-sync.h"
#include "exotel/cs-exotel-page.h"
#include "fake-program.h"
#include "figures.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE_SIZE 100
#define FEW_RECORDS 10000
#define STEP_SECONDS 20
#define MIN_PER_SECOND 20000
#define MAX_GROWTH 1.20

static void
append_record (GString *json,
               guint    serial,
               gint64   created_us)
{
  static const char *const phones[] = { "01139585476", "08047104000", "02246091234" };
  static const char *const words[] = { "completed", "completed", "completed", "no-answer", "busy", "failed" };
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (created_us / G_USEC_PER_SEC + 19800);
  g_autofree char *time = g_date_time_format (utc, "%Y-%m-%d %H:%M:%S");
  const char *word = words[serial % G_N_ELEMENTS (words)], *phone = phones[serial % G_N_ELEMENTS (phones)];
  guint talk = strcmp (word, "completed") == 0 ? 10 + serial % 200 : 0;

  if (json->str[json->len - 1] == '}')
    g_string_append_c (json, ',');
  g_string_append_printf (json,
                          "{\"Sid\":\"%08x6f9619ff8b86d011b42d00c0\",\"ParentCallSid\":null,\"DateCreated\":\"%s\","
                          "\"DateUpdated\":\"%s\",\"AccountSid\":\"fakesid1\",\"To\":\"%s\",\"From\":\"098%08u\","
                          "\"PhoneNumberSid\":\"%s\",\"Status\":\"%s\",\"StartTime\":\"%s\",\"EndTime\":\"%s\",\"Duration\":\"%u\","
                          "\"Price\":\"1.500\",\"Direction\":\"inbound\",\"AnsweredBy\":null,\"RecordingUrl\":"
                          "\"https://recordings.example/%08x.mp3\",\"Details\":{\"ConversationDuration\":%u,\"Leg1Status\":"
                          "\"completed\",\"Leg2Status\":\"%s\",\"Legs\":[{\"Leg\":{\"Id\":1,\"OnCallDuration\":%u}},"
                          "{\"Leg\":{\"Id\":2,\"OnCallDuration\":%u}}]}}",
                          serial * 2654435761u, time, time, phone, serial, phone, word, time, time, talk + 9, serial, talk, word,
                          talk + 9, talk);
}

static GBytes *
render_page (guint  first,
             gint64 first_us)
{
  GString *json = g_string_new ("{\"Metadata\":{\"Total\":100000,\"PageSize\":100,\"NextPageUri\":null},\"Calls\":[");

  for (guint i = 0; i < PAGE_SIZE; i++)
    append_record (json, first + i, first_us + (gint64) (first + i) * STEP_SECONDS * G_USEC_PER_SEC);
  g_string_append (json, "]}");
  return g_string_free_to_bytes (json);
}

/* Reads a page and commits it, as a fetch does. */
static void
take_page (CsStore   *store,
           GBytes    *body,
           GTimeZone *zone)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsExotelPage) page = cs_exotel_page_parse (body, zone, 0, G_MAXINT64, &error);

  if (page == NULL || page->calls->len != PAGE_SIZE)
    g_error ("A page could not be read: %s", error != NULL ? error->message : "calls are missing");
  for (guint i = 0; i < page->calls->len; i++)
    {
      gboolean changed;

      if (!cs_store_put_record (store, g_ptr_array_index (page->calls, i), &changed, &error))
        g_error ("%s", error->message);
    }
  if (!cs_store_commit (store, &error))
    g_error ("%s", error->message);
}

static gboolean
measure_speed (guint n_records)
{
  g_autofree char *dir = figures_make_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (19800);
  g_autoptr (CsStore) store = cs_store_open (dir, &error);
  gint64 first_us = g_get_real_time () - (gint64) n_records * STEP_SECONDS * G_USEC_PER_SEC, spent_us = 0, again_us = 0;

  if (store == NULL)
    g_error ("%s", error->message);
  for (guint first = 0; first < n_records; first += PAGE_SIZE)
    {
      g_autoptr (GBytes) body = render_page (first, first_us);
      gint64 began_us = g_get_monotonic_time ();

      take_page (store, body, zone);
      spent_us += g_get_monotonic_time () - began_us;
      began_us = g_get_monotonic_time ();
      take_page (store, body, zone);
      again_us += g_get_monotonic_time () - began_us;
    }
  if (cs_store_count_calls (store) != n_records)
    g_error ("%" G_GUINT64_FORMAT " records are stored", cs_store_count_calls (store));
  g_clear_pointer (&store, cs_store_close);
  figures_remove_dir (dir);
  g_print ("%.0f records/s read and stored, %.0f read and found to be known\n", n_records * 1e6 / spent_us,
           n_records * 1e6 / again_us);
  return figures_at_least ("records read and stored/s", n_records * 1e6 / spent_us, MIN_PER_SECOND);
}

typedef struct {
  CsStore *store;
  CsBoard *board;
} Kept;

/* The figures are read again as often as the program would. */
static void
on_changed (gpointer data)
{
  static gint64 last_us;
  Kept *kept = data;
  g_autoptr (GPtrArray) news = cs_store_take_news (kept->store);
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  if (g_get_monotonic_time () - last_us < G_USEC_PER_SEC / 60)
    return;
  snapshot = cs_snapshot_new ();
  if (!cs_board_read (kept->board, g_get_real_time (), snapshot, &error))
    g_error ("%s", error->message);
  last_us = g_get_monotonic_time ();
}

/* In a process of its own: fetches all records of a fake Exotel as the service thread does, but without its limit of
 * requests a minute, and says how much memory stays taken. */
static int
fetch (const char *url)
{
  g_autofree char *dir = figures_make_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CsStore) store = cs_store_open (dir, &error);
  g_autoptr (CsBoard) board = store != NULL ? cs_board_new (dir, &error) : NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (19800);
  g_autoptr (CsRecorder) recorder = NULL;
  g_autoptr (CsExotelSync) sync = NULL;
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  Kept kept = { store, board };
  CsExotelLimits limits;

  if (board == NULL)
    g_error ("%s", error->message);
  cs_board_set_zone (board, zone);
  recorder = cs_recorder_new (store, on_changed, &kept);
  cs_recorder_set_stale (recorder, 240);
  sync = cs_exotel_sync_new (store, recorder, on_changed, &kept);
  cs_exotel_limits_init (&limits);
  limits.per_minute = limits.burst = 1000000;
  cs_exotel_sync_set_limits (sync, &limits);
  config->exotel_base_url = g_strdup (url);
  config->exotel_account_sid = g_strdup ("fakesid1");
  config->exotel_api_key = g_strdup ("fake-key-b6d41");
  config->exotel_api_token = g_strdup ("fake-token-7f20c");
  config->exotel_timezone = g_strdup ("Asia/Kolkata");
  config->exotel_history_days = 31;
  cs_exotel_sync_configure (sync, config);
  while (cs_exotel_sync_get_state (sync)->activity != CS_EXOTEL_IDLE)
    g_main_context_iteration (NULL, TRUE);
  if (!cs_exotel_sync_get_state (sync)->is_complete)
    g_error ("The fetch isn't complete: %s", cs_exotel_sync_get_state (sync)->error);
  g_print ("%" G_GUINT64_FORMAT " %.3f\n", cs_store_count_calls (store), figures_rss_mb (getpid ()));

  g_clear_pointer (&sync, cs_exotel_sync_free);
  g_clear_pointer (&recorder, cs_recorder_free);
  g_clear_pointer (&board, cs_board_free);
  g_clear_pointer (&store, cs_store_close);
  figures_remove_dir (dir);
  return 0;
}

/* Returns the memory, in MB, of a process that has fetched so many records. */
static double
measure_memory (const char *program,
                guint       n_records)
{
  FakeProgram *fake = fake_program_start (n_records);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                                                    fake_program_get_url (fake), NULL);
  g_autofree char *output = NULL;
  gint64 began_us = g_get_monotonic_time ();
  guint n_stored = 0;
  double mb = 0;

  if (child == NULL || !g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error)
      || sscanf (output, "%u %lf", &n_stored, &mb) != 2 || n_stored < n_records - 1)
    g_error ("%u of %u records were fetched", n_stored, n_records);
  fake_program_stop (fake);
  g_print ("%u records over HTTP in %.1f s, %.1f MB\n", n_stored, (g_get_monotonic_time () - began_us) / 1e6, mb);
  return mb;
}

int
main (int    argc,
      char **argv)
{
  guint n_records = MAX (figures_size ("BENCH_RECORDS", 100000) / PAGE_SIZE * PAGE_SIZE, 2 * FEW_RECORDS);
  g_autofree char *growth = g_strdup_printf ("memory after %u/after %u records", n_records, FEW_RECORDS);
  double few_mb;
  gboolean is_met;

  if (argc > 1)
    return fetch (argv[1]);

  is_met = measure_speed (n_records);
  few_mb = measure_memory (argv[0], FEW_RECORDS);
  return figures_at_most (growth, measure_memory (argv[0], n_records) / few_mb, MAX_GROWTH) && is_met ? 0 : 1;
}
