/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-database.h"

#include <glib/gi18n.h>

#include <string.h>

#define MAX_QUERY 4096

/* What is wrong with a query for the state of an order, as a sentence; NULL where it can be used. It is a SELECT with one ?, the
 * place of the customer number, wherever that stands. (transfer none) (nullable) */
const char *
cs_order_database_get_query_problem (const char *query)
{
  const char *start = query + strspn (query, " \t\r\n"), *mark = strchr (query, '?');

  if (strlen (query) > MAX_QUERY || !g_utf8_validate (query, -1, NULL))
    return _("The query is too long or no text");
  if (g_ascii_strncasecmp (start, "SELECT", 6) != 0 || strchr (" \t\r\n(*`", start[6]) == NULL || start[6] == '\0')
    return _("The query must begin with SELECT");
  if (mark == NULL)
    return _("The query needs a ? in the place of the customer number");
  if (strchr (mark + 1, '?') != NULL)
    return _("The query may have only one ?, in the place of the customer number");
  return NULL;
}
