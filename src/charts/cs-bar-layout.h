/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <pango/pangocairo.h>

#include "charts/cs-axis.h"
#include "charts/cs-bar-chart.h"

G_BEGIN_DECLS

#define CS_BAR_LAYOUT_MAX_STEPS 5

/* The figures that are drawn at one moment of an animation. */
typedef struct {
  double values[CS_BAR_CHART_MAX_COLUMNS][CS_BAR_CHART_MAX_PARTS];
  double usual[CS_BAR_CHART_MAX_COLUMNS];
  double top;  /* the value at the upper end of the axis */
} CsBarHeights;

typedef struct {
  PangoLayout *text;  /* (owned) */
  int part;           /* index of the part, or -1 for the usual */
  double x;           /* of the mark's or the text's left edge, whichever comes first */
  double y;
  double width;       /* mark, gap and text */
} CsBarLegendEntry;

/*
 * CsBarLayout: where everything of a chart goes in an area of a given size, and its texts. Made when the chart, the size or
 * the font changes; drawn by cs_bar_painter_draw() as often as needed. Lengths are those of the cairo_t it is drawn on:
 * pixels or points.
 */
typedef struct {
  CsBarChart *chart;     /* (owned) */
  gboolean is_rtl;
  double width;
  double height;
  double line_height;    /* of a small text */
  double mark_size;      /* of the shapes in labels and legend */
  CsAxis axis;
  cairo_rectangle_t plot;
  double head;           /* room above the plot for values and marker */
  double slot_width;     /* of a column and the gap around it */
  double bar_width;
  double shoulder;       /* by how much the usual bar is wider on either side */
  double label_top;
  double label_bottom;
  PangoLayout *tick_labels[CS_BAR_LAYOUT_MAX_STEPS + 1];  /* (owned) */
  PangoLayout *labels[CS_BAR_CHART_MAX_COLUMNS];          /* (owned) (nullable) NULL where thinned out */
  PangoLayout *totals[CS_BAR_CHART_MAX_COLUMNS];          /* (owned) (nullable) */
  PangoLayout *marker;                                    /* (owned) (nullable) */
  guint n_legend_entries;
  CsBarLegendEntry legend[CS_BAR_CHART_MAX_PARTS + 1];
} CsBarLayout;

CsBarLayout *cs_bar_layout_new         (CsBarChart         *chart,
                                        PangoContext       *context,
                                        double              width,
                                        double              height,
                                        gboolean            is_rtl);
void         cs_bar_layout_free        (CsBarLayout        *self);
void         cs_bar_layout_get_heights (const CsBarLayout  *self,
                                        CsBarHeights       *heights);
void         cs_bar_layout_get_slot    (const CsBarLayout  *self,
                                        guint               column,
                                        cairo_rectangle_t  *slot);
void         cs_bar_layout_get_bar     (const CsBarLayout  *self,
                                        const CsBarHeights *heights,
                                        guint               column,
                                        cairo_rectangle_t  *bar);
double       cs_bar_layout_get_y       (const CsBarLayout  *self,
                                        const CsBarHeights *heights,
                                        double              value);
int          cs_bar_layout_find_column (const CsBarLayout  *self,
                                        double              x,
                                        double              y);
PangoLayout *cs_bar_layout_create_text (PangoContext       *context,
                                        const char         *text,
                                        double              scale,
                                        gboolean            is_bold);
void         cs_bar_heights_mix        (const CsBarHeights *from,
                                        const CsBarHeights *to,
                                        double              progress,
                                        CsBarHeights       *heights);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsBarLayout, cs_bar_layout_free)

G_END_DECLS
