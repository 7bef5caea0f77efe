/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-engine.h"
#include "engine/cs-service.h"
#include "exotel/cs-exotel-client.h"

#include <string.h>

struct _CsEngine
{
  GObject parent_instance;

  GMainContext *owner_context;   /* (owned) where signals are emitted */
  GMainContext *service_context; /* (owned) (nullable) */
  GMainLoop *service_loop;       /* (owned) (nullable) */
  GThread *thread;               /* (owned) (nullable) */
  CsService *service;            /* of the service thread */

  GMutex mutex;                  /* guards the two below */
  CsSnapshot *snapshot;          /* (owned) (nullable) */
  gboolean is_announced;         /* a signal is on its way for it */
};

G_DEFINE_FINAL_TYPE (CsEngine, cs_engine, G_TYPE_OBJECT)

enum
{
  SNAPSHOT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What the service thread needs to begin, and how that went. */
typedef struct {
  CsEngine *engine;
  const CsEngineConfig *config;
  GError *error;
  gboolean is_ready;
  GMutex mutex;
  GCond cond;
} Start;

static gboolean
emit_snapshot (gpointer data)
{
  CsEngine *self = data;

  g_mutex_lock (&self->mutex);
  self->is_announced = FALSE;
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[SNAPSHOT], 0);
  return G_SOURCE_REMOVE;
}

/* On the service thread. Of several snapshots that nobody fetched yet, only the last one counts. */
static void
publish (CsSnapshot *snapshot,
         gpointer    data)
{
  CsEngine *self = data;
  g_autoptr (CsSnapshot) old = NULL;
  gboolean was_announced;

  g_mutex_lock (&self->mutex);
  old = g_steal_pointer (&self->snapshot);
  self->snapshot = snapshot;
  was_announced = self->is_announced;
  self->is_announced = TRUE;
  g_mutex_unlock (&self->mutex);

  if (!was_announced)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, emit_snapshot, g_object_ref (self), g_object_unref);
      g_source_attach (source, self->owner_context);
    }
}

/* On the service thread. */
static gboolean
has_audience (gpointer data)
{
  return g_signal_has_handler_pending (data, signals[SNAPSHOT], 0, FALSE);
}

static gpointer
run_service (gpointer data)
{
  Start *start = data;
  CsEngine *self = start->engine;

  g_main_context_push_thread_default (self->service_context);
  self->service = cs_service_new (start->config, publish, has_audience, self, &start->error);
  if (self->service != NULL)
    cs_service_publish (self->service);

  /* From here on the starter goes on, and start is gone. */
  gboolean is_running = self->service != NULL;
  g_mutex_lock (&start->mutex);
  start->is_ready = TRUE;
  g_cond_signal (&start->cond);
  g_mutex_unlock (&start->mutex);

  if (is_running)
    g_main_loop_run (self->service_loop);
  g_clear_pointer (&self->service, cs_service_free);
  g_main_context_pop_thread_default (self->service_context);
  return NULL;
}

static gboolean
quit_service (gpointer data)
{
  CsEngine *self = data;

  g_main_loop_quit (self->service_loop);
  return G_SOURCE_REMOVE;
}

/* A command on its way down. */
typedef struct {
  CsEngine *engine;       /* (unowned) the thread is joined before it goes */
  CsEngineConfig *config; /* (owned) (nullable) */
  gint64 call_id;
  guint days;
  GTask *task;            /* (owned) (nullable) */
} Command;

static void
command_free (gpointer data)
{
  Command *command = data;

  g_clear_pointer (&command->config, cs_engine_config_free);
  g_clear_object (&command->task);
  g_free (command);
}

static gboolean
run_configure (gpointer data)
{
  Command *command = data;

  cs_service_configure (command->engine->service, command->config);
  return G_SOURCE_REMOVE;
}

