/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "live-fixture.h"

#include "engine/cs-recorder.h"
#include "sipgate/cs-sipgate-event.h"
#include "store/cs-store.h"
#include "ui/cs-preferences-window.h"

/* Pictures of the window with believable calls, in the folder "screenshots" among the built tests, to be looked at by people. What can
 * be asserted of a picture is: its window took the size, and it is as light or dark as it should be. */

/* What happened lately, told as sipgate tells it. */
static const struct {
  int seconds_ago;
  const char *event;
  const char *id;
  const char *from;
  const char *rest;
} recent[] = {
  { 412, "newCall", "past-1", "494066969808", LIVE_USERS },
  { 396, "hangup", "past-1", "494066969808", "&cause=cancel" },
  { 231, "newCall", "past-2", "492214710466", LIVE_USERS "&user%5B%5D=Jonas+Weber&userId%5B%5D=w1" },
  { 222, "answer", "past-2", "492214710466", "&user=Jonas+Weber&userId=w1&answeringNumber=492214710900" },
  { 7, "newCall", "past-3", "493023125114", LIVE_USERS "&user%5B%5D=Mira+Patel&userId%5B%5D=w2" },
};

/* Nobody looks yet. */
static void
on_changed (gpointer user_data)
{
}

static void
write_recent_calls (void)
{
  g_autoptr (GError) error = NULL;
  CsStore *store = cs_store_open (live.data_dir, &error);
  CsRecorder *recorder;
  gint64 now_us = g_get_real_time ();

  g_assert_no_error (error);
  recorder = cs_recorder_new (store, on_changed, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (recent); i++) {
    g_autofree char *body = live_event (recent[i].event, recent[i].id, recent[i].from, recent[i].rest);
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
    g_autoptr (CsCallEvent) event = cs_sipgate_event_parse (bytes, &error);

    g_assert_no_error (error);
    cs_recorder_record_at (recorder, event, bytes, now_us - recent[i].seconds_ago * G_USEC_PER_SEC, NULL, NULL);
  }
  cs_recorder_commit (recorder);
  cs_recorder_free (recorder);
  cs_store_close (store);
}

/* The month of the sample, and some calls after it. */
static void
show_calls (void)
{
  g_settings_set_string (live_get_gsettings (), "public-url", "https://calls.example.com");
  live_stop_engine ();
  live_start_engine (TRUE);
  live_stop_engine ();
  write_recent_calls ();
  live_start_engine (FALSE);
  live_wait (live_state_is ("views"));
  live_wait (live_row_says ("active_list", 0, "subtitle_label", "Talking · Jonas Weber"));
  live_wait (live_row_says ("active_list", 1, "subtitle_label", "Ringing · Anna Berg, Mira Patel"));
}

static void
set_size (int width,
          int height)
{
  GtkWidget *window = GTK_WIDGET (live.window);

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  live_wait (gtk_widget_get_width (window) == width && gtk_widget_get_height (window) == height);
  live_rest (G_USEC_PER_SEC / 5);
}

static void
set_dark (gboolean is_dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      is_dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  live_rest (G_USEC_PER_SEC / 5);
}

/* From 0, black, to 1, white. */
static double
get_lightness (GdkTexture *texture)
{
  gsize width = (gsize) gdk_texture_get_width (texture), height = (gsize) gdk_texture_get_height (texture);
  g_autofree guchar *pixels = g_malloc (4 * width * height);
  double sum = 0;

  gdk_texture_download (texture, pixels, 4 * width);
  for (gsize i = 0; i < 4 * width * height; i += 4)
    sum += (pixels[i] + pixels[i + 1] + pixels[i + 2]) / 3.0;
  return sum / (255.0 * (double) (width * height));
}

static GdkTexture *
take_picture (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GskRenderNode *node;
  GdkTexture *texture;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gsk_render_node_unref (node);
  return texture;
}

