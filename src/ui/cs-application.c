/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-application-private.h"

#include <glib-unix.h>

#include "ui/cs-resources.h"

/* Settings that are changed together reach the engine together. */
#define CONFIGURE_DELAY_MS 300
/* So long does the engine wait for the window's first frame, which is faster than that wherever there is one. */
#define START_DELAY_MS 400
/* Showing snapshots may take this share of the main loop's time at the most: one part in so many. */
#define SHOW_SHARE 32
#define MAX_SHOW_PAUSE_US (G_USEC_PER_SEC / 4)

G_DEFINE_FINAL_TYPE (CsApplication, cs_application, ADW_TYPE_APPLICATION)

typedef enum {
  PROP_BACKGROUND_PROBLEM = 1,
} CsApplicationProperty;

static GParamSpec *properties[PROP_BACKGROUND_PROBLEM + 1];

static CsEngineConfig *
make_config (CsApplication *self)
{
  CsEngineConfig *config = cs_settings_get_engine_config (self->settings);

  config->is_sample = self->is_sample;
  if (self->values != NULL)
    cs_secret_values_fill (self->values, config);
  return config;
}

static gboolean
apply_snapshot (GtkWidget     *widget,
                GdkFrameClock *clock,
                gpointer       user_data)
{
  CsApplication *self = user_data;
  g_autoptr (CsSnapshot) snapshot = self->engine != NULL ? cs_engine_get_snapshot (self->engine) : NULL;
  gint64 began_us = g_get_monotonic_time (), ended_us;

  self->snapshot_tick = 0;
  if (snapshot != NULL)
    cs_window_apply_snapshot (CS_WINDOW (widget), snapshot);
  ended_us = g_get_monotonic_time ();
  self->next_snapshot_us = ended_us + MIN ((ended_us - began_us) * SHOW_SHARE, MAX_SHOW_PAUSE_US);
  return G_SOURCE_REMOVE;
}

static gboolean
wait_for_frame (gpointer user_data)
{
  CsApplication *self = user_data;

  self->snapshot_pause = 0;
  if (self->window != NULL && self->snapshot_tick == 0)
    self->snapshot_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->window), apply_snapshot, self, NULL);
  return G_SOURCE_REMOVE;
}

static void
note_state (CsApplication *self)
{
  g_autoptr (CsSnapshot) snapshot = self->engine != NULL ? cs_engine_get_snapshot (self->engine) : NULL;

  if (snapshot != NULL)
    cs_application_update_alerts (self, snapshot);
}

/* However many snapshots come, the window is changed once a frame, in a flood of calls a few times a second, and not at all while
 * nobody can see it. A single call is shown in the next frame. */
static void
on_snapshot (CsApplication *self)
{
  gint64 wait_us = self->next_snapshot_us - g_get_monotonic_time ();

  note_state (self);
  if (self->window == NULL || self->snapshot_tick != 0 || self->snapshot_pause != 0 ||
      !gtk_widget_get_visible (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self->window))))
    return;
  if (wait_us > 0)
    self->snapshot_pause = g_timeout_add ((guint) (wait_us / 1000) + 1, wait_for_frame, self);
  else
    wait_for_frame (self);
}

static gboolean
configure (gpointer user_data)
{
  CsApplication *self = user_data;
  g_autoptr (CsEngineConfig) config = make_config (self);

  self->configure_source = 0;
  if (self->engine != NULL)
    cs_engine_configure (self->engine, config);
  return G_SOURCE_REMOVE;
}

static void
on_setting_changed (CsApplication *self,
                    const char    *key)
{
  if (self->engine == NULL || g_str_has_prefix (key, "window-"))
    return;
  g_clear_handle_id (&self->configure_source, g_source_remove);
  self->configure_source = g_timeout_add (CONFIGURE_DELAY_MS, configure, self);
}

