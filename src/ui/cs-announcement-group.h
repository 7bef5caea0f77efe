/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_ANNOUNCEMENT_GROUP (cs_announcement_group_get_type ())
G_DECLARE_FINAL_TYPE (CsAnnouncementGroup, cs_announcement_group, CS, ANNOUNCEMENT_GROUP, AdwPreferencesGroup)

void cs_announcement_group_set_settings (CsAnnouncementGroup *self,
                                         CsSettings          *settings);
void cs_announcement_group_take_file    (CsAnnouncementGroup *self,
                                         CsAnnouncement       announcement,
                                         GFile               *file);

G_END_DECLS
