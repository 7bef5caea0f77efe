/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "contacts/cs-contact-table.h"

#include "csv/cs-csv-reader.h"

#include <glib/gi18n.h>
#include <string.h>

/* What programs call the columns, in lower case. A name that ends with * stands for all that begin so. Sources: exports of Google
 * Contacts, Outlook, Thunderbird and FRITZ!Box tools in English and German. */
static const struct {
  const char *name;
  CsContactRole role;
} headers[] = {
  { "name", CS_CONTACT_ROLE_NAME },
  { "full name", CS_CONTACT_ROLE_NAME },
  { "fullname", CS_CONTACT_ROLE_NAME },
  { "display name", CS_CONTACT_ROLE_NAME },
  { "contact", CS_CONTACT_ROLE_NAME },
  { "contact name", CS_CONTACT_ROLE_NAME },
  { "customer", CS_CONTACT_ROLE_NAME },
  { "customer name", CS_CONTACT_ROLE_NAME },
  { "vollständiger name", CS_CONTACT_ROLE_NAME },
  { "anzeigename", CS_CONTACT_ROLE_NAME },
  { "kontakt", CS_CONTACT_ROLE_NAME },
  { "kunde", CS_CONTACT_ROLE_NAME },
  { "kundenname", CS_CONTACT_ROLE_NAME },
  { "ansprechpartner", CS_CONTACT_ROLE_NAME },
  { "first name", CS_CONTACT_ROLE_GIVEN_NAME },
  { "firstname", CS_CONTACT_ROLE_GIVEN_NAME },
  { "given name", CS_CONTACT_ROLE_GIVEN_NAME },
  { "vorname", CS_CONTACT_ROLE_GIVEN_NAME },
  { "last name", CS_CONTACT_ROLE_FAMILY_NAME },
  { "lastname", CS_CONTACT_ROLE_FAMILY_NAME },
  { "family name", CS_CONTACT_ROLE_FAMILY_NAME },
  { "surname", CS_CONTACT_ROLE_FAMILY_NAME },
  { "nachname", CS_CONTACT_ROLE_FAMILY_NAME },
  { "familienname", CS_CONTACT_ROLE_FAMILY_NAME },
  { "company", CS_CONTACT_ROLE_COMPANY },
  { "company name", CS_CONTACT_ROLE_COMPANY },
  { "organization", CS_CONTACT_ROLE_COMPANY },
  { "organisation", CS_CONTACT_ROLE_COMPANY },
  { "organization name", CS_CONTACT_ROLE_COMPANY },
  { "organization 1 - name", CS_CONTACT_ROLE_COMPANY },
  { "firma", CS_CONTACT_ROLE_COMPANY },
  { "unternehmen", CS_CONTACT_ROLE_COMPANY },
  { "number", CS_CONTACT_ROLE_NUMBER },
  { "numbers", CS_CONTACT_ROLE_NUMBER },
  { "phone*", CS_CONTACT_ROLE_NUMBER },
  { "telephone*", CS_CONTACT_ROLE_NUMBER },
  { "tel", CS_CONTACT_ROLE_NUMBER },
  { "tel.", CS_CONTACT_ROLE_NUMBER },
  { "mobile*", CS_CONTACT_ROLE_NUMBER },
  { "cell*", CS_CONTACT_ROLE_NUMBER },
  { "home phone*", CS_CONTACT_ROLE_NUMBER },
  { "home fax", CS_CONTACT_ROLE_NUMBER },
  { "work phone*", CS_CONTACT_ROLE_NUMBER },
  { "business phone*", CS_CONTACT_ROLE_NUMBER },
  { "business fax", CS_CONTACT_ROLE_NUMBER },
  { "company main phone", CS_CONTACT_ROLE_NUMBER },
  { "primary phone", CS_CONTACT_ROLE_NUMBER },
  { "other phone", CS_CONTACT_ROLE_NUMBER },
  { "other fax", CS_CONTACT_ROLE_NUMBER },
  { "car phone", CS_CONTACT_ROLE_NUMBER },
  { "assistant's phone", CS_CONTACT_ROLE_NUMBER },
  { "fax*", CS_CONTACT_ROLE_NUMBER },
  { "nummer", CS_CONTACT_ROLE_NUMBER },
  { "rufnummer*", CS_CONTACT_ROLE_NUMBER },
  { "telefon*", CS_CONTACT_ROLE_NUMBER },
  { "mobil*", CS_CONTACT_ROLE_NUMBER },
  { "handy*", CS_CONTACT_ROLE_NUMBER },
  { "weiteres telefon", CS_CONTACT_ROLE_NUMBER },
};

