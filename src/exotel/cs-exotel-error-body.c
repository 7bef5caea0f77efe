/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-error-body.h"

#include "exotel/cs-exotel-json.h"

#include <string.h>

/* Whatever there is to say stands at the beginning. */
#define LONGEST_MARKUP (64 * 1024)

/* One line of plain text: what was several is joined by single spaces, marks that turn the text's direction are left
 * out. */
static char *
clean_message (const char *text)
{
  GString *clean = g_string_new (NULL);
  guint n_chars = 0;
  gboolean has_gap = FALSE;

  for (const char *p = text; *p != '\0' && n_chars < CS_EXOTEL_ERROR_BODY_MAX_MESSAGE; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || cs_json_is_unsafe (c))
        {
          has_gap = clean->len > 0;
          continue;
        }
      if (has_gap && n_chars + 1 < CS_EXOTEL_ERROR_BODY_MAX_MESSAGE)
        {
          g_string_append_c (clean, ' ');
          n_chars++;
        }
      has_gap = FALSE;
      g_string_append_unichar (clean, c);
      n_chars++;
    }

  return g_string_free (clean, clean->len == 0);
}

static char *
dup_member (JsonObject        *object,
            const char *const *names)
{
  for (guint i = 0; object != NULL && names[i] != NULL; i++)
    {
      JsonNode *node = json_object_get_member (object, names[i]);

      if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        {
          char *message = clean_message (json_node_get_string (node));

          if (message != NULL && g_ascii_strcasecmp (message, "null") != 0)
            return message;
          g_free (message);
        }
    }
  return NULL;
}

/* The newer API answers {"response":[{"code":400,"error_data":{"code":1001,"message":…,"description":…}}]}, or one
 * object. */
static JsonObject *
get_error_data (JsonObject *root)
{
  JsonArray *responses = cs_json_get_array (root, "response");
  JsonObject *response = cs_json_get_object (root, "response");

  if (responses != NULL && json_array_get_length (responses) > 0)
    {
      JsonNode *first = json_array_get_element (responses, 0);

      response = JSON_NODE_HOLDS_OBJECT (first) ? json_node_get_object (first) : NULL;
    }
  return cs_json_get_object (response, "error_data");
}

static char *
dup_json_message (GBytes  *body,
                  char   **code)
{
  static const char *const names[] = { "Message", "message", "description", "error", NULL };
  g_autoptr (JsonObject) root = cs_exotel_json_parse (body, NULL);
  JsonObject *exception;
  char *message;

  if (root == NULL)
    return NULL;
  exception = cs_json_get_object (root, "RestException");
  if (exception == NULL)
    exception = get_error_data (root);
  if (exception == NULL)
    exception = root;

  message = dup_member (exception, names);
  *code = cs_json_dup_text (exception, "Code");
  if (*code == NULL)
    *code = cs_json_dup_text (exception, "code");
  return message;
}

static const char *
find_ignoring_case (const char *text,
                    const char *word)
{
  gsize length = strlen (word);

  for (; *text != '\0'; text++)
    {
      if (g_ascii_strncasecmp (text, word, length) == 0)
        return text;
    }
  return NULL;
}

