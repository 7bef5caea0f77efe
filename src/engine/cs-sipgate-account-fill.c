/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-bookmark.h"
#include "engine/cs-sipgate-account-private.h"
#include "http/cs-retry.h"
#include "store/cs-store-stuck.h"

/* How far back a gap is filled. */
#define LONGEST_GAP_US (7 * G_TIME_SPAN_DAY)
/* Entries come after a call's end, and are corrected after that. */
#define OVERLAP_US (60 * G_TIME_SPAN_MINUTE)
/* Pushes get lost now and then: in quiet times, too, it is looked after them. */
#define FILL_EVERY_US (15 * G_TIME_SPAN_MINUTE)
/* A call that ran when the history was read has an entry soon. */
#define FOLLOW_UP_US (75 * G_USEC_PER_SEC)
#define MAX_RETRY_US (15 * G_TIME_SPAN_MINUTE)
/* A call of which nothing was heard for so long may be one whose hangup got lost. */
#define STUCK_US (10 * G_TIME_SPAN_MINUTE)
/* Pushes of a running call come in the same minute as the call's steps. */
#define FRESH_US G_TIME_SPAN_MINUTE
/* Entries recorded at a time; in between calls are answered. */
#define SLICE 32
#define MAX_PAGES 100

struct _CsSipgateFill
{
  CsSipgateAccount *account;  /* (nullable) NULL: nobody waits for it any more */
  GCancellable *cancellable;  /* (owned) */
  gint64 from_us;
  gint64 to_us;
  guint offset;
  guint n_pages;
  GHashTable *running;        /* (owned) (nullable) (element-type utf8) NULL: sipgate doesn't say */
  CsSipgateHistoryPage *page; /* (owned) (nullable) */
  guint next;                 /* entry of the page */
  gboolean is_last;
  guint n_open;               /* entries on their way to the disk */
  gboolean has_skipped;
  char *storage_error;        /* (owned) (nullable) */
  GSource *source;            /* (owned) (nullable) the next slice */
};

static void fetch_page (CsSipgateFill *fill);

static void
fill_free (CsSipgateFill *fill)
{
  if (fill->source != NULL)
    g_source_destroy (fill->source);
  g_clear_pointer (&fill->source, g_source_unref);
  g_clear_pointer (&fill->running, g_hash_table_unref);
  g_clear_pointer (&fill->page, cs_sipgate_history_page_free);
  g_object_unref (fill->cancellable);
  g_free (fill->storage_error);
  g_free (fill);
}

/* Ends the fill, whether it succeeded or not, and says when the next one is due. */
static void
end_fill (CsSipgateFill *fill,
          const char    *failure)
{
  CsSipgateAccount *self = fill->account;
  gint64 wait_us = fill->has_skipped ? FOLLOW_UP_US : FILL_EVERY_US;

  /* Whoever has no window reads it in the log, once. */
  if (failure != NULL && g_strcmp0 (failure, self->state.error) != 0)
    g_message ("sipgate's history could not be read. %s", failure);
  g_clear_pointer (&self->state.error, g_free);
  self->state.error = g_strdup (failure);
  if (failure != NULL)
    {
      self->n_failures++;
      wait_us = cs_retry_get_wait (MIN (self->n_failures, 5), g_random_double ()) * 10;
      wait_us = MIN (wait_us * (self->n_failures > 5 ? 8 : 1), MAX_RETRY_US);
      wait_us = MAX (wait_us, (gint64) (cs_sipgate_client_get_wait (self->client) / self->limits.time_scale));
    }
  else
    {
      self->n_failures = 0;
      self->state.good_us = fill->to_us;
      cs_bookmark_set_time (self->recorder, CS_SIPGATE_UNTIL_STATE, fill->to_us);
      cs_recorder_commit (self->recorder);
    }
  self->next_fill_us = cs_sipgate_account_get_now (self) + wait_us;
  self->fill = NULL;
  fill_free (fill);
  cs_sipgate_account_note_activity (self);
}

static void
go_on (CsSipgateFill *fill);

static void
on_kept (gboolean is_kept,
         gpointer data)
{
  CsSipgateFill *fill = data;
  CsSipgateAccount *self = fill->account;

  fill->n_open--;
  if (self == NULL)
    {
      if (fill->n_open == 0)
        fill_free (fill);
      return;
    }
  if (!is_kept && fill->storage_error == NULL)
    fill->storage_error = g_strdup (cs_recorder_get_error (self->recorder));
  if (fill->n_open == 0 && fill->source == NULL)
    go_on (fill);
}

