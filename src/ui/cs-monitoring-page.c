/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-monitoring-page.h"

#include <glib/gi18n.h>

#include "calls/cs-day.h"
#include "charts/cs-hour-chart.h"
#include "charts/cs-part-chart.h"
#include "engine/cs-report.h"
#include "ui/cs-bar-chart-view.h"
#include "ui/cs-columns-layout.h"
#include "ui/cs-exotel-bar.h"
#include "ui/cs-export-dashboard.h"
#include "ui/cs-health-card.h"
#include "ui/cs-monitoring-filter.h"
#include "ui/cs-monitoring-tiles.h"
#include "ui/cs-number-table.h"

/* However fast calls come in, the database is read at most so often. */
#define READ_INTERVAL_MS 1000
/* What is told as "2 minutes ago" grows old by itself. */
#define TICK_INTERVAL_SECONDS 10
/* Whether there has ever been a call is asked once, of the buckets of so many days. */
#define ALL_DAYS 3650

/*
 * CsMonitoringPage: whether the Exotel account's numbers can be called, and how well their calls are answered.
 *
 * Its figures are more than a snapshot holds: they are read from the database in the background when the filter or the calls
 * have changed, and only while somebody can see them. The last ones stay until newer ones have come.
 */
struct _CsMonitoringPage {
  AdwBin parent_instance;

  GtkStack *monitoring_stack;
  AdwStatusPage *unreadable_page;
  AdwActionRow *heartbeat_row;
  GtkWidget *copy_heartbeat_button;
  CsHealthCard *health_card;
  CsMonitoringFilter *call_filter;
  CsExotelBar *exotel_bar;
  GtkLabel *read_error_label;
  CsMonitoringTiles *monitoring_tiles;
  CsBarChartView *part_view;
  CsBarChartView *stack_view;
  CsNumberTable *number_table;

  GSettings *settings;        /* (owned) (nullable) */
  CsSnapshot *snapshot;       /* (owned) (nullable) the last one */
  CsReport *report;           /* (owned) (nullable) the last one */
  GCancellable *reading;      /* (owned) (nullable) */
  gboolean is_one_status;     /* of the report */
  gboolean is_set_up;         /* something of Exotel's has been seen */
  gboolean was_probed;        /* all that was ever kept has been looked at */
  gboolean is_outdated;       /* what is shown isn't what the database says */
  guint64 read_n_commits;     /* of the snapshot that was read last */
  gint64 read_day_us;         /* when the day began in which it was read */
  guint read_source;          /* waits for the next reading */
  guint tick_source;
  char *heartbeat_url;        /* (owned) (nullable) what to enter at Exotel */
};

G_DEFINE_FINAL_TYPE (CsMonitoringPage, cs_monitoring_page, ADW_TYPE_BIN)

static void read_report (CsMonitoringPage *self);

static void
get_limits (CsMonitoringPage *self,
            CsRatingLimits   *limits)
{
  limits->good = g_settings_get_int (self->settings, "answer-rate-good");
  limits->warning = g_settings_get_int (self->settings, "answer-rate-warning");
}

static int
get_present_hour (CsMonitoringPage *self,
                  const CsReport   *report)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) now = NULL;

  if (!cs_monitoring_filter_is_today (self->call_filter))
    return -1;
  utc = g_date_time_new_from_unix_utc (report->made_us / G_USEC_PER_SEC);
  now = g_date_time_to_timezone (utc, report->zone);
  return g_date_time_get_hour (now);
}

