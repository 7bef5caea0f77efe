/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ledger-fixture.h"

/* How a case's last event is followed. */
typedef enum {
  BY_GRACE, /* the time within which a forwarded call goes on has passed */
  BY_STALE, /* the longest time without an event has passed */
} End;

typedef struct {
  const char *name;
  const char *events; /* as fixture_event_parse() reads them, one a line */
  const char *result; /* as fixture_describe() writes them, one a line, in alphabetic order */
  End end;
} Case;

/* Source of all: protocol/sipgate.md §3 to §5. */
static const Case cases[] = {
  /* A leg's outcome, rule 3 */
  { "answered/by-user-id-alone", "0 newCall a ids=w0\n3000 answer a ids=w0\n9000 hangup a cause=normalClearing",
    "inbound answered wait=3000 talk=6000 by=w0 legs=1 cause=normalClearing" },
  { "answered/by-full-user-id-alone", "0 newCall a\n3000 answer a full=1234567w0\n9000 hangup a cause=normalClearing",
    "inbound answered wait=3000 talk=6000 by=1234567w0 legs=1 cause=normalClearing" },
  { "answered/by-user-name-alone", "0 newCall a\n3000 answer a users=Alice\n9000 hangup a cause=normalClearing",
    "inbound answered wait=3000 talk=6000 by=- legs=1 cause=normalClearing" },
  { "answered/by-number-alone", "0 newCall a\n3000 answer a number=49177\n9000 hangup a cause=normalClearing",
    "inbound answered wait=3000 talk=6000 by=- legs=1 cause=normalClearing" },
  { "answered/then-forwarded", "0 newCall a ids=w0\n3000 answer a ids=w0\n9000 hangup a cause=forwarded",
    "inbound answered wait=3000 talk=6000 by=w0 legs=1 cause=forwarded" },
  { "answered/answer-lost-with-number", "0 newCall a\n9000 hangup a cause=normalClearing number=49177",
    "inbound answered wait=- talk=- by=- legs=1 cause=normalClearing" },
  { "answered/hangup-overtakes-answer", "0 newCall a\n9000 hangup a cause=normalClearing\n9100 answer a ids=w0",
    "inbound answered wait=9100 talk=- by=w0 legs=1 cause=normalClearing" },
  { "unattributed/answer-lost-without-number", "0 newCall a ids=w0\n9000 hangup a cause=normalClearing",
    "inbound answered_unattributed wait=- talk=- by=- legs=1 cause=normalClearing callback" },
  { "unattributed/nobody-named-after-keys",
    "0 newCall a\n2000 dtmf a digits=1\n3000 answer a\n9000 hangup a cause=normalClearing",
    "inbound answered_unattributed wait=3000 talk=6000 by=- legs=1 cause=normalClearing callback" },
  { "unattributed/not-unless-established", "0 newCall a\n3000 answer a\n9000 hangup a cause=cancel",
    "inbound missed wait=9000 talk=- by=- legs=1 cause=cancel callback" },
  { "unattributed/one-person-among-mailboxes",
    "0 newCall a users=Alice,voicemail ids=w0\n9000 hangup a cause=normalClearing",
    "inbound answered_unattributed wait=- talk=- by=- legs=1 cause=normalClearing callback" },
  { "voicemail/by-user-id",
    "0 newCall a ids=v0\n3000 answer a ids=v0 number=" FIXTURE_OWN "\n9000 hangup a cause=normalClearing",
    "inbound voicemail wait=3000 talk=- by=- legs=1 cause=normalClearing callback" },
  { "voicemail/by-full-user-id", "0 newCall a\n3000 answer a full=1234567v0\n9000 hangup a cause=normalClearing",
    "inbound voicemail wait=3000 talk=- by=- legs=1 cause=normalClearing callback" },
  { "voicemail/nobody-named-on-a-mailbox-leg",
    "0 newCall a users=voicemail\n3000 answer a number=" FIXTURE_OWN "\n9000 hangup a cause=normalClearing",
    "inbound voicemail wait=3000 talk=- by=- legs=1 cause=normalClearing callback" },
  { "voicemail/answer-lost",
    "0 newCall a ids=w0\n20000 hangup a cause=forwarded\n20100 newCall b parent=a users=voicemail\n"
    "40000 hangup b parent=a cause=normalClearing number=" FIXTURE_OWN,
    "inbound voicemail wait=- talk=- by=- legs=2 cause=normalClearing callback" },
  { "voicemail/caller-left-before",
    "0 newCall a ids=w0\n20000 hangup a cause=forwarded\n20100 newCall b parent=a users=voicemail\n"
    "20500 hangup b parent=a cause=cancel",
    "inbound missed wait=20500 talk=- by=- legs=2 cause=cancel callback" },
  { "ivr/whatever-the-cause", "0 newCall a\n2000 dtmf a digits=1\n2500 dtmf a digits=2\n9000 hangup a cause=busy",
    "inbound ivr_only wait=9000 talk=- by=- legs=1 cause=busy callback" },
  { "ivr/key-after-hangup", "0 newCall a\n9000 hangup a cause=cancel\n9100 dtmf a digits=1",
    "inbound ivr_only wait=9000 talk=- by=- legs=1 cause=cancel callback" },
  { "cause/noAnswer-is-rejected", "0 newCall a\n9000 hangup a cause=noAnswer",
    "inbound rejected wait=9000 talk=- by=- legs=1 cause=noAnswer callback" },
  { "cause/congestion-is-unreachable", "0 newCall a\n9000 hangup a cause=congestion",
    "inbound unreachable wait=9000 talk=- by=- legs=1 cause=congestion callback" },
  { "cause/unknown-is-kept", "0 newCall a\n9000 hangup a cause=solarFlare",
    "inbound other wait=9000 talk=- by=- legs=1 cause=solarFlare callback" },
  { "cause/none", "0 newCall a\n9000 hangup a\n9500 hangup a",
    "inbound other wait=9000 talk=- by=- legs=1 cause=- callback" },
  { "cause/two-the-better-first", "0 newCall a\n9000 hangup a cause=cancel\n9500 hangup a cause=forwarded",
    "inbound missed wait=9500 talk=- by=- legs=1 cause=cancel callback" },
  { "cause/two-the-better-last", "0 newCall a\n9000 hangup a cause=forwarded\n9500 hangup a cause=cancel",
    "inbound missed wait=9500 talk=- by=- legs=1 cause=cancel callback" },
  { "cause/two-established-first", "0 newCall a\n9000 hangup a cause=normalClearing\n9500 hangup a cause=busy",
    "inbound answered_unattributed wait=- talk=- by=- legs=1 cause=normalClearing callback" },
  { "cause/two-established-last", "0 newCall a\n9000 hangup a cause=busy\n9500 hangup a cause=normalClearing",
    "inbound answered_unattributed wait=- talk=- by=- legs=1 cause=normalClearing callback" },
  { "unknown-start/hangup-alone", "9000 hangup a cause=cancel",
    "inbound missed wait=- talk=- by=- legs=1 cause=cancel callback" },
  { "unknown-start/answer-first", "3000 answer a ids=w0\n9000 hangup a cause=normalClearing",
    "inbound answered wait=- talk=6000 by=w0 legs=1 cause=normalClearing" },
  { "unknown-start/newCall-last", "3000 hangup a cause=cancel\n3100 newCall a ids=w0",
    "inbound missed wait=- talk=- by=- legs=1 cause=cancel callback" },

  /* Who wants to be called back, rule 6 */
  { "callback/group-missed", "0 newCall a users=Alice,Bob ids=w0,w1\n9000 hangup a cause=cancel",
    "inbound missed wait=9000 talk=- by=- legs=1 cause=cancel callback" },
  { "callback/not-of-anonymous", "0 newCall a from=anonymous\n9000 hangup a from=anonymous cause=cancel",
    "inbound missed wait=9000 talk=- by=- legs=1 cause=cancel" },
  { "callback/not-after-a-person-whose-hangup-was-lost",
    "0 newCall a\n200 hangup a cause=busy\n300 newCall b parent=a\n5000 answer b parent=a ids=w1",
    "inbound busy wait=- talk=- by=- legs=2 cause=busy", BY_STALE },

  /* Several legs, rules 1, 2 and 4 */
  { "transfer/first-leg-ends-last",
    "0 newCall a ids=w0\n5000 answer a ids=w0\n30000 newCall b parent=a ids=w1\n35000 answer b parent=a ids=w1\n"
    "90000 hangup b parent=a cause=normalClearing\n90010 hangup a cause=normalClearing",
    "inbound answered wait=5000 talk=85010 by=w0 legs=2 cause=normalClearing" },
  { "transfer/to-the-mailbox",
    "0 newCall a ids=w0\n5000 answer a ids=w0\n30000 hangup a cause=normalClearing\n"
    "30100 newCall b parent=a users=voicemail\n30400 answer b parent=a users=voicemail\n"
    "50000 hangup b parent=a cause=normalClearing",
    "inbound answered wait=5000 talk=25000 by=w0 legs=2 cause=normalClearing" },
  { "transfer/to-the-mailbox-whose-hangup-was-lost",
    "0 newCall a ids=w0\n5000 answer a ids=w0\n30000 hangup a cause=normalClearing\n"
    "30100 newCall b parent=a users=voicemail\n30400 answer b parent=a users=voicemail",
    "inbound answered wait=5000 talk=25000 by=w0 legs=2 cause=normalClearing", BY_STALE },
  { "transfer/the-first-answer-counts",
    "0 newCall a ids=w0\n100 newCall b parent=a ids=w1\n5000 answer b parent=a ids=w1\n6000 answer a ids=w0\n"
    "9000 hangup b parent=a cause=normalClearing\n9100 hangup a cause=normalClearing",
    "inbound answered wait=5000 talk=4100 by=w1 legs=2 cause=normalClearing" },
  { "queue/then-a-person",
    "0 newCall a\n2000 answer a\n30000 hangup a cause=forwarded\n30100 newCall b parent=a ids=w1\n"
    "32000 answer b parent=a ids=w1\n60000 hangup b parent=a cause=normalClearing",
    "inbound answered wait=32000 talk=28000 by=w1 legs=2 cause=normalClearing" },
  { "forwarded/goes-on-after-the-grace",
    "0 newCall a\n20000 hangup a cause=forwarded\n30000 newCall b parent=a\n35000 answer b parent=a ids=w1\n"
    "60000 hangup b parent=a cause=normalClearing",
    "inbound answered wait=35000 talk=25000 by=w1 legs=2 cause=normalClearing" },
  { "forwarded/twice-to-nowhere",
    "0 newCall a\n20000 hangup a cause=forwarded\n20100 newCall b parent=a\n30000 hangup b parent=a cause=forwarded",
    "inbound forwarded wait=30000 talk=- by=- legs=2 cause=forwarded" },
  { "ivr/key-after-the-grace", "0 newCall a\n9000 hangup a cause=forwarded\n90000 dtmf a digits=1",
    "inbound ivr_only wait=9000 talk=- by=- legs=1 cause=forwarded callback" },
  { "forwarded/to-an-external-telephone",
    "0 newCall a ids=w0\n20000 hangup a cause=forwarded\n20100 newCall b parent=a dir=out\n"
    "25000 answer b parent=a dir=out number=" FIXTURE_CALLER "\n60000 hangup b parent=a dir=out cause=normalClearing",
    "inbound answered wait=25000 talk=35000 by=- legs=2 cause=normalClearing" },
  { "internal/answered",
    "0 newCall a dir=out ids=w0\n30 newCall b parent=a ids=w1\n4000 answer a dir=out number=1\n"
    "4010 answer b parent=a ids=w1\n20000 hangup b parent=a cause=normalClearing\n"
    "20010 hangup a dir=out cause=normalClearing",
    "internal answered wait=4000 talk=16000 by=w1 legs=2 cause=normalClearing" },
  /* The colleague came later than the customer, who was the first to answer. */
  { "internal/outgoing-call-given-to-a-colleague",
    "0 newCall a dir=out ids=w0\n4000 answer a dir=out number=1\n30000 newCall b parent=a ids=w1\n"
    "34000 answer b parent=a ids=w1\n35000 hangup a dir=out cause=normalClearing\n"
    "60000 hangup b parent=a cause=normalClearing",
    "internal answered wait=4000 talk=56000 by=w1 legs=2 cause=normalClearing" },
  { "internal/missed",
    "0 newCall a dir=out ids=w0\n30 newCall b parent=a ids=w1\n20000 hangup b parent=a cause=cancel\n"
    "20010 hangup a dir=out cause=cancel",
    "internal missed wait=20010 talk=- by=- legs=2 cause=cancel" },
  { "xcid/joins-where-no-parent-is-named",
    "0 newCall a parent= xcid=x\n20000 hangup a parent= xcid=x cause=forwarded\n"
    "20100 newCall b parent= xcid=x users=voicemail\n20400 answer b parent= xcid=x users=voicemail\n"
    "40000 hangup b parent= xcid=x cause=normalClearing",
    "inbound voicemail wait=20400 talk=- by=- legs=2 cause=normalClearing callback" },
  { "xcid/joins-a-nameless-leg-to-a-fresh-call",
    "0 newCall a xcid=x\n9000 hangup a xcid=x cause=forwarded\n9100 newCall b parent= xcid=x\n"
    "19000 hangup b parent= xcid=x cause=cancel",
    "inbound missed wait=19000 talk=- by=- legs=2 cause=cancel callback" },
  { "xcid/joins-a-fresh-call-to-a-nameless-leg",
    "9000 newCall b parent= xcid=x\n9100 newCall a xcid=x\n19000 hangup b parent= xcid=x cause=cancel\n"
    "19100 hangup a xcid=x cause=forwarded",
    "inbound missed wait=10100 talk=- by=- legs=2 cause=cancel callback" },
  { "xcid/does-not-join-calls-that-each-name-themselves",
    "0 newCall a xcid=x\n100 newCall b xcid=x\n9000 hangup a xcid=x cause=cancel\n9100 hangup b xcid=x cause=busy",
    "inbound busy wait=9000 talk=- by=- legs=1 cause=busy callback\n"
    "inbound missed wait=9000 talk=- by=- legs=1 cause=cancel callback" },
  { "parent/never-seen",
    "0 newCall b parent=a\n9000 hangup b parent=a cause=forwarded\n9100 newCall c parent=a\n"
    "19000 hangup c parent=a cause=busy",
    "inbound busy wait=19000 talk=- by=- legs=2 cause=busy callback" },
  { "parent/in-a-circle",
    "0 newCall a parent=b\n100 newCall b parent=a\n9000 hangup a cause=busy\n9000 hangup b cause=cancel",
    "inbound busy wait=9000 talk=- by=- legs=2 cause=busy callback" },

  /* Outgoing calls, rule 5 */
  { "outgoing/cancel-is-not-reached", "0 newCall a dir=out\n9000 hangup a dir=out cause=cancel",
    "outbound not_reached wait=9000 talk=- by=- legs=1 cause=cancel" },
  { "outgoing/busy", "0 newCall a dir=out\n9000 hangup a dir=out cause=busy",
    "outbound busy wait=9000 talk=- by=- legs=1 cause=busy" },
  { "outgoing/rejected", "0 newCall a dir=out\n9000 hangup a dir=out cause=noAnswer",
    "outbound rejected wait=9000 talk=- by=- legs=1 cause=noAnswer" },
  { "outgoing/hangup-alone", "9000 hangup a dir=out cause=cancel",
    "outbound not_reached wait=- talk=- by=- legs=1 cause=cancel" },

  /* What the clock ends, rule 8 */
  { "stale/rang", "0 newCall a", "inbound stale wait=- talk=- by=- legs=1 cause=- callback", BY_STALE },
  { "stale/talked", "0 newCall a\n5000 answer a ids=w0",
    "inbound stale wait=5000 talk=- by=w0 legs=1 cause=-", BY_STALE },
  { "stale/in-the-mailbox", "0 newCall a users=voicemail\n5000 answer a users=voicemail",
    "inbound stale wait=5000 talk=- by=- legs=1 cause=- callback", BY_STALE },
  { "stale/forwarded-leg-rang",
    "0 newCall a\n9000 hangup a cause=forwarded\n9100 newCall b parent=a",
    "inbound stale wait=- talk=- by=- legs=2 cause=forwarded callback", BY_STALE },
  { "stale/best-of-the-ended-legs",
    "0 newCall a ids=w0\n5000 answer a ids=w0\n30000 newCall b parent=a\n31000 hangup a cause=normalClearing",
    "inbound answered wait=5000 talk=26000 by=w0 legs=2 cause=normalClearing", BY_STALE },
  { "stale/late-hangup-ends-it",
    "0 newCall a ids=w0\n5000 answer a ids=w0\n20000000 hangup a cause=normalClearing",
    "inbound answered wait=5000 talk=19995000 by=w0 legs=1 cause=normalClearing" },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;

  for (FixtureMode mode = 0; mode < FIXTURE_N_MODES; mode++)
    {
      g_autoptr (Fixture) fixture = fixture_new (mode);
      g_autoptr (GPtrArray) events = fixture_events_parse (test->events);
      g_autofree char *result = NULL;
      gint64 end_us = 0;

      for (guint i = 0; i < events->len; i++)
        {
          FixtureEvent *event = g_ptr_array_index (events, i);

          end_us = event->at_us;
          fixture_apply (fixture, event->event, end_us);
        }
      fixture_advance (fixture, end_us + (test->end == BY_STALE ? FIXTURE_STALE_US : CS_FORWARD_GRACE_US));
      fixture_check (fixture);
      result = fixture_describe_all (fixture, fixture_describe);
      g_assert_cmpstr (result, ==, test->result);
    }
}

