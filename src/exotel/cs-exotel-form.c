/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-form.h"

#include "exotel/cs-exotel-error.h"

#include <string.h>

#define LONGEST_BOUNDARY 70

/* A stretch of somebody's text, not closed by a NUL. */
typedef struct {
  const char *start;
  gsize length;
} Span;

static gboolean
refuse (GError     **error,
        const char  *fault)
{
  g_set_error_literal (error, CS_EXOTEL_ERROR, CS_EXOTEL_ERROR_FORM, fault);
  return FALSE;
}

/* Looks for something that begins with CR and is short, as a boundary has to be. */
static gboolean
span_find (const Span *span,
           const char *needle,
           gsize       needle_length,
           gsize      *offset)
{
  gsize at = 0;

  while (span->length - at >= needle_length)
    {
      const char *found = memchr (span->start + at, *needle, span->length - at - needle_length + 1);

      if (found == NULL)
        return FALSE;
      at = (gsize) (found - span->start);
      if (memcmp (found, needle, needle_length) == 0)
        {
          *offset = at;
          return TRUE;
        }
      at++;
    }
  return FALSE;
}

static void
span_skip (Span  *span,
           gsize  n_bytes)
{
  span->start += n_bytes;
  span->length -= n_bytes;
}

static gboolean
add_field (JsonObject  *form,
           Span         name,
           Span         value,
           GError     **error)
{
  g_autofree char *name_text = NULL, *value_text = NULL;

  if (name.length > CS_EXOTEL_FORM_MAX_NAME || value.length > CS_EXOTEL_FORM_MAX_VALUE)
    return refuse (error, "The form has a field that is too long");
  if (json_object_get_size (form) == CS_EXOTEL_FORM_MAX_FIELDS)
    return refuse (error, "The form has too many fields");

  /* Both become valid UTF-8 without a NUL. */
  name_text = g_utf8_make_valid (name.start, (gssize) name.length);
  value_text = g_utf8_make_valid (value.start, (gssize) value.length);
  json_object_set_string_member (form, name_text, value_text);
  return TRUE;
}

/* Goes on behind the parameter name, an equals sign and its value, which may stand in quotation marks. Returns the
 * value, or NULL where none is there. (transfer full) */
static char *
take_parameter (const char **at,
                char       **name)
{
  const char *p = *at + strspn (*at, "; \t");
  gsize length = strcspn (p, "=; \t\"");
  GString *value;

  if (length == 0 || p[length] != '=')
    return NULL;
  *name = g_ascii_strdown (p, (gssize) length);
  p += length + 1;
  value = g_string_new (NULL);
  if (*p != '"')
    {
      length = strcspn (p, "; \t\"");
      g_string_append_len (value, p, (gssize) length);
      *at = p + length;
      return g_string_free (value, FALSE);
    }

  for (p++; *p != '\0' && *p != '"'; p++)
    {
      if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
        p++;
      g_string_append_c (value, *p);
    }
  *at = *p == '"' ? p + 1 : p;
  return g_string_free (value, *p != '"');
}

/* Returns a parameter of a header such as `form-data; name="To"`, or NULL. (transfer full) */
static char *
dup_parameter (const char *header,
               const char *wanted)
{
  const char *at = header + strcspn (header, ";");

  while (*at == ';')
    {
      g_autofree char *name = NULL, *value = take_parameter (&at, &name);

      if (value == NULL)
        return NULL;
      if (g_str_equal (name, wanted))
        return g_steal_pointer (&value);
      at += strspn (at, " \t");
    }
  return NULL;
}

