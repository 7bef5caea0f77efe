/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_DATABASE_GROUP (cs_order_database_group_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderDatabaseGroup, cs_order_database_group, CS, ORDER_DATABASE_GROUP, AdwPreferencesGroup)

void cs_order_database_group_set_settings (CsOrderDatabaseGroup *self,
                                           CsSettings           *settings);
void cs_order_database_group_set_engine   (CsOrderDatabaseGroup *self,
                                           CsEngine             *engine,
                                           CsSecrets            *secrets);

G_END_DECLS
