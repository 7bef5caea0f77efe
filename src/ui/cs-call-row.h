/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_ROW (cs_call_row_get_type ())
G_DECLARE_FINAL_TYPE (CsCallRow, cs_call_row, CS, CALL_ROW, GtkListBoxRow)

GtkWidget *cs_call_row_new      (void);
CsCall    *cs_call_row_get_call (CsCallRow *self);
void       cs_call_row_set_call (CsCallRow *self,
                                 CsCall    *call,
                                 GTimeZone *zone,
                                 gint64     now_us);
void       cs_call_row_tick     (CsCallRow *self,
                                 gint64     now_us);

G_END_DECLS