static gboolean
is_boundary (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > LONGEST_BOUNDARY)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && strchr ("'()+_,-./:=?", text[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Finds the part's name in its headers. A part that is no field, a file for one, has none. */
static gboolean
read_part_name (Span      headers,
                char    **name,
                GError  **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  *name = NULL;
  if (memchr (headers.start, '\0', headers.length) != NULL)
    return refuse (error, "The form contains a NUL character");

  text = g_strndup (headers.start, headers.length);
  lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      static const char header[] = "content-disposition:";
      const char *value;
      g_autofree char *type = NULL, *file = NULL;

      if (g_ascii_strncasecmp (lines[i], header, strlen (header)) != 0)
        continue;
      if (*name != NULL)
        return refuse (error, "The form has a part with two names");
      value = lines[i] + strlen (header);
      type = cs_exotel_form_get_media_type (value);
      file = dup_parameter (value, "filename");
      if (g_str_equal (type, "form-data") && file == NULL)
        *name = dup_parameter (value, "name");
    }
  return TRUE;
}

static gboolean
read_part (JsonObject  *form,
           Span         part,
           GError     **error)
{
  g_autofree char *name = NULL;
  Span headers = part, name_span;
  gsize length;

  /* No headers at all leave only the empty line. */
  if (part.length >= 2 && memcmp (part.start, "\r\n", 2) == 0)
    return TRUE;
  if (!span_find (&part, "\r\n\r\n", 4, &length))
    return refuse (error, "The form has a part without an end of its headers");

  headers.length = length;
  if (!read_part_name (headers, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  span_skip (&part, length + 4);
  name_span = (Span) { name, strlen (name) };
  return add_field (form, name_span, part, error);
}

/* The first delimiter may be the very beginning, where no line ends before it. */
static gboolean
skip_first_delimiter (Span        *rest,
                      const char  *delimiter,
                      GError     **error)
{
  gsize length = strlen (delimiter), offset;

  if (rest->length >= length - 2 && memcmp (rest->start, delimiter + 2, length - 2) == 0)
    span_skip (rest, length - 2);
  else if (span_find (rest, delimiter, length, &offset))
    span_skip (rest, offset + length);
  else
    return refuse (error, "The form doesn't begin with its boundary");
  return TRUE;
}

/* The rest of a delimiter's line. */
static gboolean
skip_line_end (Span    *rest,
               GError **error)
{
  while (rest->length > 0 && (*rest->start == ' ' || *rest->start == '\t'))
    span_skip (rest, 1);
  if (rest->length < 2 || memcmp (rest->start, "\r\n", 2) != 0)
    return refuse (error, "The form has a malformed boundary");
  span_skip (rest, 2);
  return TRUE;
}

/**
 * cs_exotel_form_parse_multipart:
 * @body: the raw body of a request, its size bounded by the caller
 * @content_type: the request's, with the boundary
 *
 * Decodes multipart/form-data (RFC 7578) strictly: lines end in CR LF, the last boundary has to be there, and what goes
 * beyond the limits above is refused. Files are passed over. Values are taken as they are, as form-data has no
 * encodings.
 *
 * Takes time linear in the body's length.
 *
 * Returns: (transfer full): the fields as string members, of several with one name the last; or %NULL with
 *   %CS_EXOTEL_ERROR_FORM
 */
JsonObject *
cs_exotel_form_parse_multipart (GBytes      *body,
                                const char  *content_type,
                                GError     **error)
{
  g_autoptr (JsonObject) form = json_object_new ();
  g_autofree char *boundary = NULL, *delimiter = NULL;
  gsize offset, n_parts = 0;
  Span rest;

  g_return_val_if_fail (body != NULL, NULL);
  g_return_val_if_fail (content_type != NULL, NULL);

  boundary = dup_parameter (content_type, "boundary");
  if (!is_boundary (boundary))
    {
      refuse (error, "The form names no valid boundary");
      return NULL;
    }
  delimiter = g_strconcat ("\r\n--", boundary, NULL);
  rest.start = g_bytes_get_data (body, &rest.length);
  if (!skip_first_delimiter (&rest, delimiter, error))
    return NULL;

  while (rest.length < 2 || memcmp (rest.start, "--", 2) != 0)
    {
      Span part;

      if (!skip_line_end (&rest, error))
        return NULL;
      part = rest;
      if (!span_find (&rest, delimiter, strlen (delimiter), &offset))
        {
          refuse (error, "The form is cut off");
          return NULL;
        }
      part.length = offset;
      if (++n_parts > CS_EXOTEL_FORM_MAX_FIELDS)
        {
          refuse (error, "The form has too many fields");
          return NULL;
        }
      if (!read_part (form, part, error))
        return NULL;
      span_skip (&rest, offset + strlen (delimiter));
    }
  return g_steal_pointer (&form);
}

static gboolean
decode (Span     encoded,
        GString *text,
        GError **error)
{
  g_string_truncate (text, 0);
  for (gsize i = 0; i < encoded.length; i++)
    {
      char c = encoded.start[i];

      if (c == '+')
        c = ' ';
      else if (c == '%')
        {
          const char *digits = encoded.start + i + 1;

          if (encoded.length - i < 3 || !g_ascii_isxdigit (digits[0]) || !g_ascii_isxdigit (digits[1]))
            return refuse (error, "The form has a broken percent sequence");
          c = (char) (g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]));
          i += 2;
        }
      g_string_append_c (text, c);
    }
  return TRUE;
}

/**
 * cs_exotel_form_parse_urlencoded:
 * @text: a query or the body of a form, its size bounded by the caller
 *
 * Decodes application/x-www-form-urlencoded. Names keep their brackets: "Legs[0][Status]".
 *
 * Returns: (transfer full): the fields as string members, of several with one name the last; or %NULL with
 *   %CS_EXOTEL_ERROR_FORM
 */
JsonObject *
cs_exotel_form_parse_urlencoded (const char  *text,
                                 gsize        length,
                                 GError     **error)
{
  g_autoptr (JsonObject) form = json_object_new ();
  g_autoptr (GString) name = g_string_new (NULL), value = g_string_new (NULL);
  Span rest = { text, length };

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  while (rest.length > 0)
    {
      const char *ampersand = memchr (rest.start, '&', rest.length);
      Span field = { rest.start, ampersand != NULL ? (gsize) (ampersand - rest.start) : rest.length };
      const char *equals = memchr (field.start, '=', field.length);
      Span encoded_name = { field.start, equals != NULL ? (gsize) (equals - field.start) : field.length };
      Span encoded_value = { equals, 0 };

      span_skip (&rest, ampersand != NULL ? field.length + 1 : field.length);
      if (field.length == 0)
        continue;
      if (equals != NULL)
        encoded_value = (Span) { equals + 1, field.length - encoded_name.length - 1 };
      if (!decode (encoded_name, name, error) || !decode (encoded_value, value, error)
          || !add_field (form, (Span) { name->str, name->len }, (Span) { value->str, value->len }, error))
        return NULL;
    }
  return g_steal_pointer (&form);
}

/* Returns the media type without its parameters, in lower case. (transfer full) */
char *
cs_exotel_form_get_media_type (const char *content_type)
{
  g_autofree char *type = g_strndup (content_type, strcspn (content_type, ";"));

  return g_ascii_strdown (g_strstrip (type), -1);
}
