/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CS_AUDIO_IMPORT_ERROR (cs_audio_import_error_quark ())

/* Every message is a sentence, or two, for the user. */
typedef enum {
  CS_AUDIO_IMPORT_ERROR_UNREADABLE,
  CS_AUDIO_IMPORT_ERROR_EMPTY,
  CS_AUDIO_IMPORT_ERROR_NO_AUDIO,
  CS_AUDIO_IMPORT_ERROR_NO_DECODER, /* a part of GStreamer isn't installed */
  CS_AUDIO_IMPORT_ERROR_TOO_LONG,
  CS_AUDIO_IMPORT_ERROR_SILENT,
} CsAudioImportError;

GQuark  cs_audio_import_error_quark (void);
void    cs_audio_import_async       (GFile                *file,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
GBytes *cs_audio_import_finish      (GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
