/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One made-up call and the pushes that sipgate would send of it, one after the other. The same serial always gives the
 * same call; two serials never share an id. */
typedef struct {
  guint64 serial;
  guint n_told;        /* steps of its script that were told */
  gboolean never_ends; /* its hangups get lost */
  gboolean is_ordered; /* its ids follow those of the call before; a provider's are random */
} ScriptedCall;

ScriptedCall scripted_call_make (guint64       serial,
                                 gboolean      never_ends);
char        *scripted_call_next (ScriptedCall *self);

G_END_DECLS