static void
show_figures (CsMonitoringPage *self)
{
  CsReport *report = self->report;
  CsMonitoringFigures figures = { &report->metrics, &report->previous, NULL, self->is_one_status };
  g_autofree char *before = cs_monitoring_filter_describe_before (self->call_filter, report->zone, report->made_us);
  g_autoptr (CsBarChart) parts = cs_part_chart_new (&report->metrics);
  g_autoptr (CsBarChart) hours = cs_hour_chart_new_by_part (&report->metrics, get_present_hour (self, report));

  get_limits (self, &figures.limits);
  figures.period_before = before;
  cs_health_card_set_report (self->health_card, report);
  cs_monitoring_tiles_set_figures (self->monitoring_tiles, &figures);
  cs_bar_chart_view_set_chart (self->part_view, parts);
  cs_bar_chart_view_set_chart (self->stack_view, hours);
  cs_number_table_set_report (self->number_table, report, self->is_one_status, &figures.limits);
}

static void
show_state (CsMonitoringPage *self)
{
  if (self->report == NULL)
    return;
  gtk_stack_set_visible_child_name (self->monitoring_stack, self->is_set_up ? "figures" : "not-set-up");
}

static gboolean
has_anything (const CsReport *report)
{
  return report->heartbeat != NULL || report->numbers->len > 0 || cs_metrics_get_total (&report->metrics) > 0
         || cs_metrics_get_total (&report->previous) > 0 || report->metrics.n_active > 0;
}

static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsReport) report = cs_report_read_finish (result, &error);
  CsMonitoringPage *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->reading);
  self->was_probed = TRUE;
  self->is_set_up = self->is_set_up || (report != NULL && has_anything (report));
  show_state (self);
  if (self->is_outdated)
    read_report (self);
}

/* An account that isn't asked any more may have calls of years ago. */
static void
probe (CsMonitoringPage *self)
{
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;
  gint64 today_us = cs_day_get_start (self->snapshot->exotel_zone, g_get_real_time ());

  filter.provider = CS_PROVIDER_EXOTEL;
  filter.to_us = cs_day_add_days (self->snapshot->exotel_zone, today_us, 1);
  filter.from_us = cs_day_add_days (self->snapshot->exotel_zone, today_us, -ALL_DAYS);
  self->reading = g_cancellable_new ();
  cs_report_read_async (self->snapshot->data_dir, &filter, self->snapshot->exotel_zone, self->reading, on_probed, self);
}

static void
take_report (CsMonitoringPage *self,
             CsReport         *report)
{
  g_clear_pointer (&self->report, cs_report_unref);
  self->report = cs_report_ref (report);
  self->is_set_up = self->is_set_up || has_anything (report) || self->snapshot->exotel.activity != CS_EXOTEL_OFF;
  show_figures (self);
  if (!self->is_set_up && !self->was_probed)
    probe (self);
  else
    show_state (self);
}

/* What a filter leaves over isn't all there is to choose from. */
static void
offer_numbers (CsMonitoringPage   *self,
               const CsCallFilter *filter,
               CsReport           *report)
{
  if (filter->number_key == NULL && filter->direction == CS_ANY && filter->outcome == CS_ANY)
    cs_monitoring_filter_set_numbers (self->call_filter, report->numbers);
}

