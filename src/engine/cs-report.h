/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "calls/cs-call-filter.h"
#include "calls/cs-health.h"
#include "calls/cs-metrics.h"

G_BEGIN_DECLS

/* One of the account's numbers in a report. */
typedef struct {
  char *number_key;       /* (owned) last ten digits */
  char *number;           /* (owned) as it is written in the account's list, in a heartbeat or in the latest call, or the key */
  char *name;             /* (owned) (nullable) */
  CsMetrics metrics;
  char *incoming;         /* (owned) (nullable) the provider's word for its health: "active", … */
  char *outgoing;         /* (owned) (nullable) */
  gboolean is_affected;
} CsReportNumber;

/* How the status was in one part of the strip of past days. */
typedef struct {
  gint64 from_us;
  gint64 to_us;
  CsHealthStatus status;  /* unknown where nothing was heard */
} CsReportSpan;

/* What the page Monitoring shows: read in a thread, then never changed. */
typedef struct {
  gatomicrefcount ref_count;
  gint64 made_us;
  GTimeZone *zone;           /* (owned) the account's */
  CsMetrics metrics;         /* of the period asked for */
  CsMetrics previous;        /* of the period before, of the same length in days */
  GPtrArray *numbers;        /* (owned) (element-type CsReportNumber) by calls, most first */

  CsHealthStatus health;     /* at present: stale where nothing was heard for too long */
  CsHealthReport *heartbeat; /* (owned) (nullable) the last one */
  gint64 health_since_us;    /* or CS_UNKNOWN */
  gint64 interval_us;        /* between two heartbeats, or CS_UNKNOWN */
  GArray *strip;             /* (owned) (element-type CsReportSpan) the last seven days, without gaps */
} CsReport;

void      cs_report_unref       (CsReport            *report);
CsReport *cs_report_ref         (CsReport            *report);
void      cs_report_read_async  (const char          *data_dir,
                                 const CsCallFilter  *filter,
                                 GTimeZone           *zone,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
CsReport *cs_report_read_finish (GAsyncResult        *result,
                                 GError             **error);
CsReport *cs_report_read        (const char          *data_dir,
                                 const CsCallFilter  *filter,
                                 GTimeZone           *zone,
                                 gint64               now_us,
                                 GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsReport, cs_report_unref)

G_END_DECLS
