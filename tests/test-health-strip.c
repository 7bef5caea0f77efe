/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "chart-fixture.h"

#include "ui/cs-health-strip.h"

typedef struct {
  GtkWidget *window;
  CsHealthStrip *strip;
  GTimeZone *zone;     /* (owned) */
} Fixture;

/* Sunday, 1 March 2026, 19:30: the timeline begins on Monday and ends on Sunday. */
#define NOW_US (G_GINT64_CONSTANT (1772393400) * G_USEC_PER_SEC)

/* Three times: healthy, half an hour of trouble on Thursday, healthy until now. */
static void
show (Fixture        *fixture,
      CsHealthStatus  trouble)
{
  CsHealthTimeline *timeline = cs_health_timeline_new (fixture->zone, NOW_US);
  gint64 begin_us = timeline->day_starts[3] + 14 * G_TIME_SPAN_HOUR, end_us = begin_us + G_TIME_SPAN_HOUR / 2;

  cs_health_timeline_add (timeline, timeline->from_us, begin_us, CS_HEALTH_OK);
  cs_health_timeline_add (timeline, begin_us, end_us, trouble);
  cs_health_timeline_add (timeline, end_us, NOW_US, CS_HEALTH_OK);
  cs_health_strip_set_timeline (fixture->strip, timeline, fixture->zone);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->zone = g_time_zone_new_utc ();
  fixture->window = gtk_window_new ();
  fixture->strip = g_object_new (CS_TYPE_HEALTH_STRIP, "valign", GTK_ALIGN_CENTER, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 480, 200);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->strip));
  show (fixture, CS_HEALTH_WARNING);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  CsHealthStrip *strip = g_object_ref (fixture->strip);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (strip);
  g_time_zone_unref (fixture->zone);
}

static GtkWidget *
get_item (Fixture *fixture,
          guint    index)
{
  return cs_chart_view_get_item (CS_CHART_VIEW (fixture->strip), index);
}

static const char *
get_bubble (Fixture *fixture)
{
  return cs_chart_view_get_bubble_text (CS_CHART_VIEW (fixture->strip));
}

static void
assert_focus (Fixture *fixture,
              guint    index)
{
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == get_item (fixture, index));
}

static double
get_middle (Fixture *fixture,
            guint    index)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (get_item (fixture, index), GTK_WIDGET (fixture->strip), &bounds));
  return bounds.origin.x + bounds.size.width / 2;
}

static void
test_finalizes (void)
{
  GtkWidget *strip = g_object_ref_sink (g_object_new (CS_TYPE_HEALTH_STRIP, NULL));

  g_assert_null (cs_chart_view_get_item (CS_CHART_VIEW (strip), 0));
  g_assert_finalize_object (strip);
}

