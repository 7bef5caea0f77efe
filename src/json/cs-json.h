/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Longest text kept of a member, in bytes without the closing NUL. */
#define CS_JSON_MAX_TEXT 255

JsonObject *cs_json_parse        (GBytes     *body,
                                  GError    **error);
JsonObject *cs_json_get_object   (JsonObject *object,
                                  const char *name);
JsonArray  *cs_json_get_array    (JsonObject *object,
                                  const char *name);
char       *cs_json_dup_text     (JsonObject *object,
                                  const char *name);
char       *cs_json_node_to_text (JsonNode   *node);
char       *cs_json_clean_text   (const char *text);
gboolean    cs_json_is_unsafe    (gunichar    c);

G_END_DECLS
