/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "orders/cs-order-dialogue.h"

#include <string.h>

#define MAX_STEPS 8

static const CsOrderRules eight = { 8, 5000, "" };
static const CsOrderRules handing_over = { 8, 5000, "4921112345" };

/* A step as a text: "ask 8 welcome", "say received", "find 00000001", "dial 49…", "end". */
static char *
describe (const CsOrderStep *step)
{
  const char *name = step->announcement >= 0 ? cs_announcement_get_name (step->announcement) : "silence";

  switch (step->kind)
    {
    case CS_ORDER_STEP_ASK:
      return g_strdup_printf ("ask %u %s", step->max_digits, name);
    case CS_ORDER_STEP_ANNOUNCE:
      g_assert_cmpuint (step->max_digits, ==, 1);
      return g_strdup_printf ("say %s", name);
    case CS_ORDER_STEP_LOOK_UP:
      return g_strdup_printf ("find %s", step->text);
    case CS_ORDER_STEP_TRANSFER:
      return g_strdup_printf ("dial %s", step->text);
    case CS_ORDER_STEP_HANG_UP:
      return g_strdup ("end");
    }
  g_assert_not_reached ();
}

/* What comes in: keys, or "=found 2", "=not-found", "=unavailable", "=refused" of a look-up, or "=again" for a repeated newCall. */
static CsOrderStep
take (CsOrderDialogue    *dialogue,
      const char         *input,
      const CsOrderRules *rules)
{
  if (g_str_has_prefix (input, "=found "))
    return cs_order_dialogue_take_result (dialogue, CS_ORDER_FOUND, atoi (input + 7), rules);
  if (strcmp (input, "=not-found") == 0)
    return cs_order_dialogue_take_result (dialogue, CS_ORDER_NOT_FOUND, CS_ORDER_RECEIVED, rules);
  if (strcmp (input, "=unavailable") == 0)
    return cs_order_dialogue_take_result (dialogue, CS_ORDER_UNAVAILABLE, CS_ORDER_RECEIVED, rules);
  if (strcmp (input, "=refused") == 0)
    return cs_order_dialogue_take_result (dialogue, CS_ORDER_REFUSED, CS_ORDER_RECEIVED, rules);
  if (strcmp (input, "=again") == 0)
    return cs_order_dialogue_ask_again (dialogue, rules);
  return cs_order_dialogue_take_keys (dialogue, input, rules);
}

typedef struct {
  const char *path;
  const CsOrderRules *rules;
  struct
  {
    const char *input;
    const char *answer;
  } steps[MAX_STEPS];
} Path;

#define AGAIN "ask 8 not-understood"
#define UNKNOWN "ask 8 not-found"

static const Path paths[] = {
  { "received", &eight, { { "12345678", "find 12345678" }, { "=found 0", "say received" }, { "", "end" } } },
  { "pending", &eight, { { "12345678", "find 12345678" }, { "=found 1", "say pending" }, { "5", "end" } } },
  { "fulfilled", &eight, { { "12345678", "find 12345678" }, { "=found 2", "say fulfilled" }, { "*", "end" } } },
  { "cancelled", &eight, { { "12345678", "find 12345678" }, { "=found 3", "say cancelled" }, { "#", "end" }, { "1", "end" } } },
  { "leading-zeros-stay", &eight, { { "00000000", "find 00000000" } } },
  { "not-found-may-try-again", &eight, { { "12345678", "find 12345678" }, { "=not-found", UNKNOWN }, { "87654321", "find 87654321" },
                                         { "=found 0", "say received" } } },
  { "not-found-three-times", &eight, { { "11111111", "find 11111111" }, { "=not-found", UNKNOWN }, { "22222222", "find 22222222" },
                                       { "=not-found", UNKNOWN }, { "33333333", "find 33333333" }, { "=not-found", "end" } } },
  { "found-at-the-third-try", &eight, { { "", AGAIN }, { "", AGAIN }, { "12345678", "find 12345678" }, { "=found 1", "say pending" } } },
  { "unavailable", &eight, { { "12345678", "find 12345678" }, { "=unavailable", "say try-later" }, { "", "end" } } },
  { "refused", &eight, { { "12345678", "find 12345678" }, { "=refused", "say try-later" }, { "", "end" } } },
  { "nothing-pressed", &eight, { { "", AGAIN }, { "", AGAIN }, { "", "end" } } },
  { "too-few", &eight, { { "1234567", AGAIN } } },
  { "too-many", &eight, { { "123456789", AGAIN } } },
  { "far-too-many", &eight, { { "1234567890123456789012345678901234567890", AGAIN } } },
  { "letters", &eight, { { "1234567A", AGAIN }, { "abcd", AGAIN } } },
  { "white-space", &eight, { { " 2345678", AGAIN } } },
  { "signs", &eight, { { "+2345678", AGAIN }, { "-2345678", AGAIN }, { "1234567.", "end" } } },
  { "other-digits", &eight, { { "١٢٣٤٥٦٧٨", AGAIN } } },
  { "nonsense-forgets-what-was-entered", &eight, { { "1*234567", "ask 2 silence" }, { "x", AGAIN }, { "12345678", "find 12345678" } } },
  { "star-alone", &eight, { { "*", "ask 8 welcome" }, { "12345678", "find 12345678" } } },
  { "star-at-the-end", &eight, { { "1234567*", "ask 8 welcome" } } },
  { "star-then-too-few-and-silence", &eight, { { "12*34", AGAIN } } },
  { "star-in-the-middle-of-a-full-push", &eight, { { "12*12345", "ask 3 silence" }, { "678", "find 12345678" } } },
  { "star-twice", &eight, { { "1*2*3456", "ask 4 silence" }, { "78*1", "ask 7 silence" }, { "2345678", "find 12345678" } } },
  { "star-in-a-longer-push", &eight, { { "99*12345678", "find 12345678" } } },
  { "begun-and-then-silence", &eight, { { "12*12345", "ask 3 silence" }, { "", AGAIN } } },
  { "begun-and-never-ended", &eight, { { "1*123456", "ask 2 silence" }, { "*1", "ask 7 silence" }, { "*123456", "end" } } },
  { "stars-end-too", &eight, { { "*", "ask 8 welcome" }, { "*", "ask 8 welcome" }, { "*", "end" } } },
  { "hash-ends-early", &eight, { { "123#", "find 123" }, { "=found 0", "say received" } } },
  { "hash-forgets-what-follows", &eight, { { "123#45*6", "find 123" } } },
  { "hash-alone", &eight, { { "#", AGAIN } } },
  { "star-and-hash", &eight, { { "12*#", AGAIN }, { "9*12#", "find 12" } } },
  { "hash-behind-all", &eight, { { "12345678#", "find 12345678" } } },
  { "handed-over", &handing_over, { { "", AGAIN }, { "1", AGAIN }, { "2", "dial 4921112345" }, { "", "end" } } },
  { "handed-over-when-unknown", &handing_over, { { "", AGAIN }, { "", AGAIN }, { "12345678", "find 12345678" },
                                                 { "=not-found", "dial 4921112345" } } },
  { "found-isnt-handed-over", &handing_over, { { "12345678", "find 12345678" }, { "=found 0", "say received" }, { "", "end" } } },
  { "repeated-beginning-uses-no-try", &eight, { { "", AGAIN }, { "=again", "ask 8 welcome" }, { "", AGAIN },
                                                { "=again", "ask 8 welcome" }, { "", "end" } } },
  { "push-while-it-is-looked-up", &eight, { { "12345678", "find 12345678" }, { "99999999", "find 12345678" },
                                            { "=found 0", "say received" } } },
};

