/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-database.h"

G_BEGIN_DECLS

/* How long anything with the database may take, in seconds: libmariadb knows none shorter than one. */
#define CS_ORDER_DATABASE_SECONDS 2

/* One connection to the database, with the query prepared. Every function may block for some seconds; of one thread at a time. */
typedef struct _CsOrderDatabaseConnection CsOrderDatabaseConnection;

CsOrderDatabaseConnection *cs_order_database_connection_open    (const CsOrderDatabaseSettings  *settings,
                                                                 GError                        **error);
void                       cs_order_database_connection_close   (CsOrderDatabaseConnection      *self);
gboolean                   cs_order_database_connection_look_up (CsOrderDatabaseConnection      *self,
                                                                 const char                     *customer,
                                                                 gboolean                       *is_found,
                                                                 CsOrderState                   *state,
                                                                 GError                        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderDatabaseConnection, cs_order_database_connection_close)

G_END_DECLS
