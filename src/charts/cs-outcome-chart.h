/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-metrics.h"
#include "charts/cs-bar-chart.h"

G_BEGIN_DECLS

CsBarChart *cs_outcome_chart_new (const CsMetrics *incoming);

G_END_DECLS
