/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-sample-orders.h"

#include "orders/cs-order-book-db.h"
#include "store/cs-store-orders.h"

#include <glib/gi18n.h>

#define N_ORDERS 64
#define N_QUERIES 14
#define SEED 20260202
#define FIRST_CUSTOMER 10004711

static const char *const given_names[] = { "Anna", "Jonas", "Mira", "Peter", "Sofia", "Emil", "Clara", "Tarik" };
static const char *const family_names[] = { "Berg", "Weber", "Patel", "Hoffmann", "Lindner", "Yılmaz", "Schröder", "O’Neill" };
static const char *const notes[] = { "", "", "", N_("Call before delivery"), N_("Two parcels"), "", N_("Pays on collection") };

/* Numbers that the regulator keeps free for films and examples. */
static const char *const callers[] = { "493023125114", "494066969351", "492214710142", NULL, "498999998023", "496990009210" };

static char *
make_customer (int n)
{
  return g_strdup_printf ("%d", FIRST_CUSTOMER + n * 137);
}

static gboolean
fill_book (CsOrderBookDb  *db,
           GRand          *random,
           gint64          now_us,
           GError        **error)
{
  if (!cs_order_book_db_begin (db, TRUE, error))
    return FALSE;
  for (int i = 0; i < N_ORDERS; i++)
    {
      g_autofree char *customer = make_customer (i);
      g_autofree char *name = g_strdup_printf ("%s %s", given_names[g_rand_int_range (random, 0, G_N_ELEMENTS (given_names))],
                                               family_names[g_rand_int_range (random, 0, G_N_ELEMENTS (family_names))]);
      const char *note = notes[g_rand_int_range (random, 0, G_N_ELEMENTS (notes))];
      gint64 age_us = g_rand_double_range (random, 0.1, 240) * G_TIME_SPAN_HOUR;

      if (!cs_order_book_db_add (db, customer, name, (CsOrderState) (g_rand_int_range (random, 0, 11) / 3),
                                 *note != '\0' ? _(note) : note,
                                 now_us - age_us, error))
        return FALSE;
    }
  return cs_order_book_db_commit (db, error);
}

static gboolean
write_query (CsStore  *store,
             gpointer  data,
             GError  **error)
{
  return cs_store_add_query (store, data, error);
}

/* Makes an order book up, and what callers asked it for in the last hours. To be called before anything else opens the book. */
void
cs_sample_orders_write (CsRecorder *recorder,
                        const char *data_dir,
                        gint64      now_us)
{
  static const CsOrderResult results[] = { CS_ORDER_RESULT_FOUND, CS_ORDER_RESULT_FOUND, CS_ORDER_RESULT_NOT_FOUND,
                                           CS_ORDER_RESULT_FOUND, CS_ORDER_RESULT_HUNG_UP };
  g_autofree char *path = g_build_filename (data_dir, "orders.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsOrderBookDb) db = cs_order_book_db_open (path, &error);
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);

  if (db == NULL || !fill_book (db, random, now_us, &error))
    {
      g_warning ("The made-up orders can't be written: %s", error->message);
      return;
    }
  for (int i = N_QUERIES; i > 0; i--)
    {
      g_autofree char *leg = g_strdup_printf ("sample-order-%d", i);
      g_autofree char *customer = make_customer (i * 4);
      CsOrderQuery query = { now_us - i * 17 * G_TIME_SPAN_MINUTE, leg, NULL, NULL, results[i % G_N_ELEMENTS (results)], -1 };
      g_autoptr (CsOrder) order = NULL;

      query.caller = (char *) callers[i % G_N_ELEMENTS (callers)];
      if (query.result == CS_ORDER_RESULT_NOT_FOUND)
        customer[4] = '9';
      if (query.result != CS_ORDER_RESULT_HUNG_UP)
        query.customer = customer;
      if (query.result == CS_ORDER_RESULT_FOUND && cs_order_book_db_find (db, customer, &order, NULL) && order != NULL)
        query.state = order->state;
      cs_recorder_write (recorder, write_query, &query, NULL, NULL);
    }
  cs_recorder_commit (recorder);
}
