/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_NOTIFICATION_PREFERENCES (cs_notification_preferences_get_type ())
G_DECLARE_FINAL_TYPE (CsNotificationPreferences, cs_notification_preferences, CS, NOTIFICATION_PREFERENCES, AdwPreferencesPage)

void cs_notification_preferences_set_settings  (CsNotificationPreferences *self,
                                                GSettings                 *settings);
void cs_notification_preferences_set_available (CsNotificationPreferences *self,
                                                gboolean                   is_available);

G_END_DECLS
