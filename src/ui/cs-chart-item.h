/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_CHART_ITEM (cs_chart_item_get_type ())

G_DECLARE_FINAL_TYPE (CsChartItem, cs_chart_item, CS, CHART_ITEM, GtkWidget)

GtkWidget *cs_chart_item_new       (void);
void       cs_chart_item_set_place (CsChartItem *self,
                                    guint        index,
                                    guint        n_items);
guint      cs_chart_item_get_index (CsChartItem *self);
void       cs_chart_item_set_words (CsChartItem *self,
                                    const char  *name,
                                    const char  *text);

G_END_DECLS
