/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#include "ui/cs-application.h"
#include "ui/cs-bar-chart-view.h"
#include "window-fixture.h"

/* What the tests of the whole program share: the application with its window and its engine, spoken to over HTTP from the same main
 * loop. GTK wants a single application in a process, so it runs around all tests; each gets an engine on a folder of its own. */

#define LIVE_PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
  CsApplication *application;
  CsSettings *settings;
  SoupSession *session;
  CsWindow *window;      /* (unowned) */
  char *data_dir;        /* (owned) of the test that runs */
} Live;

typedef struct {
  gboolean is_done;
  guint status;          /* 0 where no answer came */
  char *body;            /* (owned) (nullable) */
  gint64 answered_us;    /* monotonic */
  gint64 answered_frame; /* of the window's frame clock */
} LiveAnswer;

static Live live;

static inline void
live_turn (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (200);
}

/* Lets the program go on until something can be seen. */
#define live_wait(condition) \
  G_STMT_START { \
    gint64 live_end_us = g_get_monotonic_time () + LIVE_PATIENCE_US; \
    gboolean live_is_met; \
    while (!(live_is_met = (condition)) && g_get_monotonic_time () < live_end_us) \
      live_turn (); \
    if (!live_is_met) \
      g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, "waited in vain for " #condition); \
  } G_STMT_END

static inline void
live_rest (gint64 duration_us)
{
  gint64 end_us = g_get_monotonic_time () + duration_us;

  while (g_get_monotonic_time () < end_us)
    live_turn ();
}

static inline CsEngine *
live_get_engine (void)
{
  return cs_application_get_engine (live.application);
}

static inline GSettings *
live_get_gsettings (void)
{
  return cs_settings_get_gsettings (live.settings);
}

static inline gint64
live_get_frame (void)
{
  return gdk_frame_clock_get_frame_counter (gtk_widget_get_frame_clock (GTK_WIDGET (live.window)));
}

static inline char *
live_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("callstats-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

static inline void
live_remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
  g_rmdir (path);
}

/* The engine on the folder of the test. The window goes on meanwhile: only what it shows changes. */
static inline void
live_start_engine (gboolean is_sample)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (live.settings);
  g_autoptr (GError) error = NULL;

  g_free (config->data_dir);
  config->data_dir = g_strdup (live.data_dir);
  config->is_sample = is_sample;
  g_assert_true (cs_engine_start (live_get_engine (), config, &error));
  g_assert_no_error (error);
}

static inline void
live_stop_engine (void)
{
  cs_engine_stop (live_get_engine ());
}

static inline void
live_on_answer (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  LiveAnswer *answer = user_data;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  answer->is_done = TRUE;
  answer->answered_us = g_get_monotonic_time ();
  answer->answered_frame = live_get_frame ();
  if (body == NULL)
    return;
  answer->status = soup_message_get_status (message);
  answer->body = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

static inline void
live_answer_clear (LiveAnswer *answer)
{
  g_free (answer->body);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LiveAnswer, live_answer_clear)

/* @answer has to stay where it is until it is done. */
static inline void
live_begin (LiveAnswer *answer,
            const char *method,
            guint       port,
            const char *path,
            const char *body,
            const char *signature)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u%s", port, path);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);

  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded; charset=UTF-8", bytes);
  }
  if (signature != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), "X-Sipgate-Signature", signature);
  soup_session_send_and_read_async (live.session, message, G_PRIORITY_DEFAULT, NULL, live_on_answer, answer);
}

/* Begins to send a push to the engine behind the window. */
static inline void
live_begin_push (LiveAnswer *answer,
                 const char *body,
                 const char *signature)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (live_get_engine ());

  live_begin (answer, "POST", snapshot->webhook_port, snapshot->sipgate_path, body, signature);
}

/* Sends a push and returns the status of its answer. */
static inline guint
live_push (const char *body)
{
  g_auto (LiveAnswer) answer = { 0 };

  live_begin_push (&answer, body, NULL);
  live_wait (answer.is_done);
  return answer.status;
}

/* The body of a push of the leg @id. */
static inline char *
live_event (const char *event,
            const char *id,
            const char *from,
            const char *rest)
{
  return g_strdup_printf ("event=%s&direction=in&from=%s&to=492214710900&callId=%s&origCallId=%s&xcid=%s%s", event, from, id, id,
                          id, rest);
}

#define LIVE_USERS "&user%5B%5D=Anna+Berg&userId%5B%5D=w0"

/* An event of a call in; it has to be accepted. */
static inline void
live_tell (const char *event,
           const char *id,
           const char *from,
           const char *rest)
{
  g_autofree char *body = live_event (event, id, from, rest);

  g_assert_cmpuint (live_push (body), ==, 200);
}

/* The row at @index of the list of calls @id, or NULL. */
static inline GtkWidget *
live_get_row (const char *id,
              int         index)
{
  GtkWidget *list = find_widget (GTK_WIDGET (live.window), id);
  GtkWidget *list_box = gtk_widget_get_first_child (gtk_widget_get_first_child (list));

  return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list_box), index));
}