static void
record (CsSipgateFill  *fill,
        CsSipgateEntry *entry)
{
  fill->n_open++;
  if (cs_recorder_record_fetched (fill->account->recorder, entry->event, entry->body, on_kept, fill))
    fill->account->state.n_filled++;
}

/* Whether the leg runs, as far as pushes tell: then they will tell the rest, and better. */
static gboolean
is_running (CsSipgateFill     *fill,
            const CsCallEvent *event)
{
  CsSipgateAccount *self = fill->account;
  g_autoptr (CsCall) call = NULL;

  if (fill->running != NULL && g_hash_table_contains (fill->running, event->leg_id))
    return TRUE;
  if (event->record.talk_us != CS_UNKNOWN)
    return FALSE;
  call = cs_store_find_call (CS_PROVIDER_SIPGATE, CS_LEG_ID, event->leg_id, self->store);
  return call != NULL && !cs_leg_has_ended (cs_call_get_leg (call, event->leg_id))
         && g_get_real_time () - call->last_us < FRESH_US;
}

static void
take_entry (CsSipgateFill  *fill,
            CsSipgateEntry *entry)
{
  const CsCallRecord *told = &entry->event->record;

  /* What wasn't asked for is no entry of that time. */
  if (told->started_us < fill->from_us - G_TIME_SPAN_DAY || told->started_us > fill->to_us + G_TIME_SPAN_DAY)
    return;
  if (is_running (fill, entry->event))
    fill->has_skipped = TRUE;
  else
    record (fill, entry);
}

static gboolean
on_slice (gpointer data)
{
  CsSipgateFill *fill = data;
  guint end = MIN (fill->next + SLICE, fill->page->entries->len);

  while (fill->next < end)
    take_entry (fill, g_ptr_array_index (fill->page->entries, fill->next++));
  if (fill->next < fill->page->entries->len)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&fill->source, g_source_unref);
  if (fill->n_open == 0)
    go_on (fill);
  return G_SOURCE_REMOVE;
}

/* Ends the calls that sipgate neither lists as running nor has an entry of. */
static void
reap (CsSipgateFill *fill)
{
  CsSipgateAccount *self = fill->account;
  g_autoptr (GPtrArray) legs = NULL;
  g_autoptr (GHashTable) alive = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  if (fill->running == NULL)
    return;
  cs_recorder_commit (self->recorder);
  legs = cs_store_get_stuck_legs (self->store, CS_PROVIDER_SIPGATE, g_get_real_time () - STUCK_US, NULL);
  for (guint i = 0; legs != NULL && i < legs->len; i++)
    {
      CsStuckLeg *leg = g_ptr_array_index (legs, i);

      if (g_hash_table_contains (fill->running, leg->id))
        g_hash_table_add (alive, g_memdup2 (&leg->call_id, sizeof leg->call_id));
    }
  for (guint i = 0; legs != NULL && i < legs->len; i++)
    {
      CsStuckLeg *leg = g_ptr_array_index (legs, i);
      g_autoptr (CsSipgateEntry) entry = NULL;

      if (!leg->is_open || g_hash_table_contains (alive, &leg->call_id))
        continue;
      entry = cs_sipgate_entry_new_gone (leg->id);
      cs_recorder_record_fetched (self->recorder, entry->event, entry->body, NULL, NULL);
    }
  cs_recorder_commit (self->recorder);
}

/* A page is on disk: the next one, or the end. */
static void
go_on (CsSipgateFill *fill)
{
  if (fill->storage_error != NULL)
    {
      g_autofree char *failure = g_strdup (fill->storage_error);

      end_fill (fill, failure);
    }
  else if (fill->is_last)
    {
      reap (fill);
      end_fill (fill, NULL);
    }
  else
    {
      fetch_page (fill);
    }
}

/* Takes the fill back from an answer; NULL where nobody waits for it any more. */
static CsSipgateFill *
take_back (CsSipgateFill *fill)
{
  if (fill->account != NULL)
    return fill;
  fill_free (fill);
  return NULL;
}

