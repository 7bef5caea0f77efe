/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "csv/cs-csv-writer.h"

#include <string.h>

#define CHUNK (64 * 1024)
#define MAX_NUMBER_DIGITS 15 /* ITU-T E.164 */

struct _CsCsvWriter
{
  GOutputStream *stream; /* (owned) */
  GString *buffer;       /* (owned) */
  gboolean has_cells;    /* in the present row */
};

/* Whether it is a plus sign and up to fifteen digits, in groups or not. */
static gboolean
is_telephone_number (const char *text)
{
  guint n_digits = 0;

  if (*text++ != '+' || !g_ascii_isdigit (*text))
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (g_ascii_isdigit (*text))
        n_digits++;
      else if (*text != ' ')
        return FALSE;
    }
  return n_digits <= MAX_NUMBER_DIGITS;
}

/* Whether a spreadsheet would take the cell for a formula, also with the wide signs of East Asian keyboards. A telephone
 * number is let through as it is: digits and spaces name no cell, function or program, so nothing can happen, and
 * those who read the file by program find the number that was called. */
static gboolean
is_formula (const char *text)
{
  static const char *const wide[] = { "＝", "＋", "－", "＠" };

  if (*text != '\0' && strchr ("=+-@\t\r\n", *text) != NULL)
    return !is_telephone_number (text);
  for (guint i = 0; i < G_N_ELEMENTS (wide); i++)
    {
      if (g_str_has_prefix (text, wide[i]))
        return TRUE;
    }
  return FALSE;
}

static gboolean
needs_quotes (const char *text)
{
  gsize size = strlen (text);

  return size > 0 && (strpbrk (text, ",;\t\"\r\n") != NULL || text[0] == ' ' || text[size - 1] == ' ');
}

/* Makes a writer of CSV as RFC 4180 has it, in UTF-8. It begins with a byte order mark, without which Excel takes the
 * text for Windows-1252; others pass over it. The stream is neither flushed nor closed. */
CsCsvWriter *
cs_csv_writer_new (GOutputStream *stream)
{
  CsCsvWriter *self = g_new0 (CsCsvWriter, 1);

  self->stream = g_object_ref (stream);
  self->buffer = g_string_sized_new (CHUNK + 4096);
  g_string_append (self->buffer, "\357\273\277");
  return self;
}

/* What wasn't flushed is lost. */
void
cs_csv_writer_free (CsCsvWriter *self)
{
  g_object_unref (self->stream);
  g_string_free (self->buffer, TRUE);
  g_free (self);
}

/* Adds a cell to the row; NULL is an empty one. A text that a spreadsheet would take for a formula is defused with an
 * apostrophe before it. */
void
cs_csv_writer_add (CsCsvWriter *self,
                   const char  *text)
{
  gboolean is_quoted;

  text = text != NULL ? text : "";
  is_quoted = needs_quotes (text);
  if (self->has_cells)
    g_string_append_c (self->buffer, ',');
  self->has_cells = TRUE;

  if (is_quoted)
    g_string_append_c (self->buffer, '"');
  if (is_formula (text))
    g_string_append_c (self->buffer, '\'');
  for (const char *quote; (quote = strchr (text, '"')) != NULL; text = quote + 1)
    {
      g_string_append_len (self->buffer, text, quote - text);
      g_string_append (self->buffer, "\"\"");
    }
  g_string_append (self->buffer, text);
  if (is_quoted)
    g_string_append_c (self->buffer, '"');
}

/* Ends the row; now and then it is written to the stream, with errors of G_IO_ERROR. */
gboolean
cs_csv_writer_end_row (CsCsvWriter   *self,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_string_append (self->buffer, "\r\n");
  self->has_cells = FALSE;
  return self->buffer->len < CHUNK || cs_csv_writer_flush (self, cancellable, error);
}

/* Writes what isn't in the stream yet. */
gboolean
cs_csv_writer_flush (CsCsvWriter   *self,
                     GCancellable  *cancellable,
                     GError       **error)
{
  if (!g_output_stream_write_all (self->stream, self->buffer->str, self->buffer->len, NULL, cancellable, error))
    return FALSE;
  g_string_truncate (self->buffer, 0);
  return TRUE;
}
