/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-error.h"
#include "orders/cs-order.h"

#include <glib/gi18n.h>

#include <string.h>

/* The texts are UTF-8; NULL is "". */
CsOrder *
cs_order_new (const char   *customer,
              const char   *name,
              CsOrderState  state,
              const char   *note)
{
  CsOrder *order = g_new0 (CsOrder, 1);

  order->customer = g_strdup (customer != NULL ? customer : "");
  order->name = g_strdup (name != NULL ? name : "");
  order->state = state;
  order->note = g_strdup (note != NULL ? note : "");
  return order;
}

CsOrder *
cs_order_copy (const CsOrder *order)
{
  CsOrder *copy = cs_order_new (order->customer, order->name, order->state, order->note);

  copy->changed_us = order->changed_us;
  return copy;
}

void
cs_order_free (CsOrder *order)
{
  g_free (order->customer);
  g_free (order->name);
  g_free (order->note);
  g_free (order);
}

static gboolean
is_longer (const char *text,
           gsize       limit)
{
  return strlen (text) > limit && (gsize) g_utf8_strlen (text, -1) > limit;
}

/* Whether the order can be put into the book; CS_ORDER_ERROR_CONTENT says why not. */
gboolean
cs_order_check (const CsOrder  *order,
                GError        **error)
{
  gsize length = strlen (order->customer);

  if (length == 0)
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT, _("The customer number is missing."));
  else if (strspn (order->customer, "0123456789") != length)
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT,
                 _("The customer number has something other than digits in it. Callers couldn’t enter it."));
  else if (length > CS_ORDER_MAX_CUSTOMER)
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT, _("The customer number has more than %d digits."),
                 CS_ORDER_MAX_CUSTOMER);
  else if (is_longer (order->name, CS_ORDER_MAX_NAME))
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT, _("The name has more than %d characters."), CS_ORDER_MAX_NAME);
  else if (is_longer (order->note, CS_ORDER_MAX_NOTE))
    g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT, _("The note has more than %d characters."), CS_ORDER_MAX_NOTE);
  else
    return TRUE;
  return FALSE;
}
