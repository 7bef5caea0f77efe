/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_ORDER_COLUMNS (cs_order_columns_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderColumns, cs_order_columns, CS, ORDER_COLUMNS, GObject)

/* Signal "delete" (CsOrderColumns *columns, CsOrderItem *item): the user wants this order to be gone. */
CsOrderColumns *cs_order_columns_new      (GtkColumnView  *view);
void            cs_order_columns_set_zone (CsOrderColumns *self,
                                           GTimeZone      *zone);
void            cs_order_columns_fit      (CsOrderColumns *self,
                                           int             width);

G_END_DECLS