static gboolean
append_entity (GString    *text,
               const char *entity,
               gsize       length)
{
  static const struct
  {
    const char *name;
    char character;
  } entities[] = {
    { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", ' ' },
  };
  g_autofree char *name = g_strndup (entity, length);

  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    {
      if (g_str_equal (name, entities[i].name))
        {
          g_string_append_c (text, entities[i].character);
          return TRUE;
        }
    }
  if (*name == '#')
    {
      gboolean is_hex = g_ascii_tolower (name[1]) == 'x';
      guint64 number;

      if (g_ascii_string_to_unsigned (name + (is_hex ? 2 : 1), is_hex ? 16 : 10, 1, 0x10ffff, &number, NULL)
          && g_unichar_validate ((gunichar) number))
        {
          g_string_append_unichar (text, (gunichar) number);
          return TRUE;
        }
    }
  return FALSE;
}

/* What a reader would see of some markup: no tags, entities resolved. */
static char *
dup_visible (const char *markup,
             gsize       length)
{
  const char *end = markup + length;
  GString *text = g_string_sized_new (length);

  for (const char *p = markup; p < end;)
    {
      gsize left = (gsize) (end - p);
      const char *close = NULL;

      if (left >= 9 && memcmp (p, "<![CDATA[", 9) == 0)
        {
          const char *stop = g_strstr_len (p, (gssize) left, "]]>");

          stop = stop != NULL ? stop : end;
          g_string_append_len (text, p + 9, stop - (p + 9));
          p = stop < end ? stop + 3 : end;
          continue;
        }
      if (*p == '<')
        {
          close = memchr (p, '>', left);
          g_string_append_c (text, ' ');
          p = close != NULL ? close + 1 : end;
          continue;
        }
      if (*p == '&')
        close = memchr (p, ';', MIN (left, 10));
      if (close != NULL && append_entity (text, p + 1, (gsize) (close - p - 1)))
        {
          p = close + 1;
          continue;
        }
      g_string_append_c (text, *p++);
    }
  return g_string_free (text, FALSE);
}

/* Returns what the first element of that name holds. XML and HTML alike, so nothing is asked of their form. */
static char *
dup_element (const char *markup,
             const char *name)
{
  g_autofree char *opening = g_strconcat ("<", name, NULL), *closing = g_strconcat ("</", name, NULL), *visible = NULL;

  for (const char *tag = markup; (tag = find_ignoring_case (tag, opening)) != NULL; tag++)
    {
      const char *after = tag + strlen (opening), *start, *stop;

      if (*after != '>' && !g_ascii_isspace (*after))
        continue;
      start = strchr (after, '>');
      stop = start != NULL ? find_ignoring_case (start, closing) : NULL;
      if (stop == NULL)
        return NULL;
      visible = dup_visible (start + 1, (gsize) (stop - start - 1));
      return clean_message (visible);
    }
  return NULL;
}

static char *
dup_markup_message (GBytes  *body,
                    char   **code)
{
  static const char *const elements[] = { "Message", "title", "h1" };
  const char *data;
  g_autofree char *text = NULL;
  const char *start;
  char *message = NULL;
  gsize length;

  data = g_bytes_get_data (body, &length);
  text = g_utf8_make_valid (data != NULL ? data : "", (gssize) MIN (length, LONGEST_MARKUP));
  start = text + strspn (text, " \t\r\n");
  if (*start != '<')
    {
      /* A few words are a message; broken JSON is none. */
      return strchr ("{[", *start) == NULL ? clean_message (start) : NULL;
    }

  for (guint i = 0; i < G_N_ELEMENTS (elements) && message == NULL; i++)
    message = dup_element (start, elements[i]);
  if (find_ignoring_case (start, "<RestException") != NULL)
    *code = dup_element (start, "Code");
  return message;
}

/**
 * cs_exotel_error_body_get_message:
 * @body: what came with a status other than 200, its size bounded by the caller
 * @code: (out) (optional) (nullable) (transfer full): Exotel's own number for it, as text
 *
 * Finds Exotel's words for what went wrong, in JSON, XML, a web page or a line of text (protocol/exotel.md §1). They
 * are for showing as plain text.
 *
 * Returns: (transfer full) (nullable): one line of at most %CS_EXOTEL_ERROR_BODY_MAX_MESSAGE characters, or %NULL where
 *   the body says nothing
 */
char *
cs_exotel_error_body_get_message (GBytes  *body,
                                  char   **code)
{
  g_autofree char *found_code = NULL;
  char *message;

  g_return_val_if_fail (body != NULL, NULL);

  message = dup_json_message (body, &found_code);
  if (message == NULL && found_code == NULL)
    message = dup_markup_message (body, &found_code);
  if (code != NULL)
    *code = g_steal_pointer (&found_code);
  return message;
}
