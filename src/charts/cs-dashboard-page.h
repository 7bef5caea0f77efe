/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <pango/pangocairo.h>

#include "charts/cs-bar-chart.h"

G_BEGIN_DECLS

/* A4 landscape, in points. */
#define CS_DASHBOARD_PAGE_WIDTH 841.89
#define CS_DASHBOARD_PAGE_HEIGHT 595.28

/* Pixels of a picture for each point: enough for a sheet at 180 dpi. */
#define CS_DASHBOARD_PAGE_SCALE 2.5

#define CS_DASHBOARD_PAGE_MAX_TILES 8
#define CS_DASHBOARD_PAGE_MAX_CHARTS 3

typedef enum {
  CS_DASHBOARD_PDF,
  CS_DASHBOARD_SVG,
  CS_DASHBOARD_PNG,
} CsDashboardFormat;

/* A figure. */
typedef struct {
  char *label;  /* (owned) */
  char *value;  /* (owned) */
  char *note;   /* (owned) (nullable) a word below it */
} CsDashboardTile;

/*
 * CsDashboardPage: the figures and charts of a page as they go on paper or into a file: one sheet, light, whatever the window
 * looks like. Filled by its maker, then drawn in any thread.
 */
typedef struct {
  char *title;      /* (owned) */
  char *period;     /* (owned) */
  char *footnote;   /* (owned) when and by what it was made */
  gboolean is_rtl;
  guint n_tiles;
  CsDashboardTile tiles[CS_DASHBOARD_PAGE_MAX_TILES];
  guint n_charts;
  CsBarChart *charts[CS_DASHBOARD_PAGE_MAX_CHARTS]; /* (owned) */
} CsDashboardPage;

CsDashboardPage *cs_dashboard_page_new       (const char             *title,
                                              const char             *period,
                                              const char             *footnote);
void             cs_dashboard_page_free      (CsDashboardPage        *self);
void             cs_dashboard_page_add_tile  (CsDashboardPage        *self,
                                              const char             *label,
                                              const char             *value,
                                              const char             *note);
void             cs_dashboard_page_add_chart (CsDashboardPage        *self,
                                              CsBarChart             *chart);
void             cs_dashboard_page_draw      (const CsDashboardPage  *self,
                                              cairo_t                *cr,
                                              double                  width,
                                              double                  height);
gboolean         cs_dashboard_page_write     (const CsDashboardPage  *self,
                                              CsDashboardFormat       format,
                                              GOutputStream          *stream,
                                              GCancellable           *cancellable,
                                              GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsDashboardPage, cs_dashboard_page_free)

G_END_DECLS
