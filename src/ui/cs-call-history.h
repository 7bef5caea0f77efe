/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"

G_BEGIN_DECLS

/* A step of a call. */
typedef struct {
  gint64 at_us;
  const char *icon_name;
  char *text;      /* (owned) */
} CsCallStep;

GPtrArray *cs_call_history_new (const CsCall *call,
                                GPtrArray    *journal);

G_END_DECLS
