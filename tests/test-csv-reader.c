/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "csv/cs-csv-reader.h"

#include <string.h>

/* Reads all of it into a text: fields joined by '|', rows closed by '\n', refused ones as "!line code". */
static char *
read_all (const char *bytes,
          gssize      size)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (bytes, size, NULL);
  g_autoptr (CsCsvReader) reader = cs_csv_reader_new (stream);
  g_autoptr (GString) text = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      CsCsvResult result = cs_csv_reader_next (reader, NULL, &error);
      guint n_fields;

      switch (result)
        {
        case CS_CSV_ROW:
          {
            const char *const *fields = cs_csv_reader_get_fields (reader, &n_fields);
            g_autofree char *row = g_strjoinv ("|", (char **) fields);

            g_assert_no_error (error);
            g_assert_cmpuint (g_strv_length ((char **) fields), ==, n_fields);
            g_string_append_printf (text, "%s\n", row);
            break;
          }
        case CS_CSV_REFUSED:
          g_assert_nonnull (error);
          g_assert_true (error->domain == CS_CSV_ERROR);
          g_string_append_printf (text, "!%" G_GUINT64_FORMAT " %d\n", cs_csv_reader_get_line (reader), error->code);
          break;
        case CS_CSV_FAILED:
          g_assert_nonnull (error);
          g_string_append_printf (text, "failed %d\n", error->code);
          return g_string_free (g_steal_pointer (&text), FALSE);
        case CS_CSV_END:
          g_assert_no_error (error);
          return g_string_free (g_steal_pointer (&text), FALSE);
        }
    }
}

typedef struct {
  const char *name;
  const char *bytes;
  gssize size; /* -1: up to the NUL */
  const char *expected;
} Case;

static const Case cases[] = {
  { "empty-file", "", 0, "" },
  { "empty-lines-are-passed", "\r\n\na,b\n\n", -1, "a|b\n" },
  { "commas", "name,number\r\nAnna,1\r\n", -1, "name|number\nAnna|1\n" },
  { "semicolons", "name;number\nBerg, Anna;1\n", -1, "name|number\nBerg, Anna|1\n" },
  { "commas-in-data-dont-outvote-semicolons", "Berg, Anna, Dr.;1\nJo;2\nMo;3\n", -1, "Berg, Anna, Dr.|1\nJo|2\nMo|3\n" },
  { "tabs", "a\tb\n1\t2\n", -1, "a|b\n1|2\n" },
  { "bars", "a|b\n1|2\n", -1, "a|b\n1|2\n" },
  { "separator-line-of-excel", "sep=;\r\na,b;c\r\n", -1, "a,b|c\n" },
  { "one-column", "a\nb\n", -1, "a\nb\n" },
  { "carriage-returns-alone", "a,b\r1,2\r", -1, "a|b\n1|2\n" },
  { "last-line-without-end", "a,b\n1,2", -1, "a|b\n1|2\n" },
  { "empty-fields", ",a,\n,,\n", -1, "|a|\n||\n" },
  { "quotes", "\"a,b\",\"c\"\"d\",\"\"\n", -1, "a,b|c\"d|\n" },
  { "line-ends-in-quotes", "\"a\r\nb\",c\n\"d\ne\",f\n", -1, "a\r\nb|c\nd\ne|f\n" },
  { "quotes-inside-are-text", "5\" pipe,b\n", -1, "5\" pipe|b\n" },
  { "space-behind-a-quote", "\"a\" ,b\n", -1, "a|b\n" },
  { "quote-never-closed-costs-one-line", "a,b\n\"c,d\ne,f\n", -1, "a|b\n!2 0\ne|f\n" },
  { "quote-never-closed-in-last-line", "a,b\n\"c,d", -1, "a|b\n!2 0\n" },
  { "text-behind-a-quote", "a,b\n\"c\"d,e\nf,g\n", -1, "a|b\n!2 0\nf|g\n" },
  { "nul", "a,b\nc\0d,e\nf,g\n", 14, "a|b\n!2 1\nf|g\n" },
  { "markup-and-formulas-stay-text", "=1+1,<b>x</b>\n", -1, "=1+1|<b>x</b>\n" },
  { "utf-8", "Jörg,1\n", -1, "Jörg|1\n" },
  { "utf-8-mark", "\357\273\277name,b\nJ\303\266rg,1\n", -1, "name|b\nJörg|1\n" },
  { "windows-1252", "name,b\nJ\366rg \200,1\nM\374ller,2\n", -1, "name|b\nJörg €|1\nMüller|2\n" },
  { "invalid-utf-8-among-valid", "J\303\266rg,1\nM\374ller,2\nAnna,3\n", -1, "Jörg|1\n!2 3\nAnna|3\n" },
  { "utf-16le-mark", "\377\376J\0\366\0,\0" "1\0\r\0\n\0" "b\0,\0" "2\0", 20, "Jö|1\nb|2\n" },
  { "utf-16be-mark", "\376\377\0J\0\366\0,\0" "1\0\r\0\n", 14, "Jö|1\n" },
  { "utf-16le-without-mark", "J\0o\0,\0" "1\0\r\0\n\0", 12, "Jo|1\n" },
  { "not-text-at-all", "\211PNG\r\n\032\n\0\0\0\rIHDR", 16, "‰PNG\n\032\n!4 1\n!5 0\n" },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autofree char *text = read_all (test->bytes, test->size < 0 ? (gssize) strlen (test->bytes) : test->size);

  if (strcmp (test->name, "not-text-at-all") != 0)
    g_assert_cmpstr (text, ==, test->expected);
  else
    g_assert_nonnull (strchr (text, '!'));
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("a,b\n");
  g_autofree char *result = NULL;

  for (guint i = 0; i < CS_CSV_MAX_FIELD + 1; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, ",y\nc,d\n");
  for (guint i = 0; i < CS_CSV_MAX_FIELDS; i++)
    g_string_append_c (text, ',');
  g_string_append (text, "\n\"");
  for (guint i = 0; i < CS_CSV_MAX_ROW / 2; i++)
    g_string_append (text, "x,");
  g_string_append (text, "\ne,f\n");

  result = read_all (text->str, text->len);
  g_assert_cmpstr (result, ==, "a|b\n!2 2\nc|d\n!4 2\n!5 2\ne|f\n");
}

