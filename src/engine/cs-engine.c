/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"

struct _CsEngine
{
  GObject parent_instance;

  GMainContext *owner_context;   /* (owned) where signals are emitted */
  GMainContext *service_context; /* (owned) (nullable) */
  GMainLoop *service_loop;       /* (owned) (nullable) */
  GThread *thread;               /* (owned) (nullable) */
  CsService *service;            /* of the service thread */

  GMutex mutex;                  /* guards what follows */
  CsSnapshot *snapshot;          /* (owned) (nullable) */
  gboolean is_announced;         /* a signal is on its way for it */
  GPtrArray *news;               /* (owned) (nullable) (element-type CsNews) not yet taken; a signal is on its way for it */
};

G_DEFINE_FINAL_TYPE (CsEngine, cs_engine, G_TYPE_OBJECT)

enum
{
  SNAPSHOT,
  NEWS,
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

static gboolean
emit_news (gpointer data)
{
  g_signal_emit (data, signals[NEWS], 0);
  return G_SOURCE_REMOVE;
}

/* On the service thread. Unlike snapshots, no news takes the place of another. */
static void
hand_news (GPtrArray *news,
           gpointer   data)
{
  CsEngine *self = data;
  g_autoptr (GSource) source = NULL;
  gboolean is_first;

  if (!g_signal_has_handler_pending (self, signals[NEWS], 0, FALSE))
    {
      g_ptr_array_unref (news);
      return;
    }
  g_mutex_lock (&self->mutex);
  is_first = self->news == NULL;
  if (is_first)
    self->news = news;
  else
    g_ptr_array_extend_and_steal (self->news, news);
  g_mutex_unlock (&self->mutex);
  if (!is_first)
    return;

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_news, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->owner_context);
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
    {
      cs_service_set_news_func (self->service, hand_news);
      cs_engine_resume_deletion (self->service);
      cs_engine_resume_import (self->service);
      cs_service_publish (self->service);
    }

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
  CsEngine *engine;           /* (unowned) the thread is joined before it goes */
  CsServiceFunc func;
  CsServiceTaskFunc task_func;
  gpointer data;              /* (owned) by destroy */
  GDestroyNotify destroy;     /* (nullable) */
} Command;

static void
command_free (gpointer data)
{
  Command *command = data;

  if (command->destroy != NULL)
    command->destroy (command->data);
  g_free (command);
}

static gboolean
run_command (gpointer data)
{
  Command *command = data;

  if (command->task_func != NULL)
    command->task_func (command->engine->service, command->data);
  else
    command->func (command->engine->service, command->data);
  return G_SOURCE_REMOVE;
}

static void
send_command (CsEngine *self,
              Command   command)
{
  command.engine = self;
  g_main_context_invoke_full (self->service_context, G_PRIORITY_DEFAULT, run_command,
                              g_memdup2 (&command, sizeof command), command_free);
}

static void
configure (CsService *service,
           gpointer   data)
{
  cs_service_configure (service, data);
}

static void
settle (CsService *service,
        gpointer   data)
{
  cs_service_settle (service, *(gint64 *) data);
}

static void
unsettle (CsService *service,
          gpointer   data)
{
  cs_service_unsettle (service, *(gint64 *) data);
}

static void
cs_engine_finalize (GObject *object)
{
  CsEngine *self = CS_ENGINE (object);

  cs_engine_stop (self);
  g_clear_pointer (&self->snapshot, cs_snapshot_unref);
  g_clear_pointer (&self->news, g_ptr_array_unref);
  g_clear_pointer (&self->owner_context, g_main_context_unref);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (cs_engine_parent_class)->finalize (object);
}

static void
cs_engine_class_init (CsEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_engine_finalize;

  signals[SNAPSHOT] = g_signal_new ("snapshot", CS_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NEWS] = g_signal_new ("news", CS_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_engine_init (CsEngine *self)
{
  g_mutex_init (&self->mutex);
  self->owner_context = g_main_context_ref_thread_default ();
  /* Its signals come where it was asked for first, which must not be the service thread: that one may end. */
  g_network_monitor_get_default ();
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

  cs_engine_send (self, configure, cs_engine_config_copy (config), (GDestroyNotify) cs_engine_config_free);
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

/* Returns what happened since the last time, oldest first, each once; NULL where nothing did.
 * (transfer full) (nullable) (element-type CsNews) */
GPtrArray *
cs_engine_take_news (CsEngine *self)
{
  GPtrArray *news;

  g_return_val_if_fail (CS_IS_ENGINE (self), NULL);

  g_mutex_lock (&self->mutex);
  news = g_steal_pointer (&self->news);
  g_mutex_unlock (&self->mutex);
  return news;
}

static void
note_told (CsService *service,
           gpointer   data)
{
  cs_service_note_told (service, data);
}

/* Remembers that the user was told of these calls: after a restart they are no news. (element-type gint64) */
void
cs_engine_note_told (CsEngine *self,
                     GArray   *call_ids)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, note_told, g_array_ref (call_ids), (GDestroyNotify) g_array_unref);
}

/* Ticks off a call that wanted to be called back, and others of the same number. */
void
cs_engine_settle_callbacks (CsEngine *self,
                            gint64    call_id)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, settle, g_memdup2 (&call_id, sizeof call_id), g_free);
}

/* Takes back what cs_engine_settle_callbacks() did for this call and for others with it. */
void
cs_engine_unsettle_callbacks (CsEngine *self,
                              gint64    call_id)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, unsettle, g_memdup2 (&call_id, sizeof call_id), g_free);
}

void
cs_engine_send (CsEngine       *self,
                CsServiceFunc   func,
                gpointer        data,
                GDestroyNotify  destroy)
{
  if (self->thread != NULL)
    send_command (self, (Command) { .func = func, .data = data, .destroy = destroy });
  else if (destroy != NULL)
    destroy (data);
}

void
cs_engine_ask (CsEngine          *self,
               CsServiceTaskFunc  func,
               GTask             *task)
{
  if (self->thread != NULL)
    {
      send_command (self, (Command) { .task_func = func, .data = task, .destroy = g_object_unref });
      return;
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "CallStats isn't receiving");
  g_object_unref (task);
}
