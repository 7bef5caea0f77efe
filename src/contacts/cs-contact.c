/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "contacts/cs-contact.h"

#include "calls/cs-call-event.h"

#include <string.h>

#define MIN_NUMBER_DIGITS 2

CsContact *
cs_contact_new (const char *name)
{
  CsContact *contact = g_new0 (CsContact, 1);

  contact->name = g_strdup (name);
  contact->numbers = g_ptr_array_new_with_free_func (g_free);
  return contact;
}

CsContact *
cs_contact_copy (const CsContact *contact)
{
  CsContact *copy = cs_contact_new (contact->name);

  copy->id = contact->id;
  for (guint i = 0; i < contact->numbers->len; i++)
    g_ptr_array_add (copy->numbers, g_strdup (g_ptr_array_index (contact->numbers, i)));
  return copy;
}

void
cs_contact_free (CsContact *contact)
{
  g_free (contact->name);
  g_ptr_array_unref (contact->numbers);
  g_free (contact);
}

/* Adds a number in whatever spelling, unless the contact has it. FALSE where the text is no number. */
gboolean
cs_contact_add_number (CsContact  *contact,
                       const char *number)
{
  g_autofree char *clean = cs_contact_clean_number (number);
  g_autofree char *key = clean != NULL ? cs_number_get_key (clean) : NULL;

  if (key == NULL)
    return FALSE;
  for (guint i = 0; i < contact->numbers->len; i++)
    {
      g_autofree char *other = cs_number_get_key (g_ptr_array_index (contact->numbers, i));

      if (strcmp (key, other) == 0)
        return TRUE;
    }
  g_ptr_array_add (contact->numbers, g_steal_pointer (&clean));
  return TRUE;
}

/* Characters that change the direction of the text after them, which a name could reach out of its label with. */
static gboolean
is_direction_mark (gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Returns the text (valid UTF-8) as one line without what can't be seen, cut to CS_CONTACT_MAX_NAME characters, or NULL where
 * nothing is left. Markup and formulas are names like others. (transfer full) (nullable) */
char *
cs_contact_clean_name (const char *text)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean is_spaced = FALSE;
  guint n = 0;

  for (; *text != '\0' && n < CS_CONTACT_MAX_NAME; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          is_spaced = name->len > 0;
          continue;
        }
      if (is_direction_mark (c) || c == 0xfeff)
        continue;
      if (is_spaced)
        g_string_append_c (name, ' ');
      is_spaced = FALSE;
      g_string_append_unichar (name, c);
      n++;
    }
  return name->len > 0 ? g_string_free (g_steal_pointer (&name), FALSE) : NULL;
}

/* A SIP address stays as it is, but for its scheme. */
static char *
clean_sip_address (const char *text)
{
  const char *at;

  if (g_ascii_strncasecmp (text, "sips:", 5) == 0)
    text += 5;
  else if (g_ascii_strncasecmp (text, "sip:", 4) == 0)
    text += 4;
  at = strchr (text, '@');
  if (at == NULL || at == text || at[1] == '\0' || strlen (text) > CS_CONTACT_MAX_NUMBER)
    return NULL;
  for (const char *c = text; *c != '\0'; c++)
    {
      if (!g_ascii_isgraph (*c) || strchr ("<>\"'(),;:\\[]", *c) != NULL)
        return NULL;
    }
  return g_strdup (text);
}

/* Whether something is dialled there that no caller's number has: an extension, a pause. */
static gboolean
is_extension (const char *text)
{
  return strchr (";,xXpPwW#", *text) != NULL || g_ascii_strncasecmp (text, "ext", 3) == 0;
}

/* Returns a number as others would write it, without an extension; NULL where the text (valid UTF-8) is none. Also takes
 * "tel:+49-211-1234567;ext=3" (RFC 3966) and "+49 (0)211 1234567". (transfer full) (nullable) */
char *
cs_contact_clean_number (const char *text)
{
  g_autoptr (GString) number = g_string_new (NULL);
  g_autofree char *unescaped = NULL;
  guint n_digits = 0;
  char *zero;

  /* The apostrophe with which a spreadsheet keeps a number as text. */
  while (*text == '\'' || g_ascii_isspace (*text))
    text++;
  if (g_ascii_strncasecmp (text, "tel:", 4) == 0)
    {
      unescaped = g_uri_unescape_string (text + 4, NULL);
      text = unescaped != NULL && g_utf8_validate (unescaped, -1, NULL) ? unescaped : "";
    }
  if (strchr (text, '@') != NULL)
    return clean_sip_address (text);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (is_direction_mark (c))
        continue;
      if (n_digits > 0 && is_extension (text))
        break;
      if (g_unichar_isspace (c))
        c = ' ';
      else if (c >= 0x2010 && c <= 0x2015)
        c = '-';
      if (c >= 0x80 || (!g_ascii_isdigit ((char) c) && strchr ("+-/() .", (int) c) == NULL)
          || (c == '+' && n_digits > 0))
        return NULL;
      n_digits += g_ascii_isdigit ((char) c);
      if (c != ' ' || (number->len > 0 && number->str[number->len - 1] != ' '))
        g_string_append_c (number, (char) c);
    }

  /* The zero that is dialled only at home. */
  zero = strstr (number->str, "(0)");
  if (zero != NULL && (number->str[0] == '+' || g_str_has_prefix (number->str, "00")))
    g_string_erase (number, zero - number->str, zero[3] == ' ' ? 4 : 3);
  g_strchomp (number->str);
  if (n_digits < MIN_NUMBER_DIGITS || strlen (number->str) > CS_CONTACT_MAX_NUMBER)
    return NULL;
  return g_string_free (g_steal_pointer (&number), FALSE);
}
