/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_TODAY_PAGE (cs_today_page_get_type ())
G_DECLARE_FINAL_TYPE (CsTodayPage, cs_today_page, CS, TODAY_PAGE, AdwBin)

void cs_today_page_apply_snapshot (CsTodayPage *self,
                                   CsSnapshot  *snapshot);

G_END_DECLS