static void
save_picture (GtkWidget  *widget,
              const char *name)
{
  g_autofree char *folder = g_build_filename (g_test_get_dir (G_TEST_BUILT), "screenshots", NULL);
  g_autofree char *file_name = g_strconcat (name, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, file_name, NULL);
  g_autoptr (GdkTexture) texture = take_picture (widget);
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (gdk_texture_save_to_png (texture, path));
  if (is_dark)
    g_assert_cmpfloat (get_lightness (texture), <, 0.4);
  else
    g_assert_cmpfloat (get_lightness (texture), >, 0.6);
  g_test_message ("%s", path);
}

static void
save_window (const char *name)
{
  save_picture (GTK_WIDGET (live.window), name);
}

static void
test_today (gpointer      fixture,
            gconstpointer data)
{
  show_calls ();
  set_size (960, 660);
  save_window ("today");
  set_size (960, 680);
  save_window ("light");
  set_dark (TRUE);
  save_window ("dark");
  set_dark (FALSE);
  set_size (1280, 900);
  save_window ("wide");
}

static void
test_narrow (gpointer      fixture,
             gconstpointer data)
{
  show_calls ();
  set_size (360, 720);
  save_window ("narrow");
  set_size (360, 960);
  set_dark (TRUE);
  save_window ("narrow-dark");
  set_dark (FALSE);
  set_size (360, 480);
  save_window ("smallest");
  set_size (960, 680);
}

static void
test_right_to_left (gpointer      fixture,
                    gconstpointer data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  show_calls ();
  set_size (960, 680);
  save_window ("right-to-left");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
test_first_step (gpointer      fixture,
                 gconstpointer data)
{
  g_settings_reset (live_get_gsettings (), "public-url");
  live_wait (gtk_widget_get_mapped (find_widget (GTK_WIDGET (live.window), "tunnel_row")));
  set_size (960, 680);
  save_window ("first-step");
  set_size (360, 720);
  save_window ("first-step-narrow");
  g_settings_set_string (live_get_gsettings (), "public-url", "https://calls.example.com");
  live_wait (gtk_widget_get_mapped (find_widget (GTK_WIDGET (live.window), "address_row")));
  set_size (960, 680);
  save_window ("first-step-address");
}

static void
test_messages (gpointer      fixture,
               gconstpointer data)
{
  show_calls ();
  g_settings_set_boolean (live_get_gsettings (), "sipgate-verify-signature", TRUE);
  live_wait (live_push ("event=newCall&callId=1") == 403);
  live_wait (live_message_says ("signature_bar", ""));
  save_window ("refused");
  set_size (360, 720);
  save_window ("refused-narrow");
  set_size (960, 680);
  g_settings_set_boolean (live_get_gsettings (), "sipgate-verify-signature", FALSE);
}

static void
test_receiver (gpointer      fixture,
               gconstpointer data)
{
  GtkMenuButton *button = GTK_MENU_BUTTON (find_widget (find_widget (GTK_WIDGET (live.window), "receiver_button"), "button"));
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (button));

  show_calls ();
  gtk_menu_button_popup (button);
  live_wait (gtk_widget_get_mapped (popover));
  live_rest (G_USEC_PER_SEC / 2);
  save_picture (popover, "receiver");
  gtk_menu_button_popdown (button);
  live_wait (!gtk_widget_get_mapped (popover));
}

static void
test_preferences (gpointer      fixture,
                  gconstpointer data)
{
  CsPreferencesWindow *window = cs_preferences_window_new (live.settings);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (live.window));
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  live_rest (G_USEC_PER_SEC / 5);
  save_picture (GTK_WIDGET (window), "preferences");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Where there is no compositor, windows have a border to be resized by, which is no part of the pictures. */
static void
remove_borders (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, "window { margin: 0; padding: 0; border: none; box-shadow: none; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  remove_borders ();
  live_add ("/screenshots/today", test_today);
  live_add ("/screenshots/narrow", test_narrow);
  live_add ("/screenshots/right-to-left", test_right_to_left);
  live_add ("/screenshots/first-step", test_first_step);
  live_add ("/screenshots/messages", test_messages);
  live_add ("/screenshots/receiver", test_receiver);
  live_add ("/screenshots/preferences", test_preferences);
  return live_run ();
}
