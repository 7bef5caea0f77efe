/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-event.h"

G_BEGIN_DECLS

/* Longest text kept of a field, in bytes without the closing NUL. sipgate advises to reserve 200 for a callId. */
#define CS_SIPGATE_EVENT_MAX_TEXT 255

CsCallEvent *cs_sipgate_event_parse     (GBytes      *body,
                                         GError     **error);
GBytes      *cs_sipgate_event_make_dtmf (const char  *call_id);

G_END_DECLS
