/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-bookmark.h"
#include "engine/cs-exotel-lookback.h"
#include "engine/cs-exotel-phone-sync.h"
#include "engine/cs-exotel-sync.h"
#include "exotel/cs-exotel-client.h"
#include "store/cs-store-health.h"

#include <string.h>

#define MAX_RETRY_SECONDS 900
#define MAX_IMPORT_DAYS 180
#define ABANDONED_KEY "cs-abandoned"

/* What sync_state remembers. */
#define ACCOUNT_STATE "exotel-account"
#define UNTIL_STATE "exotel-until"          /* everything created before this was fetched: microseconds UTC */
#define GOOD_STATE "exotel-good"            /* when all of it was fetched last */
#define GAP_STATE "exotel-gap"              /* "from to missing": what a fetch is known not to have brought */
#define LOOKED_STATE "exotel-gap-looked"    /* when a fetch last began at or before the gap */
#define IMPORT_STATE "exotel-import"        /* "from to resume" of an import that isn't over */

typedef enum {
  JOB_REFRESH,
  JOB_IMPORT,
  N_JOBS,
} JobKind;

/* A fetch under way. */
typedef struct {
  CsExotelSync *sync;
  JobKind kind;
  GCancellable *cancellable; /* (owned) (nullable) NULL: nothing is under way */
  CsExotelFetch *fetch;      /* (nullable) while it waits for a page to be kept */
  gint64 from_us;
  gint64 to_us;
  char *storage_error;       /* (owned) (nullable) why a page could not be kept */
  gboolean goes_on;          /* after an interruption, and no page has come since */
} Job;

struct _CsExotelSync
{
  CsStore *store;
  CsRecorder *recorder;
  CsRecorderChangedFunc changed;
  gpointer user_data;
  CsEngineConfig *config;    /* (owned) (nullable) */
  CsExotelClient *client;    /* (owned) (nullable) */
  GTimeZone *zone;           /* (owned) (nullable) */
  CsExotelLimits limits;
  CsExotelState state;
  CsExotelTickFunc get_tick; /* the monotonic clock, microseconds */
  Job jobs[N_JOBS];
  CsExotelPhoneSync *phones; /* (owned) */
  GSource *timer;            /* (owned) (nullable) */
  guint n_failures;
  CsExotelLookback lookback;
};

/* A page on its way into the store. */
typedef struct {
  GPtrArray *calls;
  const char *state_name;    /* (nullable) */
  const char *state_value;   /* (nullable) */
} Page;

