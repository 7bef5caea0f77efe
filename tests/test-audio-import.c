/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-audio-import.h"
#include "orders/cs-audio-wav.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

static char *dir; /* (owned) */

/* What came of an import. */
typedef struct {
  gboolean is_done;
  GBytes *file;    /* (owned) (nullable) */
  GError *error;   /* (owned) (nullable) */
} Result;

static void
result_free (Result *result)
{
  g_clear_pointer (&result->file, g_bytes_unref);
  g_clear_error (&result->error);
  g_free (result);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, result_free)

static void
on_imported (GObject      *source,
             GAsyncResult *async_result,
             gpointer      data)
{
  Result *result = data;

  result->file = cs_audio_import_finish (async_result, &result->error);
  result->is_done = TRUE;
}

static Result *
import (const char   *path,
        GCancellable *cancellable)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Result *result = g_new0 (Result, 1);

  cs_audio_import_async (file, cancellable, on_imported, result);
  while (!result->is_done)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static char *
get_path (const char *name)
{
  return g_build_filename (dir, name, NULL);
}

static void
assert_fails (const char *path,
              int         code,
              const char *part)
{
  g_autoptr (Result) result = import (path, NULL);

  g_assert_null (result->file);
  g_assert_error (result->error, CS_AUDIO_IMPORT_ERROR, code);
  if (strstr (result->error->message, part) == NULL)
    g_error ("“%s” is not in “%s”", part, result->error->message);
}

/* Makes a file by a pipeline; returns whether all its parts are installed. */
static gboolean
make (const char *format,
      ...) G_GNUC_PRINTF (1, 2);

static gboolean
make (const char *format,
      ...)
{
  g_autofree char *description = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  va_list arguments;

  va_start (arguments, format);
  description = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  pipeline = gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, NULL);
  if (pipeline == NULL)
    return FALSE;
  gst_object_ref_sink (pipeline);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  return TRUE;
}

/* Checks that it is a tone of 440 Hz, so many seconds long, and as loud as it should be. */
static void
assert_tone (const Result *result,
             double        seconds,
             double        peak)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) samples = NULL;
  const gint16 *values;
  guint n_crossings = 0;
  double highest = 0, length;
  gsize n;

  g_assert_no_error (result->error);
  samples = cs_audio_wav_get_samples (result->file, &error);
  g_assert_no_error (error);
  values = g_bytes_get_data (samples, &n);
  n /= sizeof *values;
  length = n / (double) CS_AUDIO_RATE;
  g_assert_cmpfloat_with_epsilon (length, seconds, 0.15);
  for (gsize i = 1; i < n; i++)
    {
      n_crossings += (GINT16_FROM_LE (values[i - 1]) < 0) != (GINT16_FROM_LE (values[i]) < 0);
      highest = MAX (highest, abs (GINT16_FROM_LE (values[i])) / 32767.0);
    }
  g_assert_cmpfloat_with_epsilon (n_crossings / 2.0, 440 * seconds, 440 * 0.1);
  g_assert_cmpfloat_with_epsilon (highest, peak, 0.1);
}

static void
test_stereo_wav (void)
{
  g_autofree char *path = get_path ("a tone.wav");
  g_autoptr (Result) result = NULL;

  if (!make ("audiotestsrc num-buffers=44 samplesperbuffer=1000 freq=440 volume=0.6 ! audio/x-raw,rate=44100,channels=2,format=S16LE "
             "! wavenc ! filesink location=\"%s\"", path))
    {
      g_test_skip ("GStreamer's wavenc isn't installed");
      return;
    }
  result = import (path, NULL);
  assert_tone (result, 1, 0.6);
}

static void
test_mp3 (void)
{
  g_autofree char *path = get_path ("tone.mp3");
  g_autoptr (Result) result = NULL;

  if (!make ("audiotestsrc num-buffers=88 samplesperbuffer=1000 freq=440 volume=0.6 ! audio/x-raw,rate=44100,channels=1 "
             "! audioconvert ! lamemp3enc ! filesink location=\"%s\"", path))
    {
      g_test_skip ("GStreamer's lamemp3enc isn't installed");
      return;
    }
  result = import (path, NULL);
  assert_tone (result, 2, 0.6);
}

/* A decoder that isn't there is told of by its name, so that it can be installed. */
static void
test_missing_decoder (void)
{
  g_autofree char *path = get_path ("tone.mp3");

  if (!g_test_subprocess ())
    {
      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_test_skip ("GStreamer's lamemp3enc isn't installed");
          return;
        }
      g_setenv ("GST_PLUGIN_FEATURE_RANK", "mpg123audiodec:NONE,avdec_mp3:NONE,avdec_mp3float:NONE,mad:NONE,flump3dec:NONE", TRUE);
      g_setenv ("CALLSTATS_TEST_AUDIO", path, TRUE);
      g_test_trap_subprocess (NULL, 20 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
      g_unsetenv ("GST_PLUGIN_FEATURE_RANK");
      g_test_trap_assert_passed ();
      return;
    }
  assert_fails (g_getenv ("CALLSTATS_TEST_AUDIO"), CS_AUDIO_IMPORT_ERROR_NO_DECODER, "MP3");
}

