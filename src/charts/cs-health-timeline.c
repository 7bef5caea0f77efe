/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-health-timeline.h"

#include <glib/gi18n.h>
#include <math.h>

#include "calls/cs-day.h"

#define BAND_HEIGHT 28.0
#define LABEL_GAP 4.0
#define LABEL_SCALE 0.83
/* What lasted for a few minutes of a week is still this wide. */
#define LEAST_WIDTH 3.0

/* Share of the band's height. */
static const double heights[CS_N_HEALTH_STATUSES] = {
  [CS_HEALTH_UNKNOWN] = 0.1, [CS_HEALTH_OK] = 0.45, [CS_HEALTH_WARNING] = 0.75, [CS_HEALTH_CRITICAL] = 1, [CS_HEALTH_STALE] = 0.1,
};

static const GdkRGBA *
get_colour (const CsPalette *palette,
            CsHealthStatus   status)
{
  switch (status)
    {
    case CS_HEALTH_OK:
      return &palette->fills[CS_FILL_ANSWERED];
    case CS_HEALTH_WARNING:
      return &palette->fills[CS_FILL_REJECTED];
    case CS_HEALTH_CRITICAL:
      return &palette->fills[CS_FILL_MISSED];
    case CS_HEALTH_UNKNOWN:
    case CS_HEALTH_STALE:
      return &palette->baseline;
    }
  return &palette->baseline;
}

static double
get_x (const CsHealthTimeline *self,
       gint64                  time_us,
       double                  width)
{
  return width * (time_us - self->from_us) / (self->to_us - self->from_us);
}

static double
get_least_width (CsHealthStatus status)
{
  return status == CS_HEALTH_WARNING || status == CS_HEALTH_CRITICAL ? LEAST_WIDTH : 0;
}

static PangoLayout *
create_label (PangoContext *context,
              const char   *text)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (LABEL_SCALE));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static void
fill_span (cairo_t         *cr,
           const CsPalette *palette,
           CsHealthStatus   status,
           double           x,
           double           width,
           double           band)
{
  double height = MAX (round (heights[status] * band), 2);

  gdk_cairo_set_source_rgba (cr, get_colour (palette, status));
  cairo_rectangle (cr, x, band - height, width, height);
  cairo_fill (cr);
}

/* The better ones first, so that a short bad one isn't painted over. */
static void
draw_spans (const CsHealthTimeline *self,
            cairo_t                *cr,
            const CsPalette        *palette,
            double                  width,
            gboolean                is_rtl)
{
  for (int status = 0; status < CS_N_HEALTH_STATUSES; status++)
    {
      for (guint i = 0; i < self->spans->len; i++)
        {
          cairo_rectangle_t area;

          if ((int) g_array_index (self->spans, CsHealthSpan, i).status != status)
            continue;
          cs_health_timeline_get_area (self, i, width, is_rtl, &area);
          fill_span (cr, palette, status, area.x, area.width, BAND_HEIGHT);
        }
    }
}

/* A day's border is a gap in the colours. */
static void
draw_borders (const CsHealthTimeline *self,
              cairo_t                *cr,
              const CsPalette        *palette,
              double                  width,
              gboolean                is_rtl)
{
  gdk_cairo_set_source_rgba (cr, &palette->background);
  for (guint day = 1; day < self->n_days; day++)
    {
      double x = get_x (self, self->day_starts[day], width);

      cairo_rectangle (cr, round (is_rtl ? width - x : x) - 1, 0, 2, BAND_HEIGHT);
    }
  cairo_fill (cr);
}

/* Names each day, or, where there is less room, each second one and so on: the present one always. */
static guint
get_label_interval (const CsHealthTimeline *self,
                    PangoContext           *context,
                    double                  width)
{
  double widest = 0;
  guint interval = 1;

  for (guint day = 0; day < self->n_days; day++)
    {
      g_autoptr (PangoLayout) label = create_label (context, self->day_labels[day]);
      int label_width;

      pango_layout_get_pixel_size (label, &label_width, NULL);
      widest = MAX (widest, label_width);
    }
  while (interval < self->n_days && widest + LABEL_GAP > interval * width / self->n_days)
    interval++;
  return interval;
}

