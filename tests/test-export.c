/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "csv/cs-csv-reader.h"
#include "engine/cs-recorder.h"
#include "store/cs-store-contacts.h"
#include "ui/cs-export-bar.h"
#include "ui/cs-export-calls.h"
#include "ui/cs-export-dashboard.h"
#include "ui/cs-export-file.h"
#include "ui/cs-export-print.h"

#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
  char *dir;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->dir = g_dir_make_tmp ("callstats-XXXXXX", NULL);
  g_assert_nonnull (fixture->dir);
}

/* How many files there are; with remove they are gone then. */
static guint
count_files (const char *path,
             gboolean    remove)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  for (const char *name; (name = g_dir_read_name (dir)) != NULL; n++)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (remove)
        g_unlink (child);
    }
  return n;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  count_files (fixture->dir, TRUE);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static GFile *
get_file (Fixture    *fixture,
          const char *name)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

  return g_file_new_for_path (path);
}

static void
on_exported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
export (GFile         *file,
        CsExportFunc   write,
        gpointer       data,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  cs_export_file_async (file, write, data, NULL, cancellable, on_exported, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return cs_export_file_finish (result, error);
}

static CsSnapshot *
make_snapshot (void)
{
  CsSnapshot *snapshot = cs_snapshot_new ();

  snapshot->made_us = G_GINT64_CONSTANT (1782734520) * G_USEC_PER_SEC;
  snapshot->zone = g_time_zone_new_identifier ("Europe/Berlin");
  snapshot->incoming.outcomes[CS_OUTCOME_ANSWERED] = 31;
  snapshot->incoming.outcomes[CS_OUTCOME_VOICEMAIL] = 9;
  snapshot->incoming.outcomes[CS_OUTCOME_BUSY] = 1;
  snapshot->incoming.outcomes[CS_OUTCOME_MISSED] = 6;
  for (guint hour = 8; hour < 14; hour++)
    snapshot->incoming.hours[hour] = 47 / 6 + hour % 3;
  for (guint hour = 7; hour < 19; hour++)
    snapshot->usual_hours[hour] = 5 + hour % 4;
  snapshot->incoming.n_talks = 31;
  snapshot->incoming.talk_us = G_GINT64_CONSTANT (31 * 134) * G_USEC_PER_SEC;
  snapshot->incoming.n_waits = 47;
  snapshot->incoming.wait_us = G_GINT64_CONSTANT (47 * 14) * G_USEC_PER_SEC;
  snapshot->today = snapshot->incoming;
  snapshot->n_callbacks = 4;
  return snapshot;
}

typedef struct {
  CsDashboardPage *page;
  CsDashboardFormat format;
} Sheet;

static gboolean
write_sheet (GOutputStream  *stream,
             gpointer        data,
             GCancellable   *cancellable,
             GError        **error)
{
  Sheet *sheet = data;

  return cs_dashboard_page_write (sheet->page, sheet->format, stream, cancellable, error);
}

/* Returns the file's bytes, and leaves it in G_TEST_BUILDDIR for those who want to look. */
static char *
save_sheet (Fixture           *fixture,
            CsDashboardPage   *page,
            CsDashboardFormat  format,
            const char        *name,
            gsize             *size)
{
  g_autoptr (GFile) file = get_file (fixture, name);
  g_autofree char *picture = g_test_build_filename (G_TEST_BUILT, name, NULL);
  g_autoptr (GError) error = NULL;
  Sheet sheet = { page, format };
  char *bytes;

  g_assert_true (export (file, write_sheet, &sheet, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_load_contents (file, NULL, &bytes, size, NULL, NULL));
  g_assert_true (g_file_set_contents (picture, bytes, (gssize) *size, NULL));
  return bytes;
}

static void
assert_drawn (const char *path)
{
  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);
  int width = cairo_image_surface_get_width (surface), height = cairo_image_surface_get_height (surface);
  guint n_dark = 0, n_coloured = 0;

  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (width, ==, 2105);
  g_assert_cmpint (height, ==, 1489);
  for (int y = 0; y < height; y++)
    {
      const guchar *row = cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface);

      for (int x = 0; x < width; x++)
        {
          guint pixel = *(const guint *) (row + 4 * x) & 0xffffff;
          guint r = pixel >> 16, g = pixel >> 8 & 255, b = pixel & 255;

          n_dark += r < 96 && g < 96 && b < 96;
          n_coloured += MAX (MAX (r, g), b) - MIN (MIN (r, g), b) > 100;
        }
    }
  /* Texts, and bars in colour. */
  g_assert_cmpuint (n_dark, >, 2000);
  g_assert_cmpuint (n_coloured, >, 50000);
  cairo_surface_destroy (surface);
}

