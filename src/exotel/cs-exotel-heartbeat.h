/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-health.h"

G_BEGIN_DECLS

/* A report keeps the first of its phones only. */
#define CS_EXOTEL_HEARTBEAT_MAX_PHONES 10000

CsHealthReport *cs_exotel_heartbeat_parse       (GBytes          *body,
                                                 gint64           arrived_us,
                                                 GError         **error);
gboolean        cs_exotel_heartbeat_parse_phone (GBytes          *body,
                                                 CsHealthReport  *report,
                                                 GError         **error);

G_END_DECLS
