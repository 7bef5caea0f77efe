/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-health-strip.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "ui/cs-health-key.h"

/* So many troubles are told one by one; a screen reader's user has better things to do than to hear of more. */
#define MAX_TOLD 5

/*
 * CsHealthStrip: the last seven days as a strip of colours and heights. For a screen reader it is an image described by what
 * was wrong and when; for the pointer each time has a tooltip.
 */
struct _CsHealthStrip {
  GtkWidget parent_instance;

  CsHealthTimeline *timeline;  /* (owned) (nullable) */
  GTimeZone *zone;             /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsHealthStrip, cs_health_strip, GTK_TYPE_WIDGET)

static char *
format_time (CsHealthStrip *self,
             gint64         time_us,
             const char    *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) time = g_date_time_to_timezone (utc, self->zone);

  return g_date_time_format (time, format);
}

/* "Tue 14:00 – 14:30: Some numbers affected". */
static char *
describe_span (CsHealthStrip      *self,
               const CsHealthSpan *span)
{
  g_autofree char *first_day = format_time (self, span->from_us, "%F");
  g_autofree char *last_day = format_time (self, span->to_us, "%F");
  g_autofree char *from = format_time (self, span->from_us, C_("day of this week", "%a %H:%M"));
  g_autofree char *to = format_time (self, span->to_us, g_str_equal (first_day, last_day) ? C_("time of day", "%H:%M")
                                                                                         : C_("day of this week", "%a %H:%M"));

  /* Translators: from when, until when, and how the numbers were: "Tue 14:00 – 14:30: Some numbers affected". */
  return g_strdup_printf (C_("health", "%s – %s: %s"), from, to, cs_health_status_get_word (span->status));
}

static gboolean
is_trouble (const CsHealthSpan *span)
{
  return span->status == CS_HEALTH_WARNING || span->status == CS_HEALTH_CRITICAL;
}

static void
append_line (GString    *text,
             const char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

static void
update_description (CsHealthStrip *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean was_heard = FALSE;
  guint n_troubles = 0;

  for (guint i = 0; i < self->timeline->spans->len; i++) {
    const CsHealthSpan *span = &g_array_index (self->timeline->spans, CsHealthSpan, i);
    g_autofree char *line = NULL;

    was_heard = was_heard || span->status != CS_HEALTH_UNKNOWN;
    if (!is_trouble (span) || n_troubles++ >= MAX_TOLD)
      continue;
    line = describe_span (self, span);
    append_line (text, line);
  }
  if (n_troubles > MAX_TOLD) {
    guint n_more = n_troubles - MAX_TOLD;
    g_autofree char *line = g_strdup_printf (ngettext ("and %u other time", "and %u other times", n_more), n_more);

    append_line (text, line);
  }
  if (n_troubles == 0)
    g_string_assign (text, was_heard ? _("No number was affected as far as is known") : _("Nothing was heard"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
}

static gboolean
on_query_tooltip (CsHealthStrip *self,
                  int            x,
                  int            y,
                  gboolean       is_by_keyboard,
                  GtkTooltip    *tooltip)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const CsHealthSpan *span = NULL;
  g_autofree char *text = NULL;

  if (self->timeline != NULL && !is_by_keyboard)
    span = cs_health_timeline_find (self->timeline, x, gtk_widget_get_width (widget), is_rtl);
  if (span == NULL)
    return FALSE;
  text = describe_span (self, span);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
cs_health_strip_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  double height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 180;
    *natural = 420;
    return;
  }
  cs_health_timeline_get_height (gtk_widget_get_pango_context (widget), &height);
  *minimum = *natural = (int) ceil (height);
}

static void
cs_health_strip_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  CsHealthStrip *self = CS_HEALTH_STRIP (widget);
  AdwStyleManager *style = adw_style_manager_get_default ();
  CsPaletteVariant variant =
      cs_palette_variant_from_style (adw_style_manager_get_dark (style), adw_style_manager_get_high_contrast (style));
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr;

  if (self->timeline == NULL || width <= 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cs_health_timeline_draw (self->timeline, cr, gtk_widget_get_pango_context (widget), cs_palette_get (variant), width,
                           gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  cairo_destroy (cr);
}

static void
cs_health_strip_finalize (GObject *object)
{
  CsHealthStrip *self = CS_HEALTH_STRIP (object);

  g_clear_pointer (&self->timeline, cs_health_timeline_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);

  G_OBJECT_CLASS (cs_health_strip_parent_class)->finalize (object);
}

static void
cs_health_strip_class_init (CsHealthStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cs_health_strip_finalize;
  widget_class->measure = cs_health_strip_measure;
  widget_class->snapshot = cs_health_strip_snapshot;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cs_health_strip_init (CsHealthStrip *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Health in the last seven days"), -1);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

/**
 * cs_health_strip_set_timeline:
 * @self: a strip
 * @timeline: (transfer full): what to draw
 * @zone: whose days and hours they are
 */
void
cs_health_strip_set_timeline (CsHealthStrip    *self,
                              CsHealthTimeline *timeline,
                              GTimeZone        *zone)
{
  g_return_if_fail (CS_IS_HEALTH_STRIP (self));
  g_return_if_fail (timeline != NULL);
  g_return_if_fail (zone != NULL);

  g_clear_pointer (&self->timeline, cs_health_timeline_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->timeline = timeline;
  self->zone = g_time_zone_ref (zone);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
