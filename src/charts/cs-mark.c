/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-mark.h"

static void
trace_polygon (cairo_t      *cr,
               double        x,
               double        y,
               double        size,
               const double (*points)[2],
               int           n_points)
{
  for (int i = 0; i < n_points; i++)
    cairo_line_to (cr, x + points[i][0] * size, y + points[i][1] * size);
  cairo_close_path (cr);
}

/*
 * Adds the path of a fill's own shape, in a square of the given size at x, y, to be filled: a disc, a square, a triangle, a
 * cross, a dash, a diamond, an hourglass; who can't tell the colours apart tells the shapes.
 */
void
cs_mark_trace (cairo_t *cr,
               CsFill   fill,
               double   x,
               double   y,
               double   size)
{
  static const double triangle[][2] = { { 0.5, 0.04 }, { 1.04, 0.96 }, { -0.04, 0.96 } };
  static const double cross[][2] = {
    { 0.22, 0 }, { 0.5, 0.28 }, { 0.78, 0 }, { 1, 0.22 }, { 0.72, 0.5 }, { 1, 0.78 },
    { 0.78, 1 }, { 0.5, 0.72 }, { 0.22, 1 }, { 0, 0.78 }, { 0.28, 0.5 }, { 0, 0.22 },
  };

  static const double diamond[][2] = { { 0.5, -0.04 }, { 1.04, 0.5 }, { 0.5, 1.04 }, { -0.04, 0.5 } };
  static const double hourglass[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };

  cairo_new_sub_path (cr);
  switch (fill)
    {
    case CS_FILL_ANSWERED:
      cairo_arc (cr, x + size / 2, y + size / 2, size / 2, 0, 2 * G_PI);
      cairo_close_path (cr);
      break;
    case CS_FILL_VOICEMAIL:
      cs_mark_trace_rounded (cr, x + size * 0.05, y + size * 0.05, size * 0.9, size * 0.9, 1);
      break;
    case CS_FILL_REJECTED:
      trace_polygon (cr, x, y, size, triangle, G_N_ELEMENTS (triangle));
      break;
    case CS_FILL_MISSED:
      trace_polygon (cr, x, y, size, cross, G_N_ELEMENTS (cross));
      break;
    case CS_FILL_OTHER:
      cs_mark_trace_rounded (cr, x, y + size * 0.35, size, size * 0.3, size * 0.15);
      break;
    case CS_FILL_CALLS:
      cs_mark_trace_rounded (cr, x, y, size, size, size * 0.25);
      break;
    case CS_FILL_FAILED:
      trace_polygon (cr, x, y, size, diamond, G_N_ELEMENTS (diamond));
      break;
    case CS_FILL_MENU_ONLY:
      trace_polygon (cr, x, y, size, hourglass, G_N_ELEMENTS (hourglass));
      break;
    }
}

/* Adds the path of a rectangle with round corners. */
void
cs_mark_trace_rounded (cairo_t *cr,
                       double   x,
                       double   y,
                       double   width,
                       double   height,
                       double   radius)
{
  radius = MIN (radius, MIN (width, height) / 2);

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}
