/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Stored: append, never renumber. */
typedef enum {
  CS_HEALTH_UNKNOWN,
  CS_HEALTH_OK,
  CS_HEALTH_WARNING,
  CS_HEALTH_CRITICAL,
  CS_HEALTH_STALE, /* of the present only; never stored, and never told by a provider */
} CsHealthStatus;

#define CS_N_HEALTH_STATUSES 5

/* Reports that stay out for less are never missed, however often they came before. */
#define CS_HEALTH_SHORTEST_SILENCE_US (15 * 60 * G_USEC_PER_SEC)

/* One telephone number's state as the provider last told it. */
typedef struct {
  char *id;             /* (owned) the provider's, which may differ from the number */
  char *number;         /* (owned) (nullable) */
  char *incoming;       /* (owned) (nullable) the provider's word: "active", "major_outage", anything */
  char *outgoing;       /* (owned) (nullable) */
  gboolean incoming_affected;
  gboolean outgoing_affected;
} CsPhoneHealth;

/* One report on all numbers. (reference-counted) */
typedef struct {
  gatomicrefcount ref_count;
  gint64 at_us;         /* arrival, microseconds UTC, or CS_UNKNOWN */
  gint64 told_us;       /* the report's own time, or CS_UNKNOWN */
  CsHealthStatus status;
  GPtrArray *phones;    /* (owned) (element-type CsPhoneHealth) sorted by id */
} CsHealthReport;

const char     *cs_health_status_get_name    (CsHealthStatus        status);
CsHealthStatus  cs_health_status_from_name   (const char           *name);
CsHealthReport *cs_health_report_new         (CsHealthStatus        status);
CsHealthReport *cs_health_report_ref         (CsHealthReport       *report);
void            cs_health_report_unref       (CsHealthReport       *report);
CsPhoneHealth  *cs_health_report_get_phone   (const CsHealthReport *report,
                                              const char           *id);
CsPhoneHealth  *cs_health_report_add_phone   (CsHealthReport       *report,
                                              const char           *id);
guint           cs_health_report_count_affected (const CsHealthReport *report);
gboolean        cs_health_report_is_change   (const CsHealthReport *before,
                                              const CsHealthReport *after);
CsHealthStatus  cs_health_report_get_present (const CsHealthReport *last,
                                              gint64                interval_us,
                                              gint64                now_us);
gint64          cs_health_get_interval       (const gint64         *arrivals_us,
                                              guint                 n_arrivals);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsHealthReport, cs_health_report_unref)

G_END_DECLS
