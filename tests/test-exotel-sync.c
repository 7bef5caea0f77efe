/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-sync-fixture.h"

/* Without credentials nobody is asked anything. */
static void
test_off (Lab           *lab,
          gconstpointer  data)
{
  char **texts[] = { &lab->config->exotel_account_sid, &lab->config->exotel_api_key, &lab->config->exotel_api_token };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      char *text = *texts[i];

      *texts[i] = (char *) (i == 1 ? NULL : "");
      lab_configure (lab);
      cs_exotel_sync_refresh (lab->sync);
      cs_exotel_sync_import (lab->sync, 30);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      *texts[i] = text;
      g_assert_cmpint (lab_state (lab)->activity, ==, CS_EXOTEL_OFF);
      g_assert_false (lab_state (lab)->is_importing);
      g_assert_cmpint (lab_state (lab)->next_us, ==, CS_UNKNOWN);
      g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
    }
  g_usleep (20000);
  g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake), ==, 0);

  lab_fetch_first (lab);
  g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake), >, 0);
}

/* The days asked for, and no more of them, from their first midnight in the account's zone. */
static void
test_first_days (Lab           *lab,
                 gconstpointer  data)
{
  gint64 today_us = cs_day_get_start (lab->zone, lab->now_us);
  gint64 first_us = cs_day_add_days (lab->zone, today_us, -2);

  fake_exotel_add_call (lab->fake, first_us - G_USEC_PER_SEC, FAKE_CALL_ANSWERED, 10);
  fake_exotel_add_call (lab->fake, first_us, FAKE_CALL_ANSWERED, 20);
  fake_exotel_add_call (lab->fake, first_us + DAY_US, FAKE_CALL_MISSED, 0);
  fake_exotel_add_call (lab->fake, lab->now_us - 5 * G_USEC_PER_SEC, FAKE_CALL_BUSY, 0);

  lab_configure (lab);
  g_assert_cmpint (lab_state (lab)->activity, ==, CS_EXOTEL_REFRESHING);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->began_us, >=, lab->now_us);
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, CS_UNKNOWN);
  g_assert_cmpint (lab_state (lab)->good_us, >=, lab->now_us);
  g_assert_cmpfloat (lab->fraction, ==, 1.0);
  g_assert_cmpuint (count_calls (lab), ==, 3);
  g_assert_cmpint (store_sql_number (lab->dir, "SELECT min(seen_us) FROM call"), ==, first_us);
}

/* Begins a long first fetch and leaves it in the middle, with the oldest calls there. */
static void
begin_first_fetch (Lab *lab)
{
  fake_exotel_add_calls (lab->fake, 1000, lab->now_us - 40 * HOUR_US, 2 * MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .delay_ms = 15 });
  lab_configure (lab);
  lab_wait (lab, has_some_calls);
  g_assert_cmpuint (count_calls (lab), <, 1000);
  g_assert_cmpint (store_sql_number (lab->dir, "SELECT max(seen_us) - min(seen_us) FROM call"), ==,
                   (count_calls (lab) - 1) * 2 * MINUTE_US);
  g_assert_cmpint (store_sql_number (lab->dir, "SELECT min(seen_us) FROM call"), ==, lab->now_us - 40 * HOUR_US);
}

/* The program ends in the middle: the next one goes on there, and says meanwhile that something is missing. */
static void
test_interrupted (Lab           *lab,
                  gconstpointer  data)
{
  guint n_asked;

  begin_first_fetch (lab);
  lab_reopen (lab);
  store_assert_sound (lab->dir);
  n_asked = count_asked (lab);
  lab_configure (lab);
  g_assert_false (lab_state (lab)->is_complete);
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpuint (count_in_buckets (lab), ==, 1000);
  /* From the beginning it would be ten pages. */
  g_assert_cmpuint (count_asked (lab) - n_asked, <=, 8);
}

