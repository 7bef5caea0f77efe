/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call.h"
#include "exotel/cs-exotel-tally.h"

/* A window may hold a hundred thousand calls, of which eight bytes each are remembered. Two of so many share a hash once in
 * some billion windows, and then one of them is delivered, but counted as a duplicate. */
static gpointer
hash_sid (const char *sid)
{
  guint64 hash = G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  for (; *sid != '\0'; sid++)
    {
      hash = (hash ^ (guchar) *sid) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      hash ^= hash >> 32;
    }
  return GSIZE_TO_POINTER ((gsize) hash);
}

static guint
count_new_calls (CsExotelTally      *self,
                 const CsExotelPage *page)
{
  guint n_new = 0;

  for (guint i = 0; i < page->calls->len; i++)
    {
      const CsCall *call = g_ptr_array_index (page->calls, i);

      n_new += g_hash_table_add (self->sids, hash_sid (call->record_id));
    }
  return n_new;
}

/* Returns why no further page of this window may be asked for, though one is named, or that there is no such reason. */
static CsExotelGap
find_gap (CsExotelTally      *self,
          const CsExotelPage *page,
          gboolean            is_progress,
          guint               max_pages)
{
  if (page->is_cut)
    return CS_EXOTEL_GAP_CURSOR_MISSING;
  if (page->after == NULL)
    return CS_EXOTEL_GAP_NONE;
  if (g_hash_table_contains (self->cursors, page->after))
    return CS_EXOTEL_GAP_CURSOR_REPEATED;
  if (!is_progress)
    return CS_EXOTEL_GAP_NO_PROGRESS;
  return self->n_pages >= max_pages ? CS_EXOTEL_GAP_TOO_MANY_PAGES : CS_EXOTEL_GAP_NONE;
}

CsExotelTally *
cs_exotel_tally_new (void)
{
  CsExotelTally *self = g_new0 (CsExotelTally, 1);

  self->sids = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->cursors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
cs_exotel_tally_free (CsExotelTally *self)
{
  g_hash_table_unref (self->sids);
  g_hash_table_unref (self->cursors);
  g_free (self);
}

/* Begins with a window, at its start or after @n_before records, where the cursor @after leads. */
void
cs_exotel_tally_begin (CsExotelTally *self,
                       guint          n_before,
                       const char    *after)
{
  g_hash_table_remove_all (self->sids);
  g_hash_table_remove_all (self->cursors);
  if (after != NULL)
    g_hash_table_add (self->cursors, g_strdup (after));
  self->n_pages = 0;
  self->n_done = n_before;
  self->n_unreadable = 0;
  self->total = -1;
}

/**
 * cs_exotel_tally_take_page:
 * @page: the window's next page
 * @max_pages: after so many no other one is asked for
 * @result: where it is counted, too
 *
 * Counts a page. Where it names another one that may be asked for, its cursor counts as followed.
 *
 * Returns: why the window ends here though another page is named; %CS_EXOTEL_GAP_NONE where it goes on, or ends by itself
 */
CsExotelGap
cs_exotel_tally_take_page (CsExotelTally      *self,
                           const CsExotelPage *page,
                           guint               max_pages,
                           CsExotelResult     *result)
{
  guint n_new = count_new_calls (self, page);
  CsExotelGap gap;

  self->n_pages++;
  self->n_done += n_new + page->n_outside;
  self->n_unreadable += page->n_unreadable;
  if (page->total >= 0)
    self->total = page->total;

  result->n_requests++;
  result->n_calls += n_new;
  result->n_duplicates += page->calls->len - n_new;
  result->n_outside += page->n_outside;
  result->n_unreadable += page->n_unreadable;
  if (result->fault == NULL)
    result->fault = g_strdup (page->fault);

  gap = find_gap (self, page, n_new > 0 || page->n_unreadable > 0, max_pages);
  if (gap == CS_EXOTEL_GAP_NONE && page->after != NULL)
    g_hash_table_add (self->cursors, g_strdup (page->after));
  return gap;
}

/* Compares what came in the window with what Exotel counts there. A suspicious end is none where nothing is missing. */
void
cs_exotel_tally_close (CsExotelTally  *self,
                       CsExotelGap     gap,
                       CsExotelResult *result)
{
  gint64 n_missing = self->n_unreadable;

  if (self->total >= 0)
    n_missing = MAX (n_missing, self->total - self->n_done);
  else if (gap != CS_EXOTEL_GAP_NONE)
    n_missing = -1;
  if (n_missing == 0)
    return;

  if (gap == CS_EXOTEL_GAP_NONE)
    gap = self->n_unreadable > 0 ? CS_EXOTEL_GAP_UNREADABLE : CS_EXOTEL_GAP_FEWER_THAN_TOLD;
  cs_exotel_result_note_gap (result, gap, n_missing);
}

/* Makes a result incomplete by so many records; -1: nobody can tell how many. */
void
cs_exotel_result_note_gap (CsExotelResult *result,
                           CsExotelGap     gap,
                           gint64          n_missing)
{
  if (result->gap == CS_EXOTEL_GAP_NONE)
    result->gap = gap;
  result->is_complete = FALSE;
  result->n_missing = n_missing < 0 || result->n_missing < 0 ? -1 : result->n_missing + n_missing;
}
