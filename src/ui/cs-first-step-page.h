/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_FIRST_STEP_PAGE (cs_first_step_page_get_type ())
G_DECLARE_FINAL_TYPE (CsFirstStepPage, cs_first_step_page, CS, FIRST_STEP_PAGE, AdwBin)

void cs_first_step_page_set_settings   (CsFirstStepPage *self,
                                        GSettings       *settings);
void cs_first_step_page_apply_snapshot (CsFirstStepPage *self,
                                        CsSnapshot      *snapshot);

G_END_DECLS
