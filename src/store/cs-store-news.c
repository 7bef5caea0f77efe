/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-health.h"
#include "store/cs-store-private.h"
#include "store/cs-store-row.h"

#include <string.h>

/* The last ones are enough: so many are never told one by one. */
#define MAX_TOLD 1000
/* Nobody lets it ring for longer. */
#define LONGEST_RING_US G_TIME_SPAN_HOUR

/* Takes over from the list what was told so lately that a restart could tell it again. */
static void
keep_fresh (const char *list,
            gint64      now_us,
            GPtrArray  *entries)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *colon = strchr (words[i], ':');

      if (colon != NULL && g_ascii_strtoll (colon + 1, NULL, 10) > now_us - CS_NEWS_FRESH_US)
        g_ptr_array_add (entries, g_strdup (words[i]));
    }
}

static gboolean
was_told (GPtrArray *entries,
          gint64     call_id)
{
  for (guint i = 0; i < entries->len; i++)
    {
      if (g_ascii_strtoll (g_ptr_array_index (entries, i), NULL, 10) == call_id)
        return TRUE;
    }
  return FALSE;
}

/* Makes news of what was committed when the program ended before it could tell. */
static gboolean
recall (CsStore     *self,
        const char  *told,
        gint64       now_us,
        GError     **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT " CS_CALL_COLUMNS " FROM call INDEXED BY call_by_time"
                                                " WHERE seen_us >= ?1 AND state = 0 ORDER BY last_us, id", error);
  GError *local = NULL;

  if (row == NULL)
    return FALSE;
  keep_fresh (told, now_us, entries);
  sqlite3_bind_int64 (row, 1, now_us - CS_NEWS_FRESH_US - LONGEST_RING_US);
  while (cs_sql_next (row, &local))
    {
      g_autoptr (CsCall) call = cs_store_row_to_call (row);
      g_autoptr (CsNews) news = cs_store_make_news (self, call);

      if (news != NULL && news->ended_us >= now_us - CS_NEWS_FRESH_US && !was_told (entries, call->id))
        g_ptr_array_add (self->told, g_steal_pointer (&news));
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Makes news again of the calls of the last minutes that nobody was told of. A store that never knew who was told of what begins to
 * know it now. */
void
cs_store_recall_news (CsStore *self,
                      gint64   now_us)
{
  g_autofree char *told = cs_store_get_state (self, CS_STORE_TOLD_CALLS);
  g_autoptr (GError) error = NULL;
  gboolean is_done = told != NULL ? recall (self, told, now_us, &error)
                                  : cs_store_set_state (self, CS_STORE_TOLD_CALLS, "", &error) && cs_store_commit (self, &error);

  if (!is_done)
    {
      g_debug ("What nobody was told of can't be told: %s", error->message);
      cs_store_rollback (self);
    }
}

/* Remembers that the user was told of these calls. */
gboolean
cs_store_mark_told (CsStore       *self,
                    const gint64  *call_ids,
                    guint          n_calls,
                    gint64         now_us,
                    GError       **error)
{
  g_autofree char *told = cs_store_get_state (self, CS_STORE_TOLD_CALLS);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  if (told != NULL)
    keep_fresh (told, now_us, entries);
  for (guint i = 0; i < n_calls; i++)
    g_ptr_array_add (entries, g_strdup_printf ("%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, call_ids[i], now_us));
  if (entries->len > MAX_TOLD)
    g_ptr_array_remove_range (entries, 0, entries->len - MAX_TOLD);
  g_ptr_array_add (entries, NULL);
  list = g_strjoinv (" ", (char **) entries->pdata);
  return cs_store_set_state (self, CS_STORE_TOLD_CALLS, list, error);
}
