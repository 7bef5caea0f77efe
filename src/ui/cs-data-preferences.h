/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_DATA_PREFERENCES (cs_data_preferences_get_type ())
G_DECLARE_FINAL_TYPE (CsDataPreferences, cs_data_preferences, CS, DATA_PREFERENCES, AdwPreferencesPage)

void cs_data_preferences_set_settings (CsDataPreferences *self,
                                       CsSettings        *settings);
void cs_data_preferences_set_engine   (CsDataPreferences *self,
                                       CsEngine          *engine,
                                       CsSecrets         *secrets);
void cs_data_preferences_export_to    (CsDataPreferences *self,
                                       GFile             *file);

G_END_DECLS