/* The server dies in the middle, in each of the ways it can: what came stays, the rest follows by itself. */
static void
test_cut (Lab           *lab,
          gconstpointer  data)
{
  static const FakeExotelMode modes[] = { FAKE_EXOTEL_CUT, FAKE_EXOTEL_CUT_CHUNK, FAKE_EXOTEL_CLOSE };
  guint n_calls = 0;

  fake_exotel_add_calls (lab->fake, 1000, lab->now_us - 40 * HOUR_US, 2 * MINUTE_US);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      lab_behave (lab, (FakeExotelBehaviour) { .mode = modes[i], .skip = 2 });
      if (i == 0)
        lab_configure (lab);
      else
        cs_exotel_sync_refresh (lab->sync);
      lab_wait (lab, is_idle);
      g_assert_nonnull (lab_state (lab)->error);
      g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);
      g_assert_false (lab_state (lab)->is_complete);
      g_assert_cmpuint (count_calls (lab), >, n_calls);
      n_calls = count_calls (lab);
      g_assert_cmpuint (n_calls, <, 1000);
    }
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_wait (lab, is_good);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 1000);
  g_assert_cmpuint (count_in_buckets (lab), ==, 1000);
}

/* A day of 1,247 calls: the first fetch takes it page by page, a refresh that finds nothing new asks at most twice. */
static void
test_refresh_is_cheap (Lab           *lab,
                       gconstpointer  data)
{
  gint64 yesterday_us = cs_day_add_days (lab->zone, cs_day_get_start (lab->zone, lab->now_us), -1);
  g_autofree char *dump = NULL, *again = NULL;
  guint n_requests;

  fake_exotel_add_sample_day (lab->fake, yesterday_us);
  fake_exotel_add_calls (lab->fake, 1247, lab->now_us - 1247 * 30 * (gint64) G_USEC_PER_SEC, 30 * G_USEC_PER_SEC);
  lab_fetch_first (lab);
  g_assert_cmpuint (count_in_buckets (lab), ==, 2 * 1247);

  dump = dump_figures (lab);
  for (guint i = 0; i < 3; i++)
    {
      n_requests = fake_exotel_get_n_requests (lab->fake);
      lab_refresh (lab);
      g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake) - n_requests, <=, 2);
      g_assert_cmpuint (fake_exotel_get_n_requests (lab->fake) - n_requests, >=, 1);
      g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
    }
  again = dump_figures (lab);
  g_assert_true (g_str_equal (dump, again));
}

/* Lets time pass, then refreshes. */
static void
refresh_later (Lab   *lab,
               guint  minutes)
{
  lab_tick_us += minutes * MINUTE_US;
  lab_refresh (lab);
  g_assert_cmpstr (lab_state (lab)->error, ==, NULL);
}

/* The record of a call that lasted two hours comes two hours after its beginning, when nobody looks there any more. */
static void
test_long_call (Lab           *lab,
                gconstpointer  data)
{
  lab_fetch_first (lab);
  lab_refresh (lab);
  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - 2 * HOUR_US, "completed", 7000);
  refresh_later (lab, 29);
  g_assert_cmpuint (count_calls (lab), ==, 0);
  refresh_later (lab, 1);
  g_assert_cmpuint (count_calls (lab), ==, 1);

  /* Not each time, but every half an hour. */
  add_record (lab, "1123456789abcdef0123456789abcdef", "", lab->now_us - 2 * HOUR_US, "completed", 7000);
  refresh_later (lab, 29);
  g_assert_cmpuint (count_calls (lab), ==, 1);
  refresh_later (lab, 1);
  g_assert_cmpuint (count_calls (lab), ==, 2);
}

/* What is known to be missing is asked for again every hour, until it is there. */
static void
test_gap_is_fetched_again (Lab           *lab,
                           gconstpointer  data)
{
  lab->config->exotel_history_days = 1;
  fake_exotel_add_calls (lab->fake, 10, lab->now_us - 5 * HOUR_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 1 });
  lab_fetch_first (lab);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 1);

  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - 5 * HOUR_US, "completed", 70);
  for (guint i = 0; i < 2; i++)
    {
      refresh_later (lab, i == 0 ? 30 : 29);
      g_assert_cmpuint (count_calls (lab), ==, 10);
      g_assert_false (lab_state (lab)->is_complete);
    }
  refresh_later (lab, 1);
  g_assert_cmpuint (count_calls (lab), ==, 11);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, CS_UNKNOWN);
}

