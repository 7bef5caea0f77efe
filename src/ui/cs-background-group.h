/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_BACKGROUND_GROUP (cs_background_group_get_type ())
G_DECLARE_FINAL_TYPE (CsBackgroundGroup, cs_background_group, CS, BACKGROUND_GROUP, AdwPreferencesGroup)

void cs_background_group_set_settings (CsBackgroundGroup *self,
                                       GSettings         *settings);
void cs_background_group_set_problem  (CsBackgroundGroup *self,
                                       const char        *problem);

G_END_DECLS
