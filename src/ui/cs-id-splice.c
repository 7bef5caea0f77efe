/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-id-splice.h"

/* A place that differs is looked for within so many ids. */
#define WINDOW 256

static const gint64 *
get_ids (GArray *ids)
{
  return (const gint64 *) (gpointer) ids->data;
}

/* Looks for the nearest place where both lists go on alike. */
static gboolean
find_match (const gint64 *present,
            guint         n_present,
            const gint64 *wanted,
            guint         n_wanted,
            guint        *n_removed,
            guint        *n_added)
{
  for (guint distance = 1; distance <= WINDOW; distance++) {
    for (guint removed = 0; removed <= distance; removed++) {
      guint added = distance - removed;

      if (removed < n_present && added < n_wanted && present[removed] == wanted[added]) {
        *n_removed = removed;
        *n_added = added;
        return TRUE;
      }
    }
  }
  return FALSE;
}

/**
 * cs_id_splice_find_next:
 * @self: the change found last, which has been carried out; all zero for the first one
 * @present: (element-type gint64): the list as it is
 * @wanted: (element-type gint64): the list as it is to be
 * @is_last: whether the change found has to do all that is left
 *
 * Finds the next of the few small changes that make one list the other. What differs by much changes as a whole.
 *
 * Returns: whether there is anything left to change
 */
gboolean
cs_id_splice_find_next (CsIdSplice *self,
                        GArray     *present,
                        GArray     *wanted,
                        gboolean    is_last)
{
  const gint64 *old_ids = get_ids (present), *new_ids = get_ids (wanted);
  guint n_old = present->len, n_new = wanted->len, start = self->position + self->n_added, end = 0;

  while (start < n_old && start < n_new && old_ids[start] == new_ids[start])
    start++;
  while (end < n_old - start && end < n_new - start && old_ids[n_old - 1 - end] == new_ids[n_new - 1 - end])
    end++;
  self->position = start;
  self->added = new_ids + start;
  self->n_removed = n_old - start - end;
  self->n_added = n_new - start - end;
  if (!is_last && self->n_removed > 0 && self->n_added > 0)
    find_match (old_ids + start, self->n_removed, self->added, self->n_added, &self->n_removed, &self->n_added);
  return self->n_removed > 0 || self->n_added > 0;
}
