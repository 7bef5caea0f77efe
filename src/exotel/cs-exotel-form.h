/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* More fields, a longer name or a longer value make a form that isn't Exotel's. Lengths in bytes. */
#define CS_EXOTEL_FORM_MAX_FIELDS 100
#define CS_EXOTEL_FORM_MAX_NAME 128
#define CS_EXOTEL_FORM_MAX_VALUE 4096

JsonObject *cs_exotel_form_parse_multipart  (GBytes      *body,
                                             const char  *content_type,
                                             GError     **error);
JsonObject *cs_exotel_form_parse_urlencoded (const char  *text,
                                             gsize        length,
                                             GError     **error);
char       *cs_exotel_form_get_media_type   (const char  *content_type);

G_END_DECLS
