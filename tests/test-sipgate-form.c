/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-form.h"

#include <string.h>

static CsSipgateForm *
parse (const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  g_autoptr (GError) error = NULL;
  CsSipgateForm *form = cs_sipgate_form_parse (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (form);

  return form;
}

static void
test_scalars (void)
{
  static const struct {
    const char *body;
    const char *name;
    const char *value;
  } cases[] = {
    { "event=newCall", "event", "newCall" },
    { "a=1&event=newCall&b=2", "event", "newCall" },
    { "event=newCall", "even", NULL },
    { "event=newCall", "events", NULL },
    { "event=newCall", "Event", NULL },
    { "event=newCall", "event=newCall", NULL },
    { "event=", "event", "" },
    { "event", "event", "" },
    { "event=a=b", "event", "a=b" },
    { "&&event=x&&", "event", "x" },
    { "=x", "", "x" },
    { "=x", "x", NULL },
    { "user=Alice+B.&x=", "user", "Alice B." },
    { "user=+", "user", " " },
    { "user=a%2Bb", "user", "a+b" },
    { "user=a%26b%3dc%3D", "user", "a&b=c=" },
    { "%75ser=x", "user", "x" },
    { "user=%25zz", "user", "%zz" },
    { "user=%2541", "user", "%41" },
    { "user=J%C3%B6rg", "user", "J\303\266rg" },
    { "user=J\303\266rg", "user", "J\303\266rg" },
    { "user=one&user=two&user=three", "user", "three" },
    { "user=one&user=", "user", "" },
    { "user=one&user[]=two", "user", "one" },
    { "user[]=two", "user", NULL },
    { "user%5B%5D=two", "user[]", NULL },
    { "user[x]=one", "user[x]", "one" },
    { "user[x]=one", "user", NULL },
    { "user]=one", "user]", "one" },
    { "1]=one", "1]", "one" },
    { "[]=one", "[]", "one" },
    { "[0][]=one", "[0][]", "one" },
    { "user[]x=one", "user[]x", "one" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsSipgateForm) form = parse (cases[i].body);

      g_test_message ("%s", cases[i].body);
      g_assert_cmpstr (cs_sipgate_form_get (form, cases[i].name), ==, cases[i].value);
    }
}

static void
test_lists (void)
{
  static const struct {
    const char *body;
    const char *name;
    const char *values; /* joined by "|", or NULL for no list */
  } cases[] = {
    { "user[]=Alice", "user", "Alice" },
    { "user%5B%5D=Alice", "user", "Alice" },
    { "user%5b%5d=Alice&user[]=Bob", "user", "Alice|Bob" },
    { "user[0]=Alice&user[1]=Bob", "user", "Alice|Bob" },
    { "user%5B0%5D=Alice", "user", "Alice" },
    { "user[][0]=Alice&user%5B%5D%5B1%5D=Bob", "user", "Alice|Bob" },
    { "user[12345678901234567890]=Alice", "user", "Alice" },
    { "user[]=", "user", "" },
    { "user[]", "user", "" },
    { "user[]=&user[]=Bob&user[]=", "user", "|Bob|" },
    { "user[]=b&userId[]=w0&user[]=a", "user", "b|a" },
    { "user[]=b&userId[]=w0&user[]=a", "userId", "w0" },
    { "user[]=A+B%2B", "user", "A B+" },
    { "user=Alice", "user", NULL },
    { "user[]=one&user=Alice", "user", "one" },
    { "user[x]=Alice", "user", NULL },
    { "user[-1]=Alice", "user", NULL },
    { "user[0=Alice", "user", NULL },
    { "user0]=Alice", "user", NULL },
    { "[]=Alice", "", NULL },
    { "user[x][0]=Alice", "user[x]", "Alice" },
    { "", "user", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsSipgateForm) form = parse (cases[i].body);
      const char * const *list = cs_sipgate_form_get_list (form, cases[i].name);

      g_test_message ("%s", cases[i].body);
      if (cases[i].values == NULL)
        {
          g_assert_null (list);
        }
      else
        {
          g_autofree char *joined = NULL;

          g_assert_nonnull (list);
          joined = g_strjoinv ("|", (char **) list);
          g_assert_cmpstr (joined, ==, cases[i].values);
        }

      g_assert_true (cs_sipgate_form_get_list (form, cases[i].name) == list);
    }
}

static void
test_refused (void)
{
  static const struct {
    const char *body;
    gssize length;
    const char *message;
  } cases[] = {
    { "user=%zz", -1, "*percent*" },
    { "user=%4", -1, "*percent*" },
    { "user=%", -1, "*percent*" },
    { "user=%%41", -1, "*percent*" },
    { "user=%4&x=1", -1, "*percent*" },
    { "user=%&41=1", -1, "*percent*" },
    { "user=%4g", -1, "*percent*" },
    { "user=% 41", -1, "*percent*" },
    { "user%5=x", -1, "*percent*" },
    { "%", -1, "*percent*" },
    { "event=newCall&callId=1&x=%u0041", -1, "*percent*" },
    { "user=a%00b", -1, "*NUL*" },
    { "us%00er=a", -1, "*NUL*" },
    { "user=a\0b", 8, "*NUL*" },
    { "\0", 1, "*NUL*" },
    { "user=a\0", 7, "*NUL*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = cases[i].length >= 0 ? (gsize) cases[i].length : strlen (cases[i].body);
      /* A copy of its own size lets the sanitizers see a read past the end. */
      g_autoptr (GBytes) body = g_bytes_new (cases[i].body, length);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].body);
      g_assert_null (cs_sipgate_form_parse (body, &error));
      g_assert_error (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_FORM);
      g_assert_true (g_pattern_match_simple (cases[i].message, error->message));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_null (strstr (error->message, "user"));
    }
}

