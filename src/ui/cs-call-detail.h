/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_DETAIL (cs_call_detail_get_type ())
G_DECLARE_FINAL_TYPE (CsCallDetail, cs_call_detail, CS, CALL_DETAIL, AdwBin)

/* Signals "closed", "done" (CsCallDetail *detail): the user wants it gone; the user says that this person was called back. */
void    cs_call_detail_show     (CsCallDetail *self,
                                 const char   *data_dir,
                                 gint64        call_id,
                                 GTimeZone    *zone);
void    cs_call_detail_refresh  (CsCallDetail *self);
CsCall *cs_call_detail_get_call (CsCallDetail *self);

G_END_DECLS
