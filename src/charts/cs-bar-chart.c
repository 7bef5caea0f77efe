/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-axis.h"
#include "charts/cs-bar-chart.h"

#include <glib/gi18n.h>
#include <math.h>

static double
clean_value (double value)
{
  /* Written so that what is not a number fails it, too. */
  if (!(value > 0))
    return 0;
  return MIN (value, CS_BAR_CHART_MAX_VALUE);
}

static gboolean
columns_equal (const CsBarColumn *a,
               const CsBarColumn *b)
{
  if (a->id != b->id || clean_value (a->usual) != clean_value (b->usual))
    return FALSE;

  for (int i = 0; i < CS_BAR_CHART_MAX_PARTS; i++)
    {
      if (clean_value (a->values[i]) != clean_value (b->values[i]))
        return FALSE;
    }
  return g_str_equal (a->label, b->label) && g_strcmp0 (a->short_label, b->short_label) == 0 &&
         g_str_equal (a->name, b->name) && g_str_equal (a->text, b->text);
}

/* An empty chart; its maker adds parts, then columns, and sets usual_name, marker_name and marked where it needs them. */
CsBarChart *
cs_bar_chart_new (const char  *title,
                  CsBarLabels  labels)
{
  CsBarChart *self;

  g_return_val_if_fail (title != NULL, NULL);

  self = g_new0 (CsBarChart, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->title = g_strdup (title);
  self->labels = labels;
  self->marked = -1;
  return self;
}

CsBarChart *
cs_bar_chart_ref (CsBarChart *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
cs_bar_chart_unref (CsBarChart *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_parts; i++)
    g_free (self->parts[i].name);
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_free (self->columns[i].label);
      g_free (self->columns[i].short_label);
      g_free (self->columns[i].name);
      g_free (self->columns[i].text);
    }
  g_free (self->title);
  g_free (self->usual_name);
  g_free (self->marker_name);
  g_free (self);
}

/* Returns the part's index in the columns' values. */
guint
cs_bar_chart_add_part (CsBarChart *self,
                       const char *name,
                       CsFill      fill)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (name != NULL, 0);
  g_return_val_if_fail (self->n_parts < CS_BAR_CHART_MAX_PARTS, 0);

  self->parts[self->n_parts] = (CsBarPart) { .name = g_strdup (name), .fill = fill };
  return self->n_parts++;
}

/* Returns (transfer none) the new column, at the end of the category axis, for its maker to fill in values and short label. */
CsBarColumn *
cs_bar_chart_add_column (CsBarChart *self,
                         guint       id,
                         const char *label,
                         const char *name,
                         const char *text)
{
  CsBarColumn *column;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (label != NULL && name != NULL && text != NULL, NULL);
  g_return_val_if_fail (self->n_columns < CS_BAR_CHART_MAX_COLUMNS, NULL);

  column = &self->columns[self->n_columns++];
  column->id = id;
  column->label = g_utf8_make_valid (label, -1);
  column->name = g_utf8_make_valid (name, -1);
  column->text = g_utf8_make_valid (text, -1);
  return column;
}

/* The index of the column with this id, or -1. */
int
cs_bar_chart_find_column (const CsBarChart *self,
                          guint             id)
{
  for (guint i = 0; i < self->n_columns; i++)
    {
      if (self->columns[i].id == id)
        return i;
    }
  return -1;
}

/* From 0 to CS_BAR_CHART_MAX_VALUE, whatever the data say. */
double
cs_bar_chart_get_value (const CsBarChart *self,
                        guint             column,
                        guint             part)
{
  g_return_val_if_fail (column < self->n_columns && part < self->n_parts, 0);

  return clean_value (self->columns[column].values[part]);
}

/* From 0 to CS_BAR_CHART_MAX_VALUE, whatever the data say. */
double
cs_bar_chart_get_usual (const CsBarChart *self,
                        guint             column)
{
  g_return_val_if_fail (column < self->n_columns, 0);

  return clean_value (self->columns[column].usual);
}

/* The whole stack. */
double
cs_bar_chart_get_total (const CsBarChart *self,
                        guint             column)
{
  double total = 0;

  for (guint i = 0; i < self->n_parts; i++)
    total += cs_bar_chart_get_value (self, column, i);
  return total;
}

/* What the axis must have room for. */
double
cs_bar_chart_get_highest (const CsBarChart *self)
{
  double highest = 0;

  for (guint i = 0; i < self->n_columns; i++)
    {
      highest = MAX (highest, cs_bar_chart_get_total (self, i));
      highest = MAX (highest, cs_bar_chart_get_usual (self, i));
    }
  return highest;
}

/* "6 of 47 (13 %)", or the count alone where there is nothing to be a share of. (transfer full) */
char *
cs_bar_chart_format_share (guint64 count,
                           guint64 total)
{
  g_autofree char *count_text = cs_axis_format_value (count);
  g_autofree char *total_text = cs_axis_format_value (total);

  if (total == 0)
    return g_steal_pointer (&count_text);

  /* Translators: a number of calls, the number of all calls, and the first in percent of the second: "6 of 47 (13 %)". */
  return g_strdup_printf (C_("chart", "%s of %s (%.0f %%)"), count_text, total_text, round (100.0 * count / total));
}

/* Whether both look and read the same. */
gboolean
cs_bar_chart_equal (const CsBarChart *a,
                    const CsBarChart *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL)
    return FALSE;
  if (a->labels != b->labels || a->marked != b->marked || a->n_parts != b->n_parts || a->n_columns != b->n_columns)
    return FALSE;
  if (!g_str_equal (a->title, b->title) || g_strcmp0 (a->usual_name, b->usual_name) != 0 ||
      g_strcmp0 (a->marker_name, b->marker_name) != 0)
    return FALSE;

  for (guint i = 0; i < a->n_parts; i++)
    {
      if (a->parts[i].fill != b->parts[i].fill || !g_str_equal (a->parts[i].name, b->parts[i].name))
        return FALSE;
    }
  for (guint i = 0; i < a->n_columns; i++)
    {
      if (!columns_equal (&a->columns[i], &b->columns[i]))
        return FALSE;
    }
  return TRUE;
}