/* Applies the events in one transaction and hands over the only call. */
static CsCall *
play (Fixture    *fixture,
      const char *text)
{
  g_autoptr (GPtrArray) events = fixture_events_parse (text);
  g_autoptr (GPtrArray) calls = NULL;

  for (guint i = 0; i < events->len; i++)
    {
      FixtureEvent *event = g_ptr_array_index (events, i);

      fixture_apply (fixture, event->event, event->at_us);
    }
  calls = fixture_get_calls (fixture);
  g_assert_cmpuint (calls->len, ==, 1);
  return cs_call_ref (g_ptr_array_index (calls, 0));
}

/* Which number is ours, and which the other's. */
static void
test_parties (void)
{
  static const struct
  {
    const char *events, *number, *peer, *offered;
  } parties[] = {
    { "0 newCall a users=Alice,Bob", FIXTURE_OWN, FIXTURE_CALLER, "Alice\nBob" },
    { "0 newCall a dir=out users=Alice", FIXTURE_OWN, FIXTURE_CALLER, NULL },
    { "0 newCall a\n9000 hangup a cause=forwarded\n9100 newCall b parent=a dir=out from=1 to=2", FIXTURE_OWN,
      FIXTURE_CALLER, NULL },
    /* The number first dialled is the one the caller knows us by. */
    { "0 newCall b parent=a to=49300 diversion=49301", "49301", FIXTURE_CALLER, NULL },
    { "0 newCall a users=Alice\n9000 hangup a cause=forwarded\n9100 newCall b parent=a to=49300 diversion=" FIXTURE_OWN
      " users=voicemail",
      FIXTURE_OWN, FIXTURE_CALLER, "Alice" },
    /* The leg that names itself is the first one, whichever was seen first. */
    { "0 newCall b parent= xcid=x to=49300\n30 newCall a xcid=x", FIXTURE_OWN, FIXTURE_CALLER, NULL },
    { "0 newCall b parent=a from=1 to=2 users=Bob\n30 newCall a dir=out from=1 to=2 users=Alice", "2", NULL, "Bob" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parties); i++)
    {
      g_autoptr (Fixture) fixture = fixture_new (FIXTURE_COMMIT_EACH);
      g_autoptr (CsCall) call = play (fixture, parties[i].events);

      g_assert_cmpstr (call->number, ==, parties[i].number);
      g_assert_cmpstr (call->peer, ==, parties[i].peer);
      g_assert_cmpstr (call->offered, ==, parties[i].offered);
    }
}

