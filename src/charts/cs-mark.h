/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <cairo.h>

#include "charts/cs-palette.h"

G_BEGIN_DECLS

void cs_mark_trace         (cairo_t *cr,
                            CsFill   fill,
                            double   x,
                            double   y,
                            double   size);
void cs_mark_trace_rounded (cairo_t *cr,
                            double   x,
                            double   y,
                            double   width,
                            double   height,
                            double   radius);

G_END_DECLS
