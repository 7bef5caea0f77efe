/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "engine/cs-report.h"
#include "ui/cs-answer-rate.h"

G_BEGIN_DECLS

#define CS_TYPE_NUMBER_ROW (cs_number_row_get_type ())
G_DECLARE_FINAL_TYPE (CsNumberRow, cs_number_row, CS, NUMBER_ROW, GtkListBoxRow)

GtkLayoutManager *cs_number_row_create_layout (void);
char             *cs_number_get_title         (const CsReportNumber *number);
GtkWidget        *cs_number_row_new           (void);
void              cs_number_row_set_number    (CsNumberRow          *self,
                                               const CsReportNumber *number,
                                               CsHealthStatus        health,
                                               gboolean              is_one_status,
                                               const CsRatingLimits *limits);

G_END_DECLS