/* A keyring that can't be used matters where an account waits for it. */
static void
report_secrets (CsApplication *self,
                const GError  *error)
{
  g_autofree char *sid = g_settings_get_string (cs_settings_get_gsettings (self->settings), "exotel-account-sid");

  if (*sid == '\0')
    return;
  g_warning ("Exotel can't be asked. %s", error->message);
  if (self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.toast", "s", error->message);
}

static void
on_secrets (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  CsApplication *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSecretValues) values = cs_secrets_lookup_all_finish (CS_SECRETS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (values == NULL) {
    report_secrets (self, error);
    return;
  }
  g_clear_pointer (&self->values, cs_secret_values_free);
  self->values = g_steal_pointer (&values);
  g_clear_handle_id (&self->configure_source, g_source_remove);
  configure (self);
}

static void
look_secrets_up (CsApplication *self)
{
  g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  self->lookup = g_cancellable_new ();
  cs_secrets_lookup_all_async (self->secrets, self->lookup, on_secrets, self);
}

static void
start_engine (CsApplication *self)
{
  g_autoptr (CsEngineConfig) config = make_config (self);
  g_autoptr (CsEngine) engine = cs_engine_new ();
  g_autoptr (GError) error = NULL;

  g_signal_connect_object (engine, "snapshot", G_CALLBACK (on_snapshot), self, G_CONNECT_SWAPPED);
  if (!self->is_sample)
    cs_application_begin_alerts (self, engine);
  if (!cs_engine_start (engine, config, &error)) {
    g_warning ("The engine can't start: %s", error->message);
    self->failure = g_strdup (error->message);
    return;
  }
  self->engine = g_steal_pointer (&engine);
  g_signal_connect_object (cs_settings_get_gsettings (self->settings), "changed", G_CALLBACK (on_setting_changed), self,
                           G_CONNECT_SWAPPED);
  if (self->is_sample)
    return;
  self->secrets = cs_secrets_new (cs_settings_get_data_dir (self->settings));
  g_signal_connect_object (self->secrets, "changed", G_CALLBACK (look_secrets_up), self, G_CONNECT_SWAPPED);
  look_secrets_up (self);
}

static gboolean
on_start (gpointer user_data)
{
  CsApplication *self = user_data;

  self->start_source = 0;
  start_engine (self);
  cs_application_begin_background (self);
  return G_SOURCE_REMOVE;
}

void
cs_application_start_now (CsApplication *self)
{
  if (self->start_source == 0)
    return;
  g_source_remove (self->start_source);
  on_start (self);
}

static void
on_window_destroyed (CsApplication *self)
{
  /* Its tick callback has gone with it. */
  self->snapshot_tick = 0;
  g_clear_handle_id (&self->fill_source, g_source_remove);
  self->window = NULL;
  cs_application_leave_window (self);
}

/* The window has been seen: now it gets what it is for. */
static gboolean
fill_window (gpointer user_data)
{
  CsApplication *self = user_data;
  g_autoptr (CsSnapshot) snapshot = NULL;

  self->fill_source = 0;
  if (self->window == NULL)
    return G_SOURCE_REMOVE;
  gtk_widget_set_visible (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self->window)), TRUE);
  cs_application_start_now (self);
  if (self->failure != NULL) {
    cs_window_show_failure (self->window, self->failure);
    return G_SOURCE_REMOVE;
  }
  if (self->engine != NULL)
    cs_window_set_engine (self->window, self->engine, self->settings);
  snapshot = self->engine != NULL ? cs_engine_get_snapshot (self->engine) : NULL;
  if (snapshot != NULL)
    cs_window_apply_snapshot (self->window, snapshot);
  return G_SOURCE_REMOVE;
}

static void
on_first_frame (GdkFrameClock *clock,
                CsApplication *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_first_frame, self);
  if (self->fill_source == 0)
    self->fill_source = g_idle_add_full (G_PRIORITY_DEFAULT, fill_window, self, NULL);
}

static void
on_window_mapped (CsApplication *self)
{
  g_signal_handlers_disconnect_by_func (self->window, on_window_mapped, self);
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint", G_CALLBACK (on_first_frame), self, 0);
}

