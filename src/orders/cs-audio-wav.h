/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one format that sipgate plays; another sampling rate is silently not played. Source: protocol/sipgate.md §6. */
#define CS_AUDIO_RATE 8000
#define CS_AUDIO_MAX_SECONDS 60
#define CS_AUDIO_SAMPLE_BYTES 2
#define CS_AUDIO_MAX_BYTES (CS_AUDIO_MAX_SECONDS * CS_AUDIO_RATE * CS_AUDIO_SAMPLE_BYTES)

/* Of a whole file, its head included; whatever else a recorder wrote into it finds room. */
#define CS_AUDIO_MAX_FILE_BYTES (CS_AUDIO_MAX_BYTES + 64 * 1024)

GBytes *cs_audio_wav_new         (const void  *samples,
                                  gsize        length);
GBytes *cs_audio_wav_get_samples (GBytes      *file,
                                  GError     **error);

G_END_DECLS
