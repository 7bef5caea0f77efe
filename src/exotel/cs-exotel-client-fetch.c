/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-private.h"
#include "exotel/cs-exotel-tally.h"

/* A caller who takes the oldest moment from its own clock, just before us, isn't told that something was cut. */
#define CLAMP_TOLERANCE_US (60 * G_USEC_PER_SEC)

/* 180 days are at least one less than six months, so what was begun in time may go on for a day. */
#define RESUME_TOLERANCE_US (G_GINT64_CONSTANT (24) * 3600 * G_USEC_PER_SEC)

struct _CsExotelFetch
{
  GTask *task;                 /* (owned) */
  CsExotelPageFunc on_page;
  gpointer page_data;
  gint64 to_us;
  CsExotelResult *result;      /* (owned) (nullable) NULL once it is handed out */
  GSource *pause;              /* (owned) (nullable) wakes a fetch that waits when it is cancelled */
  gboolean is_told_to_go_on;   /* before we began to wait for it */
  gboolean is_last;            /* the page that the caller has is the last one */
  char *resume;                /* (owned) (nullable) where to go on after the present page */
  GError *details_error;       /* (owned) (nullable) the answer to a request with details, while it is tried without */
  CsExotelPosition position;   /* of the next page */
  CsExotelTally *tally;        /* (owned) of the present window */
};

static void ask_page (CsExotelFetch *fetch);

static void
fetch_unpause (CsExotelFetch *fetch)
{
  if (fetch->pause == NULL)
    return;
  g_source_destroy (fetch->pause);
  g_clear_pointer (&fetch->pause, g_source_unref);
}

static void
fetch_free (CsExotelFetch *fetch)
{
  fetch_unpause (fetch);
  g_object_unref (fetch->task);
  g_clear_pointer (&fetch->result, cs_exotel_result_free);
  g_clear_error (&fetch->details_error);
  cs_exotel_tally_free (fetch->tally);
  g_free (fetch->position.after);
  g_free (fetch->resume);
  g_free (fetch);
}

static CsExotelClient *
fetch_get_client (CsExotelFetch *fetch)
{
  return g_task_get_source_object (fetch->task);
}

static void
fetch_fail (CsExotelFetch *fetch,
            GError        *error)
{
  g_task_return_error (fetch->task, error);
  fetch_free (fetch);
}

static void
fetch_succeed (CsExotelFetch *fetch)
{
  g_task_return_pointer (fetch->task, g_steal_pointer (&fetch->result), (GDestroyNotify) cs_exotel_result_free);
  fetch_free (fetch);
}

/* How much of the whole span is done: windows by their length, the present one by its records. */
static double
get_fraction (CsExotelFetch *fetch)
{
  const CsExotelWindow *window = &fetch->position.window;
  gint64 total = fetch->tally->total;
  double share = total > 0 ? MIN ((double) fetch->tally->n_done / total, 1.0) : 0.0;
  double span = MAX (fetch->to_us - fetch->result->from_us, G_USEC_PER_SEC);
  double done = window->from_us - fetch->result->from_us + share * (window->to_us - window->from_us);

  return CLAMP (done / span, 0.0, 1.0);
}

static gboolean
on_pause_cancelled (GCancellable *cancellable,
                    gpointer      data)
{
  CsExotelFetch *fetch = data;

  g_task_return_error_if_cancelled (fetch->task);
  fetch_free (fetch);
  return G_SOURCE_REMOVE;
}

static void
go_on (CsExotelFetch *fetch)
{
  if (fetch->is_last)
    fetch_succeed (fetch);
  else
    ask_page (fetch);
}

static void
stop (CsExotelFetch *fetch)
{
  if (!fetch->is_last)
    {
      cs_exotel_result_note_gap (fetch->result, CS_EXOTEL_GAP_STOPPED, -1);
      fetch->result->resume = g_steal_pointer (&fetch->resume);
    }
  fetch_succeed (fetch);
}

static void
wait_for_caller (CsExotelFetch *fetch)
{
  GCancellable *cancellable = g_task_get_cancellable (fetch->task);

  if (fetch->is_told_to_go_on)
    {
      go_on (fetch);
      return;
    }
  /* A source that nothing wakes stands for the wait of a fetch that can't be cancelled. */
  fetch->pause = g_cancellable_source_new (cancellable);
  g_source_set_callback (fetch->pause, G_SOURCE_FUNC (on_pause_cancelled), fetch, NULL);
  g_source_attach (fetch->pause, g_task_get_context (fetch->task));
}