/* The text that says what the file is decides, not the name. */
static void
test_text_named_wav (void)
{
  g_autofree char *path = get_path ("text.wav"), *noise = get_path ("noise.wav"), *head = get_path ("head.wav");
  g_autofree char *bytes = g_malloc (10000);

  g_file_set_contents (path, "Willkommen bei unserer Bestellauskunft.\nBitte geben Sie Ihre Kundennummer ein.\n", -1, NULL);
  assert_fails (path, CS_AUDIO_IMPORT_ERROR_NO_AUDIO, "There is no sound in “text.wav”.");

  for (gsize i = 0; i < 10000; i++)
    bytes[i] = 'A' + i * i * 7919 % 57;
  g_file_set_contents (noise, bytes, 10000, NULL);
  assert_fails (noise, CS_AUDIO_IMPORT_ERROR_NO_AUDIO, "“noise.wav”");

  g_file_set_contents (head, "RIFF\0\0\0\0WAVEfmt ", 16, NULL);
  assert_fails (head, CS_AUDIO_IMPORT_ERROR_NO_AUDIO, "“head.wav”");
}

static void
test_no_file (void)
{
  g_autofree char *empty = get_path ("empty.wav"), *missing = get_path ("missing.wav"), *fifo = get_path ("fifo.wav");

  g_file_set_contents (empty, "", 0, NULL);
  assert_fails (empty, CS_AUDIO_IMPORT_ERROR_EMPTY, "“empty.wav” is empty.");
  assert_fails (missing, CS_AUDIO_IMPORT_ERROR_UNREADABLE, "“missing.wav” can’t be read");
  assert_fails (dir, CS_AUDIO_IMPORT_ERROR_UNREADABLE, "is not a file");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_fails (fifo, CS_AUDIO_IMPORT_ERROR_UNREADABLE, "is not a file");
}

static void
test_picture (void)
{
  g_autofree char *path = get_path ("picture.png"), *film = get_path ("film.avi");

  if (!make ("videotestsrc num-buffers=1 ! video/x-raw,width=32,height=32 ! pngenc ! filesink location=\"%s\"", path)
      || !make ("videotestsrc num-buffers=3 ! video/x-raw,width=32,height=32 ! jpegenc ! avimux ! filesink location=\"%s\"", film))
    {
      g_test_skip ("GStreamer's parts that make a film aren't installed");
      return;
    }
  assert_fails (path, CS_AUDIO_IMPORT_ERROR_NO_AUDIO, "There is no sound in “picture.png”.");
  assert_fails (film, CS_AUDIO_IMPORT_ERROR_NO_AUDIO, "There is no sound in “film.avi”.");
}

static char *
make_wav (const char *name,
          guint       seconds,
          double      volume)
{
  char *path = get_path (name);
  gsize n = seconds * CS_AUDIO_RATE;
  g_autofree gint16 *samples = g_new (gint16, n);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GByteArray) array = NULL;
  guint32 length;

  for (gsize i = 0; i < n; i++)
    samples[i] = GINT16_TO_LE ((gint16) (32767 * volume * sin (2 * G_PI * 440 * i / CS_AUDIO_RATE)));
  /* More than a minute is never written by our own hand. */
  file = cs_audio_wav_new (samples, 0);
  array = g_bytes_unref_to_array (g_steal_pointer (&file));
  g_byte_array_append (array, (const guint8 *) samples, n * sizeof *samples);
  length = GUINT32_TO_LE (n * sizeof *samples);
  memcpy (array->data + 40, &length, sizeof length);
  length = GUINT32_TO_LE (n * sizeof *samples + 36);
  memcpy (array->data + 4, &length, sizeof length);
  g_file_set_contents (path, (const char *) array->data, array->len, NULL);
  return path;
}

static void
test_length (void)
{
  g_autofree char *minute = make_wav ("minute.wav", 60, 0.6), *longer = make_wav ("longer.wav", 61, 0.6);
  g_autoptr (Result) result = import (minute, NULL);

  assert_tone (result, 60, 0.6);
  assert_fails (longer, CS_AUDIO_IMPORT_ERROR_TOO_LONG, "“longer.wav” is longer than 60 seconds.");
}

static void
test_level (void)
{
  g_autofree char *silent = make_wav ("silent.wav", 2, 0), *faint = make_wav ("faint.wav", 2, 0.001);
  g_autofree char *quiet = make_wav ("quiet.wav", 2, 0.1), *loud = make_wav ("loud.wav", 2, 0.99);
  g_autoptr (Result) raised = import (quiet, NULL), kept = import (loud, NULL);

  assert_fails (silent, CS_AUDIO_IMPORT_ERROR_SILENT, "it is silent");
  assert_fails (faint, CS_AUDIO_IMPORT_ERROR_SILENT, "it is silent");
  assert_tone (raised, 2, 0.7);
  assert_tone (kept, 2, 0.99);
}

static void
test_cancelled (void)
{
  g_autofree char *path = make_wav ("cancelled.wav", 2, 0.5);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Result) result = NULL;

  g_cancellable_cancel (cancellable);
  result = import (path, cancellable);
  g_assert_error (result->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  dir = g_dir_make_tmp ("callstats-audio-XXXXXX", NULL);

  g_test_add_func ("/audio-import/stereo-of-44100-hz", test_stereo_wav);
  g_test_add_func ("/audio-import/mp3", test_mp3);
  g_test_add_func ("/audio-import/missing-decoder-is-named", test_missing_decoder);
  g_test_add_func ("/audio-import/text-named-wav", test_text_named_wav);
  g_test_add_func ("/audio-import/no-file", test_no_file);
  g_test_add_func ("/audio-import/picture-and-film", test_picture);
  g_test_add_func ("/audio-import/a-minute-at-most", test_length);
  g_test_add_func ("/audio-import/level", test_level);
  g_test_add_func ("/audio-import/cancelled", test_cancelled);

  status = g_test_run ();
  folder = g_dir_open (dir, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = get_path (name);

      g_unlink (path);
    }
  g_rmdir (dir);
  g_free (dir);
  return status;
}
