/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-alert-policy.h"

#include <stdlib.h>
#include <string.h>

/* Noon of a day in UTC, which is the zone of all cases. */
#define NOON_US (G_GINT64_CONSTANT (1767268800) * G_USEC_PER_SEC)

/* What happens, one step a line, and what is done to the notifications after each of them:
 *   SECONDS missed ID PEER [AGE]   a call of that number has ended, AGE seconds before
 *   SECONDS voicemail ID PEER
 *   SECONDS settled PEER           somebody talked with that number
 *   SECONDS gone ID                that call is something else after all
 *   SECONDS deleted                all calls are
 *   SECONDS health BEFORE NOW      o, w, c, u: a report
 *   SECONDS fault N TEXT           port 0, tunnel 1, signature 2, storage 3; TEXT "-" where it ends
 *   SECONDS rules MISSED HEALTH RECEIVER
 *   SECONDS look                   nothing
 * Seconds count from noon. A result is a list: "+ID" shown, "~ID" shown without disturbing, "-ID" withdrawn, "*N" how many calls. */
typedef struct {
  const char *name;
  const char *quiet; /* (nullable) from-to, in minutes of the day */
  const char *steps[12][2];
} Case;

static const Case cases[] = {
  { "missed/is-shown-once", NULL, { { "0 missed 1 a", "+call-1" }, { "1 look", "" } } },
  { "missed/voicemail-is-shown", NULL, { { "0 voicemail 1 a", "+call-1" } } },
  { "missed/old-call-is-not-shown", NULL, { { "0 missed 1 a 901", "" }, { "1 missed 2 a 899", "+call-2" } } },
  { "missed/settled-is-withdrawn", NULL,
    { { "0 missed 1 a", "+call-1" }, { "9 missed 2 b", "+call-2" }, { "30 settled a", "-call-1" }, { "40 settled a", "" } } },
  { "missed/another-call-of-the-number-is-shown-and-both-are-settled", NULL,
    { { "0 missed 1 a", "+call-1" }, { "100 missed 2 a", "+call-2" }, { "200 settled a", "-call-2 -call-1" } } },
  { "missed/call-that-was-something-else-is-withdrawn", NULL, { { "0 missed 1 a", "+call-1" }, { "1 gone 1", "-call-1" } } },
  { "missed/settled-in-the-same-moment-is-not-shown", NULL, { { "0 missed 1 a; 0 settled a", "" } } },
  { "missed/deleted-are-withdrawn", NULL, { { "0 missed 1 a", "+call-1" }, { "1 deleted", "-call-1" } } },
  { "missed/switched-off", NULL,
    { { "0 missed 1 a", "+call-1" }, { "1 rules 0 1 1", "-call-1" }, { "2 missed 2 a", "" }, { "3 rules 1 1 1", "" } } },

  { "rush/four-at-once-are-one", NULL, { { "0 missed 1 a; 0 missed 2 b; 0 missed 3 c; 0 missed 4 d", "+missed-calls*4" } } },
  { "rush/three-at-once-are-three", NULL, { { "0 missed 1 a; 0 missed 2 b; 0 missed 3 c", "+call-1 +call-2 +call-3" } } },
  { "rush/fourth-within-a-minute-takes-the-others-in", NULL,
    { { "0 missed 1 a", "+call-1" }, { "10 missed 2 b", "+call-2" }, { "20 missed 3 c", "+call-3" },
      { "59 missed 4 d", "-call-1 -call-2 -call-3 +missed-calls*4" } } },
  { "rush/fourth-after-a-minute-is-one", NULL,
    { { "0 missed 1 a", "+call-1" }, { "10 missed 2 b", "+call-2" }, { "20 missed 3 c", "+call-3" }, { "60 missed 4 d", "+call-4" } } },
  { "rush/goes-on-every-five-seconds", NULL,
    { { "0 missed 1 a; 0 missed 2 b; 0 missed 3 c; 0 missed 4 d", "+missed-calls*4" }, { "1 missed 5 e", "" },
      { "2 missed 6 f", "" }, { "5 look", "+missed-calls*6" } } },
  { "rush/ends-after-a-minute", NULL,
    { { "0 missed 1 a; 0 missed 2 b; 0 missed 3 c; 0 missed 4 d", "+missed-calls*4" }, { "60 missed 5 e", "+call-5" } } },
  { "rush/settled-makes-it-less-without-a-word-and-then-go", NULL,
    { { "0 missed 1 a; 0 missed 2 b; 0 missed 3 b; 0 missed 4 d", "+missed-calls*4" }, { "10 settled b", "~missed-calls*2" },
      { "20 settled a", "~missed-calls*1" }, { "30 settled d", "-missed-calls" } } },

  { "quiet/one-is-shown-at-the-end", "720-721", { { "0 missed 1 a", "" }, { "30 look", "" }, { "60 look", "+call-1" } } },
  { "quiet/many-are-summed-up-at-the-end", "720-721",
    { { "0 missed 1 a", "" }, { "30 missed 2 b", "" }, { "60 look", "+missed-calls*2" } } },
  { "quiet/settled-meanwhile-is-not-shown", "720-721", { { "0 missed 1 a", "" }, { "30 settled a", "" }, { "60 look", "" } } },
  { "quiet/begins-and-withdraws", "721-800",
    { { "0 missed 1 a", "+call-1" }, { "60 missed 2 b", "" }, { "90 settled a", "-call-1" } } },
  { "quiet/over-midnight", "1200-730", { { "0 missed 1 a", "" }, { "600 look", "+call-1" } } },
  { "quiet/other-hours", "1200-700", { { "0 missed 1 a", "+call-1" } } },
  { "quiet/no-length-is-none", "720-720", { { "0 missed 1 a", "+call-1" } } },
  { "quiet/fault-that-lasts-is-shown-at-the-end", "720-721",
    { { "0 fault 0 deaf", "" }, { "30 fault 3 full", "" }, { "40 fault 3 -", "" }, { "60 look", "+receiver-port" } } },
  { "quiet/health-is-what-it-is-at-the-end", "720-721",
    { { "0 health o w", "" }, { "30 health w c", "" }, { "60 look", "+health" }, { "61 health c o", "+health" } } },
  { "quiet/health-that-came-back-is-no-news", "720-721",
    { { "0 health o c", "" }, { "30 health c o", "" }, { "60 look", "" } } },

  { "health/change-and-recovery", NULL,
    { { "0 health u o", "" }, { "1 health o w", "+health" }, { "2 health w w", "" }, { "3 health w c", "+health" },
      { "4 health c o", "+health" }, { "5 health o o", "" } } },
  { "health/first-report-ever-is-bad", NULL, { { "0 health u c", "+health" } } },
  { "health/known-since-before-the-start-is-not-repeated", NULL, { { "0 health c c", "" }, { "1 health c o", "+health" } } },
  { "health/silence-is-no-change", NULL, { { "0 health o w", "+health" }, { "1 health w u", "" }, { "2 health u w", "" } } },
  { "health/switched-off", NULL, { { "0 rules 1 0 1", "" }, { "1 health o c", "" }, { "2 rules 1 1 1", "" }, { "3 health c c", "" } } },

  { "fault/comes-and-goes", NULL, { { "0 fault 0 deaf", "+receiver-port" }, { "1 look", "" }, { "2 fault 0 -", "-receiver-port" } } },
  { "fault/other-words-do-not-disturb", NULL, { { "0 fault 3 full", "+receiver-storage" }, { "1 fault 3 broken", "~receiver-storage" } } },
  { "fault/tunnel-has-a-minute", NULL,
    { { "0 fault 1 down", "" }, { "59 look", "" }, { "60 look", "+receiver-tunnel" }, { "70 fault 1 -", "-receiver-tunnel" } } },
  { "fault/tunnel-that-comes-back-is-not-told", NULL, { { "0 fault 1 down", "" }, { "59 fault 1 -", "" }, { "70 look", "" } } },
  { "fault/each-by-itself", NULL, { { "0 fault 0 deaf; 0 fault 2 forged", "+receiver-port +receiver-signature" } } },
  { "fault/switched-off", NULL,
    { { "0 fault 0 deaf", "+receiver-port" }, { "1 rules 1 1 0", "-receiver-port" }, { "2 rules 1 1 1", "+receiver-port" } } },
};