static void
draw_label (const CsHealthTimeline *self,
            guint                   day,
            cairo_t                *cr,
            PangoContext           *context,
            const CsPalette        *palette,
            double                  width,
            gboolean                is_rtl)
{
  g_autoptr (PangoLayout) label = create_label (context, self->day_labels[day]);
  gint64 end_us = day + 1 < self->n_days ? self->day_starts[day + 1] : self->to_us;
  double middle = (get_x (self, self->day_starts[day], width) + get_x (self, end_us, width)) / 2, x;
  PangoRectangle extents;

  pango_layout_get_pixel_extents (label, NULL, &extents);
  x = CLAMP ((is_rtl ? width - middle : middle) - extents.width / 2.0, 0, MAX (width - extents.width, 0));
  gdk_cairo_set_source_rgba (cr, &palette->dim_text);
  cairo_move_to (cr, round (x) - extents.x, BAND_HEIGHT + LABEL_GAP);
  pango_cairo_show_layout (cr, label);
}

/* Joins neighbours that both are shorter than least_us. */
static void
join_shorter (CsHealthTimeline *self,
              gint64            least_us)
{
  guint n = 0;

  for (guint i = 0; i < self->spans->len; i++)
    {
      CsHealthSpan span = g_array_index (self->spans, CsHealthSpan, i);
      CsHealthSpan *last = n > 0 ? &g_array_index (self->spans, CsHealthSpan, n - 1) : NULL;

      if (last == NULL || last->to_us - last->from_us >= least_us || span.to_us - span.from_us >= least_us)
        {
          g_array_index (self->spans, CsHealthSpan, n++) = span;
          continue;
        }
      last->is_mixed = last->is_mixed || span.is_mixed || span.status != last->status;
      if (heights[span.status] > heights[last->status])
        last->status = span.status;
      last->to_us = span.to_us;
    }
  g_array_set_size (self->spans, n);
}

/* Makes a timeline of the seven days up to the end of the present one in the zone, without spans. */
CsHealthTimeline *
cs_health_timeline_new (GTimeZone *zone,
                        gint64     now_us)
{
  CsHealthTimeline *self = g_new0 (CsHealthTimeline, 1);
  gint64 today_us = cs_day_get_start (zone, now_us);

  self->spans = g_array_new (FALSE, FALSE, sizeof (CsHealthSpan));
  self->n_days = CS_HEALTH_TIMELINE_MAX_DAYS;
  for (guint i = 0; i < self->n_days; i++)
    {
      g_autoptr (GDateTime) utc = NULL;
      g_autoptr (GDateTime) day = NULL;

      self->day_starts[i] = cs_day_add_days (zone, today_us, (int) i + 1 - CS_HEALTH_TIMELINE_MAX_DAYS);
      /* Noon is on the same day, whatever the clocks did at midnight. */
      utc = g_date_time_new_from_unix_utc (self->day_starts[i] / G_USEC_PER_SEC + 12 * 3600);
      day = g_date_time_to_timezone (utc, zone);
      /* Translators: abbreviated weekday, as in g_date_time_format(). */
      self->day_labels[i] = i + 1 < self->n_days ? g_date_time_format (day, C_("day of a week", "%a")) : g_strdup (_("Today"));
    }
  self->from_us = self->day_starts[0];
  self->to_us = cs_day_add_days (zone, today_us, 1);
  return self;
}

void
cs_health_timeline_free (CsHealthTimeline *self)
{
  for (guint i = 0; i < self->n_days; i++)
    g_free (self->day_labels[i]);
  g_array_unref (self->spans);
  g_free (self);
}

