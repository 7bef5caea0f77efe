/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "contacts/cs-vcard-reader.h"

#include "contacts/cs-vcard-line.h"
#include "csv/cs-text-encoding.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHUNK (64 * 1024)
/* A longer line is cut: only pictures and the like are so long, and nothing here wants them. */
#define MAX_LINE (16 * 1024)
#define MAX_NUMBERS 100

/* The physical lines of a stream, however they end. */
typedef struct {
  GInputStream *stream; /* (unowned) */
  char buffer[CHUNK];
  gsize at;
  gsize end;
  gboolean after_cr;
  guint64 line;         /* of the one read last, from 1 */
} Lines;

/* A card that isn't over yet. */
typedef struct {
  gboolean is_open;
  guint64 line;         /* where it began */
  gboolean is_old;      /* version 2.1 */
  guint depth;          /* of cards inside this one (AGENT) */
  gboolean expects_agent;
  char *formatted;      /* (owned) (nullable) FN */
  char *structured;     /* (owned) (nullable) of N */
  char *other;          /* (owned) (nullable) company or nickname */
  GPtrArray *numbers;   /* (owned) */
} Card;

typedef struct {
  Lines lines;
  Card card;
  CsContactImport *import; /* (owned) */
  guint n_cards;
  gboolean was_stray;   /* the line before was of no card */
} Reader;

static void
reader_free (Reader *reader)
{
  g_free (reader->card.formatted);
  g_free (reader->card.structured);
  g_free (reader->card.other);
  g_ptr_array_unref (reader->card.numbers);
  g_clear_pointer (&reader->import, cs_contact_import_free);
  g_free (reader);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, reader_free)

/* Appends the next physical line, without its end. FALSE at the end of the stream and on errors. */
static gboolean
append_line (Lines         *lines,
             GString       *text,
             GCancellable  *cancellable,
             GError       **error)
{
  gboolean has_any = FALSE;

  for (;;)
    {
      if (lines->at == lines->end)
        {
          gssize n_read;

          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          n_read = g_input_stream_read (lines->stream, lines->buffer, CHUNK, cancellable, error);
          if (n_read <= 0)
            {
              lines->line += has_any;
              return n_read == 0 && has_any;
            }
          lines->at = 0;
          lines->end = (gsize) n_read;
        }

      char c = lines->buffer[lines->at++];
      if (c == '\n' && lines->after_cr)
        {
          lines->after_cr = FALSE;
          continue;
        }
      lines->after_cr = c == '\r';
      if (c == '\r' || c == '\n')
        {
          lines->line++;
          return TRUE;
        }
      has_any = TRUE;
      if (text->len < MAX_LINE)
        g_string_append_c (text, c != '\0' ? c : ' ');
    }
}

/* Whether the next line continues this one. */
static gboolean
is_folded (Lines         *lines,
           GCancellable  *cancellable)
{
  if (lines->after_cr && lines->at < lines->end && lines->buffer[lines->at] == '\n')
    {
      lines->at++;
      lines->after_cr = FALSE;
    }
  if (lines->at == lines->end)
    {
      gssize n_read = g_input_stream_read (lines->stream, lines->buffer, CHUNK, cancellable, NULL);

      if (n_read <= 0)
        return FALSE;
      lines->at = lines->after_cr && lines->buffer[0] == '\n' ? 1 : 0;
      lines->after_cr = FALSE;
      lines->end = (gsize) n_read;
      if (lines->at == lines->end)
        return FALSE;
    }
  return lines->buffer[lines->at] == ' ' || lines->buffer[lines->at] == '\t';
}

static gboolean
is_soft_break (const GString *text)
{
  const char *colon;

  if (text->len == 0 || text->str[text->len - 1] != '=')
    return FALSE;
  colon = strchr (text->str, ':');
  return colon != NULL && g_strstr_len (text->str, colon - text->str, "QUOTED-PRINTABLE") != NULL;
}

/* Reads one logical line: unfolded, and joined where a quoted-printable value goes on. */
static gboolean
read_line (Reader        *reader,
           GString       *text,
           guint64       *line,
           GCancellable  *cancellable,
           GError       **error)
{
  g_string_truncate (text, 0);
  if (!append_line (&reader->lines, text, cancellable, error))
    return FALSE;
  *line = reader->lines.line;

  for (;;)
    {
      if (is_soft_break (text))
        {
          g_string_truncate (text, text->len - 1);
          if (!append_line (&reader->lines, text, cancellable, NULL))
            return TRUE;
        }
      else if (text->len > 0 && is_folded (&reader->lines, cancellable))
        {
          /* In version 2.1 a line is broken at a space, which belongs to the text. */
          reader->lines.at += !reader->card.is_old;
          if (!append_line (&reader->lines, text, cancellable, NULL))
            return TRUE;
        }
      else
        return TRUE;
    }
}

static void
clear_card (Card *card)
{
  g_clear_pointer (&card->formatted, g_free);
  g_clear_pointer (&card->structured, g_free);
  g_clear_pointer (&card->other, g_free);
  g_ptr_array_set_size (card->numbers, 0);
  *card = (Card) { .numbers = card->numbers };
}

/* Given name and family name of "family;given;additional;prefix;suffix". */
static char *
join_name (const char *value)
{
  g_auto (GStrv) parts = cs_vcard_line_split (value);
  const char *family = parts[0], *given = parts[1] != NULL ? parts[1] : "";

  return g_strdup_printf ("%s%s%s", given, *given != '\0' && *family != '\0' ? " " : "", family);
}

