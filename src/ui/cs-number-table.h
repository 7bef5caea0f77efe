/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "engine/cs-report.h"
#include "ui/cs-answer-rate.h"

G_BEGIN_DECLS

#define CS_TYPE_NUMBER_TABLE (cs_number_table_get_type ())
G_DECLARE_FINAL_TYPE (CsNumberTable, cs_number_table, CS, NUMBER_TABLE, GtkWidget)

void cs_number_table_set_report (CsNumberTable        *self,
                                 CsReport             *report,
                                 gboolean              is_one_status,
                                 const CsRatingLimits *limits);

G_END_DECLS
