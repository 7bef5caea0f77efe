/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

CsCall   *cs_exotel_record_parse       (JsonObject    *record,
                                        GTimeZone     *zone,
                                        GError       **error);
gint64    cs_exotel_record_get_created (JsonObject    *record,
                                        GTimeZone     *zone);
gboolean  cs_exotel_record_is_sid      (const char    *text);

G_END_DECLS
