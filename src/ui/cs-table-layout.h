/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_TABLE_LAYOUT (cs_table_layout_get_type ())
G_DECLARE_FINAL_TYPE (CsTableLayout, cs_table_layout, CS, TABLE_LAYOUT, GtkLayoutManager)

#define CS_TABLE_LAYOUT_MAX_COLUMNS 8

/* A column, the same for every row of a table. Widths are in digits of the font, so that columns stand under each other. */
typedef struct {
  int digits;         /* 0: takes what the others leave */
  int narrow_digits;  /* where the row is narrow; 0 hides the column, unless digits is 0, too */
  int least_digits;   /* where there isn't even room for these: large text in a narrow window; likewise */
} CsTableColumn;

GtkLayoutManager *cs_table_layout_new (const CsTableColumn *columns,
                                       guint                n_columns);

G_END_DECLS
