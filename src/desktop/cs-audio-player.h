/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define CS_TYPE_AUDIO_PLAYER (cs_audio_player_get_type ())
G_DECLARE_FINAL_TYPE (CsAudioPlayer, cs_audio_player, CS, AUDIO_PLAYER, GObject)

/* Signal "finished" (CsAudioPlayer *player): what was played came to its end by itself; nothing plays any more.
 * Signal "failed" (CsAudioPlayer *player, const char *message): nothing can be heard, as a sentence; once in a player's life.
 * "finished" follows all the same. */
CsAudioPlayer *cs_audio_player_new        (void);
void           cs_audio_player_play       (CsAudioPlayer *self,
                                           GBytes        *file);
void           cs_audio_player_stop       (CsAudioPlayer *self);
gboolean       cs_audio_player_is_playing (CsAudioPlayer *self);

G_END_DECLS
