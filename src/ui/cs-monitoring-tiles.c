/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-monitoring-tiles.h"

#include <glib/gi18n.h>

#include "calls/cs-call.h"
#include "ui/cs-columns-layout.h"
#include "ui/cs-tile.h"
#include "ui/cs-time-format.h"

/*
 * CsMonitoringTiles: the figures of a period, each with that of the period before beside it.
 *
 * What nobody knows is a dash, never a zero; where the period before had no calls, nothing is compared.
 */
struct _CsMonitoringTiles {
  GtkWidget parent_instance;

  CsTile *total_tile;
  CsTile *answer_rate_tile;
  CsTile *missed_calls_tile;
  CsTile *busy_failed_tile;
  CsTile *average_tile;
  CsTile *peak_tile;
  GtkLabel *period_label;
  GtkLabel *estimate_label;
};

G_DEFINE_FINAL_TYPE (CsMonitoringTiles, cs_monitoring_tiles, GTK_TYPE_WIDGET)

/* @direction: above zero where the figure has grown. @before: the figure of the period before, for the eye and for the ear. */
static void
set_before (CsTile     *tile,
            int         direction,
            const char *before,
            const char *spoken,
            const char *period)
{
  g_autofree char *text = NULL;
  g_autofree char *sentence = NULL;

  if (before == NULL) {
    cs_tile_set_change (tile, 0, NULL, NULL);
    return;
  }
  /* Translators: %s is the figure of the period before; an arrow in front of it says that it has risen or fallen. */
  text = direction != 0 ? g_strdup_printf (C_("change", "from %s"), before) : g_strdup (C_("change", "unchanged"));
  /* Translators: the figure of the period before, and that period: "Before (22 – 28 Jun): 1,102". */
  sentence = g_strdup_printf (_("Before (%s): %s"), period, spoken != NULL ? spoken : before);
  cs_tile_set_change (tile, direction, text, sentence);
}

static void
set_count (CsTile                    *tile,
           const CsMonitoringFigures *figures,
           guint64                    now,
           guint64                    before)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, now);
  g_autofree char *before_text = g_strdup_printf ("%" G_GUINT64_FORMAT, before);
  gboolean has_before = cs_metrics_get_total (figures->before) > 0;

  cs_tile_set_value (tile, text, NULL);
  set_before (tile, (now > before) - (now < before), has_before ? before_text : NULL, NULL, figures->period_before);
}

static void
show_rate (CsMonitoringTiles         *self,
           const CsMonitoringFigures *figures)
{
  double now = 0, before = 0;
  gboolean has_now = !figures->is_one_status && cs_metrics_get_answer_rate (figures->now, &now);
  gboolean has_before = has_now && cs_metrics_get_answer_rate (figures->before, &before);
  g_autofree char *text = has_now ? cs_answer_rate_format (figures->now) : NULL;
  g_autofree char *before_text = has_before ? cs_answer_rate_format (figures->before) : NULL;
  g_autofree char *estimate = NULL;

  /* Translators: a share that is an estimate. */
  if (has_now && figures->now->n_estimated > 0)
    estimate = g_strdup_printf (C_("estimate", "≈ %s"), text);
  cs_tile_set_value (self->answer_rate_tile, estimate != NULL ? estimate : has_now ? text : "–", has_now ? NULL : _("not known"));
  cs_tile_set_rating (self->answer_rate_tile,
                      has_now ? cs_answer_rate_get_rating (figures->now, &figures->limits) : CS_RATING_NONE);
  set_before (self->answer_rate_tile, g_strcmp0 (text, before_text) != 0 ? (now > before) - (now < before) : 0, before_text, NULL,
              figures->period_before);
}

