/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Longest head of a request, in bytes. */
#define CS_GATE_HEAD_MAX (32 * 1024)

typedef enum {
  CS_GATE_HEAD_PARTIAL,   /* more has to come; as a result: it never will */
  CS_GATE_HEAD_WHOLE,
  CS_GATE_HEAD_WRONG,
  CS_GATE_HEAD_TOO_LARGE,
} CsGateHeadState;

/* Tells how the wait for a head ended; fault is a sentence where it is wrong or too large. */
typedef void (*CsGateHeadFunc) (CsGateHeadState  state,
                                const char      *fault,
                                gpointer         user_data);

CsGateHeadState cs_gate_head_check (const char      *data,
                                    gsize            length,
                                    const char     **fault);
GSource        *cs_gate_head_await (GSocket         *socket,
                                    CsGateHeadFunc   func,
                                    gpointer         user_data);

G_END_DECLS
