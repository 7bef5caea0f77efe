/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "calls/cs-call.h"

G_BEGIN_DECLS

const char *cs_call_text_get_peer      (const CsCall *call);
gint64      cs_call_text_get_start     (const CsCall *call);
const char *cs_call_text_get_word      (const CsCall *call);
gboolean    cs_call_text_is_order_line (const CsCall *call);
char       *cs_call_text_get_outcome   (const CsCall *call);
char       *cs_call_text_get_colleague (const CsCall *call);
const char *cs_call_text_get_direction (CsDirection   direction);
char       *cs_call_text_get_summary   (const CsCall *call);
char       *cs_call_text_describe      (const CsCall *call,
                                        GTimeZone    *zone,
                                        gint64        now_us);

G_END_DECLS
