/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-list-private.h"

#include <string.h>

/* Shorter numbers are shown as they are, longer ones with a plus before them, unless they begin with 0. */
#define SHORTEST_WITH_PLUS 10
/* E.164 has fifteen digits at the most. */
#define MAX_PACKED 15
#define TEXT_BLOCK 65536

/* Somebody who called or was called, and by what the list of calls sorts them. There may be hundreds of thousands: what a number is
 * sorted by is one word, which is compared at once. */
typedef struct {
  const char *key;  /* (unowned) as call.peer_key */
  const char *name; /* (unowned) (nullable) its collation key; NULL where a number is shown */
  guint64 number;   /* its first digits, four bits each, so that they sort as they are read */
} Peer;

typedef struct {
  GArray *peers;       /* (owned) (element-type Peer) */
  GStringChunk *texts; /* (owned) theirs */
} Peers;

static void
peers_clear (Peers *peers)
{
  g_clear_pointer (&peers->peers, g_array_unref);
  g_clear_pointer (&peers->texts, g_string_chunk_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Peers, peers_clear)

/* Numbers with a plus before them come before those without. Returns 0 for what isn't a number. */
static guint64
pack_number (const char *digits)
{
  gsize length = strspn (digits, "0123456789"), i;
  guint64 packed = *digits != '0' && length >= SHORTEST_WITH_PLUS ? 1 : 2;

  if (length == 0 || digits[length] != '\0')
    return 0;
  for (i = 0; i < MAX_PACKED && i < length; i++)
    packed = packed << 4 | (guint64) (digits[i] - '0' + 1);
  return packed << 4 * (MAX_PACKED - i);
}

static void
add_peer (Peers      *peers,
          const char *key,
          const char *digits,
          const char *name)
{
  Peer peer = { g_string_chunk_insert (peers->texts, key), NULL, name == NULL ? pack_number (digits) : 0 };

  if (peer.number == 0)
    {
      g_autofree char *folded = g_utf8_casefold (name != NULL ? name : digits, -1);
      g_autofree char *sort = g_utf8_collate_key (folded, -1);

      peer.name = g_string_chunk_insert (peers->texts, sort);
    }
  g_array_append_val (peers->peers, peer);
}

/* Numbers come before names, as digits before letters do; the key gives those of the same name an order that stays. */
static int
compare (gconstpointer a,
         gconstpointer b)
{
  const Peer *left = a, *right = b;
  int order = (left->name != NULL) - (right->name != NULL);

  if (order == 0)
    order = left->name != NULL ? strcmp (left->name, right->name) : (left->number > right->number) - (left->number < right->number);
  return order != 0 ? order : strcmp (left->key, right->key);
}

/* Finds everybody who ever called or was called, in the order of what is shown for them. */
static gboolean
find_peers (CsStoreList  *self,
            Peers        *peers,
            GError      **error)
{
  g_autoptr (GHashTable) names = cs_store_list_get_names (self, error);
  sqlite3_stmt *row;
  GError *local = NULL;

  if (names == NULL)
    return FALSE;
  row = cs_sql_prepare (self->db, "SELECT key, digits FROM number WHERE is_own = 0 ORDER BY key, digits", error);
  if (row == NULL)
    return FALSE;
  peers->peers = g_array_new (FALSE, FALSE, sizeof (Peer));
  peers->texts = g_string_chunk_new (TEXT_BLOCK);
  while (cs_sql_next (row, &local))
    {
      const char *key = (const char *) sqlite3_column_text (row, 0), *digits = (const char *) sqlite3_column_text (row, 1);
      Peer *last = peers->peers->len > 0 ? &g_array_index (peers->peers, Peer, peers->peers->len - 1) : NULL;

      /* Of a number that was reported in several ways the one that begins with the country comes last. */
      if (last == NULL || strcmp (last->key, key) != 0)
        add_peer (peers, key, digits, g_hash_table_lookup (names, key));
      else if (last->name == NULL)
        last->number = pack_number (digits);
    }
  sqlite3_finalize (row);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  g_array_sort (peers->peers, compare);
  return TRUE;
}

/* Whether there were more numbers than could be named. */
static gboolean
is_cut_short (const CsCallSearch *search)
{
  return search->n_peers > CS_CALL_SEARCH_MAX_KEYS && search->digits != NULL;
}

/* A statement for the calls with one peer (?8), or with none. is_searched: only those that have what is searched for beside it. */
static sqlite3_stmt *
prepare (CsStoreList         *self,
         const CsCallQuery   *query,
         const CsCallSearch  *search,
         gboolean             has_peer,
         gboolean             is_searched,
         GError             **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT id FROM call INDEXED BY ");
  sqlite3_stmt *row;

  g_string_append (sql, has_peer ? "call_by_peer" : "call_by_time");
  cs_store_list_append_filter (sql, query);
  g_string_append (sql, has_peer ? " AND peer_key = ?8" : " AND peer_key IS NULL");
  if (is_searched && is_cut_short (search))
    cs_store_list_append_search (sql, search);
  else if (is_searched)
    g_string_append (sql, " AND number_key IN (SELECT value FROM json_each(?6))");
  g_string_append (sql, " ORDER BY seen_us DESC, is_part DESC, id DESC");
  row = cs_sql_prepare (self->db, sql->str, error);
  if (row != NULL)
    cs_store_list_bind (row, query, search);
  return row;
}

static gboolean
add_calls_of_peers (GArray              *peers,
                    gboolean             is_ascending,
                    GHashTable          *searched,
                    sqlite3_stmt        *all,
                    sqlite3_stmt        *some,
                    CsIdsAdding         *adding,
                    GError             **error)
{
  for (guint i = 0; i < peers->len; i++)
    {
      const Peer *peer = &g_array_index (peers, Peer, is_ascending ? i : peers->len - 1 - i);
      sqlite3_stmt *row = searched == NULL || g_hash_table_contains (searched, peer->key) ? all : some;

      if (row == NULL)
        continue;
      cs_sql_bind_text (row, 8, peer->key);
      if (!cs_store_list_add_rows (row, adding, error))
        return FALSE;
    }
  return TRUE;
}

/* Adds the calls of the query by what is shown for the other party, the latest first for each; those without one come last. There are
 * far fewer parties than calls, and an index leads from each to its calls: the first rows don't wait for all others to be sorted. */
gboolean
cs_store_list_add_ids_by_peer (CsStoreList         *self,
                               const CsCallQuery   *query,
                               const CsCallSearch  *search,
                               CsIdsAdding         *adding,
                               GError             **error)
{
  /* Calls with others than those that the text means have it in the own number, or weren’t named. */
  gboolean is_searched = query->text != NULL, has_others = search->n_owns > 0 || is_cut_short (search);
  g_auto (Peers) peers = { NULL };
  sqlite3_stmt *all = NULL, *some = NULL, *none = NULL;
  gboolean is_done;

  /* One lock for hundreds of thousands of small questions. */
  if (!cs_sql_exec (self->db, "BEGIN", error))
    return FALSE;
  is_done = find_peers (self, &peers, error);
  if (is_done)
    all = prepare (self, query, search, TRUE, FALSE, error);
  is_done = all != NULL;
  if (is_done && is_searched && has_others)
    is_done = (some = prepare (self, query, search, TRUE, TRUE, error)) != NULL;
  is_done = is_done && add_calls_of_peers (peers.peers, query->is_ascending, search->peer_keys, all, some, adding, error);
  if (is_done && (!is_searched || has_others))
    is_done = (none = prepare (self, query, search, FALSE, is_searched, error)) != NULL && cs_store_list_add_rows (none, adding, error);
  sqlite3_finalize (all);
  sqlite3_finalize (some);
  sqlite3_finalize (none);
  cs_sql_exec (self->db, "COMMIT", NULL);
  return is_done;
}
