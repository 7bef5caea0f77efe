/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_QUERIES (cs_order_queries_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderQueries, cs_order_queries, CS, ORDER_QUERIES, AdwBin)

void cs_order_queries_apply_snapshot (CsOrderQueries *self,
                                      CsSnapshot     *snapshot);

G_END_DECLS
