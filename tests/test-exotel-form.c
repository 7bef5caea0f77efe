/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-form.h"

#define TYPE "multipart/form-data; boundary=XX"

static JsonObject *
parse_multipart (const char  *body,
                 const char  *type,
                 GError     **error)
{
  g_autoptr (GBytes) bytes = exotel_body (body);
  g_autofree char *escaped = g_strescape (body, NULL);

  g_test_message ("%s", escaped);
  return cs_exotel_form_parse_multipart (bytes, type, error);
}

/* "name=value|name=value", in the order in which they came. */
static char *
describe (JsonObject *form)
{
  GString *text = g_string_new (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, form);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    g_string_append_printf (text, "%s%s=%s", text->len > 0 ? "|" : "", name, json_node_get_string (node));
  return g_string_free (text, FALSE);
}

static void
test_multipart (void)
{
  static const struct
  {
    const char *body, *form;
  } cases[] = {
    { "--XX\r\nContent-Disposition: form-data; name=\"To\"\r\n\r\n08012344890\r\n--XX--\r\n", "To=08012344890" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--XX--",
      "a=1|b=2" },
    { "--XX\r\ncontent-disposition:form-data;name=a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n1\r\n--XX--",
      "a=1" },
    { "--XX\r\nContent-Type: text/plain\r\nContent-Disposition: Form-Data; x=\"y;z\"; NAME=\"a\"\r\n\r\n1\r\n--XX--",
      "a=1" },
    { "preamble\r\n--XX \t\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--\r\nepilogue", "a=1" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX--", "a=" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n1\r\n\r\n--XX--", "a=\r\n1\r\n" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1--XX--2\r\n--X\r\n--XX--", "a=1--XX--2\r\n--X" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1%41+\r\n--XX--", "a=1%41+" },
    { "--XX\r\nContent-Disposition: form-data; name=\"Legs[0][Status]\"\r\n\r\nbusy\r\n--XX--",
      "Legs[0][Status]=busy" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\\\"b\\\\c\"\r\n\r\n1\r\n--XX--", "a\"b\\c=1" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\377\r\n--XX--", "a=\357\277\275" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--XX--",
      "a=2" },
    /* parts that are no fields */
    { "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"\r\n\r\n1\r\n--XX--", "" },
    { "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--XX--", "" },
    { "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", "" },
    { "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--", "" },
    { "--XX\r\nX-Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--", "" },
    { "--XX\r\n\r\n1\r\n--XX--", "" },
    { "--XX--", "" },
    { "--XX--\r\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) form = parse_multipart (cases[i].body, TYPE, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = describe (form);
      g_assert_cmpstr (text, ==, cases[i].form);
    }
}

static void
test_boundaries (void)
{
  static const struct
  {
    const char *type;
    gboolean is_valid;
  } cases[] = {
    { "multipart/form-data; boundary=XX", TRUE },
    { "multipart/form-data; boundary=\"XX\"", TRUE },
    { "multipart/form-data;charset=utf-8;BOUNDARY=XX", TRUE },
    { "multipart/form-data ; boundary=XX ; x=y", TRUE },
    { "multipart/form-data", FALSE },
    { "multipart/form-data;", FALSE },
    { "multipart/form-data; boundary", FALSE },
    { "multipart/form-data; boundary=", FALSE },
    { "multipart/form-data; boundary=\"\"", FALSE },
    { "multipart/form-data; boundary=\"XX", FALSE },
    { "multipart/form-data; boundary=\"XX \"", FALSE },
    { "multipart/form-data; boundary=\"X X\"", FALSE },
    { "multipart/form-data; boundary=\"X\r\nX\"", FALSE },
    { "multipart/form-data; boundary=X{X", FALSE },
    { "multipart/form-data; boundary=YY", FALSE },
    { "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789X", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) form = parse_multipart ("--XX\r\n\r\n\r\n--XX--", cases[i].type, &error);

      g_assert_cmpint (form != NULL, ==, cases[i].is_valid);
      if (form == NULL)
        exotel_assert_fault (error, CS_EXOTEL_ERROR_FORM);
    }
}

static void
test_multipart_refused (void)
{
  static const char *const bodies[] = {
    "",
    "--",
    "--XX",
    "--XX\r\n",
    "--XX\r",
    "x--XX--",
    "--XXX--",
    "--XX\nContent-Disposition: form-data; name=\"a\"\n\n1\n--XX--\n",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX-",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n--XX--",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n1\r\n--XX--",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--XX--",
    "--XXy\r\n\r\n1\r\n--XX--",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--XX 1\r\n--XX--",
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX2\r\n--XX--",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_multipart (bodies[i], TYPE, &error));
      exotel_assert_fault (error, CS_EXOTEL_ERROR_FORM);
    }
}

static void
test_limits (void)
{
  for (guint extra = 0; extra <= 1; extra++)
    {
      g_autofree char *name = g_strnfill (CS_EXOTEL_FORM_MAX_NAME + extra, 'n');
      g_autofree char *value = g_strnfill (CS_EXOTEL_FORM_MAX_VALUE + extra, 'v');
      char *bodies[] = {
        g_strdup_printf ("--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n1\r\n--XX--", name),
        g_strdup_printf ("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n%s\r\n--XX--", value),
        g_strdup_printf ("%s=1", name),
        g_strdup_printf ("a=%s", value),
      };
      g_autoptr (GString) parts = g_string_new (NULL), files = g_string_new (NULL), fields = g_string_new (NULL);
      g_autoptr (JsonObject) many_parts = NULL, many_files = NULL, many_fields = NULL;

      for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
        {
          g_autofree char *body = bodies[i];
          g_autoptr (JsonObject) form = i < 2 ? parse_multipart (body, TYPE, NULL)
                                              : cs_exotel_form_parse_urlencoded (body, strlen (body), NULL);

          g_assert_cmpint (form != NULL, ==, extra == 0);
        }

      for (guint i = 0; i < CS_EXOTEL_FORM_MAX_FIELDS + extra; i++)
        {
          g_string_append_printf (parts, "--XX\r\nContent-Disposition: form-data; name=\"%u\"\r\n\r\n1\r\n", i);
          g_string_append (files, "--XX\r\nContent-Type: image/png\r\n\r\n1\r\n");
          g_string_append_printf (fields, "%u=1&", i);
        }
      g_string_append (parts, "--XX--");
      g_string_append (files, "--XX--");
      many_files = parse_multipart (files->str, TYPE, NULL);
      g_assert_cmpint (many_files != NULL, ==, extra == 0);
      many_parts = parse_multipart (parts->str, TYPE, NULL);
      many_fields = cs_exotel_form_parse_urlencoded (fields->str, fields->len, NULL);
      g_assert_cmpint (many_parts != NULL, ==, extra == 0);
      g_assert_cmpint (many_fields != NULL, ==, extra == 0);
    }
}

static void
test_urlencoded (void)
{
  static const struct
  {
    const char *text, *form; /* NULL where it is refused */
  } cases[] = {
    { "", "" },
    { "&&", "" },
    { "a=1&b=2", "a=1|b=2" },
    { "a", "a=" },
    { "a=", "a=" },
    { "=1", "=1" },
    { "a=b=c", "a=b=c" },
    { "a=x+y%2B%26%3d", "a=x y+&=" },
    { "Legs%5B0%5D[Status]=busy", "Legs[0][Status]=busy" },
    { "a=1&a=2", "a=2" },
    { "a=%C3%A9", "a=\303\251" },
    { "a=%FF", "a=\357\277\275" },
    { "a=1%002", "a=1\357\277\2752" },
    { "a=%", NULL },
    { "a=%4", NULL },
    { "a=%zz", NULL },
    { "%=1", NULL },
    { "a=%4&1=2", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_memdup2 (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) form = cs_exotel_form_parse_urlencoded (text, strlen (cases[i].text), &error);
      g_autofree char *fields = form != NULL ? describe (form) : NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (fields, ==, cases[i].form);
      if (form == NULL)
        exotel_assert_fault (error, CS_EXOTEL_ERROR_FORM);
    }
}

/* A body all of beginnings of its boundary, as large as may come. */
static void
test_near_boundaries (void)
{
  g_autoptr (GString) body = g_string_new ("--XX\r\nContent-Disposition: form-data; filename=\"f\"\r\n\r\n");
  g_autoptr (JsonObject) form = NULL;
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = NULL;

  while (body->len < 10 * 1024 * 1024)
    g_string_append (body, "\r\n--X\r\n--\r\n");
  g_string_append (body, "\r\n--XX--");
  bytes = g_bytes_new (body->str, body->len);
  form = cs_exotel_form_parse_multipart (bytes, TYPE, NULL);
  g_assert_nonnull (form);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 20 * G_USEC_PER_SEC);
}

static void
test_random (void)
{
  static const char good[] = "--XX\r\nContent-Disposition: form-data; name=\"CallSid\"\r\n\r\na1\r\n--XX\r\nContent-Type: text/plain\r\n"
                             "Content-Disposition: form-data; name=\"Legs[0][Status]\"; x=\"y\"\r\n\r\nbusy\r\n--XX--\r\n";
  static const char query[] = "CallSid=a1&CallFrom=%2B919812330240&digits=%22123%22&Legs[0][Status]=busy";
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240307);
  guint n_forms[2] = { 0, 0 }, n_refused[2] = { 0, 0 };

  for (guint round = 0; round < 40000; round++)
    {
      gboolean is_query = round % 2;
      g_autoptr (GBytes) body = exotel_spoil (rand, is_query ? query : good);
      g_autoptr (GBytes) type_bytes = exotel_spoil (rand, "multipart/form-data; boundary=XX");
      g_autofree char *type = g_strndup (g_bytes_get_data (type_bytes, NULL), g_bytes_get_size (type_bytes));
      g_autoptr (JsonObject) form = NULL;
      g_autofree char *fields = NULL;

      if (type == NULL)
        continue;
      if (is_query)
        form = cs_exotel_form_parse_urlencoded (g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL);
      else
        form = cs_exotel_form_parse_multipart (body, round % 4 == 0 ? TYPE : type, NULL);
      if (form == NULL)
        {
          n_refused[is_query]++;
          continue;
        }
      n_forms[is_query]++;
      fields = describe (form);
      g_assert_true (g_utf8_validate (fields, -1, NULL));
    }
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (n_forms[i], >, 1000);
      g_assert_cmpuint (n_refused[i], >, 1000);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/form/multipart", test_multipart);
  g_test_add_func ("/exotel/form/boundaries", test_boundaries);
  g_test_add_func ("/exotel/form/multipart-refused", test_multipart_refused);
  g_test_add_func ("/exotel/form/limits", test_limits);
  g_test_add_func ("/exotel/form/urlencoded", test_urlencoded);
  g_test_add_func ("/exotel/form/near-boundaries", test_near_boundaries);
  g_test_add_func ("/exotel/form/random", test_random);

  return g_test_run ();
}
