/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "json/cs-json-error.h"
#include "json/cs-json-guard.h"
#include "json/cs-json.h"

#include <math.h>
#include <string.h>

static JsonNode *
get_member (JsonObject *object,
            const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

/**
 * cs_json_parse:
 * @body: an answer or a push, its size bounded by the caller
 *
 * Parses JSON whose root is an object, within the limits of cs_json_guard_copy().
 *
 * Returns: (transfer full): the object, or %NULL with %CS_JSON_ERROR_NOT_JSON, %CS_JSON_ERROR_MALFORMED or, where the
 *   root is something else, %CS_JSON_ERROR_NO_OBJECT
 */
JsonObject *
cs_json_parse (GBytes  *body,
                      GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = NULL;
  const char *data;
  gsize length;
  JsonNode *root;

  g_return_val_if_fail (body != NULL, NULL);

  data = g_bytes_get_data (body, &length);
  while (length > 0 && g_ascii_isspace (*data))
    {
      data++;
      length--;
    }
  if (length == 0 || *data == '<')
    {
      g_set_error_literal (error, CS_JSON_ERROR, CS_JSON_ERROR_NOT_JSON,
                           length == 0 ? "Nothing came where JSON should have"
                                       : "XML or a web page came instead of JSON");
      return NULL;
    }

  text = cs_json_guard_copy (body, &length, error);
  if (text == NULL)
    return NULL;
  /* The parser's own message quotes the text. */
  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL))
    {
      g_set_error_literal (error, CS_JSON_ERROR, CS_JSON_ERROR_MALFORMED, "The JSON is malformed");
      return NULL;
    }

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, CS_JSON_ERROR, CS_JSON_ERROR_NO_OBJECT, "The JSON is no object");
      return NULL;
    }
  return json_object_ref (json_node_get_object (root));
}

/* Returns the member, or NULL where it is absent, null or something else. (transfer none) */
JsonObject *
cs_json_get_object (JsonObject *object,
                           const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* The same for an array. (transfer none) */
JsonArray *
cs_json_get_array (JsonObject *object,
                          const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* Returns a member as text on one line, or NULL where it has none. */
char *
cs_json_dup_text (JsonObject *object,
                         const char *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL ? cs_json_node_to_text (node) : NULL;
}

/* Returns a string or a whole number as text, cut to CS_JSON_MAX_TEXT bytes, without control characters and
 * outer spaces, or NULL for all else: null, "", "null", a boolean, a fraction, an object. (transfer full) */
char *
cs_json_node_to_text (JsonNode *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  g_autofree char *text = NULL;
  double number;

  if (type == G_TYPE_STRING)
    text = cs_json_clean_text (json_node_get_string (node));
  else if (type == G_TYPE_INT64)
    text = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (type == G_TYPE_DOUBLE)
    {
      number = json_node_get_double (node);
      if (fabs (number) < 1e15 && number == floor (number))
        text = g_strdup_printf ("%.0f", number);
    }
  return g_steal_pointer (&text);
}

static gboolean
is_nothing (const char *text,
            const char *end)
{
  return text == end || (end - text == 4 && g_ascii_strncasecmp (text, "null", 4) == 0);
}

/* Whether there is nothing to clean, as in nearly every text of a hundred thousand records. */
static gboolean
is_plain (const char *text,
          const char *end)
{
  for (const char *p = text; p < end; p++)
    {
      if (!g_ascii_isprint (*p))
        return FALSE;
    }
  return text == end || (*text != ' ' && end[-1] != ' ');
}

/* Returns the text on one line, cut to CS_JSON_MAX_TEXT bytes and without outer spaces, or NULL for "" and
 * "null". Unsafe characters become spaces, so that no cleaning can join what wasn't one word. (transfer full) */
char *
cs_json_clean_text (const char *text)
{
  const char *end = text + strlen (text);
  g_autoptr (GString) clean = NULL;

  if (end - text > CS_JSON_MAX_TEXT)
    end = g_utf8_find_prev_char (text, text + CS_JSON_MAX_TEXT + 1);

  if (is_plain (text, end))
    return is_nothing (text, end) ? NULL : g_strndup (text, (gsize) (end - text));

  clean = g_string_sized_new ((gsize) (end - text));
  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (cs_json_is_unsafe (c))
        g_string_append_c (clean, ' ');
      else
        g_string_append_unichar (clean, c);
    }

  g_strstrip (clean->str);
  if (is_nothing (clean->str, clean->str + strlen (clean->str)))
    return NULL;
  return g_strdup (clean->str);
}

/* Whether a character must not be shown as part of a text: it breaks the line, or turns the direction of what comes
 * after the text. Joiners belong to Indian names. */
gboolean
cs_json_is_unsafe (gunichar c)
{
  return g_unichar_iscntrl (c) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}