static gboolean
on_timer (gpointer data)
{
  CsExotelSync *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  cs_exotel_sync_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
stop_timer (CsExotelSync *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->state.next_us = CS_UNKNOWN;
}

/* After failures it takes longer and longer, with some chance in it, so that not everybody comes back at once. */
static void
schedule (CsExotelSync *self)
{
  guint seconds = self->config->exotel_refresh_seconds, wait_ms;

  stop_timer (self);
  if (self->n_failures > 0)
    seconds = MIN (MAX (seconds, 15) << MIN (self->n_failures - 1, 6), MAX_RETRY_SECONDS) + g_random_int_range (0, 5);
  if (seconds == 0)
    return;
  wait_ms = seconds * 1000.0 * self->limits.time_scale;
  self->state.next_us = g_get_real_time () + wait_ms * G_TIME_SPAN_MILLISECOND;
  self->timer = g_timeout_source_new (wait_ms);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* Says whether anything is known to be missing. An import that isn't over, for whatever reason, has days that are half there. */
static void
judge_completeness (CsExotelSync *self)
{
  g_autofree char *import = cs_store_get_state (self->store, IMPORT_STATE);
  CsBookmarkGap gap;
  gboolean has_gap = cs_bookmark_get_gap (self->store, GAP_STATE, &gap);

  self->state.is_complete = !has_gap && self->state.error == NULL && import == NULL && !self->state.is_importing
                            && cs_bookmark_get_time (self->store, GOOD_STATE) != CS_UNKNOWN;
  self->state.n_missing = has_gap && gap.n_missing > 0 ? gap.n_missing : CS_UNKNOWN;
}

static gboolean
write_page (CsStore  *store,
            gpointer  data,
            GError  **error)
{
  Page *page = data;

  for (guint i = 0; i < page->calls->len; i++)
    {
      gboolean changed;

      if (!cs_store_put_record (store, g_ptr_array_index (page->calls, i), &changed, error))
        return FALSE;
    }
  return page->state_name == NULL || cs_store_set_state (store, page->state_name, page->state_value, error);
}

static void
on_page_kept (gboolean is_kept,
              gpointer data)
{
  Job *job = data;
  CsExotelFetch *fetch = g_steal_pointer (&job->fetch);

  /* The disk is full: what comes can't be kept, and is fetched again later. */
  if (!is_kept && job->cancellable != NULL)
    {
      g_free (job->storage_error);
      job->storage_error = g_strdup (cs_recorder_get_error (job->sync->recorder));
      g_cancellable_cancel (job->cancellable);
    }
  if (fetch != NULL)
    cs_exotel_fetch_go_on (fetch);
}

/* A page, and how far it leads, are kept together: whatever happens next, no record is lost and none fetched in vain. */
static CsExotelNext
on_page (CsExotelFetch          *fetch,
         GPtrArray              *calls,
         const CsExotelProgress *progress,
         gpointer                data)
{
  Job *job = data;
  CsExotelSync *self = job->sync;
  g_autofree char *value = NULL;
  Page page = { calls, NULL, NULL };

  /* When it was read tells whether it may still change. */
  for (guint i = 0; i < calls->len; i++)
    ((CsCall *) g_ptr_array_index (calls, i))->last_us = g_get_real_time ();
  if (job->kind == JOB_IMPORT && progress->resume != NULL)
    {
      page.state_name = IMPORT_STATE;
      value = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", job->from_us, job->to_us, progress->resume);
    }
  else if (job->kind == JOB_REFRESH && calls->len > 0)
    {
      CsCall *last = g_ptr_array_index (calls, calls->len - 1);
      gint64 until_us = cs_bookmark_get_time (self->store, UNTIL_STATE);

      page.state_name = UNTIL_STATE;
      value = g_strdup_printf ("%" G_GINT64_FORMAT, MAX (until_us, last->seen_us));
    }
  page.state_value = value;

  if (job->kind == JOB_IMPORT || !self->state.is_importing)
    {
      if (job->goes_on)
        self->state.began_fraction = progress->fraction;
      job->goes_on = FALSE;
      self->state.fraction = progress->fraction;
      self->state.n_done = progress->so_far->n_calls;
    }
  job->fetch = fetch;
  cs_recorder_write (self->recorder, write_page, &page, on_page_kept, job);
  self->changed (self->user_data);
  /* It may have been kept within the call. */
  return job->fetch != NULL ? CS_EXOTEL_WAIT : CS_EXOTEL_GO_ON;
}

static void
note_result (CsExotelSync         *self,
             Job                  *job,
             const CsExotelResult *result)
{
  CsBookmarkGap gap = { job->from_us, job->to_us, result->n_missing }, known;
  gboolean has_known = cs_bookmark_get_gap (self->store, GAP_STATE, &known);
  gboolean is_covered = has_known && job->from_us <= known.from_us && job->to_us >= known.to_us;

  if (!result->is_complete)
    {
      /* The same gap, looked at again, doesn't grow. What an earlier fetch lacked isn't forgotten because a later one, of
       * other hours, lacks something too. */
      if (has_known)
        {
          gap.from_us = is_covered ? known.from_us : MIN (gap.from_us, known.from_us);
          gap.to_us = is_covered ? known.to_us : MAX (gap.to_us, known.to_us);
        }
      if (has_known && !is_covered)
        gap.n_missing = known.n_missing < 0 || gap.n_missing < 0 ? -1 : MAX (gap.n_missing, known.n_missing);
      cs_bookmark_set_gap (self->recorder, GAP_STATE, &gap);
    }
  else if (is_covered)
    {
      cs_bookmark_set_gap (self->recorder, GAP_STATE, NULL);
    }
  self->state.n_unreadable = result->n_unreadable;
  g_free (self->state.fault);
  self->state.fault = g_strdup (result->fault);
}

/* Nobody waits for it any more: the job is another's by now, or gone. */
static gboolean
was_abandoned (GAsyncResult *result)
{
  GCancellable *cancellable = g_task_get_cancellable (G_TASK (result));

  return g_object_get_data (G_OBJECT (cancellable), ABANDONED_KEY) != NULL;
}

/* Ends a job with what it brought or why it failed. FALSE where nobody waits for it: then job isn't to be touched. */
static gboolean
finish_job (Job             *job,
            GObject         *source,
            GAsyncResult    *result,
            CsExotelResult **fetched,
            GError         **error)
{
  *fetched = cs_exotel_client_fetch_finish (CS_EXOTEL_CLIENT (source), result, error);
  if (was_abandoned (result))
    return FALSE;
  job->fetch = NULL;
  g_clear_object (&job->cancellable);
  return TRUE;
}

/* Tells why a job failed; a disk that takes nothing stopped it, whatever it says itself. (transfer full) */
static char *
describe_failure (Job          *job,
                  const GError *error)
{
  return job->storage_error != NULL ? g_steal_pointer (&job->storage_error) : g_strdup (error->message);
}

static void resume_import (CsExotelSync *self);

static void
on_refreshed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsExotelResult) fetched = NULL;
  CsExotelSync *self;

  if (!finish_job (job, source, result, &fetched, &error))
    return;

  self = job->sync;
  self->state.activity = CS_EXOTEL_IDLE;
  g_clear_pointer (&self->state.error, g_free);
  if (error != NULL)
    {
      self->n_failures++;
      self->state.error = describe_failure (job, error);
    }
  else
    {
      self->n_failures = 0;
      self->state.good_us = g_get_real_time ();
      note_result (self, job, fetched);
      cs_bookmark_set_time (self->recorder, UNTIL_STATE, job->to_us);
      cs_bookmark_set_time (self->recorder, GOOD_STATE, job->to_us);
      cs_exotel_phone_sync_run (self->phones, self->client, self->get_tick ());
    }
  cs_recorder_commit (self->recorder);
  judge_completeness (self);
  schedule (self);
  if (error == NULL)
    resume_import (self);
  self->changed (self->user_data);
}

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsExotelResult) fetched = NULL;
  CsExotelSync *self;

  if (!finish_job (job, source, result, &fetched, &error))
    return;

  self = job->sync;
  self->state.is_importing = FALSE;
  if (error != NULL)
    {
      g_free (self->state.error);
      self->state.error = describe_failure (job, error);
    }
  else
    {
      note_result (self, job, fetched);
      cs_bookmark_set (self->recorder, IMPORT_STATE, NULL);
    }
  cs_recorder_commit (self->recorder);
  judge_completeness (self);
  self->changed (self->user_data);
}

