/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-contacts-private.h"
#include "store/cs-store-health.h"
#include "store/cs-store-private.h"

/* The clock is looked at after so many contacts. */
#define STRIDE 16
/* The table is there while an import is: no part of the format. Numbers stand one a line. */
#define CREATE "CREATE TABLE contact_import (id INTEGER PRIMARY KEY, name TEXT NOT NULL, numbers TEXT NOT NULL)"
#define DROP "DROP TABLE IF EXISTS contact_import"
/* In sync_state, from the moment on from which there is no way back. */
#define COMPLETE "contact-import"

static gboolean
stage (sqlite3_stmt     *insert,
       const CsContact  *contact,
       GError          **error)
{
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (guint i = 0; i < contact->numbers->len; i++)
    g_string_append_printf (numbers, "%s%s", i > 0 ? "\n" : "", (const char *) g_ptr_array_index (contact->numbers, i));
  cs_sql_bind_text (insert, 1, contact->name);
  cs_sql_bind_text (insert, 2, numbers->str);
  return cs_sql_run (insert, error);
}

/* Keeps contacts (element-type CsContact) aside, from the index next on, 0 first, until about for_us microseconds are over; next is
 * then where to go on. With the last one it is decided that they will be taken over. */
gboolean
cs_store_stage_contacts (CsStore    *self,
                         GPtrArray  *contacts,
                         guint      *next,
                         gint64      for_us,
                         GError    **error)
{
  gint64 end_us = g_get_monotonic_time () + for_us;
  gboolean is_first = *next == 0, is_done = TRUE;
  sqlite3_stmt *insert;

  if (!cs_store_begin (self, error) || (is_first && !cs_sql_exec (self->db, DROP ";" CREATE, error)))
    return FALSE;
  insert = cs_sql_prepare (self->db, "INSERT INTO contact_import (name, numbers) VALUES (?1, ?2)", error);
  if (insert == NULL)
    return FALSE;
  do
    {
      for (guint i = 0; i < STRIDE && *next < contacts->len && is_done; i++, (*next)++)
        is_done = stage (insert, g_ptr_array_index (contacts, *next), error);
    }
  while (is_done && *next < contacts->len && g_get_monotonic_time () < end_us);
  sqlite3_finalize (insert);
  return is_done && (*next < contacts->len || cs_store_set_state (self, COMPLETE, "1", error));
}

/* Forgets what was kept aside. */
gboolean
cs_store_unstage_contacts (CsStore  *self,
                           GError  **error)
{
  return cs_store_begin (self, error) && cs_sql_exec (self->db, DROP, error) && cs_store_set_state (self, COMPLETE, NULL, error);
}

/* What an import that was interrupted has left. */
CsStaged
cs_store_get_staged (CsStore *self)
{
  g_autofree char *complete = cs_store_get_state (self, COMPLETE);

  if (complete != NULL)
    return CS_STAGED_ALL;
  return cs_sql_get_number (self->db, "SELECT count(*) FROM sqlite_schema WHERE name = 'contact_import'", NULL) > 0 ? CS_STAGED_SOME
                                                                                                                 : CS_STAGED_NONE;
}

static CsContact *
row_to_contact (sqlite3_stmt *row)
{
  CsContact *contact = cs_contact_new ((const char *) sqlite3_column_text (row, 1));
  g_auto (GStrv) numbers = g_strsplit ((const char *) sqlite3_column_text (row, 2), "\n", -1);

  for (guint i = 0; numbers[i] != NULL; i++)
    cs_contact_add_number (contact, numbers[i]);
  return contact;
}

/* Takes contacts over that were kept aside, until about for_us microseconds are over. Each leaves its room to the next: a full disk,
 * which can't keep them aside, can do that. */
gboolean
cs_store_merge_contacts (CsStore   *self,
                         gint64     for_us,
                         gboolean  *is_done,
                         GError   **error)
{
  g_auto (CsContactWriter) writer = { NULL };
  gint64 end_us = g_get_monotonic_time () + for_us, last_id = 0;
  g_autofree char *remove = NULL;
  GError *local = NULL;
  sqlite3_stmt *row;

  if (!cs_store_begin (self, error) || !cs_contact_writer_init (&writer, self->db, error))
    return FALSE;
  row = cs_sql_prepare (self->db, "SELECT id, name, numbers FROM contact_import ORDER BY id", error);
  if (row == NULL)
    return FALSE;
  *is_done = TRUE;
  for (guint n = 1; local == NULL && cs_sql_next (row, &local); n++)
    {
      g_autoptr (CsContact) contact = row_to_contact (row);

      last_id = sqlite3_column_int64 (row, 0);
      if (cs_contact_writer_put (&writer, contact, &local) == 0)
        break;
      *is_done = n % STRIDE != 0 || g_get_monotonic_time () < end_us;
      if (!*is_done)
        break;
    }
  sqlite3_finalize (row);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (*is_done)
    return cs_store_unstage_contacts (self, error);
  remove = g_strdup_printf ("DELETE FROM contact_import WHERE id <= %" G_GINT64_FORMAT, last_id);
  return cs_sql_exec (self->db, remove, error);
}
