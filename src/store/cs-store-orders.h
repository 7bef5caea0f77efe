/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-reader.h"
#include "store/cs-store.h"

G_BEGIN_DECLS

/* What the store knows of the calls at the order line. The orders themselves are in a database of their own. */

/* What came of a caller's wish; of several in one call the first of these counts. Stored: append, never renumber. */
typedef enum {
  CS_ORDER_RESULT_FOUND,
  CS_ORDER_RESULT_NOT_FOUND,
  CS_ORDER_RESULT_UNAVAILABLE, /* the orders couldn't be asked for */
  CS_ORDER_RESULT_REFUSED,     /* the caller asked too often */
  CS_ORDER_RESULT_GAVE_UP,     /* nothing that was pressed was a number */
  CS_ORDER_RESULT_HUNG_UP,     /* the caller left before asking for anything */
} CsOrderResult;

#define CS_N_ORDER_RESULTS 6

/* Something that was asked for, or how a call ended in which nothing was. */
typedef struct {
  gint64 at_us;
  char *leg;            /* (owned) the call's */
  char *caller;         /* (owned) (nullable) NULL where the number is withheld */
  char *customer;       /* (owned) (nullable) NULL where nothing was asked for */
  CsOrderResult result;
  int state;            /* the order's (CsOrderState) where it was found, else -1 */
} CsOrderQuery;

/* A call that is at the order line: its CsOrderDialogue, and what else has to outlive the program. */
typedef struct {
  char *leg;            /* (owned) */
  char *caller;         /* (owned) (nullable) */
  int phase;
  guint n_tries;
  guint n_asked;
  char *entered;        /* (owned) */
  int result;           /* the best CsOrderResult so far, or CS_N_ORDER_RESULTS */
  gint64 at_us;         /* of its last step */
} CsStoreDialogue;

CsOrderQuery    *cs_order_query_copy              (const CsOrderQuery     *query);
void             cs_order_query_free              (CsOrderQuery           *query);
void             cs_store_dialogue_free           (CsStoreDialogue        *dialogue);

gboolean         cs_store_put_dialogue            (CsStore                *self,
                                                   const CsStoreDialogue  *dialogue,
                                                   GError                **error);
gboolean         cs_store_remove_dialogue         (CsStore                *self,
                                                   const char             *leg,
                                                   GError                **error);
GPtrArray       *cs_store_get_dialogues           (CsStore                *self,
                                                   GError                **error);
gboolean         cs_store_add_query               (CsStore                *self,
                                                   const CsOrderQuery     *query,
                                                   GError                **error);
GPtrArray       *cs_store_get_queries             (CsStore                *self,
                                                   gint64                  from_us,
                                                   guint                   limit,
                                                   GError                **error);
gboolean         cs_store_count_order_calls       (CsStore                *self,
                                                   gint64                  from_us,
                                                   guint                  *counts,
                                                   GError                **error);
gboolean         cs_store_prune_queries           (CsStore                *self,
                                                   gint64                  before_us,
                                                   GError                **error);

gboolean         cs_store_mark_order_results      (sqlite3                *db,
                                                   GPtrArray              *calls,
                                                   GError                **error);
GArray          *cs_store_reader_get_order_calls  (CsStoreReader          *self,
                                                   GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsOrderQuery, cs_order_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsStoreDialogue, cs_store_dialogue_free)

G_END_DECLS