/* The bytes after the body belong to somebody else, even where they would complete it. */
static void
test_end_of_body (void)
{
  g_autoptr (GBytes) whole = g_bytes_new_static ("user=%41", 8);

  for (gsize length = 6; length <= 8; length++)
    {
      g_autoptr (GBytes) body = g_bytes_new_from_bytes (whole, 0, length);
      g_autoptr (CsSipgateForm) form = cs_sipgate_form_parse (body, NULL);

      g_assert_cmpint (form != NULL, ==, length == 8);
    }
}

static void
test_invalid_utf8 (void)
{
  static const struct {
    const char *body;
    const char *value;
  } cases[] = {
    { "user=a%FFb", "a\357\277\275b" },
    { "user=a\377b", "a\357\277\275b" },
    { "user=a%C3", "a\357\277\275" },
    { "user=%C3%28", "\357\277\275(" },
    { "user=%C0%80x", "\357\277\275\357\277\275x" },
    { "user=%ED%A0%80x", "\357\277\275\357\277\275\357\277\275x" },
    { "user=%C3&x=%A4", "\357\277\275" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsSipgateForm) form = parse (cases[i].body);

      g_test_message ("Case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (cs_sipgate_form_get (form, "user"), ==, cases[i].value);
    }
}

static void
test_invalid_utf8_name (void)
{
  g_autoptr (CsSipgateForm) form = parse ("%FF[]=a&us%FFer=b&after=c");

  g_assert_cmpstr (cs_sipgate_form_get_list (form, "\357\277\275")[0], ==, "a");
  g_assert_cmpstr (cs_sipgate_form_get (form, "us\357\277\275er"), ==, "b");
  g_assert_cmpstr (cs_sipgate_form_get (form, "after"), ==, "c");
}

static void
test_empty_body (void)
{
  g_autoptr (GBytes) body = g_bytes_new (NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgateForm) form = cs_sipgate_form_parse (body, &error);

  g_assert_no_error (error);
  g_assert_null (cs_sipgate_form_get (form, "event"));
  g_assert_null (cs_sipgate_form_get (form, ""));
  g_assert_null (cs_sipgate_form_get_list (form, "user"));
}

static void
test_long_list (void)
{
  g_autoptr (GString) body = g_string_new ("event=newCall");
  g_autoptr (CsSipgateForm) form = NULL;
  const char * const *users;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (body, "&user%%5B%%5D=%u&userId[]=w%u", i, i);
  g_string_append (body, "&from=49");

  form = parse (body->str);
  users = cs_sipgate_form_get_list (form, "user");
  g_assert_cmpuint (g_strv_length ((char **) users), ==, 256);
  g_assert_cmpstr (users[0], ==, "0");
  g_assert_cmpstr (users[255], ==, "255");
  g_assert_cmpuint (g_strv_length ((char **) cs_sipgate_form_get_list (form, "userId")), ==, 256);
  g_assert_cmpstr (cs_sipgate_form_get (form, "from"), ==, "49");

  /* A vector that was handed out stays valid. */
  g_assert_true (cs_sipgate_form_get_list (form, "user") == users);
}

static void
test_many_fields (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (CsSipgateForm) form = NULL;

  for (guint i = 0; i < 32 * 1024; i++)
    g_string_append (body, i % 2 == 0 ? "a&" : "b&");
  memcpy (body->str, "c=1&", 4);

  g_assert_cmpuint (body->len, ==, 64 * 1024);
  form = parse (body->str);
  g_assert_cmpstr (cs_sipgate_form_get (form, "a"), ==, "");
  g_assert_cmpstr (cs_sipgate_form_get (form, "c"), ==, "1");
  g_assert_null (cs_sipgate_form_get (form, "d"));
}

/* A million fields, each with a name of its own: a parser that takes quadratic time would need hours. */
static void
test_linear_time (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (CsSipgateForm) form = NULL;
  gint64 start_us;

  for (guint i = 0; i < 1000 * 1000; i++)
    g_string_append_printf (body, "%x[%x]&", i, i);
  g_string_append (body, "last=%31");

  start_us = g_get_monotonic_time ();
  form = parse (body->str);
  g_assert_cmpstr (cs_sipgate_form_get (form, "last"), ==, "1");
  g_assert_nonnull (cs_sipgate_form_get_list (form, "0"));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 20 * G_USEC_PER_SEC);
}

