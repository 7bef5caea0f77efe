/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_COLUMNS_LAYOUT (cs_columns_layout_get_type ())
G_DECLARE_FINAL_TYPE (CsColumnsLayout, cs_columns_layout, CS, COLUMNS_LAYOUT, GtkLayoutManager)

G_END_DECLS
