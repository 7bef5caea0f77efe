/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_TAB_STOP (cs_tab_stop_get_type ())
G_DECLARE_FINAL_TYPE (CsTabStop, cs_tab_stop, CS, TAB_STOP, AdwBin)

G_END_DECLS
