/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-recorder.h"
#include "sipgate/cs-sipgate-event.h"

/* A group is committed when nothing else is to be done, but never later or larger than this. */
#define MAX_GROUP 64
#define MAX_GROUP_US (5 * G_TIME_SPAN_MILLISECOND)
#define GATHER_MS 2
/* Calls that rang while the disk was full, kept in memory until it takes them. */
#define MAX_HELD 1000
#define RETRY_SECONDS 2
#define AWAITING_MS 250
#define CLOCK_SECONDS 20

/* An event in the open transaction, and who waits for it. */
typedef struct {
  CsCallEvent *event; /* (owned) (nullable) only of new calls, which are held if the disk refuses them */
  GBytes *body;       /* (owned) (nullable) */
  gint64 at_us;
  CsRecordedFunc done;
  gpointer user_data;
} Waiter;

struct _CsRecorder
{
  CsStore *store;
  CsCallLedger *ledger;   /* (owned) */
  CsRecorderChangedFunc changed;
  gpointer user_data;
  gint64 stale_us;
  GArray *waiters;        /* (owned) (element-type Waiter) */
  gint64 group_began_us;  /* monotonic */
  gboolean is_dirty;
  CsRecorderExpectFunc expect; /* (nullable) */
  gpointer expect_data;
  GSource *commit_source; /* (owned) (nullable) */
  gboolean commit_is_near;
  GSource *clock_source;  /* (owned) (nullable) */
  guint clock_ms;
  GQueue held;            /* (owned) (element-type Waiter) */
  GSource *retry_source;  /* (owned) (nullable) */
  gint64 last_us;         /* of the stamps given */
  gint64 last_event_us;
  guint64 n_commits;
  char *error;            /* (owned) (nullable) */
};

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_source (GSource     **slot,
            GSource      *source,
            int           priority,
            GSourceFunc   callback,
            CsRecorder   *self)
{
  clear_source (slot);
  *slot = source;
  g_source_set_priority (source, priority);
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
waiter_clear (gpointer data)
{
  Waiter *waiter = data;

  g_clear_pointer (&waiter->event, cs_call_event_free);
  g_clear_pointer (&waiter->body, g_bytes_unref);
}

static void
waiter_free (gpointer data)
{
  waiter_clear (data);
  g_free (data);
}

/* The time of an arrival: no two events share one, so their order is never in doubt. */
static gint64
get_stamp (CsRecorder *self)
{
  gint64 now_us = g_get_real_time ();

  if (now_us <= self->last_us && self->last_us - now_us < G_TIME_SPAN_MILLISECOND * 10)
    now_us = self->last_us + 1;
  self->last_us = now_us;
  return now_us;
}

static void
set_error (CsRecorder   *self,
           const GError *error)
{
  if (self->error == NULL)
    g_warning ("%s. Calls ring, but they can't be kept for the moment.", error->message);
  g_free (self->error);
  self->error = g_strdup (error->message);
}

static gboolean
on_clock (gpointer data);

/* The clock is needed soon while a call waits for its next leg, and now and then for calls whose hangup got lost. */
static void
wind_clock (CsRecorder *self)
{
  guint ms = cs_store_has_awaiting (self->store) ? AWAITING_MS : CLOCK_SECONDS * 1000;

  if (self->clock_source != NULL && ms == self->clock_ms)
    return;
  self->clock_ms = ms;
  set_source (&self->clock_source, g_timeout_source_new (ms), G_PRIORITY_DEFAULT, on_clock, self);
}

static void
hold (CsRecorder *self,
      Waiter     *waiter)
{
  Waiter *held;

  if (self->held.length >= MAX_HELD)
    {
      g_warning ("The disk is still full: a call could not be kept");
      return;
    }
  held = g_new (Waiter, 1);
  *held = *waiter;
  waiter->event = NULL;
  waiter->body = NULL;
  g_queue_push_tail (&self->held, held);
}

static gboolean
on_retry (gpointer data);

/* Tells everybody in the group how it ended. Whoever is told may record again: the group is over by then. */
static void
end_group (CsRecorder *self,
           gboolean    is_kept)
{
  g_autoptr (GArray) waiters = g_steal_pointer (&self->waiters);

  self->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_array_set_clear_func (self->waiters, waiter_clear);
  self->is_dirty = FALSE;
  clear_source (&self->commit_source);
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (waiters, Waiter, i);

      if (!is_kept && waiter->event != NULL)
        hold (self, waiter);
      if (waiter->done != NULL)
        waiter->done (is_kept, waiter->user_data);
    }
}

