/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "calls/cs-call-filter.h"
#include "calls/cs-call.h"
#include "store/cs-sql.h"

G_BEGIN_DECLS

/* By what the list is sorted. What is equal there stands newest first. */
typedef enum {
  CS_CALL_SORT_TIME,
  CS_CALL_SORT_OUTCOME,
  CS_CALL_SORT_DIRECTION,
  CS_CALL_SORT_PEER,
  CS_CALL_SORT_NUMBER,
  CS_CALL_SORT_WAIT,
  CS_CALL_SORT_TALK,
  CS_CALL_SORT_ANSWERED_BY,
} CsCallSort;

#define CS_N_CALL_SORTS 8

/* Which calls a list has, and in which order. */
typedef struct {
  CsCallFilter filter;
  guint32 outcomes;      /* bit 1 << CsOutcome for each that is wanted; 0: all */
  char *text;            /* (owned) (nullable) part of a number in any spelling, or of a contact's name; as typed */
  CsCallSort sort;
  gboolean is_ascending; /* newest, longest, last in the alphabet first where not */
} CsCallQuery;

#define CS_CALL_QUERY_ALL { CS_CALL_FILTER_ALL, 0, NULL, CS_CALL_SORT_TIME, FALSE }

void     cs_call_query_copy          (const CsCallQuery *query,
                                      CsCallQuery       *copy);
void     cs_call_query_clear         (CsCallQuery       *query);
gboolean cs_call_query_equal         (const CsCallQuery *a,
                                      const CsCallQuery *b);
gboolean cs_call_query_is_everything (const CsCallQuery *query);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsCallQuery, cs_call_query_clear)

/* The calls of all providers, to be looked through. A read-only connection of its own; one thread at a time. */
typedef struct _CsStoreList CsStoreList;

/* Called for each call, without its legs, in the order of the query; FALSE stops. */
typedef gboolean (*CsCallFunc) (CsCall   *call,
                                gpointer  user_data);

/* How many calls are told of while the others are still looked for: more than a window has room for. */
#define CS_STORE_LIST_FIRST 60

/* Called at most once, on the thread that asked, with the first ids of a list that turns out to be longer. */
typedef void (*CsIdsFunc) (const gint64 *ids,
                           guint         n_ids,
                           gpointer      user_data);

/* Somebody whom nobody has reached yet. */
typedef struct {
  char *peer;     /* (owned) the number as it was reported last */
  char *number;   /* (owned) (nullable) the own number that was called last */
  guint n_tries;
  gint64 first_us;
  gint64 last_us;
  gint64 call_id; /* of the last try */
} CsCallback;

void         cs_callback_free            (CsCallback         *callback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsCallback, cs_callback_free)

/* What the journal has of a call. */
typedef struct {
  gint64 at_us;
  int kind;       /* CsCallEventKind */
  char *leg;      /* (owned) (nullable) */
} CsJournalEntry;

CsStoreList *cs_store_list_open          (const char         *data_dir,
                                          GError            **error);
void         cs_store_list_close         (CsStoreList        *self);
GArray      *cs_store_list_get_ids       (CsStoreList        *self,
                                          const CsCallQuery  *query,
                                          CsIdsFunc           begun,
                                          gpointer            user_data,
                                          GCancellable       *cancellable,
                                          GError            **error);
GPtrArray   *cs_store_list_get_calls     (CsStoreList        *self,
                                          const gint64       *ids,
                                          guint               n_ids,
                                          GError            **error);
gboolean     cs_store_list_foreach       (CsStoreList        *self,
                                          const CsCallQuery  *query,
                                          CsCallFunc          func,
                                          gpointer            user_data,
                                          GCancellable       *cancellable,
                                          GError            **error);
CsCall      *cs_store_list_get_whole     (CsStoreList        *self,
                                          gint64              id,
                                          GPtrArray         **journal,
                                          GError            **error);
GPtrArray   *cs_store_list_get_callbacks (CsStoreList        *self,
                                          guint               limit,
                                          GError            **error);
GPtrArray   *cs_store_list_get_numbers   (CsStoreList        *self,
                                          GError            **error);
GHashTable  *cs_store_list_get_names     (CsStoreList        *self,
                                          GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsStoreList, cs_store_list_close)

G_END_DECLS
