/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-audio-wav.h"

#include "orders/cs-order-error.h"

#include <glib/gi18n.h>

#include <string.h>

#define RIFF_BYTES 12
#define CHUNK_BYTES 8
#define FORMAT_BYTES 16
#define HEAD_BYTES (RIFF_BYTES + CHUNK_BYTES + FORMAT_BYTES + CHUNK_BYTES)
#define FORMAT_PCM 1
#define CHANNELS 1

static void
append_uint16 (GByteArray *array,
               guint16     value)
{
  guint16 little = GUINT16_TO_LE (value);

  g_byte_array_append (array, (const guint8 *) &little, sizeof little);
}

static void
append_uint32 (GByteArray *array,
               guint32     value)
{
  guint32 little = GUINT32_TO_LE (value);

  g_byte_array_append (array, (const guint8 *) &little, sizeof little);
}

static guint
read_uint16 (const guint8 *bytes)
{
  return bytes[0] | (guint) bytes[1] << 8;
}

static guint32
read_uint32 (const guint8 *bytes)
{
  return read_uint16 (bytes) | (guint32) read_uint16 (bytes + 2) << 16;
}

/* Whether the chunk's body says: PCM, 16 bit, mono, 8 kHz. */
static gboolean
is_our_format (const guint8 *body,
               gsize         length)
{
  return length >= FORMAT_BYTES && read_uint16 (body) == FORMAT_PCM && read_uint16 (body + 2) == CHANNELS
         && read_uint32 (body + 4) == CS_AUDIO_RATE && read_uint16 (body + 14) == 8 * CS_AUDIO_SAMPLE_BYTES;
}

static GBytes *
fail (GError     **error,
      const char  *text)
{
  g_set_error_literal (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT, text);
  return NULL;
}

/* Makes a file of samples: 16 bit, mono, 8 kHz, little-endian; length in bytes, at most CS_AUDIO_MAX_BYTES. (transfer full) */
GBytes *
cs_audio_wav_new (const void *samples,
                  gsize       length)
{
  GByteArray *file = NULL;

  g_return_val_if_fail (length <= CS_AUDIO_MAX_BYTES && length % CS_AUDIO_SAMPLE_BYTES == 0, NULL);

  file = g_byte_array_sized_new (HEAD_BYTES + length);
  g_byte_array_append (file, (const guint8 *) "RIFF", 4);
  append_uint32 (file, HEAD_BYTES - CHUNK_BYTES + length);
  g_byte_array_append (file, (const guint8 *) "WAVEfmt ", 8);
  append_uint32 (file, FORMAT_BYTES);
  append_uint16 (file, FORMAT_PCM);
  append_uint16 (file, CHANNELS);
  append_uint32 (file, CS_AUDIO_RATE);
  append_uint32 (file, CS_AUDIO_RATE * CHANNELS * CS_AUDIO_SAMPLE_BYTES);
  append_uint16 (file, CHANNELS * CS_AUDIO_SAMPLE_BYTES);
  append_uint16 (file, 8 * CS_AUDIO_SAMPLE_BYTES);
  g_byte_array_append (file, (const guint8 *) "data", 4);
  append_uint32 (file, length);
  if (length > 0)
    g_byte_array_append (file, samples, length);
  return g_byte_array_free_to_bytes (file);
}

/* Finds the samples in a file, and with it whether sipgate would play it. Fails with CS_ORDER_ERROR_CONTENT where it is not a WAV
 * file, has another format, no sound, or more than CS_AUDIO_MAX_SECONDS. (transfer full) */
GBytes *
cs_audio_wav_get_samples (GBytes  *file,
                          GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (file, &length);
  gboolean is_format_known = FALSE;

  if (length < RIFF_BYTES || memcmp (bytes, "RIFF", 4) != 0 || memcmp (bytes + 8, "WAVE", 4) != 0)
    return fail (error, _("It is not a WAV file."));

  for (gsize at = RIFF_BYTES; length - at >= CHUNK_BYTES;)
    {
      const guint8 *chunk = bytes + at;
      gsize room = length - at - CHUNK_BYTES, chunk_length = read_uint32 (chunk + 4);

      if (chunk_length > room)
        return fail (error, _("The end of the WAV file is missing."));
      if (memcmp (chunk, "fmt ", 4) == 0)
        {
          if (!is_our_format (chunk + CHUNK_BYTES, chunk_length))
            return fail (error, _("The telephone plays only WAV files with PCM of 16 bit, mono, 8 kHz."));
          is_format_known = TRUE;
        }
      else if (memcmp (chunk, "data", 4) == 0 && is_format_known)
        {
          if (chunk_length < CS_AUDIO_SAMPLE_BYTES)
            return fail (error, _("There is no sound in it."));
          if (chunk_length > CS_AUDIO_MAX_BYTES)
            return fail (error, _("It is longer than a minute."));
          return g_bytes_new_from_bytes (file, at + CHUNK_BYTES, chunk_length - chunk_length % CS_AUDIO_SAMPLE_BYTES);
        }
      /* Chunks begin at even places; the last one may end without its padding. */
      at += MIN (CHUNK_BYTES + chunk_length + chunk_length % 2, length - at);
    }
  return fail (error, _("There is no sound in it."));
}
