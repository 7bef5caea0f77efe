/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-health-strip.h"

#include <glib/gi18n.h>
#include <math.h>

#include "charts/cs-chart-bubble.h"
#include "charts/cs-mark.h"
#include "ui/cs-health-key.h"

/* So many troubles are told one by one; a screen reader's user has better things to do than to hear of more. */
#define MAX_TOLD 5

/* With more times than these nobody would come through by the arrow keys, and on the screen they are too narrow to be told apart. */
#define MAX_SPANS 100

/* Around the time that the keyboard or the pointer is on, and at least so wide. */
#define RING_GAP 3
#define RING_WIDTH 2
#define RING_RADIUS 4
#define MIN_RING_WIDTH 12

/*
 * CsHealthStrip: the last seven days as a strip of colours and heights. Its items are the times in which the status was the same; as
 * a whole it is described by what was wrong and when.
 */
struct _CsHealthStrip {
  CsChartView parent_instance;

  CsHealthTimeline *timeline;  /* (owned) (nullable) */
  GTimeZone *zone;             /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsHealthStrip, cs_health_strip, CS_TYPE_CHART_VIEW)

static char *
format_time (CsHealthStrip *self,
             gint64         time_us,
             const char    *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) time = g_date_time_to_timezone (utc, self->zone);

  return g_date_time_format (time, format);
}

/* "Tue 14:00 – 14:30". */
static char *
make_name (CsHealthStrip      *self,
           const CsHealthSpan *span)
{
  g_autofree char *first_day = format_time (self, span->from_us, "%F");
  g_autofree char *last_day = format_time (self, span->to_us, "%F");
  g_autofree char *from = format_time (self, span->from_us, C_("day of this week", "%a %H:%M"));
  g_autofree char *to = format_time (self, span->to_us, g_str_equal (first_day, last_day) ? C_("time of day", "%H:%M")
                                                                                         : C_("day of this week", "%a %H:%M"));

  /* Translators: from when until when: "Tue 14:00 – 14:30". */
  return g_strdup_printf (C_("health", "%s – %s"), from, to);
}

/* "Some affected". */
static char *
make_text (const CsHealthSpan *span)
{
  const char *word = cs_health_status_get_word (span->status);

  if (!span->is_mixed)
    return g_strdup (word);
  /* Translators: how the numbers were, off and on within some time: "Some affected at times". */
  return g_strdup_printf (C_("health", "%s at times"), word);
}

/* "Tue 14:00 – 14:30: Some affected". */
static char *
describe_span (CsHealthStrip      *self,
               const CsHealthSpan *span)
{
  g_autofree char *name = make_name (self, span);
  g_autofree char *text = make_text (span);

  return g_strdup_printf (C_("chart", "%s: %s"), name, text);
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
is_rtl (GtkWidget *widget)
{
  return gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
}

/* Around a span: what lasted for minutes is too narrow for a ring of its own width. */
static void
get_ring (CsHealthStrip     *self,
          int                span,
          cairo_rectangle_t *ring)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double spare;

  cs_health_timeline_get_area (self->timeline, (guint) span, gtk_widget_get_width (widget), is_rtl (widget), ring);
  spare = MAX (MIN_RING_WIDTH - ring->width, 2 * RING_GAP);
  ring->x -= spare / 2;
  ring->width += spare;
  ring->y -= RING_GAP;
  ring->height += 2 * RING_GAP;
}

static void
trace_ring (CsHealthStrip *self,
            cairo_t       *cr,
            int            span)
{
  cairo_rectangle_t ring;

  get_ring (self, span, &ring);
  cairo_new_path (cr);
  cs_mark_trace_rounded (cr, ring.x, ring.y, ring.width, ring.height, RING_RADIUS);
}

/* Above the strip, over what is there: below are the days that it tells of. */
static void
snapshot_bubble (CsHealthStrip *self,
                 GtkSnapshot   *snapshot,
                 int            span)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const char *text = cs_chart_view_get_bubble_text (CS_CHART_VIEW (self));
  double room = gtk_widget_get_width (widget), width, height;
  cairo_rectangle_t ring;
  cairo_t *cr;

  get_ring (self, span, &ring);
  cs_chart_bubble_measure (context, text, room, &width, &height);
  height += 2 * RING_GAP;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, (float) -height, (float) room, (float) height));
  cs_chart_bubble_draw (cr, context, cs_chart_view_get_palette (CS_CHART_VIEW (self)), text, room, ring.x + ring.width / 2, -height);
  cairo_destroy (cr);
}

static void
cs_health_strip_get_area (CsChartView       *view,
                          guint              index,
                          cairo_rectangle_t *area)
{
  GtkWidget *widget = GTK_WIDGET (view);

  cs_health_timeline_get_area (CS_HEALTH_STRIP (view)->timeline, index, gtk_widget_get_width (widget), is_rtl (widget), area);
}

static void
cs_health_strip_get_words (CsChartView  *view,
                           guint         index,
                           char        **name,
                           char        **text)
{
  CsHealthStrip *self = CS_HEALTH_STRIP (view);
  const CsHealthSpan *span = &g_array_index (self->timeline->spans, CsHealthSpan, index);

  *name = make_name (self, span);
  *text = make_text (span);
}

static int
cs_health_strip_find_item (CsChartView *view,
                           double       x,
                           double       y)
{
  CsHealthStrip *self = CS_HEALTH_STRIP (view);
  GtkWidget *widget = GTK_WIDGET (view);

  return self->timeline != NULL ? cs_health_timeline_find (self->timeline, x, gtk_widget_get_width (widget), is_rtl (widget)) : -1;
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
  CsChartView *view = CS_CHART_VIEW (widget);
  const CsPalette *palette = cs_chart_view_get_palette (view);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int hovered = cs_chart_view_get_hovered (view), focused = cs_chart_view_get_focused (view);
  float margin = MIN_RING_WIDTH;
  cairo_t *cr;

  if (self->timeline == NULL || width <= 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (-margin, -margin, (float) width + 2 * margin, (float) height + margin));
  if (hovered >= 0) {
    trace_ring (self, cr, hovered);
    gdk_cairo_set_source_rgba (cr, &palette->hover);
    cairo_fill (cr);
  }
  cs_health_timeline_draw (self->timeline, cr, gtk_widget_get_pango_context (widget), palette, width, is_rtl (widget));
  if (focused >= 0) {
    trace_ring (self, cr, focused);
    cairo_set_line_width (cr, RING_WIDTH);
    gdk_cairo_set_source_rgba (cr, &palette->focus);
    cairo_stroke (cr);
  }
  cairo_destroy (cr);
  if (hovered >= 0 || focused >= 0)
    snapshot_bubble (self, snapshot, hovered >= 0 ? hovered : focused);
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
  CsChartViewClass *view_class = CS_CHART_VIEW_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cs_health_strip_finalize;
  widget_class->measure = cs_health_strip_measure;
  widget_class->snapshot = cs_health_strip_snapshot;

  view_class->get_area = cs_health_strip_get_area;
  view_class->get_words = cs_health_strip_get_words;
  view_class->find_item = cs_health_strip_find_item;
}

static void
cs_health_strip_init (CsHealthStrip *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Health in the last seven days"), -1);
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
  cs_health_timeline_join (timeline, MAX_SPANS);
  update_description (self);
  cs_chart_view_set_n_items (CS_CHART_VIEW (self), timeline->spans->len);
}
