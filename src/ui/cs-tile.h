/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "ui/cs-answer-rate.h"

G_BEGIN_DECLS

#define CS_TYPE_TILE (cs_tile_get_type ())
G_DECLARE_FINAL_TYPE (CsTile, cs_tile, CS, TILE, GtkWidget)

void cs_tile_set_value  (CsTile     *self,
                         const char *value,
                         const char *spoken);
void cs_tile_set_rating (CsTile     *self,
                         CsRating    rating);
void cs_tile_set_change (CsTile     *self,
                         int         direction,
                         const char *change,
                         const char *spoken);

G_END_DECLS
