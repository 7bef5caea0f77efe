/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDERS_PAGE (cs_orders_page_get_type ())
G_DECLARE_FINAL_TYPE (CsOrdersPage, cs_orders_page, CS, ORDERS_PAGE, AdwBin)

void cs_orders_page_set_engine     (CsOrdersPage *self,
                                    CsEngine     *engine,
                                    CsSettings   *settings);
void cs_orders_page_apply_snapshot (CsOrdersPage *self,
                                    CsSnapshot   *snapshot);

G_END_DECLS
