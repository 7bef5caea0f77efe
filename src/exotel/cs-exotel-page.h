/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"

G_BEGIN_DECLS

/* One page of bulk call details. */
typedef struct {
  GPtrArray *calls;     /* (owned) (element-type CsCall) those that could be read and lie in the window */
  guint n_records;      /* entries on the page, of whatever kind */
  guint n_unreadable;
  guint n_outside;      /* created outside the window that was asked for */
  char *fault;          /* (owned) (nullable) why the first unreadable one can't be read */
  gint64 total;         /* records on all pages, as Exotel says, or -1 */
  gint64 first_us;      /* when the earliest record in the window was created, or CS_UNKNOWN */
  gint64 last_us;       /* and the latest */
  char *after;          /* (owned) (nullable) the cursor of the next page, decoded */
  gboolean is_cut;      /* a next page is named, but without a cursor that could be used */
} CsExotelPage;

CsExotelPage *cs_exotel_page_parse (GBytes        *body,
                                    GTimeZone     *zone,
                                    gint64         from_us,
                                    gint64         to_us,
                                    GError       **error);
void          cs_exotel_page_free  (CsExotelPage  *page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelPage, cs_exotel_page_free)

G_END_DECLS
