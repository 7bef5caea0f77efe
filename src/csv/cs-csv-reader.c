/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "csv/cs-csv-reader.h"

#include "csv/cs-text-encoding.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHUNK (64 * 1024)
/* What is read a second time after a quotation mark that never closes: without a bound, a file could ask for a whole
 * row's length for each of its lines. */
#define MAX_REREAD (64 * 1024 * 1024)

typedef enum {
  PLAIN,
  SEPARATOR,
  LINE_END,
  QUOTE,
  NUL,
} ByteClass;

typedef enum {
  FIELD_START,
  UNQUOTED,
  QUOTED,
  QUOTE_IN_QUOTED, /* the end, or the first of two */
} State;

struct _CsCsvReader
{
  CsTextEncoding encoding;
  GInputStream *stream;    /* (owned) */
  gboolean is_begun;
  gboolean is_ended;       /* the stream, not the buffer */
  gboolean has_multibyte;  /* something in it can only be UTF-8 */
  char separator;
  guchar classes[256];

  char *buffer;            /* (owned) what was read and isn't parsed yet, from row on */
  gsize capacity;
  gsize row;               /* where the present row begins */
  gsize at;
  gsize end;
  gsize n_reread;

  guint64 line;            /* 1-based, of the place in the file */
  guint64 row_line;
  gsize first_end;         /* behind the row's first line, relative to row; 0: it still lasts */

  GString *text;           /* (owned) the fields, each closed by NUL */
  gsize field;             /* where the present one begins in it */
  GArray *starts;          /* (owned) (element-type gsize) */
  GPtrArray *fields;       /* (owned) (element-type utf8) pointing into text */
};

G_DEFINE_QUARK (cs-csv-error-quark, cs_csv_error)

/* Reads more behind what is there. Returns FALSE at the end of the stream and on errors. */
static gboolean
fill (CsCsvReader   *self,
      GCancellable  *cancellable,
      GError       **error)
{
  gssize n_read;

  if (self->is_ended || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->row > 0)
    {
      memmove (self->buffer, self->buffer + self->row, self->end - self->row);
      self->at -= self->row;
      self->end -= self->row;
      self->row = 0;
    }
  if (self->capacity - self->end < CHUNK)
    {
      self->capacity = self->end + 2 * CHUNK;
      self->buffer = g_realloc (self->buffer, self->capacity);
    }

  n_read = g_input_stream_read (self->stream, self->buffer + self->end, CHUNK, cancellable, error);
  if (n_read > 0)
    self->end += (gsize) n_read;
  self->is_ended = n_read == 0;
  return n_read > 0;
}

/* How often the separator stands in each of the first lines, outside quotation marks. Returns the number of lines. */
static guint
count_separators (const char *text,
                  gsize       size,
                  char        separator,
                  guint      *counts,
                  guint       max_lines)
{
  gboolean is_quoted = FALSE;
  guint n_lines = 0;

  memset (counts, 0, max_lines * sizeof *counts);
  for (gsize i = 0; i < size && n_lines < max_lines; i++)
    {
      if (text[i] == '"')
        is_quoted = !is_quoted;
      else if (is_quoted)
        continue;
      else if (text[i] == separator)
        counts[n_lines]++;
      else if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == size || text[i + 1] != '\n')))
        n_lines++;
    }
  return n_lines == 0 ? 1 : n_lines;
}

/* The separator is the one that stands equally often in the most of the first lines; of several the most frequent. */
static char
guess_separator (const char *text,
                 gsize       size)
{
  guint counts[10], best_lines = 0, best_count = 0;
  char best = ',';

  for (const char *candidate = ",;\t|"; *candidate != '\0'; candidate++)
    {
      guint n_lines = count_separators (text, size, *candidate, counts, G_N_ELEMENTS (counts)), n_alike = 0;

      for (guint i = 0; i < n_lines && counts[0] > 0; i++)
        n_alike += counts[i] == counts[0];
      if (n_alike > best_lines || (n_alike == best_lines && counts[0] > best_count))
        {
          best = *candidate;
          best_lines = n_alike;
          best_count = counts[0];
        }
    }
  return best;
}

