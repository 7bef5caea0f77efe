/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "store/cs-store-list.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_COLUMNS (cs_call_columns_get_type ())
G_DECLARE_FINAL_TYPE (CsCallColumns, cs_call_columns, CS, CALL_COLUMNS, GObject)

/* Signal "sorted" (CsCallColumns *columns): the user wants another order. */
CsCallColumns *cs_call_columns_new         (GtkColumnView *column_view,
                                            GtkListView   *list_view);
void           cs_call_columns_set_zone    (CsCallColumns *self,
                                            GTimeZone     *zone);
void           cs_call_columns_fit         (CsCallColumns *self,
                                            int            width);
void           cs_call_columns_get_sort    (CsCallColumns *self,
                                            CsCallSort    *sort,
                                            gboolean      *is_ascending);

G_END_DECLS
