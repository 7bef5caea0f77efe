/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-database.h"

#include "orders/cs-order-error.h"

#include <glib/gi18n.h>

/* Stands in for cs-order-database.c where CallStats is built without libmariadb. */

gboolean
cs_order_database_is_built (void)
{
  return FALSE;
}

CsOrderSource *
cs_order_database_new (const CsOrderDatabaseSettings  *settings,
                       GError                        **error)
{
  g_set_error_literal (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE,
                       _("This CallStats was built without access to databases. Callers are asked to try again later."));
  return NULL;
}
