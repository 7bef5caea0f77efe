/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"

G_BEGIN_DECLS

/* By which of its legs' fields a call is looked for. */
typedef enum {
  CS_LEG_ID,
  CS_LEG_PARENT_ID, /* not of legs that name themselves */
  CS_LEG_XCID,
  CS_LEG_ORPHAN_XCID, /* only of legs that name no parent */
} CsLegField;

/* Returns a call with all its legs, one of which has that value, or NULL. (transfer full) (nullable) */
typedef CsCall *(*CsCallFinder) (CsProvider  provider,
                                 CsLegField  field,
                                 const char *value,
                                 gpointer    user_data);

/* Joins legs to calls: (calls known, event, time) → changed calls. Does no I/O: what it doesn't hold itself it asks of its
 * finder. It holds the calls of one transaction; after that they are the store's. */
typedef struct _CsCallLedger CsCallLedger;

CsCallLedger *cs_call_ledger_new         (CsCallFinder       finder,
                                          gpointer           user_data);
void          cs_call_ledger_free        (CsCallLedger      *self);
gboolean      cs_call_ledger_apply       (CsCallLedger      *self,
                                          const CsCallEvent *event,
                                          gint64             now_us);
CsCall       *cs_call_ledger_adopt       (CsCallLedger      *self,
                                          CsCall            *call);
void          cs_call_ledger_advance     (CsCallLedger      *self,
                                          gint64             now_us,
                                          gint64             stale_us);
CsCall       *cs_call_ledger_find        (CsCallLedger      *self,
                                          CsProvider         provider,
                                          const char        *leg_id);
GPtrArray    *cs_call_ledger_get_changed (CsCallLedger      *self);
GArray       *cs_call_ledger_get_merged  (CsCallLedger      *self);
void          cs_call_ledger_clear       (CsCallLedger      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCallLedger, cs_call_ledger_free)

G_END_DECLS
