/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-number-format.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/cs-display-text.h"

/* ITU-T E.164: at most 15 digits with the country code. Shorter than ten digits without a plus may be a local number. */
#define E164_MAX_DIGITS 15
#define E164_MIN_DIGITS 7
#define BARE_MIN_DIGITS 10

#define LEFT_TO_RIGHT_ISOLATE "\xE2\x81\xA6"
#define POP_ISOLATE "\xE2\x81\xA9"

/* Country codes of two digits; 1 and 7 have one digit, all others three (ITU-T E.164 annex). */
static const char two_digit_codes[] =
    " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";

/* Leading pairs that no country has been given. */
static const char unassigned_pairs[] = " 28 83 89 ";

/* How a country writes a number of that many digits, counted without the country code. */
typedef struct {
  const char *country;
  const char *prefix;  /* the national number starts so */
  const char *groups;  /* digits in each group */
} Grouping;

static const Grouping groupings[] = {
  { "1", "", "334" },
  { "33", "", "12222" },
  { "34", "", "333" },
  { "41", "", "2322" },
  { "44", "2", "244" },
  { "44", "", "46" },
  { "45", "", "2222" },
  { "46", "", "2322" },
  { "47", "", "2222" },
  { "48", "", "333" },
  { "91", "", "55" },
  { "351", "", "333" },
  { "420", "", "333" },
};

/* Indian area codes of two digits: those of the largest cities. */
static const char indian_codes[] = " 11 20 22 33 40 44 79 80 ";
#define INDIAN_DIGITS 10

/* German area codes of three digits that don't end in 1; most of the others of three digits do. */
static const char german_codes[] = " 202 203 208 209 212 214 228 234 335 340 345 355 365 375 385 395 906 800 900 180 700 ";

static gboolean
contains_word (const char *words,
               const char *start,
               gsize       length)
{
  g_autofree char *word = g_strdup_printf (" %.*s ", (int) length, start);

  return strstr (words, word) != NULL;
}

static gsize
get_country_code_length (const char *digits)
{
  if (digits[0] == '0')
    return 0;
  if (digits[0] == '1' || digits[0] == '7')
    return 1;
  if (contains_word (two_digit_codes, digits, 2))
    return 2;
  return contains_word (unassigned_pairs, digits, 2) ? 0 : 3;
}

static gsize
get_german_area_code_length (const char *national)
{
  if (g_str_has_prefix (national, "30") || g_str_has_prefix (national, "40") || g_str_has_prefix (national, "69") ||
      g_str_has_prefix (national, "89"))
    return 2;
  if (national[0] == '1' || national[2] == '1' || contains_word (german_codes, national, 3))
    return 3;
  return 4;
}

static const Grouping *
find_grouping (const char *country,
               gsize       country_length,
               const char *national)
{
  for (gsize i = 0; i < G_N_ELEMENTS (groupings); i++) {
    const Grouping *grouping = &groupings[i];
    gsize sum = 0;

    if (strlen (grouping->country) != country_length || strncmp (grouping->country, country, country_length) != 0 ||
        !g_str_has_prefix (national, grouping->prefix))
      continue;
    for (const char *p = grouping->groups; *p != '\0'; p++)
      sum += (gsize) g_ascii_digit_value (*p);
    if (sum == strlen (national))
      return grouping;
  }
  return NULL;
}

static char *
format_e164 (const char *digits)
{
  gsize country_length = get_country_code_length (digits);
  const char *national = digits + country_length;
  const Grouping *grouping;
  GString *text;
  gsize area_length;

  if (country_length == 0 || strlen (national) < 4)
    return g_strconcat ("+", digits, NULL);

  text = g_string_new ("+");
  g_string_append_len (text, digits, (gssize) country_length);

  grouping = find_grouping (digits, country_length, national);
  if (grouping != NULL) {
    for (const char *p = grouping->groups; *p != '\0'; p++) {
      g_string_append_c (text, ' ');
      g_string_append_len (text, national, g_ascii_digit_value (*p));
      national += g_ascii_digit_value (*p);
    }
    return g_string_free (text, FALSE);
  }

  area_length = strncmp (digits, "49", 2) == 0 ? get_german_area_code_length (national) : 3;
  g_string_append_printf (text, " %.*s", (int) area_length, national);
  if (strlen (national) > area_length)
    g_string_append_printf (text, " %s", national + area_length);
  return g_string_free (text, FALSE);
}

/**
 * cs_number_format:
 * @number: (nullable): as a provider reports it: E.164 digits with or without a plus, "anonymous", or opaque text
 *   (protocol/sipgate.md §1)
 *
 * Groups a telephone number for reading: "492111234567" is "+49 211 1234567". What is no international number stays as it is,
 * cleaned by cs_display_text_clean().
 *
 * Returns: (transfer full): "Anonymous" for a caller who hides the number, "Unknown number" for none
 */
char *
cs_number_format (const char *number)
{
  const char *digits;
  gsize n_digits;

  if (number == NULL || *number == '\0')
    return g_strdup (_("Unknown number"));
  if (g_ascii_strcasecmp (number, "anonymous") == 0)
    return g_strdup (C_("caller", "Anonymous"));

  digits = number[0] == '+' ? number + 1 : number;
  n_digits = strspn (digits, "0123456789");
  if (digits[n_digits] != '\0' || n_digits > E164_MAX_DIGITS || digits[0] == '0' ||
      n_digits < (digits == number ? BARE_MIN_DIGITS : E164_MIN_DIGITS))
    return cs_display_text_clean (number);
  return format_e164 (digits);
}

/**
 * cs_number_format_own:
 * @number: (nullable): one of the Exotel account's numbers, as Exotel writes it: with a country code, with a zero and ten digits,
 *   or by these alone (protocol/exotel.md §1)
 *
 * Groups a number for reading: "01139585476" is "011 3958 5476". Ten digits alone have no country: they aren't taken for an
 * international number, as cs_number_format() would.
 *
 * Returns: (transfer full): the number
 */
char *
cs_number_format_own (const char *number)
{
  gboolean has_zero = number != NULL && number[0] == '0';
  const char *digits = has_zero ? number + 1 : number;

  if (number == NULL || strlen (digits) != INDIAN_DIGITS || strspn (digits, "0123456789") != INDIAN_DIGITS)
    return cs_number_format (number);
  if (has_zero && contains_word (indian_codes, digits, 2))
    return g_strdup_printf ("0%.2s %.4s %s", digits, digits + 2, digits + 6);
  return g_strdup_printf ("%s%.5s %s", has_zero ? "0" : "", digits, digits + 5);
}

/**
 * cs_number_format_isolate:
 * @number: (nullable): see cs_number_format()
 *
 * Returns: (transfer full): the same for use inside a sentence: digits run left to right in a right-to-left text, too
 */
char *
cs_number_format_isolate (const char *number)
{
  g_autofree char *text = cs_number_format (number);

  if (g_ascii_isdigit (text[0]) || text[0] == '+')
    return g_strconcat (LEFT_TO_RIGHT_ISOLATE, text, POP_ISOLATE, NULL);
  return cs_display_text_isolate (text);
}