static void
test_dashboard_files (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (CsSnapshot) snapshot = make_snapshot ();
  g_autoptr (CsDashboardPage) page = cs_export_dashboard_new_today (snapshot);
  g_autofree char *pdf = NULL;
  g_autofree char *svg = NULL;
  g_autofree char *png = NULL;
  g_autofree char *path = g_build_filename (fixture->dir, "today.png", NULL);
  gsize size;

  g_assert_cmpstr (page->period, ==, "Monday, 29 June 2026, until 14:02");
  g_assert_cmpstr (page->footnote, ==, "Made by CallStats on 29 June 2026, 14:02 CEST");
  g_assert_cmpuint (page->n_tiles, ==, 6);

  pdf = save_sheet (fixture, page, CS_DASHBOARD_PDF, "today.pdf", &size);
  g_assert_cmpuint (size, >, 5000);
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));
  g_assert_nonnull (g_strrstr_len (pdf + size - 16, 16, "%%EOF"));

  svg = save_sheet (fixture, page, CS_DASHBOARD_SVG, "today.svg", &size);
  g_assert_nonnull (strstr (svg, "<svg"));
  g_assert_nonnull (strstr (svg, "</svg>"));
  /* Drawn, not painted. */
  g_assert_null (strstr (svg, "<image"));
  g_assert_nonnull (strstr (svg, "<path"));

  png = save_sheet (fixture, page, CS_DASHBOARD_PNG, "today.png", &size);
  assert_drawn (path);
  g_assert_cmpuint (count_files (fixture->dir, FALSE), ==, 3);
}

static void
test_pdf_text (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *program = g_find_program_in_path ("pdftotext");
  g_autoptr (CsSnapshot) snapshot = make_snapshot ();
  g_autoptr (CsDashboardPage) page = cs_export_dashboard_new_today (snapshot);
  g_autofree char *path = g_build_filename (fixture->dir, "today.pdf", NULL);
  g_autofree char *pdf = NULL;
  g_autofree char *text = NULL;
  char *arguments[] = { program, (char *) "-layout", path, (char *) "-", NULL };
  gsize size;

  if (program == NULL)
    {
      g_test_skip ("There is no pdftotext");
      return;
    }
  pdf = save_sheet (fixture, page, CS_DASHBOARD_PDF, "today.pdf", &size);
  g_assert_true (g_spawn_sync (NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL, NULL));
  g_assert_nonnull (strstr (text, "Calls today"));
  g_assert_nonnull (strstr (text, "Answer rate"));
  g_assert_nonnull (strstr (text, "2:14"));
  g_assert_nonnull (strstr (text, "Made by CallStats on 29 June 2026"));
}

/* What a printer gets: one sheet that lies on its side, with everything inside its margins. */
static void
test_print (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *pdfinfo = g_find_program_in_path ("pdfinfo"), *pdftotext = g_find_program_in_path ("pdftotext");
  g_autofree char *path = g_build_filename (fixture->dir, "printed.pdf", NULL), *info = NULL, *text = NULL;
  char *ask_info[] = { pdfinfo, path, NULL }, *ask_text[] = { pdftotext, (char *) "-layout", path, (char *) "-", NULL };
  g_autoptr (CsSnapshot) snapshot = make_snapshot ();
  g_autoptr (GtkPrintOperation) operation = cs_export_print_new (cs_export_dashboard_new_today (snapshot));
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_copy (gtk_print_operation_get_default_page_setup (operation));
  g_autoptr (GtkPaperSize) paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);
  g_autoptr (GError) error = NULL;
  const char *size;
  double width, height;

  if (pdfinfo == NULL || pdftotext == NULL)
    {
      g_test_skip ("There is no pdfinfo or no pdftotext");
      return;
    }
  gtk_page_setup_set_paper_size_and_default_margins (setup, paper);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_export_filename (operation, path);
  g_assert_cmpint (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, &error), ==,
                   GTK_PRINT_OPERATION_RESULT_APPLY);
  g_assert_no_error (error);

  g_assert_true (g_spawn_sync (NULL, ask_info, NULL, G_SPAWN_DEFAULT, NULL, NULL, &info, NULL, NULL, NULL));
  g_assert_nonnull (strstr (info, "Pages:           1\n"));
  size = strstr (info, "Page size:");
  g_assert_nonnull (size);
  g_assert_cmpint (sscanf (size, "Page size: %lf x %lf", &width, &height), ==, 2);
  g_assert_cmpfloat_with_epsilon (width, 841.89, 1);
  g_assert_cmpfloat_with_epsilon (height, 595.28, 1);

  g_assert_true (g_spawn_sync (NULL, ask_text, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL, NULL));
  g_assert_nonnull (strstr (text, "Calls today"));
  g_assert_nonnull (strstr (text, "Answer rate"));
  g_assert_nonnull (strstr (text, "Made by CallStats on 29 June 2026"));
}

