/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_FILE_ROW (cs_file_row_get_type ())
G_DECLARE_FINAL_TYPE (CsFileRow, cs_file_row, CS, FILE_ROW, AdwActionRow)

void cs_file_row_bind (CsFileRow  *self,
                       GSettings  *settings,
                       const char *key,
                       const char *question,
                       const char *without);

G_END_DECLS