/* A gap that stays is looked at once an hour, not at each refresh. */
static void
test_gap_stays (Lab           *lab,
                gconstpointer  data)
{
  guint n_asked[4];

  lab->config->exotel_history_days = 1;
  fake_exotel_add_calls (lab->fake, 250, lab->now_us - 20 * HOUR_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 1 });
  lab_fetch_first (lab);
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  for (guint i = 0; i < G_N_ELEMENTS (n_asked); i++)
    {
      guint n_before = count_asked (lab);

      /* Only the third is after an hour: it fetches three pages. */
      lab_behave (lab, (FakeExotelBehaviour) { .mode = i == 2 ? FAKE_EXOTEL_WRONG_TOTAL : FAKE_EXOTEL_FINE, .total_offset = 1 });
      refresh_later (lab, i == 2 ? 20 : 20 + (i == 3));
      n_asked[i] = count_asked (lab) - n_before;
      g_assert_false (lab_state (lab)->is_complete);
    }
  g_assert_cmpuint (n_asked[0], ==, 1);
  g_assert_cmpuint (n_asked[1], ==, 1);
  g_assert_cmpuint (n_asked[2], ==, 3);
  g_assert_cmpuint (n_asked[3], ==, 1);
}

/* A gap of some days ago isn't given up: it is looked at again after a quarter of its age, also if the program was quit meanwhile. */
static void
test_old_gap (Lab           *lab,
              gconstpointer  data)
{
  static const struct
  {
    gint64 looked_before_us;
    gboolean is_asked;
  } cases[] = { { 1 * DAY_US, FALSE }, { 4 * DAY_US, TRUE } };

  lab->config->exotel_history_days = 10;
  fake_exotel_add_calls (lab->fake, 250, lab->now_us - 8 * DAY_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 1 });
  lab_fetch_first (lab);
  g_assert_false (lab_state (lab)->is_complete);
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  refresh_later (lab, 24 * 60);
  g_assert_false (lab_state (lab)->is_complete);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sql = g_strdup_printf ("UPDATE sync_state SET value = %" G_GINT64_FORMAT " WHERE name = 'exotel-gap-looked'",
                                              lab->now_us - cases[i].looked_before_us);

      g_assert_cmpint (store_sql_number (lab->dir, "SELECT count(*) FROM sync_state WHERE name = 'exotel-gap-looked'"), ==, 1);
      store_sql (lab->dir, sql);
      lab_reopen (lab);
      lab_configure (lab);
      lab_wait (lab, is_good);
      g_assert_true (lab_state (lab)->is_complete == cases[i].is_asked);
    }
}

/* What changes while it settles is taken over, and counted as what it is then. */
static void
test_changed_record (Lab           *lab,
                     gconstpointer  data)
{
  CsMetrics metrics;

  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - 10 * MINUTE_US, "no-answer", 0);
  lab_fetch_first (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_MISSED), ==, 1);

  fake_exotel_clear_calls (lab->fake);
  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - 10 * MINUTE_US, "completed", 75);
  add_record (lab, "1123456789abcdef0123456789abcdef", "", lab->now_us - 2 * MINUTE_US, "busy", 0);
  lab_refresh (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 2);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_MISSED), ==, 0);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_ANSWERED), ==, 1);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_BUSY), ==, 1);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, 75 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_calls (lab), ==, 2);
  store_assert_sound (lab->dir);
}

