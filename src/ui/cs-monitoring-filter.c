/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-monitoring-filter.h"

#include <glib/gi18n.h>

#include "calls/cs-day.h"
#include "engine/cs-report.h"
#include "ui/cs-columns-layout.h"
#include "ui/cs-date-range.h"
#include "ui/cs-number-row.h"
#include "ui/cs-outcome-look.h"

/* In the order of the list in the template. */
typedef enum {
  PERIOD_TODAY,
  PERIOD_YESTERDAY,
  PERIOD_WEEK,
  PERIOD_MONTH,
  PERIOD_RANGE,
} Period;

static const int directions[] = { CS_ANY, CS_DIRECTION_INBOUND, CS_DIRECTION_OUTBOUND };

/* How a call of this provider can end. Source: protocol/exotel.md §1. */
static const int outcomes[] = {
  CS_ANY,          CS_OUTCOME_ANSWERED, CS_OUTCOME_MISSED,   CS_OUTCOME_NOT_REACHED,
  CS_OUTCOME_BUSY, CS_OUTCOME_FAILED,   CS_OUTCOME_IVR_ONLY,
};

/*
 * CsMonitoringFilter: which calls the page is about: days, direction, number, and how they ended.
 *
 * Days are those of a zone that the page knows; here they are dates.
 */
struct _CsMonitoringFilter {
  GtkWidget parent_instance;

  GtkDropDown *period_drop_down;
  GtkDropDown *direction_drop_down;
  GtkDropDown *number_drop_down;
  GtkDropDown *status_drop_down;
  CsDateRange *date_range;

  GPtrArray *keys;       /* (owned) (element-type utf8) of the numbers in the list, but for its first entry: all */
  gboolean is_updating;  /* what changes isn't the user's doing */
};

G_DEFINE_FINAL_TYPE (CsMonitoringFilter, cs_monitoring_filter, GTK_TYPE_WIDGET)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Two midnights: of the first day, and after the last one. */
typedef struct {
  gint64 from_us;
  gint64 to_us;
} Days;

static void
get_days (CsMonitoringFilter *self,
          GTimeZone          *zone,
          gint64              now_us,
          Days               *days)
{
  gint64 today_us = cs_day_get_start (zone, now_us);
  gint64 tomorrow_us = cs_day_add_days (zone, today_us, 1);

  *days = (Days) { today_us, tomorrow_us };
  switch ((Period) gtk_drop_down_get_selected (self->period_drop_down)) {
  case PERIOD_TODAY:
    break;
  case PERIOD_YESTERDAY:
    *days = (Days) { cs_day_add_days (zone, today_us, -1), today_us };
    break;
  case PERIOD_WEEK:
    days->from_us = cs_day_add_days (zone, today_us, -6);
    break;
  case PERIOD_MONTH:
    days->from_us = cs_day_add_days (zone, today_us, -29);
    break;
  case PERIOD_RANGE:
    /* Days to come have no calls, and would make the period before longer than this one. */
    cs_date_range_get_times (self->date_range, zone, &days->from_us, &days->to_us);
    days->to_us = MIN (days->to_us, tomorrow_us);
    days->from_us = MIN (days->from_us, cs_day_add_days (zone, days->to_us, -1));
    break;
  }
}

static void
emit_changed (CsMonitoringFilter *self)
{
  if (!self->is_updating)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_period_selected (CsMonitoringFilter *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->date_range), gtk_drop_down_get_selected (self->period_drop_down) == PERIOD_RANGE);
  emit_changed (self);
}

static void
fill_statuses (CsMonitoringFilter *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, _("All calls"));
  for (gsize i = 1; i < G_N_ELEMENTS (outcomes); i++)
    gtk_string_list_append (list, cs_outcome_get_word ((CsOutcome) outcomes[i]));
  gtk_drop_down_set_model (self->status_drop_down, G_LIST_MODEL (list));
}

static void
cs_monitoring_filter_dispose (GObject *object)
{
  CsMonitoringFilter *self = CS_MONITORING_FILTER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->keys, g_ptr_array_unref);

  G_OBJECT_CLASS (cs_monitoring_filter_parent_class)->dispose (object);
}

static void
cs_monitoring_filter_class_init (CsMonitoringFilterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_monitoring_filter_dispose;

  /**
   * CsMonitoringFilter::changed:
   *
   * The user has chosen something else.
   */
  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_MONITORING_FILTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_DATE_RANGE);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-monitoring-filter.ui");
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringFilter, period_drop_down);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringFilter, direction_drop_down);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringFilter, number_drop_down);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringFilter, status_drop_down);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringFilter, date_range);
}

static void
cs_monitoring_filter_init (CsMonitoringFilter *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Filter"), -1);
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->is_updating = TRUE;
  fill_statuses (self);
  cs_monitoring_filter_set_numbers (self, none);
  self->is_updating = FALSE;

  g_signal_connect_swapped (self->period_drop_down, "notify::selected", G_CALLBACK (on_period_selected), self);
  g_signal_connect_swapped (self->date_range, "changed", G_CALLBACK (emit_changed), self);
  g_signal_connect_swapped (self->direction_drop_down, "notify::selected", G_CALLBACK (emit_changed), self);
  g_signal_connect_swapped (self->number_drop_down, "notify::selected", G_CALLBACK (emit_changed), self);
  g_signal_connect_swapped (self->status_drop_down, "notify::selected", G_CALLBACK (emit_changed), self);
}

/**
 * cs_monitoring_filter_set_numbers:
 * @self: a filter
 * @numbers: (element-type CsReportNumber): those to choose from; one that is chosen stays so
 */