/* Adds a span, or as much of it as lies in the timeline. */
void
cs_health_timeline_add (CsHealthTimeline *self,
                        gint64            from_us,
                        gint64            to_us,
                        CsHealthStatus    status)
{
  CsHealthSpan span = { MAX (from_us, self->from_us), MIN (to_us, self->to_us), status, FALSE };

  g_return_if_fail ((guint) status < CS_N_HEALTH_STATUSES);

  if (span.from_us < span.to_us)
    g_array_append_val (self->spans, span);
}

/* Takes neighbours together that are too short to be told apart, until there are no more than max_spans (at least 3). One that
 * stands alone between longer ones remains. */
void
cs_health_timeline_join (CsHealthTimeline *self,
                         guint             max_spans)
{
  g_return_if_fail (max_spans >= 3);

  for (gint64 least_us = G_TIME_SPAN_MINUTE; self->spans->len > max_spans; least_us *= 2)
    join_shorter (self, least_us);
}

/* Returns the index of the worst span that is drawn within a few pixels of x, or -1. */
int
cs_health_timeline_find (const CsHealthTimeline *self,
                         double                  x,
                         double                  width,
                         gboolean                is_rtl)
{
  double place = is_rtl ? width - x : x;
  int found = -1;

  for (guint i = 0; i < self->spans->len; i++)
    {
      const CsHealthSpan *span = &g_array_index (self->spans, CsHealthSpan, i);
      double slack = get_least_width (span->status);

      if (place >= get_x (self, span->from_us, width) - slack && place <= get_x (self, span->to_us, width) + slack
          && (found < 0 || heights[span->status] > heights[g_array_index (self->spans, CsHealthSpan, found).status]))
        found = (int) i;
    }
  return found;
}

/* Where a span is drawn on the band of that width: its time, in the full height. */
void
cs_health_timeline_get_area (const CsHealthTimeline *self,
                             guint                   span,
                             double                  width,
                             gboolean                is_rtl,
                             cairo_rectangle_t      *area)
{
  const CsHealthSpan *which;
  double from, to;

  g_return_if_fail (span < self->spans->len);

  which = &g_array_index (self->spans, CsHealthSpan, span);
  from = get_x (self, which->from_us, width);
  to = MAX (get_x (self, which->to_us, width), from + get_least_width (which->status));
  *area = (cairo_rectangle_t) { is_rtl ? width - to : from, 0, to - from, BAND_HEIGHT };
}

void
cs_health_timeline_get_height (PangoContext *context,
                               double       *height)
{
  g_autoptr (PangoLayout) label = create_label (context, "0");
  int label_height;

  pango_layout_get_pixel_size (label, NULL, &label_height);
  *height = BAND_HEIGHT + LABEL_GAP + label_height;
}

/* Draws it on any cairo_t, as high as cs_health_timeline_get_height() says. */
void
cs_health_timeline_draw (const CsHealthTimeline *self,
                         cairo_t                *cr,
                         PangoContext           *context,
                         const CsPalette        *palette,
                         double                  width,
                         gboolean                is_rtl)
{
  guint interval;

  g_return_if_fail (width > 0);

  draw_spans (self, cr, palette, width, is_rtl);
  draw_borders (self, cr, palette, width, is_rtl);
  interval = get_label_interval (self, context, width);
  for (int day = (int) self->n_days - 1; day >= 0; day -= (int) interval)
    draw_label (self, (guint) day, cr, context, palette, width, is_rtl);
}

/* Draws what stands for the status in a legend, into a square of that size. */
void
cs_health_timeline_draw_key (cairo_t         *cr,
                             const CsPalette *palette,
                             CsHealthStatus   status,
                             double           size)
{
  g_return_if_fail ((guint) status < CS_N_HEALTH_STATUSES);

  fill_span (cr, palette, status, size * 0.2, size * 0.6, size);
}
