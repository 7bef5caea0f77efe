/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "orders/cs-order-import.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_MAPPING_GROUP (cs_order_mapping_group_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderMappingGroup, cs_order_mapping_group, CS, ORDER_MAPPING_GROUP, AdwBin)

/* Signal "changed" (CsOrderMappingGroup *group): the user says that the columns are others; which words are unknown is to be found
 * out anew. */
void                  cs_order_mapping_group_set_preview (CsOrderMappingGroup  *self,
                                                          const CsOrderPreview *preview);
const CsOrderMapping *cs_order_mapping_group_get         (CsOrderMappingGroup  *self);
gboolean              cs_order_mapping_group_is_usable   (CsOrderMappingGroup  *self);

G_END_DECLS
