/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_SETTING_ROW (cs_setting_row_get_type ())
G_DECLARE_FINAL_TYPE (CsSettingRow, cs_setting_row, CS, SETTING_ROW, AdwEntryRow)

/* Why a text can't be the value of a setting, in a few words; NULL where it can. (transfer none) (nullable) */
typedef const char *(*CsSettingProblemFunc) (const char *text);

void cs_setting_row_bind     (CsSettingRow         *self,
                              GSettings            *settings,
                              const char           *key,
                              CsSettingProblemFunc  get_problem);
void cs_setting_row_set_name (CsSettingRow         *self,
                              const char           *name);

G_END_DECLS
