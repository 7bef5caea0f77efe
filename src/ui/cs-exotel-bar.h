/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_EXOTEL_BAR (cs_exotel_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsExotelBar, cs_exotel_bar, CS, EXOTEL_BAR, GtkWidget)

void cs_exotel_bar_apply_snapshot (CsExotelBar *self,
                                   CsSnapshot  *snapshot,
                                   gint64       now_us);

G_END_DECLS
