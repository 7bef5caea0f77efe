/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-status.h"

#define INBOUND CS_DIRECTION_INBOUND
#define DIALLED CS_DIRECTION_OUTBOUND_DIAL
#define BY_API CS_DIRECTION_OUTBOUND_API
#define OUTBOUND CS_DIRECTION_OUTBOUND
#define NOWHERE CS_DIRECTION_UNKNOWN

static void
test_names (void)
{
  static const struct
  {
    const char *word;
    CsExotelStatus status;
  } words[] = {
    { "queued", CS_EXOTEL_STATUS_QUEUED },
    { "Ringing", CS_EXOTEL_STATUS_RINGING },
    { "IN-PROGRESS", CS_EXOTEL_STATUS_IN_PROGRESS },
    { "in_progress", CS_EXOTEL_STATUS_IN_PROGRESS },
    { "Completed", CS_EXOTEL_STATUS_COMPLETED },
    { "No Answer", CS_EXOTEL_STATUS_NO_ANSWER },
    { "BUSY", CS_EXOTEL_STATUS_BUSY },
    { "failed", CS_EXOTEL_STATUS_FAILED },
    { "canceled", CS_EXOTEL_STATUS_CANCELED },
    { "Cancelled", CS_EXOTEL_STATUS_CANCELED },
    { "completed2", CS_EXOTEL_STATUS_OTHER },
    { "comp", CS_EXOTEL_STATUS_OTHER },
    { "", CS_EXOTEL_STATUS_NONE },
    { NULL, CS_EXOTEL_STATUS_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmpint (cs_exotel_status_from_name (words[i].word), ==, words[i].status);
}

/* Every row of protocol/exotel.md §1, "Answered", and what follows for calls that go out. */
static void
test_rules (void)
{
  static const struct
  {
    CsDirection direction;
    const char *status;
    gboolean has_talked;
    const char *second_leg;
    const char *talk, *plain;
  } rules[] = {
    { INBOUND, "completed", TRUE, "", "answered", "answered" },
    { INBOUND, "completed", TRUE, "no-answer", "answered", "answered" },
    { INBOUND, "completed", FALSE, "completed", "answered", "answered" },
    { INBOUND, "completed", FALSE, "no-answer", "missed", "answered" },
    { INBOUND, "completed", FALSE, "busy", "missed", "answered" },
    { INBOUND, "completed", FALSE, "failed", "missed", "answered" },
    { INBOUND, "completed", FALSE, "canceled", "missed", "answered" },
    { INBOUND, "completed", FALSE, "ringing", "missed", "answered" },
    { INBOUND, "completed", FALSE, "rung-out", "missed", "answered" },
    { INBOUND, "completed", FALSE, "", "ivr_only", "answered" },
    { INBOUND, "no-answer", FALSE, "", "missed", "missed" },
    { INBOUND, "no-answer", FALSE, "busy", "missed", "missed" },
    { INBOUND, "no-answer", TRUE, "", "answered", "missed" },
    { INBOUND, "busy", FALSE, "", "busy", "busy" },
    { INBOUND, "busy", FALSE, "no-answer", "busy", "busy" },
    { INBOUND, "failed", FALSE, "", "failed", "failed" },
    { INBOUND, "failed", FALSE, "completed", "answered", "failed" },
    { INBOUND, "canceled", FALSE, "", "missed", "missed" },
    { INBOUND, "queued", FALSE, "", "ringing", "ringing" },
    { INBOUND, "ringing", FALSE, "no-answer", "ringing", "ringing" },
    { INBOUND, "in-progress", TRUE, "completed", "talking", "talking" },
    { INBOUND, "", FALSE, "", "other", "other" },
    { INBOUND, "", TRUE, "", "answered", "other" },
    { INBOUND, "archived", FALSE, "busy", "other", "other" },
    { INBOUND, "archived", FALSE, "completed", "answered", "other" },
    { NOWHERE, "canceled", FALSE, "", "missed", "missed" },
    { NOWHERE, "completed", FALSE, "busy", "missed", "answered" },
    { BY_API, "completed", TRUE, "completed", "answered", "answered" },
    { BY_API, "completed", FALSE, "no-answer", "not_reached", "answered" },
    { BY_API, "completed", FALSE, "canceled", "not_reached", "answered" },
    { BY_API, "completed", FALSE, "rung-out", "not_reached", "answered" },
    { BY_API, "completed", FALSE, "busy", "busy", "answered" },
    { BY_API, "completed", FALSE, "failed", "failed", "answered" },
    { BY_API, "completed", FALSE, "", "ivr_only", "answered" },
    { BY_API, "no-answer", FALSE, "", "not_reached", "not_reached" },
    { BY_API, "canceled", FALSE, "", "not_reached", "not_reached" },
    { BY_API, "busy", FALSE, "", "busy", "busy" },
    { BY_API, "failed", FALSE, "", "failed", "failed" },
    { BY_API, "queued", FALSE, "", "ringing", "ringing" },
    { DIALLED, "no-answer", FALSE, "", "not_reached", "not_reached" },
    { DIALLED, "canceled", FALSE, "", "not_reached", "not_reached" },
    { OUTBOUND, "canceled", FALSE, "", "not_reached", "not_reached" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      CsExotelStatus status = cs_exotel_status_from_name (rules[i].status);
      CsExotelStatus second_leg = cs_exotel_status_from_name (rules[i].second_leg);
      CsOutcome plain = cs_exotel_status_get_plain_outcome (status, rules[i].direction);
      CsOutcome talk = cs_exotel_status_get_talk_outcome (status, second_leg, rules[i].has_talked, rules[i].direction);

      g_test_message ("%s %s %d %s", cs_direction_get_name (rules[i].direction), rules[i].status, rules[i].has_talked,
                      rules[i].second_leg);
      g_assert_cmpstr (cs_outcome_get_name (plain), ==, rules[i].plain);
      g_assert_cmpstr (cs_outcome_get_name (talk), ==, rules[i].talk);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/status/in-any-case", test_names);
  g_test_add_func ("/exotel/status/answered-by-talk-and-by-status", test_rules);

  return g_test_run ();
}