/* Looks at the beginning: how the text is encoded, and what stands between the fields. */
static gboolean
begin (CsCsvReader   *self,
       GCancellable  *cancellable,
       GError       **error)
{
  g_autoptr (GInputStream) raw = g_steal_pointer (&self->stream);
  const char *text;
  gsize size;

  self->stream = cs_text_encoding_open (raw, &self->encoding, cancellable, error);
  if (self->stream == NULL)
    return FALSE;
  self->is_begun = TRUE;

  while (self->end < CHUNK / 2)
    {
      g_autoptr (GError) local = NULL;

      if (!fill (self, cancellable, &local))
        {
          if (local == NULL)
            break;
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }

  text = self->buffer;
  size = self->end;
  /* A line for Excel alone. */
  if (size >= 6 && g_ascii_strncasecmp (text, "sep=", 4) == 0 && strchr (",;\t|", text[4]) != NULL
      && (text[5] == '\r' || text[5] == '\n'))
    {
      self->separator = text[4];
      self->row = self->at = size >= 7 && text[5] == '\r' && text[6] == '\n' ? 7 : 6;
      self->line++;
    }
  else
    self->separator = guess_separator (text, size);

  self->classes[(guchar) self->separator] = SEPARATOR;
  self->classes['\r'] = self->classes['\n'] = LINE_END;
  self->classes['"'] = QUOTE;
  self->classes['\0'] = NUL;
  return TRUE;
}

/* Passes a line's end, which stands at the present place. A CR may be the last byte in the buffer. */
static void
pass_line_end (CsCsvReader *self)
{
  gboolean is_cr = self->buffer[self->at] == '\r';

  self->at++;
  if (is_cr && self->at == self->end)
    fill (self, NULL, NULL);
  if (is_cr && self->at < self->end && self->buffer[self->at] == '\n')
    self->at++;
  self->line++;
  if (self->first_end == 0)
    self->first_end = self->at - self->row;
}

/* Goes on behind the next line's end. Returns FALSE where the stream can't be read. */
static gboolean
skip_line (CsCsvReader   *self,
           GCancellable  *cancellable,
           GError       **error)
{
  for (;;)
    {
      for (; self->at < self->end; self->at++)
        {
          if (self->buffer[self->at] == '\n' || self->buffer[self->at] == '\r')
            {
              pass_line_end (self);
              return TRUE;
            }
        }
      g_autoptr (GError) local = NULL;
      self->row = self->at;
      if (!fill (self, cancellable, &local))
        {
          if (local == NULL)
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
}

/* Refuses the row, of which the rest of the line is passed. */
static CsCsvResult
refuse_line (CsCsvReader   *self,
             CsCsvError     code,
             const char    *reason,
             GCancellable  *cancellable,
             GError       **error)
{
  if (!skip_line (self, cancellable, error))
    return CS_CSV_FAILED;
  g_set_error_literal (error, CS_CSV_ERROR, code, reason);
  return CS_CSV_REFUSED;
}

/* Refuses the row's first line alone: what its quotation mark swallowed are rows of their own. */
static CsCsvResult
refuse_quote (CsCsvReader  *self,
              GError      **error)
{
  if (self->first_end == 0)
    return refuse_line (self, CS_CSV_ERROR_QUOTE, _("A quotation mark is missing or too many"), NULL, error);

  self->n_reread += self->at - self->row - self->first_end;
  if (self->n_reread > MAX_REREAD)
    {
      g_set_error_literal (error, CS_CSV_ERROR, CS_CSV_ERROR_HOPELESS,
                           _("Too many of the file’s quotation marks don’t close. Save it anew as CSV."));
      return CS_CSV_FAILED;
    }
  self->at = self->row + self->first_end;
  self->line = self->row_line + 1;
  g_set_error_literal (error, CS_CSV_ERROR, CS_CSV_ERROR_QUOTE, _("A quotation mark is missing or too many"));
  return CS_CSV_REFUSED;
}

static void
end_field (CsCsvReader *self)
{
  g_array_append_val (self->starts, self->field);
  g_string_append_c (self->text, '\0');
  self->field = self->text->len;
}

/* Appends what needs no look: up to the next byte that means something in this state. */
static void
take_run (CsCsvReader *self,
          State        state)
{
  const guchar *bytes = (const guchar *) self->buffer;
  gsize from = self->at, at = self->at, end = self->end;

  if (state == QUOTED)
    {
      while (at < end && bytes[at] != '"' && bytes[at] != '\r' && bytes[at] != '\n' && bytes[at] != '\0')
        at++;
    }
  else
    {
      while (at < end && (self->classes[bytes[at]] == PLAIN || bytes[at] == '"'))
        at++;
    }
  g_string_append_len (self->text, self->buffer + from, (gssize) (at - from));
  self->at = at;
}

/* Makes valid UTF-8 of the fields. What isn't UTF-8 from its first such byte on is taken for Windows-1252. */
static gboolean
decode_row (CsCsvReader  *self,
            gsize         raw_size,
            GError      **error)
{
  const char *raw = self->buffer + self->row;
  gboolean is_utf8 = self->encoding != CS_TEXT_ENCODING_WINDOWS_1252 && g_utf8_validate_len (raw, raw_size, NULL);
  g_autoptr (GString) text = NULL;

  if (is_utf8)
    {
      for (gsize i = 0; !self->has_multibyte && i < raw_size; i++)
        self->has_multibyte = (guchar) raw[i] >= 0x80;
      return TRUE;
    }
  if (self->has_multibyte || self->encoding == CS_TEXT_ENCODING_UTF_8_BOM)
    {
      g_set_error_literal (error, CS_CSV_ERROR, CS_CSV_ERROR_ENCODING, _("A character isn’t valid UTF-8"));
      return FALSE;
    }

  self->encoding = CS_TEXT_ENCODING_WINDOWS_1252;
  text = g_string_sized_new (self->text->len * 2);
  for (guint i = 0; i < self->starts->len; i++)
    {
      gsize *start = &g_array_index (self->starts, gsize, i);
      const char *field = self->text->str + *start;

      *start = text->len;
      cs_text_encoding_append_windows_1252 (text, field, strlen (field));
      g_string_append_c (text, '\0');
    }
  g_string_free (self->text, TRUE);
  self->text = g_steal_pointer (&text);
  return TRUE;
}

static CsCsvResult
finish_row (CsCsvReader  *self,
            gsize         raw_size,
            GError      **error)
{
  if (!decode_row (self, raw_size, error))
    return CS_CSV_REFUSED;
  for (guint i = 0; i < self->starts->len; i++)
    g_ptr_array_add (self->fields, self->text->str + g_array_index (self->starts, gsize, i));
  g_ptr_array_add (self->fields, NULL);
  return CS_CSV_ROW;
}

static gboolean
is_too_long (CsCsvReader *self)
{
  return self->at - self->row > CS_CSV_MAX_ROW || self->text->len - self->field > CS_CSV_MAX_FIELD
         || self->starts->len >= CS_CSV_MAX_FIELDS;
}

/* The stream is over, before a row or within one. */
static CsCsvResult
end_stream (CsCsvReader  *self,
            State         state,
            GError      **error)
{
  if (self->at == self->row)
    return CS_CSV_END;
  if (state == QUOTED)
    return refuse_quote (self, error);
  end_field (self);
  return finish_row (self, self->at - self->row, error);
}

/* A line's end outside quotation marks. */
static CsCsvResult
end_row (CsCsvReader  *self,
         GError      **error)
{
  CsCsvResult result;

  end_field (self);
  result = finish_row (self, self->at - self->row, error);
  pass_line_end (self);
  return result;
}

/* A line's end within quotation marks is text. */
static void
take_line_end (CsCsvReader *self)
{
  g_string_append_c (self->text, self->buffer[self->at]);
  pass_line_end (self);
  if (self->buffer[self->at - 1] != self->text->str[self->text->len - 1])
    g_string_append_c (self->text, '\n');
}

/* Takes what stands at the present place, which ends no row. Returns FALSE where a quotation mark is wrong. */
static gboolean
take (CsCsvReader *self,
      ByteClass    class,
      State       *state)
{
  if (*state == QUOTE_IN_QUOTED && class == PLAIN)
    /* Some programs put a space there. */
    return self->buffer[self->at++] == ' ';
  if (*state == QUOTED && class == LINE_END)
    take_line_end (self);
  else if (class == SEPARATOR && *state != QUOTED)
    {
      end_field (self);
      *state = FIELD_START;
      self->at++;
    }
  else if (class == QUOTE && *state != UNQUOTED)
    {
      if (*state == QUOTE_IN_QUOTED)
        g_string_append_c (self->text, '"');
      *state = *state == QUOTED ? QUOTE_IN_QUOTED : QUOTED;
      self->at++;
    }
  else
    {
      if (*state == FIELD_START)
        *state = UNQUOTED;
      take_run (self, *state);
    }
  return TRUE;
}

/* Parses one row, of which nothing was parsed yet. */
static CsCsvResult
parse_row (CsCsvReader   *self,
           GCancellable  *cancellable,
           GError       **error)
{
  State state = FIELD_START;

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      ByteClass class;

      if (is_too_long (self))
        return state == QUOTED && self->first_end > 0
                   ? refuse_quote (self, error)
                   : refuse_line (self, CS_CSV_ERROR_TOO_LONG, _("The line is too long"), cancellable, error);
      if (self->at == self->end && !fill (self, cancellable, &local))
        {
          if (local == NULL)
            return end_stream (self, state, error);
          g_propagate_error (error, g_steal_pointer (&local));
          return CS_CSV_FAILED;
        }

      class = self->classes[(guchar) self->buffer[self->at]];
      if (class == NUL)
        return refuse_line (self, CS_CSV_ERROR_NUL, _("The line has a NUL character, which is no text"), cancellable, error);
      if (class == LINE_END && state != QUOTED)
        return end_row (self, error);
      if (!take (self, class, &state))
        return refuse_quote (self, error);
    }
}

/* Makes a reader of CSV as RFC 4180 has it and programs write it: lines end with CRLF, LF or CR, fields are separated by
 * comma, semicolon, tab or bar (found out, or said by a first line "sep=;"), the text is UTF-8, UTF-16 or Windows-1252.
 * Memory doesn't grow with the stream. It reads blocking: use it in a worker thread. */
CsCsvReader *
cs_csv_reader_new (GInputStream *stream)
{
  CsCsvReader *self = g_new0 (CsCsvReader, 1);

  self->stream = g_object_ref (stream);
  self->separator = ',';
  self->line = 1;
  self->text = g_string_new (NULL);
  self->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->fields = g_ptr_array_new ();
  return self;
}

/* Doesn't close the stream. */
void
cs_csv_reader_free (CsCsvReader *self)
{
  g_clear_object (&self->stream);
  g_string_free (self->text, TRUE);
  g_array_unref (self->starts);
  g_ptr_array_unref (self->fields);
  g_free (self->buffer);
  g_free (self);
}

/* Reads the next row; empty lines are passed over. CS_CSV_REFUSED and CS_CSV_FAILED set the error: the first of
 * CS_CSV_ERROR, the second of G_IO_ERROR (also cancelled), or CS_CSV_ERROR_HOPELESS. */
CsCsvResult
cs_csv_reader_next (CsCsvReader   *self,
                    GCancellable  *cancellable,
                    GError       **error)
{
  CsCsvResult result;

  if (!self->is_begun && !begin (self, cancellable, error))
    return CS_CSV_FAILED;

  do
    {
      self->row = self->at;
      self->row_line = self->line;
      self->first_end = 0;
      self->field = 0;
      g_string_truncate (self->text, 0);
      g_array_set_size (self->starts, 0);
      g_ptr_array_set_size (self->fields, 0);
      result = parse_row (self, cancellable, error);
    }
  while (result == CS_CSV_ROW && self->starts->len == 1 && self->text->len <= 1);

  if (result == CS_CSV_REFUSED)
    g_ptr_array_set_size (self->fields, 0);
  return result;
}

/* Returns the fields of the last row: valid UTF-8, until the next one is read. (transfer none) (array length=n_fields)
 * (array zero-terminated=1) */
const char *const *
cs_csv_reader_get_fields (CsCsvReader *self,
                          guint       *n_fields)
{
  if (n_fields != NULL)
    *n_fields = self->fields->len > 0 ? self->fields->len - 1 : 0;
  return (const char *const *) self->fields->pdata;
}

/* The line, from 1 on, in which the last row began or was refused. */
guint64
cs_csv_reader_get_line (CsCsvReader *self)
{
  return self->row_line;
}

/* The name of the encoding, as far as it is known by what was read. */
const char *
cs_csv_reader_get_encoding (CsCsvReader *self)
{
  return cs_text_encoding_get_name (self->encoding);
}
