/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <pango/pangocairo.h>

#include "calls/cs-health.h"
#include "charts/cs-palette.h"

G_BEGIN_DECLS

#define CS_HEALTH_TIMELINE_MAX_DAYS 7

/* A time in which the status was the same. */
typedef struct {
  gint64 from_us;          /* microseconds UTC */
  gint64 to_us;
  CsHealthStatus status;   /* the worst of it */
  gboolean is_mixed;       /* several short times taken together: it was so at times */
} CsHealthSpan;

/*
 * CsHealthTimeline: how the numbers were in the last days, as plain data. The spans follow each other without gaps. A status
 * has a colour and a height: the worse, the taller, so that a short outage in a week can be seen, and by everybody.
 */
typedef struct {
  gint64 from_us;
  gint64 to_us;                                          /* the end of the last day, which may lie in the future */
  GArray *spans;                                         /* (owned) (element-type CsHealthSpan) */
  guint n_days;
  gint64 day_starts[CS_HEALTH_TIMELINE_MAX_DAYS];
  char *day_labels[CS_HEALTH_TIMELINE_MAX_DAYS];         /* (owned) */
} CsHealthTimeline;

CsHealthTimeline *cs_health_timeline_new           (GTimeZone              *zone,
                                                    gint64                  now_us);
void              cs_health_timeline_free          (CsHealthTimeline       *self);
void              cs_health_timeline_add           (CsHealthTimeline       *self,
                                                    gint64                  from_us,
                                                    gint64                  to_us,
                                                    CsHealthStatus          status);
void              cs_health_timeline_join          (CsHealthTimeline       *self,
                                                    guint                   max_spans);
int               cs_health_timeline_find          (const CsHealthTimeline *self,
                                                    double                  x,
                                                    double                  width,
                                                    gboolean                is_rtl);
void              cs_health_timeline_get_area      (const CsHealthTimeline *self,
                                                    guint                   span,
                                                    double                  width,
                                                    gboolean                is_rtl,
                                                    cairo_rectangle_t      *area);
void              cs_health_timeline_get_height    (PangoContext           *context,
                                                    double                 *height);
void              cs_health_timeline_draw          (const CsHealthTimeline *self,
                                                    cairo_t                *cr,
                                                    PangoContext           *context,
                                                    const CsPalette        *palette,
                                                    double                  width,
                                                    gboolean                is_rtl);
void              cs_health_timeline_draw_key      (cairo_t                *cr,
                                                    const CsPalette        *palette,
                                                    CsHealthStatus          status,
                                                    double                  size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsHealthTimeline, cs_health_timeline_free)

G_END_DECLS
