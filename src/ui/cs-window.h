/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "desktop/cs-settings.h"

G_BEGIN_DECLS

#define CS_TYPE_WINDOW (cs_window_get_type ())
G_DECLARE_FINAL_TYPE (CsWindow, cs_window, CS, WINDOW, AdwApplicationWindow)

CsWindow *cs_window_new            (GtkApplication *application,
                                    GSettings      *settings);
void      cs_window_set_engine     (CsWindow       *self,
                                    CsEngine       *engine,
                                    CsSettings     *settings);
void      cs_window_apply_snapshot (CsWindow       *self,
                                    CsSnapshot     *snapshot);
void      cs_window_show_failure   (CsWindow       *self,
                                    const char     *message);

G_END_DECLS
