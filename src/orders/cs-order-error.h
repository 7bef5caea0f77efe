/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_ORDER_ERROR (cs_order_error_quark ())

/* Every message is a sentence, or two, for the user who keeps the orders; no caller hears it. */
typedef enum {
  CS_ORDER_ERROR_UNAVAILABLE, /* the orders can't be asked for just now; may pass */
  CS_ORDER_ERROR_CONTENT,     /* what was read is no list of orders */
  CS_ORDER_ERROR_TAKEN,       /* the customer number stands in the book already, for another order */
} CsOrderError;

GQuark cs_order_error_quark (void);

G_END_DECLS
