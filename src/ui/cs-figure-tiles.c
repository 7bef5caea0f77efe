/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-figure-tiles.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/cs-columns-layout.h"
#include "ui/cs-tile.h"
#include "ui/cs-time-format.h"

/*
 * CsFigureTiles: the day's six figures, each with its change against the same weekday one week ago, up to the same time of day.
 *
 * A figure that nobody knows is a dash, and what has nothing to be compared with shows no change.
 */
struct _CsFigureTiles {
  GtkWidget parent_instance;

  CsTile *calls_tile;
  CsTile *rate_tile;
  CsTile *wait_tile;
  CsTile *duration_tile;
  CsTile *missed_tile;
  CsTile *callbacks_tile;
  GtkLabel *comparison_label;
};

G_DEFINE_FINAL_TYPE (CsFigureTiles, cs_figure_tiles, GTK_TYPE_WIDGET)

static void
set_count (CsTile  *tile,
           guint64  count)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  cs_tile_set_value (tile, text, NULL);
}

static void
set_duration (CsTile *tile,
              gint64  duration_us)
{
  g_autofree char *text = cs_time_format_duration (duration_us);
  g_autofree char *spoken = cs_time_format_spoken (duration_us);

  cs_tile_set_value (tile, text, spoken);
}

/* Whole per cent: 100 only where it is all of them, 0 only where it is none. */
static int
get_percent (double rate)
{
  int percent = (int) lround (rate * 100);

  if (percent == 100 && rate < 1)
    return 99;
  if (percent == 0 && rate > 0)
    return 1;
  return percent;
}

static void
set_rate (CsTile          *tile,
          const CsMetrics *metrics)
{
  g_autofree char *text = NULL;
  double rate;

  if (!cs_metrics_get_answer_rate (metrics, &rate)) {
    cs_tile_set_value (tile, "–", _("not known"));
    return;
  }
  /* Translators: a share, with the space your language puts before the per cent sign. */
  text = g_strdup_printf (C_("share", "%d %%"), get_percent (rate));
  cs_tile_set_value (tile, text, NULL);
}

static char *
describe_change (const char *amount,
                 int         direction,
                 const char *day)
{
  if (direction == 0)
    /* Translators: %s is "last Monday". */
    return g_strdup_printf (_("The same as %s until this time"), day);
  if (direction > 0)
    /* Translators: an amount ("5 calls"), and "last Monday". */
    return g_strdup_printf (_("%s more than %s until this time"), amount, day);
  return g_strdup_printf (_("%s less than %s until this time"), amount, day);
}

/* @text is the amount for the eye, @spoken the same with its unit. */
static void
set_change (CsTile     *tile,
            int         direction,
            const char *text,
            const char *spoken,
            const char *day)
{
  g_autofree char *sentence = describe_change (spoken, direction, day);

  /* Translators: a figure that has not changed. */
  cs_tile_set_change (tile, direction, direction != 0 ? text : C_("change", "unchanged"), sentence);
}

static void
set_count_change (CsTile     *tile,
                  guint64     now,
                  guint64     then,
                  gboolean    is_incoming_only,
                  const char *day)
{
  gulong amount = (gulong) (now > then ? now - then : then - now);
  g_autofree char *text = NULL;
  g_autofree char *spoken = NULL;

  if (is_incoming_only)
    text = g_strdup_printf ("%lu", amount);
  else
    /* Translators: a number of incoming calls. */
    text = g_strdup_printf (C_("change", "%lu incoming"), amount);
  spoken = g_strdup_printf (ngettext ("%lu incoming call", "%lu incoming calls", amount), amount);
  set_change (tile, (now > then) - (now < then), text, spoken, day);
}

static void
set_rate_change (CsTile          *tile,
                 const CsMetrics *now,
                 const CsMetrics *then,
                 const char      *day)
{
  g_autofree char *text = NULL;
  double rate_now, rate_then;
  int points;

  if (!cs_metrics_get_answer_rate (now, &rate_now) || !cs_metrics_get_answer_rate (then, &rate_then)) {
    cs_tile_set_change (tile, 0, NULL, NULL);
    return;
  }
  points = get_percent (rate_now) - get_percent (rate_then);
  /* Translators: difference of two percentages. */
  text = g_strdup_printf (ngettext ("%d point", "%d points", (gulong) ABS (points)), ABS (points));
  set_change (tile, points, text, text, day);
}

