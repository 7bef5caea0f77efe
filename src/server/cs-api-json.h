/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "calls/cs-call.h"
#include "calls/cs-health.h"
#include "calls/cs-metrics.h"

G_BEGIN_DECLS

void  cs_api_json_add_metrics (JsonBuilder     *builder,
                               const CsMetrics *metrics,
                               gboolean         is_complete,
                               gint64           n_missing);
void  cs_api_json_add_bars    (JsonBuilder     *builder,
                               const CsMetrics *metrics);
void  cs_api_json_add_parts   (JsonBuilder     *builder,
                               const CsMetrics *metrics);
void  cs_api_json_add_call    (JsonBuilder     *builder,
                               const CsCall    *call);
void  cs_api_json_add_health  (JsonBuilder     *builder,
                               CsHealthReport  *report,
                               CsHealthStatus   present);
void  cs_api_json_add_time    (JsonBuilder     *builder,
                               gint64           time_us);
char *cs_api_json_to_text     (JsonBuilder     *builder);
char *cs_api_json_make_error  (const char      *text);

G_END_DECLS
