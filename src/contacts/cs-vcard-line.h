/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One line of a vCard, unfolded: "item1.TEL;TYPE=cell;CHARSET=UTF-8:+49…". */
typedef struct {
  char *name;                  /* (owned) in upper case, without group */
  char *charset;               /* (owned) (nullable) */
  gboolean is_quoted_printable;
  gboolean is_base64;
  char *value;                 /* (owned) as it stands there: neither decoded nor unescaped */
} CsVcardLine;

gboolean  cs_vcard_line_parse        (const char        *text,
                                      CsVcardLine       *line);
void      cs_vcard_line_clear        (CsVcardLine       *line);
char     *cs_vcard_line_decode       (const CsVcardLine *line);
char     *cs_vcard_line_get_text     (const char        *value);
char    **cs_vcard_line_split        (const char        *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsVcardLine, cs_vcard_line_clear)

G_END_DECLS
