/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"
#include "store/cs-store-list.h"

G_BEGIN_DECLS

#define CS_TYPE_CALLS_PAGE (cs_calls_page_get_type ())
G_DECLARE_FINAL_TYPE (CsCallsPage, cs_calls_page, CS, CALLS_PAGE, AdwBin)

void cs_calls_page_apply_snapshot (CsCallsPage *self,
                                   CsSnapshot  *snapshot);

/*
 * What the page is to show, as the parameter of the window's action win.show-calls: "name=value" parted by ";", in any order.
 *
 *   view=callback                                 the people to call back, and nothing else counts
 *   period=today|yesterday|week|month|today@HOUR  an hour of today from 0 to 23
 *   period=2026-01-02/2026-01-09                  from the first of these days to the last one; "range": the last seven days
 *   direction=inbound|outbound|internal
 *   outcome=answered|missed|voicemail|busy|not-reached|failed|menu|running|other
 *   provider=sipgate|exotel
 *   number=DIGITS                                 an own number
 *   text=TEXT                                     what is searched for, to the end: it comes last
 *
 * What isn't named is cleared, so "" shows all calls. What isn't understood is left out.
 */
void cs_calls_page_show           (CsCallsPage *self,
                                   const char  *text);
void cs_calls_page_show_call      (CsCallsPage *self,
                                   gint64       call_id);
void cs_calls_page_search         (CsCallsPage *self);

/* What the list shows, for its export. (transfer none) */
const CsCallQuery *cs_calls_page_get_query (CsCallsPage *self);

G_END_DECLS
