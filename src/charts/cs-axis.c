/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-axis.h"

#include <math.h>

/*
 * Chooses the finest step that needs at most max_steps (at least 1) to get beyond highest, so that the highest bar always ends
 * below the top. Calls come one by one, so a step is never a fraction. What isn't a number counts as 0.
 */
void
cs_axis_init (CsAxis *self,
              double  highest,
              guint   max_steps)
{
  static const double factors[] = { 2, 2.5, 2 };
  double step = 1;

  g_return_if_fail (self != NULL);
  g_return_if_fail (max_steps > 0);

  if (!isfinite (highest) || highest <= 0)
    {
      self->step = 1;
      self->n_steps = 1;
      return;
    }

  for (guint i = 0; floor (highest / step) + 1 > max_steps && step < highest * 2; i++)
    step = round (step * factors[i % G_N_ELEMENTS (factors)]);

  self->step = step;
  self->n_steps = floor (highest / step) + 1;
}

/* The value at the upper end. */
double
cs_axis_get_top (const CsAxis *self)
{
  return self->step * self->n_steps;
}

/* A whole number, grouped as the locale groups. */
char *
cs_axis_format_value (double value)
{
  return g_strdup_printf ("%'.0f", value);
}
