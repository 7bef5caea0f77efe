/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "json/cs-json-error.h"
#include "json/cs-json-guard.h"
#include "json/cs-json.h"

static char *
guard (const char  *text,
       gssize       length,
       GError     **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, length >= 0 ? (gsize) length : strlen (text));
  gsize copied = 0;
  char *copy = cs_json_guard_copy (body, &copied, error);

  if (copy != NULL)
    g_assert_cmpuint (copied, ==, strlen (copy));
  return copy;
}

static void
test_passed (void)
{
  /* What comes out, where it isn't what went in. */
  static const struct
  {
    const char *text, *copy;
  } cases[] = {
    { "{\"a\":[1,-2,0,-0,0.5,1.5e3,1E+3,2e-7,true,false,null,\"\"]}", NULL },
    { " \t\r\n[ 1 , 2 ] ", NULL },
    { "", NULL },
    { "[\"[[[[{{{{\",\"\\\"[\",\"\\\\\",\"\\/\\b\\f\\n\\r\\t\"]", NULL },
    { "[\"'//*/**#$\"]", NULL },
    { "[\"\\u00e9\\uD83D\\uDE00\"]", NULL },
    { "[\"\303\251\"]", NULL },
    { "[\"a\nb\"]", NULL },
    { "\357\273\277[1]", "[1]" },
    { "[\"\\ud83d\"]", "[\"\\ufffd\"]" },
    { "[\"\\ud83dx\"]", "[\"\\ufffdx\"]" },
    { "[\"\\ude00\\ud83d\"]", "[\"\\ufffd\\ufffd\"]" },
    { "[\"\\ud83d\\ud83d\\ude00\"]", "[\"\\ufffd\\ud83d\\ude00\"]" },
    { "[\"\\ud83d\\u0041\"]", "[\"\\ufffd\\u0041\"]" },
    { "[\"\\ud83d\\n\"]", "[\"\\ufffd\\n\"]" },
    { "[\"a\\u0000b\"]", "[\"a\\ufffdb\"]" },
    { "[\"\377\"]", "[\"\357\277\275\"]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *copy = guard (cases[i].text, -1, &error);

      g_test_message ("Case %" G_GSIZE_FORMAT, i);
      g_assert_no_error (error);
      g_assert_cmpstr (copy, ==, cases[i].copy != NULL ? cases[i].copy : cases[i].text);
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "['a']", "[1]/*x*/", "[1]//x", "/*\"*/[[", "[#]", "[$1]", "[0x10]", "[010]", "[-010]", "[00]", "[1.]", "[.5]", "[+5]", "[-]",
    "[1e]", "[1e+]", "[--1]", "[1-2]", "[nul]", "[nullx]", "[True]", "[NaN]", "[Infinity]", "var x = [1];", "{a:1}", "[\\u0031]",
    "[\"\\x41\"]", "[\"\\'\"]", "[\"\\u12\"]", "[\"\\uzzzz\"]", "[\"\\u\"]", "[\"\\ud83d\\u12\"]", "[\"\\", "[\"\\\"", "[\"", "[\"a",
    "[\"a\":1]", ":", "{:", "[", "{", "[[]", "]", "}", "[}", "{]", "[{]}", "[\"a\"\"b\"]", "[1\"a\"]", "[\177]", "[\303\251]", "[\f1]", "<a/>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_null (guard (texts[i], -1, &error));
      g_assert_error (error, CS_JSON_ERROR, CS_JSON_ERROR_MALFORMED);
    }
  /* A NUL is no white space. */
  g_assert_null (guard ("[1]\0", 4, NULL));
}

static void
test_depth (void)
{
  static const char *const brackets[] = { "[]", "{}" };

  for (gsize i = 0; i < G_N_ELEMENTS (brackets); i++)
    {
      for (guint depth = 31; depth <= 34; depth++)
        {
          g_autofree char *open = g_strnfill (depth, brackets[i][0]), *close = g_strnfill (depth, brackets[i][1]);
          g_autofree char *text = g_strconcat (open, close, NULL), *copy = guard (text, -1, NULL);

          g_assert_cmpint (copy != NULL, ==, depth <= CS_JSON_GUARD_MAX_DEPTH);
        }
    }
}

/* A hundred thousand brackets would take the parser's stack, however they are hidden. */
static void
test_hidden_depth (void)
{
  static const char *const hiding[] = { "", "/*\"*/", "'\"',", "\"\\ud800\",\"", "\"\\\\\",", "\"\\ud83d\\ude00\",", "\"\\u0022\"," };
  g_autofree char *brackets = g_strnfill (100000, '[');

  for (gsize i = 0; i < G_N_ELEMENTS (hiding); i++)
    {
      g_autofree char *text = g_strconcat ("[", hiding[i], brackets, NULL);
      g_autoptr (GBytes) body = exotel_body (text);
      g_autoptr (GError) error = NULL;

      g_assert_null (cs_json_parse (body, &error));
      g_assert_error (error, CS_JSON_ERROR, CS_JSON_ERROR_MALFORMED);
    }
}

static void
test_width (void)
{
  for (guint extra = 0; extra <= 1; extra++)
    {
      g_autoptr (GString) object = g_string_new ("{"), array = g_string_new ("[");
      g_autofree char *object_copy = NULL, *array_copy = NULL;

      for (guint i = 0; i < CS_JSON_GUARD_MAX_MEMBERS + extra; i++)
        g_string_append_printf (object, "%s\"%u\":0", i > 0 ? "," : "", i);
      g_string_append_c (object, '}');
      object_copy = guard (object->str, -1, NULL);
      g_assert_cmpint (object_copy != NULL, ==, extra == 0);

      for (guint i = 0; i + 1 < CS_JSON_GUARD_MAX_VALUES + extra; i++)
        g_string_append (array, i > 0 ? ",0" : "0");
      g_string_append_c (array, ']');
      array_copy = guard (array->str, -1, NULL);
      g_assert_cmpint (array_copy != NULL, ==, extra == 0);
    }
}

static guint
get_depth (JsonNode *node)
{
  guint deepest = 0;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        deepest = MAX (deepest, get_depth (json_array_get_element (array, i)));
      return deepest + 1;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) values = json_object_get_values (json_node_get_object (node));

      for (GList *value = values; value != NULL; value = value->next)
        deepest = MAX (deepest, get_depth (value->data));
      return deepest + 1;
    }
  return 0;
}

