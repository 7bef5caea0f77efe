/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_TELEPHONE (cs_order_telephone_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderTelephone, cs_order_telephone, CS, ORDER_TELEPHONE, AdwBin)

void     cs_order_telephone_set_engine (CsOrderTelephone *self,
                                        CsEngine         *engine,
                                        CsSettings       *settings);
gboolean cs_order_telephone_press      (CsOrderTelephone *self,
                                        guint             keyval);

G_END_DECLS
