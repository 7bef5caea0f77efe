/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How a text file is encoded, as far as its beginning tells. Without a mark it may be UTF-8 or Windows-1252, which only
 * the first byte beyond ASCII decides. */
typedef enum {
  CS_TEXT_ENCODING_UTF_8,
  CS_TEXT_ENCODING_UTF_8_BOM,
  CS_TEXT_ENCODING_UTF_16LE,
  CS_TEXT_ENCODING_UTF_16BE,
  CS_TEXT_ENCODING_WINDOWS_1252,
} CsTextEncoding;

const char   *cs_text_encoding_get_name            (CsTextEncoding   encoding);
GInputStream *cs_text_encoding_open                (GInputStream    *stream,
                                                    CsTextEncoding  *encoding,
                                                    GCancellable    *cancellable,
                                                    GError         **error);
void          cs_text_encoding_append_windows_1252 (GString         *text,
                                                    const char      *bytes,
                                                    gsize            size);

G_END_DECLS
