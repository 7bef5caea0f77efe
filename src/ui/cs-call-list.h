/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_LIST (cs_call_list_get_type ())
G_DECLARE_FINAL_TYPE (CsCallList, cs_call_list, CS, CALL_LIST, AdwBin)

void cs_call_list_set_calls (CsCallList *self,
                             GPtrArray  *calls,
                             GTimeZone  *zone,
                             gint64      now_us);
void cs_call_list_tick      (CsCallList *self,
                             gint64      now_us);

G_END_DECLS
