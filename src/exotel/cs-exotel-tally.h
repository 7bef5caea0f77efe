/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "exotel/cs-exotel-client.h"
#include "exotel/cs-exotel-page.h"

G_BEGIN_DECLS

/* What has come of one window, page by page, compared with what Exotel counts there. */
typedef struct {
  GHashTable *sids;    /* (owned) the set of calls that came, by their ids' hashes */
  GHashTable *cursors; /* (owned) (element-type utf8) the set of those that were followed */
  guint n_pages;
  guint n_done;        /* distinct records, with those before an interruption and those outside the window */
  guint n_unreadable;
  gint64 total;        /* as Exotel says, or -1 */
} CsExotelTally;

CsExotelTally *cs_exotel_tally_new       (void);
void           cs_exotel_tally_free      (CsExotelTally      *self);
void           cs_exotel_tally_begin     (CsExotelTally      *self,
                                          guint               n_before,
                                          const char         *after);
CsExotelGap    cs_exotel_tally_take_page (CsExotelTally      *self,
                                          const CsExotelPage *page,
                                          guint               max_pages,
                                          CsExotelResult     *result);
void           cs_exotel_tally_close     (CsExotelTally      *self,
                                          CsExotelGap         gap,
                                          CsExotelResult     *result);

void           cs_exotel_result_note_gap (CsExotelResult     *result,
                                          CsExotelGap         gap,
                                          gint64              n_missing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelTally, cs_exotel_tally_free)

G_END_DECLS
