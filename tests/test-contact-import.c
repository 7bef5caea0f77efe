/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "contacts/cs-contact-file.h"

#include <glib/gstdio.h>
#include <string.h>

static char *dir; /* (owned) */

static GFile *
write_file (const char *bytes,
            gssize      size)
{
  g_autofree char *path = g_build_filename (dir, "contacts", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, bytes, size, &error));
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

/* As the dialog does it: preview, then read with the columns that it found. */
static char *
import_all (const char *bytes,
            gssize      size)
{
  g_autoptr (GFile) file = write_file (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsContactPreview) preview = cs_contact_file_preview (file, NULL, &error);
  g_autoptr (CsContactImport) import = NULL;
  GString *text = g_string_new (NULL);

  if (preview == NULL)
    {
      g_assert_error (error, CS_CONTACT_ERROR, CS_CONTACT_ERROR_NO_CONTACTS);
      g_string_append (text, "none");
      return g_string_free (text, FALSE);
    }
  import = cs_contact_file_read (file, preview->is_vcard ? NULL : &preview->columns, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (import);
  for (guint i = 0; i < import->contacts->len; i++)
    {
      CsContact *contact = g_ptr_array_index (import->contacts, i);

      g_string_append_printf (text, "%s:", contact->name);
      for (guint j = 0; j < contact->numbers->len; j++)
        g_string_append_printf (text, " %s", (char *) g_ptr_array_index (contact->numbers, j));
      g_string_append_c (text, '\n');
    }
  for (guint i = 0; i < import->faults->len; i++)
    {
      CsContactFault *fault = g_ptr_array_index (import->faults, i);

      g_string_append_printf (text, "!%" G_GUINT64_FORMAT "\n", fault->line);
    }
  if (import->n_numberless > 0)
    g_string_append_printf (text, "-%u", import->n_numberless);
  return g_string_free (text, FALSE);
}

static const struct {
  const char *name;
  const char *bytes;
  const char *expected;
} cases[] = {
  { "plain", "name,number\nAnna Berg,+49211123\n", "Anna Berg: +49211123\n" },
  { "vcard", "\n BEGIN:VCARD\nFN:A\nTEL:110\nEND:VCARD\n", "A: 110\n" },
  { "german", "Vorname;Nachname;Firma;Telefon geschäftlich;Mobiltelefon\nAnna;Berg;Berg GmbH;0211 123456;0171 123456\n;;Nur Firma;0211 99;\n",
    "Anna Berg: 0211 123456 0171 123456\nNur Firma: 0211 99\n" },
  { "windows-1252", "Name;Telefon\nJ\366rg;110\n", "Jörg: 110\n" },
  { "google", "First Name,Last Name,Organization Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
    "Anna,Berg,,Mobile,+49 171 1 ::: +49 171 2,Work,+49 211 3\n", "Anna Berg: +49 171 1 +49 171 2 +49 211 3\n" },
  { "outlook", "\"Title\",\"First Name\",\"Last Name\",\"Company\",\"Business Fax\",\"Business Phone\",\"Home Phone\",\"Notes\"\n"
    "\"Dr.\",\"Anna\",\"Berg\",\"B\",\"\",\"0211 1\",\"0211 2\",\"two\nlines\"\n", "Anna Berg: 0211 1 0211 2\n" },
  { "without-header", "Anna,+49 211 1234567\nBob,0211 7654321\n", "Anna: +49 211 1234567\nBob: 0211 7654321\n" },
  { "without-header-number-first", "+49 211 1234567\tAnna\n0211 7654321\tBob\n", "Anna: +49 211 1234567\nBob: 0211 7654321\n" },
  { "unknown-header", "Nombre;Teléfono\nAnna;+49 211 1234567\nBob;+49 211 7654321\n",
    "Anna: +49 211 1234567\nBob: +49 211 7654321\n" },
  { "half-known-header", "Name;Teléfono\nAnna;+49 211 1234567\n", "Anna: +49 211 1234567\n" },
  { "formulas-and-markup-stay", "name,number\n\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",110\n<b>&amp;,112\n",
    "=HYPERLINK(\"http://x\",\"y\"): 110\n<b>&amp;: 112\n" },
  { "apostrophe-of-spreadsheets", "name,number\nAnna,'+49 211 12\n", "Anna: +49 211 12\n" },
  { "shortened-by-a-spreadsheet", "name,number\nAnna,4.92111E+11\nBob,112\n", "Bob: 112\n!2\n" },
  { "refused-rows", "name,number\n,110\nAnna,hello\n\"Bob,112\nCarl,113\nDora,\n", "Carl: 113\n!2\n!3\n!4\n-1" },
  { "missing-cells", "name,number\nAnna\nBob,112\n", "Bob: 112\n-1" },
  { "empty", "", "none" },
};

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = import_all (cases[i].bytes, (gssize) strlen (cases[i].bytes));

  g_assert_cmpstr (text, ==, cases[i].expected);
}

