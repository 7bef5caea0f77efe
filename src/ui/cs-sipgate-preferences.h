/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_SIPGATE_PREFERENCES (cs_sipgate_preferences_get_type ())
G_DECLARE_FINAL_TYPE (CsSipgatePreferences, cs_sipgate_preferences, CS, SIPGATE_PREFERENCES, AdwPreferencesPage)

void cs_sipgate_preferences_set_settings (CsSipgatePreferences *self,
                                         CsSettings          *settings);
void cs_sipgate_preferences_set_engine   (CsSipgatePreferences *self,
                                         CsEngine            *engine,
                                         CsSecrets           *secrets);

G_END_DECLS
