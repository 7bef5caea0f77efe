/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "charts/cs-dashboard-page.h"
#include "ui/cs-export-calls.h"

G_BEGIN_DECLS

#define CS_TYPE_EXPORT_BAR (cs_export_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsExportBar, cs_export_bar, CS, EXPORT_BAR, AdwBin)

void cs_export_bar_choose_dashboard (CsExportBar     *self,
                                     CsDashboardPage *page);
void cs_export_bar_choose_calls     (CsExportBar     *self,
                                     CsExportCalls   *calls);
void cs_export_bar_save_dashboard   (CsExportBar     *self,
                                     CsDashboardPage *page,
                                     GFile           *file);
void cs_export_bar_save_calls       (CsExportBar     *self,
                                     CsExportCalls   *calls,
                                     GFile           *file);
void cs_export_bar_print            (CsExportBar     *self,
                                     CsDashboardPage *page);

G_END_DECLS
