/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/cs-recorder.h"
#include "store/cs-store-contacts.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
  char *dir;
  CsStore *store;
  CsStoreReader *reader;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("callstats-XXXXXX", &error);
  fixture->store = cs_store_open (fixture->dir, &error);
  g_assert_no_error (error);
  fixture->reader = cs_store_reader_open (fixture->dir, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const names[] = { "callstats.db", "callstats.db-wal", "callstats.db-shm", "callstats.lock" };

  cs_store_reader_close (fixture->reader);
  cs_store_close (fixture->store);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static CsContact *
make_contact (const char *name,
              const char *first,
              const char *second)
{
  CsContact *contact = cs_contact_new (name);

  cs_contact_add_number (contact, first);
  if (second != NULL)
    cs_contact_add_number (contact, second);
  return contact;
}

static gint64
keep (Fixture    *fixture,
      gint64      id,
      const char *name,
      const char *first,
      const char *second)
{
  g_autoptr (CsContact) contact = make_contact (name, first, second);
  g_autoptr (GError) error = NULL;

  contact->id = id;
  id = cs_store_put_contact (fixture->store, contact, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  g_assert_true (cs_store_commit (fixture->store, &error));
  return id;
}

/* "Anna: number number\n" for each. */
static char *
list (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contacts = cs_store_reader_get_contacts (fixture->reader, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < contacts->len; i++)
    {
      CsContact *contact = g_ptr_array_index (contacts, i);

      g_string_append_printf (text, "%s:", contact->name);
      for (guint j = 0; j < contact->numbers->len; j++)
        g_string_append_printf (text, " %s", (char *) g_ptr_array_index (contact->numbers, j));
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

static void
assert_list (Fixture    *fixture,
             const char *expected)
{
  g_autofree char *text = list (fixture);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_put (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (CsContact) found = NULL;
  gint64 id;

  assert_list (fixture, "");
  keep (fixture, 0, "Bob", "+49 30 2222222", NULL);
  id = keep (fixture, 0, "anna", "+49 211 1111111", "0171 3333333");
  keep (fixture, 0, "<b>=1</b>", "110", NULL);
  assert_list (fixture, "<b>=1</b>: 110\nanna: 0171 3333333 +49 211 1111111\nBob: +49 30 2222222\n");

  /* Another spelling of the same number. */
  found = cs_store_reader_find_contact (fixture->reader, "02111111111", NULL);
  g_assert_nonnull (found);
  g_assert_cmpint (found->id, ==, id);
  g_assert_cmpstr (found->name, ==, "anna");
  g_assert_null (cs_store_reader_find_contact (fixture->reader, "0211999999", NULL));
  g_assert_null (cs_store_reader_find_contact (fixture->reader, "anonymous", NULL));

  keep (fixture, id, "Zoe", "+49 211 1111111", NULL);
  assert_list (fixture, "<b>=1</b>: 110\nBob: +49 30 2222222\nZoe: +49 211 1111111\n");
}

static void
test_one_name (Fixture       *fixture,
               gconstpointer  data)
{
  keep (fixture, 0, "Anna", "0211 1111111", "0211 2222222");
  keep (fixture, 0, "Bob", "+49 211 1111111", NULL);
  assert_list (fixture, "Anna: 0211 2222222\nBob: +49 211 1111111\n");
  keep (fixture, 0, "Carl", "0211 2222222", NULL);
  assert_list (fixture, "Bob: +49 211 1111111\nCarl: 0211 2222222\n");
}

static void
test_remove (Fixture       *fixture,
             gconstpointer  data)
{
  gint64 id = keep (fixture, 0, "Anna", "0211 1111111", NULL);

  keep (fixture, 0, "Bob", "0211 2222222", NULL);
  g_assert_true (cs_store_remove_contact (fixture->store, id, NULL));
  g_assert_true (cs_store_remove_contact (fixture->store, 4711, NULL));
  g_assert_true (cs_store_commit (fixture->store, NULL));
  assert_list (fixture, "Bob: 0211 2222222\n");

  /* Taken back: the same person under the same id. */
  keep (fixture, id, "Anna", "0211 1111111", NULL);
  assert_list (fixture, "Anna: 0211 1111111\nBob: 0211 2222222\n");
}

/* Brings an import to its end; returns whether all was kept aside and taken over. */
static gboolean
import_all (Fixture   *fixture,
            GPtrArray *contacts)
{
  gboolean is_done = FALSE;

  for (guint next = 0; next < contacts->len;)
    {
      if (!cs_store_stage_contacts (fixture->store, contacts, &next, 0, NULL) || !cs_store_commit (fixture->store, NULL))
        return FALSE;
    }
  while (!is_done)
    {
      if (!cs_store_merge_contacts (fixture->store, 0, &is_done, NULL) || !cs_store_commit (fixture->store, NULL))
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
make_contacts (guint       n_contacts,
               const char *name)
{
  GPtrArray *contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_contact_free);

  for (guint i = 0; i < n_contacts; i++)
    {
      g_autofree char *own_name = g_strdup_printf ("%s %u", name, i);
      g_autofree char *number = g_strdup_printf ("+49211%07u", i);
      g_autofree char *second = g_strdup_printf ("+49311%07u", i);

      g_ptr_array_add (contacts, make_contact (own_name, number, second));
    }
  return contacts;
}

static void
reopen (Fixture *fixture)
{
  cs_store_close (fixture->store);
  fixture->store = cs_store_open (fixture->dir, NULL);
  g_assert_nonnull (fixture->store);
}

static guint
count_contacts (Fixture    *fixture,
                const char *name)
{
  g_autoptr (GPtrArray) contacts = cs_store_reader_get_contacts (fixture->reader, NULL);
  guint n = 0;

  for (guint i = 0; i < contacts->len; i++)
    n += g_str_has_prefix (((CsContact *) g_ptr_array_index (contacts, i))->name, name);
  return n;
}

/* Tries an import while no file can grow beyond that. */
static void
import_to_full_disk (Fixture   *fixture,
                     GPtrArray *contacts,
                     rlim_t     max_size)
{
  struct rlimit before, full;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  full = before;
  full.rlim_cur = max_size;
  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &full);
  g_assert_false (import_all (fixture, contacts));
  setrlimit (RLIMIT_FSIZE, &before);
  reopen (fixture);
}

/* The disk gets full before all contacts are kept aside: the address book is what it was. */
static void
test_import_full_disk (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GPtrArray) old = make_contacts (40, "Old"), new = make_contacts (4000, "New");

  g_assert_true (import_all (fixture, old));
  import_to_full_disk (fixture, new, 400000);
  g_assert_cmpint (cs_store_get_staged (fixture->store), ==, CS_STAGED_SOME);
  g_assert_cmpuint (count_contacts (fixture, "Old"), ==, 40);
  g_assert_cmpuint (count_contacts (fixture, ""), ==, 40);

  g_assert_true (cs_store_unstage_contacts (fixture->store, NULL));
  g_assert_true (cs_store_commit (fixture->store, NULL));
  g_assert_cmpint (cs_store_get_staged (fixture->store), ==, CS_STAGED_NONE);
  g_assert_true (import_all (fixture, new));
  g_assert_cmpint (cs_store_get_staged (fixture->store), ==, CS_STAGED_NONE);
  g_assert_cmpuint (count_contacts (fixture, "New"), ==, 4000);
  g_assert_cmpuint (count_contacts (fixture, "Old"), ==, 0);
}

/* It gets full later: nothing of what was kept aside is lost. */
static void
test_import_full_disk_later (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr (GPtrArray) contacts = make_contacts (4000, "New");
  gboolean is_done = FALSE;

  import_to_full_disk (fixture, contacts, 2000000);
  g_assert_cmpint (cs_store_get_staged (fixture->store), ==, CS_STAGED_ALL);
  while (!is_done)
    g_assert_true (cs_store_merge_contacts (fixture->store, 0, &is_done, NULL));
  g_assert_true (cs_store_commit (fixture->store, NULL));
  g_assert_cmpuint (count_contacts (fixture, "New"), ==, 4000);
}

/* Once all are kept aside, the end comes even after a crash in the middle. */
static void
test_import_crash (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) contacts = make_contacts (100, "New");
  gboolean is_done = FALSE;

  for (guint next = 0; next < contacts->len;)
    g_assert_true (cs_store_stage_contacts (fixture->store, contacts, &next, 0, NULL));
  g_assert_true (cs_store_commit (fixture->store, NULL));
  g_assert_true (cs_store_merge_contacts (fixture->store, 0, &is_done, NULL));
  g_assert_true (cs_store_commit (fixture->store, NULL));
  g_assert_true (cs_store_merge_contacts (fixture->store, 0, &is_done, NULL));
  g_assert_false (is_done);
  g_assert_cmpuint (count_contacts (fixture, "New"), <, 100);
  reopen (fixture);
  g_assert_cmpint (cs_store_get_staged (fixture->store), ==, CS_STAGED_ALL);
  while (!is_done)
    {
      g_assert_true (cs_store_merge_contacts (fixture->store, 0, &is_done, NULL));
      g_assert_true (cs_store_commit (fixture->store, NULL));
    }
  g_assert_cmpint (cs_store_get_staged (fixture->store), ==, CS_STAGED_NONE);
  g_assert_cmpuint (count_contacts (fixture, "New"), ==, 100);
}

/* Each part is short, whatever there is to do; twice the same changes nothing. */
static void
test_import (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_contact_free);
  g_autoptr (GPtrArray) read = NULL;
  gint64 longest_us = 0, longest_commit_us = 0, began_us = g_get_monotonic_time ();
  guint n_parts = 0;

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *name = g_strdup_printf ("Person %u", i);
      g_autofree char *number = g_strdup_printf ("+49211%07u", i * 7919 % 10000000);

      g_ptr_array_add (contacts, make_contact (name, number, NULL));
    }

  for (guint round = 0; round < 2; round++)
    {
      gboolean is_done = FALSE;
      guint next = 0;

      for (; !is_done; n_parts++)
        {
          gint64 part_us = g_get_monotonic_time (), commit_us;

          if (next < contacts->len)
            g_assert_true (cs_store_stage_contacts (fixture->store, contacts, &next, 2000, NULL));
          else
            g_assert_true (cs_store_merge_contacts (fixture->store, 2000, &is_done, NULL));
          commit_us = g_get_monotonic_time ();
          g_assert_true (cs_store_commit (fixture->store, NULL));
          longest_us = MAX (longest_us, commit_us - part_us);
          longest_commit_us = MAX (longest_commit_us, g_get_monotonic_time () - commit_us);
        }
    }
  g_test_message ("2 × 100000 contacts: %u parts in %.2f s, the longest %.1f ms, its commit %.1f ms", n_parts,
                  (g_get_monotonic_time () - began_us) / 1e6, longest_us / 1e3, longest_commit_us / 1e3);
  g_assert_cmpuint (n_parts, >, 10);

  began_us = g_get_monotonic_time ();
  read = cs_store_reader_get_contacts (fixture->reader, NULL);
  g_test_message ("read and sorted in %.3f s", (g_get_monotonic_time () - began_us) / 1e6);
  g_assert_cmpuint (read->len, ==, 100000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/contact-store/put-and-find", Fixture, NULL, set_up, test_put, tear_down);
  g_test_add ("/contact-store/a-number-has-one-name", Fixture, NULL, set_up, test_one_name, tear_down);
  g_test_add ("/contact-store/remove-and-take-back", Fixture, NULL, set_up, test_remove, tear_down);
  g_test_add ("/contact-store/import/full-disk-changes-nothing", Fixture, NULL, set_up, test_import_full_disk, tear_down);
  g_test_add ("/contact-store/import/full-disk-later-loses-nothing", Fixture, NULL, set_up, test_import_full_disk_later,
              tear_down);
  g_test_add ("/contact-store/import/ends-after-a-crash", Fixture, NULL, set_up, test_import_crash, tear_down);
  g_test_add ("/contact-store/import/in-short-parts", Fixture, NULL, set_up, test_import, tear_down);
  return g_test_run ();
}
