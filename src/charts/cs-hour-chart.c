/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-axis.h"
#include "charts/cs-hour-chart.h"

#include <glib/gi18n.h>
#include <math.h>

/* Always shown, so that the axis stands still through an ordinary day. */
#define FIRST_HOUR 8
#define LAST_HOUR 18

static char *
describe_hour (double count,
               double usual)
{
  g_autofree char *count_text = cs_axis_format_value (count);
  g_autofree char *usual_text = NULL;
  g_autofree char *text = NULL;

  text = g_strdup_printf (ngettext ("%s call", "%s calls", MIN (count, G_MAXINT)), count_text);
  if (!(round (usual) >= 1))
    return g_steal_pointer (&text);

  usual_text = cs_axis_format_value (round (usual));
  /* Translators: the calls of one hour, and how many are usual in this hour on this weekday: "5 calls, usually 4". */
  return g_strdup_printf (C_("chart", "%s, usually %s"), text, usual_text);
}

/*
 * Calls by the hour in which they began; a column's id is its hour. Outside a usual working day, hours before the first and
 * after the last call are left out.
 * incoming: the day's calls. usual_hours: (nullable) the same on a usual such day. present_hour: 0 … 23, or -1 where the day
 * isn't today.
 */
CsBarChart *
cs_hour_chart_new (const CsMetrics *incoming,
                   const double     usual_hours[24],
                   int              present_hour)
{
  CsBarChart *chart;
  int first = FIRST_HOUR;
  int last = LAST_HOUR;
  gboolean has_usual = FALSE;

  g_return_val_if_fail (incoming != NULL, NULL);
  g_return_val_if_fail (present_hour < 24, NULL);

  for (int hour = 0; hour < 24; hour++)
    {
      gboolean is_usual = usual_hours != NULL && round (usual_hours[hour]) >= 1;

      has_usual = has_usual || is_usual;
      if (incoming->hours[hour] > 0 || is_usual || hour == present_hour)
        {
          first = MIN (first, hour);
          last = MAX (last, hour);
        }
    }

  chart = cs_bar_chart_new (_("Calls by hour"), CS_BAR_LABELS_THIN);
  cs_bar_chart_add_part (chart, _("Today"), CS_FILL_CALLS);
  if (has_usual)
    chart->usual_name = g_strdup (_("Usual for this weekday"));

  for (int hour = first; hour <= last; hour++)
    {
      double count = incoming->hours[hour];
      double usual = has_usual ? usual_hours[hour] : 0;
      g_autofree char *label = g_strdup_printf ("%d", hour);
      g_autofree char *name = g_strdup_printf ("%02d:00–%02d:00", hour, hour + 1);
      g_autofree char *text = describe_hour (count, usual);
      CsBarColumn *column = cs_bar_chart_add_column (chart, hour, label, name, text);

      column->values[0] = count;
      column->usual = usual;
    }

  if (present_hour >= 0)
    {
      chart->marked = cs_bar_chart_find_column (chart, present_hour);
      chart->marker_name = g_strdup (C_("chart", "now"));
    }
  return chart;
}
