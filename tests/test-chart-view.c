/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "chart-fixture.h"

#include "charts/cs-hour-chart.h"
#include "charts/cs-outcome-chart.h"
#include "ui/cs-bar-chart-view.h"

#include <adwaita.h>
#include <string.h>

typedef struct {
  GtkWidget *window;
  CsBarChartView *view;
  guint n_activated;
  guint last_id;
} Fixture;

static void
activated_cb (Fixture *fixture,
              guint    id)
{
  fixture->n_activated++;
  fixture->last_id = id;
}

static void
set_animations (gboolean are_enabled)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", are_enabled, NULL);
}

static CsBarChart *
make_outcomes (guint64 answered,
               guint64 missed)
{
  CsMetrics metrics = { 0 };

  metrics.outcomes[CS_OUTCOME_ANSWERED] = answered;
  metrics.outcomes[CS_OUTCOME_MISSED] = missed;
  return cs_outcome_chart_new (&metrics);
}

static void
set_outcomes (Fixture *fixture,
              guint64  answered,
              guint64  missed)
{
  g_autoptr (CsBarChart) chart = make_outcomes (answered, missed);

  cs_bar_chart_view_set_chart (fixture->view, chart);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_animations (FALSE);
  fixture->window = gtk_window_new ();
  fixture->view = CS_BAR_CHART_VIEW (cs_bar_chart_view_new ());
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 480, 280);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  g_signal_connect_swapped (fixture->view, "activated", G_CALLBACK (activated_cb), fixture);
  set_outcomes (fixture, 31, 6);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
  /* A window gives the focus to its first widget. */
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  CsBarChartView *view = g_object_ref (fixture->view);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (view);
}

static int
get_focused (Fixture *fixture)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  for (guint i = 0; focus != NULL && cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), i) != NULL; i++)
    {
      if (cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), i) == focus)
        return i;
    }
  return -1;
}

static double
get_middle (Fixture *fixture,
            guint    column)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), column),
                                            GTK_WIDGET (fixture->view), &bounds));
  return bounds.origin.x + bounds.size.width / 2;
}

static void
wait_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
wait_ms (guint milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add_once (milliseconds, wait_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count_missed (Fixture *fixture)
{
  return count_pixels (GTK_WIDGET (fixture->view), &cs_palette_get (CS_PALETTE_LIGHT)->fills[CS_FILL_MISSED]);
}

/* Not in the test itself: the macro makes a format of its arguments' text, and a percent sign is none. */
static void
assert_description (GtkWidget  *item,
                    const char *text)
{
  gtk_test_accessible_assert_property (item, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
}

static void
test_finalizes (void)
{
  GtkWidget *view = g_object_ref_sink (cs_bar_chart_view_new ());

  g_assert_null (cs_bar_chart_view_get_chart (CS_BAR_CHART_VIEW (view)));
  g_assert_null (cs_chart_view_get_item (CS_CHART_VIEW (view), 0));
  g_assert_finalize_object (view);
}

static void
test_readable (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *missed = cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), 3);

  gtk_test_accessible_assert_role (fixture->view, GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_property (fixture->view, GTK_ACCESSIBLE_PROPERTY_LABEL, "How calls ended");
  for (int i = 0; i < 4; i++)
    {
      const CsBarColumn *column = &cs_bar_chart_view_get_chart (fixture->view)->columns[i];
      GtkWidget *item = cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), i);

      gtk_test_accessible_assert_role (item, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
      gtk_test_accessible_assert_property (item, GTK_ACCESSIBLE_PROPERTY_LABEL, column->name);
      assert_description (item, column->text);
      gtk_test_accessible_assert_relation (item, GTK_ACCESSIBLE_RELATION_POS_IN_SET, i + 1);
    }
  gtk_test_accessible_assert_property (missed, GTK_ACCESSIBLE_PROPERTY_LABEL, "Missed");
  assert_description (missed, "6 of 37 (16 %)");
  g_assert_null (cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), 4));
}

static void
test_words_follow_within_a_second (Fixture       *fixture,
                                   gconstpointer  data)
{
  GtkWidget *missed = cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), 3);

  for (int i = 7; i < 60; i++)
    set_outcomes (fixture, 31, i);
  assert_description (missed, "6 of 37 (16 %)");
  wait_ms (1200);
  assert_description (missed, "59 of 90 (66 %)");
}

