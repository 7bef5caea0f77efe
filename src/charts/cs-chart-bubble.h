/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <pango/pangocairo.h>

#include "charts/cs-palette.h"

G_BEGIN_DECLS

void cs_chart_bubble_measure (PangoContext    *context,
                              const char      *text,
                              double           room,
                              double          *width,
                              double          *height);
void cs_chart_bubble_draw    (cairo_t         *cr,
                              PangoContext    *context,
                              const CsPalette *palette,
                              const char      *text,
                              double           room,
                              double           middle,
                              double           y);

G_END_DECLS
