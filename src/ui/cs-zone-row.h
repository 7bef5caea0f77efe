/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_ZONE_ROW (cs_zone_row_get_type ())
G_DECLARE_FINAL_TYPE (CsZoneRow, cs_zone_row, CS, ZONE_ROW, AdwActionRow)

void cs_zone_row_set_settings (CsZoneRow *self,
                               GSettings *settings);

G_END_DECLS
