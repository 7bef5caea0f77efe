/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "calls/cs-metrics.h"

static const char *bar_labels[CS_N_BARS] = {
  [CS_BAR_USER] = "Answered by user",
  [CS_BAR_VOICEMAIL] = "Answered by voicemail",
  [CS_BAR_REJECTED] = "Rejected or busy",
  [CS_BAR_MISSED] = "Missed",
  [CS_BAR_OTHER] = "Other",
};

void
cs_metrics_add (CsMetrics       *sum,
                const CsMetrics *metrics)
{
  for (int i = 0; i < CS_N_OUTCOMES; i++)
    sum->outcomes[i] += metrics->outcomes[i];
  for (int hour = 0; hour < 24; hour++)
    {
      sum->hours[hour] += metrics->hours[hour];
      for (int part = 0; part < CS_N_PARTS; part++)
        sum->parts_by_hour[hour][part] += metrics->parts_by_hour[hour][part];
    }
  sum->n_waits += metrics->n_waits;
  sum->wait_us += metrics->wait_us;
  sum->n_talks += metrics->n_talks;
  sum->talk_us += metrics->talk_us;
  sum->n_estimated += metrics->n_estimated;
  sum->n_active += metrics->n_active;
}

/* All ended calls: the seven parts add up to it. */
guint64
cs_metrics_get_total (const CsMetrics *metrics)
{
  guint64 total = 0;

  for (int i = 0; i < CS_N_OUTCOMES; i++)
    {
      if (cs_outcome_is_ended (i))
        total += metrics->outcomes[i];
    }
  return total;
}

guint64
cs_metrics_get_part (const CsMetrics *metrics,
                     CsPart           part)
{
  guint64 sum = 0;

  for (int i = 0; i < CS_N_OUTCOMES; i++)
    {
      if (cs_outcome_is_ended (i) && cs_outcome_get_part (i) == part)
        sum += metrics->outcomes[i];
    }
  return sum;
}

guint64
cs_metrics_get_bar (const CsMetrics *metrics,
                    CsBar            bar)
{
  guint64 sum = 0;

  for (int i = 0; i < CS_N_OUTCOMES; i++)
    {
      if (cs_outcome_is_ended (i) && cs_outcome_get_bar (i) == bar)
        sum += metrics->outcomes[i];
    }
  return sum;
}

/* Sets rate to the share (0 … 1) of the ended calls that were answered; FALSE where there are none. */
gboolean
cs_metrics_get_answer_rate (const CsMetrics *metrics,
                            double          *rate)
{
  guint64 total = cs_metrics_get_total (metrics);

  *rate = total > 0 ? (double) cs_metrics_get_part (metrics, CS_PART_ANSWERED) / total : 0;
  return total > 0;
}

/* Microseconds, over the calls whose wait is known; CS_UNKNOWN where there are none. */
gint64
cs_metrics_get_average_wait (const CsMetrics *metrics)
{
  return metrics->n_waits > 0 ? metrics->wait_us / (gint64) metrics->n_waits : CS_UNKNOWN;
}

/* Microseconds, over the calls whose talk is known; CS_UNKNOWN where there are none. */
gint64
cs_metrics_get_average_talk (const CsMetrics *metrics)
{
  return metrics->n_talks > 0 ? metrics->talk_us / (gint64) metrics->n_talks : CS_UNKNOWN;
}

/* The hour (0 … 23) in which most calls began, the first of several; -1 where there are none. */
int
cs_metrics_get_peak_hour (const CsMetrics *metrics)
{
  int peak = -1;

  for (int hour = 0; hour < 24; hour++)
    {
      if (metrics->hours[hour] > (peak < 0 ? 0 : metrics->hours[peak]))
        peak = hour;
    }
  return peak;
}

/* The JSON API's label, in English. */
const char *
cs_bar_get_label (CsBar bar)
{
  g_return_val_if_fail ((guint) bar < CS_N_BARS, NULL);

  return bar_labels[bar];
}

/* The bar that an ended incoming call stands in. Source: protocol/sipgate.md §5. */
CsBar
cs_outcome_get_bar (CsOutcome outcome)
{
  switch (outcome)
    {
    case CS_OUTCOME_ANSWERED:
    case CS_OUTCOME_ANSWERED_UNATTRIBUTED:
      return CS_BAR_USER;
    case CS_OUTCOME_VOICEMAIL:
      return CS_BAR_VOICEMAIL;
    case CS_OUTCOME_BUSY:
    case CS_OUTCOME_REJECTED:
      return CS_BAR_REJECTED;
    case CS_OUTCOME_MISSED:
      return CS_BAR_MISSED;
    case CS_OUTCOME_RINGING:
    case CS_OUTCOME_TALKING:
    case CS_OUTCOME_IVR_ONLY:
    case CS_OUTCOME_UNREACHABLE:
    case CS_OUTCOME_NOT_FOUND:
    case CS_OUTCOME_NOT_REACHED:
    case CS_OUTCOME_FORWARDED:
    case CS_OUTCOME_FAILED:
    case CS_OUTCOME_STALE:
    case CS_OUTCOME_OTHER:
      return CS_BAR_OTHER;
    }
  return CS_BAR_OTHER;
}
