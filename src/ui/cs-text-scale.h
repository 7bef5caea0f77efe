/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

double cs_text_scale_get   (GtkWidget *widget);
int    cs_text_scale_apply (GtkWidget *widget,
                            int        length);

G_END_DECLS
