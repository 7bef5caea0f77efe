/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-housekeeping.h"
#include "store/cs-store-orders.h"
#include "store/cs-store.h"

#define CHECKPOINT_PAGES 2000
#define FIRST_PRUNE_SECONDS 5
#define PRUNE_SECONDS (10 * 60)
/* Between two helpings of what is too old, so that calls get their turn. */
#define PRUNE_PAUSE_MS 50

struct _CsHousekeeping
{
  CsStore *store;
  CsRecorder *recorder;
  char *data_dir;              /* (owned) */
  guint journal_days;          /* 0: for ever */
  guint call_days;             /* 0: for ever */
  GSource *prune_source;       /* (owned) */
  GThread *checkpoint;         /* (owned) (nullable) */
  int checkpoint_is_done;      /* (atomic) */
};

static gboolean on_prune (gpointer data);

static void
clear_prune (CsHousekeeping *self)
{
  if (self->prune_source != NULL)
    g_source_destroy (self->prune_source);
  g_clear_pointer (&self->prune_source, g_source_unref);
}

static void
prune_in (CsHousekeeping *self,
          guint           wait_ms)
{
  clear_prune (self);
  self->prune_source = g_timeout_source_new (wait_ms);
  g_source_set_callback (self->prune_source, on_prune, self, NULL);
  g_source_attach (self->prune_source, g_main_context_get_thread_default ());
}

static gpointer
checkpoint (gpointer data)
{
  CsHousekeeping *self = data;
  g_autoptr (GError) error = NULL;

  if (!cs_store_checkpoint (self->data_dir, &error))
    g_debug ("%s", error->message);
  g_atomic_int_set (&self->checkpoint_is_done, TRUE);
  return NULL;
}

static gboolean
on_prune (gpointer data)
{
  CsHousekeeping *self = data;
  gint64 now_us = g_get_real_time ();
  gint64 events_us = self->journal_days > 0 ? now_us - self->journal_days * G_TIME_SPAN_DAY : CS_UNKNOWN;
  gint64 calls_us = self->call_days > 0 ? now_us - self->call_days * G_TIME_SPAN_DAY : CS_UNKNOWN;
  g_autoptr (GError) error = NULL;
  gboolean is_done = TRUE;

  cs_recorder_commit (self->recorder);
  if (!cs_store_prune (self->store, events_us, calls_us, &is_done, &error)
      || (events_us != CS_UNKNOWN && !cs_store_prune_queries (self->store, events_us, &error))
      || !cs_store_commit (self->store, &error))
    {
      g_warning ("Old calls could not be removed: %s", error->message);
      cs_store_rollback (self->store);
      is_done = TRUE;
    }
  prune_in (self, is_done ? PRUNE_SECONDS * 1000 : PRUNE_PAUSE_MS);
  return G_SOURCE_REMOVE;
}

CsHousekeeping *
cs_housekeeping_new (CsStore    *store,
                     CsRecorder *recorder,
                     const char *data_dir)
{
  CsHousekeeping *self = g_new0 (CsHousekeeping, 1);

  self->store = store;
  self->recorder = recorder;
  self->data_dir = g_strdup (data_dir);
  prune_in (self, FIRST_PRUNE_SECONDS * 1000);
  return self;
}

/* Waits for a log that is being moved just now. */
void
cs_housekeeping_free (CsHousekeeping *self)
{
  clear_prune (self);
  if (self->checkpoint != NULL)
    g_thread_join (self->checkpoint);
  g_free (self->data_dir);
  g_free (self);
}

/* Takes how long calls and the journal of what came in are kept. */
void
cs_housekeeping_configure (CsHousekeeping       *self,
                           const CsEngineConfig *config)
{
  self->journal_days = config->journal_days;
  self->call_days = config->call_days;
}

/* Has the log of committed pages moved into the database where it has grown long, by a thread beside: no call waits for it. */
void
cs_housekeeping_checkpoint (CsHousekeeping *self)
{
  if (self->checkpoint != NULL && g_atomic_int_get (&self->checkpoint_is_done))
    g_thread_join (g_steal_pointer (&self->checkpoint));
  if (self->checkpoint != NULL || cs_store_get_wal_pages (self->store) < CHECKPOINT_PAGES)
    return;
  g_atomic_int_set (&self->checkpoint_is_done, FALSE);
  self->checkpoint = g_thread_new ("checkpoint", checkpoint, self);
}
