/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-metrics.h"
#include "charts/cs-bar-chart.h"

G_BEGIN_DECLS

CsBarChart *cs_hour_chart_new (const CsMetrics *incoming,
                               const double     usual_hours[24],
                               int              present_hour);
CsBarChart *cs_hour_chart_new_by_part (const CsMetrics *metrics,
                                       int              present_hour);

G_END_DECLS