/* A call that runs: what is shown of it, and since when. */
static void
test_running (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_COMMIT_EACH);
  g_autoptr (CsCall) ringing = play (fixture, "0 newCall a ids=w0");
  g_autoptr (CsCall) talking = play (fixture, "5000 answer a users=Alice ids=w0");
  g_autoptr (CsCall) ended = play (fixture, "9000 hangup a cause=normalClearing");

  g_assert_cmpint (ringing->state, ==, CS_CALL_RUNNING);
  g_assert_cmpint (ringing->outcome, ==, CS_OUTCOME_RINGING);
  g_assert_cmpint (ringing->started_us, ==, FIXTURE_START_US);
  g_assert_false (ringing->wants_callback);
  g_assert_false (ringing->is_connected);

  g_assert_cmpint (talking->outcome, ==, CS_OUTCOME_TALKING);
  g_assert_cmpint (talking->answered_us, ==, FIXTURE_START_US + 5 * G_USEC_PER_SEC);
  g_assert_cmpint (talking->ended_us, ==, CS_UNKNOWN);
  g_assert_cmpint (talking->talk_us, ==, CS_UNKNOWN);
  g_assert_cmpstr (talking->answered_by_name, ==, "Alice");
  g_assert_true (talking->is_connected);

  g_assert_cmpint (ended->state, ==, CS_CALL_ENDED);
  g_assert_cmpint (ended->started_us, ==, FIXTURE_START_US);
  g_assert_cmpint (ended->ended_us, ==, FIXTURE_START_US + 9 * G_USEC_PER_SEC);
  g_assert_cmpint (ended->id, ==, ringing->id);
}

