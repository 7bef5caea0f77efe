/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "csv/cs-csv-reader.h"
#include "csv/cs-csv-writer.h"

#include <string.h>

/* One row of one cell as it stands in the file, without mark and line end. */
static char *
write_cell (const char *text)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (CsCsvWriter) writer = cs_csv_writer_new (stream);
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data;

  cs_csv_writer_add (writer, text);
  g_assert_true (cs_csv_writer_end_row (writer, NULL, &error));
  g_assert_true (cs_csv_writer_flush (writer, NULL, &error));
  g_assert_no_error (error);

  size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream));
  data = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream));
  g_assert_cmpuint (size, >=, 5);
  g_assert_cmpmem (data, 3, "\357\273\277", 3);
  g_assert_cmpmem (data + size - 2, 2, "\r\n", 2);
  return g_strndup (data + 3, size - 5);
}

static const struct {
  const char *text;
  const char *cell;
} cells[] = {
  { "Anna", "Anna" },
  { NULL, "" },
  { "", "" },
  { "Berg, Anna", "\"Berg, Anna\"" },
  { "a;b", "\"a;b\"" },
  { "say \"no\"", "\"say \"\"no\"\"\"" },
  { "two\nlines", "\"two\nlines\"" },
  { " a", "\" a\"" },
  { "=1+1", "'=1+1" },
  { "=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"" },
  { "+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0" },
  { "-1", "'-1" },
  { "-2+3", "'-2+3" },
  { "@SUM(A1)", "'@SUM(A1)" },
  { "\t=1", "\"'\t=1\"" },
  { "\r=1", "\"'\r=1\"" },
  { "\n=1", "\"'\n=1\"" },
  { "＝1+1", "'＝1+1" },
  { "+492111234567", "+492111234567" },
  { "+49 211 1234567", "+49 211 1234567" },
  { "+49-211-1234567", "'+49-211-1234567" },
  { "+49211+1", "'+49211+1" },
  { "+A1", "'+A1" },
  { "+", "'+" },
  { "+1234567890123456", "'+1234567890123456" },
  { "0211 1234567", "0211 1234567" },
};

static void
test_cells (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autofree char *cell = write_cell (cells[i].text);

      g_assert_cmpstr (cell, ==, cells[i].cell);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (CsCsvWriter) writer = cs_csv_writer_new (out);
  g_autoptr (GPtrArray) written = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GInputStream) in = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CsCsvReader) reader = NULL;

  cs_csv_writer_add (writer, "first");
  cs_csv_writer_add (writer, "second");
  g_assert_true (cs_csv_writer_end_row (writer, NULL, NULL));
  for (guint i = 0; i < 5000; i++)
    {
      static const char *const parts[] = { "a", ",", "\"", "\r\n", "\n", ";", "ö", " ", "\t", "|", "=", "x\"\"" };
      GString *text = g_string_new ("x");

      for (int n = g_test_rand_int_range (0, 8); n > 0; n--)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      g_ptr_array_add (written, g_string_free (text, FALSE));
      cs_csv_writer_add (writer, "1");
      cs_csv_writer_add (writer, g_ptr_array_index (written, i));
      g_assert_true (cs_csv_writer_end_row (writer, NULL, NULL));
    }
  g_assert_true (cs_csv_writer_flush (writer, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));

  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  in = g_memory_input_stream_new_from_bytes (bytes);
  reader = cs_csv_reader_new (in);
  g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_ROW);
  for (guint i = 0; i < written->len; i++)
    {
      g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_ROW);
      g_assert_cmpstr (cs_csv_reader_get_fields (reader, NULL)[1], ==, g_ptr_array_index (written, i));
    }
  g_assert_cmpint (cs_csv_reader_next (reader, NULL, NULL), ==, CS_CSV_END);
}

static void
test_full_disk (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/full");
  g_autoptr (GFileIOStream) full = g_file_open_readwrite (file, NULL, NULL);
  g_autoptr (CsCsvWriter) writer = NULL;
  g_autoptr (GError) error = NULL;

  if (full == NULL)
    {
      g_test_skip ("There is no /dev/full");
      return;
    }
  writer = cs_csv_writer_new (g_io_stream_get_output_stream (G_IO_STREAM (full)));
  cs_csv_writer_add (writer, "x");
  g_assert_true (cs_csv_writer_end_row (writer, NULL, NULL));
  g_assert_false (cs_csv_writer_flush (writer, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/csv-writer/cells", test_cells);
  g_test_add_func ("/csv-writer/the-reader-reads-what-was-written", test_round_trip);
  g_test_add_func ("/csv-writer/full-disk-is-an-error", test_full_disk);
  return g_test_run ();
}