static gboolean
finish_card (Reader  *reader,
             GError **error)
{
  Card *card = &reader->card;
  char *const names[] = { card->formatted, card->structured, card->other };
  const char *name = NULL;
  gboolean is_taken;

  for (guint i = 0; i < G_N_ELEMENTS (names) && name == NULL; i++)
    {
      g_autofree char *clean = names[i] != NULL ? cs_contact_clean_name (names[i]) : NULL;

      if (clean != NULL)
        name = names[i];
    }
  is_taken = cs_contact_import_add (reader->import, name, card->numbers, card->line, error);
  clear_card (card);
  return is_taken;
}

static void
take_line (Card        *card,
           CsVcardLine *line)
{
  g_autofree char *value = NULL;

  if (strcmp (line->name, "VERSION") == 0)
    {
      card->is_old = g_str_has_prefix (line->value, "2.1");
      return;
    }
  card->expects_agent = strcmp (line->name, "AGENT") == 0;
  if (strcmp (line->name, "FN") != 0 && strcmp (line->name, "N") != 0 && strcmp (line->name, "ORG") != 0
      && strcmp (line->name, "NICKNAME") != 0 && strcmp (line->name, "TEL") != 0)
    return;

  value = cs_vcard_line_decode (line);
  if (value == NULL)
    return;
  if (strcmp (line->name, "TEL") == 0)
    {
      g_autofree char *number = cs_vcard_line_get_text (value);

      g_strstrip (number);
      if (*number != '\0' && card->numbers->len < MAX_NUMBERS)
        g_ptr_array_add (card->numbers, g_steal_pointer (&number));
    }
  else if (strcmp (line->name, "FN") == 0 && card->formatted == NULL)
    card->formatted = cs_vcard_line_get_text (value);
  else if (strcmp (line->name, "N") == 0 && card->structured == NULL)
    card->structured = join_name (value);
  else if (card->other == NULL && (strcmp (line->name, "ORG") == 0 || strcmp (line->name, "NICKNAME") == 0))
    {
      g_auto (GStrv) parts = cs_vcard_line_split (value);

      card->other = g_strdup (parts[0]);
    }
}

static gboolean
is_line (const CsVcardLine *line,
         const char        *name)
{
  g_autofree char *value = g_strstrip (g_strdup (line->value));

  return strcmp (line->name, name) == 0 && g_ascii_strcasecmp (value, "VCARD") == 0;
}

static void
begin_card (Reader  *reader,
            guint64  line)
{
  if (reader->card.is_open)
    {
      cs_contact_import_add_fault (reader->import, reader->card.line, _("The contact has no end"));
      clear_card (&reader->card);
    }
  reader->card.is_open = TRUE;
  reader->card.line = line;
  reader->n_cards++;
}

static gboolean
handle_line (Reader      *reader,
             const char  *text,
             guint64      number,
             GError     **error)
{
  Card *card = &reader->card;
  g_auto (CsVcardLine) line = { NULL };
  gboolean is_valid;

  text += strspn (text, " \t");
  if (*text == '\0')
    return TRUE;
  is_valid = cs_vcard_line_parse (text, &line);
  if (is_valid && is_line (&line, "BEGIN"))
    {
      reader->was_stray = FALSE;
      if (card->is_open && (card->expects_agent || card->depth > 0))
        card->depth++;
      else
        begin_card (reader, number);
      return TRUE;
    }
  if (!card->is_open)
    {
      if (!reader->was_stray)
        cs_contact_import_add_fault (reader->import, number, _("This isn’t part of a contact"));
      reader->was_stray = TRUE;
      return TRUE;
    }
  if (is_valid && is_line (&line, "END"))
    {
      if (card->depth > 0)
        card->depth--;
      else
        return finish_card (reader, error);
      return TRUE;
    }
  /* A line of a card that isn't one is some program's slip; the others are still good. */
  if (is_valid && card->depth == 0)
    take_line (card, &line);
  return TRUE;
}

/* Reads any number of vCards, version 2.1, 3.0 or 4.0, in UTF-8, UTF-16 or what they name themselves. Only names and numbers
 * are looked at. A file without a single card is an error (CS_CONTACT_ERROR), others are of G_IO_ERROR. */
CsContactImport *
cs_vcard_reader_read (GInputStream  *stream,
                      GCancellable  *cancellable,
                      GError       **error)
{
  g_autoptr (Reader) reader = g_new0 (Reader, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GInputStream) decoded = NULL;
  g_autoptr (GError) local = NULL;
  CsTextEncoding encoding;
  guint64 line;

  reader->card.numbers = g_ptr_array_new_with_free_func (g_free);
  reader->import = cs_contact_import_new ();
  decoded = cs_text_encoding_open (stream, &encoding, cancellable, error);
  if (decoded == NULL)
    return NULL;
  reader->lines.stream = decoded;

  while (read_line (reader, text, &line, cancellable, &local))
    {
      if (!handle_line (reader, text->str, line, error))
        return NULL;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (reader->n_cards == 0)
    {
      g_set_error_literal (error, CS_CONTACT_ERROR, CS_CONTACT_ERROR_NO_CONTACTS,
                           _("The file isn’t a vCard. Export the contacts as vCard (.vcf) or CSV."));
      return NULL;
    }
  if (reader->card.is_open)
    cs_contact_import_add_fault (reader->import, reader->card.line, _("The contact has no end; the file may be cut off"));
  return g_steal_pointer (&reader->import);
}
