/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"

G_BEGIN_DECLS

CsCall *cs_exotel_event_parse       (GBytes      *body,
                                     const char  *content_type,
                                     GTimeZone   *zone,
                                     gint64       arrived_us,
                                     GError     **error);
CsCall *cs_exotel_event_parse_query (const char  *query,
                                     GTimeZone   *zone,
                                     gint64       arrived_us,
                                     GError     **error);

G_END_DECLS
