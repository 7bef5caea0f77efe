/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "ui/cs-answer-rate.h"

G_BEGIN_DECLS

#define CS_TYPE_MONITORING_TILES (cs_monitoring_tiles_get_type ())
G_DECLARE_FINAL_TYPE (CsMonitoringTiles, cs_monitoring_tiles, CS, MONITORING_TILES, GtkWidget)

/* What the tiles show. */
typedef struct {
  const CsMetrics *now;
  const CsMetrics *before;     /* of the period before */
  const char *period_before;   /* "yesterday", "22 – 28 June" */
  gboolean is_one_status;      /* only calls that ended in one way: a rate would say nothing */
  CsRatingLimits limits;
} CsMonitoringFigures;

void cs_monitoring_tiles_set_figures (CsMonitoringTiles         *self,
                                      const CsMonitoringFigures *figures);

G_END_DECLS
