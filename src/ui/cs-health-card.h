/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "engine/cs-report.h"

G_BEGIN_DECLS

#define CS_TYPE_HEALTH_CARD (cs_health_card_get_type ())
G_DECLARE_FINAL_TYPE (CsHealthCard, cs_health_card, CS, HEALTH_CARD, GtkWidget)

void cs_health_card_set_report (CsHealthCard *self,
                                CsReport     *report);
void cs_health_card_tick       (CsHealthCard *self,
                                gint64        now_us);

G_END_DECLS
