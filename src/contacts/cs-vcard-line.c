/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "contacts/cs-vcard-line.h"

#include "csv/cs-text-encoding.h"

#include <string.h>

/* The next of the given characters outside quotation marks, or the end. */
static const char *
find_outside_quotes (const char *text,
                     const char *wanted)
{
  gboolean is_quoted = FALSE;

  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        is_quoted = !is_quoted;
      else if (!is_quoted && strchr (wanted, *text) != NULL)
        break;
    }
  return text;
}

/* Version 2.1 has also the value alone. */
static void
parse_parameter (const char  *text,
                 gsize        size,
                 CsVcardLine *line)
{
  g_autofree char *parameter = g_strndup (text, size);
  char *value = strchr (parameter, '=');

  if (value == NULL)
    {
      line->is_quoted_printable = line->is_quoted_printable || g_ascii_strcasecmp (parameter, "QUOTED-PRINTABLE") == 0;
      line->is_base64 = line->is_base64 || g_ascii_strcasecmp (parameter, "BASE64") == 0;
      return;
    }
  *value++ = '\0';
  if (g_ascii_strcasecmp (parameter, "ENCODING") == 0)
    {
      line->is_quoted_printable = g_ascii_strcasecmp (value, "QUOTED-PRINTABLE") == 0 || g_ascii_strcasecmp (value, "Q") == 0;
      line->is_base64 = g_ascii_strcasecmp (value, "BASE64") == 0 || g_ascii_strcasecmp (value, "B") == 0;
    }
  else if (g_ascii_strcasecmp (parameter, "CHARSET") == 0)
    {
      g_free (line->charset);
      line->charset = g_strdup (g_strdelimit (value, "\"", ' '));
      g_strstrip (line->charset);
    }
}

/* Takes the line apart. FALSE where it isn't of the form "name:value". Sources: RFC 6350 §3.3, RFC 2426 §4, vCard 2.1. */
gboolean
cs_vcard_line_parse (const char  *text,
                     CsVcardLine *line)
{
  const char *colon = find_outside_quotes (text, ":"), *end, *dot;

  *line = (CsVcardLine) { NULL };
  if (*colon == '\0')
    return FALSE;

  end = find_outside_quotes (text, ";:");
  dot = memchr (text, '.', end - text);
  if (dot != NULL)
    text = dot + 1;
  if (end == text)
    return FALSE;
  for (const char *c = text; c < end; c++)
    {
      if (!g_ascii_isalnum (*c) && *c != '-' && *c != '_')
        return FALSE;
    }

  line->name = g_ascii_strup (text, end - text);
  line->value = g_strdup (colon + 1);
  while (*end == ';')
    {
      text = end + 1;
      end = find_outside_quotes (text, ";:");
      parse_parameter (text, end - text, line);
    }
  return TRUE;
}

void
cs_vcard_line_clear (CsVcardLine *line)
{
  g_clear_pointer (&line->name, g_free);
  g_clear_pointer (&line->charset, g_free);
  g_clear_pointer (&line->value, g_free);
}

/* Decodes in place. What is no code stays as it is. */
static void
decode_quoted_printable (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0';)
    {
      if (from[0] == '=' && g_ascii_isxdigit (from[1]) && g_ascii_isxdigit (from[2]))
        {
          char byte = (char) (g_ascii_xdigit_value (from[1]) << 4 | g_ascii_xdigit_value (from[2]));

          /* A NUL would end the text. */
          *to++ = byte != '\0' ? byte : ' ';
          from += 3;
        }
      else
        *to++ = *from++;
    }
  *to = '\0';
}

/* Returns the value in valid UTF-8: in the character set that the line names, else UTF-8, else Windows-1252. NULL for what
 * is no text. (transfer full) (nullable) */
char *
cs_vcard_line_decode (const CsVcardLine *line)
{
  g_autofree char *bytes = NULL;
  g_autofree char *converted = NULL;
  GString *text;

  if (line->is_base64)
    return NULL;
  bytes = g_strdup (line->value);
  if (line->is_quoted_printable)
    decode_quoted_printable (bytes);

  if (line->charset != NULL && g_ascii_strcasecmp (line->charset, "UTF-8") != 0)
    {
      converted = g_convert (bytes, -1, "UTF-8", line->charset, NULL, NULL, NULL);
      if (converted != NULL && g_utf8_validate (converted, -1, NULL))
        return g_steal_pointer (&converted);
    }
  if (g_utf8_validate (bytes, -1, NULL))
    return g_steal_pointer (&bytes);
  text = g_string_new (NULL);
  cs_text_encoding_append_windows_1252 (text, bytes, strlen (bytes));
  return g_string_free (text, FALSE);
}

/* Appends the character behind a backslash. Returns what comes then. */
static const char *
append_escaped (GString    *text,
                const char *escaped)
{
  if (*escaped == '\0')
    return escaped;
  if (*escaped == 'n' || *escaped == 'N')
    g_string_append_c (text, '\n');
  else
    {
      if (strchr (",;:\\", *escaped) == NULL)
        g_string_append_c (text, '\\');
      g_string_append_c (text, *escaped);
    }
  return escaped + 1;
}

/* Returns the value without its backslashes. (transfer full) */
char *
cs_vcard_line_get_text (const char *value)
{
  GString *text = g_string_new (NULL);

  while (*value != '\0')
    {
      if (*value == '\\')
        value = append_escaped (text, value + 1);
      else
        g_string_append_c (text, *value++);
    }
  return g_string_free (text, FALSE);
}

/* Returns the parts between semicolons, without their backslashes. (transfer full) */
char **
cs_vcard_line_split (const char *value)
{
  GPtrArray *parts = g_ptr_array_new ();
  GString *text = g_string_new (NULL);

  for (;;)
    {
      if (*value == '\\')
        value = append_escaped (text, value + 1);
      else if (*value == ';' || *value == '\0')
        {
          g_ptr_array_add (parts, g_strdup (text->str));
          g_string_truncate (text, 0);
          if (*value++ == '\0')
            break;
        }
      else
        g_string_append_c (text, *value++);
    }
  g_string_free (text, TRUE);
  g_ptr_array_add (parts, NULL);
  return (char **) g_ptr_array_free (parts, FALSE);
}