static gboolean
run_settle (gpointer data)
{
  Command *command = data;

  cs_service_settle (command->engine->service, command->call_id);
  return G_SOURCE_REMOVE;
}

static gboolean
run_refresh_exotel (gpointer data)
{
  Command *command = data;

  cs_service_refresh_exotel (command->engine->service);
  return G_SOURCE_REMOVE;
}

static gboolean
run_import_exotel (gpointer data)
{
  Command *command = data;

  cs_service_import_exotel (command->engine->service, command->days);
  return G_SOURCE_REMOVE;
}

/* Back on the service thread; the task answers where it was asked. */
static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  char *base_url = cs_exotel_client_probe_finish (CS_EXOTEL_CLIENT (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, base_url, g_free);
}

static gboolean
run_test_exotel (gpointer data)
{
  Command *command = data;
  const CsEngineConfig *config = command->config;
  g_autoptr (GTimeZone) zone = cs_day_get_zone (config->exotel_timezone);
  CsExotelConfig settings = { config->exotel_base_url, config->exotel_account_sid, config->exotel_api_key,
                              config->exotel_api_token, zone, NULL };
  GError *error = NULL;
  g_autoptr (CsExotelClient) client = cs_exotel_client_new (&settings, &error);

  if (client == NULL)
    g_task_return_error (command->task, error);
  else
    cs_exotel_client_probe_async (client, g_task_get_cancellable (command->task), on_probed, g_object_ref (command->task));
  return G_SOURCE_REMOVE;
}

/* Takes the command, whose engine it sets. */
static void
send_command (CsEngine    *self,
              GSourceFunc  func,
              Command      command)
{
  Command *sent = g_memdup2 (&command, sizeof command);

  sent->engine = self;
  if (self->thread != NULL)
    g_main_context_invoke_full (self->service_context, G_PRIORITY_DEFAULT, func, sent, command_free);
  else
    command_free (sent);
}

static void
cs_engine_finalize (GObject *object)
{
  CsEngine *self = CS_ENGINE (object);

  cs_engine_stop (self);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  g_clear_pointer (&self->owner_context, g_main_context_unref);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (cs_engine_parent_class)->finalize (object);
}

