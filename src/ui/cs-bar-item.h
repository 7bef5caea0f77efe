/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_BAR_ITEM (cs_bar_item_get_type ())

G_DECLARE_FINAL_TYPE (CsBarItem, cs_bar_item, CS, BAR_ITEM, GtkWidget)

GtkWidget  *cs_bar_item_new       (void);
void        cs_bar_item_set_place (CsBarItem  *self,
                                   guint       index,
                                   guint       n_items);
guint       cs_bar_item_get_index (CsBarItem  *self);
void        cs_bar_item_set_words (CsBarItem  *self,
                                   const char *name,
                                   const char *text);

G_END_DECLS
