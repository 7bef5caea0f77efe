/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-recorder.h"

G_BEGIN_DECLS

/* How far the fetching from a provider got: named values in the store, which outlive the program. */

/* A span that a fetch is known not to have brought whole. Times in microseconds UTC. */
typedef struct {
  gint64 from_us;
  gint64 to_us;
  gint64 n_missing; /* -1 where nobody can tell */
} CsBookmarkGap;

gint64   cs_bookmark_get_time (CsStore             *store,
                               const char          *name);
void     cs_bookmark_set_time (CsRecorder          *recorder,
                               const char          *name,
                               gint64               time_us);
void     cs_bookmark_set      (CsRecorder          *recorder,
                               const char          *name,
                               const char          *value);
gboolean cs_bookmark_get_gap  (CsStore             *store,
                               const char          *name,
                               CsBookmarkGap       *gap);
void     cs_bookmark_set_gap  (CsRecorder          *recorder,
                               const char          *name,
                               const CsBookmarkGap *gap);

G_END_DECLS
