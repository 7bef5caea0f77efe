/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-filter.h"
#include "charts/cs-dashboard-page.h"
#include "engine/cs-report.h"
#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

CsDashboardPage *cs_export_dashboard_new_today      (const CsSnapshot   *snapshot);
CsDashboardPage *cs_export_dashboard_new_monitoring (const CsReport     *report,
                                                     const CsCallFilter *filter);

G_END_DECLS