/* A picture is no table, whatever bytes it has. */
static void
test_binary (void)
{
  char bytes[20000];
  g_autofree char *text = NULL;

  memset (bytes, 0, sizeof bytes);
  text = import_all (bytes, sizeof bytes);
  g_assert_cmpstr (text, ==, "none");
}

static void
test_preview (void)
{
  static const char text[] = "name;number;notes\nA;110110;x\nB;112112;\nC;1131;\nD;1142;\nE;1153;\nF;1164;\nG;1175;\n";
  g_autoptr (GFile) file = write_file (text, -1);
  g_autoptr (CsContactPreview) preview = cs_contact_file_preview (file, NULL, NULL);

  g_assert_nonnull (preview);
  g_assert_false (preview->is_vcard);
  g_assert_cmpstr (preview->encoding, ==, "UTF-8");
  g_assert_true (preview->columns.has_header);
  g_assert_cmpuint (preview->columns.n_columns, ==, 3);
  g_assert_cmpuint (preview->columns.roles[0], ==, CS_CONTACT_ROLE_NAME);
  g_assert_cmpuint (preview->columns.roles[1], ==, CS_CONTACT_ROLE_NUMBER);
  g_assert_cmpuint (preview->columns.roles[2], ==, CS_CONTACT_ROLE_NONE);
  g_assert_cmpuint (preview->rows->len, ==, CS_CONTACT_MAX_SAMPLES + 1);
}

static void
test_own_columns (void)
{
  g_autoptr (GFile) file = write_file ("x,y,z\nAnna,110,1\n", -1);
  CsContactColumns columns = { FALSE, 3, { CS_CONTACT_ROLE_NAME, CS_CONTACT_ROLE_NONE, CS_CONTACT_ROLE_NUMBER } };
  g_autoptr (CsContactImport) import = cs_contact_file_read (file, &columns, NULL, NULL);

  g_assert_nonnull (import);
  g_assert_cmpuint (import->contacts->len, ==, 0);
  g_assert_cmpuint (import->n_faults, ==, 2);
}

static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new ("name,number\n");
  g_autoptr (GFile) file = NULL;
  g_autoptr (CsContactPreview) preview = NULL;
  g_autoptr (CsContactImport) import = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 began_us;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, "Person %u,+49211%07u\n", i, i);
  file = write_file (text->str, (gssize) text->len);
  preview = cs_contact_file_preview (file, NULL, NULL);
  began_us = g_get_monotonic_time ();
  import = cs_contact_file_read (file, &preview->columns, NULL, NULL);
  g_assert_nonnull (import);
  g_assert_cmpuint (import->contacts->len, ==, 100000);
  g_test_message ("100000 rows in %.3f s", (g_get_monotonic_time () - began_us) / 1e6);

  g_cancellable_cancel (cancellable);
  g_assert_null (cs_contact_file_read (file, &preview->columns, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_no_file (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/at/all.csv");
  g_autoptr (GError) error = NULL;

  g_assert_null (cs_contact_file_preview (file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *path = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  dir = g_dir_make_tmp ("callstats-XXXXXX", NULL);
  g_assert_nonnull (dir);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/contact-import/%s", cases[i].name);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/contact-import/binary", test_binary);
  g_test_add_func ("/contact-import/preview", test_preview);
  g_test_add_func ("/contact-import/columns-of-ones-own", test_own_columns);
  g_test_add_func ("/contact-import/a-hundred-thousand", test_many);
  g_test_add_func ("/contact-import/no-file", test_no_file);
  result = g_test_run ();

  path = g_build_filename (dir, "contacts", NULL);
  g_unlink (path);
  g_rmdir (dir);
  g_free (dir);
  return result;
}