static void
start_job (CsExotelSync        *self,
           JobKind              kind,
           gint64               from_us,
           gint64               to_us,
           const char          *resume,
           GAsyncReadyCallback  callback)
{
  Job *job = &self->jobs[kind];

  job->sync = self;
  job->kind = kind;
  job->from_us = from_us;
  job->to_us = to_us;
  job->goes_on = resume != NULL;
  job->cancellable = g_cancellable_new ();
  cs_exotel_client_fetch_async (self->client, from_us, to_us, resume, on_page, job, job->cancellable, callback, job);
}

static void
abandon_job (Job *job)
{
  if (job->cancellable == NULL)
    return;
  g_object_set_data (G_OBJECT (job->cancellable), ABANDONED_KEY, job);
  g_cancellable_cancel (job->cancellable);
  g_clear_object (&job->cancellable);
  g_clear_pointer (&job->storage_error, g_free);
  job->fetch = NULL;
}

static void
abandon (CsExotelSync *self)
{
  for (int kind = 0; kind < N_JOBS; kind++)
    abandon_job (&self->jobs[kind]);
  cs_exotel_phone_sync_reset (self->phones);
  stop_timer (self);
}

static void
start_import (CsExotelSync *self,
              gint64        from_us,
              gint64        to_us,
              const char   *resume)
{
  self->state.is_importing = TRUE;
  self->state.is_complete = FALSE;
  self->state.fraction = self->state.began_fraction = 0;
  self->state.n_done = 0;
  self->state.began_us = g_get_real_time ();
  start_job (self, JOB_IMPORT, from_us, to_us, resume, on_imported);
  self->changed (self->user_data);
}