static void
test_arrows (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);

  g_assert_true (gtk_widget_child_focus (fixture->window, GTK_DIR_TAB_FORWARD));
  g_assert_cmpint (get_focused (fixture), ==, 0);
  gtk_window_set_focus_visible (GTK_WINDOW (fixture->window), TRUE);
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_cmpint (get_focused (fixture), ==, 1);
  g_assert_true (press (view, GDK_KEY_End));
  g_assert_cmpint (get_focused (fixture), ==, 3);
  g_assert_cmpstr (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)), ==, "Missed: 6 of 37 (16 %)");
  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->view), &cs_palette_get (CS_PALETTE_LIGHT)->focus), >, 300);
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_cmpint (get_focused (fixture), ==, 3);
  g_assert_true (press (view, GDK_KEY_Left));
  g_assert_cmpint (get_focused (fixture), ==, 2);
  g_assert_true (press (view, GDK_KEY_Home));
  g_assert_cmpint (get_focused (fixture), ==, 0);

  /* What is said changes with the figures. */
  set_outcomes (fixture, 40, 0);
  g_assert_cmpstr (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)), ==, "Answered by user: 40 of 40 (100 %)");

  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  g_assert_null (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)));
}

static void
test_one_tab_stop (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);

  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_TAB_BACKWARD));
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  g_assert_true (gtk_widget_grab_focus (view));
  g_assert_cmpint (get_focused (fixture), ==, 1);
}

static void
test_arrows_mirrored (Fixture       *fixture,
                      gconstpointer  data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);

  gtk_widget_set_direction (view, GTK_TEXT_DIR_RTL);
  gtk_test_widget_wait_for_draw (fixture->window);
  g_assert_cmpfloat (get_middle (fixture, 0), >, get_middle (fixture, 3));

  g_assert_true (gtk_widget_grab_focus (view));
  g_assert_true (press (view, GDK_KEY_Left));
  g_assert_cmpint (get_focused (fixture), ==, 1);
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_cmpint (get_focused (fixture), ==, 0);
  g_assert_true (press (view, GDK_KEY_End));
  g_assert_cmpint (get_focused (fixture), ==, 3);
}

static void
test_activates (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *missed = cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), 3);
  gpointer click = find_controller (GTK_WIDGET (fixture->view), GTK_TYPE_GESTURE_CLICK);

  g_assert_true (press (missed, GDK_KEY_Return));
  g_assert_cmpuint (fixture->n_activated, ==, 1);
  g_assert_cmpuint (fixture->last_id, ==, CS_BAR_MISSED);
  g_assert_true (press (cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), 1), GDK_KEY_space));
  g_assert_cmpuint (fixture->n_activated, ==, 2);
  g_assert_cmpuint (fixture->last_id, ==, CS_BAR_VOICEMAIL);
  g_assert_true (gtk_widget_activate (missed));
  g_assert_cmpuint (fixture->n_activated, ==, 3);

  g_signal_emit_by_name (click, "released", 1, get_middle (fixture, 2), 100.0);
  g_assert_cmpuint (fixture->n_activated, ==, 4);
  g_assert_cmpuint (fixture->last_id, ==, CS_BAR_REJECTED);
  g_signal_emit_by_name (click, "released", 1, 2.0, 100.0);
  g_assert_cmpuint (fixture->n_activated, ==, 4);
}