/* An empty window is there at once. What stands in it needs fonts and figures, and comes with the second frame. */
static void
make_window (CsApplication *self)
{
  self->window = cs_window_new (GTK_APPLICATION (self), cs_settings_get_gsettings (self->settings));
  gtk_widget_set_visible (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self->window)), FALSE);
  g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroyed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "map", G_CALLBACK (on_window_mapped), self, G_CONNECT_SWAPPED);
  /* The window doesn't wait for the database, but calls don't wait for a frame that nobody sees. */
  if (self->start_source != 0) {
    g_source_remove (self->start_source);
    self->start_source = g_timeout_add (START_DELAY_MS, on_start, self);
  }
}

/* A session that ends asks its programs to. */
static gboolean
on_terminate (gpointer user_data)
{
  g_action_group_activate_action (user_data, "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static void
cs_application_startup (GApplication *application)
{
  CsApplication *self = CS_APPLICATION (application);

  cs_resources_register ();
  G_APPLICATION_CLASS (cs_application_parent_class)->startup (application);

  cs_application_add_actions (self);
  self->signal_sources[0] = g_unix_signal_add (SIGINT, on_terminate, self);
  self->signal_sources[1] = g_unix_signal_add (SIGTERM, on_terminate, self);
  self->start_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_start, self, NULL);
}

static void
cs_application_activate (GApplication *application)
{
  CsApplication *self = CS_APPLICATION (application);

  if (self->window == NULL)
    make_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
cs_application_shutdown (GApplication *application)
{
  CsApplication *self = CS_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);
  g_clear_handle_id (&self->configure_source, g_source_remove);
  g_clear_handle_id (&self->snapshot_pause, g_source_remove);
  g_clear_handle_id (&self->start_source, g_source_remove);
  g_clear_handle_id (&self->fill_source, g_source_remove);
  if (self->engine != NULL)
    cs_engine_stop (self->engine);
  cs_application_end_alerts (self);
  cs_application_end_background (self);
  g_clear_object (&self->engine);
  g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  g_clear_object (&self->secrets);

  G_APPLICATION_CLASS (cs_application_parent_class)->shutdown (application);
}

static void
cs_application_finalize (GObject *object)
{
  CsApplication *self = CS_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->values, cs_secret_values_free);
  g_free (self->failure);

  G_OBJECT_CLASS (cs_application_parent_class)->finalize (object);
}

static void
cs_application_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  CsApplication *self = CS_APPLICATION (object);

  switch ((CsApplicationProperty) prop_id) {
  case PROP_BACKGROUND_PROBLEM:
    g_value_set_string (value, self->background_problem);
    break;
  }
}

static void
cs_application_class_init (CsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = cs_application_get_property;
  G_OBJECT_CLASS (klass)->finalize = cs_application_finalize;
  application_class->startup = cs_application_startup;
  application_class->activate = cs_application_activate;
  application_class->shutdown = cs_application_shutdown;

  /* Why the desktop doesn't let the program run without a window or start with the session, as a sentence; or NULL. */
  properties[PROP_BACKGROUND_PROBLEM] =
      g_param_spec_string ("background-problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), G_N_ELEMENTS (properties), properties);
}

static void
cs_application_init (CsApplication *self)
{
}

/**
 * cs_application_new:
 * @settings: the user's settings
 * @is_sample: whether to show made-up calls; such a program runs beside the real one
 *
 * GTK is first touched when it is run, so it can be made without a display.
 *
 * Returns: (transfer full): the application, to be run by g_application_run()
 */
CsApplication *
cs_application_new (CsSettings *settings,
                    gboolean    is_sample)
{
  CsApplication *self;

  g_return_val_if_fail (CS_IS_SETTINGS (settings), NULL);

  self = g_object_new (CS_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", is_sample ? G_APPLICATION_NON_UNIQUE : G_APPLICATION_DEFAULT_FLAGS,
                       NULL);
  self->settings = g_object_ref (settings);
  self->is_sample = is_sample;
  return self;
}

/**
 * cs_application_get_engine:
 * @self: the application
 *
 * Returns: (transfer none) (nullable): the engine, while it runs
 */
CsEngine *
cs_application_get_engine (CsApplication *self)
{
  g_return_val_if_fail (CS_IS_APPLICATION (self), NULL);

  return self->engine;
}
