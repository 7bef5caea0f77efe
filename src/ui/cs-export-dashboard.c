/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-export-dashboard.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "calls/cs-call.h"
#include "charts/cs-hour-chart.h"
#include "charts/cs-outcome-chart.h"
#include "charts/cs-part-chart.h"
#include "ui/cs-answer-rate.h"
#include "ui/cs-call-text.h"
#include "ui/cs-number-format.h"
#include "ui/cs-outcome-look.h"
#include "ui/cs-time-format.h"

static GDateTime *
get_time (gint64     time_us,
          GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_timezone (utc, zone) : g_date_time_new_from_unix_utc (0);
}

static char *
describe_day (GDateTime *day)
{
  /* Translators: a whole day, as in g_date_time_format(). */
  return g_date_time_format (day, C_("day", "%A, %-d %B %Y"));
}

static char *
make_footnote (gint64     made_us,
               GTimeZone *zone,
               gboolean   is_sample)
{
  g_autoptr (GDateTime) made = get_time (made_us, zone);
  /* Translators: day and time, as in g_date_time_format(). */
  g_autofree char *time = g_date_time_format (made, C_("moment", "%-d %B %Y, %H:%M"));
  g_autofree char *place = g_strdup (g_date_time_get_timezone_abbreviation (made));
  /* Translators: a time and its zone: "29 June 2026, 14:02 CEST". */
  g_autofree char *text = g_strdup_printf (_("Made by CallStats on %s %s"), time, place);

  return is_sample ? g_strconcat (text, " · ", _("Sample data: these calls are made up"), NULL) : g_steal_pointer (&text);
}

static void
add_count (CsDashboardPage *page,
           const char      *label,
           guint64          count)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  cs_dashboard_page_add_tile (page, label, text, NULL);
}

static void
add_duration (CsDashboardPage *page,
              const char      *label,
              gint64           duration_us)
{
  g_autofree char *text = cs_time_format_duration (duration_us);

  cs_dashboard_page_add_tile (page, label, text, NULL);
}

static void
add_rate (CsDashboardPage *page,
          const CsMetrics *metrics)
{
  g_autofree char *text = cs_answer_rate_format (metrics);

  cs_dashboard_page_add_tile (page, _("Answer rate"), text, metrics->n_estimated > 0 ? C_("answer rate", "estimated") : NULL);
}

static CsDashboardPage *
make_page (const char *title,
           const char *period,
           const char *footnote)
{
  CsDashboardPage *page = cs_dashboard_page_new (title, period, footnote);

  page->is_rtl = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
  return page;
}

/* The figures of Today as they stand on its page. */
CsDashboardPage *
cs_export_dashboard_new_today (const CsSnapshot *snapshot)
{
  const CsMetrics *incoming = &snapshot->incoming;
  g_autoptr (GDateTime) now = get_time (snapshot->made_us, snapshot->zone);
  g_autofree char *day = describe_day (now);
  g_autofree char *clock = g_date_time_format (now, C_("time of day", "%H:%M"));
  /* Translators: a day and a time on it. */
  g_autofree char *period = g_strdup_printf (_("%s, until %s"), day, clock);
  g_autofree char *footnote = make_footnote (snapshot->made_us, snapshot->zone, snapshot->is_sample);
  g_autoptr (CsBarChart) outcomes = cs_outcome_chart_new (incoming);
  g_autoptr (CsBarChart) hours = cs_hour_chart_new (incoming, snapshot->usual_hours, g_date_time_get_hour (now));
  CsDashboardPage *page = make_page (_("Calls today"), period, footnote);

  add_count (page, _("Calls today"), cs_metrics_get_total (&snapshot->today));
  add_rate (page, incoming);
  add_duration (page, _("Average wait"), cs_metrics_get_average_wait (incoming));
  add_duration (page, _("Average duration"), cs_metrics_get_average_talk (incoming));
  add_count (page, _("Missed"), cs_metrics_get_part (incoming, CS_PART_MISSED));
  add_count (page, _("To call back"), snapshot->n_callbacks);
  cs_dashboard_page_add_chart (page, outcomes);
  cs_dashboard_page_add_chart (page, hours);
  return page;
}

/* The number as the account has it, which a key of ten digits isn't. */
static char *
describe_number (const CsReport *report,
                 const char     *number_key)
{
  for (guint i = 0; report->numbers != NULL && i < report->numbers->len; i++) {
    const CsReportNumber *number = g_ptr_array_index (report->numbers, i);

    if (g_strcmp0 (number->number_key, number_key) == 0)
      return number->name != NULL && *number->name != '\0' ? g_strdup (number->name) : cs_number_format (number->number);
  }
  return g_strdup (number_key);
}

/* The first and the last day, and what else the filter names. */
static char *
describe_filter (const CsReport     *report,
                 const CsCallFilter *filter)
{
  g_autoptr (GDateTime) first = get_time (filter->from_us, report->zone);
  g_autoptr (GDateTime) last = get_time (filter->to_us - 1, report->zone);
  g_autofree char *first_text = describe_day (first);
  g_autofree char *last_text = describe_day (last);
  GString *text = g_string_new (first_text);

  if (g_strcmp0 (first_text, last_text) != 0)
    g_string_append_printf (text, " – %s", last_text);
  if (filter->direction != CS_ANY)
    g_string_append_printf (text, " · %s", cs_call_text_get_direction (filter->direction));
  if (filter->number_key != NULL) {
    g_autofree char *number = describe_number (report, filter->number_key);

    g_string_append_printf (text, " · %s", number);
  }
  if (filter->outcome != CS_ANY)
    g_string_append_printf (text, " · %s", cs_outcome_get_word (filter->outcome));
  return g_string_free (text, FALSE);
}

/* The figures of Monitoring; filter is what the report was read by. */
CsDashboardPage *
cs_export_dashboard_new_monitoring (const CsReport     *report,
                                    const CsCallFilter *filter)
{
  const CsMetrics *metrics = &report->metrics;
  g_autofree char *period = describe_filter (report, filter);
  g_autofree char *footnote = make_footnote (report->made_us, report->zone, FALSE);
  g_autoptr (CsBarChart) parts = cs_part_chart_new (metrics);
  g_autoptr (CsBarChart) hours = cs_hour_chart_new_by_part (metrics, -1);
  int peak = cs_metrics_get_peak_hour (metrics);
  g_autofree char *peak_text = peak >= 0 ? g_strdup_printf ("%d:00", peak) : g_strdup ("–");
  CsDashboardPage *page = make_page (_("Monitoring"), period, footnote);

  add_count (page, _("Calls"), cs_metrics_get_total (metrics));
  add_rate (page, metrics);
  add_count (page, _("Missed"), cs_metrics_get_part (metrics, CS_PART_MISSED));
  add_count (page, _("Busy or failed"), cs_metrics_get_part (metrics, CS_PART_BUSY) + cs_metrics_get_part (metrics, CS_PART_FAILED));
  add_duration (page, _("Average duration"), cs_metrics_get_average_talk (metrics));
  cs_dashboard_page_add_tile (page, _("Peak hour"), peak_text, NULL);
  cs_dashboard_page_add_chart (page, parts);
  cs_dashboard_page_add_chart (page, hours);
  return page;
}