static inline gboolean
live_says (GtkWidget  *widget,
           const char *part,
           const char *expected)
{
  g_autofree char *text = widget != NULL ? get_text (widget, part) : NULL;

  return g_strcmp0 (text, expected) == 0;
}

static inline gboolean
live_row_says (const char *id,
               int         index,
               const char *part,
               const char *expected)
{
  return live_says (live_get_row (id, index), part, expected);
}

static inline gboolean
live_tile_says (const char *id,
                const char *expected)
{
  return live_says (find_widget (GTK_WIDGET (live.window), id), "value_label", expected);
}

/* Whether a screen reader hears @expected of the bar at @index. */
static inline gboolean
live_bar_says (int         index,
               const char *expected)
{
  CsBarChartView *view = CS_BAR_CHART_VIEW (find_widget (GTK_WIDGET (live.window), "outcome_view"));
  GtkWidget *item = cs_chart_view_get_item (CS_CHART_VIEW (view), (guint) index);
  g_autofree char *other = NULL;

  if (item == NULL)
    return FALSE;
  other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, expected);
  return other == NULL;
}

/* Whether the message bar @id can be seen and says something that begins so; NULL: whether it is gone. */
static inline gboolean
live_message_says (const char *id,
                   const char *expected)
{
  GtkWidget *bar = find_widget (GTK_WIDGET (live.window), id);
  GtkWidget *label = find_widget (bar, "label");

  if (expected == NULL)
    return !gtk_widget_get_visible (bar);
  return gtk_widget_get_child_visible (bar) && gtk_widget_get_mapped (label) &&
         g_str_has_prefix (gtk_label_get_label (GTK_LABEL (label)), expected);
}

static inline gboolean
live_state_is (const char *name)
{
  GtkStack *stack = GTK_STACK (find_widget (GTK_WIDGET (live.window), "state_stack"));

  return g_strcmp0 (gtk_stack_get_visible_child_name (stack), name) == 0;
}

/* Warnings end the test, but for those of requests, and of tunnel servers, that shall be refused. */
static inline void
live_log (const char     *domain,
          GLogLevelFlags  level,
          const char     *message,
          gpointer        user_data)
{
  if (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO))
    return;
  if (g_strcmp0 (domain, G_LOG_DOMAIN) == 0 && (g_str_has_prefix (message, "A request was refused") || g_str_has_prefix (message, "The tunnel server")))
    return;
  if (level & G_LOG_LEVEL_WARNING)
    g_error ("%s: %s", domain, message);
  g_log_default_handler (domain, level, message, user_data);
}

static inline void
live_set_up (gpointer      fixture,
             gconstpointer data)
{
  live_stop_engine ();
  live.data_dir = live_make_folder ();
  live_start_engine (FALSE);
  live_wait (live_state_is ("first-step"));
}

static inline void
live_tear_down (gpointer      fixture,
                gconstpointer data)
{
  live_stop_engine ();
  live_remove_folder (live.data_dir);
  g_clear_pointer (&live.data_dir, g_free);
}

static inline void
live_add (const char *path,
          void        (*test) (gpointer, gconstpointer))
{
  g_test_add_vtable (path, 0, NULL, live_set_up, test, live_tear_down);
}

static inline gboolean
live_on_running (gpointer user_data)
{
  int *status = user_data;

  live.window = CS_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (live.application)));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (live.window));
  /* It starts once the window is there. */
  live_wait (live_get_engine () != NULL);
  *status = g_test_run ();
  g_action_group_activate_action (G_ACTION_GROUP (live.application), "quit", NULL);
  return G_SOURCE_REMOVE;
}

/* A zone where it is the early afternoon: no day begins while calls of today are counted, and pictures show a day at work. */
static inline void
live_init_test (int    *argc,
                char ***argv)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  int ahead = 14 - g_date_time_get_hour (now);
  g_autofree char *zone = g_strdup_printf ("Etc/GMT%+d", -ahead);

  g_setenv ("TZ", zone, TRUE);
  fixture_init_test (argc, argv);
}

/* Runs the application, and in it the tests that were added. Its settings lie in a folder of their own: free ports, and pushes need
 * no signature. */
static inline int
live_run (void)
{
  g_autofree char *settings_dir = live_make_folder ();
  g_autoptr (GError) error = NULL;
  GSettings *settings;
  int status = 1;

  live.settings = cs_settings_new (settings_dir, &error);
  g_assert_no_error (error);
  settings = live_get_gsettings ();
  g_settings_set_int (settings, "webhook-port", 0);
  g_settings_set_int (settings, "api-port", 0);
  g_settings_set_boolean (settings, "sipgate-verify-signature", FALSE);
  live.session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  live.application = cs_application_new (live.settings, FALSE);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_default_handler (live_log, NULL);
  g_timeout_add (100, live_on_running, &status);

  g_assert_cmpint (g_application_run (G_APPLICATION (live.application), 0, NULL), ==, 0);
  soup_session_abort (live.session);
  g_clear_object (&live.session);
  g_assert_finalize_object (live.application);
  g_assert_finalize_object (live.settings);
  live_remove_folder (settings_dir);
  return status;
}
