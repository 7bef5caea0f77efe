/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "window-fixture.h"

#include <glib/gstdio.h>

#include "ui/cs-preferences-window.h"

/* What the tests of the preferences share: the window, with settings in a folder of their own and an engine that doesn't run
 * until it is told to. */

typedef struct {
  char *data_dir;
  CsSettings *settings;
  CsEngine *engine;
  CsSecrets *secrets;    /* (nullable) no keyring is asked unless a test wants one */
  GtkWidget *window;
} PreferencesFixture;

static inline GSettings *
preferences_get_gsettings (PreferencesFixture *fixture)
{
  return cs_settings_get_gsettings (fixture->settings);
}

/* Opens the window on what set_up has prepared. */
static inline void
preferences_open (PreferencesFixture *fixture)
{
  fixture->window = GTK_WIDGET (cs_preferences_window_new (fixture->settings));
  cs_preferences_window_set_engine (CS_PREFERENCES_WINDOW (fixture->window), fixture->engine, fixture->secrets);
}

static inline void
preferences_close (PreferencesFixture *fixture)
{
  g_object_ref (fixture->window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  /* What was under way lets go of it. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->window);
  fixture->window = NULL;
}

/* Settings and engine, but no window yet. */
static inline void
preferences_prepare (PreferencesFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture_get_application ();
  fixture->data_dir = g_dir_make_tmp ("callstats-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->settings = cs_settings_new (fixture->data_dir, &error);
  g_assert_no_error (error);
  g_assert_true (g_settings_set_string (preferences_get_gsettings (fixture), "public-url", "https://name.example/"));
  g_assert_true (g_settings_set_string (preferences_get_gsettings (fixture), "webhook-token", "0123456789abcdef0123456789abcdef"));
  fixture->engine = cs_engine_new ();
}

static inline void
preferences_set_up (PreferencesFixture *fixture,
                    gconstpointer       data)
{
  preferences_prepare (fixture);
  preferences_open (fixture);
}

static inline void
preferences_tear_down (PreferencesFixture *fixture,
                       gconstpointer       data)
{
  static const char *const files[] = { "settings.ini", "callstats.db", "callstats.db-wal", "callstats.db-shm", "callstats.lock",
                                       "orders.db" };

  preferences_close (fixture);
  g_clear_object (&fixture->secrets);
  cs_engine_stop (fixture->engine);
  g_object_unref (fixture->engine);
  g_object_unref (fixture->settings);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (fixture->data_dir, files[i], NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (fixture->data_dir), ==, 0);
  g_free (fixture->data_dir);
}

static inline GtkWidget *
preferences_find (PreferencesFixture *fixture,
                  const char         *id)
{
  GtkWidget *widget = find_widget (fixture->window, id);

  g_assert_nonnull (widget);
  return widget;
}

/* Types into a row and applies it, as Enter does. */
static inline void
preferences_enter (GtkWidget  *row,
                   const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_emit_by_name (row, "apply");
}
