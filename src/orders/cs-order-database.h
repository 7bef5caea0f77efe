/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-source.h"

G_BEGIN_DECLS

#define CS_ORDER_DATABASE_QUERY "SELECT order_status FROM customer WHERE id = ?"

typedef enum {
  CS_ORDER_TLS_AUTO,      /* unless the database is on this computer */
  CS_ORDER_TLS_REQUIRED,
  CS_ORDER_TLS_OFF,
} CsOrderTls;

/* How to ask a database of the business, MySQL or MariaDB. Texts may be "" where nothing is said otherwise. */
typedef struct {
  const char *host;
  guint16 port;
  const char *socket;   /* path; wins over host and port */
  const char *database;
  const char *user;
  const char *password; /* secret */
  CsOrderTls tls;
  const char *ca_file;  /* PEM, for certificates of one's own; "" trusts whom the system trusts */
  const char *query;    /* without a problem, see cs_order_database_get_query_problem() */
} CsOrderDatabaseSettings;

gboolean       cs_order_database_is_built          (void);
const char    *cs_order_database_get_query_problem (const char                     *query);
CsOrderSource *cs_order_database_new               (const CsOrderDatabaseSettings  *settings,
                                                    GError                        **error);

G_END_DECLS