static CsHealthStatus
read_health (const char *text)
{
  switch (*text) {
  case 'o':
    return CS_HEALTH_OK;
  case 'w':
    return CS_HEALTH_WARNING;
  case 'c':
    return CS_HEALTH_CRITICAL;
  default:
    return CS_HEALTH_UNKNOWN;
  }
}

static CsNews *
read_news (char   **words,
           gint64   now_us)
{
  const char *what = words[1];
  guint n = g_strv_length (words);
  CsNews *news;

  if (g_str_equal (what, "missed") || g_str_equal (what, "voicemail")) {
    news = cs_news_new (CS_NEWS_UNANSWERED);
    news->outcome = g_str_equal (what, "missed") ? CS_OUTCOME_MISSED : CS_OUTCOME_VOICEMAIL;
    news->call_id = atoi (words[2]);
    news->peer_key = g_strdup (words[3]);
    news->ended_us = now_us - (n > 4 ? atoi (words[4]) : 0) * G_USEC_PER_SEC;
    news->at_us = news->ended_us - G_USEC_PER_SEC;
    return news;
  }
  if (g_str_equal (what, "health")) {
    news = cs_news_new (CS_NEWS_HEALTH);
    news->former_health = read_health (words[2]);
    news->health = read_health (words[3]);
    return news;
  }
  news = cs_news_new (g_str_equal (what, "deleted") ? CS_NEWS_DELETED : CS_NEWS_SETTLED);
  if (g_str_equal (what, "settled"))
    news->peer_key = g_strdup (words[2]);
  if (g_str_equal (what, "gone"))
    news->call_id = atoi (words[2]);
  news->at_us = now_us;
  return news;
}

