/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far an order is. The values are stored, and written as numbers in files and databases of others: never renumber. */
typedef enum {
  CS_ORDER_RECEIVED,
  CS_ORDER_PENDING,
  CS_ORDER_FULFILLED,
  CS_ORDER_CANCELLED,
} CsOrderState;

#define CS_N_ORDER_STATES 4

const char *cs_order_state_get_word  (CsOrderState  state);
const char *cs_order_state_get_label (CsOrderState  state);
gboolean    cs_order_state_parse     (const char   *text,
                                      CsOrderState *state);

G_END_DECLS
