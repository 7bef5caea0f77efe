/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "json/cs-json-error.h"
#include "json/cs-json-guard.h"

#include <string.h>

/* The parser of json-glib calls itself for every bracket, and takes much for JSON that isn't: comments, strings in
 * single quotes, octal numbers; after half a surrogate pair it misses the end of its string. A count of brackets could
 * be fooled with each of these, so only the tokens of RFC 8259 pass, and escapes that it can't read are replaced before
 * it sees them. */
typedef struct {
  char *at;
  char *end;
  guint depth;
  guint n_values;
  guint n_members[CS_JSON_GUARD_MAX_DEPTH + 1]; /* by depth; of arrays, too, but not looked at */
  gboolean is_object[CS_JSON_GUARD_MAX_DEPTH + 1];
} Guard;

static gboolean
refuse (GError     **error,
        const char  *fault)
{
  g_set_error_literal (error, CS_JSON_ERROR, CS_JSON_ERROR_MALFORMED, fault);
  return FALSE;
}

/* The value of the four hexadecimal digits there, or -1. */
static int
get_unit (const char *at,
          const char *end)
{
  int unit = 0;

  if (end - at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return -1;
      unit = unit << 4 | g_ascii_xdigit_value (at[i]);
    }
  return unit;
}

/* Goes on behind "\uXXXX" or a pair of them. Half a pair stands for nothing, and a NUL would end the text: both are
 * replaced. */
static gboolean
pass_unicode (Guard *guard)
{
  char *digits = guard->at + 2;
  int unit = get_unit (digits, guard->end), low;

  if (unit < 0)
    return FALSE;
  guard->at += 6;

  if (unit >= 0xd800 && unit < 0xdc00 && guard->end - guard->at >= 6 && guard->at[0] == '\\' && guard->at[1] == 'u')
    {
      low = get_unit (guard->at + 2, guard->end);
      if (low >= 0xdc00 && low < 0xe000)
        {
          guard->at += 6;
          return TRUE;
        }
    }
  if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
    memcpy (digits, "fffd", 4);
  return TRUE;
}

/* Goes on behind the closing quotation mark. */
static gboolean
pass_string (Guard *guard)
{
  for (guard->at++; guard->at < guard->end;)
    {
      char c = *guard->at;

      if (c == '"')
        {
          guard->at++;
          return TRUE;
        }
      if (c != '\\')
        {
          guard->at++;
          continue;
        }
      if (guard->end - guard->at < 2)
        return FALSE;
      if (guard->at[1] == 'u')
        {
          if (!pass_unicode (guard))
            return FALSE;
        }
      else if (strchr ("\"\\/bfnrt", guard->at[1]) != NULL)
        guard->at += 2;
      else
        return FALSE;
    }
  return FALSE;
}

static gboolean
pass_digits (Guard *guard)
{
  const char *start = guard->at;

  while (guard->at < guard->end && g_ascii_isdigit (*guard->at))
    guard->at++;
  return guard->at > start;
}

