/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A value axis from zero in whole steps of 1, 2 or 5 times a power of ten. */
typedef struct {
  double step;
  guint n_steps;  /* at least 1; the axis has n_steps + 1 ticks */
} CsAxis;

void   cs_axis_init         (CsAxis       *self,
                             double        highest,
                             guint         max_steps);
double cs_axis_get_top      (const CsAxis *self);
char  *cs_axis_format_value (double        value);

G_END_DECLS