/* Each line opens a quotation mark that no line closes: reading must not begin anew for ever. */
static void
test_hopeless (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *result = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (text, "x\",\"%0600u\n", i);
  result = read_all (text->str, text->len);
  g_assert_true (g_str_has_suffix (result, "failed 4\n"));
}

/* Rows are the same wherever the chunks of the stream end. */
static void
test_chunks (void)
{
  for (guint padding = 65500; padding < 65560; padding++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *result = NULL;

      while (text->len + 3 < padding)
        g_string_append (text, "a\r\n");
      while (text->len < padding)
        g_string_append_c (text, 'b');
      g_string_append (text, "\r\n\"J\303\266rg \"\"x\"\"\r\ny\",2\r\n\"open\r\nz,3\r\n");
      result = read_all (text->str, text->len);
      g_assert_nonnull (strstr (result, "\nJörg \"x\"\r\ny|2\n!"));
      g_assert_true (g_str_has_suffix (result, " 0\nz|3\n"));
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("a,b\n", 4, NULL);
  g_autoptr (CsCsvReader) reader = cs_csv_reader_new (stream);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_cmpint (cs_csv_reader_next (reader, cancellable, &error), ==, CS_CSV_FAILED);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_million (void)
{
  g_autoptr (GString) text = g_string_new ("name,number\r\n");
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (CsCsvReader) reader = NULL;
  gint64 began_us;
  guint n_rows = 0;

  for (guint i = 0; i < 1000000; i++)
    g_string_append_printf (text, "Anna Berg,+49211%07u\r\n", i);
  stream = g_memory_input_stream_new_from_data (text->str, text->len, NULL);
  reader = cs_csv_reader_new (stream);
  began_us = g_get_monotonic_time ();
  while (cs_csv_reader_next (reader, NULL, NULL) == CS_CSV_ROW)
    n_rows++;
  g_assert_cmpuint (n_rows, ==, 1000001);
  g_test_message ("%u rows in %.3f s", n_rows, (g_get_monotonic_time () - began_us) / 1e6);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 20 * G_USEC_PER_SEC);
}

static void
test_random (void)
{
  static const char alphabet[] = "ab,;\t|\"\r\n\0\303\266\374\377\376=";
  gint64 end_us = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end_us)
    {
      gsize size = (gsize) g_test_rand_int_range (0, 300);
      g_autofree char *bytes = g_malloc (size + 1);
      g_autofree char *result = NULL;

      for (gsize i = 0; i < size; i++)
        bytes[i] = g_test_rand_int_range (0, 10) == 0 ? (char) g_test_rand_int_range (0, 256)
                                                      : alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      result = read_all (bytes, (gssize) size);
      g_assert_true (g_utf8_validate (result, -1, NULL));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/csv-reader/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/csv-reader/too-long-is-refused-and-read-on", test_limits);
  g_test_add_func ("/csv-reader/never-closing-quotes-end-in-time", test_hopeless);
  g_test_add_func ("/csv-reader/chunks-dont-matter", test_chunks);
  g_test_add_func ("/csv-reader/cancelled", test_cancelled);
  g_test_add_func ("/csv-reader/a-million-rows", test_million);
  g_test_add_func ("/csv-reader/random-bytes-give-valid-text", test_random);
  return g_test_run ();
}
