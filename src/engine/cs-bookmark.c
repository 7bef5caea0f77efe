/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-bookmark.h"
#include "store/cs-store-health.h"

#include <stdio.h>

/* What is to be remembered under a name. */
typedef struct {
  const char *name;
  const char *value; /* (nullable) NULL forgets it */
} Bookmark;

static gboolean
write_bookmark (CsStore  *store,
                gpointer  data,
                GError  **error)
{
  Bookmark *bookmark = data;

  return cs_store_set_state (store, bookmark->name, bookmark->value, error);
}

/* Returns the time remembered under the name, or CS_UNKNOWN. */
gint64
cs_bookmark_get_time (CsStore    *store,
                      const char *name)
{
  g_autofree char *text = cs_store_get_state (store, name);
  gint64 value;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &value, NULL) ? value : CS_UNKNOWN;
}

void
cs_bookmark_set_time (CsRecorder *recorder,
                      const char *name,
                      gint64      time_us)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, time_us);

  cs_bookmark_set (recorder, name, text);
}

/* Remembers a text, with the group that is committed next; NULL forgets it. */
void
cs_bookmark_set (CsRecorder *recorder,
                 const char *name,
                 const char *value)
{
  Bookmark bookmark = { name, value };

  cs_recorder_write (recorder, write_bookmark, &bookmark, NULL, NULL);
}

/* Returns whether a gap is remembered, and which. */
gboolean
cs_bookmark_get_gap (CsStore       *store,
                     const char    *name,
                     CsBookmarkGap *gap)
{
  g_autofree char *text = cs_store_get_state (store, name);

  return text != NULL
         && sscanf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &gap->from_us, &gap->to_us,
                    &gap->n_missing) == 3;
}

/* Remembers a gap; NULL forgets it. */
void
cs_bookmark_set_gap (CsRecorder          *recorder,
                     const char          *name,
                     const CsBookmarkGap *gap)
{
  g_autofree char *text = NULL;

  if (gap != NULL)
    text = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, gap->from_us, gap->to_us,
                            gap->n_missing);
  cs_bookmark_set (recorder, name, text);
}
