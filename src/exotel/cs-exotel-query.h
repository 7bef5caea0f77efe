/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exotel allows a month a request; 28 days are no more than a month of any kind. */
#define CS_EXOTEL_WINDOW_US (G_GINT64_CONSTANT (28) * 24 * 3600 * G_USEC_PER_SEC)

/* Exotel keeps records for six months; 180 days are no more than six months of any kind. */
#define CS_EXOTEL_HISTORY_US (G_GINT64_CONSTANT (180) * 24 * 3600 * G_USEC_PER_SEC)

#define CS_EXOTEL_PAGE_SIZE 100

/* Longest cursor taken from an answer, in bytes. */
#define CS_EXOTEL_MAX_CURSOR 1024

/* A span of time in whole seconds, both ends within; microseconds UTC. */
typedef struct {
  gint64 from_us;
  gint64 to_us;
} CsExotelWindow;

/* Where a fetch stands: a window that was begun, and the page in it that comes next. */
typedef struct {
  CsExotelWindow window;
  guint n_before;        /* records of the window that came before that page */
  char *after;           /* (owned) (nullable) the cursor; NULL: from the window's start */
} CsExotelPosition;

char     *cs_exotel_query_check_base      (const char              *base_url,
                                           GError                 **error);
gboolean  cs_exotel_query_check_sid       (const char              *account_sid,
                                           GError                 **error);
char     *cs_exotel_query_build_calls     (const char              *base_url,
                                           const char              *account_sid,
                                           GTimeZone               *zone,
                                           const CsExotelWindow    *window,
                                           guint                    page_size,
                                           gboolean                 with_details,
                                           const char              *after);
char     *cs_exotel_query_build_phones    (const char              *base_url,
                                           const char              *account_sid,
                                           guint                    page);

void      cs_exotel_window_init           (CsExotelWindow          *window,
                                           gint64                   from_us,
                                           gint64                   last_us);
gboolean  cs_exotel_window_advance        (CsExotelWindow          *window,
                                           gint64                   last_us);
gboolean  cs_exotel_window_contains       (const CsExotelWindow    *window,
                                           gint64                   time_us);

char     *cs_exotel_position_to_string    (const CsExotelPosition  *position);
gboolean  cs_exotel_position_from_string  (const char              *text,
                                           CsExotelPosition        *position);

G_END_DECLS