static void
assert_valid (const char *value)
{
  g_assert_true (value == NULL || g_utf8_validate (value, -1, NULL));
}

static void
test_random_bodies (void)
{
  static const char *const pieces[] = {
    "user", "a", "[", "]", "[]", "%5B%5D", "[0]", "=", "&", "+", "%", "%4", "%41", "%FF", "%00", "%C3",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20230817);
  guint n_parsed = 0;
  guint n_refused = 0;

  for (guint round = 0; round < 6000; round++)
    {
      g_autoptr (GByteArray) array = g_byte_array_new ();
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (CsSipgateForm) form = NULL;
      gint32 n = g_rand_int_range (rand, 0, 40);

      for (gint32 i = 0; i < n; i++)
        {
          guint8 byte = (guint8) g_rand_int_range (rand, 0, 256);
          const char *piece = pieces[byte % G_N_ELEMENTS (pieces)];

          if (round % 2 == 0)
            g_byte_array_append (array, &byte, 1);
          else
            g_byte_array_append (array, (const guint8 *) piece, strlen (piece));
        }

      body = g_byte_array_free_to_bytes (g_steal_pointer (&array));
      form = cs_sipgate_form_parse (body, &error);
      if (form == NULL)
        {
          g_assert_error (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_FORM);
          n_refused++;
          continue;
        }

      g_assert_no_error (error);
      n_parsed++;
      assert_valid (cs_sipgate_form_get (form, "user"));
      assert_valid (cs_sipgate_form_get (form, "a"));
      for (const char * const *p = cs_sipgate_form_get_list (form, "user"); p != NULL && *p != NULL; p++)
        assert_valid (*p);
    }

  /* Neither half may be empty, or the bodies test nothing. */
  g_assert_cmpuint (n_parsed, >, 500);
  g_assert_cmpuint (n_refused, >, 500);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sipgate/form/last-scalar-wins", test_scalars);
  g_test_add_func ("/sipgate/form/brackets-make-lists", test_lists);
  g_test_add_func ("/sipgate/form/broken-percent-and-nul-are-refused", test_refused);
  g_test_add_func ("/sipgate/form/never-reads-past-the-body", test_end_of_body);
  g_test_add_func ("/sipgate/form/invalid-utf8-is-replaced", test_invalid_utf8);
  g_test_add_func ("/sipgate/form/invalid-utf8-in-a-name", test_invalid_utf8_name);
  g_test_add_func ("/sipgate/form/empty-body-has-no-fields", test_empty_body);
  g_test_add_func ("/sipgate/form/lists-keep-256", test_long_list);
  g_test_add_func ("/sipgate/form/many-fields-in-64-kib", test_many_fields);
  g_test_add_func ("/sipgate/form/linear-time", test_linear_time);
  g_test_add_func ("/sipgate/form/random-bodies", test_random_bodies);

  return g_test_run ();
}