/* Nothing of the group was kept: calls are again what the database says. */
static void
fail_group (CsRecorder   *self,
            const GError *error)
{
  cs_store_rollback (self->store);
  cs_call_ledger_clear (self->ledger);
  set_error (self, error);
  end_group (self, FALSE);
  if (self->held.length > 0 && self->retry_source == NULL)
    set_source (&self->retry_source, g_timeout_source_new_seconds (RETRY_SECONDS), G_PRIORITY_DEFAULT, on_retry, self);
  self->changed (self->user_data);
}

/* That the caller was asked for keys is nothing that the provider tells: it is journalled as if it had told that none were
 * pressed yet, so that it is known when calls are derived anew. */
static gboolean
apply_question (CsRecorder         *self,
                const CsCallEvent  *event,
                gint64              at_us,
                GError            **error)
{
  g_autoptr (CsCallEvent) question = cs_call_event_new (event->provider, CS_CALL_EVENT_DTMF, event->leg_id);
  g_autoptr (GBytes) body = cs_sipgate_event_make_dtmf (event->leg_id);

  question->digits = g_strdup ("");
  cs_call_ledger_apply (self->ledger, question, at_us);
  return cs_store_add_event (self->store, question, at_us, body, error);
}

static gboolean
apply (CsRecorder         *self,
       const CsCallEvent  *event,
       GBytes             *body,
       gint64              at_us,
       GError            **error)
{
  gboolean is_news = cs_call_ledger_apply (self->ledger, event, at_us);

  /* Keys pressed and events of unknown meaning are steps of something, not facts: they are kept each time. */
  if (!is_news && event->kind != CS_CALL_EVENT_DTMF && event->kind != CS_CALL_EVENT_OTHER)
    return TRUE;
  self->is_dirty = TRUE;
  return cs_store_add_event (self->store, event, at_us, body, error)
         && (!event->asks_keys || apply_question (self, event, at_us, error));
}