/* The last good figures stay. */
static void
show_read_error (CsMonitoringPage *self,
                 const GError     *error)
{
  g_autofree char *text = g_strdup_printf (_("The figures can’t be read: %s"), error->message);
  g_autofree char *markup = g_markup_escape_text (error->message, -1);

  gtk_label_set_label (self->read_error_label, text);
  adw_status_page_set_description (self->unreadable_page, markup);
  if (self->report == NULL)
    gtk_stack_set_visible_child_name (self->monitoring_stack, "unreadable");
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsReport) report = cs_report_read_finish (result, &error);
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;
  CsMonitoringPage *self = user_data;

  /* Another reading has taken its place, or the page has gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->reading);
  gtk_widget_set_visible (GTK_WIDGET (self->read_error_label), report == NULL);
  if (report == NULL) {
    show_read_error (self, error);
    return;
  }
  cs_monitoring_filter_get (self->call_filter, report->zone, report->made_us, &filter);
  self->is_one_status = filter.outcome != CS_ANY;
  offer_numbers (self, &filter, report);
  take_report (self, report);
}

static gboolean
on_read_again (gpointer user_data)
{
  CsMonitoringPage *self = user_data;

  self->read_source = 0;
  if (self->is_outdated)
    read_report (self);
  return G_SOURCE_REMOVE;
}

/* Begins a reading, unless nobody looks, or one was begun a moment ago: then the next one follows. */
static void
read_report (CsMonitoringPage *self)
{
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;
  gint64 now_us = g_get_real_time ();

  self->is_outdated = TRUE;
  if (self->snapshot == NULL || self->snapshot->data_dir == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self))
      || self->reading != NULL || self->read_source != 0)
    return;
  self->is_outdated = FALSE;
  self->read_n_commits = self->snapshot->n_commits;
  self->read_day_us = cs_day_get_start (self->snapshot->exotel_zone, now_us);
  self->read_source = g_timeout_add (READ_INTERVAL_MS, on_read_again, self);
  self->reading = g_cancellable_new ();
  cs_monitoring_filter_get (self->call_filter, self->snapshot->exotel_zone, now_us, &filter);
  cs_report_read_async (self->snapshot->data_dir, &filter, self->snapshot->exotel_zone, self->reading, on_read, self);
}

static void
stop_reading (CsMonitoringPage *self)
{
  if (self->reading != NULL)
    self->is_outdated = TRUE;
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_handle_id (&self->read_source, g_source_remove);
}

/* Somebody waits for it. */
static void
on_filter_changed (CsMonitoringPage *self)
{
  stop_reading (self);
  read_report (self);
}

static gboolean
on_tick (gpointer user_data)
{
  CsMonitoringPage *self = user_data;
  gint64 now_us = g_get_real_time ();

  cs_health_card_tick (self->health_card, now_us);
  if (self->snapshot == NULL || self->snapshot->exotel_zone == NULL)
    return G_SOURCE_CONTINUE;
  cs_exotel_bar_apply_snapshot (self->exotel_bar, self->snapshot, now_us);
  if (cs_day_get_start (self->snapshot->exotel_zone, now_us) != self->read_day_us)
    read_report (self);
  return G_SOURCE_CONTINUE;
}

static void
on_copy_clicked (CsMonitoringPage *self)
{
  if (self->heartbeat_url == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->heartbeat_url);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Address copied"));
}

static void
on_limits_changed (CsMonitoringPage *self)
{
  if (self->report != NULL)
    show_figures (self);
}

static void
show_heartbeat_url (CsMonitoringPage *self)
{
  const char *public_url = self->snapshot->public_url;
  gboolean has_url = public_url != NULL && *public_url != '\0' && self->snapshot->heartbeat_path != NULL;
  g_autofree char *url = has_url ? g_strconcat (public_url, self->snapshot->heartbeat_path, NULL) : NULL;

  gtk_widget_set_sensitive (self->copy_heartbeat_button, has_url);
  if (g_strcmp0 (url, self->heartbeat_url) == 0 && *adw_action_row_get_subtitle (self->heartbeat_row) != '\0')
    return;
  adw_action_row_set_subtitle (self->heartbeat_row, has_url ? url : _("Enter a public address in Preferences first"));
  g_free (self->heartbeat_url);
  self->heartbeat_url = g_steal_pointer (&url);
}

static void
cs_monitoring_page_map (GtkWidget *widget)
{
  CsMonitoringPage *self = CS_MONITORING_PAGE (widget);

  GTK_WIDGET_CLASS (cs_monitoring_page_parent_class)->map (widget);
  self->tick_source = g_timeout_add_seconds (TICK_INTERVAL_SECONDS, on_tick, self);
  on_tick (self);
  if (self->is_outdated)
    read_report (self);
}

static void
cs_monitoring_page_unmap (GtkWidget *widget)
{
  CsMonitoringPage *self = CS_MONITORING_PAGE (widget);

  stop_reading (self);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  GTK_WIDGET_CLASS (cs_monitoring_page_parent_class)->unmap (widget);
}

