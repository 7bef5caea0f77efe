/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "ui/cs-resources.h"
#include "ui/cs-window.h"

/* What the tests of the window share: the real window, driven by snapshots made by hand, and looked at through its widgets. */

typedef struct {
  AdwApplication *application;
  GSettings *settings;
  CsWindow *window;      /* (owned) */
  CsSnapshot *snapshot;  /* (owned) to be changed, then shown by fixture_show() */
  gint64 settled_id;     /* the call that "Done" was pressed for */
  guint n_settled;
} WindowFixture;

/* The calls of a test program share one display and one application: GTK wants a single one in a process. */
static inline AdwApplication *
fixture_get_application (void)
{
  static AdwApplication *application = NULL;

  if (application == NULL) {
    /* The application loads its style sheet and its icons from there. */
    cs_resources_register ();
    application = adw_application_new ("com.example.CallStats", G_APPLICATION_NON_UNIQUE);
    g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  }
  return application;
}

/* From 1.5 on libadwaita measures the heading of each question at widths that it won't get, and GTK warns of that from 4.12 on. */
static inline GLogWriterOutput
fixture_pass_over_heading (GLogLevelFlags   level,
                           const GLogField *fields,
                           gsize            n_fields,
                           gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE") && g_str_has_prefix (fields[i].value, "Trying to measure GtkLabel"))
      return G_LOG_WRITER_HANDLED;
  }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

static inline void
fixture_init_test (int    *argc,
                   char ***argv)
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  gtk_test_init (argc, argv, NULL);
  g_log_set_writer_func (fixture_pass_over_heading, NULL, NULL);
}

static inline void
fixture_on_settle (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  WindowFixture *fixture = user_data;

  fixture->settled_id = g_variant_get_int64 (parameter);
  fixture->n_settled++;
}

static inline void
fixture_set_up (WindowFixture *fixture,
                gconstpointer  data)
{
  GActionEntry entries[] = {
    { .name = "settle-callback", .activate = fixture_on_settle, .parameter_type = "x" },
  };

  fixture->application = fixture_get_application ();
  g_action_map_add_action_entries (G_ACTION_MAP (fixture->application), entries, G_N_ELEMENTS (entries), fixture);
  fixture->settings = g_settings_new ("com.example.CallStats");
  g_settings_reset (fixture->settings, "public-url");
  g_settings_set_int (fixture->settings, "window-width", 960);
  g_settings_set_int (fixture->settings, "window-height", 680);
  fixture->window = g_object_ref (cs_window_new (GTK_APPLICATION (fixture->application), fixture->settings));
  fixture->snapshot = cs_snapshot_new ();
  fixture->snapshot->made_us = g_get_real_time ();
  fixture->snapshot->zone = g_time_zone_new_utc ();
  fixture->snapshot->has_calls = TRUE;
  fixture->snapshot->webhook_port = 8080;
  fixture->snapshot->api_port = 3000;
}

static inline void
fixture_tear_down (WindowFixture *fixture,
                   gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->window);
  cs_snapshot_unref (fixture->snapshot);
  g_object_unref (fixture->settings);
}

static inline void
fixture_show (WindowFixture *fixture)
{
  cs_window_apply_snapshot (fixture->window, fixture->snapshot);
}

static inline void
fixture_present (WindowFixture *fixture)
{
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->window));
}

/* The widget that a template calls @id, in @root or below. */
static inline GtkWidget *
find_widget (GtkWidget  *root,
             const char *id)
{
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)), id) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_widget (child, id);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static inline GtkWidget *
fixture_find (WindowFixture *fixture,
              const char    *id)
{
  GtkWidget *widget = find_widget (GTK_WIDGET (fixture->window), id);

  g_assert_nonnull (widget);
  return widget;
}

/* The text of the label @part in @widget, without the marks that keep the directions of its parts apart. */
static inline char *
get_text (GtkWidget  *widget,
          const char *part)
{
  GtkWidget *label = find_widget (widget, part);
  GString *text = g_string_new (NULL);

  g_assert_true (GTK_IS_LABEL (label));
  g_assert_false (gtk_label_get_use_markup (GTK_LABEL (label)));
  for (const char *p = gtk_label_get_text (GTK_LABEL (label)); *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_utf8_get_char (p) < 0x2066 || g_utf8_get_char (p) > 0x2069)
      g_string_append_unichar (text, g_utf8_get_char (p));
  }
  return g_string_free (text, FALSE);
}

static inline void
assert_text (GtkWidget  *widget,
             const char *part,
             const char *expected)
{
  g_autofree char *text = get_text (widget, part);

  g_assert_cmpstr (text, ==, expected);
}

/* The row at @index of the list of calls @id. */
static inline GtkWidget *
get_row (WindowFixture *fixture,
         const char    *id,
         int            index)
{
  GtkWidget *list = fixture_find (fixture, id);
  GtkWidget *list_box = gtk_widget_get_first_child (gtk_widget_get_first_child (list));

  g_assert_true (GTK_IS_LIST_BOX (list_box));
  return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list_box), index));
}

static inline CsCall *
add_call (GPtrArray   *calls,
          gint64       id,
          CsOutcome    outcome,
          const char  *peer,
          const char  *number)
{
  CsCall *call = cs_call_new (CS_PROVIDER_SIPGATE);

  call->id = id;
  call->direction = CS_DIRECTION_INBOUND;
  call->outcome = outcome;
  call->peer = g_strdup (peer);
  call->number = g_strdup (number);
  call->seen_us = call->started_us = g_get_real_time ();
  call->answered_us = call->ended_us = call->wait_us = call->talk_us = CS_UNKNOWN;
  g_ptr_array_add (calls, call);
  return call;
}
