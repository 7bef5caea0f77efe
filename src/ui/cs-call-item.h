/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_ITEM (cs_call_item_get_type ())
G_DECLARE_FINAL_TYPE (CsCallItem, cs_call_item, CS, CALL_ITEM, GObject)

/* Signal "changed" (CsCallItem *item): its call was read, or has become another. */
CsCallItem *cs_call_item_new      (gint64      id);
gint64      cs_call_item_get_id   (CsCallItem *self);
CsCall     *cs_call_item_get_call (CsCallItem *self);
void        cs_call_item_set_call (CsCallItem *self,
                                   CsCall     *call);

G_END_DECLS