/* An import that a failure, or the last end of the program, interrupted goes on. */
static void
resume_import (CsExotelSync *self)
{
  g_autofree char *text = cs_store_get_state (self->store, IMPORT_STATE);
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, " ", 3) : NULL;
  gint64 from_us, to_us;

  if (self->jobs[JOB_IMPORT].cancellable != NULL)
    return;
  if (parts != NULL && g_strv_length (parts) == 3 && g_ascii_string_to_signed (parts[0], 10, 0, G_MAXINT64, &from_us, NULL)
      && g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64, &to_us, NULL))
    start_import (self, from_us, to_us, parts[2]);
}

static gboolean
is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

/* Another account's records have been fetched up to another time. */
static void
adopt_account (CsExotelSync *self)
{
  g_autofree char *known = cs_store_get_state (self->store, ACCOUNT_STATE);

  if (g_strcmp0 (known, self->config->exotel_account_sid) == 0)
    return;
  cs_bookmark_set (self->recorder, UNTIL_STATE, NULL);
  cs_bookmark_set (self->recorder, GOOD_STATE, NULL);
  cs_bookmark_set (self->recorder, GAP_STATE, NULL);
  cs_bookmark_set (self->recorder, LOOKED_STATE, NULL);
  cs_bookmark_set (self->recorder, IMPORT_STATE, NULL);
  cs_bookmark_set (self->recorder, ACCOUNT_STATE, self->config->exotel_account_sid);
  cs_recorder_commit (self->recorder);
}

/* Makes a sync that does nothing until it is configured. Store and recorder outlive it. changed is called when the
 * state is another. */
CsExotelSync *
cs_exotel_sync_new (CsStore               *store,
                    CsRecorder            *recorder,
                    CsRecorderChangedFunc  changed,
                    gpointer               user_data)
{
  CsExotelSync *self = g_new0 (CsExotelSync, 1);

  self->store = store;
  self->recorder = recorder;
  self->changed = changed;
  self->user_data = user_data;
  cs_exotel_limits_init (&self->limits);
  self->get_tick = g_get_monotonic_time;
  self->phones = cs_exotel_phone_sync_new (recorder);
  cs_exotel_lookback_init (&self->lookback);
  self->state.is_complete = TRUE;
  self->state.good_us = self->state.next_us = self->state.began_us = self->state.n_missing = CS_UNKNOWN;
  return self;
}

void
cs_exotel_sync_free (CsExotelSync *self)
{
  /* The recorder would tell us later that a page was kept. */
  cs_recorder_commit (self->recorder);
  abandon (self);
  g_clear_pointer (&self->phones, cs_exotel_phone_sync_free);
  g_clear_object (&self->client);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->config, cs_engine_config_free);
  cs_exotel_state_clear (&self->state);
  g_free (self);
}

/* Sets what may be taken of time and memory, from the next account that is configured on. */
void
cs_exotel_sync_set_limits (CsExotelSync         *self,
                           const CsExotelLimits *limits)
{
  self->limits = *limits;
}

/* Sets the clock by which it is time to look at more of the past again. */
void
cs_exotel_sync_set_clock (CsExotelSync     *self,
                          CsExotelTickFunc  get_tick)
{
  self->get_tick = get_tick;
}