void
cs_monitoring_filter_set_numbers (CsMonitoringFilter *self,
                                  GPtrArray          *numbers)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *chosen = NULL;
  guint selected = gtk_drop_down_get_selected (self->number_drop_down);
  gboolean is_same = self->keys->len == numbers->len && gtk_drop_down_get_model (self->number_drop_down) != NULL;

  g_return_if_fail (CS_IS_MONITORING_FILTER (self));
  g_return_if_fail (numbers != NULL);

  for (guint i = 0; is_same && i < numbers->len; i++)
    is_same = g_strcmp0 (((CsReportNumber *) g_ptr_array_index (numbers, i))->number_key, g_ptr_array_index (self->keys, i)) == 0;
  if (is_same)
    return;

  if (selected != GTK_INVALID_LIST_POSITION && selected > 0 && selected <= self->keys->len)
    chosen = g_strdup (g_ptr_array_index (self->keys, selected - 1));
  g_ptr_array_set_size (self->keys, 0);
  gtk_string_list_append (list, _("All numbers"));
  selected = 0;
  for (guint i = 0; i < numbers->len; i++) {
    const CsReportNumber *number = g_ptr_array_index (numbers, i);
    g_autofree char *title = cs_number_get_title (number);

    gtk_string_list_append (list, title);
    g_ptr_array_add (self->keys, g_strdup (number->number_key));
    if (chosen != NULL && g_strcmp0 (number->number_key, chosen) == 0)
      selected = i + 1;
  }
  self->is_updating = TRUE;
  gtk_drop_down_set_model (self->number_drop_down, G_LIST_MODEL (list));
  gtk_drop_down_set_selected (self->number_drop_down, selected);
  self->is_updating = FALSE;
}

/**
 * cs_monitoring_filter_get:
 * @self: a filter
 * @zone: whose days are meant
 * @now_us: what "today" is
 * @filter: (out): what the user has chosen; to be cleared
 */
void
cs_monitoring_filter_get (CsMonitoringFilter *self,
                          GTimeZone          *zone,
                          gint64              now_us,
                          CsCallFilter       *filter)
{
  guint number;
  Days days;

  g_return_if_fail (CS_IS_MONITORING_FILTER (self));
  g_return_if_fail (zone != NULL);
  g_return_if_fail (filter != NULL);

  number = gtk_drop_down_get_selected (self->number_drop_down);
  cs_date_range_follow_today (self->date_range, zone, now_us);
  get_days (self, zone, now_us, &days);
  *filter = (CsCallFilter) CS_CALL_FILTER_ALL;
  filter->provider = CS_PROVIDER_EXOTEL;
  filter->direction = directions[MIN (gtk_drop_down_get_selected (self->direction_drop_down), G_N_ELEMENTS (directions) - 1)];
  filter->outcome = outcomes[MIN (gtk_drop_down_get_selected (self->status_drop_down), G_N_ELEMENTS (outcomes) - 1)];
  filter->from_us = days.from_us;
  filter->to_us = days.to_us;
  if (number > 0 && number <= self->keys->len)
    filter->number_key = g_strdup (g_ptr_array_index (self->keys, number - 1));
}

/**
 * cs_monitoring_filter_is_today:
 * @self: a filter
 *
 * Returns: whether the period is the present day
 */
gboolean
cs_monitoring_filter_is_today (CsMonitoringFilter *self)
{
  g_return_val_if_fail (CS_IS_MONITORING_FILTER (self), FALSE);

  return gtk_drop_down_get_selected (self->period_drop_down) == PERIOD_TODAY;
}

/**
 * cs_monitoring_filter_describe_before:
 * @self: a filter
 * @zone: whose days are meant
 * @now_us: what "today" is
 *
 * Returns: (transfer full): the period before, of the same length: "all of yesterday", "22 – 28 Jun"
 */
char *
cs_monitoring_filter_describe_before (CsMonitoringFilter *self,
                                      GTimeZone          *zone,
                                      gint64              now_us)
{
  g_autoptr (GDateTime) first_utc = NULL;
  g_autoptr (GDateTime) last_utc = NULL;
  g_autoptr (GDateTime) first = NULL;
  g_autoptr (GDateTime) last = NULL;
  g_autofree char *first_text = NULL;
  g_autofree char *last_text = NULL;
  gint64 first_us;
  int n_days;
  Days days;

  g_return_val_if_fail (CS_IS_MONITORING_FILTER (self), NULL);
  g_return_val_if_fail (zone != NULL, NULL);

  if (cs_monitoring_filter_is_today (self))
    return g_strdup (_("all of yesterday"));
  get_days (self, zone, now_us, &days);
  n_days = (int) MAX ((days.to_us - days.from_us + G_TIME_SPAN_DAY / 2) / G_TIME_SPAN_DAY, 1);
  first_us = cs_day_add_days (zone, days.from_us, -n_days);
  first_utc = g_date_time_new_from_unix_utc (first_us / G_USEC_PER_SEC);
  last_utc = g_date_time_new_from_unix_utc (days.from_us / G_USEC_PER_SEC - 1);
  first = g_date_time_to_timezone (first_utc, zone);
  last = g_date_time_to_timezone (last_utc, zone);
  /* Translators: a day, as in g_date_time_format(). */
  last_text = g_date_time_format (last, C_("day", "%-d %b"));
  if (n_days == 1)
    return g_steal_pointer (&last_text);
  first_text = g_date_time_format (first, C_("day", "%-d %b"));
  /* Translators: first and last day of a period. */
  return g_strdup_printf (C_("period", "%s – %s"), first_text, last_text);
}
