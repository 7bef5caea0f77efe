/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-call-event.h"
#include "calls/cs-outcome.h"

/* Names are the JSON API's, values the database's: neither may change. Source: CONTRACT, "API listener". */
static const struct
{
  const char *name;
  const char *part;
  gboolean is_ended;
} outcomes[] = {
  { "ringing", NULL, FALSE },
  { "talking", NULL, FALSE },
  { "answered", "answered", TRUE },
  { "answered_unattributed", "answered", TRUE },
  { "voicemail", "voicemail", TRUE },
  { "ivr_only", "callAttempts", TRUE },
  { "busy", "busy", TRUE },
  { "rejected", "busy", TRUE },
  { "unreachable", "failed", TRUE },
  { "not_found", "failed", TRUE },
  { "missed", "missed", TRUE },
  { "not_reached", "missed", TRUE },
  { "forwarded", "other", TRUE },
  { "failed", "failed", TRUE },
  { "stale", "other", TRUE },
  { "other", "other", TRUE },
};

static void
test_outcomes (void)
{
  CsOutcome outcome = CS_OUTCOME_STALE;

  g_assert_cmpuint (G_N_ELEMENTS (outcomes), ==, CS_N_OUTCOMES);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    {
      CsOutcome found;

      g_assert_cmpstr (cs_outcome_get_name (i), ==, outcomes[i].name);
      g_assert_true (cs_outcome_from_name (outcomes[i].name, &found));
      g_assert_cmpuint (found, ==, i);
      g_assert_cmpint (cs_outcome_is_ended (i), ==, outcomes[i].is_ended);
      if (outcomes[i].is_ended)
        g_assert_cmpstr (cs_part_get_name (cs_outcome_get_part (i)), ==, outcomes[i].part);
    }

  g_assert_false (cs_outcome_from_name ("Answered", &outcome));
  g_assert_false (cs_outcome_from_name ("", &outcome));
  g_assert_false (cs_outcome_from_name (NULL, &outcome));
  g_assert_cmpint (outcome, ==, CS_OUTCOME_STALE);
}

static void
test_parts (void)
{
  static const char *const names[] = { "answered", "voicemail", "missed", "busy", "failed", "callAttempts", "other" };

  g_assert_cmpuint (G_N_ELEMENTS (names), ==, CS_N_PARTS);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (cs_part_get_name (i), ==, names[i]);
}

static void
test_providers (void)
{
  static const char *const names[] = { "sipgate", "exotel" };
  CsProvider provider = CS_PROVIDER_EXOTEL;

  g_assert_cmpuint (G_N_ELEMENTS (names), ==, CS_N_PROVIDERS);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      CsProvider found;

      g_assert_cmpstr (cs_provider_get_name (i), ==, names[i]);
      g_assert_true (cs_provider_from_name (names[i], &found));
      g_assert_cmpuint (found, ==, i);
    }

  g_assert_false (cs_provider_from_name ("all", &provider));
  g_assert_false (cs_provider_from_name (NULL, &provider));
  g_assert_cmpint (provider, ==, CS_PROVIDER_EXOTEL);
}

static void
test_directions (void)
{
  static const struct
  {
    const char *name;
    gboolean is_outgoing;
  } directions[] = {
    { "unknown", FALSE },  { "inbound", FALSE },      { "outbound", TRUE },
    { "internal", FALSE }, { "outbound-dial", TRUE }, { "outbound-api", TRUE },
  };
  CsDirection direction = CS_DIRECTION_INTERNAL;

  g_assert_cmpuint (G_N_ELEMENTS (directions), ==, CS_N_DIRECTIONS);
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      CsDirection found;

      g_assert_cmpstr (cs_direction_get_name (i), ==, directions[i].name);
      g_assert_true (cs_direction_from_name (directions[i].name, &found));
      g_assert_cmpuint (found, ==, i);
      g_assert_cmpint (cs_direction_is_outgoing (i), ==, directions[i].is_outgoing);
    }

  g_assert_false (cs_direction_from_name ("in", &direction));
  g_assert_false (cs_direction_from_name (NULL, &direction));
  g_assert_cmpint (direction, ==, CS_DIRECTION_INTERNAL);
}

/* Sources: protocol/sipgate.md §1, protocol/exotel.md §1. */
static void
test_number_keys (void)
{
  static const struct
  {
    const char *number;
    const char *key;
  } keys[] = {
    { "492111234567", "2111234567" },
    { "+49 211 1234567", "2111234567" },
    { "+49 (211) 123-45/67", "2111234567" },
    { "+919876543210", "9876543210" },
    { "919876543210", "9876543210" },
    { "09876543210", "9876543210" },
    { "9876543210", "9876543210" },
    { "12345", "12345" },
    { "110", "110" },          /* too short to be a subscriber's: itself */
    { "1-1-0", "1-1-0" },
    { "sip:alice@sip.example", "sip:alice@sip.example" },
    { "1234567w0", "1234567w0" },
    { "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5", "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5" },
    { "anonymous", NULL },
    { "Anonymous", NULL },
    { "null", NULL },
    { "0XXXXX38847", NULL },   /* masked: half the country has this number */
    { "", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *key = cs_number_get_key (keys[i].number);

      g_assert_cmpstr (key, ==, keys[i].key);
      g_assert_cmpint (cs_number_is_known (keys[i].number), ==, keys[i].key != NULL);
    }
}

/* A key is its own key, so stored keys and fresh ones compare. */
static void
test_number_key_of_key (void)
{
  static const char *const numbers[] = { "492111234567", "+91 98765 43210", "110", "sip:a@b", "12345" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *once = cs_number_get_key (numbers[i]);
      g_autofree char *twice = cs_number_get_key (once);

      g_assert_cmpstr (twice, ==, once);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outcome/names-and-parts", test_outcomes);
  g_test_add_func ("/outcome/part-names", test_parts);
  g_test_add_func ("/outcome/providers", test_providers);
  g_test_add_func ("/outcome/directions", test_directions);
  g_test_add_func ("/number/keys", test_number_keys);
  g_test_add_func ("/number/key-of-a-key", test_number_key_of_key);

  return g_test_run ();
}
