/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-bar-layout.h"
#include "charts/cs-chart-bubble.h"
#include "charts/cs-mark.h"

#include <math.h>

#define PADDING 8
#define RADIUS 6
#define MAX_LINES 3

/* (transfer full) */
static PangoLayout *
create_text (PangoContext *context,
             const char   *text,
             double        room)
{
  PangoLayout *layout = cs_bar_layout_create_text (context, text, PANGO_SCALE_SMALL, FALSE);

  pango_layout_set_width (layout, MAX (room - 2 * PADDING, 1) * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_height (layout, -MAX_LINES);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

/* How large the bubble is with this text; room: how wide it may be. */
void
cs_chart_bubble_measure (PangoContext *context,
                         const char   *text,
                         double        room,
                         double       *width,
                         double       *height)
{
  g_autoptr (PangoLayout) layout = create_text (context, text, room);
  PangoRectangle extents;

  pango_layout_get_pixel_extents (layout, NULL, &extents);
  *width = extents.width + 2 * PADDING;
  *height = extents.height + PADDING;
}

/* Draws what is said about a part of a chart. middle: of that part, the bubble's own where it stays between 0 and room; y: of
 * its upper edge. */
void
cs_chart_bubble_draw (cairo_t         *cr,
                      PangoContext    *context,
                      const CsPalette *palette,
                      const char      *text,
                      double           room,
                      double           middle,
                      double           y)
{
  g_autoptr (PangoLayout) layout = create_text (context, text, room);
  PangoRectangle extents;
  double width, height, x;

  pango_layout_get_pixel_extents (layout, NULL, &extents);
  cs_chart_bubble_measure (context, text, room, &width, &height);
  x = round (CLAMP (middle - width / 2, 0, MAX (room - width, 0)));
  y = round (y);

  cairo_new_path (cr);
  cs_mark_trace_rounded (cr, x, y, width, height, RADIUS);
  gdk_cairo_set_source_rgba (cr, &palette->bubble);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, &palette->bubble_text);
  cairo_move_to (cr, x + PADDING - extents.x, y + round (PADDING / 2.0));
  pango_cairo_show_layout (cr, layout);
}
