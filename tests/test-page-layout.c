/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "dialogs-fixture.h"

/* All pages in the narrowest window and in a wide one, with text of twice the size, and from right to left: what has a place has it
 * within the window. With CALLSTATS_SAVE_PICTURES set, there are pictures of them in the folder "screenshots" among the built tests. */

static const char *variant;
static GString *faults;

static gboolean
is_in_scrolled_row (GtkWidget *widget,
                    GtkWidget *window)
{
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL && parent != window; parent = gtk_widget_get_parent (parent)) {
    GtkPolicyType policy;

    if (!GTK_IS_SCROLLED_WINDOW (parent))
      continue;
    gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (parent), &policy, NULL);
    if (policy != GTK_POLICY_NEVER)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_cut_figure (GtkWidget *widget)
{
  return GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "tile-value") &&
         pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (widget)));
}

/* Text and controls may not reach over the window's edge, but where one can scroll to them; and a figure is whole, or it is another. */
static void
check_place (GtkWidget *widget,
             gpointer   user_data)
{
  GtkWidget *window = user_data;
  graphene_rect_t bounds;
  int width = gtk_widget_get_width (window);

  if (is_cut_figure (widget)) {
    g_autofree char *who = pages_describe (widget);

    g_string_append_printf (faults, "\n%s: cut short: %s", variant, who);
  }
  if (!(GTK_IS_LABEL (widget) || GTK_IS_BUTTON (widget) || GTK_IS_TEXT (widget) || CS_IS_BAR_CHART_VIEW (widget)) ||
      gtk_widget_get_width (widget) == 0 || is_in_scrolled_row (widget, window))
    return;
  /* The small title of an empty field waits, invisible and as large as the other. */
  if (gtk_widget_get_opacity (widget) == 0)
    return;
  if (gtk_widget_compute_bounds (widget, window, &bounds) &&
      (bounds.origin.x < -0.5 || bounds.origin.x + bounds.size.width > width + 0.5)) {
    g_autofree char *who = pages_describe (widget);

    g_string_append_printf (faults, "\n%s: %.0f to %.0f of %d: %s", variant, bounds.origin.x, bounds.origin.x + bounds.size.width,
                            width, who);
  }
}

static void
look (GtkWidget  *window,
      const char *name)
{
  g_autofree char *file_name = g_strconcat ("layout-", name, "-", variant, NULL);

  if (g_getenv ("CALLSTATS_SAVE_PICTURES") != NULL)
    pages_save_picture (window, file_name);
  pages_visit (window, check_place, window);
}

/* The way down to what wants to be that wide. */
static void
append_widest (GtkWidget *widget)
{
  int most = 0;
  GtkWidget *widest = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    int minimum = 0;

    if (gtk_widget_should_layout (child))
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    if (minimum > most) {
      most = minimum;
      widest = child;
    }
  }
  if (widest == NULL)
    return;
  g_string_append_printf (faults, "/%s %d", G_OBJECT_TYPE_NAME (widest), most);
  append_widest (widest);
}

/* As wide as the window shall be: nothing in it wants more. The window of the shortcuts is GTK's, and as wide as GTK wants. */
static void
look_at_width (GtkWidget  *window,
               const char *name)
{
  if (gtk_widget_get_width (window) > 360 && !GTK_IS_SHORTCUTS_WINDOW (window)) {
    int minimum;

    gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    g_string_append_printf (faults, "\n%s, %s: the window is %d wide, and can't be less than %d", variant, name,
                            gtk_widget_get_width (window), minimum);
    append_widest (window);
  }
  look (window, name);
}

static void
begin (const char *name)
{
  variant = name;
  faults = g_string_new (NULL);
  pages_show ();
}

static void
end (void)
{
  if (faults->len > 0) {
    g_test_message ("%s", faults->str);
    g_test_fail ();
  }
  g_string_free (faults, TRUE);
}

static void
test_narrow (gpointer      fixture,
             gconstpointer data)
{
  begin ("narrow");
  pages_look_at_all (look_at_width, 360, 720);
  dialogs_look_at_all (look_at_width, 360, 720);
  end ();
}

static void
test_large_text (gpointer      fixture,
                 gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int before;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  begin ("large");
  pages_look_at_all (look, 960, 1000);
  dialogs_look_at_all (look, 960, 1000);
  variant = "large-narrow";
  pages_look_at_all (look_at_width, 360, 720);
  dialogs_look_at_all (look_at_width, 360, 720);
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
  end ();
}

static void
test_right_to_left (gpointer      fixture,
                    gconstpointer data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  begin ("right-to-left");
  pages_look_at_all (look, 960, 1000);
  dialogs_look_at_all (look, 960, 1000);
  variant = "right-to-left-narrow";
  pages_look_at_all (look_at_width, 360, 720);
  dialogs_look_at_all (look_at_width, 360, 720);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  end ();
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  live_add ("/page-layout/narrow", test_narrow);
  live_add ("/page-layout/right-to-left", test_right_to_left);
  live_add ("/page-layout/large-text", test_large_text);
  return live_run ();
}