static void
show_average (CsMonitoringTiles         *self,
              const CsMonitoringFigures *figures)
{
  gint64 now = cs_metrics_get_average_talk (figures->now), before = cs_metrics_get_average_talk (figures->before);
  g_autofree char *text = cs_time_format_duration (now);
  g_autofree char *spoken = cs_time_format_spoken (now);
  g_autofree char *before_text = cs_time_format_duration (before);
  g_autofree char *before_spoken = cs_time_format_spoken (before);
  gboolean has_both = now != CS_UNKNOWN && before != CS_UNKNOWN;

  cs_tile_set_value (self->average_tile, text, spoken);
  set_before (self->average_tile, g_strcmp0 (text, before_text) != 0 ? (now > before) - (now < before) : 0,
              has_both ? before_text : NULL, before_spoken, figures->period_before);
}

static void
show_peak (CsMonitoringTiles         *self,
           const CsMonitoringFigures *figures)
{
  int now = cs_metrics_get_peak_hour (figures->now), before = cs_metrics_get_peak_hour (figures->before);
  g_autofree char *text = now >= 0 ? g_strdup_printf ("%d:00", now) : NULL;
  g_autofree char *before_text = now >= 0 && before >= 0 ? g_strdup_printf ("%d:00", before) : NULL;

  cs_tile_set_value (self->peak_tile, text != NULL ? text : "–", text == NULL ? _("not known") : NULL);
  set_before (self->peak_tile, before_text != NULL ? (now > before) - (now < before) : 0, before_text, NULL,
              figures->period_before);
}

static void
show_notes (CsMonitoringTiles         *self,
            const CsMonitoringFigures *figures)
{
  gboolean has_before = cs_metrics_get_total (figures->before) > 0;
  gboolean is_all = figures->now->n_estimated >= cs_metrics_get_total (figures->now);
  g_autofree char *text = NULL;

  /* Translators: %s is a period: "yesterday", "22 – 28 Jun". */
  text = g_strdup_printf (has_before ? _("Arrows compare with %s") : _("There were no calls to compare with: %s"),
                          figures->period_before);
  gtk_label_set_label (self->period_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->estimate_label), figures->now->n_estimated > 0);
  gtk_label_set_label (self->estimate_label,
                       is_all ? _("The answer rate is estimated: this account delivers no details")
                              : _("The answer rate is estimated: some calls came without details"));
}

static void
cs_monitoring_tiles_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cs_monitoring_tiles_parent_class)->dispose (object);
}

static void
cs_monitoring_tiles_class_init (CsMonitoringTilesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_monitoring_tiles_dispose;

  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_TILE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-monitoring-tiles.ui");
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, total_tile);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, answer_rate_tile);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, missed_calls_tile);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, busy_failed_tile);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, average_tile);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, peak_tile);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, period_label);
  gtk_widget_class_bind_template_child (widget_class, CsMonitoringTiles, estimate_label);
}

static void
cs_monitoring_tiles_init (CsMonitoringTiles *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_monitoring_tiles_set_figures:
 * @self: the tiles
 * @figures: what to show
 */
void
cs_monitoring_tiles_set_figures (CsMonitoringTiles         *self,
                                 const CsMonitoringFigures *figures)
{
  const CsMetrics *now, *before;

  g_return_if_fail (CS_IS_MONITORING_TILES (self));
  g_return_if_fail (figures != NULL);

  now = figures->now;
  before = figures->before;
  set_count (self->total_tile, figures, cs_metrics_get_total (now), cs_metrics_get_total (before));
  set_count (self->missed_calls_tile, figures, cs_metrics_get_part (now, CS_PART_MISSED),
             cs_metrics_get_part (before, CS_PART_MISSED));
  set_count (self->busy_failed_tile, figures,
             cs_metrics_get_part (now, CS_PART_BUSY) + cs_metrics_get_part (now, CS_PART_FAILED),
             cs_metrics_get_part (before, CS_PART_BUSY) + cs_metrics_get_part (before, CS_PART_FAILED));
  show_rate (self, figures);
  show_average (self, figures);
  show_peak (self, figures);
  show_notes (self, figures);
}
