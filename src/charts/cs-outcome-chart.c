/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-outcome-chart.h"

#include <glib/gi18n.h>

/* The labels of calls/ are the JSON API's and stay English; these are the window's. */
static const struct {
  const char *name;
  const char *short_name;
  CsFill fill;
} bars[CS_N_BARS] = {
  [CS_BAR_USER] = { N_("Answered by user"), NC_("chart", "By user"), CS_FILL_ANSWERED },
  [CS_BAR_VOICEMAIL] = { N_("Answered by voicemail"), NC_("chart", "Voicemail"), CS_FILL_VOICEMAIL },
  [CS_BAR_REJECTED] = { N_("Rejected or busy"), NC_("chart", "Busy"), CS_FILL_REJECTED },
  [CS_BAR_MISSED] = { N_("Missed"), NC_("chart", "Missed"), CS_FILL_MISSED },
  [CS_BAR_OTHER] = { N_("Other"), NC_("chart", "Other"), CS_FILL_OTHER },
};

/*
 * How the calls ended: a column per CsBar, which is also its id. What none of the four familiar bars counts is shown only
 * where there is any. incoming: the ended incoming calls of the day.
 */
CsBarChart *
cs_outcome_chart_new (const CsMetrics *incoming)
{
  CsBarChart *chart;
  guint64 total;

  g_return_val_if_fail (incoming != NULL, NULL);

  chart = cs_bar_chart_new (_("How calls ended"), CS_BAR_LABELS_WRAP);
  total = cs_metrics_get_total (incoming);

  for (guint i = 0; i < CS_N_BARS; i++)
    {
      guint64 count = cs_metrics_get_bar (incoming, i);
      g_autofree char *text = NULL;
      CsBarColumn *column;
      guint part;

      if (i == CS_BAR_OTHER && count == 0)
        continue;

      text = cs_bar_chart_format_share (count, total);
      part = cs_bar_chart_add_part (chart, _(bars[i].name), bars[i].fill);
      column = cs_bar_chart_add_column (chart, i, _(bars[i].name), _(bars[i].name), text);
      column->short_label = g_strdup (g_dpgettext2 (NULL, "chart", bars[i].short_name));
      column->values[part] = count;
    }
  return chart;
}
