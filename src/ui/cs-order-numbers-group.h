/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_NUMBERS_GROUP (cs_order_numbers_group_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderNumbersGroup, cs_order_numbers_group, CS, ORDER_NUMBERS_GROUP, AdwPreferencesGroup)

void     cs_order_numbers_group_set_settings (CsOrderNumbersGroup *self,
                                              CsSettings          *settings);
gboolean cs_order_numbers_group_is_number    (const char          *text);

G_END_DECLS
