/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "engine/cs-orders-state.h"
#include "orders/cs-announcement-name.h"

G_BEGIN_DECLS

void        cs_order_look_set_state      (GtkWidget          *image,
                                          CsOrderState        state);
void        cs_order_look_set_result     (GtkWidget          *image,
                                          const CsOrderQuery *query);
const char *cs_order_look_get_result     (const CsOrderQuery *query);
const char *cs_announcement_get_title    (CsAnnouncement      announcement);
char       *cs_announcement_get_text     (CsAnnouncement      announcement,
                                          const char         *language);

G_END_DECLS