static void
assert_strings (JsonArray *array,
                guint      index,
                JsonNode  *node,
                gpointer   data)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_assert_true (g_utf8_validate (json_node_get_string (node), -1, NULL));
}

/* What passes is read by the parser as the guard has read it: as deep as that, and in valid UTF-8. */
static void
test_random (void)
{
  static const char *const pieces[] = {
    "[", "[", "[", "]", "]", "{", "}", ",", ",", ":", "\"", "\"", "\"a\"", "\"a\":", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "'", "/*",
    "*/", "//", "#", "1", "-", "0", ".5", "e3", "null", "true", " ", "\n", "\303\251", "\377", "x", "$",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240302);
  guint n_passed = 0, n_parsed = 0;

  for (guint round = 0; round < 60000; round++)
    {
      g_autoptr (GString) text = g_string_new ("[");
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autofree char *copy = NULL;
      guint n_pieces = (guint) g_rand_int_range (rand, 0, 14), deepest = 0, depth = 0;
      gboolean is_string = FALSE;

      for (guint i = 0; i < n_pieces; i++)
        g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      g_string_append (text, g_rand_boolean (rand) ? "]" : "\"]");
      copy = guard (text->str, -1, NULL);
      if (copy == NULL)
        continue;

      n_passed++;
      for (const char *p = copy; *p != '\0'; p++)
        {
          if (*p == '"')
            is_string = !is_string;
          else if (*p == '\\')
            p++;
          else if (!is_string && (*p == '[' || *p == '{'))
            deepest = MAX (deepest, ++depth);
          else if (!is_string && (*p == ']' || *p == '}'))
            depth--;
        }
      if (json_parser_load_from_data (parser, copy, -1, NULL))
        {
          n_parsed++;
          g_assert_cmpuint (get_depth (json_parser_get_root (parser)), <=, deepest);
          json_array_foreach_element (json_node_get_array (json_parser_get_root (parser)), assert_strings, NULL);
        }
    }
  g_assert_cmpuint (n_passed, >, 1000);
  g_assert_cmpuint (n_parsed, >, 500);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/guard/passed", test_passed);
  g_test_add_func ("/json/guard/refused", test_refused);
  g_test_add_func ("/json/guard/depth", test_depth);
  g_test_add_func ("/json/guard/hidden-depth", test_hidden_depth);
  g_test_add_func ("/json/guard/width", test_width);
  g_test_add_func ("/json/guard/random", test_random);

  return g_test_run ();
}