/* The clock ends a forwarded call after the grace time, not before; its next leg opens it again. */
static void
test_forwarded_reopens (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_COMMIT_EACH);
  g_autoptr (CsCall) waiting = play (fixture, "0 newCall a\n20000 hangup a cause=forwarded");
  g_autoptr (GPtrArray) early = NULL, late = NULL;
  g_autoptr (CsCall) reopened = NULL;

  g_assert_cmpint (waiting->state, ==, CS_CALL_AWAITING_LEG);
  g_assert_cmpint (waiting->outcome, ==, CS_OUTCOME_RINGING);

  fixture_advance (fixture, 20 * G_USEC_PER_SEC + CS_FORWARD_GRACE_US - 1);
  early = fixture_get_calls (fixture);
  g_assert_cmpint (((CsCall *) early->pdata[0])->state, ==, CS_CALL_AWAITING_LEG);

  fixture_advance (fixture, 20 * G_USEC_PER_SEC + CS_FORWARD_GRACE_US);
  late = fixture_get_calls (fixture);
  g_assert_cmpint (((CsCall *) late->pdata[0])->outcome, ==, CS_OUTCOME_FORWARDED);

  reopened = play (fixture, "30000 newCall b parent=a");
  g_assert_cmpint (reopened->state, ==, CS_CALL_RUNNING);
  g_assert_cmpint (reopened->outcome, ==, CS_OUTCOME_RINGING);
}

