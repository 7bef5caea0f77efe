/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "contacts/cs-vcard-reader.h"

#include <string.h>

/* "name: number, number\n" for each contact, "!line reason\n" for each fault, "-n" for those without a number. */
static char *
read_all (const char *bytes,
          gssize      size)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (bytes, size, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsContactImport) import = cs_vcard_reader_read (stream, NULL, &error);
  GString *text = g_string_new (NULL);

  if (import == NULL)
    {
      /* UTF-16 that ends in the middle of a character can't be read at all. */
      g_assert_true (g_error_matches (error, CS_CONTACT_ERROR, CS_CONTACT_ERROR_NO_CONTACTS)
                     || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT));
      g_string_append (text, "no vCard");
      return g_string_free (text, FALSE);
    }
  g_assert_no_error (error);
  for (guint i = 0; i < import->contacts->len; i++)
    {
      CsContact *contact = g_ptr_array_index (import->contacts, i);

      g_string_append_printf (text, "%s:", contact->name);
      for (guint j = 0; j < contact->numbers->len; j++)
        g_string_append_printf (text, "%s %s", j > 0 ? "," : "", (char *) g_ptr_array_index (contact->numbers, j));
      g_string_append_c (text, '\n');
    }
  for (guint i = 0; i < import->faults->len; i++)
    {
      CsContactFault *fault = g_ptr_array_index (import->faults, i);

      g_assert_nonnull (fault->reason);
      g_string_append_printf (text, "!%" G_GUINT64_FORMAT "\n", fault->line);
    }
  if (import->n_numberless > 0)
    g_string_append_printf (text, "-%u", import->n_numberless);
  g_assert_true (g_utf8_validate (text->str, -1, NULL));
  return g_string_free (text, FALSE);
}

#define V3 "BEGIN:VCARD\r\nVERSION:3.0\r\n"
#define V4 "BEGIN:VCARD\r\nVERSION:4.0\r\n"
#define V21 "BEGIN:VCARD\r\nVERSION:2.1\r\n"
#define END "END:VCARD\r\n"

static const struct {
  const char *name;
  const char *bytes;
  const char *expected;
} cases[] = {
  { "three", V3 "FN:Anna Berg\r\nN:Berg;Anna;;;\r\nTEL;TYPE=CELL:+49 211 1234567\r\n" END, "Anna Berg: +49 211 1234567\n" },
  { "four-with-uri", V4 "FN:Anna\r\nTEL;VALUE=uri;TYPE=\"voice,work\":tel:+49-211-12345;ext=5\r\n" END, "Anna: +49-211-12345\n" },
  { "two-one-with-bare-types", V21 "N:Berg;Anna\r\nTEL;HOME;VOICE:0211 12345\r\n" END, "Anna Berg: 0211 12345\n" },
  { "several", V3 "FN:A\nTEL:110\n" END "\n" V3 "FN:B\nTEL:112\n" END, "A: 110\nB: 112\n" },
  { "several-numbers", V3 "FN:A\nTEL:110\nTEL;TYPE=FAX:112\nTEL:\n" END, "A: 110, 112\n" },
  { "groups-and-lower-case", "begin:vcard\nversion:3.0\nitem1.fn:A\nitem1.tel;type=pref:110\nend:vcard\n", "A: 110\n" },
  { "folded", V3 "FN:Anna\r\n  Be\r\n\trg\r\nTEL:11\r\n 0\r\n" END, "Anna Berg: 110\n" },
  { "folded-in-two-one", V21 "FN:Anna\r\n Berg\r\nTEL:110\r\n" END, "Anna Berg: 110\n" },
  { "carriage-returns-alone", "BEGIN:VCARD\rVERSION:3.0\rFN:A\r B\rTEL:110\rEND:VCARD\r", "AB: 110\n" },
  { "no-line-end-at-the-end", V3 "FN:A\nTEL:110\nEND:VCARD", "A: 110\n" },
  { "quoted-printable", V21 "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg =\r\nM=C3=BCller\r\nTEL:110\r\n" END,
    "Jörg Müller: 110\n" },
  { "quoted-printable-bare-latin", V21 "N;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;J=F6rg\r\nTEL:110\r\n" END, "Jörg Müller: 110\n" },
  { "quoted-printable-nonsense", V21 "FN;ENCODING=QUOTED-PRINTABLE:A=ZZ=0\r\nTEL:110\r\n" END, "A=ZZ=0: 110\n" },
  { "bytes-of-windows", V3 "FN:J\366rg\nTEL:110\n" END, "Jörg: 110\n" },
  { "unknown-charset", V21 "FN;CHARSET=X-NONSENSE:J\366rg\nTEL:110\n" END, "Jörg: 110\n" },
  { "mark", "\357\273\277" V3 "FN:J\303\266rg\nTEL:110\n" END, "Jörg: 110\n" },
  { "escapes", V3 "FN:Berg\\, Anna\\; Dr.\\nX\nTEL:110\n" END, "Berg, Anna; Dr. X: 110\n" },
  { "name-by-parts", V3 "N:Berg\\;x;Anna\\, B.;;Dr.;\nTEL:110\n" END, "Anna, B. Berg;x: 110\n" },
  { "empty-formatted-name", V3 "FN: \nN:Berg;\nTEL:110\n" END, "Berg: 110\n" },
  { "company", V3 "ORG:Berg GmbH;Sales\nTEL:110\n" END, "Berg GmbH: 110\n" },
  { "picture-is-passed-over", V3 "PHOTO;ENCODING=b;TYPE=JPEG:AAAA\n BBBB:CC\n DDDD\nFN:A\nTEL:110\n" END, "A: 110\n" },
  { "quoted-parameter", V4 "FN;SORT-AS=\"a:b;c\":A\nTEL:110\n" END, "A: 110\n" },
  { "agent-inside", V21 "FN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nTEL:111\nEND:VCARD\nTEL:110\n" END, "A: 110\n" },
  { "markup-and-formulas-stay", V3 "FN:=1+1 <b>&amp;\nTEL:110\n" END, "=1+1 <b>&amp;: 110\n" },
  { "without-number", V3 "FN:A\nEMAIL:a@b\n" END V3 "FN:B\nTEL:112\n" END, "B: 112\n-1" },
  { "without-name", V3 "TEL:110\n" END V3 "FN:B\nTEL:112\n" END, "B: 112\n!1\n" },
  { "wrong-number", V3 "FN:A\nTEL:call me\nTEL:110\n" END, "A: 110\n!1\n" },
  { "without-end", V3 "FN:A\nTEL:110\n" V3 "FN:B\nTEL:112\n" END, "B: 112\n!1\n" },
  { "cut-off", V3 "FN:A\nTEL:110\n" END V3 "FN:B\nTE", "A: 110\n!6\n" },
  { "text-between", V3 "FN:A\nTEL:110\n" END "hello\nyou\n" V3 "FN:B\nTEL:112\n" END, "A: 110\nB: 112\n!6\n" },
  { "lines-that-are-none", V3 "FN:A\n???\n:\n;:\n=\nTEL:110\n" END, "A: 110\n" },
  { "empty", "", "no vCard" },
  { "not-a-vcard", "%PDF-1.7\n%\342\343\317\323\n1 0 obj\n", "no vCard" },
  { "csv", "name,number\nAnna,110\n", "no vCard" },
};

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = read_all (cases[i].bytes, (gssize) strlen (cases[i].bytes));

  g_assert_cmpstr (text, ==, cases[i].expected);
}