static void
set_duration_change (CsTile     *tile,
                     gint64      now,
                     gint64      then,
                     const char *day)
{
  g_autofree char *text = NULL;
  g_autofree char *spoken = NULL;
  gint64 seconds;

  if (now == CS_UNKNOWN || then == CS_UNKNOWN) {
    cs_tile_set_change (tile, 0, NULL, NULL);
    return;
  }
  seconds = now / G_USEC_PER_SEC - then / G_USEC_PER_SEC;
  text = cs_time_format_duration (ABS (seconds) * G_USEC_PER_SEC);
  spoken = cs_time_format_spoken (ABS (seconds) * G_USEC_PER_SEC);
  set_change (tile, (seconds > 0) - (seconds < 0), text, spoken, day);
}

static void
clear_changes (CsFigureTiles *self)
{
  cs_tile_set_change (self->calls_tile, 0, NULL, NULL);
  cs_tile_set_change (self->rate_tile, 0, NULL, NULL);
  cs_tile_set_change (self->wait_tile, 0, NULL, NULL);
  cs_tile_set_change (self->duration_tile, 0, NULL, NULL);
  cs_tile_set_change (self->missed_tile, 0, NULL, NULL);
}

/* "last Monday": the same weekday, one week ago. */
static char *
get_weekday (const CsSnapshot *snapshot)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (snapshot->made_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = utc != NULL ? g_date_time_to_timezone (utc, snapshot->zone) : NULL;
  g_autofree char *weekday = now != NULL ? g_date_time_format (now, "%A") : NULL;

  /* Translators: %s is a weekday. */
  return weekday != NULL ? g_strdup_printf (C_("weekday", "last %s"), weekday) : g_strdup (_("last week"));
}

static void
show_changes (CsFigureTiles    *self,
              const CsSnapshot *snapshot)
{
  const CsMetrics *now = &snapshot->incoming;
  const CsMetrics *then = &snapshot->usual_so_far;
  gboolean is_incoming_only = cs_metrics_get_total (&snapshot->today) == cs_metrics_get_total (now);
  g_autofree char *day = get_weekday (snapshot);
  g_autofree char *comparison = NULL;

  /* Translators: %s is "last Monday". */
  comparison = g_strdup_printf (_("Arrows compare with %s until this time"), day);
  gtk_label_set_label (self->comparison_label, comparison);

  set_count_change (self->calls_tile, cs_metrics_get_total (now), cs_metrics_get_total (then), is_incoming_only, day);
  set_rate_change (self->rate_tile, now, then, day);
  set_duration_change (self->wait_tile, cs_metrics_get_average_wait (now), cs_metrics_get_average_wait (then), day);
  set_duration_change (self->duration_tile, cs_metrics_get_average_talk (now), cs_metrics_get_average_talk (then), day);
  set_count_change (self->missed_tile, cs_metrics_get_part (now, CS_PART_MISSED), cs_metrics_get_part (then, CS_PART_MISSED), TRUE, day);
}

static void
cs_figure_tiles_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cs_figure_tiles_parent_class)->dispose (object);
}

static void
cs_figure_tiles_class_init (CsFigureTilesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = cs_figure_tiles_dispose;

  g_type_ensure (CS_TYPE_COLUMNS_LAYOUT);
  g_type_ensure (CS_TYPE_TILE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-figure-tiles.ui");
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, calls_tile);
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, rate_tile);
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, wait_tile);
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, duration_tile);
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, missed_tile);
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, callbacks_tile);
  gtk_widget_class_bind_template_child (widget_class, CsFigureTiles, comparison_label);
}

static void
cs_figure_tiles_init (CsFigureTiles *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_figure_tiles_apply_snapshot:
 * @self: the tiles
 * @snapshot: what to show
 *
 * The rates, times and the number missed are those of incoming calls, as in the bars; the number of calls covers both directions.
 */
void
cs_figure_tiles_apply_snapshot (CsFigureTiles *self,
                                CsSnapshot    *snapshot)
{
  gboolean is_comparable;

  g_return_if_fail (CS_IS_FIGURE_TILES (self));
  g_return_if_fail (snapshot != NULL);

  set_count (self->calls_tile, cs_metrics_get_total (&snapshot->today));
  set_rate (self->rate_tile, &snapshot->incoming);
  set_duration (self->wait_tile, cs_metrics_get_average_wait (&snapshot->incoming));
  set_duration (self->duration_tile, cs_metrics_get_average_talk (&snapshot->incoming));
  set_count (self->missed_tile, cs_metrics_get_part (&snapshot->incoming, CS_PART_MISSED));
  set_count (self->callbacks_tile, snapshot->n_callbacks);

  is_comparable = cs_metrics_get_total (&snapshot->usual_so_far) > 0;
  gtk_widget_set_visible (GTK_WIDGET (self->comparison_label), is_comparable);
  if (is_comparable)
    show_changes (self, snapshot);
  else
    clear_changes (self);
}
