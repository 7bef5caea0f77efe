/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *cs_toast_new  (const char *text);
void      cs_toast_show (GtkWidget  *widget,
                         const char *text);

G_END_DECLS
