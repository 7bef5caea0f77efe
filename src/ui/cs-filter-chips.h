/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "store/cs-store-list.h"

G_BEGIN_DECLS

#define CS_TYPE_FILTER_CHIPS (cs_filter_chips_get_type ())
G_DECLARE_FINAL_TYPE (CsFilterChips, cs_filter_chips, CS, FILTER_CHIPS, AdwBin)

/* Signal "changed" (CsFilterChips *chips): other calls are wanted. */
void     cs_filter_chips_set_numbers (CsFilterChips *self,
                                      GPtrArray     *numbers);
void     cs_filter_chips_set_text    (CsFilterChips *self,
                                      const char    *text);
void     cs_filter_chips_fill        (CsFilterChips *self,
                                      GTimeZone     *zone,
                                      gint64         now_us,
                                      CsCallQuery   *query);

G_END_DECLS
