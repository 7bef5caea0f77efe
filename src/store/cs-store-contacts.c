/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-contacts.h"

#include "calls/cs-call-event.h"
#include "store/cs-store-contacts-private.h"
#include "store/cs-store-private.h"
#include "store/cs-store-reader-private.h"

void
cs_contact_writer_clear (CsContactWriter *writer)
{
  sqlite3_finalize (writer->insert);
  sqlite3_finalize (writer->rename);
  sqlite3_finalize (writer->drop);
  sqlite3_finalize (writer->get_owner);
  sqlite3_finalize (writer->take);
  sqlite3_finalize (writer->drop_empty);
}

gboolean
cs_contact_writer_init (CsContactWriter  *writer,
                        sqlite3          *db,
                        GError          **error)
{
  return (writer->insert = cs_sql_prepare (db, "INSERT INTO contact (name) VALUES (?2)", error)) != NULL
         && (writer->rename = cs_sql_prepare (db, "INSERT OR REPLACE INTO contact (id, name) VALUES (?1, ?2)", error)) != NULL
         && (writer->drop = cs_sql_prepare (db, "DELETE FROM contact_number WHERE contact = ?1", error)) != NULL
         && (writer->get_owner = cs_sql_prepare (db, "SELECT contact FROM contact_number WHERE key = ?1", error)) != NULL
         && (writer->take = cs_sql_prepare (db, "INSERT OR REPLACE INTO contact_number (key, contact, number)"
                                                " VALUES (?1, ?2, ?3)", error)) != NULL
         && (writer->drop_empty = cs_sql_prepare (db, "DELETE FROM contact WHERE id = ?1 AND NOT EXISTS"
                                                      " (SELECT 1 FROM contact_number WHERE contact = ?1)", error)) != NULL;
}

/* Gives the number to the contact. Whoever had it and has no other goes. */
static gboolean
take_number (CsContactWriter  *writer,
             gint64            id,
             const char       *number,
             GError          **error)
{
  g_autofree char *key = cs_number_get_key (number);
  g_autoptr (GError) local = NULL;
  gint64 owner = 0;

  if (key == NULL)
    return TRUE;
  cs_sql_bind_text (writer->get_owner, 1, key);
  if (cs_sql_next (writer->get_owner, &local))
    owner = sqlite3_column_int64 (writer->get_owner, 0);
  sqlite3_reset (writer->get_owner);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  cs_sql_bind_text (writer->take, 1, key);
  sqlite3_bind_int64 (writer->take, 2, id);
  cs_sql_bind_text (writer->take, 3, number);
  if (!cs_sql_run (writer->take, error))
    return FALSE;
  if (owner == 0 || owner == id)
    return TRUE;
  sqlite3_bind_int64 (writer->drop_empty, 1, owner);
  return cs_sql_run (writer->drop_empty, error);
}

/* Puts one of the import or the user's, as cs_store_put_contact() does. */
gint64
cs_contact_writer_put (CsContactWriter  *writer,
                       const CsContact  *contact,
                       GError          **error)
{
  sqlite3_stmt *name = contact->id != 0 ? writer->rename : writer->insert;
  gint64 id;

  if (contact->id != 0)
    {
      sqlite3_bind_int64 (writer->drop, 1, contact->id);
      if (!cs_sql_run (writer->drop, error))
        return 0;
      sqlite3_bind_int64 (name, 1, contact->id);
    }
  cs_sql_bind_text (name, 2, contact->name);
  if (!cs_sql_run (name, error))
    return 0;

  id = contact->id != 0 ? contact->id : sqlite3_last_insert_rowid (sqlite3_db_handle (name));
  for (guint i = 0; i < contact->numbers->len; i++)
    {
      if (!take_number (writer, id, g_ptr_array_index (contact->numbers, i), error))
        return 0;
    }
  return id;
}

/* Keeps a contact: a new one where its id is 0, else in place of what it was (also if it was removed meanwhile). Its numbers
 * are taken from whoever had them. Returns its id, or 0. */
gint64
cs_store_put_contact (CsStore          *self,
                      const CsContact  *contact,
                      GError          **error)
{
  g_auto (CsContactWriter) writer = { NULL };

  if (!cs_store_begin (self, error) || !cs_contact_writer_init (&writer, self->db, error))
    return 0;
  return cs_contact_writer_put (&writer, contact, error);
}

