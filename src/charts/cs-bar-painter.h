/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "charts/cs-bar-layout.h"

G_BEGIN_DECLS

/* What the pointer, the keyboard and an animation do to a chart; a file has none of it. */
typedef struct {
  const CsBarHeights *heights;  /* (nullable) NULL for the chart's own */
  int hovered;                  /* index of the column under the pointer, or -1 */
  int focused;                  /* index of the column with the focus ring, or -1 */
  const char *bubble;           /* (nullable) a text beside the hovered or else the focused column */
} CsBarState;

/*
 * On a page or in a picture:
 *
 *   PangoContext *context = pango_cairo_create_context (cr);     (set a font description on it, unref it)
 *   g_autoptr (CsBarLayout) layout = cs_bar_layout_new (chart, context, 480, 240, FALSE);
 *   cs_bar_painter_draw (layout, cr, cs_palette_get (CS_PALETTE_LIGHT), NULL);
 */
void cs_bar_painter_draw (const CsBarLayout *layout,
                          cairo_t           *cr,
                          const CsPalette   *palette,
                          const CsBarState  *state);

G_END_DECLS
