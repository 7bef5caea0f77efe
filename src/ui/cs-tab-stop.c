/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-tab-stop.h"

/*
 * CsTabStop: makes a GtkListView, or the rows of a GtkColumnView, a single stop on the way of Tab: arrow keys move in it, Tab goes on to
 * what comes after it. GTK 4.8 would stop at each row, of which there may be a million.
 */
struct _CsTabStop {
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (CsTabStop, cs_tab_stop, ADW_TYPE_BIN)

/* The list that the focus is in. */
static GtkWidget *
find_focused_list (GtkWidget *widget)
{
  while (widget != NULL && !GTK_IS_LIST_VIEW (widget))
    widget = gtk_widget_get_focus_child (widget);
  return widget;
}

static gboolean
cs_tab_stop_focus (GtkWidget        *widget,
                   GtkDirectionType  direction)
{
  GtkWidget *list = find_focused_list (widget), *row, *header;

  if (list == NULL || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return GTK_WIDGET_CLASS (cs_tab_stop_parent_class)->focus (widget, direction);

  /* A row may have buttons in it. */
  row = gtk_widget_get_focus_child (list);
  if (row != NULL && gtk_widget_child_focus (row, direction))
    return TRUE;
  header = gtk_widget_get_prev_sibling (list);
  return direction == GTK_DIR_TAB_BACKWARD && header != NULL && gtk_widget_child_focus (header, direction);
}

static void
cs_tab_stop_class_init (CsTabStopClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = cs_tab_stop_focus;
}

static void
cs_tab_stop_init (CsTabStop *self)
{
}
