/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How deep arrays and objects may lie in one another. */
#define CS_JSON_GUARD_MAX_DEPTH 32

/* How many members one object may have: more than anybody has telephone numbers, and few enough that names chosen to
 * collide in a hash table cost seconds rather than hours. */
#define CS_JSON_GUARD_MAX_MEMBERS 16384

/* How many values a text may hold, names not counted: each takes some hundred bytes of memory, though only two of the
 * text. */
#define CS_JSON_GUARD_MAX_VALUES 1000000

char *cs_json_guard_copy (GBytes  *text,
                          gsize   *length,
                          GError **error);

G_END_DECLS
