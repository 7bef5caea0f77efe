/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pages-fixture.h"

#include "ui/cs-contact-editor.h"
#include "ui/cs-import-window.h"
#include "ui/cs-order-editor.h"
#include "ui/cs-order-import-window.h"
#include "ui/cs-tunnel-question.h"

/* What the tests of all pages share about the windows that stand in front of them, one after the other. */

/* Shows @window to @look, and closes it. */
static inline void
dialogs_look_at (PagesLook   look,
                 GtkWidget  *window,
                 const char *name,
                 int         width,
                 int         height)
{
  int own_width, own_height;

  gtk_window_get_default_size (GTK_WINDOW (window), &own_width, &own_height);
  if (width < own_width || width < 640)
    gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  live_wait (gtk_widget_get_mapped (window));
  gtk_test_widget_wait_for_draw (window);
  /* A file is read meanwhile. */
  live_rest (G_USEC_PER_SEC / 2);
  pages_make_active (window);
  look (window, name);
  gtk_window_close (GTK_WINDOW (window));
  /* What was under way lets go of it. */
  live_rest (G_USEC_PER_SEC / 5);
}

/* The window that an action has opened. */
static inline GtkWidget *
dialogs_find_new (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next) {
    if (l->data != live.window && gtk_widget_get_visible (l->data))
      return l->data;
  }
  g_assert_not_reached ();
}

static inline GFile *
dialogs_make_file (const char *name,
                   const char *text)
{
  g_autofree char *path = g_build_filename (live.data_dir, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

/* The questions before the preferences do what can't be undone. */
static inline void
dialogs_look_at_question (PagesLook   look,
                          const char *page,
                          const char *button,
                          const char *name,
                          int         width,
                          int         height)
{
  CsPreferencesWindow *preferences = cs_preferences_window_new (live.settings);
  GtkWidget *dialog = NULL;

  cs_preferences_window_set_engine (preferences, live_get_engine (), NULL);
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), page);
  gtk_window_present (GTK_WINDOW (preferences));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (preferences));
  g_signal_emit_by_name (find_widget (GTK_WIDGET (preferences), button), "clicked");
  {
    g_autoptr (GList) windows = gtk_window_list_toplevels ();

    for (GList *l = windows; l != NULL; l = l->next) {
      if (ADW_IS_MESSAGE_DIALOG (l->data))
        dialog = l->data;
    }
  }
  g_assert_nonnull (dialog);
  dialogs_look_at (look, dialog, name, width, height);
  gtk_window_destroy (GTK_WINDOW (preferences));
  live_rest (G_USEC_PER_SEC / 5);
}

static inline void
dialogs_look_at_all (PagesLook look,
                     int       width,
                     int       height)
{
  g_autoptr (GFile) contacts = dialogs_make_file ("contacts.csv", "name,number\nAnna Berg,+49 211 1234567\nBob,nothing\nCarl,110\n");
  g_autoptr (GFile) orders = dialogs_make_file ("orders.csv", "customer,name,state,note\n12345678,Anna Berg,ready,Door B\n4711,,lost,\n");
  CsTunnelState state = { .phase = CS_TUNNEL_PHASE_ASKING, .host = (char *) "tunnel.example.com", .key_type = (char *) "ED25519",
                          .fingerprint = (char *) "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8" };

  dialogs_look_at (look, GTK_WIDGET (cs_contact_editor_new (live_get_engine (), NULL)), "contact-editor", width, height);
  dialogs_look_at (look, GTK_WIDGET (cs_order_editor_new (live_get_engine (), NULL)), "order-editor", width, height);
  dialogs_look_at (look, GTK_WIDGET (cs_import_window_new (live_get_engine (), contacts)), "import", width, height);
  dialogs_look_at (look, GTK_WIDGET (cs_order_import_window_new (live_get_engine (), orders)), "order-import", width, height);
  dialogs_look_at (look, GTK_WIDGET (cs_tunnel_question_ask (GTK_WIDGET (live.window), &state)), "tunnel-question", width, height);
  dialogs_look_at (look, GTK_WIDGET (cs_tunnel_question_forget (GTK_WIDGET (live.window), &state)), "tunnel-forget", width, height);
  dialogs_look_at_question (look, "data", "delete_button", "delete-question", width, height);
  g_action_group_activate_action (G_ACTION_GROUP (live.application), "about", NULL);
  dialogs_look_at (look, dialogs_find_new (), "about", width, height);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (live.window), "win.show-help-overlay", NULL));
  dialogs_look_at (look, dialogs_find_new (), "shortcuts", width, height);
}
