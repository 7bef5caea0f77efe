/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "pages-fixture.h"

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

/* Where Tab goes: on and on, over what can be seen, and round to where it began. */
static void
walk (GtkWidget  *window,
      const char *name)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GtkWidget *first = NULL, *last = NULL;
  guint n = 0;

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
}

/* Both charts of the day: Tab stops once in each, and the arrows, Home and End go through all bars, with words for each. */
static void
test_charts (gpointer      fixture,
             gconstpointer data)
{
  static const char *const ids[] = { "outcome_view", "hour_view" };

  pages_show ();
  pages_go (1);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    CsBarChartView *view = CS_BAR_CHART_VIEW (find_widget (GTK_WIDGET (live.window), ids[i]));
    guint n_columns = cs_bar_chart_view_get_chart (view)->n_columns;

    g_assert_true (gtk_widget_child_focus (GTK_WIDGET (view), GTK_DIR_TAB_FORWARD));
    g_assert_false (gtk_widget_child_focus (GTK_WIDGET (view), GTK_DIR_TAB_FORWARD));
    for (guint column = 0; column < n_columns; column++) {
      GtkWidget *item = cs_bar_chart_view_get_item (view, column);

      g_assert_true (gtk_widget_grab_focus (item));
      g_assert_true (gtk_window_get_focus (GTK_WINDOW (live.window)) == item);
      gtk_test_accessible_assert_role (item, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
      g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL));
      g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
    }
  }
}

/* The strip of health is a picture with a sentence for each time of trouble. */
static void
test_health (gpointer      fixture,
             gconstpointer data)
{
  GtkWidget *strip;

  pages_show ();
  pages_go (3);
  strip = find_widget (GTK_WIDGET (live.window), "health_strip");
  g_assert_nonnull (strip);
  gtk_test_accessible_assert_role (strip, GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_LABEL));
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  live_add ("/keyboard/shortcuts-window-lists-each-key", test_shortcuts);
  live_add ("/keyboard/each-page-has-a-key", test_pages);
  live_add ("/keyboard/tab-goes-through-all-pages", test_tab);
  live_add ("/keyboard/bars-tell-their-values", test_charts);
  live_add ("/keyboard/health-strip-tells-its-troubles", test_health);
  return live_run ();
}
