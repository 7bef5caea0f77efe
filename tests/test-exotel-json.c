/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-json.h"

/* {"a":value}, with apostrophes for quotation marks, or {} for NULL. */
static JsonObject *
make_object (const char *value)
{
  g_autofree char *text = value != NULL ? g_strdup_printf ("{'a':%s}", value) : g_strdup ("{}");
  g_autoptr (GBytes) body = exotel_body (g_strdelimit (text, "'", '"'));
  JsonObject *object = cs_exotel_json_parse (body, NULL);

  g_test_message ("%s", text);
  g_assert_nonnull (object);
  return object;
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    int code; /* or -1 for an object */
  } cases[] = {
    { "{}", -1 },
    { " \n{\"a\":1} ", -1 },
    { "\357\273\277{}", -1 },
    { "", CS_EXOTEL_ERROR_NOT_JSON },
    { " \r\n", CS_EXOTEL_ERROR_NOT_JSON },
    { "<?xml version=\"1.0\"?><TwilioResponse/>", CS_EXOTEL_ERROR_NOT_JSON },
    { "\n<!DOCTYPE html><html></html>", CS_EXOTEL_ERROR_NOT_JSON },
    { "[]", CS_EXOTEL_ERROR_CONTENT },
    { "null", CS_EXOTEL_ERROR_CONTENT },
    { "\"x\"", CS_EXOTEL_ERROR_CONTENT },
    { "7", CS_EXOTEL_ERROR_CONTENT },
    { "{\"a\"}", CS_EXOTEL_ERROR_JSON },
    { "{\"a\":1", CS_EXOTEL_ERROR_JSON },
    { "{,}", CS_EXOTEL_ERROR_JSON },
    { "not json", CS_EXOTEL_ERROR_JSON },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = exotel_body (cases[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) object = cs_exotel_json_parse (body, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (object != NULL, ==, cases[i].code < 0);
      if (object == NULL)
        exotel_assert_fault (error, cases[i].code);
    }
}

static void
test_texts (void)
{
  static const struct
  {
    const char *value, *text;
  } cases[] = {
    { "'08012344890'", "08012344890" },
    { "' a b '", "a b" },
    { "'a\\n\\u0007b'", "a  b" },
    { "'a\\u202eb\\u2066'", "a b" },
    { "'\\u0928\\u094d\\u200d'", "\340\244\250\340\245\215\342\200\215" },
    { "8012344890", "8012344890" },
    { "-7", "-7" },
    { "8012344890.0", "8012344890" },
    { "8.01234489e9", "8012344890" },
    { "0.5", NULL },
    { "1e300", NULL },
    { "1e999", NULL },
    { "''", NULL },
    { "' '", NULL },
    { "'null'", NULL },
    { "'NULL'", NULL },
    { "null", NULL },
    { "true", NULL },
    { "['x']", NULL },
    { "{'x':'y'}", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) object = make_object (cases[i].value);
      g_autofree char *text = cs_json_dup_text (object, "a");

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_assert_null (cs_json_dup_text (NULL, "a"));
}

static void
test_durations (void)
{
  static const struct
  {
    const char *value;
    double seconds; /* -1 for unknown */
  } cases[] = {
    { "'45'", 45 },
    { "45", 45 },
    { "45.5", 45.5 },
    { "' 45 '", 45 },
    { "'45.25'", 45.25 },
    { "4.5e1", 45 },
    { "0", 0 },
    { "'0'", 0 },
    { "null", -1 },
    { "''", -1 },
    { "'null'", -1 },
    { "-45", -1 },
    { "'-45'", -1 },
    { "'45s'", -1 },
    { "'4 5'", -1 },
    { "'1.2.3'", -1 },
    { "'.'", -1 },
    { "'0x2d'", -1 },
    { "'1e3'", -1 },
    { "'nan'", -1 },
    { "2678400", 2678400 },
    { "2678401", -1 },
    { "1e999", -1 },
    { "1e300", -1 },
    { "99999999999999999999", -1 },
    { "'99999999999999999999'", -1 },
    { "true", -1 },
    { "[45]", -1 },
    { "{'s':45}", -1 },
    { NULL, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) object = make_object (cases[i].value);
      double seconds = cases[i].seconds;

      g_assert_cmpint (cs_exotel_json_get_duration (object, "a"), ==,
                       seconds < 0 ? CS_UNKNOWN : (gint64) (seconds * G_USEC_PER_SEC));
    }
}

static void
test_containers (void)
{
  static const struct
  {
    const char *value;
    gboolean is_object, is_array;
  } cases[] = {
    { "{}", TRUE, FALSE },     { "[]", FALSE, TRUE }, { "null", FALSE, FALSE },
    { "'{}'", FALSE, FALSE }, { "1", FALSE, FALSE }, { NULL, FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) object = make_object (cases[i].value);

      g_assert_cmpint (cs_json_get_object (object, "a") != NULL, ==, cases[i].is_object);
      g_assert_cmpint (cs_json_get_array (object, "a") != NULL, ==, cases[i].is_array);
    }
  g_assert_null (cs_json_get_object (NULL, "a"));
  g_assert_null (cs_json_get_array (NULL, "a"));
}

static void
test_long_text (void)
{
  g_autofree char *letters = g_strnfill (254, 'a');
  g_autofree char *text = g_strconcat (letters, "\303\251\303\251", NULL);
  g_autofree char *clean = cs_json_clean_text (text), *many = g_strnfill (100000, ' ');

  g_assert_cmpstr (clean, ==, letters);
  g_assert_null (cs_json_clean_text (many));
  g_assert_null (cs_json_clean_text ("\r\n\342\200\256"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/json/parse", test_parse);
  g_test_add_func ("/exotel/json/texts-of-any-type", test_texts);
  g_test_add_func ("/exotel/json/durations-of-any-type", test_durations);
  g_test_add_func ("/exotel/json/containers", test_containers);
  g_test_add_func ("/exotel/json/long-text", test_long_text);

  return g_test_run ();
}
