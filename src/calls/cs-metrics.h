/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-outcome.h"

G_BEGIN_DECLS

/* Sums over ended calls; every figure shown is derived from these by the functions below. */
typedef struct {
  guint64 outcomes[CS_N_OUTCOMES];
  guint64 hours[24];         /* by hour of the start, in the zone asked for */
  guint64 parts_by_hour[24][CS_N_PARTS];
  guint64 n_waits;           /* calls whose wait is known */
  gint64 wait_us;            /* their sum */
  guint64 n_talks;
  gint64 talk_us;
  guint64 n_estimated;       /* calls whose outcome rests on one word, for want of details */
  guint64 n_active;          /* running calls, in no other figure */
} CsMetrics;

/* The familiar bars: label, colour and what they count, for ended incoming calls. */
typedef enum {
  CS_BAR_USER,
  CS_BAR_VOICEMAIL,
  CS_BAR_REJECTED,
  CS_BAR_MISSED,
  CS_BAR_OTHER,
} CsBar;

#define CS_N_BARS 5

void        cs_metrics_add               (CsMetrics       *sum,
                                          const CsMetrics *metrics);
guint64     cs_metrics_get_total         (const CsMetrics *metrics);
guint64     cs_metrics_get_part          (const CsMetrics *metrics,
                                          CsPart           part);
guint64     cs_metrics_get_bar           (const CsMetrics *metrics,
                                          CsBar            bar);
gboolean    cs_metrics_get_answer_rate   (const CsMetrics *metrics,
                                          double          *rate);
gint64      cs_metrics_get_average_wait  (const CsMetrics *metrics);
gint64      cs_metrics_get_average_talk  (const CsMetrics *metrics);
int         cs_metrics_get_peak_hour     (const CsMetrics *metrics);
const char *cs_bar_get_label             (CsBar            bar);
CsBar       cs_outcome_get_bar           (CsOutcome        outcome);

G_END_DECLS
