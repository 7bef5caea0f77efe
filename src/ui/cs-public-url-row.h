/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_PUBLIC_URL_ROW (cs_public_url_row_get_type ())
G_DECLARE_FINAL_TYPE (CsPublicUrlRow, cs_public_url_row, CS, PUBLIC_URL_ROW, AdwEntryRow)

void cs_public_url_row_set_settings (CsPublicUrlRow *self,
                                     GSettings      *settings);

G_END_DECLS
