/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-event.h"

G_BEGIN_DECLS

/* One entry of the history: what it tells of a leg, and how it is journalled. */
typedef struct {
  CsCallEvent *event; /* (owned) of CS_CALL_EVENT_RECORD */
  GBytes *body;       /* (owned) what cs_sipgate_history_read() makes the same event of */
} CsSipgateEntry;

/* One page of the history. */
typedef struct {
  GPtrArray *entries;  /* (owned) (element-type CsSipgateEntry) */
  guint n_items;       /* items on the page, of whatever kind */
  guint n_unreadable;  /* of calls, but not to be understood */
  gint64 total;        /* items of all pages, or -1 */
} CsSipgateHistoryPage;

CsSipgateHistoryPage *cs_sipgate_history_parse     (GBytes                *body,
                                                    GError               **error);
void                  cs_sipgate_history_page_free (CsSipgateHistoryPage  *page);
CsSipgateEntry       *cs_sipgate_entry_new_gone    (const char            *call_id);
void                  cs_sipgate_entry_free        (CsSipgateEntry        *entry);
CsCallEvent          *cs_sipgate_history_read      (GBytes                *body,
                                                    GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateHistoryPage, cs_sipgate_history_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateEntry, cs_sipgate_entry_free)

G_END_DECLS
