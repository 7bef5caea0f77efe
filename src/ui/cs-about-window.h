/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

GtkWidget *cs_about_window_new        (GtkWindow  *parent,
                                       CsSnapshot *snapshot);
char      *cs_about_window_describe   (CsSnapshot *snapshot);

G_END_DECLS
