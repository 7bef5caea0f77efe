/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

/* A call's duration, price and end settle within 2 to 15 minutes (protocol/exotel.md §1). */
#define CS_EXOTEL_RECORD_SETTLE_US (15 * 60 * G_USEC_PER_SEC)

CsCall   *cs_exotel_record_parse       (JsonObject    *record,
                                        GTimeZone     *zone,
                                        GError       **error);
gint64    cs_exotel_record_get_created (JsonObject    *record,
                                        GTimeZone     *zone);
gboolean  cs_exotel_record_is_settled  (const CsCall  *call,
                                        gint64         now_us);
gboolean  cs_exotel_record_is_sid      (const char    *text);

G_END_DECLS
