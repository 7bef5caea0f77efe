/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-audio-player.h"
#include "orders/cs-audio-wav.h"

#include <stdlib.h>

#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
  guint n_finished;
  guint n_failed;
} Heard;

static void
on_finished (CsAudioPlayer *player,
             gpointer       data)
{
  Heard *heard = data;

  g_assert_false (cs_audio_player_is_playing (player));
  heard->n_finished++;
}

static void
on_failed (CsAudioPlayer *player,
           const char    *message,
           gpointer       data)
{
  Heard *heard = data;

  g_assert_true (g_str_has_prefix (message, "Nothing can be heard"));
  heard->n_failed++;
}

static CsAudioPlayer *
make_player (Heard *heard)
{
  CsAudioPlayer *player = cs_audio_player_new ();

  g_signal_connect (player, "finished", G_CALLBACK (on_finished), heard);
  g_signal_connect (player, "failed", G_CALLBACK (on_failed), heard);
  return player;
}

/* Silence of so many milliseconds. */
static GBytes *
make_sound (guint ms)
{
  gsize length = ms * CS_AUDIO_RATE / 1000 * CS_AUDIO_SAMPLE_BYTES;
  g_autofree char *samples = g_malloc0 (length);

  return cs_audio_wav_new (samples, length);
}

static void
wait_until_finished (Heard *heard,
                     guint  n)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  while (heard->n_finished < n && g_get_monotonic_time () < end_us)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpuint (heard->n_finished, ==, n);
}

static void
test_play (void)
{
  Heard heard = { 0 };
  g_autoptr (GBytes) sound = make_sound (400);
  CsAudioPlayer *player = make_player (&heard);
  gint64 began_us;

  g_assert_false (cs_audio_player_is_playing (player));
  for (guint i = 1; i <= 2; i++)
    {
      began_us = g_get_monotonic_time ();
      cs_audio_player_play (player, sound);
      g_assert_true (cs_audio_player_is_playing (player));
      wait_until_finished (&heard, i);
      /* It takes its time, whether there is a loudspeaker or not. */
      g_assert_cmpint (g_get_monotonic_time () - began_us, >, 250 * 1000);
    }
  g_assert_cmpuint (heard.n_failed, <=, 1);
  g_assert_finalize_object (player);
}

/* Here there is no loudspeaker for sure: no sound server, no card. */
static void
test_no_loudspeaker (void)
{
  Heard heard = { 0 };
  g_autoptr (GBytes) sound = make_sound (300);
  CsAudioPlayer *player;

  if (!g_test_subprocess ())
    {
      g_setenv ("GST_PLUGIN_FEATURE_RANK",
                "pulsesink:NONE,alsasink:NONE,jackaudiosink:NONE,osssink:NONE,oss4sink:NONE,openalsink:NONE,pipewiresink:NONE", TRUE);
      g_test_trap_subprocess (NULL, PATIENCE_US, G_TEST_SUBPROCESS_DEFAULT);
      g_unsetenv ("GST_PLUGIN_FEATURE_RANK");
      g_test_trap_assert_passed ();
      return;
    }
  player = make_player (&heard);
  for (guint i = 1; i <= 2; i++)
    {
      cs_audio_player_play (player, sound);
      wait_until_finished (&heard, i);
    }
  g_assert_cmpuint (heard.n_failed, ==, 1);
  g_assert_finalize_object (player);
}

/* What replaces or ends a sound does so without a word, and at once. */
static void
test_stop (void)
{
  Heard heard = { 0 };
  g_autoptr (GBytes) minute = make_sound (60 * 1000), sound = make_sound (200);
  CsAudioPlayer *player = make_player (&heard);

  cs_audio_player_stop (player);
  for (int i = 0; i < 10; i++)
    cs_audio_player_play (player, minute);
  cs_audio_player_stop (player);
  g_assert_false (cs_audio_player_is_playing (player));
  g_assert_cmpuint (heard.n_finished, ==, 0);
  cs_audio_player_play (player, minute);
  cs_audio_player_play (player, sound);
  wait_until_finished (&heard, 1);
  cs_audio_player_play (player, minute);
  g_assert_finalize_object (player);
  g_assert_cmpuint (heard.n_finished, ==, 1);
}

static void
test_unplayable (void)
{
  Heard heard = { 0 };
  g_autoptr (GBytes) text = g_bytes_new_static ("hello", 5);
  CsAudioPlayer *player = make_player (&heard);

  cs_audio_player_play (player, text);
  g_assert_true (cs_audio_player_is_playing (player));
  wait_until_finished (&heard, 1);
  g_assert_cmpuint (heard.n_failed, ==, 1);
  g_assert_finalize_object (player);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/audio-player/plays-to-the-end", test_play);
  g_test_add_func ("/audio-player/no-loudspeaker/is-told-once", test_no_loudspeaker);
  g_test_add_func ("/audio-player/stop", test_stop);
  g_test_add_func ("/audio-player/what-cannot-be-played", test_unplayable);

  return g_test_run ();
}
