/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-source.h"

G_BEGIN_DECLS

#define CS_TYPE_ORDER_FILE (cs_order_file_get_type ())

/* Orders in a CSV file that another program writes, with the header customer,status[,name[,note]]. It is read again whenever it
 * changes; what was read last counts until another whole and valid file was read, also after a restart. To be used on one thread.
 *
 * Signal "changed" (CsOrderFile *file): it was read, or couldn't be. */
G_DECLARE_FINAL_TYPE (CsOrderFile, cs_order_file, CS, ORDER_FILE, GObject)

CsOrderFile *cs_order_file_new          (const char  *path,
                                         const char  *db_path);
void         cs_order_file_close        (CsOrderFile *self);
const char  *cs_order_file_get_path     (CsOrderFile *self);
const char  *cs_order_file_get_error    (CsOrderFile *self);
gint64       cs_order_file_get_read_us  (CsOrderFile *self);
gint64       cs_order_file_get_n_orders (CsOrderFile *self);

G_END_DECLS