/* Takes what is set. Another account, key or region begins anew at once. */
void
cs_exotel_sync_configure (CsExotelSync         *self,
                          const CsEngineConfig *config)
{
  g_autoptr (CsEngineConfig) old = g_steal_pointer (&self->config);
  g_autoptr (GError) error = NULL;

  self->config = cs_engine_config_copy (config);
  if (old != NULL && cs_engine_config_is_same_exotel (old, config))
    {
      if (self->client != NULL && self->jobs[JOB_REFRESH].cancellable == NULL)
        schedule (self);
      return;
    }

  abandon (self);
  g_clear_object (&self->client);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  cs_exotel_state_clear (&self->state);
  self->state.activity = CS_EXOTEL_OFF;
  self->state.is_importing = FALSE;
  self->state.is_complete = TRUE;
  self->state.good_us = self->state.began_us = CS_UNKNOWN;
  self->n_failures = 0;
  cs_exotel_lookback_init (&self->lookback);
  self->zone = cs_day_get_zone (config->exotel_timezone);
  if (is_set (config->exotel_account_sid) && is_set (config->exotel_api_key) && is_set (config->exotel_api_token))
    {
      CsExotelConfig settings = { config->exotel_base_url, config->exotel_account_sid, config->exotel_api_key,
                                  config->exotel_api_token, self->zone, &self->limits };

      self->client = cs_exotel_client_new (&settings, &error);
      if (self->client == NULL)
        self->state.error = g_strdup (error->message);
    }
  if (self->client != NULL)
    {
      adopt_account (self);
      self->state.good_us = cs_bookmark_get_time (self->store, GOOD_STATE);
      judge_completeness (self);
      cs_exotel_sync_refresh (self);
      resume_import (self);
    }
  self->changed (self->user_data);
}

/* Where a refresh begins: usually a little before the last one ended. */
static gint64
get_refresh_start (CsExotelSync *self,
                   gint64        until_us,
                   gint64        now_us)
{
  CsBookmarkGap gap;
  gboolean has_gap = cs_bookmark_get_gap (self->store, GAP_STATE, &gap);
  gint64 looked_us = cs_bookmark_get_time (self->store, LOOKED_STATE), from_us;

  if (until_us == CS_UNKNOWN)
    return cs_day_add_days (self->zone, cs_day_get_start (self->zone, now_us), -(int) self->config->exotel_history_days);
  from_us = cs_exotel_lookback_choose (&self->lookback, until_us, has_gap ? &gap : NULL, looked_us, now_us, self->get_tick ());
  /* Whatever comes of it: what always fails there mustn't keep from fetching what is new. */
  if (has_gap && (from_us <= gap.from_us || looked_us == CS_UNKNOWN))
    cs_bookmark_set_time (self->recorder, LOOKED_STATE, now_us);
  return from_us;
}

/* Fetches what may be new, unless that is being done. */
void
cs_exotel_sync_refresh (CsExotelSync *self)
{
  gint64 now_us = g_get_real_time (), until_us, from_us;

  if (self->client == NULL || self->jobs[JOB_REFRESH].cancellable != NULL)
    return;

  stop_timer (self);
  until_us = cs_bookmark_get_time (self->store, UNTIL_STATE);
  from_us = get_refresh_start (self, until_us, now_us);
  self->state.activity = CS_EXOTEL_REFRESHING;
  if (until_us == CS_UNKNOWN)
    {
      self->state.began_us = now_us;
      self->state.is_complete = FALSE;
    }
  start_job (self, JOB_REFRESH, from_us, now_us, NULL, on_refreshed);
  self->changed (self->user_data);
}

/* Fetches the last so many days (at most six months), beside the refreshes. */
void
cs_exotel_sync_import (CsExotelSync *self,
                       guint         days)
{
  gint64 now_us = g_get_real_time ();

  if (self->client == NULL || self->jobs[JOB_IMPORT].cancellable != NULL)
    return;
  start_import (self, cs_day_add_days (self->zone, cs_day_get_start (self->zone, now_us), -(int) MIN (days, MAX_IMPORT_DAYS)),
                now_us, NULL);
}

/* Ends the import; what has come stays. */
void
cs_exotel_sync_cancel_import (CsExotelSync *self)
{
  abandon_job (&self->jobs[JOB_IMPORT]);
  self->state.is_importing = FALSE;
  cs_bookmark_set (self->recorder, IMPORT_STATE, NULL);
  judge_completeness (self);
  self->changed (self->user_data);
}

/* (transfer none) */
const CsExotelState *
cs_exotel_sync_get_state (CsExotelSync *self)
{
  return &self->state;
}