static void
test_readable (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const names[] = { "Mon 00:00 – Thu 14:00", "Thu 14:00 – 14:30", "Thu 14:30 – Sun 19:30" };
  static const char *const texts[] = { "Healthy", "Some affected", "Healthy" };

  gtk_test_accessible_assert_role (fixture->strip, GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_property (fixture->strip, GTK_ACCESSIBLE_PROPERTY_LABEL, "Health in the last seven days");
  gtk_test_accessible_assert_property (fixture->strip, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Thu 14:00 – 14:30: Some affected");
  for (guint i = 0; i < 3; i++) {
    gtk_test_accessible_assert_role (get_item (fixture, i), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
    gtk_test_accessible_assert_property (get_item (fixture, i), GTK_ACCESSIBLE_PROPERTY_LABEL, names[i]);
    gtk_test_accessible_assert_property (get_item (fixture, i), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, texts[i]);
    gtk_test_accessible_assert_relation (get_item (fixture, i), GTK_ACCESSIBLE_RELATION_POS_IN_SET, (int) i + 1);
  }
  g_assert_null (get_item (fixture, 3));
}

static void
test_arrows (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *strip = GTK_WIDGET (fixture->strip);
  const GdkRGBA *focus = &cs_palette_get (CS_PALETTE_LIGHT)->focus;

  g_assert_cmpuint (count_pixels (strip, focus), ==, 0);
  g_assert_true (gtk_widget_child_focus (fixture->window, GTK_DIR_TAB_FORWARD));
  assert_focus (fixture, 0);
  gtk_window_set_focus_visible (GTK_WINDOW (fixture->window), TRUE);
  g_assert_true (press (strip, GDK_KEY_Right));
  assert_focus (fixture, 1);
  g_assert_cmpstr (get_bubble (fixture), ==, "Thu 14:00 – 14:30: Some affected");
  /* A ring of two pixels around at least twelve by thirty-four, but for its corners. */
  g_assert_cmpuint (count_pixels (strip, focus), >, 60);

  g_assert_true (press (strip, GDK_KEY_End));
  assert_focus (fixture, 2);
  g_assert_true (press (strip, GDK_KEY_Right));
  assert_focus (fixture, 2);
  g_assert_true (press (strip, GDK_KEY_Left));
  assert_focus (fixture, 1);
  g_assert_true (press (strip, GDK_KEY_Home));
  assert_focus (fixture, 0);
  g_assert_cmpstr (get_bubble (fixture), ==, "Mon 00:00 – Thu 14:00: Healthy");

  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  g_assert_null (get_bubble (fixture));
}

static void
test_one_tab_stop (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *strip = GTK_WIDGET (fixture->strip);

  g_assert_true (gtk_widget_child_focus (strip, GTK_DIR_TAB_FORWARD));
  g_assert_true (press (strip, GDK_KEY_Right));
  g_assert_false (gtk_widget_child_focus (strip, GTK_DIR_TAB_FORWARD));
  g_assert_false (gtk_widget_child_focus (strip, GTK_DIR_TAB_BACKWARD));
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  g_assert_true (gtk_widget_grab_focus (strip));
  assert_focus (fixture, 1);
}

static void
test_arrows_mirrored (Fixture       *fixture,
                      gconstpointer  data)
{
  GtkWidget *strip = GTK_WIDGET (fixture->strip);

  gtk_widget_set_direction (strip, GTK_TEXT_DIR_RTL);
  gtk_test_widget_wait_for_draw (fixture->window);
  g_assert_cmpfloat (get_middle (fixture, 0), >, get_middle (fixture, 2));
  g_assert_true (gtk_widget_grab_focus (strip));
  g_assert_true (press (strip, GDK_KEY_Left));
  assert_focus (fixture, 1);
  g_assert_true (press (strip, GDK_KEY_Right));
  assert_focus (fixture, 0);
  g_assert_true (press (strip, GDK_KEY_End));
  assert_focus (fixture, 2);
}

/* What the keyboard is on is told anew where it changes, and the focus stays. */
static void
test_follows_reports (Fixture       *fixture,
                      gconstpointer  data)
{
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (fixture->strip)));
  gtk_window_set_focus_visible (GTK_WINDOW (fixture->window), TRUE);
  g_assert_true (press (GTK_WIDGET (fixture->strip), GDK_KEY_Right));
  show (fixture, CS_HEALTH_CRITICAL);
  assert_focus (fixture, 1);
  g_assert_cmpstr (get_bubble (fixture), ==, "Thu 14:00 – 14:30: All affected");
}

static void
test_hover (Fixture       *fixture,
            gconstpointer  data)
{
  gpointer motion = find_controller (GTK_WIDGET (fixture->strip), GTK_TYPE_EVENT_CONTROLLER_MOTION);

  g_assert_null (get_bubble (fixture));
  g_signal_emit_by_name (motion, "motion", get_middle (fixture, 1), 10.0);
  g_assert_cmpstr (get_bubble (fixture), ==, "Thu 14:00 – 14:30: Some affected");
  g_assert_cmpuint (count_pixels (GTK_WIDGET (fixture->strip), &cs_palette_get (CS_PALETTE_LIGHT)->bubble), >, 1000);
  g_signal_emit_by_name (motion, "leave");
  g_assert_null (get_bubble (fixture));
}

/* A week in which the status changed each minute is told in at most a hundred times. */
static void
test_many_changes (Fixture       *fixture,
                   gconstpointer  data)
{
  CsHealthTimeline *timeline = cs_health_timeline_new (fixture->zone, NOW_US);
  g_autofree char *wrong = NULL;

  for (gint64 at_us = timeline->from_us; at_us < NOW_US; at_us += G_TIME_SPAN_MINUTE)
    cs_health_timeline_add (timeline, at_us, at_us + G_TIME_SPAN_MINUTE,
                            at_us / G_TIME_SPAN_MINUTE % 2 == 0 ? CS_HEALTH_OK : CS_HEALTH_WARNING);
  cs_health_strip_set_timeline (fixture->strip, timeline, fixture->zone);
  g_assert_nonnull (get_item (fixture, 10));
  g_assert_null (get_item (fixture, 100));
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (fixture->strip)));
  gtk_window_set_focus_visible (GTK_WINDOW (fixture->window), TRUE);
  g_assert_true (press (GTK_WIDGET (fixture->strip), GDK_KEY_Home));
  g_assert_true (g_str_has_suffix (get_bubble (fixture), ": Some affected at times"));
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_test_add_func ("/health-strip/finalizes", test_finalizes);
  add ("/health-strip/readable", test_readable);
  add ("/health-strip/arrows", test_arrows);
  add ("/health-strip/one-tab-stop", test_one_tab_stop);
  add ("/health-strip/arrows-mirrored", test_arrows_mirrored);
  add ("/health-strip/follows-reports", test_follows_reports);
  add ("/health-strip/hover", test_hover);
  add ("/health-strip/many-changes", test_many_changes);
  return g_test_run ();
}