static void
test_monitoring (Fixture       *fixture,
                 gconstpointer  data)
{
  CsReport report = { .made_us = G_GINT64_CONSTANT (1782734520) * G_USEC_PER_SEC };
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;
  g_autoptr (CsDashboardPage) page = NULL;
  g_autofree char *png = NULL;
  g_autofree char *path = g_build_filename (fixture->dir, "monitoring.png", NULL);
  gsize size;

  report.zone = g_time_zone_new_identifier ("Asia/Kolkata");
  for (guint part = 0; part < CS_N_PARTS; part++)
    {
      for (guint hour = 6; hour < 20; hour++)
        report.metrics.parts_by_hour[hour][part] = 3 + (hour * part) % 5;
    }
  report.metrics.outcomes[CS_OUTCOME_ANSWERED] = 812;
  report.metrics.outcomes[CS_OUTCOME_MISSED] = 140;
  report.metrics.outcomes[CS_OUTCOME_BUSY] = 77;
  report.metrics.outcomes[CS_OUTCOME_FAILED] = 12;
  report.metrics.n_estimated = 5;
  report.metrics.hours[11] = 90;
  filter.from_us = report.made_us - 7 * G_TIME_SPAN_DAY;
  filter.to_us = report.made_us;
  filter.direction = CS_DIRECTION_INBOUND;
  filter.number_key = g_strdup ("8047112345");

  page = cs_export_dashboard_new_monitoring (&report, &filter);
  g_assert_true (g_str_has_prefix (page->period, "Monday, 22 June 2026 – Monday, 29 June 2026 · "));
  png = save_sheet (fixture, page, CS_DASHBOARD_PNG, "monitoring.png", &size);
  assert_drawn (path);
  g_time_zone_unref (report.zone);
}

/* A call of a minute that Alice answered, or that nobody did. */
static void
record_call (CsRecorder *recorder,
             guint       number,
             const char *from,
             gboolean    is_answered)
{
  static const CsCallEventKind kinds[] = { CS_CALL_EVENT_NEW_CALL, CS_CALL_EVENT_ANSWER, CS_CALL_EVENT_HANGUP };
  g_autofree char *id = g_strdup_printf ("call%u", number);
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (CsCallEvent) event = cs_call_event_new (CS_PROVIDER_SIPGATE, kinds[i], id);

      if (kinds[i] == CS_CALL_EVENT_ANSWER && !is_answered)
        continue;
      event->direction = CS_DIRECTION_INBOUND;
      event->from = g_strdup (from);
      event->to = g_strdup ("492119999999");
      if (kinds[i] == CS_CALL_EVENT_ANSWER)
        {
          event->users = g_strsplit ("=Alice", ",", -1);
          event->user_ids = g_strsplit ("w0", ",", -1);
        }
      if (kinds[i] == CS_CALL_EVENT_HANGUP)
        event->cause = g_strdup ("normalClearing");
      cs_recorder_record_at (recorder, event, body,
                             (G_GINT64_CONSTANT (1782734520) + number * 100 + i * 10) * G_USEC_PER_SEC, NULL, NULL);
    }
}

static void
on_changed (gpointer data)
{
}

