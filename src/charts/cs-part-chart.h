/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-metrics.h"
#include "charts/cs-bar-chart.h"

G_BEGIN_DECLS

const char *cs_part_get_word     (CsPart           part);
CsFill      cs_part_get_fill     (CsPart           part);
guint       cs_part_list_shown   (const CsMetrics *metrics,
                                  CsPart           parts[CS_N_PARTS]);
CsBarChart *cs_part_chart_new    (const CsMetrics *metrics);

G_END_DECLS
