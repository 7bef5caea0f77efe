/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-audio-import.h"

#include "orders/cs-audio-wav.h"

#include <glib/gi18n.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/pbutils/missing-plugins.h>

#include <math.h>
#include <string.h>

#define CAPS "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1"
#define TURN (50 * GST_MSECOND)
/* A decoder that gives nothing for so long never will. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)
/* Coders fill up their last frame; so much is cut off without a word. */
#define SLACK_BYTES (CS_AUDIO_RATE / 5 * CS_AUDIO_SAMPLE_BYTES)
/* Of full scale. */
#define SILENCE 0.003
#define QUIET 0.35
#define LOUD 0.7
#define MAX_GAIN 8.0

/* One file on its way through the decoders. */
typedef struct {
  char *name;            /* (owned) for messages */
  GstElement *pipeline;  /* (owned) (nullable) */
  GstElement *convert;   /* (unowned) */
  GstAppSink *sink;      /* (unowned) */
  GByteArray *samples;   /* (owned) */
  char *missing;         /* (owned) (nullable) the decoder that isn't installed */
  int has_audio;         /* (atomic) */
  int is_looked_through; /* (atomic) no more streams will be found */
} Import;

G_DEFINE_QUARK (cs-audio-import-error-quark, cs_audio_import_error)

static void
import_free (Import *import)
{
  if (import->pipeline != NULL)
    gst_element_set_state (import->pipeline, GST_STATE_NULL);
  g_clear_object (&import->pipeline);
  g_byte_array_unref (import->samples);
  g_free (import->missing);
  g_free (import->name);
  g_free (import);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Import, import_free)

/* Takes the first stream of sound; on a thread of GStreamer's. */
static void
on_pad (GstElement *decoder,
        GstPad     *pad,
        gpointer    data)
{
  Import *import = data;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (import->convert, "sink");
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);
  const char *type = gst_caps_is_empty (caps) ? "" : gst_structure_get_name (gst_caps_get_structure (caps, 0));

  if (!gst_pad_is_linked (sink) && g_str_equal (type, "audio/x-raw") && gst_pad_link (pad, sink) == GST_PAD_LINK_OK)
    g_atomic_int_set (&import->has_audio, TRUE);
}

static void
on_no_more_pads (GstElement *decoder,
                 gpointer    data)
{
  Import *import = data;

  g_atomic_int_set (&import->is_looked_through, TRUE);
}

static gboolean
fail_without (const char  *missing,
              GError     **error)
{
  g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_NO_DECODER,
               _("Something that is needed to read it isn’t installed: %s. "
                 "Install GStreamer’s plugins for it, or choose a WAV, Ogg or FLAC file."), missing);
  return FALSE;
}

static gboolean
fail_no_audio (Import  *import,
               GError **error)
{
  g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_NO_AUDIO,
               _("There is no sound in “%s”. Choose a recording, such as a WAV, MP3, Ogg or FLAC file."), import->name);
  return FALSE;
}

static gboolean
build (Import      *import,
       const char  *path,
       GError     **error)
{
  static const char *const factories[] = { "filesrc", "decodebin", "audioconvert", "audioresample", "appsink" };
  GstElement *elements[G_N_ELEMENTS (factories)];
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS), audio = gst_caps_from_string ("audio/x-raw(ANY)");

  import->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (factories); i++)
    {
      elements[i] = gst_element_factory_make (factories[i], NULL);
      if (elements[i] == NULL)
        return fail_without (factories[i], error);
      gst_bin_add (GST_BIN (import->pipeline), elements[i]);
    }
  import->convert = elements[2];
  import->sink = GST_APP_SINK (elements[4]);
  g_object_set (elements[0], "location", path, NULL);
  g_object_set (elements[1], "caps", audio, "expose-all-streams", FALSE, NULL);
  g_object_set (elements[4], "caps", caps, "sync", FALSE, "max-buffers", 16, NULL);
  gst_element_link (elements[0], elements[1]);
  gst_element_link_many (elements[2], elements[3], elements[4], NULL);
  g_signal_connect (elements[1], "pad-added", G_CALLBACK (on_pad), import);
  g_signal_connect (elements[1], "no-more-pads", G_CALLBACK (on_no_more_pads), import);
  return TRUE;
}

/* Says what GStreamer's error means for whoever chose the file. */
static gboolean
fail_as (Import        *import,
         const GError  *reason,
         GError       **error)
{
  g_debug ("%s", reason->message);
  if (import->missing != NULL)
    return fail_without (import->missing, error);
  if (reason->domain == GST_RESOURCE_ERROR)
    {
      g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_UNREADABLE,
                   _("“%s” can’t be read: %s Choose another file."), import->name, reason->message);
      return FALSE;
    }
  return fail_no_audio (import, error);
}

