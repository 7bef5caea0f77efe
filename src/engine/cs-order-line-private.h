/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-order-line.h"
#include "orders/cs-order-file.h"
#include "orders/cs-order-limit.h"

G_BEGIN_DECLS

typedef struct _Query Query;

/* A call at the line. */
typedef struct {
  char *leg;                /* (owned) */
  char *caller;             /* (owned) (nullable) NULL where the number is withheld */
  CsOrderDialogue dialogue;
  int result;               /* the best CsOrderResult so far, or CS_N_ORDER_RESULTS */
  gint64 at_us;             /* of its last step */
  Query *query;             /* (nullable) what is being looked up for it */
  gboolean has_left;        /* meanwhile */
} Visit;

struct _CsOrderLine
{
  CsStore *store;
  CsRecorder *recorder;
  CsRecorderChangedFunc changed;
  gpointer user_data;
  char *data_dir;           /* (owned) */

  CsOrderRules rules;
  char *transfer;           /* (owned) */
  char *language;           /* (owned) */
  GHashTable *numbers;      /* (owned) (element-type utf8) keys of the numbers that answer */
  gint64 stale_us;
  GTimeZone *zone;          /* (owned) */

  CsOrderBook *book;        /* (owned) (nullable) once it was needed */
  CsOrderFile *file;        /* (owned) (nullable) */
  CsOrderSource *database;  /* (owned) (nullable) */
  char *database_error;     /* (owned) (nullable) why there is none */

  GHashTable *visits;       /* (owned) (element-type utf8 Visit) by leg */
  GHashTable *look_ups;     /* (owned) (element-type LookUp) */
  char *look_up_error;      /* (owned) (nullable) why the last one brought nothing */
  guint n_waiting;          /* pushes that wait for a look-up */
  CsOrderLimit *limit;      /* (owned) */
  GSource *sweeper;         /* (owned) */
  CsOrdersState state;
  gint64 day_us;            /* the day that state counts */
  gboolean is_closed;
};

/* Chooses among the sources, and tells of them in the state. */
void cs_order_line_choose_source  (CsOrderLine          *self,
                                   const CsEngineConfig *config);
void cs_order_line_describe_source (CsOrderLine         *self);

G_END_DECLS