static void
fill_store (const char *dir,
            guint       n_calls)
{
  g_autoptr (GError) error = NULL;
  CsStore *store = cs_store_open (dir, &error);
  CsRecorder *recorder;
  g_autoptr (CsContact) contact = cs_contact_new ("=1+1, \"Anna\"");

  g_assert_no_error (error);
  recorder = cs_recorder_new (store, on_changed, NULL);
  cs_contact_add_number (contact, "+49 211 1234567");
  g_assert_cmpint (cs_store_put_contact (store, contact, NULL), >, 0);
  g_assert_true (cs_store_commit (store, NULL));
  for (guint i = 0; i < n_calls; i++)
    record_call (recorder, i, i % 2 == 0 ? "492111234567" : "=cmd|' /C calc'!A0", i % 2 == 0);
  cs_recorder_free (recorder);
  cs_store_close (store);
}

static CsExportCalls *
make_export (Fixture *fixture)
{
  CsCallQuery query = CS_CALL_QUERY_ALL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");

  return cs_export_calls_new (fixture->dir, &query, zone);
}

static void
test_calls (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GFile) file = get_file (fixture, "calls.csv");
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (CsCsvReader) reader = NULL;
  CsExportCalls *calls = make_export (fixture);
  const char *const *fields;
  guint n_fields, n_written = 0;

  fill_store (fixture->dir, 2);
  calls->n_written = &n_written;
  g_assert_true (export (file, cs_export_calls_write, calls, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_written, ==, 2);
  cs_export_calls_free (calls);

  stream = g_file_read (file, NULL, &error);
  g_assert_no_error (error);
  reader = cs_csv_reader_new (G_INPUT_STREAM (stream));
  g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_ROW);
  fields = cs_csv_reader_get_fields (reader, &n_fields);
  g_assert_cmpuint (n_fields, ==, 10);
  g_assert_cmpstr (fields[0], ==, "Time");

  /* Newest first; what would be a formula is a text. */
  g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_ROW);
  fields = cs_csv_reader_get_fields (reader, &n_fields);
  g_assert_cmpuint (n_fields, ==, 10);
  g_assert_cmpstr (fields[0], ==, "2026-06-29 14:03:40");
  g_assert_cmpstr (fields[2], ==, "'=cmd|' /C calc'!A0");
  g_assert_cmpstr (fields[3], ==, "");
  g_assert_cmpstr (fields[7], ==, "");
  g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_ROW);
  fields = cs_csv_reader_get_fields (reader, &n_fields);
  g_assert_cmpstr (fields[0], ==, "2026-06-29 14:02:00");
  g_assert_cmpstr (fields[2], ==, "492111234567");
  g_assert_cmpstr (fields[3], ==, "'=1+1, \"Anna\"");
  g_assert_cmpstr (fields[4], ==, "492119999999");
  g_assert_cmpstr (fields[6], ==, "10");
  g_assert_cmpstr (fields[7], ==, "10");
  g_assert_cmpstr (fields[9], ==, "sipgate");
  g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_END);
}

static gboolean
write_endless (GOutputStream  *stream,
               gpointer        data,
               GCancellable   *cancellable,
               GError        **error)
{
  char bytes[4096];
  guint *n = data;

  memset (bytes, 'x', sizeof bytes);
  for (;;)
    {
      if (!g_output_stream_write_all (stream, bytes, sizeof bytes, NULL, cancellable, error))
        return FALSE;
      /* In the middle of it the user loses patience. */
      if (n != NULL && ++*n == 100)
        g_cancellable_cancel (cancellable);
    }
}