static void
cs_engine_class_init (CsEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_engine_finalize;

  signals[SNAPSHOT] = g_signal_new ("snapshot", CS_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_engine_init (CsEngine *self)
{
  g_mutex_init (&self->mutex);
  self->owner_context = g_main_context_ref_thread_default ();
}

static void
clear_secret (char **secret)
{
  if (*secret != NULL)
    explicit_bzero (*secret, strlen (*secret));
  g_clear_pointer (secret, g_free);
}

/* Makes a configuration of empty values; the caller sets them all. */
CsEngineConfig *
cs_engine_config_new (void)
{
  return g_new0 (CsEngineConfig, 1);
}

CsEngineConfig *
cs_engine_config_copy (const CsEngineConfig *config)
{
  CsEngineConfig *copy = g_memdup2 (config, sizeof *config);

  copy->data_dir = g_strdup (config->data_dir);
  copy->webhook_token = g_strdup (config->webhook_token);
  copy->public_url = g_strdup (config->public_url);
  copy->public_key_file = g_strdup (config->public_key_file);
  copy->timezone = g_strdup (config->timezone);
  copy->exotel_base_url = g_strdup (config->exotel_base_url);
  copy->exotel_account_sid = g_strdup (config->exotel_account_sid);
  copy->exotel_api_key = g_strdup (config->exotel_api_key);
  copy->exotel_api_token = g_strdup (config->exotel_api_token);
  copy->exotel_timezone = g_strdup (config->exotel_timezone);
  return copy;
}

void
cs_engine_config_free (CsEngineConfig *config)
{
  g_free (config->data_dir);
  g_free (config->webhook_token);
  g_free (config->public_url);
  g_free (config->public_key_file);
  g_free (config->timezone);
  g_free (config->exotel_base_url);
  g_free (config->exotel_account_sid);
  clear_secret (&config->exotel_api_key);
  clear_secret (&config->exotel_api_token);
  g_free (config->exotel_timezone);
  g_free (config);
}

/* Makes an engine that is not running. Its signals come on the thread-default main context of now. */
CsEngine *
cs_engine_new (void)
{
  return g_object_new (CS_TYPE_ENGINE, NULL);
}

/* Starts the service thread and waits until both listeners were tried; what became of them stands in the snapshot.
 * An error (CS_STORE_ERROR) where the database can't be opened; nothing runs then. */
gboolean
cs_engine_start (CsEngine              *self,
                 const CsEngineConfig  *config,
                 GError               **error)
{
  Start start = { .engine = self, .config = config };

  g_return_val_if_fail (CS_IS_ENGINE (self), FALSE);
  g_return_val_if_fail (self->thread == NULL, FALSE);

  g_mutex_init (&start.mutex);
  g_cond_init (&start.cond);
  self->service_context = g_main_context_new ();
  self->service_loop = g_main_loop_new (self->service_context, FALSE);
  self->thread = g_thread_new ("service", run_service, &start);

  g_mutex_lock (&start.mutex);
  while (!start.is_ready)
    g_cond_wait (&start.cond, &start.mutex);
  g_mutex_unlock (&start.mutex);
  g_mutex_clear (&start.mutex);
  g_cond_clear (&start.cond);

  if (start.error == NULL)
    return TRUE;
  g_propagate_error (error, start.error);
  cs_engine_stop (self);
  return FALSE;
}

/* Takes changed settings while it runs. */
void
cs_engine_configure (CsEngine             *self,
                     const CsEngineConfig *config)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  send_command (self, run_configure, (Command) { .config = cs_engine_config_copy (config) });
}

/* Stops listening, commits, answers, and returns when all of it is done. */
void
cs_engine_stop (CsEngine *self)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  if (self->thread == NULL)
    return;
  g_main_context_invoke (self->service_context, quit_service, self);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->service_loop, g_main_loop_unref);
  g_clear_pointer (&self->service_context, g_main_context_unref);
}

/* Returns the newest snapshot; there is one since the start. (transfer full) (nullable) */
CsSnapshot *
cs_engine_get_snapshot (CsEngine *self)
{
  CsSnapshot *snapshot;

  g_return_val_if_fail (CS_IS_ENGINE (self), NULL);

  g_mutex_lock (&self->mutex);
  snapshot = self->snapshot != NULL ? cs_snapshot_ref (self->snapshot) : NULL;
  g_mutex_unlock (&self->mutex);
  return snapshot;
}

/* Fetches what is new at Exotel, without waiting for the next turn. */
void
cs_engine_refresh_exotel (CsEngine *self)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  send_command (self, run_refresh_exotel, (Command) { 0 });
}

/* Fetches the records of the last so many days (at most 180); 0 ends such a fetch. */
void
cs_engine_import_exotel (CsEngine *self,
                         guint     days)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  send_command (self, run_import_exotel, (Command) { .days = days });
}

/* Tries the account, key and region of the configuration, whatever the engine uses itself. */
void
cs_engine_test_exotel_async (CsEngine             *self,
                             const CsEngineConfig *config,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_test_exotel_async);
  if (self->thread == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "CallStats isn't receiving");
  else
    send_command (self, run_test_exotel,
                  (Command) { .config = cs_engine_config_copy (config), .task = g_object_ref (task) });
}

/* Returns the address of the region that answered, or why none did, as a sentence to show. (transfer full) */
char *
cs_engine_test_exotel_finish (CsEngine      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Ticks off a call that wanted to be called back, and others of the same number. */
void
cs_engine_settle_callbacks (CsEngine *self,
                            gint64    call_id)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  send_command (self, run_settle, (Command) { .call_id = call_id });
}