/* Forgets a contact and its numbers; one that isn't there is no error. */
gboolean
cs_store_remove_contact (CsStore  *self,
                         gint64    id,
                         GError  **error)
{
  static const char *const statements[] = {
    "DELETE FROM contact_number WHERE contact = ?1",
    "DELETE FROM contact WHERE id = ?1",
  };

  if (!cs_store_begin (self, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      sqlite3_stmt *statement = cs_sql_prepare (self->db, statements[i], error);
      gboolean is_done;

      if (statement == NULL)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, id);
      is_done = cs_sql_run (statement, error);
      sqlite3_finalize (statement);
      if (!is_done)
        return FALSE;
    }
  return TRUE;
}

/* A contact and what its name is sorted by. */
typedef struct {
  CsContact *contact;
  char *key;
} Sorted;

static int
compare_sorted (gconstpointer a,
                gconstpointer b)
{
  const Sorted *left = a, *right = b;
  int order = g_strcmp0 (left->key, right->key);

  if (order != 0)
    return order;
  return (left->contact->id > right->contact->id) - (left->contact->id < right->contact->id);
}

static GPtrArray *
sort_contacts (GPtrArray *contacts)
{
  g_autoptr (GArray) sorted = g_array_sized_new (FALSE, FALSE, sizeof (Sorted), contacts->len);

  for (guint i = 0; i < contacts->len; i++)
    {
      CsContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *folded = g_utf8_casefold (contact->name, -1);
      Sorted entry = { contact, g_utf8_collate_key (folded, -1) };

      g_array_append_val (sorted, entry);
    }
  g_array_sort (sorted, compare_sorted);
  for (guint i = 0; i < contacts->len; i++)
    {
      Sorted *entry = &g_array_index (sorted, Sorted, i);

      contacts->pdata[i] = entry->contact;
      g_free (entry->key);
    }
  return contacts;
}

/* Makes contacts of rows of contact, name and number, those of one contact one after the other. */
static GPtrArray *
read_contacts (sqlite3_stmt  *row,
               GError       **error)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_contact_free);
  g_autoptr (GError) local = NULL;
  CsContact *contact = NULL;

  while (cs_sql_next (row, &local))
    {
      gint64 id = sqlite3_column_int64 (row, 0);

      if (contact == NULL || contact->id != id)
        {
          const char *name = (const char *) sqlite3_column_text (row, 1);

          contact = cs_contact_new (name != NULL ? name : "");
          contact->id = id;
          g_ptr_array_add (contacts, contact);
        }
      if (sqlite3_column_type (row, 2) != SQLITE_NULL)
        g_ptr_array_add (contact->numbers, cs_sql_dup_text (row, 2));
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&contacts);
}

/* Returns the address book, sorted by name as the user's language does. (transfer full) (element-type CsContact) */
GPtrArray *
cs_store_reader_get_contacts (CsStoreReader  *self,
                              GError        **error)
{
  sqlite3_stmt *row = cs_sql_prepare (self->db, "SELECT contact.id, name, number FROM contact"
                                                " LEFT JOIN contact_number ON contact = contact.id"
                                                " ORDER BY contact.id, key", error);
  GPtrArray *contacts;

  if (row == NULL)
    return NULL;
  contacts = read_contacts (row, error);
  sqlite3_finalize (row);
  return contacts != NULL ? sort_contacts (contacts) : NULL;
}

/* Returns who has the number, in whatever spelling; NULL without an error where nobody has. (transfer full) (nullable) */
CsContact *
cs_store_reader_find_contact (CsStoreReader  *self,
                              const char     *number,
                              GError        **error)
{
  g_autofree char *key = cs_number_get_key (number);
  g_autoptr (GPtrArray) contacts = NULL;
  sqlite3_stmt *row;

  if (key == NULL)
    return NULL;
  row = cs_sql_prepare (self->db, "SELECT contact.id, name, number FROM contact"
                                  " JOIN contact_number ON contact = contact.id WHERE contact.id ="
                                  " (SELECT contact FROM contact_number WHERE key = ?1) ORDER BY key", error);
  if (row == NULL)
    return NULL;
  cs_sql_bind_text (row, 1, key);
  contacts = read_contacts (row, error);
  sqlite3_finalize (row);
  return contacts != NULL && contacts->len > 0 ? cs_contact_copy (g_ptr_array_index (contacts, 0)) : NULL;
}
