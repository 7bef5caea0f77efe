/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "charts/cs-palette.h"

G_BEGIN_DECLS

#define CS_BAR_CHART_MAX_COLUMNS 32
#define CS_BAR_CHART_MAX_PARTS 7
#define CS_BAR_CHART_MAX_VALUE 1e15

/* One bar, or one stack of parts. */
typedef struct {
  guint id;                               /* what the column stands for: a CsBar, an hour of the day */
  char *label;                            /* (owned) below the bar */
  char *short_label;                      /* (owned) (nullable) in its place where the labels of all columns don't fit */
  char *name;                             /* (owned) its name in a tooltip and for a screen reader: "Missed", "14:00–15:00" */
  char *text;                             /* (owned) its value in words: "6 of 47 (13 %)" */
  double values[CS_BAR_CHART_MAX_PARTS];  /* from the baseline upwards; what is negative or not a number is drawn as 0 */
  double usual;                           /* the lighter bar behind; 0 for none */
} CsBarColumn;

/* One colour, present in any number of columns. */
typedef struct {
  char *name;  /* (owned) for the legend */
  CsFill fill;
} CsBarPart;

/* How labels that have no room make do. */
typedef enum {
  CS_BAR_LABELS_WRAP,  /* categories: two lines, short labels, an ellipsis; each with its shape, the value above the bar */
  CS_BAR_LABELS_THIN,  /* a sequence: only every second, third, … label; the values are read off the axis */
} CsBarLabels;

/*
 * CsBarChart: what a bar chart shows, as plain data.
 *
 * Built once by its maker (cs_outcome_chart_new(), cs_hour_chart_new()), never changed afterwards. Draw it with
 * cs_bar_layout_new() and cs_bar_painter_draw() on any cairo_t, or give it to a CsBarChartView.
 */
typedef struct {
  gatomicrefcount ref_count;
  char *title;          /* (owned) the chart's accessible name */
  CsBarLabels labels;
  char *usual_name;     /* (owned) (nullable) the legend's word for the lighter bars; NULL where there are none */
  char *marker_name;    /* (owned) (nullable) the word at the marked column: "now" */
  int marked;           /* index of the marked column, or -1 */
  guint n_parts;
  CsBarPart parts[CS_BAR_CHART_MAX_PARTS];
  guint n_columns;
  CsBarColumn columns[CS_BAR_CHART_MAX_COLUMNS];
} CsBarChart;

CsBarChart  *cs_bar_chart_new            (const char       *title,
                                          CsBarLabels       labels);
CsBarChart  *cs_bar_chart_ref            (CsBarChart       *self);
void         cs_bar_chart_unref          (CsBarChart       *self);
guint        cs_bar_chart_add_part       (CsBarChart       *self,
                                          const char       *name,
                                          CsFill            fill);
CsBarColumn *cs_bar_chart_add_column     (CsBarChart       *self,
                                          guint             id,
                                          const char       *label,
                                          const char       *name,
                                          const char       *text);
int          cs_bar_chart_find_column    (const CsBarChart *self,
                                          guint             id);
double       cs_bar_chart_get_value      (const CsBarChart *self,
                                          guint             column,
                                          guint             part);
double       cs_bar_chart_get_usual      (const CsBarChart *self,
                                          guint             column);
double       cs_bar_chart_get_total      (const CsBarChart *self,
                                          guint             column);
double       cs_bar_chart_get_highest    (const CsBarChart *self);
char        *cs_bar_chart_format_share   (guint64           count,
                                          guint64           total);
gboolean     cs_bar_chart_equal          (const CsBarChart *a,
                                          const CsBarChart *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsBarChart, cs_bar_chart_unref)

G_END_DECLS