/* Of Google's columns "Phone 1 - Type" and "Phone 1 - Label" say only what kind of number stands in the next. */
static gboolean
is_label (const char *header)
{
  return g_str_has_suffix (header, " - type") || g_str_has_suffix (header, " - label") || g_str_has_suffix (header, " type")
         || g_str_has_suffix (header, " - typ");
}

static CsContactRole
get_role (const char *header)
{
  g_autofree char *clean = cs_contact_clean_name (header);
  g_autofree char *folded = clean != NULL ? g_utf8_strdown (clean, -1) : NULL;

  if (folded == NULL || is_label (folded))
    return CS_CONTACT_ROLE_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      gsize size = strlen (headers[i].name) - 1;
      gboolean is_prefix = headers[i].name[size] == '*';

      if (is_prefix ? strncmp (folded, headers[i].name, size) == 0 : strcmp (folded, headers[i].name) == 0)
        return headers[i].role;
    }
  return CS_CONTACT_ROLE_NONE;
}

/* Whether the cell looks like a number and not like a date, a price or a post code. */
static gboolean
looks_like_number (const char *cell)
{
  g_autofree char *number = cs_contact_clean_number (cell);
  guint n_digits = 0;

  for (const char *c = number != NULL ? number : ""; *c != '\0'; c++)
    n_digits += g_ascii_isdigit (*c);
  return n_digits >= 6;
}

/* Finds by their cells what the header doesn't tell: numbers are where digits are, the name is the first text. A row without
 * a number above such a column is a header in a language that isn't known here. */
static void
guess_roles (CsContactPreview *preview,
             gboolean          has_name)
{
  CsContactColumns *columns = &preview->columns;

  for (guint i = 0; i < columns->n_columns; i++)
    {
      guint n_numbers = 0, n_texts = 0;
      gboolean is_first_text = FALSE;

      if (columns->roles[i] != CS_CONTACT_ROLE_NONE)
        continue;
      for (guint j = columns->has_header; j < preview->rows->len; j++)
        {
          char **row = g_ptr_array_index (preview->rows, j);

          if (i >= g_strv_length (row) || *row[i] == '\0')
            continue;
          if (looks_like_number (row[i]))
            n_numbers++;
          else
            {
              n_texts++;
              is_first_text = is_first_text || j == 0;
            }
        }
      if (n_numbers > 0 && n_numbers >= n_texts)
        {
          columns->roles[i] = CS_CONTACT_ROLE_NUMBER;
          columns->has_header = columns->has_header || is_first_text;
        }
      else if (n_texts > 0 && !has_name)
        {
          columns->roles[i] = CS_CONTACT_ROLE_NAME;
          has_name = TRUE;
        }
    }
}

static void
find_columns (CsContactPreview *preview)
{
  CsContactColumns *columns = &preview->columns;
  char **first = g_ptr_array_index (preview->rows, 0);
  gboolean has_names = FALSE, has_numbers = FALSE;

  for (guint i = 0; i < preview->rows->len; i++)
    columns->n_columns = MAX (columns->n_columns, MIN (g_strv_length (g_ptr_array_index (preview->rows, i)),
                                                       CS_CONTACT_MAX_COLUMNS));
  for (guint i = 0; i < MIN (g_strv_length (first), CS_CONTACT_MAX_COLUMNS); i++)
    {
      CsContactRole role = get_role (first[i]);

      columns->roles[i] = role;
      has_numbers = has_numbers || role == CS_CONTACT_ROLE_NUMBER;
      has_names = has_names || (role != CS_CONTACT_ROLE_NONE && role != CS_CONTACT_ROLE_NUMBER);
      if (looks_like_number (first[i]))
        {
          has_names = has_numbers = FALSE;
          break;
        }
    }
  columns->has_header = has_names || has_numbers;
  if (has_names && has_numbers)
    return;
  if (!columns->has_header)
    memset (columns->roles, CS_CONTACT_ROLE_NONE, sizeof columns->roles);
  guess_roles (preview, has_names);
}