static void
cs_monitoring_page_dispose (GObject *object)
{
  CsMonitoringPage *self = CS_MONITORING_PAGE (object);

  stop_reading (self);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  g_clear_pointer (&self->report, cs_report_unref);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_monitoring_page_parent_class)->dispose (object);
}

static void
cs_monitoring_page_finalize (GObject *object)
{
  CsMonitoringPage *self = CS_MONITORING_PAGE (object);

  g_free (self->heartbeat_url);

  G_OBJECT_CLASS (cs_monitoring_page_parent_class)->finalize (object);
}

static void
cs_monitoring_page_class_init (CsMonitoringPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cs_monitoring_page_dispose;
  object_class->finalize = cs_monitoring_page_finalize;
  widget_class->map = cs_monitoring_page_map;
  widget_class->unmap = cs_monitoring_page_unmap;

  g_type_ensure (CS_TYPE_BAR_CHART_VIEW);
  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_EXOTEL_BAR);
  g_type_ensure (CS_TYPE_HEALTH_CARD);
  g_type_ensure (CS_TYPE_MONITORING_FILTER);
  g_type_ensure (CS_TYPE_MONITORING_TILES);
  g_type_ensure (CS_TYPE_NUMBER_TABLE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-monitoring-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, monitoring_stack);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, unreadable_page);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, heartbeat_row);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, copy_heartbeat_button);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, health_card);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, call_filter);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, exotel_bar);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, read_error_label);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, monitoring_tiles);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, part_view);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, stack_view);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringPage, number_table);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
}

static void
cs_monitoring_page_init (CsMonitoringPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_outdated = TRUE;
}

/**
 * cs_monitoring_page_set_settings:
 * @self: the page
 * @settings: where it is said what a good answer rate is
 */
void
cs_monitoring_page_set_settings (CsMonitoringPage *self,
                                 GSettings        *settings)
{
  g_return_if_fail (CS_IS_MONITORING_PAGE (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::answer-rate-good", G_CALLBACK (on_limits_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::answer-rate-warning", G_CALLBACK (on_limits_changed), self, G_CONNECT_SWAPPED);
}

/**
 * cs_monitoring_page_apply_snapshot:
 * @self: the page, which has its settings
 * @snapshot: what to show, and where to read the rest
 */
void
cs_monitoring_page_apply_snapshot (CsMonitoringPage *self,
                                   CsSnapshot       *snapshot)
{
  gboolean is_newer;

  g_return_if_fail (CS_IS_MONITORING_PAGE (self));
  g_return_if_fail (self->settings != NULL);
  g_return_if_fail (snapshot != NULL);

  /* A snapshot of an engine that could not start has nothing of Exotel in it. */
  if (snapshot->exotel_zone == NULL || snapshot->data_dir == NULL)
    return;
  is_newer = self->snapshot == NULL || snapshot->n_commits != self->read_n_commits
             || (snapshot->exotel.activity != CS_EXOTEL_OFF && !self->is_set_up);
  cs_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  self->snapshot = snapshot;
  show_heartbeat_url (self);
  cs_exotel_bar_apply_snapshot (self->exotel_bar, snapshot, g_get_real_time ());
  if (is_newer)
    read_report (self);
}

/**
 * cs_monitoring_page_create_dashboard:
 * @self: the page
 *
 * Returns: (transfer full) (nullable): what it shows, for a file or paper; %NULL while there are no figures
 */
CsDashboardPage *
cs_monitoring_page_create_dashboard (CsMonitoringPage *self)
{
  g_auto (CsCallFilter) filter = CS_CALL_FILTER_ALL;

  g_return_val_if_fail (CS_IS_MONITORING_PAGE (self), NULL);

  if (self->report == NULL || !self->is_set_up)
    return NULL;
  cs_monitoring_filter_get (self->call_filter, self->report->zone, self->report->made_us, &filter);
  return cs_export_dashboard_new_monitoring (self->report, &filter);
}
