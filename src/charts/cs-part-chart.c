/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-axis.h"
#include "charts/cs-part-chart.h"

#include <glib/gi18n.h>
#include <math.h>

/* In the order of the bars, and of a stack from the ground up. */
static const CsPart part_order[CS_N_PARTS] = {
  CS_PART_ANSWERED, CS_PART_MISSED, CS_PART_BUSY, CS_PART_FAILED, CS_PART_VOICEMAIL, CS_PART_CALL_ATTEMPTS, CS_PART_OTHER,
};

/* The names of calls/ are the JSON API's; these are the window's. */
static const struct {
  const char *word;
  CsFill fill;
  gboolean is_always_shown;
} looks[CS_N_PARTS] = {
  [CS_PART_ANSWERED] = { NC_("part", "Answered"), CS_FILL_ANSWERED, TRUE },
  [CS_PART_VOICEMAIL] = { NC_("part", "Voicemail"), CS_FILL_VOICEMAIL, FALSE },
  [CS_PART_MISSED] = { NC_("part", "Missed"), CS_FILL_MISSED, TRUE },
  [CS_PART_BUSY] = { NC_("part", "Busy"), CS_FILL_REJECTED, TRUE },
  [CS_PART_FAILED] = { NC_("part", "Failed"), CS_FILL_FAILED, TRUE },
  [CS_PART_CALL_ATTEMPTS] = { NC_("part", "Menu only"), CS_FILL_MENU_ONLY, FALSE },
  [CS_PART_OTHER] = { NC_("part", "Other"), CS_FILL_OTHER, FALSE },
};

/* Returns the window's word for it, translated. (transfer none) */
const char *
cs_part_get_word (CsPart part)
{
  g_return_val_if_fail ((guint) part < CS_N_PARTS, NULL);

  return g_dpgettext2 (NULL, "part", looks[part].word);
}

CsFill
cs_part_get_fill (CsPart part)
{
  g_return_val_if_fail ((guint) part < CS_N_PARTS, CS_FILL_OTHER);

  return looks[part].fill;
}

/* Lists the parts that a chart of these calls shows: the four familiar ones, and those of the others that there are any of.
 * Returns how many. */
guint
cs_part_list_shown (const CsMetrics *metrics,
                    CsPart           parts[CS_N_PARTS])
{
  guint n_parts = 0;

  g_return_val_if_fail (metrics != NULL, 0);

  for (guint i = 0; i < CS_N_PARTS; i++)
    {
      if (looks[part_order[i]].is_always_shown || cs_metrics_get_part (metrics, part_order[i]) > 0)
        parts[n_parts++] = part_order[i];
    }
  return n_parts;
}

/* How the calls of a period ended: a column per CsPart, which is also its id. */
CsBarChart *
cs_part_chart_new (const CsMetrics *metrics)
{
  CsBarChart *chart;
  CsPart parts[CS_N_PARTS];
  guint n_parts;
  guint64 total;

  g_return_val_if_fail (metrics != NULL, NULL);

  chart = cs_bar_chart_new (_("How calls ended"), CS_BAR_LABELS_WRAP);
  n_parts = cs_part_list_shown (metrics, parts);
  total = cs_metrics_get_total (metrics);
  for (guint i = 0; i < n_parts; i++)
    {
      guint64 count = cs_metrics_get_part (metrics, parts[i]);
      const char *word = cs_part_get_word (parts[i]);
      g_autofree char *text = cs_bar_chart_format_share (count, total);
      guint part = cs_bar_chart_add_part (chart, word, looks[parts[i]].fill);

      cs_bar_chart_add_column (chart, parts[i], word, word, text)->values[part] = count;
    }
  return chart;
}