/* Returns the time of the step. */
static gint64
play (CsAlertPolicy *policy,
      CsAlertRules  *rules,
      const char    *step)
{
  g_auto (GStrv) words = g_strsplit (step, " ", -1);
  gint64 now_us = NOON_US + g_ascii_strtoll (words[0], NULL, 10) * G_USEC_PER_SEC;

  if (g_str_equal (words[1], "look"))
    return now_us;
  if (g_str_equal (words[1], "fault")) {
    cs_alert_policy_set_fault (policy, (CsFault) atoi (words[2]), g_str_equal (words[3], "-") ? NULL : words[3], now_us);
  } else if (g_str_equal (words[1], "rules")) {
    rules->missed = atoi (words[2]);
    rules->health = atoi (words[3]);
    rules->receiver = atoi (words[4]);
    cs_alert_policy_set_rules (policy, rules);
  } else {
    g_autoptr (CsNews) news = read_news (words, now_us);

    cs_alert_policy_add_news (policy, news, now_us);
  }
  return now_us;
}

static char *
describe (GPtrArray *alerts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < alerts->len; i++) {
    const CsAlert *alert = g_ptr_array_index (alerts, i);

    g_string_append_printf (text, "%s%c%s", i > 0 ? " " : "", alert->is_withdrawn ? '-' : alert->is_calm ? '~' : '+', alert->id);
    if (alert->kind == CS_ALERT_CALLS && !alert->is_withdrawn)
      g_string_append_printf (text, "*%u", alert->n_calls);
    if (alert->kind == CS_ALERT_CALL && !alert->is_withdrawn)
      g_assert_nonnull (alert->news);
  }
  return g_string_free (text, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;
  g_autoptr (CsAlertPolicy) policy = cs_alert_policy_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  CsAlertRules rules = { TRUE, TRUE, TRUE, CS_NO_MINUTE, CS_NO_MINUTE };

  if (wanted->quiet != NULL) {
    rules.quiet_from = atoi (wanted->quiet);
    rules.quiet_to = atoi (strchr (wanted->quiet, '-') + 1);
  }
  cs_alert_policy_set_rules (policy, &rules);
  for (guint i = 0; wanted->steps[i][0] != NULL; i++) {
    g_auto (GStrv) steps = g_strsplit (wanted->steps[i][0], "; ", -1);
    g_autoptr (GPtrArray) alerts = NULL;
    g_autofree char *text = NULL;
    gint64 now_us = 0;

    for (guint j = 0; steps[j] != NULL; j++)
      now_us = play (policy, &rules, steps[j]);
    alerts = cs_alert_policy_take_alerts (policy, zone, now_us);
    text = describe (alerts);
    g_test_message ("%s", wanted->steps[i][0]);
    g_assert_cmpstr (text, ==, wanted->steps[i][1]);
  }
}

