/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_DATE_RANGE (cs_date_range_get_type ())
G_DECLARE_FINAL_TYPE (CsDateRange, cs_date_range, CS, DATE_RANGE, GtkBox)

void     cs_date_range_follow_today (CsDateRange *self,
                                     GTimeZone   *zone,
                                     gint64       now_us);
void     cs_date_range_get_times    (CsDateRange *self,
                                     GTimeZone   *zone,
                                     gint64      *from_us,
                                     gint64      *to_us);
char    *cs_date_range_get_text     (CsDateRange *self);
gboolean cs_date_range_set_text     (CsDateRange *self,
                                     const char  *text);
gboolean cs_date_range_is_text      (const char  *text);

G_END_DECLS
