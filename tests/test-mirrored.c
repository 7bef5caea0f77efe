/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "pages-fixture.h"

/* Where text runs from the right everything stands mirrored, and what is written stays in sight: in the window, and in the table whose
 * row it belongs to. */

typedef struct {
  GtkWidget *window;
  const char *name;
  guint n_labels;
  GString *faults;
} Look;

static Look seen;

/* Whether @widget sticks out of @frame at a side, by more than a rounding. */
static gboolean
sticks_out (GtkWidget *widget,
            GtkWidget *frame)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, frame, &bounds));
  return bounds.origin.x < -1 || bounds.origin.x + bounds.size.width > gtk_widget_get_width (frame) + 1;
}

/* The chips of the filters are the one thing that scrolls sideways. */
static gboolean
scrolls_sideways (GtkWidget *widget)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkPolicyType policy;

  if (scrolled == NULL || gtk_widget_get_ancestor (widget, GTK_TYPE_COLUMN_VIEW) != NULL)
    return FALSE;
  gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (scrolled), &policy, NULL);
  return policy != GTK_POLICY_NEVER;
}

static void
check_label (GtkWidget *widget,
             gpointer   user_data)
{
  Look *look = user_data;
  GtkWidget *table;

  if (!GTK_IS_LABEL (widget) || *gtk_label_get_text (GTK_LABEL (widget)) == '\0' || gtk_widget_get_width (widget) == 0)
    return;
  look->n_labels++;
  g_assert_cmpint (gtk_widget_get_direction (widget), ==, GTK_TEXT_DIR_RTL);
  table = gtk_widget_get_ancestor (widget, GTK_TYPE_COLUMN_VIEW);
  if (sticks_out (widget, table != NULL ? table : look->window) && !scrolls_sideways (widget)) {
    g_autofree char *who = pages_describe (widget);

    g_string_append_printf (look->faults, "\n%s, %d pixels wide: %s", look->name, gtk_widget_get_width (look->window), who);
  }
}

static void
look_at (GtkWidget  *window,
         const char *name)
{
  guint n_before = seen.n_labels;

  seen.window = window;
  seen.name = name;
  pages_visit (window, check_label, &seen);
  g_assert_cmpuint (seen.n_labels, >, n_before);
}

/* What stands first in the header bar stands at its right. */
static void
assert_mirrored (void)
{
  GtkWidget *window = GTK_WIDGET (live.window), *button = find_widget (window, "receiver_button");
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (button, window, &bounds));
  g_assert_cmpfloat (bounds.origin.x, >, gtk_widget_get_width (window) / 2);
}

static void
test_width (gpointer      fixture,
            gconstpointer data)
{
  seen = (Look) { .faults = g_string_new (NULL) };
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  pages_show ();
  pages_look_at_all (look_at, GPOINTER_TO_INT (data), 700);
  assert_mirrored ();
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_test_message ("%u labels", seen.n_labels);
  if (seen.faults->len > 0) {
    g_test_message ("%s", seen.faults->str);
    g_test_fail ();
  }
  g_string_free (seen.faults, TRUE);
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  g_test_add_vtable ("/mirrored/wide", 0, GINT_TO_POINTER (960), live_set_up, test_width, live_tear_down);
  g_test_add_vtable ("/mirrored/medium", 0, GINT_TO_POINTER (800), live_set_up, test_width, live_tear_down);
  g_test_add_vtable ("/mirrored/narrow", 0, GINT_TO_POINTER (360), live_set_up, test_width, live_tear_down);
  return live_run ();
}
