/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-state.h"

G_BEGIN_DECLS

#define CS_ORDER_MAX_CUSTOMER 20  /* digits */
#define CS_ORDER_MAX_NAME 200     /* characters */
#define CS_ORDER_MAX_NOTE 1000    /* characters */

/* What stands in the book for one customer. */
typedef struct {
  char *customer;     /* (owned) digits: leading zeros count */
  char *name;         /* (owned) "" where there is none */
  CsOrderState state;
  char *note;         /* (owned) "" where there is none */
  gint64 changed_us;  /* microseconds UTC; 0: when it is put into the book */
} CsOrder;

CsOrder  *cs_order_new      (const char    *customer,
                             const char    *name,
                             CsOrderState   state,
                             const char    *note);
CsOrder  *cs_order_copy     (const CsOrder *order);
void      cs_order_free     (CsOrder       *order);
gboolean  cs_order_check    (const CsOrder *order,
                             GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrder, cs_order_free)

G_END_DECLS
