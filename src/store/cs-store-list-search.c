/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-list-private.h"

#include <string.h>

/* A list of this many calls is fetched by the caller's number and sorted; a longer one is picked out of all calls, in which its first
 * ones are soon found. */
#define RARE 20000

/* Appends a text to a JSON array that isn't closed yet. */
static void
append_json (GString    *array,
             const char *text)
{
  g_string_append (array, array->len == 0 ? "[\"" : ",\"");
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_printf (array, "\\%c", *c);
      else if ((guchar) *c < 0x20)
        g_string_append_printf (array, "\\u%04x", *c);
      else
        g_string_append_c (array, *c);
    }
  g_string_append_c (array, '"');
}

static void
add_own (CsCallSearch *search,
         const char   *key)
{
  append_json (search->owns, key);
  search->n_owns++;
}

static void
add_peer (CsCallSearch *search,
          const char   *key)
{
  append_json (search->peers, key);
  g_hash_table_add (search->peer_keys, g_strdup (key));
  search->n_peers++;
}

/* The digits of a number in any spelling, without what stands before them in one country or another; NULL where it isn't
 * a number. (transfer full) (nullable) */
static char *
get_searched_digits (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c))
        g_string_append_c (digits, (char) ('0' + g_unichar_digit_value (c)));
      else if (!g_unichar_isspace (c) && (c > 0x7f || strchr ("+-/().", (char) c) == NULL))
        return NULL;
    }
  if (digits->len == 0)
    return NULL;
  for (int i = 0; i < 2 && digits->len > 1 && digits->str[0] == '0'; i++)
    g_string_erase (digits, 0, 1);
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static gboolean
add_numbers (CsStoreList  *self,
             const char   *text,
             gboolean      is_own,
             CsCallSearch *search,
             GError      **error)
{
  g_autofree char *key = search->digits != NULL && strlen (search->digits) > 10 ? cs_number_get_key (search->digits) : NULL;
  sqlite3_stmt *row = cs_sql_prepare (self->db,
                                      "SELECT DISTINCT key FROM number WHERE is_own = ?1 AND (instr(digits, ?2) > 0 OR key = ?3)"
                                      " LIMIT ?4", error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return FALSE;
  sqlite3_bind_int (row, 1, is_own);
  cs_sql_bind_text (row, 2, search->digits != NULL ? search->digits : text);
  cs_sql_bind_text (row, 3, key);
  sqlite3_bind_int (row, 4, CS_CALL_SEARCH_MAX_KEYS + 1);
  while (cs_sql_next (row, &local))
    {
      if (is_own)
        add_own (search, (const char *) sqlite3_column_text (row, 0));
      else
        add_peer (search, (const char *) sqlite3_column_text (row, 0));
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal != NULL ? normal : text, -1);
}

static gboolean
add_named (CsStoreList  *self,
           const char   *text,
           CsCallSearch *search,
           GError      **error)
{
  g_autofree char *folded = fold (text);
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT contact.id, name, key FROM contact JOIN contact_number ON contact = contact.id",
                                      error);
  g_autoptr (GError) local = NULL;

  if (row == NULL)
    return FALSE;
  while (cs_sql_next (row, &local))
    {
      g_autofree char *name = fold ((const char *) sqlite3_column_text (row, 1));

      if (strstr (name, folded) != NULL)
        add_peer (search, (const char *) sqlite3_column_text (row, 2));
    }
  sqlite3_finalize (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Looks up what the text of the query, which has one, stands for. */
gboolean
cs_store_list_find_numbers (CsStoreList        *self,
                            const CsCallQuery  *query,
                            CsCallSearch       *search,
                            GError            **error)
{
  g_autofree char *text = g_strstrip (g_utf8_make_valid (query->text, -1));
  sqlite3_stmt *row;

  search->digits = get_searched_digits (text);
  search->peers = g_string_new (NULL);
  search->owns = g_string_new (NULL);
  search->peer_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!add_numbers (self, text, FALSE, search, error) || !add_numbers (self, text, TRUE, search, error)
      || !add_named (self, text, search, error))
    return FALSE;
  g_string_append (search->peers, search->n_peers > 0 ? "]" : "[]");
  g_string_append (search->owns, search->n_owns > 0 ? "]" : "[]");
  if (search->n_owns > 0 || search->n_peers > CS_CALL_SEARCH_MAX_KEYS)
    return TRUE;

  row = cs_sql_prepare (self->db,
                        "SELECT count(*) <= ?2 FROM (SELECT 1 FROM call INDEXED BY call_by_peer WHERE peer_key IS NOT NULL"
                        " AND peer_key IN (SELECT value FROM json_each(?1)) LIMIT ?2 + 1)", error);
  if (row == NULL)
    return FALSE;
  cs_sql_bind_text (row, 1, search->peers->str);
  sqlite3_bind_int (row, 2, RARE);
  search->is_rare = cs_sql_next (row, NULL) && sqlite3_column_int (row, 0);
  sqlite3_finalize (row);
  return TRUE;
}

/* Appends the condition that a call is one of those searched for: ?5 callers, ?6 own numbers, ?7 digits. */
void
cs_store_list_append_search (GString            *sql,
                             const CsCallSearch *search)
{
  if (search->is_rare)
    g_string_append (sql, " AND peer_key IS NOT NULL AND peer_key IN (SELECT value FROM json_each(?5))");
  else if (search->n_peers > CS_CALL_SEARCH_MAX_KEYS && search->digits != NULL)
    g_string_append (sql, " AND (instr(from_number, ?7) > 0 OR instr(to_number, ?7) > 0 OR instr(number, ?7) > 0)");
  else
    g_string_append (sql, " AND (peer_key IN (SELECT value FROM json_each(?5)) OR number_key IN (SELECT value FROM json_each(?6)))");
}

void
cs_call_search_clear (CsCallSearch *search)
{
  g_free (search->digits);
  g_clear_pointer (&search->peer_keys, g_hash_table_unref);
  if (search->peers != NULL)
    g_string_free (search->peers, TRUE);
  if (search->owns != NULL)
    g_string_free (search->owns, TRUE);
}
