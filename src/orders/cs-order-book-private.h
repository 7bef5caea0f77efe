/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-book.h"

G_BEGIN_DECLS

/* CsOrderBook:
 *
 * Two threads, each with a connection of its own: what is written waits in one queue, who looks something up in the other. */
struct _CsOrderBook
{
  GObject parent_instance;

  char *path;                   /* (owned) */
  GMainContext *context;        /* (owned) where "changed" is emitted */
  GAsyncQueue *jobs;            /* (owned) (element-type Job) of the writing thread */
  GAsyncQueue *look_ups;        /* (owned) (element-type GTask) of the other one */
  GThread *writer;              /* (owned) (nullable) NULL once it is closed */
  GThread *reader;              /* (owned) (nullable) */
  GCancellable *importing;      /* (owned) (nullable) of the thread that uses the book */

  GMutex mutex;                 /* guards what follows */
  GCond cond;
  gboolean is_opened;           /* the writer has opened the database, or failed to */
  GError *open_error;           /* (owned) (nullable) */
  gboolean is_told;             /* "changed" is on its way */
  gint64 n_orders;
  guint serial;
  gboolean is_importing;
  double fraction;
  guint64 n_rows;
};

/* Answers a task that the book can't be used, and why. */
void cs_order_book_return_open_error (CsOrderBook *self,
                                      GTask       *task,
                                      const char  *reason);
void cs_order_book_wait_until_opened (CsOrderBook *self);

G_END_DECLS