static void
test_activates_hour (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (CsBarChart) chart = cs_hour_chart_new (&(CsMetrics) { .hours = { [9] = 4 } }, NULL, 12);

  cs_bar_chart_view_set_chart (fixture->view, chart);
  gtk_test_widget_wait_for_draw (fixture->window);
  gtk_test_accessible_assert_property (fixture->view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Calls by hour");
  g_assert_true (press (cs_chart_view_get_item (CS_CHART_VIEW (fixture->view), 1), GDK_KEY_Return));
  g_assert_cmpuint (fixture->last_id, ==, 9);
}

static void
test_hover (Fixture       *fixture,
            gconstpointer  data)
{
  gpointer motion = find_controller (GTK_WIDGET (fixture->view), GTK_TYPE_EVENT_CONTROLLER_MOTION);
  const GdkRGBA *hover = &cs_palette_get (CS_PALETTE_LIGHT)->hover;

  g_assert_null (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)));
  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->view), hover), ==, 0);
  g_signal_emit_by_name (motion, "motion", get_middle (fixture, 3), 100.0);
  g_assert_cmpstr (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)), ==, "Missed: 6 of 37 (16 %)");
  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->view), hover), >, 1000);
  g_signal_emit_by_name (motion, "leave");
  g_assert_null (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)));

  /* The column under the pointer may go away under it. */
  {
    CsMetrics metrics = { 0 };
    g_autoptr (CsBarChart) five = NULL;

    metrics.outcomes[CS_OUTCOME_FAILED] = 2;
    five = cs_outcome_chart_new (&metrics);
    cs_bar_chart_view_set_chart (fixture->view, five);
    gtk_test_widget_wait_for_draw (fixture->window);
    g_signal_emit_by_name (motion, "motion", get_middle (fixture, 4), 100.0);
    g_assert_cmpstr (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)), ==, "Other: 2 of 2 (100 %)");
    set_outcomes (fixture, 1, 1);
    g_assert_null (cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->view)));
  }
}

static void
test_equal_chart_is_nothing_new (Fixture       *fixture,
                                 gconstpointer  data)
{
  CsBarChart *before = cs_bar_chart_view_get_chart (fixture->view);

  set_outcomes (fixture, 31, 6);
  g_assert_true (cs_bar_chart_view_get_chart (fixture->view) == before);
  set_outcomes (fixture, 31, 7);
  g_assert_false (cs_bar_chart_view_get_chart (fixture->view) == before);
}

static void
test_animations_off (Fixture       *fixture,
                     gconstpointer  data)
{
  guint before;

  set_outcomes (fixture, 31, 0);
  before = count_missed (fixture);
  set_outcomes (fixture, 31, 31);
  g_assert_cmpuint (count_missed (fixture), >, before + 2000);
}

static void
test_animated (Fixture       *fixture,
               gconstpointer  data)
{
  guint before;
  guint after;

  set_outcomes (fixture, 31, 0);
  before = count_missed (fixture);
  set_animations (TRUE);
  set_outcomes (fixture, 31, 31);
  g_assert_cmpuint (count_missed (fixture), <, before + 500);
  wait_ms (600);
  after = count_missed (fixture);
  g_assert_cmpuint (after, >, before + 2000);

  /* A change in the middle of a change goes on from what is seen. */
  set_outcomes (fixture, 31, 30);
  set_outcomes (fixture, 31, 31);
  g_assert_cmpuint (count_missed (fixture), >, before + 2000);
}

static void
test_follows_style (Fixture       *fixture,
                    gconstpointer  data)
{
  const GdkRGBA *light = &cs_palette_get (CS_PALETTE_LIGHT)->fills[CS_FILL_ANSWERED];
  const GdkRGBA *dark = &cs_palette_get (CS_PALETTE_DARK)->fills[CS_FILL_ANSWERED];

  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->view), light), >, 2000);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->view), light), ==, 0);
  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->view), dark), >, 2000);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);

  g_test_add_func ("/bar-chart-view/finalizes", test_finalizes);
  add ("/bar-chart-view/readable", test_readable);
  add ("/bar-chart-view/words-follow-within-a-second", test_words_follow_within_a_second);
  add ("/bar-chart-view/arrows", test_arrows);
  add ("/bar-chart-view/one-tab-stop", test_one_tab_stop);
  add ("/bar-chart-view/arrows-mirrored", test_arrows_mirrored);
  add ("/bar-chart-view/activates", test_activates);
  add ("/bar-chart-view/activates-hour", test_activates_hour);
  add ("/bar-chart-view/hover", test_hover);
  add ("/bar-chart-view/equal-chart-is-nothing-new", test_equal_chart_is_nothing_new);
  add ("/bar-chart-view/animations-off", test_animations_off);
  add ("/bar-chart-view/animated", test_animated);
  add ("/bar-chart-view/follows-style", test_follows_style);

  return g_test_run ();
}