static gboolean
pass_number (Guard *guard)
{
  if (*guard->at == '-')
    guard->at++;
  if (guard->at < guard->end && *guard->at == '0')
    guard->at++;
  else if (!pass_digits (guard))
    return FALSE;

  if (guard->at < guard->end && *guard->at == '.')
    {
      guard->at++;
      if (!pass_digits (guard))
        return FALSE;
    }
  if (guard->at < guard->end && (*guard->at == 'e' || *guard->at == 'E'))
    {
      guard->at++;
      if (guard->at < guard->end && (*guard->at == '+' || *guard->at == '-'))
        guard->at++;
      if (!pass_digits (guard))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pass_scalar (Guard *guard)
{
  static const char *const words[] = { "null", "true", "false" };
  gboolean passed = FALSE;

  if (*guard->at == '"')
    passed = pass_string (guard);
  else if (*guard->at == '-' || g_ascii_isdigit (*guard->at))
    passed = pass_number (guard);
  else
    {
      for (guint i = 0; i < G_N_ELEMENTS (words) && !passed; i++)
        {
          gsize length = strlen (words[i]);

          passed = (gsize) (guard->end - guard->at) >= length && memcmp (guard->at, words[i], length) == 0;
          if (passed)
            guard->at += length;
        }
    }

  /* "01" and "nullx" would be two tokens, which json-glib reads as one. */
  return passed && !(guard->at < guard->end && (g_ascii_isalnum (*guard->at) || strchr ("_\"-+.", *guard->at) != NULL));
}

static gboolean
open_container (Guard   *guard,
                GError **error)
{
  if (guard->depth == CS_JSON_GUARD_MAX_DEPTH)
    return refuse (error, "The JSON is nested too deep");
  guard->depth++;
  guard->n_members[guard->depth] = 1;
  guard->is_object[guard->depth] = *guard->at == '{';
  guard->at++;
  return TRUE;
}

static gboolean
pass_token (Guard   *guard,
            GError **error)
{
  switch (*guard->at)
    {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      guard->at++;
      return TRUE;
    case ':':
      if (!guard->is_object[guard->depth] || guard->n_values == 0)
        return refuse (error, "The JSON is malformed");
      guard->n_values--; /* it was a name */
      guard->at++;
      return TRUE;
    case ']':
    case '}':
      if (guard->depth == 0 || guard->is_object[guard->depth] != (*guard->at == '}'))
        return refuse (error, "The JSON is malformed");
      guard->depth--;
      guard->at++;
      return TRUE;
    case ',':
      guard->n_members[guard->depth]++;
      if (guard->is_object[guard->depth] && guard->n_members[guard->depth] > CS_JSON_GUARD_MAX_MEMBERS)
        return refuse (error, "The JSON has an object with too many members");
      guard->at++;
      return TRUE;
    case '[':
    case '{':
      if (++guard->n_values > CS_JSON_GUARD_MAX_VALUES)
        return refuse (error, "The JSON has too many values");
      return open_container (guard, error);
    default:
      if (++guard->n_values > CS_JSON_GUARD_MAX_VALUES)
        return refuse (error, "The JSON has too many values");
      return pass_scalar (guard) || refuse (error, "The JSON is malformed");
    }
}

/**
 * cs_json_guard_copy:
 * @text: what somebody sent; its size is bounded by the caller
 * @length: (out): the copy's length in bytes, without the closing NUL
 *
 * Copies a JSON text so that json-glib can parse it without harm: valid UTF-8, escapes replaced that stand for no
 * character, and nothing in it that json-glib reads otherwise than RFC 8259 does. Time and memory are linear in the
 * text's length, and no function calls itself. Whether the tokens make sense together is left to the parser.
 *
 * Returns: (transfer full): the copy, or %NULL with %CS_JSON_ERROR_MALFORMED for what is no JSON or goes beyond the limits
 */
char *
cs_json_guard_copy (GBytes  *text,
                    gsize   *length,
                    GError **error)
{
  g_autofree char *copy = NULL;
  Guard guard = { .depth = 0 };
  const char *data;
  gsize size;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (length != NULL, NULL);

  data = g_bytes_get_data (text, &size);
  if (size >= 3 && memcmp (data, "\357\273\277", 3) == 0)
    {
      data += 3;
      size -= 3;
    }
  if (size == 0 || g_utf8_validate_len (data, size, NULL))
    copy = g_strndup (size > 0 ? data : "", size);
  else
    copy = g_utf8_make_valid (data, (gssize) size);
  *length = strlen (copy);

  guard.at = copy;
  guard.end = copy + *length;
  while (guard.at < guard.end)
    {
      if (!pass_token (&guard, error))
        return NULL;
    }
  if (guard.depth > 0)
    {
      refuse (error, "The JSON is cut off");
      return NULL;
    }
  return g_steal_pointer (&copy);
}