/* Goes to where the next page is: by its cursor, at the next window's start, or nowhere. */
static void
move_on (CsExotelFetch      *fetch,
         const CsExotelPage *page,
         CsExotelGap         gap)
{
  g_clear_pointer (&fetch->position.after, g_free);
  if (gap == CS_EXOTEL_GAP_NONE && page->after != NULL)
    {
      fetch->position.after = g_strdup (page->after);
      fetch->position.n_before = fetch->tally->n_done;
      return;
    }

  cs_exotel_tally_close (fetch->tally, gap, fetch->result);
  fetch->is_last = !cs_exotel_window_advance (&fetch->position.window, fetch->to_us);
  fetch->position.n_before = 0;
  if (!fetch->is_last)
    cs_exotel_tally_begin (fetch->tally, 0, NULL);
}

static void
take_page (CsExotelFetch *fetch,
           CsExotelPage  *page)
{
  CsExotelGap gap = cs_exotel_tally_take_page (fetch->tally, page, fetch_get_client (fetch)->limits.max_pages, fetch->result);
  CsExotelProgress progress = {
    .n_done = fetch->tally->n_done,
    .n_total = fetch->tally->total,
    .so_far = fetch->result,
  };
  CsExotelNext next;

  move_on (fetch, page, gap);
  g_clear_pointer (&fetch->resume, g_free);
  if (!fetch->is_last)
    fetch->resume = cs_exotel_position_to_string (&fetch->position);
  progress.fraction = fetch->is_last ? 1.0 : get_fraction (fetch);
  progress.resume = fetch->resume;

  fetch->is_told_to_go_on = FALSE;
  next = fetch->on_page (fetch, page->calls, &progress, fetch->page_data);
  switch (next)
    {
    case CS_EXOTEL_GO_ON:
      go_on (fetch);
      break;
    case CS_EXOTEL_WAIT:
      wait_for_caller (fetch);
      break;
    case CS_EXOTEL_STOP:
      stop (fetch);
      break;
    }
}

/* An account that has no Details answers 400 or 403 to the wish for them (protocol/exotel.md §1: "not for all"). Returns
 * whether the page is asked for again without them. */
static gboolean
try_without_details (CsExotelFetch        *fetch,
                     const CsHttpAnswer *answer)
{
  CsExotelClient *self = fetch_get_client (fetch);

  if (self->details != CS_EXOTEL_DETAILS_UNKNOWN || fetch->details_error != NULL
      || (answer->status != SOUP_STATUS_BAD_REQUEST && answer->status != SOUP_STATUS_FORBIDDEN))
    return FALSE;

  fetch->details_error = cs_exotel_client_explain (self, self->base_url, answer);
  ask_page (fetch);
  return TRUE;
}

static void
take_refusal (CsExotelFetch        *fetch,
              const CsHttpAnswer *answer)
{
  CsExotelClient *self = fetch_get_client (fetch);

  if (try_without_details (fetch, answer))
    return;

  /* Refused either way, so that it wasn't about the details. */
  if (fetch->details_error != NULL)
    fetch_fail (fetch, g_steal_pointer (&fetch->details_error));
  else
    fetch_fail (fetch, cs_exotel_client_explain (self, self->base_url, answer));
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsExotelClient *self = CS_EXOTEL_CLIENT (source);
  CsExotelFetch *fetch = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHttpAnswer) answer = cs_exotel_client_get_finish (self, result, &error);
  g_autoptr (CsExotelPage) page = NULL;

  if (answer == NULL)
    {
      fetch_fail (fetch, g_steal_pointer (&error));
      return;
    }
  if (answer->status != SOUP_STATUS_OK)
    {
      take_refusal (fetch, answer);
      return;
    }

  page = cs_exotel_page_parse (answer->body, self->zone, fetch->position.window.from_us, fetch->position.window.to_us, &error);
  if (page == NULL)
    {
      fetch_fail (fetch, cs_exotel_client_explain_unreadable (self, self->base_url, answer, error));
      return;
    }
  if (self->details == CS_EXOTEL_DETAILS_UNKNOWN)
    self->details = fetch->details_error != NULL ? CS_EXOTEL_DETAILS_REFUSED : CS_EXOTEL_DETAILS_GIVEN;
  g_clear_error (&fetch->details_error);
  fetch->result->has_details = self->details == CS_EXOTEL_DETAILS_GIVEN;
  take_page (fetch, page);
}

static void
ask_page (CsExotelFetch *fetch)
{
  CsExotelClient *self = fetch_get_client (fetch);
  gboolean with_details = self->details != CS_EXOTEL_DETAILS_REFUSED && fetch->details_error == NULL;
  g_autofree char *url = cs_exotel_query_build_calls (self->base_url, self->account_sid, self->zone, &fetch->position.window,
                                                      CS_EXOTEL_PAGE_SIZE, with_details, fetch->position.after);

  cs_exotel_client_get_async (self, url, CS_EXOTEL_PATIENCE_RETRY, g_task_get_cancellable (fetch->task), on_answer, fetch);
}

