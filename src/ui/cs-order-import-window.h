/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_IMPORT_WINDOW (cs_order_import_window_get_type ())
G_DECLARE_FINAL_TYPE (CsOrderImportWindow, cs_order_import_window, CS, ORDER_IMPORT_WINDOW, AdwWindow)

CsOrderImportWindow *cs_order_import_window_new (CsEngine *engine,
                                                 GFile    *file);

G_END_DECLS