static gboolean
on_retry (gpointer data)
{
  CsRecorder *self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_kept = TRUE;

  cs_recorder_commit (self);
  for (GList *l = self->held.head; l != NULL && is_kept; l = l->next)
    {
      Waiter *waiter = l->data;

      is_kept = apply (self, waiter->event, waiter->body, waiter->at_us, &error);
    }
  is_kept = is_kept && cs_store_put_changes (self->store, self->ledger, &error) && cs_store_commit (self->store, &error);
  if (!is_kept)
    {
      cs_store_rollback (self->store);
      cs_call_ledger_clear (self->ledger);
      self->is_dirty = FALSE;
      return G_SOURCE_CONTINUE;
    }

  g_message ("The disk takes calls again; %u were waiting.", self->held.length);
  self->is_dirty = FALSE;
  g_queue_clear_full (&self->held, waiter_free);
  g_clear_pointer (&self->error, g_free);
  clear_source (&self->retry_source);
  wind_clock (self);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_commit (gpointer data)
{
  cs_recorder_commit (data);
  return G_SOURCE_REMOVE;
}

/* A commit costs as much for one event as for many: while most of those who ask are still on their way it waits for them,
 * for a moment. Once half of them are here, their commit and the reading of the others go on side by side. */
static void
schedule_commit (CsRecorder *self)
{
  gboolean is_near = self->expect == NULL || self->expect (self->expect_data) <= 2 * self->waiters->len;

  if (self->commit_source != NULL && self->commit_is_near >= is_near)
    return;
  self->commit_is_near = is_near;
  if (is_near)
    set_source (&self->commit_source, g_idle_source_new (), G_PRIORITY_DEFAULT + 10, on_commit, self);
  else
    set_source (&self->commit_source, g_timeout_source_new (GATHER_MS), G_PRIORITY_DEFAULT, on_commit, self);
}

/* The waiter, whose part was or wasn't written, becomes one of the group; takes what it owns. */
static void
join_group (CsRecorder   *self,
            Waiter       *waiter,
            gboolean      is_written,
            const GError *error)
{
  if (self->waiters->len == 0)
    self->group_began_us = g_get_monotonic_time ();
  g_array_append_vals (self->waiters, waiter, 1);
  if (!is_written)
    fail_group (self, error);
  else if (self->waiters->len >= MAX_GROUP || g_get_monotonic_time () - self->group_began_us > MAX_GROUP_US)
    cs_recorder_commit (self);
  else
    schedule_commit (self);
}

/* Ends calls that are due, a few hundred at the most. Returns whether there may be more. */
static gboolean
end_due (CsRecorder *self)
{
  g_autoptr (GPtrArray) ended = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now_us;

  cs_recorder_commit (self);
  now_us = get_stamp (self);
  if (!cs_store_load_due (self->store, self->ledger, now_us, self->stale_us, &error))
    {
      fail_group (self, error);
      return FALSE;
    }
  cs_call_ledger_advance (self->ledger, now_us, self->stale_us);
  ended = cs_call_ledger_get_changed (self->ledger);
  /* A commit of nothing would say that the disk takes calls. */
  self->is_dirty = self->is_dirty || ended->len > 0;
  cs_recorder_commit (self);
  return ended->len > 0 && self->error == NULL;
}

static gboolean
on_clock (gpointer data)
{
  end_due (data);
  return G_SOURCE_CONTINUE;
}

/* The store outlives the recorder. Calls that the clock ended meanwhile are ended at once. */
CsRecorder *
cs_recorder_new (CsStore               *store,
                 CsRecorderChangedFunc  changed,
                 gpointer               user_data)
{
  CsRecorder *self = g_new0 (CsRecorder, 1);

  self->store = store;
  self->changed = changed;
  self->user_data = user_data;
  self->ledger = cs_call_ledger_new (cs_store_find_call, store);
  self->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_array_set_clear_func (self->waiters, waiter_clear);
  g_queue_init (&self->held);
  self->last_event_us = cs_store_get_last_event (store);
  self->stale_us = 240 * G_TIME_SPAN_MINUTE;
  return self;
}

/* Commits what is open first, and tries once more what is held. */
void
cs_recorder_free (CsRecorder *self)
{
  cs_recorder_commit (self);
  if (self->held.length > 0)
    on_retry (self);
  if (self->held.length > 0)
    g_warning ("%u calls could not be kept: %s", self->held.length, self->error);
  clear_source (&self->commit_source);
  clear_source (&self->clock_source);
  clear_source (&self->retry_source);
  g_queue_clear_full (&self->held, waiter_free);
  g_array_unref (self->waiters);
  cs_call_ledger_free (self->ledger);
  g_free (self->error);
  g_free (self);
}

/* Sets who knows how many events are on their way; NULL: nobody. */
void
cs_recorder_set_expect (CsRecorder           *self,
                        CsRecorderExpectFunc  expect,
                        gpointer              user_data)
{
  self->expect = expect;
  self->expect_data = user_data;
}

/* Sets after how many minutes without news a running call counts as stale, and ends those that are. */
void
cs_recorder_set_stale (CsRecorder *self,
                       guint       minutes)
{
  self->stale_us = MAX (minutes, 1) * G_TIME_SPAN_MINUTE;
  while (end_due (self))
    ;
  wind_clock (self);
}

/* Applies an event that arrived just now. done is called, from here or later, when the event and all that follows from
 * it is on disk, or when it can't be; a new call that can't be kept is held in memory and tried again. */
void
cs_recorder_record (CsRecorder        *self,
                    const CsCallEvent *event,
                    GBytes            *body,
                    CsRecordedFunc     done,
                    gpointer           user_data)
{
  cs_recorder_record_at (self, event, body, cs_recorder_get_stamp (self), done, user_data);
}

/* The same for an event that arrived at at_us, in microseconds UTC. */
void
cs_recorder_record_at (CsRecorder        *self,
                       const CsCallEvent *event,
                       GBytes            *body,
                       gint64             at_us,
                       CsRecordedFunc     done,
                       gpointer           user_data)
{
  cs_recorder_record_with (self, event, body, at_us, NULL, NULL, done, user_data);
}

/* The same, and write, where it isn't NULL, puts what belongs to the event into the same transaction. */
void
cs_recorder_record_with (CsRecorder          *self,
                         const CsCallEvent   *event,
                         GBytes              *body,
                         gint64               at_us,
                         CsRecorderWriteFunc  write,
                         gpointer             data,
                         CsRecordedFunc       done,
                         gpointer             user_data)
{
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL, NULL, at_us, done, user_data };
  gboolean is_written;

  if (event->kind == CS_CALL_EVENT_NEW_CALL)
    {
      waiter.event = cs_call_event_copy (event);
      waiter.body = g_bytes_ref (body);
    }
  is_written = apply (self, event, body, at_us, &error);
  if (is_written && write != NULL)
    {
      self->is_dirty = TRUE;
      is_written = write (self->store, data, &error);
    }
  join_group (self, &waiter, is_written, error);
}

