/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "charts/cs-bar-chart.h"
#include "ui/cs-chart-view.h"

G_BEGIN_DECLS

#define CS_TYPE_BAR_CHART_VIEW (cs_bar_chart_view_get_type ())

G_DECLARE_FINAL_TYPE (CsBarChartView, cs_bar_chart_view, CS, BAR_CHART_VIEW, CsChartView)

/*
 * CsBarChartView: a bar chart in a window; one widget for both charts of the page Today.
 *
 *   <object class="CsBarChartView" id="outcome_view"/>     (g_type_ensure (CS_TYPE_BAR_CHART_VIEW) before the template)
 *
 *   g_autoptr (CsBarChart) outcomes = cs_outcome_chart_new (&snapshot->incoming);
 *   g_autoptr (CsBarChart) hours = cs_hour_chart_new (&snapshot->incoming, snapshot->usual_hours, present_hour);
 *   cs_bar_chart_view_set_chart (self->outcome_view, outcomes);
 *   cs_bar_chart_view_set_chart (self->hour_view, hours);
 *
 * It draws no margins and no title of its own: put it into a box with the "card" class, a heading and 12 px around.
 * Signal "activated" (CsBarChartView *view, guint id): a click, Enter or Space on a column; id is its CsBar or its hour.
 * A chart equal to the present one costs nothing, so it may be set with every snapshot. Each column is an accessible child
 * (LIST_ITEM) whose label is the column's name and whose description is its value in words; these follow within a second.
 */
GtkWidget  *cs_bar_chart_view_new       (void);
void        cs_bar_chart_view_set_chart (CsBarChartView *self,
                                         CsBarChart     *chart);
CsBarChart *cs_bar_chart_view_get_chart (CsBarChartView *self);

G_END_DECLS
