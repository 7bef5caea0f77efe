/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-text-scale.h"

/* Pixels to an inch, of which text has its usual size. */
#define USUAL_DPI 96.0

/**
 * cs_text_scale_get:
 * @widget: a widget
 *
 * Returns: how much larger than usual the user wants text to be: 2 at 200 %
 */
double
cs_text_scale_get (GtkWidget *widget)
{
  int dpi = -1;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), 1);

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? dpi / PANGO_SCALE / USUAL_DPI : 1;
}

/**
 * cs_text_scale_apply:
 * @widget: a widget
 * @length: how much room a text of the usual size takes, in pixels
 *
 * Returns: how much it takes in the size that the user wants
 */
int
cs_text_scale_apply (GtkWidget *widget,
                     int        length)
{
  return (int) (length * cs_text_scale_get (widget));
}