static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsExotelFetch *fetch = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *base_url = cs_exotel_client_probe_finish (CS_EXOTEL_CLIENT (source), result, &error);

  if (base_url == NULL)
    fetch_fail (fetch, g_steal_pointer (&error));
  else
    ask_page (fetch);
}

/* Sets the span, not before what Exotel keeps. Returns FALSE where nothing of it is left. */
static gboolean
set_span (CsExotelFetch *fetch,
          gint64         from_us,
          gint64         to_us)
{
  gint64 oldest_us = g_get_real_time () - CS_EXOTEL_HISTORY_US;

  fetch->to_us = to_us;
  fetch->result->is_clamped = from_us < oldest_us - CLAMP_TOLERANCE_US;
  from_us = MAX (from_us, oldest_us);
  fetch->result->from_us = from_us;
  if (from_us > to_us)
    return FALSE;

  cs_exotel_window_init (&fetch->position.window, from_us, to_us);
  return TRUE;
}

/* Goes where an earlier fetch was, if that lies in the present span; else from the span's start. */
static void
set_position (CsExotelFetch *fetch,
              gint64         from_us,
              const char    *resume)
{
  CsExotelPosition position = { 0 };

  if (resume == NULL || !cs_exotel_position_from_string (resume, &position))
    return;
  if (position.window.from_us < from_us - G_USEC_PER_SEC || position.window.to_us > fetch->to_us
      || position.window.from_us < fetch->result->from_us - RESUME_TOLERANCE_US)
    {
      g_free (position.after);
      return;
    }
  fetch->position = position;
}

/**
 * cs_exotel_client_fetch_async:
 * @from_us: the span that the calls' DateCreated lies in, both ends within, whole seconds of microseconds UTC
 * @to_us: not before @from_us
 * @resume: (nullable): where an interrupted fetch of this span can go on, as its last page told; a text that is no such place, or
 *   isn't in the span, is as good as %NULL
 * @on_page: called with each page, oldest first, in the context of this call
 *
 * Fetches bulk call details (protocol/exotel.md §1), in windows of 28 days and no more than 180 days back. Of a page only the
 * cursor of the next one is taken, never an address. What lies outside the span is dropped and counted. Where less comes than
 * Exotel counts, or the pages lead in a circle, the result says so: that is no error.
 */
void
cs_exotel_client_fetch_async (CsExotelClient      *self,
                              gint64               from_us,
                              gint64               to_us,
                              const char          *resume,
                              CsExotelPageFunc     on_page,
                              gpointer             page_data,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  CsExotelFetch *fetch;

  g_return_if_fail (CS_IS_EXOTEL_CLIENT (self));
  g_return_if_fail (0 <= from_us && from_us <= to_us);
  g_return_if_fail (on_page != NULL);

  fetch = g_new0 (CsExotelFetch, 1);
  fetch->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (fetch->task, cs_exotel_client_fetch_async);
  fetch->on_page = on_page;
  fetch->page_data = page_data;
  fetch->tally = cs_exotel_tally_new ();
  fetch->result = g_new0 (CsExotelResult, 1);
  fetch->result->is_complete = TRUE;

  if (!set_span (fetch, from_us, to_us))
    {
      fetch_succeed (fetch);
      return;
    }
  set_position (fetch, from_us, resume);
  cs_exotel_tally_begin (fetch->tally, fetch->position.n_before, fetch->position.after);
  if (self->base_url != NULL)
    ask_page (fetch);
  else
    cs_exotel_client_probe_async (self, cancellable, on_probed, fetch);
}

/**
 * cs_exotel_client_fetch_finish:
 * @error: a %CS_EXOTEL_CLIENT_ERROR, or %G_IO_ERROR_CANCELLED; the pages that came before it are good, and the last one's
 *   resume tells where to go on
 *
 * Returns: (transfer full): what has come
 */
CsExotelResult *
cs_exotel_client_fetch_finish (CsExotelClient  *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Lets a fetch go on whose caller answered a page with %CS_EXOTEL_WAIT, or is about to. */
void
cs_exotel_fetch_go_on (CsExotelFetch *fetch)
{
  g_return_if_fail (fetch != NULL);

  if (fetch->pause == NULL)
    {
      fetch->is_told_to_go_on = TRUE;
      return;
    }
  fetch_unpause (fetch);
  if (g_task_return_error_if_cancelled (fetch->task))
    fetch_free (fetch);
  else
    go_on (fetch);
}

void
cs_exotel_result_free (CsExotelResult *result)
{
  g_free (result->fault);
  g_free (result->resume);
  g_free (result);
}
