/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_ORDERS_LAYOUT (cs_orders_layout_get_type ())
G_DECLARE_FINAL_TYPE (CsOrdersLayout, cs_orders_layout, CS, ORDERS_LAYOUT, GtkLayoutManager)

G_END_DECLS
