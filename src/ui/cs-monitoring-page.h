/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "charts/cs-dashboard-page.h"
#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_MONITORING_PAGE (cs_monitoring_page_get_type ())
G_DECLARE_FINAL_TYPE (CsMonitoringPage, cs_monitoring_page, CS, MONITORING_PAGE, AdwBin)

void cs_monitoring_page_set_settings   (CsMonitoringPage *self,
                                        GSettings        *settings);
void cs_monitoring_page_apply_snapshot (CsMonitoringPage *self,
                                        CsSnapshot       *snapshot);
CsDashboardPage *cs_monitoring_page_create_dashboard (CsMonitoringPage *self);

G_END_DECLS
