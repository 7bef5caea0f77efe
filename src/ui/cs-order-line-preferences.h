/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_LINE_PREFERENCES (cs_order_line_preferences_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderLinePreferences, cs_order_line_preferences, CS, ORDER_LINE_PREFERENCES, AdwPreferencesPage)

void cs_order_line_preferences_set_settings (CsOrderLinePreferences *self,
                                             CsSettings             *settings);
void cs_order_line_preferences_set_engine   (CsOrderLinePreferences *self,
                                             CsEngine               *engine,
                                             CsSecrets              *secrets);

G_END_DECLS
