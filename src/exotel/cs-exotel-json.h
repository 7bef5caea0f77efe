/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "json/cs-json.h"

G_BEGIN_DECLS

JsonObject *cs_exotel_json_parse        (GBytes     *body,
                                         GError    **error);
gint64      cs_exotel_json_get_duration (JsonObject *object,
                                         const char *name);
gint64      cs_exotel_json_get_time     (JsonObject *object,
                                         const char *name,
                                         GTimeZone  *zone);

G_END_DECLS
