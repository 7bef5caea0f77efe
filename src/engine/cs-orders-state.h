/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-orders.h"

G_BEGIN_DECLS

/* Where callers' orders are looked up. */
typedef enum {
  CS_ORDERS_FROM_BOOK,     /* the built-in one */
  CS_ORDERS_FROM_FILE,     /* the watched CSV file */
  CS_ORDERS_FROM_DATABASE, /* one of the business */
} CsOrdersOrigin;

#define CS_ORDERS_N_QUERIES 20

/* How things stand at the order line. */
typedef struct {
  gboolean is_enabled;     /* and has at least one number that answers */
  CsOrdersOrigin origin;
  char *error;             /* (owned) (nullable) a sentence: why callers can't be told of the orders as they are now, and what to do */
  gint64 n_orders;         /* in what is asked, or CS_UNKNOWN */
  gint64 read_us;          /* when the file was last read, or CS_UNKNOWN */

  guint n_running;         /* calls at the line now */
  guint n_handled;         /* calls of today that have left it: the sum of the next */
  guint n_results[CS_N_ORDER_RESULTS]; /* of them, by the best that came of each */
  GPtrArray *queries;      /* (owned) (nullable) (element-type CsOrderQuery) the last CS_ORDERS_N_QUERIES, newest first; never changed */

  guint serial;            /* of the built-in book: another number, other orders */
  gint64 n_book_orders;    /* in the built-in book */
  gboolean is_importing;   /* into the built-in book */
  double fraction;         /* of the file: 0 … 1 */
  guint64 n_rows;          /* of the file, read so far */
} CsOrdersState;

void cs_orders_state_copy  (CsOrdersState       *to,
                            const CsOrdersState *from);
void cs_orders_state_clear (CsOrdersState       *state);

G_END_DECLS
