/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_TYPE_IMPORT_WINDOW (cs_import_window_get_type ())
G_DECLARE_FINAL_TYPE (CsImportWindow, cs_import_window, CS, IMPORT_WINDOW, AdwWindow)

/* Signal "imported" (CsImportWindow *window): the address book has changed, wholly or in part. */
CsImportWindow *cs_import_window_new (CsEngine *engine,
                                      GFile    *file);

G_END_DECLS