/* Looks at what the pipeline has to say. */
static gboolean
check (Import        *import,
       GCancellable  *cancellable,
       GError       **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (import->pipeline);
  g_autoptr (GstMessage) message = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT)) != NULL)
    {
      if (gst_is_missing_plugin_message (message))
        {
          g_free (import->missing);
          import->missing = gst_missing_plugin_message_get_description (message);
        }
      else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        {
          g_autoptr (GError) reason = NULL;

          gst_message_parse_error (message, &reason, NULL);
          return fail_as (import, reason, error);
        }
      g_clear_pointer (&message, gst_message_unref);
    }
  if (!g_atomic_int_get (&import->is_looked_through) || g_atomic_int_get (&import->has_audio))
    return TRUE;
  return import->missing != NULL ? fail_without (import->missing, error) : fail_no_audio (import, error);
}

static void
append (Import    *import,
        GstSample *sample)
{
  GstMapInfo map;

  if (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    {
      g_byte_array_append (import->samples, map.data, map.size);
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    }
}

/* Takes what comes out at the end, until there is no more, or too much. */
static gboolean
decode (Import        *import,
        GCancellable  *cancellable,
        GError       **error)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  gst_element_set_state (import->pipeline, GST_STATE_PLAYING);
  while (g_get_monotonic_time () < end_us)
    {
      g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (import->sink, TURN);

      if (sample != NULL)
        {
          append (import, sample);
          end_us = g_get_monotonic_time () + PATIENCE_US;
        }
      if (import->samples->len > CS_AUDIO_MAX_BYTES + SLACK_BYTES)
        {
          g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_TOO_LONG,
                       _("“%s” is longer than %d seconds. Callers wouldn’t wait for its end; choose a shorter one."),
                       import->name, CS_AUDIO_MAX_SECONDS);
          return FALSE;
        }
      if (!check (import, cancellable, error))
        return FALSE;
      if (sample == NULL && gst_app_sink_is_eos (import->sink))
        return import->samples->len > 0 || fail_no_audio (import, error);
    }
  return fail_no_audio (import, error);
}

/* Refuses a recording with nothing to hear, and makes a quiet one as loud as a telephone should be. */
static gboolean
check_level (Import  *import,
             GError **error)
{
  gint16 *samples = (gint16 *) import->samples->data;
  gsize n = import->samples->len / sizeof *samples;
  double peak = 0, gain;

  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, fabs (GINT16_FROM_LE (samples[i]) / (double) G_MAXINT16));
  if (peak < SILENCE)
    {
      g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_SILENT,
                   _("There is nothing to hear in “%s”: it is silent. Choose another recording."), import->name);
      return FALSE;
    }

  gain = peak < QUIET ? MIN (LOUD / peak, MAX_GAIN) : 1.0;
  for (gsize i = 0; i < n && gain > 1.0; i++)
    samples[i] = GINT16_TO_LE ((gint16) lround (GINT16_FROM_LE (samples[i]) * gain));
  return TRUE;
}

/* Refuses what can't be a recording before any decoder sees it. */
static gboolean
check_file (GFile         *file,
            const char    *name,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, cancellable, &reason);

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else if (info == NULL)
    g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_UNREADABLE,
                 _("“%s” can’t be read: %s. Choose another file."), name, reason->message);
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || !g_file_is_native (file))
    g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_UNREADABLE,
                 _("“%s” is not a file on this computer. Choose another one."), name);
  else if (g_file_info_get_size (info) == 0)
    g_set_error (error, CS_AUDIO_IMPORT_ERROR, CS_AUDIO_IMPORT_ERROR_EMPTY, _("“%s” is empty. Choose another file."), name);
  else
    return TRUE;
  return FALSE;
}

static void
run (GTask        *task,
     gpointer      source,
     gpointer      data,
     GCancellable *cancellable)
{
  GFile *file = data;
  g_autofree char *path = g_file_get_path (file), *base = g_file_get_basename (file);
  g_autoptr (Import) import = g_new0 (Import, 1);
  GError *error = NULL;

  import->name = g_filename_display_name (base);
  import->samples = g_byte_array_new ();
  if (check_file (file, import->name, cancellable, &error) && gst_init_check (NULL, NULL, &error)
      && build (import, path, &error) && decode (import, cancellable, &error) && check_level (import, &error))
    g_task_return_pointer (task, cs_audio_wav_new (import->samples->data, MIN (import->samples->len, CS_AUDIO_MAX_BYTES)),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* Makes an announcement of any recording that GStreamer reads: a WAV file as the telephone plays it, quiet ones made louder, at
 * most CS_AUDIO_MAX_SECONDS. Fails with CS_AUDIO_IMPORT_ERROR, a sentence for the user, or because it was cancelled. */
void
cs_audio_import_async (GFile               *file,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (G_IS_FILE (file));

  g_task_set_source_tag (task, cs_audio_import_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, run);
}

/* Returns the whole WAV file, for cs_announcement_shelf_replace(). (transfer full) */
GBytes *
cs_audio_import_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
