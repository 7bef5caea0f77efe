/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "desktop/cs-secrets.h"
#include "ui/cs-about-window.h"
#include "ui/cs-preferences-window.h"
#include "ui/cs-resources.h"
#include "ui/cs-window.h"

/* Settings that are changed together reach the engine together. */
#define CONFIGURE_DELAY_MS 300
/* Showing snapshots may take this share of the main loop's time at the most: one part in so many. */
#define SHOW_SHARE 32
#define MAX_SHOW_PAUSE_US (G_USEC_PER_SEC / 4)

/*
 * CsApplication: the program with a window. It owns the engine, gives its snapshots to the window and takes the user's commands.
 */
struct _CsApplication {
  AdwApplication parent_instance;

  CsSettings *settings;       /* (owned) */
  CsEngine *engine;           /* (owned) (nullable) from startup to shutdown */
  char *failure;              /* (owned) (nullable) why the engine does not run */
  CsSecrets *secrets;         /* (owned) (nullable) as long as the engine; none for made-up calls */
  CsSecretValues *values;     /* (owned) (nullable) the secrets, once they have been found */
  GCancellable *lookup;       /* (owned) (nullable) of the last look for them */
  CsWindow *window;           /* (nullable) weak */
  gboolean is_sample;
  guint snapshot_tick;        /* a snapshot waits for the window's next frame */
  guint snapshot_pause;       /* a snapshot waits for the end of the pause after the last one */
  gint64 next_snapshot_us;    /* monotonic: when that pause ends */
  guint configure_source;
  guint signal_sources[2];    /* SIGINT, SIGTERM */
};

G_DEFINE_FINAL_TYPE (CsApplication, cs_application, ADW_TYPE_APPLICATION)

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

/* However many snapshots come, the window is changed once a frame, in a flood of calls a few times a second, and not at all while
 * nobody can see it. A single call is shown in the next frame. */
static void
on_snapshot (CsApplication *self)
{
  gint64 wait_us = self->next_snapshot_us - g_get_monotonic_time ();

  if (self->window == NULL || self->snapshot_tick != 0 || self->snapshot_pause != 0)
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

static void
on_window_destroyed (CsApplication *self)
{
  /* Its tick callback has gone with it. */
  self->snapshot_tick = 0;
  self->window = NULL;
}

static void
make_window (CsApplication *self)
{
  g_autoptr (CsSnapshot) snapshot = NULL;

  self->window = cs_window_new (GTK_APPLICATION (self), cs_settings_get_gsettings (self->settings));
  g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroyed), self, G_CONNECT_SWAPPED);
  if (self->failure != NULL) {
    cs_window_show_failure (self->window, self->failure);
    return;
  }
  snapshot = cs_engine_get_snapshot (self->engine);
  if (snapshot != NULL)
    cs_window_apply_snapshot (self->window, snapshot);
}

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_application_quit (G_APPLICATION (self));
}

/* A session that ends asks its programs to. */
static gboolean
on_terminate (gpointer user_data)
{
  g_action_group_activate_action (user_data, "quit", NULL);
  return G_SOURCE_CONTINUE;
}

/* @page: (nullable): the one to open it at */
static void
show_preferences (CsApplication *self,
                  const char    *page)
{
  CsPreferencesWindow *window = cs_preferences_window_new (self->settings);

  cs_preferences_window_set_engine (window, self->engine, self->secrets);
  if (page != NULL)
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_set_transient_for (GTK_WINDOW (window), gtk_application_get_active_window (GTK_APPLICATION (self)));
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_preferences (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  show_preferences (user_data, NULL);
}

static void
on_preferences_page (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  show_preferences (user_data, g_variant_get_string (parameter, NULL));
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  CsApplication *self = user_data;
  g_autoptr (CsSnapshot) snapshot = self->engine != NULL ? cs_engine_get_snapshot (self->engine) : NULL;
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (self));

  gtk_window_present (GTK_WINDOW (cs_about_window_new (parent, snapshot)));
}

static void
on_settle_callback (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_settle_callbacks (self->engine, g_variant_get_int64 (parameter));
}

static void
on_refresh_exotel (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_refresh_exotel (self->engine);
}

/* The parameter is a number of days; 0 ends an import. */
static void
on_import_exotel (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  CsApplication *self = user_data;

  if (self->engine != NULL)
    cs_engine_import_exotel (self->engine, g_variant_get_uint32 (parameter));
}

/* A second process with a throw-away database, beside this one. */
static void
on_sample (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  CsApplication *self = user_data;
  char *arguments[] = { NULL, (char *) "callstats", (char *) "--demo", NULL };
  g_autofree char *program = NULL;
  g_autoptr (GError) error = NULL;

  program = g_file_read_link ("/proc/self/exe", &error);
  arguments[0] = program;
  if (program != NULL && g_spawn_async (NULL, arguments, NULL, G_SPAWN_FILE_AND_ARGV_ZERO, NULL, NULL, NULL, &error))
    return;
  g_warning ("The sample can't be started: %s", error->message);
  if (self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.toast", "s", _("The sample can’t be started"));
}

static void
set_accelerators (GtkApplication *application)
{
  static const struct {
    const char *action;
    const char *accelerators[2];
  } bindings[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "win.toggle-fullscreen", { "F11" } },
    { "window.close", { "<Control>w" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    gtk_application_set_accels_for_action (application, bindings[i].action, bindings[i].accelerators);
}

static void
cs_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = on_quit },
    { .name = "preferences", .activate = on_preferences },
    { .name = "preferences-page", .activate = on_preferences_page, .parameter_type = "s" },
    { .name = "refresh-exotel", .activate = on_refresh_exotel },
    { .name = "import-exotel", .activate = on_import_exotel, .parameter_type = "u" },
    { .name = "about", .activate = on_about },
    { .name = "settle-callback", .activate = on_settle_callback, .parameter_type = "x" },
    { .name = "sample", .activate = on_sample },
  };
  CsApplication *self = CS_APPLICATION (application);

  cs_resources_register ();
  G_APPLICATION_CLASS (cs_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  set_accelerators (GTK_APPLICATION (application));
  self->signal_sources[0] = g_unix_signal_add (SIGINT, on_terminate, self);
  self->signal_sources[1] = g_unix_signal_add (SIGTERM, on_terminate, self);
  start_engine (self);
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
  if (self->engine != NULL)
    cs_engine_stop (self->engine);
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
cs_application_class_init (CsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cs_application_finalize;
  application_class->startup = cs_application_startup;
  application_class->activate = cs_application_activate;
  application_class->shutdown = cs_application_shutdown;
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