static void
test_utf16 (void)
{
  gsize size;
  g_autofree char *bytes = g_convert ("\357\273\277" V3 "FN:Jörg\nTEL:110\n" END, -1, "UTF-16LE", "UTF-8", NULL, &size, NULL);
  g_autofree char *text = read_all (bytes, (gssize) size);

  g_assert_cmpstr (text, ==, "Jörg: 110\n");
}

/* A line of a gigabyte's kind: memory stays small, what comes after is read. */
static void
test_endless_line (void)
{
  g_autoptr (GString) text = g_string_new (V3 "PHOTO:");
  g_autofree char *result = NULL;

  for (guint i = 0; i < 300000; i++)
    g_string_append (text, "AAAAAAAAAA\n ");
  g_string_append (text, "\nFN:A\nTEL:110\n" END);
  result = read_all (text->str, (gssize) text->len);
  g_assert_cmpstr (result, ==, "A: 110\n");
}

static void
test_chunks (void)
{
  for (guint padding = 65400; padding < 65550; padding++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *result = NULL;

      while (text->len < padding)
        g_string_append (text, text->len + 2 <= padding ? "\r\n" : "\n");
      g_string_append (text, V3 "FN:Anna\r\n  Berg\r\nTEL:1\r\n 10\r\n" END);
      result = read_all (text->str, (gssize) text->len);
      g_assert_cmpstr (result, ==, "Anna Berg: 110\n");
    }
}

static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (CsContactImport) import = NULL;
  gint64 began_us = g_get_monotonic_time ();

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (text, V3 "FN:Person %u\r\nTEL;TYPE=CELL:%s%07u\r\n" END, i, i % 10 == 0 ? "abc" : "+49211", i);
  stream = g_memory_input_stream_new_from_data (text->str, (gssize) text->len, NULL);
  import = cs_vcard_reader_read (stream, NULL, NULL);
  g_assert_nonnull (import);
  g_assert_cmpuint (import->contacts->len, ==, 90000);
  g_assert_cmpuint (import->n_faults, ==, 10000);
  g_assert_cmpuint (import->faults->len, ==, CS_CONTACT_IMPORT_MAX_FAULTS);
  g_test_message ("100000 cards in %.3f s", (g_get_monotonic_time () - began_us) / 1e6);
}

static void
test_random (void)
{
  static const char *const pieces[] = {
    "BEGIN:VCARD\n", "END:VCARD\n", "VERSION:2.1\n", "VERSION:4.0\r\n", "FN:", "N:", "TEL;", "TEL:", "TYPE=", "CHARSET=UTF-16:",
    "ENCODING=QUOTED-PRINTABLE:", "=C3", "=\n", "\r", "\n ", "\"", ";", ":", "\\", "\\n", "AGENT:\n", "a", "\366", "\303\266", "110",
  };
  gint64 end_us = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end_us)
    {
      g_autoptr (GString) text = g_string_new (g_test_rand_int_range (0, 3) > 0 ? V3 : NULL);
      g_autofree char *result = NULL;

      for (int n = g_test_rand_int_range (0, 60); n > 0; n--)
        {
          if (g_test_rand_int_range (0, 12) == 0)
            g_string_append_c (text, (char) g_test_rand_int_range (0, 256));
          else
            g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
        }
      result = read_all (text->str, (gssize) text->len);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/vcard-reader/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/vcard-reader/utf-16", test_utf16);
  g_test_add_func ("/vcard-reader/endless-line", test_endless_line);
  g_test_add_func ("/vcard-reader/chunks-dont-matter", test_chunks);
  g_test_add_func ("/vcard-reader/a-hundred-thousand", test_many);
  g_test_add_func ("/vcard-reader/random-bytes", test_random);
  return g_test_run ();
}
