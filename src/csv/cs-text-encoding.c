/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "csv/cs-text-encoding.h"

#include <string.h>

#define SNIFFED (4 * 1024)

/* Half of UTF-16 without a mark are NULs in any text with Latin letters and digits: in the high bytes. */
static CsTextEncoding
sniff (const guchar *bytes,
       gsize         size,
       gsize        *mark_size)
{
  gsize n_nuls[2] = { 0 };

  *mark_size = 0;
  if (size >= 3 && memcmp (bytes, "\357\273\277", 3) == 0)
    {
      *mark_size = 3;
      return CS_TEXT_ENCODING_UTF_8_BOM;
    }
  if (size >= 2 && (memcmp (bytes, "\377\376", 2) == 0 || memcmp (bytes, "\376\377", 2) == 0))
    {
      *mark_size = 2;
      return bytes[0] == 0xff ? CS_TEXT_ENCODING_UTF_16LE : CS_TEXT_ENCODING_UTF_16BE;
    }

  for (gsize i = 0; i < size; i++)
    n_nuls[i % 2] += bytes[i] == 0;
  if (n_nuls[1] > size / 4 && n_nuls[0] == 0)
    return CS_TEXT_ENCODING_UTF_16LE;
  if (n_nuls[0] > size / 4 && n_nuls[1] == 0)
    return CS_TEXT_ENCODING_UTF_16BE;
  return CS_TEXT_ENCODING_UTF_8;
}

/* The name as people know it, not for translation. */
const char *
cs_text_encoding_get_name (CsTextEncoding encoding)
{
  switch (encoding)
    {
    case CS_TEXT_ENCODING_UTF_8:
    case CS_TEXT_ENCODING_UTF_8_BOM:
      return "UTF-8";
    case CS_TEXT_ENCODING_UTF_16LE:
    case CS_TEXT_ENCODING_UTF_16BE:
      return "UTF-16";
    case CS_TEXT_ENCODING_WINDOWS_1252:
      return "Windows-1252";
    }
  g_return_val_if_reached ("UTF-8");
}

/* Returns a stream of the same text without its mark, in UTF-8 if it was UTF-16; otherwise its bytes are left as they
 * are. What is no character in UTF-16 comes as a backslash and its bytes in hexadecimal. (transfer full) */
GInputStream *
cs_text_encoding_open (GInputStream    *stream,
                       CsTextEncoding  *encoding,
                       GCancellable    *cancellable,
                       GError         **error)
{
  g_autoptr (GInputStream) buffered = g_buffered_input_stream_new_sized (stream, 64 * 1024);
  g_autoptr (GCharsetConverter) converter = NULL;
  const guchar *bytes;
  gsize size, mark_size;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (buffered), FALSE);
  for (;;)
    {
      gssize n_read;

      bytes = g_buffered_input_stream_peek_buffer (G_BUFFERED_INPUT_STREAM (buffered), &size);
      if (size >= SNIFFED)
        break;
      n_read = g_buffered_input_stream_fill (G_BUFFERED_INPUT_STREAM (buffered), -1, cancellable, error);
      if (n_read < 0)
        return NULL;
      if (n_read == 0)
        {
          bytes = g_buffered_input_stream_peek_buffer (G_BUFFERED_INPUT_STREAM (buffered), &size);
          break;
        }
    }

  *encoding = sniff (bytes, MIN (size, SNIFFED), &mark_size);
  if (mark_size > 0 && g_input_stream_skip (buffered, mark_size, cancellable, error) < 0)
    return NULL;
  if (*encoding != CS_TEXT_ENCODING_UTF_16LE && *encoding != CS_TEXT_ENCODING_UTF_16BE)
    return g_steal_pointer (&buffered);

  converter = g_charset_converter_new ("UTF-8", *encoding == CS_TEXT_ENCODING_UTF_16LE ? "UTF-16LE" : "UTF-16BE", error);
  if (converter == NULL)
    return NULL;
  g_charset_converter_set_use_fallback (converter, TRUE);
  return g_converter_input_stream_new (buffered, G_CONVERTER (converter));
}

/* Appends text in Windows-1252 as UTF-8. Its five bytes that stand for nothing become U+FFFD. */
void
cs_text_encoding_append_windows_1252 (GString    *text,
                                      const char *bytes,
                                      gsize       size)
{
  static const gunichar high[32] = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
    0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
  };

  for (gsize i = 0; i < size; i++)
    {
      guchar byte = (guchar) bytes[i];

      if (byte < 0x80)
        g_string_append_c (text, (char) byte);
      else
        g_string_append_unichar (text, byte < 0xa0 ? high[byte - 0x80] : byte);
    }
}
