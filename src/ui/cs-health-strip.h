/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "charts/cs-health-timeline.h"
#include "ui/cs-chart-view.h"

G_BEGIN_DECLS

#define CS_TYPE_HEALTH_STRIP (cs_health_strip_get_type ())
G_DECLARE_FINAL_TYPE (CsHealthStrip, cs_health_strip, CS, HEALTH_STRIP, CsChartView)

void cs_health_strip_set_timeline (CsHealthStrip    *self,
                                   CsHealthTimeline *timeline,
                                   GTimeZone        *zone);

G_END_DECLS
