/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The waits go 1, 2, 4, 8, 16 s and no further. */
#define CS_RETRY_MAX_DOUBLINGS 4

gint64   cs_retry_get_wait    (guint       n_tried,
                               double      chance);
gboolean cs_retry_parse_after (const char *retry_after,
                               const char *date,
                               gint64      now_us,
                               gint64     *wait_us);

G_END_DECLS