/* Fewer came than Exotel counts: that is said, survives a restart, and ends when all of it was fetched once more. */
static void
test_missing (Lab           *lab,
              gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 250, lab->now_us - 250 * MINUTE_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 7 });
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 250);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);

  /* A good refresh of the last minutes doesn't bring what is missing before them, nor does a bad one hide it. */
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  g_assert_false (lab_state (lab)->is_complete);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_WRONG_TOTAL, .total_offset = 2 });
  lab_refresh (lab);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);
  lab_behave (lab, (FakeExotelBehaviour) { 0 });
  lab_refresh (lab);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);

  lab_reopen (lab);
  lab_configure (lab);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 7);
  lab_wait (lab, is_good);
  g_assert_false (lab_state (lab)->is_complete);

  cs_exotel_sync_import (lab->sync, 3);
  lab_wait (lab, is_not_importing);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, CS_UNKNOWN);
}

/* What can't be read is counted and named; what stands beside it is kept. */
static void
test_unreadable (Lab           *lab,
                 gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 20, lab->now_us - 3 * HOUR_US, MINUTE_US);
  fake_exotel_add_record (lab->fake, lab->now_us - 3 * HOUR_US + 1, "{\"Sid\":null,\"DateCreated\":\"yesterday\"}");
  fake_exotel_add_record (lab->fake, lab->now_us - 3 * HOUR_US + 2, "17");
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 20);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpuint (lab_state (lab)->n_unreadable, ==, 2);
  g_assert_cmpint (lab_state (lab)->n_missing, ==, 2);
  g_assert_nonnull (lab_state (lab)->fault);

  fake_exotel_clear_calls (lab->fake);
  fake_exotel_add_calls (lab->fake, 20, lab->now_us - 3 * HOUR_US, MINUTE_US);
  cs_exotel_sync_import (lab->sync, 3);
  lab_wait (lab, is_not_importing);
  g_assert_true (lab_state (lab)->is_complete);
  g_assert_cmpstr (lab_state (lab)->fault, ==, NULL);
}

/* Refreshes follow each other by themselves, or don't where they are made by hand. */
static void
test_timer (Lab           *lab,
            gconstpointer  data)
{
  gint64 good_us;

  lab_fetch_first (lab);
  g_assert_cmpint (lab_state (lab)->next_us, ==, CS_UNKNOWN);

  lab->config->exotel_refresh_seconds = 15;
  lab_configure (lab);
  g_assert_cmpint (lab_state (lab)->next_us, !=, CS_UNKNOWN);
  good_us = lab_state (lab)->good_us;
  fake_exotel_add_call (lab->fake, lab->now_us - 30 * G_USEC_PER_SEC, FAKE_CALL_ANSWERED, 5);
  while (count_calls (lab) == 0)
    g_main_context_iteration (NULL, TRUE);
  lab_wait (lab, is_idle);
  g_assert_cmpint (lab_state (lab)->good_us, >, good_us);
}

/* A call is known from its events first: it runs, it ends. Its record, once there, is the authority over them all. */
static void
test_events (Lab           *lab,
             gconstpointer  data)
{
  static const char sid[] = "abcdefghijklmnopqrstuvwxyz012345";
  g_autofree char *started = format_time (lab, lab->now_us - 5 * MINUTE_US);
  g_autofree char *answered = g_strdup_printf ("{\"CallSid\":\"%s\",\"EventType\":\"answered\",\"Status\":\"in-progress\","
                                               "\"From\":\"09812345678\",\"To\":\"01139585476\",\"Direction\":\"inbound\","
                                               "\"PhoneNumberSid\":\"01139585476\",\"StartTime\":\"%s\"}", sid, started);
  g_autofree char *ended = g_strdup_printf ("{\"CallSid\":\"%s\",\"EventType\":\"terminal\",\"Status\":\"completed\","
                                            "\"From\":\"09812345678\",\"To\":\"01139585476\",\"Direction\":\"inbound\","
                                            "\"PhoneNumberSid\":\"01139585476\",\"StartTime\":\"%s\","
                                            "\"ConversationDuration\":30}", sid, started);
  CsMetrics metrics;
  g_autofree char *dump = NULL, *again = NULL;

  lab_fetch_first (lab);
  tell_event (lab, answered);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (metrics.n_active, ==, 1);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 0);

  tell_event (lab, ended);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (metrics.n_active, ==, 0);
  g_assert_cmpuint (cs_metrics_get_part (&metrics, CS_PART_ANSWERED), ==, 1);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, 30 * G_USEC_PER_SEC);

  add_record (lab, sid, "", lab->now_us - 5 * MINUTE_US, "completed", 41);
  lab_refresh (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 1);
  g_assert_cmpint (cs_metrics_get_average_talk (&metrics), ==, 41 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_calls (lab), ==, 1);

  dump = store_dump (lab->dir);
  tell_event (lab, answered);
  tell_event (lab, ended);
  again = store_dump (lab->dir);
  g_assert_cmpstr (dump, ==, again);
}

