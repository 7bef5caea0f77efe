/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-form.h"

#include <string.h>

typedef struct {
  gsize name;       /* offset into the form's text */
  gsize value;      /* likewise */
  gboolean is_list; /* the name had brackets, which are cut off */
} Field;

/* The fields stay in a plain array, as they came: a push has a dozen of them and is asked for a dozen names, while a hash
 * table would hand its worst case to whoever chooses the names. */
struct _CsSipgateForm {
  GString *text;     /* (owned) names and values, each closed by a NUL */
  GArray *fields;    /* (owned) (element-type Field) in the order of the body */
  GHashTable *lists; /* (owned) name to vector, for the lists that were asked for */
};

static gboolean
append_decoded (GString     *text,
                const char  *encoded,
                gsize        length,
                GError     **error)
{
  gsize start = text->len;

  for (gsize i = 0; i < length; i++)
    {
      char c = encoded[i];

      if (c == '+')
        {
          c = ' ';
        }
      else if (c == '%')
        {
          if (length - i < 3 || !g_ascii_isxdigit (encoded[i + 1]) || !g_ascii_isxdigit (encoded[i + 2]))
            {
              g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_FORM,
                                   "The form has a broken percent sequence");
              return FALSE;
            }

          c = (char) (g_ascii_xdigit_value (encoded[i + 1]) << 4 | g_ascii_xdigit_value (encoded[i + 2]));
          i += 2;
        }

      if (c == '\0')
        {
          g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_FORM, "The form contains a NUL character");
          return FALSE;
        }

      g_string_append_c (text, c);
    }

  if (!g_utf8_validate_len (text->str + start, text->len - start, NULL))
    {
      g_autofree char *valid = g_utf8_make_valid (text->str + start, (gssize) (text->len - start));

      g_string_truncate (text, start);
      g_string_append (text, valid);
    }

  g_string_append_c (text, '\0');

  return TRUE;
}

/* The length of the name without its trailing brackets: 4 for "user", "user[]", "user[0]" and "user[][0]". */
static gsize
get_base_length (const char *name)
{
  gsize length = strlen (name);

  while (length > 0 && name[length - 1] == ']')
    {
      gsize bracket = length - 1;

      while (bracket > 0 && g_ascii_isdigit (name[bracket - 1]))
        bracket--;

      if (bracket == 0 || name[bracket - 1] != '[')
        break;

      length = bracket - 1;
    }

  return length;
}

static gboolean
append_field (CsSipgateForm  *form,
              const char     *encoded,
              gsize           length,
              GError        **error)
{
  const char *equals = memchr (encoded, '=', length);
  gsize name_length = equals != NULL ? (gsize) (equals - encoded) : length;
  gsize value_start = equals != NULL ? name_length + 1 : length;
  Field field = { .name = form->text->len };
  gsize base_length;
  char *name;

  if (!append_decoded (form->text, encoded, name_length, error))
    return FALSE;

  name = form->text->str + field.name;
  base_length = get_base_length (name);
  if (base_length > 0 && name[base_length] != '\0')
    {
      field.is_list = TRUE;
      name[base_length] = '\0';
    }

  field.value = form->text->len;
  if (!append_decoded (form->text, encoded + value_start, length - value_start, error))
    return FALSE;

  g_array_append_val (form->fields, field);

  return TRUE;
}

/**
 * cs_sipgate_form_parse:
 * @body: the raw body of a request
 *
 * Decodes application/x-www-form-urlencoded as sipgate sends it (protocol/sipgate.md §1): `+` is a space, brackets come
 * literally or percent-encoded. Invalid UTF-8 is replaced by U+FFFD; an empty body is a form without fields.
 *
 * Takes time linear in the body's length, whatever is in it.
 *
 * Returns: (transfer full): the form, or %NULL with %CS_SIPGATE_ERROR_FORM for a broken percent sequence or a NUL
 */
CsSipgateForm *
cs_sipgate_form_parse (GBytes  *body,
                       GError **error)
{
  g_autoptr (CsSipgateForm) form = NULL;
  const char *rest;
  gsize length;

  g_return_val_if_fail (body != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  form = g_new0 (CsSipgateForm, 1);
  form->text = g_string_new (NULL);
  form->fields = g_array_new (FALSE, FALSE, sizeof (Field));
  form->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  rest = g_bytes_get_data (body, &length);
  while (length > 0)
    {
      const char *ampersand = memchr (rest, '&', length);
      gsize field_length = ampersand != NULL ? (gsize) (ampersand - rest) : length;
      gsize step = ampersand != NULL ? field_length + 1 : length;

      if (field_length > 0 && !append_field (form, rest, field_length, error))
        return NULL;

      rest += step;
      length -= step;
    }

  return g_steal_pointer (&form);
}

void
cs_sipgate_form_free (CsSipgateForm *form)
{
  if (form == NULL)
    return;

  g_string_free (form->text, TRUE);
  g_array_unref (form->fields);
  g_hash_table_unref (form->lists);
  g_free (form);
}

/**
 * cs_sipgate_form_get:
 * @name: a name without brackets
 *
 * Looks up a field that comes once; of several the last one wins. Fields with brackets are not looked at.
 *
 * Returns: (nullable): the value, owned by the form and empty where the field is, or %NULL where it is absent
 */
const char *
cs_sipgate_form_get (CsSipgateForm *form,
                     const char    *name)
{
  g_return_val_if_fail (form != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = form->fields->len; i > 0; i--)
    {
      const Field *field = &g_array_index (form->fields, Field, i - 1);

      if (!field->is_list && g_str_equal (form->text->str + field->name, name))
        return form->text->str + field->value;
    }

  return NULL;
}

/**
 * cs_sipgate_form_get_list:
 * @name: a name without brackets: "user" for the fields `user[]`, `user[0]` and `user[][0]`
 *
 * Looks up a field that comes several times. A field without brackets is no entry.
 *
 * Returns: (nullable): at most %CS_SIPGATE_FORM_MAX_LIST values in the order of the body, empty ones too, closed by %NULL
 *   and owned by the form; or %NULL where there is none
 */
const char * const *
cs_sipgate_form_get_list (CsSipgateForm *form,
                          const char    *name)
{
  const char **list;
  g_autoptr (GPtrArray) values = NULL;

  g_return_val_if_fail (form != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  list = g_hash_table_lookup (form->lists, name);
  if (list != NULL)
    return list;

  values = g_ptr_array_new ();
  for (guint i = 0; i < form->fields->len && values->len < CS_SIPGATE_FORM_MAX_LIST; i++)
    {
      const Field *field = &g_array_index (form->fields, Field, i);

      if (field->is_list && g_str_equal (form->text->str + field->name, name))
        g_ptr_array_add (values, form->text->str + field->value);
    }

  if (values->len == 0)
    return NULL;

  g_ptr_array_add (values, NULL);
  list = (const char **) g_ptr_array_free (g_steal_pointer (&values), FALSE);
  g_hash_table_insert (form->lists, g_strdup (name), list);

  return list;
}
