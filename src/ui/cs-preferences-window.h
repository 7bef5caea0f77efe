/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-secrets.h"
#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_PREFERENCES_WINDOW (cs_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (CsPreferencesWindow, cs_preferences_window, CS, PREFERENCES_WINDOW, AdwPreferencesWindow)

CsPreferencesWindow *cs_preferences_window_new        (CsSettings          *settings);
void                 cs_preferences_window_set_engine (CsPreferencesWindow *self,
                                                       CsEngine            *engine,
                                                       CsSecrets           *secrets);
void                 cs_preferences_window_set_desktop (CsPreferencesWindow *self,
                                                        gboolean             shows_notifications,
                                                        const char          *background_problem);

G_END_DECLS
