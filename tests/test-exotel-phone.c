/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-phone.h"

#define LIST \
  "{\"page\":0,\"page_size\":50,\"next_page_uri\":\"http://evil.example/x?Page=1\",\"incoming_phone_numbers\":[" \
  "{\"sid\":\"s1\",\"phone_number\":\"+918012344890\",\"friendly_name\":\"Sales\\nDelhi\"}," \
  "{\"sid\":8012344891,\"phone_number\":null,\"friendly_name\":\"null\"},{\"sid\":\"+918012344892\"}]}"

static char *
describe (GPtrArray *phones)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < phones->len; i++)
    {
      CsExotelPhone *phone = g_ptr_array_index (phones, i);

      g_string_append_printf (text, "%s%s,%s,%s", i > 0 ? "|" : "", phone->sid,
                              phone->number != NULL ? phone->number : "-",
                              phone->friendly_name != NULL ? phone->friendly_name : "-");
    }
  return g_string_free (text, FALSE);
}

static void
test_lists (void)
{
  static const struct
  {
    const char *body, *phones;
    guint n_records;
  } cases[] = {
    { LIST, "s1,+918012344890,Sales Delhi|8012344891,-,-|+918012344892,-,-", 3 },
    { "{\"incoming_phone_numbers\":[]}", "", 0 },
    { "{\"incoming_phone_numbers\":[null,7,\"x\",[],{},{\"sid\":\"a/../b\"},{\"sid\":\"+\"},{\"sid\":\"\"},{\"sid\":\"ok\"}]}", "ok,-,-", 9 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = exotel_body (cases[i].body);
      g_autoptr (GError) error = NULL;
      guint n_records = 99;
      g_autoptr (GPtrArray) phones = cs_exotel_phone_parse_list (body, &n_records, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = describe (phones);
      g_assert_cmpstr (text, ==, cases[i].phones);
      g_assert_cmpuint (n_records, ==, cases[i].n_records);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *body;
    CsExotelError code;
  } cases[] = {
    { "", CS_EXOTEL_ERROR_NOT_JSON },
    { "<html/>", CS_EXOTEL_ERROR_NOT_JSON },
    { "{\"incoming_phone_numbers\":[}", CS_EXOTEL_ERROR_JSON },
    { "{\"incoming_phone_numbers\":null}", CS_EXOTEL_ERROR_CONTENT },
    { "{}", CS_EXOTEL_ERROR_CONTENT },
    { "{\"RestException\":{\"Message\":\"No\"}}", CS_EXOTEL_ERROR_REFUSED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = exotel_body (cases[i].body);
      g_autoptr (GError) error = NULL;

      g_assert_null (cs_exotel_phone_parse_list (body, NULL, &error));
      exotel_assert_fault (error, cases[i].code);
    }
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240308);
  guint n_lists = 0, n_refused = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GBytes) body = exotel_spoil (rand, LIST);
      g_autoptr (GPtrArray) phones = cs_exotel_phone_parse_list (body, NULL, NULL);

      n_lists += phones != NULL;
      n_refused += phones == NULL;
      for (guint i = 0; phones != NULL && i < phones->len; i++)
        {
          CsExotelPhone *phone = g_ptr_array_index (phones, i);

          g_assert_cmpuint (strspn (phone->sid, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "+-_"), ==,
                            strlen (phone->sid));
        }
    }
  g_assert_cmpuint (n_lists, >, 1000);
  g_assert_cmpuint (n_refused, >, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/phone/lists", test_lists);
  g_test_add_func ("/exotel/phone/refused", test_refused);
  g_test_add_func ("/exotel/phone/random", test_random);

  return g_test_run ();
}