static void
on_page (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GError) error = NULL;
  CsSipgateHistoryPage *page = cs_sipgate_client_fetch_history_finish (CS_SIPGATE_CLIENT (source), result, &error);
  CsSipgateFill *fill = take_back (data);

  if (fill == NULL)
    {
      g_clear_pointer (&page, cs_sipgate_history_page_free);
      return;
    }
  if (page == NULL)
    {
      end_fill (fill, error->message);
      return;
    }

  if (page->n_unreadable > 0)
    g_warning ("%u entries of sipgate's history can't be read and are left out", page->n_unreadable);
  g_clear_pointer (&fill->page, cs_sipgate_history_page_free);
  fill->page = page;
  fill->next = 0;
  fill->offset += page->n_items;
  /* What it says of how many there are needn't be true: a page without items is the last one, too. */
  fill->is_last = page->n_items == 0 || ++fill->n_pages >= MAX_PAGES
                  || (page->total >= 0 ? fill->offset >= page->total : page->n_items < fill->account->limits.page_items);
  fill->source = g_idle_source_new ();
  g_source_set_priority (fill->source, G_PRIORITY_DEFAULT + 20);
  g_source_set_callback (fill->source, on_slice, fill, NULL);
  g_source_attach (fill->source, g_main_context_get_thread_default ());
}

static void
fetch_page (CsSipgateFill *fill)
{
  cs_sipgate_client_fetch_history_async (fill->account->client, fill->from_us, fill->to_us, fill->offset, fill->cancellable, on_page,
                                         fill);
}

static void
on_running (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;
  GHashTable *running = cs_sipgate_client_list_calls_finish (CS_SIPGATE_CLIENT (source), result, &error);
  CsSipgateFill *fill = take_back (data);

  if (fill == NULL)
    {
      g_clear_pointer (&running, g_hash_table_unref);
      return;
    }
  fill->running = running;
  /* Without that scope the history is of use nevertheless. */
  if (error != NULL)
    g_debug ("Which calls run isn't known: %s", error->message);
  if (g_error_matches (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_TOKEN))
    end_fill (fill, error->message);
  else
    fetch_page (fill);
}

/* Where the fill begins: a little before the last one ended, and not after the first of the calls that got stuck. */
static gint64
get_start (CsSipgateAccount *self,
           gint64            now_us)
{
  gint64 until_us = cs_bookmark_get_time (self->store, CS_SIPGATE_UNTIL_STATE);
  gint64 from_us = until_us != CS_UNKNOWN ? MIN (until_us, now_us) - OVERLAP_US : now_us - LONGEST_GAP_US;
  g_autoptr (GPtrArray) legs = cs_store_get_stuck_legs (self->store, CS_PROVIDER_SIPGATE, now_us - STUCK_US, NULL);

  for (guint i = 0; legs != NULL && i < legs->len; i++)
    from_us = MIN (from_us, ((CsStuckLeg *) g_ptr_array_index (legs, i))->seen_us - OVERLAP_US);
  return MAX (from_us, now_us - LONGEST_GAP_US);
}

/* Fills what is missing up to now, unless that is being done. */
void
cs_sipgate_account_begin_fill (CsSipgateAccount *self)
{
  CsSipgateFill *fill;

  if (self->client == NULL || self->fill != NULL)
    return;
  fill = g_new0 (CsSipgateFill, 1);
  fill->account = self;
  fill->cancellable = g_object_ref (self->cancellable);
  fill->to_us = g_get_real_time ();
  fill->from_us = get_start (self, fill->to_us);
  self->fill = fill;
  self->last_reap_us = cs_sipgate_account_get_now (self);
  cs_sipgate_account_note_activity (self);
  cs_sipgate_client_list_calls_async (self->client, fill->cancellable, on_running, fill);
}

/* Gives up a fill whose answers are cancelled. What comes of it later frees it. */
void
cs_sipgate_account_drop_fill (CsSipgateAccount *self)
{
  CsSipgateFill *fill = g_steal_pointer (&self->fill);
  gboolean is_idle;

  if (fill == NULL)
    return;
  /* Neither an answer nor the disk is waited for where only the next slice is due. */
  is_idle = fill->source != NULL && fill->n_open == 0;
  if (fill->source != NULL)
    g_source_destroy (fill->source);
  g_clear_pointer (&fill->source, g_source_unref);
  fill->account = NULL;
  if (is_idle)
    fill_free (fill);
}

/* Whether some call may be one whose hangup got lost, and sipgate wasn't asked about it for a while. */
gboolean
cs_sipgate_account_has_stuck (CsSipgateAccount *self)
{
  g_autoptr (GPtrArray) legs = NULL;

  if (cs_sipgate_account_get_now (self) - self->last_reap_us < STUCK_US / 2)
    return FALSE;
  legs = cs_store_get_stuck_legs (self->store, CS_PROVIDER_SIPGATE, g_get_real_time () - STUCK_US, NULL);
  return legs != NULL && legs->len > 0;
}
