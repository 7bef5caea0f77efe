/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_FIGURE_TILES (cs_figure_tiles_get_type ())
G_DECLARE_FINAL_TYPE (CsFigureTiles, cs_figure_tiles, CS, FIGURE_TILES, GtkWidget)

void cs_figure_tiles_apply_snapshot (CsFigureTiles *self,
                                     CsSnapshot    *snapshot);

G_END_DECLS
