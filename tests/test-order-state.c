/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "orders/cs-announcement-name.h"
#include "orders/cs-order-state.h"

#include <string.h>

static const struct
{
  const char *text;
  int state; /* -1: none */
} words[] = {
  { "RECEIVED", CS_ORDER_RECEIVED }, { " received ", CS_ORDER_RECEIVED }, { "Eingegangen", CS_ORDER_RECEIVED }, { "0", CS_ORDER_RECEIVED },
  { "PENDING", CS_ORDER_PENDING }, { "In Bearbeitung", CS_ORDER_PENDING }, { "1", CS_ORDER_PENDING }, { "FULFILLED", CS_ORDER_FULFILLED },
  { "Erledigt", CS_ORDER_FULFILLED }, { "versandt\t", CS_ORDER_FULFILLED }, { "2", CS_ORDER_FULFILLED },
  { "CANCELLED", CS_ORDER_CANCELLED }, { "canceled", CS_ORDER_CANCELLED }, { "STORNIERT", CS_ORDER_CANCELLED }, { "3", CS_ORDER_CANCELLED },
  { "", -1 }, { "4", -1 }, { "-1", -1 }, { "00", -1 }, { "receive", -1 }, { "received now", -1 }, { "\xff", -1 }, { "%s", -1 },
};

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      CsOrderState state = 99;
      gboolean is_word = cs_order_state_parse (words[i].text, &state);

      g_assert_cmpint (is_word ? (int) state : -1, ==, words[i].state);
      g_assert_true (is_word || (int) state == 99);
    }
}

static void
test_long_text (void)
{
  g_autofree char *text = g_strnfill (1000000, '0');
  CsOrderState state;

  g_assert_false (cs_order_state_parse (text, &state));
}

static void
test_own_words (void)
{
  for (int i = 0; i < CS_N_ORDER_STATES; i++)
    {
      CsOrderState state;

      g_assert_true (cs_order_state_parse (cs_order_state_get_word (i), &state));
      g_assert_cmpint (state, ==, i);
      g_assert_cmpstr (cs_announcement_get_name (cs_announcement_for_state (i)), ==, cs_order_state_get_word (i));
      g_assert_cmpuint (strlen (cs_order_state_get_label (i)), >, 0);
    }
}

static void
test_file_names (void)
{
  g_autofree char *file = cs_announcement_get_file (CS_ANNOUNCEMENT_NOT_FOUND, "de");

  g_assert_cmpstr (file, ==, "not-found-de.wav");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-state/words-and-numbers", test_words);
  g_test_add_func ("/order-state/long-text-is-none", test_long_text);
  g_test_add_func ("/order-state/own-words-are-understood", test_own_words);
  g_test_add_func ("/order-state/announcements-are-named-by-language", test_file_names);
  return g_test_run ();
}
