/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "contacts/cs-contact.h"

#include <string.h>

static const struct {
  const char *text;
  const char *number; /* NULL: refused */
} numbers[] = {
  { "+49 211 1234567", "+49 211 1234567" },
  { "  0211/1234-567 ", "0211/1234-567" },
  { "+49 (0)211 1234567", "+49 211 1234567" },
  { "0049 (0) 211", "0049 211" },
  { "(0211) 1234567", "(0211) 1234567" },
  { "'+492111234567", "+492111234567" },
  { "tel:+49-211-1234567;ext=3", "+49-211-1234567" },
  { "TEL:%2B49211", "+49211" },
  { "+1 555 0100 ext. 12", "+1 555 0100" },
  { "+1 555 0100x12", "+1 555 0100" },
  { "\xe2\x80\xaa+49 211\xe2\x80\xac", "+49 211" },
  { "+49\xc2\xa0" "211\xe2\x80\x93" "12", "+49 211-12" },
  { "110", "110" },
  { "sip:anna@example.com", "anna@example.com" },
  { "anna@example.com", "anna@example.com" },
  { "@example.com", NULL },
  { "anna berg@example.com", NULL },
  { "", NULL },
  { "+", NULL },
  { "7", NULL },
  { "Anna", NULL },
  { "0211 12345 (Anna)", NULL },
  { "4.92111E+11", NULL },
  { "=1+1", NULL },
  { "+49 211 +49 30", NULL },
  { "tel:%ff%fe", NULL },
  { "12345678901234567890123456789012345678901", NULL },
};

static void
test_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *number = cs_contact_clean_number (numbers[i].text);

      g_assert_cmpstr (number, ==, numbers[i].number);
    }
}

static const struct {
  const char *text;
  const char *name;
} names[] = {
  { "Anna Berg", "Anna Berg" },
  { "  Anna \r\n\t Berg ", "Anna Berg" },
  { "<b>Anna</b>", "<b>Anna</b>" },
  { "=HYPERLINK(\"x\")", "=HYPERLINK(\"x\")" },
  { "\xe2\x80\xae" "anna", "anna" },
  { "a\001b", "a b" },
  { "", NULL },
  { " \n ", NULL },
};

static void
test_names (void)
{
  g_autofree char *endless = g_strnfill (100000, 'a');
  g_autofree char *cut = cs_contact_clean_name (endless);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = cs_contact_clean_name (names[i].text);

      g_assert_cmpstr (name, ==, names[i].name);
    }
  g_assert_cmpuint (strlen (cut), ==, CS_CONTACT_MAX_NAME);
}

static void
test_one_spelling_is_enough (void)
{
  g_autoptr (CsContact) contact = cs_contact_new ("Anna");
  g_autoptr (CsContact) copy = NULL;

  g_assert_true (cs_contact_add_number (contact, "+49 211 1234567"));
  g_assert_true (cs_contact_add_number (contact, "0211 1234567"));
  g_assert_false (cs_contact_add_number (contact, "anonymous"));
  g_assert_true (cs_contact_add_number (contact, "110"));
  g_assert_cmpuint (contact->numbers->len, ==, 2);

  contact->id = 7;
  copy = cs_contact_copy (contact);
  g_assert_cmpint (copy->id, ==, 7);
  g_assert_cmpstr (copy->name, ==, "Anna");
  g_assert_cmpstr (g_ptr_array_index (copy->numbers, 1), ==, "110");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/contact/numbers-are-cleaned-or-refused", test_numbers);
  g_test_add_func ("/contact/names-are-one-line-of-text", test_names);
  g_test_add_func ("/contact/one-spelling-of-a-number-is-enough", test_one_spelling_is_enough);
  return g_test_run ();
}
