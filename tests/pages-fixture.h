/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "live-fixture.h"

#include "ui/cs-contact-book.h"
#include "ui/cs-preferences-window.h"

/* What the tests of all pages share: the live window with the sample in it, each page of it after the other, and the dialogs. */

/* How many tests look at the same window; the first fills it. */
static inline void
pages_show (void)
{
  static const char *const numbers[] = { "+4921155500999", NULL };

  /* Without a number that it answers, the order line shows how to begin. The program takes a moment to act on it. */
  if (!g_settings_get_boolean (live_get_gsettings (), "orders-enabled")) {
    g_settings_set_boolean (live_get_gsettings (), "orders-enabled", TRUE);
    g_settings_set_strv (live_get_gsettings (), "orders-numbers", numbers);
    live_rest (2 * G_USEC_PER_SEC);
  }
  live_stop_engine ();
  live_start_engine (TRUE);
  live_wait (live_state_is ("views"));
  live_wait (!live_tile_says ("calls_tile", "–"));
}

static inline AdwViewStack *
pages_get_stack (void)
{
  return ADW_VIEW_STACK (find_widget (GTK_WIDGET (live.window), "view_stack"));
}

static inline guint
pages_get_n (void)
{
  g_autoptr (GtkSelectionModel) pages = adw_view_stack_get_pages (pages_get_stack ());

  return g_list_model_get_n_items (G_LIST_MODEL (pages));
}

/* Goes to the page of that number, from 1, and lets it fill itself. Returns: (transfer none): its name */
static inline const char *
pages_go (guint number)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (live.window), "win.show-page", "u", number));
  live_rest (G_USEC_PER_SEC / 3);
  return adw_view_stack_get_visible_child_name (pages_get_stack ());
}

/* In two steps, as by a hand that drags on: what takes less room in a narrow window does so only once it is narrow. */
static inline void
pages_resize (GtkWidget *window,
              int        width,
              int        height)
{
  for (int i = 0; i < 2; i++) {
    gtk_window_set_default_size (GTK_WINDOW (window), width + 1 - i, height);
    live_rest (G_USEC_PER_SEC / 3);
  }
}

/* Without a window manager no window is the active one, and inactive ones are paler. */
static inline void
pages_make_active (GtkWidget *window)
{
  gtk_widget_unset_state_flags (window, GTK_STATE_FLAG_BACKDROP);
}

/* NULL while it has yet to be drawn. (transfer full) */
static inline GskRenderNode *
pages_get_node (GdkPaintable *paintable,
                int           width,
                int           height,
                double        scale)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gtk_snapshot_scale (snapshot, (float) scale, (float) scale);
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  return gtk_snapshot_free_to_node (snapshot);
}

/* The window as it is on the screen, with its border, @scale times as large. (transfer full) */
static inline GdkTexture *
pages_take_picture (GtkWidget *window,
                    double     scale)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (window));
  int width = gdk_paintable_get_intrinsic_width (paintable), height = gdk_paintable_get_intrinsic_height (paintable);
  GskRenderNode *node = NULL;
  GdkTexture *texture;

  live_wait ((node = pages_get_node (paintable, width, height, scale)) != NULL);
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, (float) (width * scale), (float) (height * scale)));
  gsk_render_node_unref (node);
  return texture;
}

/* Into the folder "screenshots" among the built tests, to be looked at by people. */
static inline void
pages_save_picture (GtkWidget  *window,
                    const char *name)
{
  g_autofree char *folder = g_build_filename (g_test_get_dir (G_TEST_BUILT), "screenshots", NULL);
  g_autofree char *file_name = g_strconcat (name, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, file_name, NULL);
  g_autoptr (GdkTexture) texture = pages_take_picture (window, 1);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (gdk_texture_save_to_png (texture, path));
  g_test_message ("%s", path);
}

/* Calls @visit for @widget and all below that can be seen. */
static inline void
pages_visit (GtkWidget *widget,
             void     (*visit) (GtkWidget *widget, gpointer user_data),
             gpointer   user_data)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  visit (widget, user_data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    pages_visit (child, visit, user_data);
}

/* Who it is, for a message: its types from the outside in, and what it says. (transfer full) */
static inline char *
pages_describe (GtkWidget *widget)
{
  GString *text = g_string_new (G_OBJECT_TYPE_NAME (widget));
  int n = 0;

  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL && n < 4; parent = gtk_widget_get_parent (parent), n++) {
    g_string_prepend (text, "/");
    g_string_prepend (text, G_OBJECT_TYPE_NAME (parent));
  }
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (text, " “%s”", gtk_label_get_text (GTK_LABEL (widget)));
  if (GTK_IS_IMAGE (widget))
    g_string_append_printf (text, " “%s”", gtk_image_get_icon_name (GTK_IMAGE (widget)));
  return g_string_free (text, FALSE);
}

typedef void (*PagesLook) (GtkWidget *window, const char *name);

/* Opens the call at the top of the page Calls, or closes what is open. */
static inline void
pages_open_call (gboolean is_open)
{
  GtkWidget *window = GTK_WIDGET (live.window);
  GtkSelectionModel *calls = gtk_list_view_get_model (GTK_LIST_VIEW (find_widget (window, "list_view")));

  if (calls == NULL)
    calls = gtk_column_view_get_model (GTK_COLUMN_VIEW (find_widget (window, "column_view")));
  live_wait (g_list_model_get_n_items (G_LIST_MODEL (calls)) > 0);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (calls), is_open ? 0 : GTK_INVALID_LIST_POSITION);
  live_rest (G_USEC_PER_SEC / 2);
}

/* Shows each page of the window, an open call, each page of the preferences and the address book, one after the other. */
static inline void
pages_look_at_all (PagesLook look,
                   int       width,
                   int       height)
{
  GtkWidget *window = GTK_WIDGET (live.window);
  CsPreferencesWindow *preferences;
  CsContactBook *book;
  static const char *const names[] = { "receiving", "sipgate", "exotel", "notifications", "order-line", "data" };

  pages_resize (window, width, height);
  for (guint i = 1; i <= pages_get_n (); i++) {
    const char *name = pages_go (i);

    pages_make_active (window);
    look (window, name);
    if (g_str_equal (name, "calls")) {
      pages_open_call (TRUE);
      pages_make_active (window);
      look (window, "call-detail");
      pages_open_call (FALSE);
    }
  }

  preferences = cs_preferences_window_new (live.settings);
  cs_preferences_window_set_engine (preferences, live_get_engine (), NULL);
  gtk_window_set_default_size (GTK_WINDOW (preferences), MIN (width, 640), height);
  gtk_window_present (GTK_WINDOW (preferences));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (preferences));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *name = g_strconcat ("preferences-", names[i], NULL);

    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), names[i]);
    live_rest (G_USEC_PER_SEC / 3);
    pages_make_active (GTK_WIDGET (preferences));
    look (GTK_WIDGET (preferences), name);
  }
  g_object_ref (preferences);
  gtk_window_destroy (GTK_WINDOW (preferences));
  live_rest (G_USEC_PER_SEC / 5);
  g_assert_finalize_object (preferences);

  book = cs_contact_book_new (live_get_engine ());
  gtk_window_set_default_size (GTK_WINDOW (book), width, height);
  gtk_window_present (GTK_WINDOW (book));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (book));
  live_rest (G_USEC_PER_SEC / 3);
  pages_make_active (GTK_WIDGET (book));
  look (GTK_WIDGET (book), "contacts");
  gtk_window_destroy (GTK_WINDOW (book));
  /* What was under way lets go of it. */
  live_rest (G_USEC_PER_SEC / 5);
}