static gboolean
write_text (GOutputStream  *stream,
            gpointer        data,
            GCancellable   *cancellable,
            GError        **error)
{
  return g_output_stream_write_all (stream, data, strlen (data), NULL, cancellable, error);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GFile) file = get_file (fixture, "new.csv");
  g_autoptr (GFile) old = get_file (fixture, "old.csv");
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      guint n = 0;

      g_assert_true (export (old, write_text, (gpointer) "old", NULL, NULL));
      g_assert_false (export (i == 0 ? file : old, write_endless, &n, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
    }
  g_assert_cmpuint (count_files (fixture->dir, FALSE), ==, 1);
  g_assert_true (g_file_load_contents (old, NULL, &contents, NULL, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
}

static void
test_full_disk (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GFile) file = get_file (fixture, "new.csv");
  g_autoptr (GFile) old = get_file (fixture, "old.csv");
  g_autofree char *contents = NULL;
  struct rlimit before, limit;

  g_assert_true (export (old, write_text, (gpointer) "old", NULL, NULL));
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 100000;
  setrlimit (RLIMIT_FSIZE, &limit);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (export (i == 0 ? file : old, write_endless, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, i == 0 ? "“new.csv” could not be saved" : "“old.csv” could not be saved"));
    }
  setrlimit (RLIMIT_FSIZE, &before);

  g_assert_cmpuint (count_files (fixture->dir, FALSE), ==, 1);
  g_assert_true (g_file_load_contents (old, NULL, &contents, NULL, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
}

static void
test_no_place (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/at/all.csv");
  g_autoptr (GError) error = NULL;

  g_assert_false (export (file, write_text, (gpointer) "x", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==,
                   "“all.csv” could not be saved: the folder isn’t there any more. Choose another place.");
}

static void
test_replaced (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GFile) file = get_file (fixture, "calls.csv");
  g_autofree char *contents = NULL;

  g_assert_true (export (file, write_text, (gpointer) "one", NULL, NULL));
  g_assert_true (export (file, write_text, (gpointer) "two", NULL, NULL));
  g_assert_cmpuint (count_files (fixture->dir, FALSE), ==, 1);
  g_assert_true (g_file_load_contents (file, NULL, &contents, NULL, NULL, NULL));
  g_assert_cmpstr (contents, ==, "two");
}

static GtkWidget *
get_child (CsExportBar *bar,
           const char  *name)
{
  return GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (bar), CS_TYPE_EXPORT_BAR, name));
}

/* The file's name says its format; what can't be saved is said until it is closed. */
static void
test_bar (Fixture       *fixture,
          gconstpointer  data)
{
  static const struct {
    const char *name;
    const char *magic;
  } cases[] = { { "a.pdf", "%PDF-" }, { "a.PNG", "\211PNG" }, { "a.svg", "<?xml" }, { "a", "%PDF-" } };
  g_autoptr (CsSnapshot) snapshot = make_snapshot ();
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nowhere/at/all.csv");
  GtkWidget *window = gtk_window_new ();
  CsExportBar *bar = g_object_new (CS_TYPE_EXPORT_BAR, NULL);

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bar));
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GFile) file = get_file (fixture, cases[i].name);
      g_autofree char *bytes = NULL;

      /* While the last one isn't over, another isn't begun. */
      for (guint n = 0; !g_file_query_exists (file, NULL); n++)
        {
          if (n % 100 == 0)
            cs_export_bar_save_dashboard (bar, cs_export_dashboard_new_today (snapshot), file);
          g_main_context_iteration (NULL, FALSE);
          g_usleep (1000);
        }
      g_assert_true (g_file_load_contents (file, NULL, &bytes, NULL, NULL, NULL));
      g_assert_true (g_str_has_prefix (bytes, cases[i].magic));
    }

  fill_store (fixture->dir, 1);
  for (guint n = 0; !gtk_widget_get_visible (get_child (bar, "warning_image")); n++)
    {
      if (n % 100 == 0)
        cs_export_bar_save_calls (bar, make_export (fixture), nowhere);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (get_child (bar, "label"))), ==,
                   "“all.csv” could not be saved: the folder isn’t there any more. Choose another place.");
  g_signal_emit_by_name (get_child (bar, "button"), "clicked");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/export/dashboard/pdf-svg-and-png", Fixture, NULL, set_up, test_dashboard_files, tear_down);
  g_test_add ("/export/dashboard/text-of-the-pdf", Fixture, NULL, set_up, test_pdf_text, tear_down);
  g_test_add ("/export/dashboard/printed-is-one-sheet", Fixture, NULL, set_up, test_print, tear_down);
  g_test_add ("/export/dashboard/monitoring", Fixture, NULL, set_up, test_monitoring, tear_down);
  g_test_add ("/export/calls/csv-is-read-back", Fixture, NULL, set_up, test_calls, tear_down);
  g_test_add ("/export/file/cancelled-leaves-nothing", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/export/file/full-disk-leaves-nothing", Fixture, NULL, set_up, test_full_disk, tear_down);
  g_test_add ("/export/file/no-such-place", Fixture, NULL, set_up, test_no_place, tear_down);
  g_test_add ("/export/file/an-old-one-is-replaced", Fixture, NULL, set_up, test_replaced, tear_down);
  g_test_add ("/export/bar/format-by-name-and-errors-that-stay", Fixture, NULL, set_up, test_bar, tear_down);
  return g_test_run ();
}