/* Reads the first rows and finds out which columns have what. */
gboolean
cs_contact_table_preview (GInputStream      *stream,
                          CsContactPreview  *preview,
                          GCancellable      *cancellable,
                          GError           **error)
{
  g_autoptr (CsCsvReader) reader = cs_csv_reader_new (stream);

  preview->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  while (preview->rows->len <= CS_CONTACT_MAX_SAMPLES)
    {
      g_autoptr (GError) local = NULL;
      CsCsvResult result = cs_csv_reader_next (reader, cancellable, &local);

      if (result == CS_CSV_END)
        break;
      if (result == CS_CSV_FAILED)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (result == CS_CSV_ROW)
        g_ptr_array_add (preview->rows, g_strdupv ((char **) cs_csv_reader_get_fields (reader, NULL)));
      else if (preview->rows->len == 0 && cs_csv_reader_get_line (reader) > 100)
        break;
    }

  if (preview->rows->len == 0)
    {
      g_set_error_literal (error, CS_CONTACT_ERROR, CS_CONTACT_ERROR_NO_CONTACTS,
                           _("The file is neither a vCard nor a table of text. Export the contacts as vCard (.vcf) or CSV."));
      return FALSE;
    }
  preview->encoding = g_strdup (cs_csv_reader_get_encoding (reader));
  find_columns (preview);
  return TRUE;
}

/* A cell may hold several numbers: Google puts " ::: " between them. */
static void
add_numbers (GPtrArray  *numbers,
             const char *cell)
{
  g_auto (GStrv) groups = g_strsplit (cell, ":::", -1);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit_set (groups[i], ";,\r\n", -1);

      for (guint j = 0; parts[j] != NULL; j++)
        {
          g_strstrip (parts[j]);
          /* "tel:+49211;ext=3" and the like: what follows isn't a number of its own. */
          if (*parts[j] != '\0' && !g_str_has_prefix (parts[j], "ext="))
            g_ptr_array_add (numbers, g_strdup (parts[j]));
        }
    }
}

static void
append_word (GString    *name,
             const char *word)
{
  if (*word == '\0')
    return;
  if (name->len > 0)
    g_string_append_c (name, ' ');
  g_string_append (name, word);
}

static gboolean
add_row (CsContactImport         *import,
         const CsContactColumns  *columns,
         const char *const       *fields,
         guint                    n_fields,
         guint64                  line,
         GError                 **error)
{
  g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) given = g_string_new (NULL), family = g_string_new (NULL);
  const char *name = "", *company = "";

  for (guint i = 0; i < MIN (n_fields, columns->n_columns); i++)
    {
      CsContactRole role = columns->roles[i];

      switch (role)
        {
        case CS_CONTACT_ROLE_NONE:
          break;
        case CS_CONTACT_ROLE_NAME:
          name = *name == '\0' ? fields[i] : name;
          break;
        case CS_CONTACT_ROLE_GIVEN_NAME:
          append_word (given, fields[i]);
          break;
        case CS_CONTACT_ROLE_FAMILY_NAME:
          append_word (family, fields[i]);
          break;
        case CS_CONTACT_ROLE_COMPANY:
          company = *company == '\0' ? fields[i] : company;
          break;
        case CS_CONTACT_ROLE_NUMBER:
          add_numbers (numbers, fields[i]);
          break;
        }
    }
  append_word (given, family->str);
  if (*name == '\0')
    name = given->len > 0 ? given->str : company;
  return cs_contact_import_add (import, name, numbers, line, error);
}

/* Reads all rows, those of fewer columns, too. */
CsContactImport *
cs_contact_table_read (GInputStream            *stream,
                       const CsContactColumns  *columns,
                       GCancellable            *cancellable,
                       GError                 **error)
{
  g_autoptr (CsContactImport) import = cs_contact_import_new ();
  g_autoptr (CsCsvReader) reader = cs_csv_reader_new (stream);
  gboolean is_header = columns->has_header;

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      CsCsvResult result = cs_csv_reader_next (reader, cancellable, &local);
      const char *const *fields;
      guint n_fields;

      switch (result)
        {
        case CS_CSV_ROW:
          fields = cs_csv_reader_get_fields (reader, &n_fields);
          if (!is_header && !add_row (import, columns, fields, n_fields, cs_csv_reader_get_line (reader), error))
            return NULL;
          is_header = FALSE;
          break;
        case CS_CSV_REFUSED:
          cs_contact_import_add_fault (import, cs_csv_reader_get_line (reader), local->message);
          break;
        case CS_CSV_FAILED:
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        case CS_CSV_END:
          return g_steal_pointer (&import);
        }
    }
}