/* The same for what nobody sent: it was fetched just now, of a time that it tells itself. Returns whether it told anything new. */
gboolean
cs_recorder_record_fetched (CsRecorder        *self,
                            const CsCallEvent *event,
                            GBytes            *body,
                            CsRecordedFunc     done,
                            gpointer           user_data)
{
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL, NULL, get_stamp (self), done, user_data };
  gboolean is_news = cs_call_ledger_apply (self->ledger, event, waiter.at_us), is_written = TRUE;

  if (is_news)
    {
      self->is_dirty = TRUE;
      is_written = cs_store_add_event (self->store, event, waiter.at_us, body, &error);
    }
  join_group (self, &waiter, is_written, error);
  return is_news;
}

/* The time of an event that arrives now, in microseconds UTC: no other event has the same. */
gint64
cs_recorder_get_stamp (CsRecorder *self)
{
  self->last_event_us = get_stamp (self);
  return self->last_event_us;
}

/* Whether something was heard of a leg before. */
gboolean
cs_recorder_knows (CsRecorder *self,
                   CsProvider  provider,
                   const char *leg_id)
{
  return cs_call_ledger_find (self->ledger, provider, leg_id) != NULL;
}

/* Lets write put something else than an event into the open transaction, and calls done as cs_recorder_record() does. */
void
cs_recorder_write (CsRecorder          *self,
                   CsRecorderWriteFunc  write,
                   gpointer             data,
                   CsRecordedFunc       done,
                   gpointer             user_data)
{
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL, NULL, 0, done, user_data };
  gboolean is_written;

  self->is_dirty = TRUE;
  is_written = write (self->store, data, &error);
  join_group (self, &waiter, is_written, error);
}

/* Makes durable what is open, and tells those who wait. */
void
cs_recorder_commit (CsRecorder *self)
{
  g_autoptr (GError) error = NULL;
  gboolean was_dirty = self->is_dirty;

  if (was_dirty && (!cs_store_put_changes (self->store, self->ledger, &error) || !cs_store_commit (self->store, &error)))
    {
      fail_group (self, error);
      return;
    }

  cs_call_ledger_clear (self->ledger);
  if (was_dirty && self->held.length == 0)
    g_clear_pointer (&self->error, g_free);
  end_group (self, TRUE);
  if (!was_dirty)
    return;
  self->n_commits++;
  wind_clock (self);
  self->changed (self->user_data);
}

typedef struct {
  gint64 call_id;
  gint64 now_us;
} Tick;

static gboolean
write_tick (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  Tick *tick = data;

  return cs_store_settle_callbacks (store, tick->call_id, tick->now_us, error);
}

/* Ticks off a call that wanted to be called back, and others of the same number. */
void
cs_recorder_settle (CsRecorder *self,
                    gint64      call_id)
{
  Tick tick = { call_id, get_stamp (self) };

  /* What the open group says of the call has to be there before it is ticked off. */
  cs_recorder_commit (self);
  cs_recorder_write (self, write_tick, &tick, NULL, NULL);
}

static gboolean
write_untick (CsStore  *store,
              gpointer  data,
              GError  **error)
{
  return cs_store_unsettle_callbacks (store, *(gint64 *) data, error);
}

/* Takes back what cs_recorder_settle() did. */
void
cs_recorder_unsettle (CsRecorder *self,
                      gint64      call_id)
{
  cs_recorder_commit (self);
  cs_recorder_write (self, write_untick, &call_id, NULL, NULL);
}

/* Arrival of the last event, microseconds UTC, or CS_UNKNOWN. */
gint64
cs_recorder_get_last_event (CsRecorder *self)
{
  return self->last_event_us;
}

/* Why calls can't be kept, or NULL while they can. */
const char *
cs_recorder_get_error (CsRecorder *self)
{
  return self->error;
}

/* How many groups were committed since the start. */
guint64
cs_recorder_get_n_commits (CsRecorder *self)
{
  return self->n_commits;
}

/* How many calls wait in memory for the disk. */
guint
cs_recorder_get_n_held (CsRecorder *self)
{
  return self->held.length;
}
