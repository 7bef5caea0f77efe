/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-audio-player.h"

#include "orders/cs-audio-wav.h"

#include <glib/gi18n.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#define CAPS "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1"

/* CsAudioPlayer:
 *
 * Plays announcements in the window, one at a time. Where there is no loudspeaker they take their time in silence.
 */
struct _CsAudioPlayer
{
  GObject parent_instance;

  GstElement *pipeline;   /* (owned) (nullable) while something plays */
  guint watch;            /* of the pipeline's bus */
  guint idle;             /* a sound that couldn't even begin comes to its end */
  gboolean has_failed;
};

G_DEFINE_FINAL_TYPE (CsAudioPlayer, cs_audio_player, G_TYPE_OBJECT)

enum {
  FINISHED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  GstElement *pipeline; /* (owned) */
  GstState state;
} Change;

static void
run_change (gpointer data,
            gpointer user_data)
{
  Change *change = data;

  gst_element_set_state (change->pipeline, change->state);
  gst_object_unref (change->pipeline);
  g_free (change);
}

/* Opening a loudspeaker can take seconds, so that a thread does it; a single one, so that the changes keep their order. */
static void
change_state (GstElement *pipeline,
              GstState    state)
{
  static GThreadPool *pool;
  Change *change = g_new0 (Change, 1);

  if (pool == NULL)
    pool = g_thread_pool_new (run_change, NULL, 1, FALSE, NULL);
  change->pipeline = gst_object_ref (pipeline);
  change->state = state;
  g_thread_pool_push (pool, change, NULL);
}

static void
fail (CsAudioPlayer *self,
      const char    *reason)
{
  g_autofree char *message = NULL;

  g_debug ("Sound can't be played: %s", reason);
  if (self->has_failed)
    return;
  self->has_failed = TRUE;
  message = g_strdup (_("Nothing can be heard: there is no loudspeaker, or it can’t be used. "
                        "Callers hear the announcements all the same."));
  g_signal_emit (self, signals[FAILED], 0, message);
}

static void
finish (CsAudioPlayer *self)
{
  cs_audio_player_stop (self);
  g_signal_emit (self, signals[FINISHED], 0);
}

static gboolean
on_idle (gpointer data)
{
  CsAudioPlayer *self = data;

  self->idle = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_message (GstBus     *bus,
            GstMessage *message,
            gpointer    data)
{
  g_autoptr (CsAudioPlayer) self = g_object_ref (data);
  g_autoptr (GError) error = NULL;

  switch ((guint) GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_WARNING:
      /* Of a loudspeaker that isn't there: the rest goes on without it. */
      gst_message_parse_warning (message, &error, NULL);
      fail (self, error->message);
      return G_SOURCE_CONTINUE;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      fail (self, error->message);
      finish (self);
      return G_SOURCE_CONTINUE;
    case GST_MESSAGE_EOS:
      finish (self);
      return G_SOURCE_CONTINUE;
    default:
      return G_SOURCE_CONTINUE;
    }
}

/* Makes everything from the samples to the loudspeaker; NULL where a part isn't installed. */
static GstElement *
make_pipeline (GBytes *samples)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstBuffer *buffer;

  if (!gst_init_check (NULL, NULL, NULL))
    return NULL;
  pipeline = gst_parse_launch_full ("appsrc name=source format=time ! audioconvert ! audioresample ! autoaudiosink", NULL,
                                    GST_PARSE_FLAG_FATAL_ERRORS, NULL);
  if (pipeline == NULL)
    return NULL;

  gst_object_ref_sink (pipeline);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  caps = gst_caps_from_string (CAPS);
  gst_app_src_set_caps (GST_APP_SRC (source), caps);
  buffer = gst_buffer_new_wrapped_bytes (samples);
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (g_bytes_get_size (samples), GST_SECOND,
                                                        CS_AUDIO_RATE * CS_AUDIO_SAMPLE_BYTES);
  gst_app_src_push_buffer (GST_APP_SRC (source), buffer);
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  return g_steal_pointer (&pipeline);
}

static void
cs_audio_player_dispose (GObject *object)
{
  cs_audio_player_stop (CS_AUDIO_PLAYER (object));

  G_OBJECT_CLASS (cs_audio_player_parent_class)->dispose (object);
}

static void
cs_audio_player_class_init (CsAudioPlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cs_audio_player_dispose;

  signals[FINISHED] = g_signal_new ("finished", CS_TYPE_AUDIO_PLAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CS_TYPE_AUDIO_PLAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cs_audio_player_init (CsAudioPlayer *self)
{
}

CsAudioPlayer *
cs_audio_player_new (void)
{
  return g_object_new (CS_TYPE_AUDIO_PLAYER, NULL);
}

/* Plays an announcement, a WAV file as sipgate plays it, in the place of what is playing. Never blocks. */
void
cs_audio_player_play (CsAudioPlayer *self,
                      GBytes        *file)
{
  g_autoptr (GBytes) samples = NULL;
  g_autoptr (GstBus) bus = NULL;

  g_return_if_fail (CS_IS_AUDIO_PLAYER (self));

  cs_audio_player_stop (self);
  samples = cs_audio_wav_get_samples (file, NULL);
  if (samples != NULL)
    self->pipeline = make_pipeline (samples);
  if (self->pipeline == NULL)
    {
      self->idle = g_idle_add (on_idle, self);
      fail (self, "a part of GStreamer is missing");
      return;
    }
  bus = gst_element_get_bus (self->pipeline);
  self->watch = gst_bus_add_watch (bus, on_message, self);
  change_state (self->pipeline, GST_STATE_PLAYING);
}

/* Ends what is playing, without a signal. */
void
cs_audio_player_stop (CsAudioPlayer *self)
{
  g_return_if_fail (CS_IS_AUDIO_PLAYER (self));

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->pipeline != NULL)
    change_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->pipeline);
}

gboolean
cs_audio_player_is_playing (CsAudioPlayer *self)
{
  g_return_val_if_fail (CS_IS_AUDIO_PLAYER (self), FALSE);

  return self->pipeline != NULL || self->idle != 0;
}
