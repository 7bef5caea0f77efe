/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-today-page.h"

#include "charts/cs-hour-chart.h"
#include "charts/cs-outcome-chart.h"
#include "ui/cs-bar-chart-view.h"
#include "ui/cs-call-list.h"
#include "ui/cs-columns-layout.h"
#include "ui/cs-figure-tiles.h"

/*
 * CsTodayPage: the day so far: its figures, how calls ended, when they came, who is on the phone, and who was last.
 */
struct _CsTodayPage {
  AdwBin parent_instance;

  CsFigureTiles *figure_tiles;
  CsBarChartView *outcome_view;
  CsBarChartView *hour_view;
  CsCallList *active_list;
  CsCallList *latest_list;

  gboolean has_active;
  guint clock_source;  /* runs while there are running calls to be seen */
};

G_DEFINE_FINAL_TYPE (CsTodayPage, cs_today_page, ADW_TYPE_BIN)

static gboolean
on_clock (gpointer user_data)
{
  CsTodayPage *self = user_data;

  cs_call_list_tick (self->active_list, g_get_real_time ());
  return G_SOURCE_CONTINUE;
}

static void
update_clock (CsTodayPage *self)
{
  gboolean is_needed = self->has_active && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (is_needed == (self->clock_source != 0))
    return;
  g_clear_handle_id (&self->clock_source, g_source_remove);
  if (is_needed) {
    on_clock (self);
    self->clock_source = g_timeout_add (1000, on_clock, self);
  }
}

static int
get_present_hour (const CsSnapshot *snapshot)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (snapshot->made_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = utc != NULL ? g_date_time_to_timezone (utc, snapshot->zone) : NULL;

  return now != NULL ? g_date_time_get_hour (now) : 0;
}

/* A bar leads to the calls that it stands for. */
static void
show_bar (CsTodayPage *self,
          guint        bar)
{
  static const char *const outcomes[CS_N_BARS] = {
    [CS_BAR_USER] = "answered",
    [CS_BAR_VOICEMAIL] = "voicemail",
    [CS_BAR_REJECTED] = "busy",
    [CS_BAR_MISSED] = "missed",
    [CS_BAR_OTHER] = "other",
  };
  g_autofree char *filter = NULL;

  if (bar >= CS_N_BARS)
    return;
  filter = g_strdup_printf ("period=today;direction=inbound;provider=sipgate;outcome=%s", outcomes[bar]);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-calls", "s", filter);
}

static void
show_hour (CsTodayPage *self,
           guint        hour)
{
  g_autofree char *filter = g_strdup_printf ("period=today@%u;direction=inbound;provider=sipgate", hour);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-calls", "s", filter);
}

static void
cs_today_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cs_today_page_parent_class)->map (widget);
  update_clock (CS_TODAY_PAGE (widget));
}

static void
cs_today_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cs_today_page_parent_class)->unmap (widget);
  update_clock (CS_TODAY_PAGE (widget));
}

static void
cs_today_page_dispose (GObject *object)
{
  CsTodayPage *self = CS_TODAY_PAGE (object);

  g_clear_handle_id (&self->clock_source, g_source_remove);

  G_OBJECT_CLASS (cs_today_page_parent_class)->dispose (object);
}

static void
cs_today_page_class_init (CsTodayPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_today_page_dispose;
  widget_class->map = cs_today_page_map;
  widget_class->unmap = cs_today_page_unmap;

  g_type_ensure (CS_TYPE_BAR_CHART_VIEW);
  g_type_ensure (CS_TYPE_CALL_LIST);
  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_FIGURE_TILES);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-today-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsTodayPage, figure_tiles);
  gtk_widget_class_bind_template_child (widget_class, CsTodayPage, outcome_view);
  gtk_widget_class_bind_template_child (widget_class, CsTodayPage, hour_view);
  gtk_widget_class_bind_template_child (widget_class, CsTodayPage, active_list);
  gtk_widget_class_bind_template_child (widget_class, CsTodayPage, latest_list);
  gtk_widget_class_bind_template_callback (widget_class, show_bar);
  gtk_widget_class_bind_template_callback (widget_class, show_hour);
}

static void
cs_today_page_init (CsTodayPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_today_page_apply_snapshot:
 * @self: the page
 * @snapshot: what to show
 */
void
cs_today_page_apply_snapshot (CsTodayPage *self,
                              CsSnapshot  *snapshot)
{
  g_autoptr (CsBarChart) outcomes = NULL;
  g_autoptr (CsBarChart) hours = NULL;

  g_return_if_fail (CS_IS_TODAY_PAGE (self));
  g_return_if_fail (snapshot != NULL);

  outcomes = cs_outcome_chart_new (&snapshot->incoming);
  hours = cs_hour_chart_new (&snapshot->incoming, snapshot->usual_hours, get_present_hour (snapshot));
  cs_figure_tiles_apply_snapshot (self->figure_tiles, snapshot);
  cs_bar_chart_view_set_chart (self->outcome_view, outcomes);
  cs_bar_chart_view_set_chart (self->hour_view, hours);
  cs_call_list_set_calls (self->active_list, snapshot->active, snapshot->zone, g_get_real_time ());
  cs_call_list_set_calls (self->latest_list, snapshot->latest, snapshot->zone, snapshot->made_us);

  self->has_active = snapshot->active->len > 0;
  update_clock (self);
}