static char *
describe_told (CsAlertPolicy *policy,
               GTimeZone     *zone,
               gint64         now_us)
{
  g_autoptr (GPtrArray) alerts = cs_alert_policy_take_alerts (policy, zone, now_us);
  g_autoptr (GArray) told = cs_alert_policy_take_told (policy);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < told->len; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", g_array_index (told, gint64, i));
  return g_string_free (text, FALSE);
}

/* Only what came into a notification counts as told: what quiet hours hold back doesn't, until they are over. */
static void
test_told (void)
{
  static const struct {
    const char *step;
    int second;
    const char *told;
  } looks[] = {
    { "0 missed 1 a", 0, "1" },        { "1 look", 1, "" },
    { "2 missed 2 b; 2 missed 3 c; 2 missed 4 d", 2, "2 3 4" },
    { "60 missed 5 e; 60 missed 6 f", 60, "" }, { "120 look", 120, "5 6" }, { "121 look", 121, "" },
  };
  g_autoptr (CsAlertPolicy) policy = cs_alert_policy_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  CsAlertRules rules = { TRUE, TRUE, TRUE, 721, 722 };

  cs_alert_policy_set_rules (policy, &rules);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    g_auto (GStrv) steps = g_strsplit (looks[i].step, "; ", -1);
    g_autofree char *told = NULL;

    for (guint j = 0; steps[j] != NULL; j++)
      play (policy, &rules, steps[j]);
    told = describe_told (policy, zone, NOON_US + looks[i].second * G_USEC_PER_SEC);
    g_assert_cmpstr (told, ==, looks[i].told);
  }
}

/* It wants to be asked again when time alone changes what is to be shown, and else never. */
static void
test_due (void)
{
  g_autoptr (CsAlertPolicy) policy = cs_alert_policy_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  CsAlertRules rules = { TRUE, TRUE, TRUE, 720, 721 };

  cs_alert_policy_set_fault (policy, CS_FAULT_TUNNEL, "down", NOON_US);
  g_ptr_array_unref (cs_alert_policy_take_alerts (policy, zone, NOON_US + G_USEC_PER_SEC));
  g_assert_cmpint (cs_alert_policy_get_due (policy), ==, NOON_US + G_TIME_SPAN_MINUTE);
  cs_alert_policy_set_fault (policy, CS_FAULT_TUNNEL, NULL, NOON_US + 2 * G_USEC_PER_SEC);
  g_ptr_array_unref (cs_alert_policy_take_alerts (policy, zone, NOON_US + 2 * G_USEC_PER_SEC));
  g_assert_cmpint (cs_alert_policy_get_due (policy), ==, G_MAXINT64);

  cs_alert_policy_set_rules (policy, &rules);
  g_ptr_array_unref (cs_alert_policy_take_alerts (policy, zone, NOON_US));
  g_assert_cmpint (cs_alert_policy_get_due (policy), ==, G_MAXINT64);
  cs_alert_policy_set_fault (policy, CS_FAULT_PORT, "deaf", NOON_US);
  g_ptr_array_unref (cs_alert_policy_take_alerts (policy, zone, NOON_US));
  g_assert_cmpint (cs_alert_policy_get_due (policy), <=, NOON_US + G_TIME_SPAN_MINUTE);
}

/* A business that never calls anybody back doesn't fill the memory. */
static void
test_many (void)
{
  g_autoptr (CsAlertPolicy) policy = cs_alert_policy_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  guint n_shown = 0;

  for (int i = 0; i < 2000; i++) {
    g_autofree char *step = g_strdup_printf ("%d missed %d a", i * 100, i);
    CsAlertRules rules = { TRUE, TRUE, TRUE, CS_NO_MINUTE, CS_NO_MINUTE };
    gint64 now_us = play (policy, &rules, step);
    g_autoptr (GPtrArray) alerts = cs_alert_policy_take_alerts (policy, zone, now_us);

    n_shown += alerts->len;
  }
  g_assert_cmpuint (n_shown, ==, 2000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/alert-policy/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/alert-policy/told-is-what-was-shown", test_told);
  g_test_add_func ("/alert-policy/due", test_due);
  g_test_add_func ("/alert-policy/many", test_many);
  return g_test_run ();
}