/* Keys may be sent again by whoever kept the requests: they are noted, but don't bring back what the clock ended. */
static void
test_late_keys (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_COMMIT_EACH_WITH_CLOCK);
  g_autoptr (CsCall) stale = play (fixture, "0 newCall a\n1000 dtmf a digits=1\n5000 answer a ids=w0\n"
                                            "86400000 dtmf a digits=1");

  g_assert_cmpint (stale->outcome, ==, CS_OUTCOME_STALE);
  g_assert_cmpstr (((CsLeg *) stale->legs->pdata[0])->digits, ==, "11");
}

/* Digits come from outside: without end, and in any alphabet. What is kept is bounded, and text. */
static void
test_digits_bounded (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FIXTURE_ONE_TRANSACTION);
  g_autoptr (CsCall) call = NULL;
  g_autoptr (FixtureEvent) event = fixture_event_parse ("0 dtmf a digits=12€");

  call = play (fixture, "0 newCall a");
  for (guint i = 0; i < 50; i++)
    {
      CsLeg *leg;

      g_assert_true (fixture_apply (fixture, event->event, i));
      g_clear_pointer (&call, cs_call_unref);
      call = play (fixture, "0 newCall a");
      leg = g_ptr_array_index (call->legs, 0);
      g_assert_true (g_utf8_validate (leg->digits, -1, NULL));
      g_assert_cmpuint (strlen (leg->digits), <=, 64);
      g_assert_true (g_str_has_prefix (leg->digits, "12€"));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/call/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/call/parties", test_parties);
  g_test_add_func ("/call/running", test_running);
  g_test_add_func ("/call/forwarded/reopens", test_forwarded_reopens);
  g_test_add_func ("/call/stale/late-keys-do-not-reopen", test_late_keys);
  g_test_add_func ("/call/ivr/digits-are-bounded", test_digits_bounded);

  return g_test_run ();
}
