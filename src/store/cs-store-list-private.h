/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-list.h"

struct _CsStoreList
{
  sqlite3 *db;            /* (owned) */
  sqlite3_stmt *get_call; /* (owned) (nullable) */
};

/* More numbers than these aren't looked for one by one. */
#define CS_CALL_SEARCH_MAX_KEYS 20000

/* What a searched text means for the calls. */
typedef struct {
  char *digits;          /* (owned) (nullable) of the number, as far as it was typed */
  GHashTable *peer_keys; /* (owned) (element-type utf8) the keys of callers */
  GString *peers;        /* (owned) the same as a JSON array */
  GString *owns;         /* (owned) and of own numbers */
  guint n_peers;
  guint n_owns;
  gboolean is_rare;      /* few calls have these callers, and no own number has this text */
} CsCallSearch;

/* Where found ids go, and who is told of the first ones. */
typedef struct {
  GArray *ids;           /* (unowned) (element-type gint64) */
  CsIdsFunc begun;       /* (nullable) */
  gpointer user_data;
} CsIdsAdding;

void     cs_call_search_clear          (CsCallSearch        *search);
gboolean cs_store_list_find_numbers    (CsStoreList         *self,
                                        const CsCallQuery   *query,
                                        CsCallSearch        *search,
                                        GError             **error);
void     cs_store_list_append_filter   (GString             *sql,
                                        const CsCallQuery   *query);
void     cs_store_list_append_search   (GString             *sql,
                                        const CsCallSearch  *search);
void     cs_store_list_bind            (sqlite3_stmt        *row,
                                        const CsCallQuery   *query,
                                        const CsCallSearch  *search);
gboolean cs_store_list_add_rows        (sqlite3_stmt        *row,
                                        CsIdsAdding         *adding,
                                        GError             **error);
gboolean cs_store_list_add_ids_by_peer (CsStoreList         *self,
                                        const CsCallQuery   *query,
                                        const CsCallSearch  *search,
                                        CsIdsAdding         *adding,
                                        GError             **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsCallSearch, cs_call_search_clear)
