/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_EXOTEL_PREFERENCES (cs_exotel_preferences_get_type ())
G_DECLARE_FINAL_TYPE (CsExotelPreferences, cs_exotel_preferences, CS, EXOTEL_PREFERENCES, AdwPreferencesPage)

void cs_exotel_preferences_set_settings (CsExotelPreferences *self,
                                         CsSettings          *settings);
void cs_exotel_preferences_set_engine   (CsExotelPreferences *self,
                                         CsEngine            *engine,
                                         CsSecrets           *secrets);

G_END_DECLS
