/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "charts/cs-palette.h"

G_BEGIN_DECLS

#define CS_TYPE_CHART_VIEW (cs_chart_view_get_type ())
G_DECLARE_DERIVABLE_TYPE (CsChartView, cs_chart_view, CS, CHART_VIEW, GtkWidget)

/**
 * CsChartViewClass:
 * @get_area: where an item is, in pixels of the view; left alone where there is no room yet
 * @get_words: what an item stands for ("Missed") and what it says ("6 of 47 (13 %)"); (transfer full) both
 * @find_item: the item at a point, or -1
 * @activate_item: (nullable): an item was clicked, or Enter or Space pressed on it
 */
struct _CsChartViewClass {
  GtkWidgetClass parent_class;

  void (*get_area)      (CsChartView       *self,
                         guint              index,
                         cairo_rectangle_t *area);
  void (*get_words)     (CsChartView       *self,
                         guint              index,
                         char             **name,
                         char             **text);
  int  (*find_item)     (CsChartView       *self,
                         double             x,
                         double             y);
  void (*activate_item) (CsChartView       *self,
                         guint              index);
};

void             cs_chart_view_set_n_items     (CsChartView *self,
                                                guint        n_items);
GtkWidget       *cs_chart_view_get_item        (CsChartView *self,
                                                guint        index);
int              cs_chart_view_get_hovered     (CsChartView *self);
int              cs_chart_view_get_focused     (CsChartView *self);
const char      *cs_chart_view_get_bubble_text (CsChartView *self);
const CsPalette *cs_chart_view_get_palette     (CsChartView *self);

G_END_DECLS
