/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "dialogs-fixture.h"

#include <string.h>

/* Everything without a pointer: the keys that the shortcuts window lists, the pages, and the way that Tab takes. */

static char *
read_help_overlay (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data ("/com/example/CallStats/gtk/help-overlay.ui", 0, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* What has keys is in the window, and what is in the window has keys. The pages are there as one row. */
static void
test_shortcuts (gpointer      fixture,
                gconstpointer data)
{
  GtkApplication *application = GTK_APPLICATION (live.application);
  g_autofree char *overlay = read_help_overlay ();
  g_auto (GStrv) actions = gtk_application_list_action_descriptions (application);
  g_auto (GStrv) rows = g_strsplit (overlay, "<property name=\"action-name\">", -1);
  guint n_pages = 0, n_actions = 0;

  for (char **action = actions; *action != NULL; action++) {
    g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, *action);
    g_autofree char *row = g_strdup_printf (">%s<", *action);

    if (keys[0] == NULL)
      continue;
    if (g_str_has_prefix (*action, "win.show-page(")) {
      n_pages++;
      continue;
    }
    n_actions++;
    if (strstr (overlay, row) == NULL)
      g_error ("%s has a key, and the shortcuts window doesn't list it", *action);
  }
  g_assert_cmpuint (n_actions, >, 8);
  g_assert_cmpuint (g_strv_length (rows) - 1, ==, n_actions);
  g_assert_cmpuint (n_pages, ==, pages_get_n ());
  g_assert_nonnull (strstr (overlay, "&lt;Alt&gt;1...4"));
}

static void
test_pages (gpointer      fixture,
            gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  pages_show ();
  for (guint i = 1; i <= pages_get_n (); i++)
    g_assert_true (g_hash_table_add (seen, (gpointer) pages_go (i)));
  g_assert_cmpuint (g_hash_table_size (seen), ==, pages_get_n ());
  pages_go (1);
}

/* Where Tab goes: on and on, over what can be seen, and round to where it began. In GTK's window of the shortcuts, which scrolls by
 * itself, one button is all. */
static void
walk (GtkWidget  *window,
      const char *name)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GtkWidget *first = NULL, *last = NULL;
  guint n = 0;

  if (GTK_IS_SHORTCUTS_WINDOW (window))
    return;
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  for (;;) {
    GtkWidget *focus;

    if (!gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD))
      break;
    focus = gtk_window_get_focus (GTK_WINDOW (window));
    g_assert_nonnull (focus);
    /* A row of a long list gets its place with the next frame. */
    if (!gtk_widget_get_mapped (focus))
      live_rest (G_USEC_PER_SEC / 5);
    if (!gtk_widget_get_mapped (focus)) {
      g_autofree char *who = pages_describe (focus);

      g_error ("%s: Tab goes to what nobody sees: %s", name, who);
    }
    g_assert_true (gtk_widget_is_sensitive (focus));
    if (focus == last) {
      g_autofree char *who = pages_describe (focus);

      g_error ("%s: Tab is stuck at %s", name, who);
    }
    if (first == NULL)
      first = focus;
    if (!g_hash_table_add (seen, focus))
      break;
    last = focus;
    g_assert_cmpuint (++n, <, 300);
  }
  g_test_message ("%s: %u stops", name, n);
  g_assert_cmpuint (n, >=, 3);
}

static void
test_tab (gpointer      fixture,
          gconstpointer data)
{
  pages_show ();
  pages_look_at_all (walk, 960, 1000);
  dialogs_look_at_all (walk, 960, 1000);
}

static GtkWidget *
get_focus (void)
{
  return gtk_window_get_focus (GTK_WINDOW (live.window));
}

static gboolean
is_in (GtkWidget  *widget,
       const char *id)
{
  GtkWidget *list = find_widget (GTK_WIDGET (live.window), id);

  return widget != NULL && (widget == list || gtk_widget_is_ancestor (widget, list));
}

/* Tab comes into the list of calls once, and goes on; the arrows move within. */
static void
check_list (const char *id,
            int         width)
{
  GtkWidget *window = GTK_WIDGET (live.window), *row, *list;
  guint n_stops = 0;

  pages_resize (window, width, 1000);
  list = find_widget (window, id);
  live_wait (gtk_widget_get_mapped (list));
  gtk_widget_grab_focus (find_widget (window, "search_entry"));
  do {
    g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD));
    g_assert_cmpuint (++n_stops, <, 60);
  } while (!is_in (get_focus (), id) || GTK_IS_BUTTON (get_focus ()) || g_strcmp0 (gtk_widget_get_css_name (get_focus ()), "button") == 0);

  row = get_focus ();
  /* Newer versions of GTK know the arrows as keys of the list's alone, not as a way to move the focus. */
  if (gtk_check_version (4, 10, 0) != NULL) {
    g_assert_true (gtk_widget_child_focus (list, GTK_DIR_DOWN));
    g_assert_true (is_in (get_focus (), id));
    g_assert_true (get_focus () != row);
  }
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD));
  g_assert_false (is_in (get_focus (), id));
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_true (is_in (get_focus (), id));
  /* Back beyond it: to the heads of the columns, or out of it. */
  row = get_focus ();
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_false (gtk_widget_is_ancestor (get_focus (), gtk_widget_get_parent (row)));
}

static void
test_lists (gpointer      fixture,
            gconstpointer data)
{
  pages_show ();
  pages_go (2);
  check_list ("column_view", 960);
  check_list ("list_view", 480);
  pages_resize (GTK_WIDGET (live.window), 960, 1000);
}

/* All charts: Tab stops once in each, and the arrows, Home and End go through all their parts, with words for each. */
static void
check_chart (const char *id,
             guint       n_least)
{
  GtkWidget *view = find_widget (GTK_WIDGET (live.window), id);
  GtkWidget *item;
  guint n = 0;

  g_assert_true (CS_IS_CHART_VIEW (view));
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_LIST);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL));
  live_wait (gtk_widget_get_mapped (view) && cs_chart_view_get_item (CS_CHART_VIEW (view), n_least - 1) != NULL);
  gtk_window_set_focus (GTK_WINDOW (live.window), NULL);
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  while ((item = cs_chart_view_get_item (CS_CHART_VIEW (view), n)) != NULL) {
    g_assert_true (gtk_widget_grab_focus (item));
    g_assert_true (gtk_window_get_focus (GTK_WINDOW (live.window)) == item);
    gtk_test_accessible_assert_role (item, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
    g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL));
    g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
    n++;
  }
  g_assert_cmpuint (n, >=, n_least);
}

static void
test_charts (gpointer      fixture,
             gconstpointer data)
{
  pages_show ();
  pages_go (1);
  check_chart ("outcome_view", 4);
  check_chart ("hour_view", 9);
  pages_go (3);
  check_chart ("health_strip", 3);
  /* As a whole it tells what was wrong and when. */
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (find_widget (GTK_WIDGET (live.window), "health_strip")),
                                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  live_add ("/keyboard/shortcuts-window-lists-each-key", test_shortcuts);
  live_add ("/keyboard/each-page-has-a-key", test_pages);
  live_add ("/keyboard/tab-goes-through-all-pages", test_tab);
  live_add ("/keyboard/tab-stops-once-in-a-list", test_lists);
  live_add ("/keyboard/charts-tell-their-values", test_charts);
  return live_run ();
}
