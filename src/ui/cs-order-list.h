/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_LIST (cs_order_list_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderList, cs_order_list, CS, ORDER_LIST, AdwBin)

void cs_order_list_set_engine     (CsOrderList *self,
                                   CsEngine    *engine);
void cs_order_list_apply_snapshot (CsOrderList *self,
                                   CsSnapshot  *snapshot);
void cs_order_list_import_file    (CsOrderList *self,
                                   GFile       *file);

G_END_DECLS