static void
test_path (gconstpointer data)
{
  const Path *path = data;
  CsOrderDialogue dialogue;
  CsOrderStep step = cs_order_dialogue_begin (&dialogue, path->rules);
  g_autofree char *first = describe (&step);

  g_assert_cmpstr (first, ==, "ask 8 welcome");
  g_assert_cmpuint (step.timeout_ms, ==, 5000);
  for (guint i = 0; i < MAX_STEPS && path->steps[i].input != NULL; i++)
    {
      g_autofree char *answer = NULL;

      step = take (&dialogue, path->steps[i].input, path->rules);
      answer = describe (&step);
      g_assert_cmpstr (answer, ==, path->steps[i].answer);
    }
}

/* Whatever is pressed, and whatever look-ups bring: three tries, one announcement, and it is over. */
static void
test_random_keys_end (void)
{
  for (guint n = 0; n < 20000; n++)
    {
      CsOrderRules rules = { g_test_rand_int_range (1, 21), g_test_rand_int_range (1, 60001), n % 3 == 0 ? "4930123" : "" };
      CsOrderDialogue dialogue;
      CsOrderStep step = cs_order_dialogue_begin (&dialogue, &rules);
      guint n_asked = 0, n_said = 0;

      while (step.kind != CS_ORDER_STEP_HANG_UP && step.kind != CS_ORDER_STEP_TRANSFER)
        {
          g_autofree char *keys = g_strnfill (g_test_rand_int_range (0, 26), '0');

          if (step.kind == CS_ORDER_STEP_LOOK_UP)
            {
              g_assert_cmpuint (strlen (step.text), <=, rules.digits);
              g_assert_cmpuint (strspn (step.text, "0123456789"), ==, strlen (step.text));
              step = cs_order_dialogue_take_result (&dialogue, g_test_rand_int_range (0, 4), g_test_rand_int_range (0, 4), &rules);
              continue;
            }
          g_assert_cmpuint (step.max_digits, >=, 1);
          g_assert_cmpuint (step.max_digits, <=, rules.digits);
          g_assert_cmpuint (step.timeout_ms, >=, 1);
          n_asked += step.kind == CS_ORDER_STEP_ASK;
          n_said += step.kind == CS_ORDER_STEP_ANNOUNCE;
          g_assert_cmpuint (n_asked, <=, CS_ORDER_MAX_TRIES);
          g_assert_cmpuint (n_said, <=, 1);
          for (char *key = keys; *key != '\0'; key++)
            *key = "0123456789*#**#AB x"[g_test_rand_int_range (0, 19)];
          step = cs_order_dialogue_take_keys (&dialogue, keys, &rules);
        }
      g_assert_cmpint (dialogue.phase, ==, CS_ORDER_PHASE_OVER);
    }
}

/* Settings change while somebody is on the telephone. */
static void
test_other_length_in_mid_call (void)
{
  CsOrderRules rules = eight;
  CsOrderDialogue dialogue;
  CsOrderStep step;

  cs_order_dialogue_begin (&dialogue, &rules);
  cs_order_dialogue_take_keys (&dialogue, "1*123456", &rules);
  rules.digits = 3;
  step = cs_order_dialogue_take_keys (&dialogue, "78", &rules);
  g_assert_cmpint (step.kind, ==, CS_ORDER_STEP_ASK);
  step = cs_order_dialogue_take_keys (&dialogue, "123", &rules);
  g_assert_cmpstr (step.text, ==, "123");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = g_strconcat ("/order-dialogue/path/", paths[i].path, NULL);

      g_test_add_data_func (name, &paths[i], test_path);
    }
  g_test_add_func ("/order-dialogue/random-keys-end", test_random_keys_end);
  g_test_add_func ("/order-dialogue/other-length-in-mid-call", test_other_length_in_mid_call);
  return g_test_run ();
}