/* The second call of a pair is part of the first: it is kept, but stands in no figure. */
static void
test_parts (Lab           *lab,
            gconstpointer  data)
{
  CsMetrics metrics;

  add_record (lab, "0123456789abcdef0123456789abcdef", "", lab->now_us - HOUR_US, "completed", 60);
  add_record (lab, "1123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", lab->now_us - HOUR_US, "completed",
              60);
  lab_fetch_first (lab);
  read_metrics (lab, &metrics);
  g_assert_cmpuint (cs_metrics_get_total (&metrics), ==, 1);
  g_assert_cmpuint (count_in_buckets (lab), ==, 1);
  g_assert_true (lab_state (lab)->is_complete);
}

/* Addresses of a stranger's in place of the next page: nobody but Exotel hears of us, and the gap is told. */
static void
test_hostile_page (Lab           *lab,
                   gconstpointer  data)
{
  fake_exotel_add_calls (lab->fake, 150, lab->now_us - 30 * HOUR_US, MINUTE_US);
  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_NEXT_URI, .next_uri = "http://{bystander}/v1/x?After={after}" });
  lab_fetch_first (lab);
  g_assert_cmpuint (count_calls (lab), ==, 150);

  lab_behave (lab, (FakeExotelBehaviour) { .mode = FAKE_EXOTEL_NEXT_URI, .next_uri = "http://{bystander}/v1/x" });
  cs_exotel_sync_import (lab->sync, 3);
  lab_wait (lab, is_not_importing);
  g_assert_false (lab_state (lab)->is_complete);
  g_assert_cmpuint (count_calls (lab), ==, 150);
}

int
main (int    argc,
      char **argv)
{
  static const struct {
    const char *path;
    void (*func) (Lab *, gconstpointer);
  } cases[] = {
    { "/exotel-sync/off/asks-nobody", test_off },
    { "/exotel-sync/first/takes-the-days-asked-for", test_first_days },
    { "/exotel-sync/first/goes-on-after-a-restart", test_interrupted },
    { "/exotel-sync/first/goes-on-after-a-cut", test_cut },
    { "/exotel-sync/refresh/costs-two-requests-at-most", test_refresh_is_cheap },
    { "/exotel-sync/refresh/takes-over-what-changed", test_changed_record },
    { "/exotel-sync/refresh/follows-by-itself", test_timer },
    { "/exotel-sync/refresh/long-call-comes-within-half-an-hour", test_long_call },
    { "/exotel-sync/gap/is-fetched-again-after-an-hour", test_gap_is_fetched_again },
    { "/exotel-sync/gap/costs-nothing-in-between", test_gap_stays },
    { "/exotel-sync/gap/old-one-is-not-given-up", test_old_gap },
    { "/exotel-sync/truth/missing-records-are-told", test_missing },
    { "/exotel-sync/truth/unreadable-records-are-told", test_unreadable },
    { "/exotel-sync/truth/parts-are-not-counted", test_parts },
    { "/exotel-sync/truth/strangers-hear-nothing", test_hostile_page },
    { "/exotel-sync/events/record-is-the-authority", test_events },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Lab, NULL, lab_set_up, cases[i].func, lab_tear_down);
  return g_test_run ();
}
