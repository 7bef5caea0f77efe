/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "calls/cs-call-filter.h"

G_BEGIN_DECLS

#define CS_TYPE_MONITORING_FILTER (cs_monitoring_filter_get_type ())
G_DECLARE_FINAL_TYPE (CsMonitoringFilter, cs_monitoring_filter, CS, MONITORING_FILTER, GtkWidget)

/* Signal "changed" (CsMonitoringFilter *filter): the user has chosen something else. */
void     cs_monitoring_filter_set_numbers     (CsMonitoringFilter *self,
                                               GPtrArray          *numbers);
void     cs_monitoring_filter_get             (CsMonitoringFilter *self,
                                               GTimeZone          *zone,
                                               gint64              now_us,
                                               CsCallFilter       *filter);
gboolean cs_monitoring_filter_is_today        (CsMonitoringFilter *self);
char    *cs_monitoring_filter_describe_before (CsMonitoringFilter *self,
                                               GTimeZone          *zone,
                                               gint64              now_us);

G_END_DECLS
