/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-event.h"

#include <string.h>

static CsCallEvent *
parse (const char  *body,
       GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

  return cs_sipgate_event_parse (bytes, error);
}

static CsCallEvent *
parse_valid (const char *body)
{
  g_autoptr (GError) error = NULL;
  CsCallEvent *event = parse (body, &error);

  g_assert_no_error (error);
  g_assert_nonnull (event);

  return event;
}

static void
append_field (GString    *text,
              const char *name,
              const char *value)
{
  if (value != NULL)
    g_string_append_printf (text, " %s=%s", name, value);
}

static void
append_names (GString    *text,
              const char *name,
              char      **names)
{
  g_autofree char *joined = names != NULL ? g_strjoinv ("|", names) : NULL;

  append_field (text, name, joined);
}

/* The event in one line, of every field that isn't NULL. */
static char *
describe (const CsCallEvent *event)
{
  static const char *const kinds[] = { "newCall", "answer", "hangup", "dtmf", "other" };
  GString *text = g_string_new (kinds[event->kind]);

  g_assert_cmpint (event->provider, ==, CS_PROVIDER_SIPGATE);
  append_field (text, "direction", event->direction == CS_DIRECTION_INBOUND    ? "in"
                                   : event->direction == CS_DIRECTION_OUTBOUND ? "out"
                                                                               : NULL);
  append_field (text, "leg", event->leg_id);
  append_field (text, "parent", event->parent_id);
  append_field (text, "xcid", event->xcid);
  append_field (text, "from", event->from);
  append_field (text, "to", event->to);
  append_field (text, "diversion", event->diversion);
  append_names (text, "users", event->users);
  append_names (text, "userIds", event->user_ids);
  append_names (text, "fullUserIds", event->full_user_ids);
  append_field (text, "answering", event->answering_number);
  append_field (text, "cause", event->cause);
  append_field (text, "digits", event->digits);

  return g_string_free (text, FALSE);
}

static void
test_events (void)
{
  static const struct {
    const char *body;
    const char *event;
  } cases[] = {
    /* A genuine push, but for its signature. */
    { "event=newCall&direction=in&from=491776249000&to=4928559389086"
      "&callId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
      "&origCallId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
      "&user%5B%5D=&xcid=8419b3450b75cd19",
      "newCall direction=in leg=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
      " parent=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057"
      " xcid=8419b3450b75cd19 from=491776249000 to=4928559389086" },
    /* The fields of sipgate's own library, which is tested with an empty callId. */
    { "callId=1&direction=in&event=newCall&from=4912354678&fullUserId%5B%5D%5B0%5D=123456789&originalCallId=&to=49999999"
      "&user%5B%5D%5B0%5D=TestUser&userId%5B%5D%5B0%5D=123456789&xcid=",
      "newCall direction=in leg=1 from=4912354678 to=49999999 users=TestUser userIds=123456789 fullUserIds=123456789" },
    { "event=newCall&direction=out&from=492111234567&to=4915791234567&callId=2&origCallId=1&diversion=49211555"
      "&user[]=Alice&user[]=Bob+B.&userId[]=w0&userId[]=w1&fullUserId[]=1234567w0&fullUserId[]=1234567w1",
      "newCall direction=out leg=2 parent=1 from=492111234567 to=4915791234567 diversion=49211555"
      " users=Alice|Bob B. userIds=w0|w1 fullUserIds=1234567w0|1234567w1" },
    { "event=newCall&direction=in&callId=2&from=anonymous&to=1&user[]=voicemail",
      "newCall direction=in leg=2 from=anonymous to=1 users=voicemail" },
    { "event=newCall&callId=2&user[]=&user[]=Bob&user[]=&userId[]=", "newCall leg=2 users=Bob" },
    { "event=newCall&callId=2&user=Alice", "newCall leg=2" },
    { "event=answer&direction=in&callId=2&origCallId=2&xcid=ab&from=1&to=2&user=Alice&userId=w0&fullUserId=1234567w0"
      "&answeringNumber=3&diversion=4",
      "answer direction=in leg=2 parent=2 xcid=ab from=1 to=2 diversion=4"
      " users=Alice userIds=w0 fullUserIds=1234567w0 answering=3" },
    { "event=answer&callId=2&user%5B%5D=Alice&userId[0]=w0", "answer leg=2 users=Alice userIds=w0" },
    { "event=answer&callId=2&user=&user[]=Alice", "answer leg=2 users=Alice" },
    { "event=answer&callId=2&user=&userId=&fullUserId=&answeringNumber=", "answer leg=2" },
    { "event=answer&callId=2&user=voicemail", "answer leg=2 users=voicemail" },
    { "event=hangup&direction=in&callId=2&origCallId=1&cause=normalClearing&answeringNumber=3&from=1&to=2",
      "hangup direction=in leg=2 parent=1 from=1 to=2 answering=3 cause=normalClearing" },
    { "event=hangup&callId=2&cause=some+new+cause", "hangup leg=2 cause=some new cause" },
    { "event=hangup&callId=2&cause=", "hangup leg=2" },
    { "event=hangup&callId=2", "hangup leg=2" },
    { "event=answer&callId=2&cause=cancel&dtmf=1", "answer leg=2" },
    { "event=dtmf&callId=2&origCallId=&dtmf=12*%23", "dtmf leg=2 digits=12*#" },
    { "event=dtmf&callId=2&dtmf=", "dtmf leg=2 digits=" },
    { "event=dtmf&callId=2", "dtmf leg=2 digits=" },
    { "event=dtmf&callId=2&dtmf=1&dtmf=2", "dtmf leg=2 digits=2" },
    { "event=transfer&callId=2&direction=in&from=1&user=Alice", "other direction=in leg=2 from=1 users=Alice" },
    { "event=newcall&callId=2", "other leg=2" },
    { "event=hangup&callId=2&direction=", "hangup leg=2" },
    { "event=hangup&callId=2&originalCallId=1", "hangup leg=2 parent=1" },
    { "event=hangup&callId=2&originalCallId=2", "hangup leg=2 parent=2" },
    { "event=hangup&callId=2&origCallId=&originalCallId=1", "hangup leg=2 parent=1" },
    { "event=hangup&callId=2&origCallId=1&originalCallId=3", "hangup leg=2 parent=1" },
    { "event=hangup&callId=2&from=sip%3Aa%40b.example&to=%2B49", "hangup leg=2 from=sip:a@b.example to=+49" },
    { "event=newCall&event=hangup&callId=1&callId=2", "hangup leg=2" },
    { "event=newCall&callId=2&from=1%0A2%0d%09%7F3%C2%85&xcid=a%1Bb&user[]=A%0AB&origCallId=1%0A2",
      "newCall leg=2 parent=1 2 xcid=a b from=1 2   3  users=A B" },
    { "event=newCall&callId=2&user[]=%FF", "newCall leg=2 users=\357\277\275" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsCallEvent) event = parse_valid (cases[i].body);
      g_autofree char *description = describe (event);

      g_assert_cmpstr (description, ==, cases[i].event);
    }
}

static void
test_refused (void)
{
  static const struct {
    const char *body;
    CsSipgateError code;
    const char *message;
  } cases[] = {
    { "", CS_SIPGATE_ERROR_EVENT, "The event is missing" },
    { "callId=1", CS_SIPGATE_ERROR_EVENT, "The event is missing" },
    { "event=&callId=1", CS_SIPGATE_ERROR_EVENT, "The event is missing" },
    { "event[]=newCall&callId=1", CS_SIPGATE_ERROR_EVENT, "The event is missing" },
    { "event=newCall", CS_SIPGATE_ERROR_EVENT, "The callId is missing" },
    { "event=newCall&callId=", CS_SIPGATE_ERROR_EVENT, "The callId is missing" },
    { "event=unheardOf", CS_SIPGATE_ERROR_EVENT, "The callId is missing" },
    { "event=newCall&callId[]=1", CS_SIPGATE_ERROR_EVENT, "The callId is missing" },
    { "callId=&direction=in&event=newCall&from=4912354678&fullUserId%5B%5D%5B0%5D=123456789&originalCallId=&to=49999999"
      "&user%5B%5D%5B0%5D=TestUser&userId%5B%5D%5B0%5D=123456789&xcid=",
      CS_SIPGATE_ERROR_EVENT, "The callId is missing" },
    { "event=newCall&callId=1%0A2", CS_SIPGATE_ERROR_EVENT, "The callId contains a control character" },
    { "event=newCall&callId=1%C2%9B", CS_SIPGATE_ERROR_EVENT, "The callId contains a control character" },
    { "event=newCall&callId=1&direction=inbound", CS_SIPGATE_ERROR_EVENT, "The direction is neither in nor out" },
    { "event=newCall&callId=1&direction=IN", CS_SIPGATE_ERROR_EVENT, "The direction is neither in nor out" },
    { "event=unheardOf&callId=1&direction=x", CS_SIPGATE_ERROR_EVENT, "The direction is neither in nor out" },
    { "event=newCall&callId=1&from=%", CS_SIPGATE_ERROR_FORM, "The form has a broken percent sequence" },
    { "event=newCall&callId=1%00", CS_SIPGATE_ERROR_FORM, "The form contains a NUL character" },
    { "{\"event\":\"newCall\",\"callId\":\"1\"}", CS_SIPGATE_ERROR_EVENT, "The event is missing" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].body);
      g_assert_null (parse (cases[i].body, &error));
      g_assert_error (error, CS_SIPGATE_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_call_id_length (void)
{
  for (gsize length = 250; length < 260; length++)
    {
      g_autofree char *id = g_strnfill (length, 'x');
      g_autofree char *body = g_strconcat ("event=hangup&callId=", id, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCallEvent) event = parse (body, &error);

      if (length <= 255)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (event->leg_id, ==, id);
        }
      else
        {
          g_assert_null (event);
          g_assert_error (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_EVENT);
          g_assert_cmpstr (error->message, ==, "The callId is too long");
        }
    }
}

static void
test_long_texts (void)
{
  g_autofree char *filling = g_strnfill (254, 'x');
  /* One byte is left, which "ö" doesn't fit into. */
  g_autofree char *body = g_strconcat ("event=newCall&callId=1&from=", filling, "\303\266&to=", filling,
                                       "yz&xcid=", filling, "y&user[]=", filling, "\303\266\303\266", NULL);
  g_autoptr (CsCallEvent) event = parse_valid (body);
  g_autofree char *full = g_strconcat (filling, "y", NULL);

  g_assert_cmpstr (event->from, ==, filling);
  g_assert_cmpstr (event->to, ==, full);
  g_assert_cmpstr (event->xcid, ==, full);
  g_assert_cmpstr (event->users[0], ==, filling);
}

static void
test_many_users (void)
{
  g_autoptr (GString) body = g_string_new ("event=newCall&callId=1");
  g_autoptr (CsCallEvent) event = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (body, "&user[]=%u", i);

  event = parse_valid (body->str);
  g_assert_cmpuint (g_strv_length (event->users), ==, 256);
  g_assert_cmpstr (event->users[255], ==, "255");
}

static void
assert_clean (const char *text)
{
  if (text == NULL)
    return;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), <=, CS_SIPGATE_EVENT_MAX_TEXT);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
}

/* Well-formed names with random bytes between them: most get past the form decoder. */
static void
test_random_bodies (void)
{
  static const char *const names[] = {
    "event=", "event=dtmf", "event=newCall", "event=answer", "callId=", "callId=1", "origCallId=",
    "direction=", "direction=in", "from=", "user[]=", "user=", "dtmf=", "cause=",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (19740501);
  guint n_parsed = 0;
  guint n_refused = 0;

  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (CsCallEvent) event = NULL;
      gint32 n_fields = g_rand_int_range (rand, 0, 12);

      for (gint32 i = 0; i < n_fields; i++)
        {
          gint32 n_bytes = g_rand_int_range (rand, 0, 6);

          g_string_append (text, names[g_rand_int_range (rand, 0, G_N_ELEMENTS (names))]);
          for (gint32 j = 0; j < n_bytes; j++)
            g_string_append_c (text, (char) g_rand_int_range (rand, round % 2, 256));
          g_string_append_c (text, '&');
        }

      body = g_string_free_to_bytes (g_steal_pointer (&text));
      event = cs_sipgate_event_parse (body, &error);
      if (event == NULL)
        {
          g_assert_true (error != NULL && error->domain == CS_SIPGATE_ERROR);
          g_assert_true (g_str_is_ascii (error->message) && strchr (error->message, '\n') == NULL);
          n_refused++;
          continue;
        }

      g_assert_no_error (error);
      n_parsed++;
      assert_clean (event->leg_id);
      assert_clean (event->parent_id);
      assert_clean (event->from);
      assert_clean (event->cause);
      assert_clean (event->digits);
      g_assert_cmpstr (event->leg_id, !=, "");
      g_assert_cmpint (event->digits != NULL, ==, event->kind == CS_CALL_EVENT_DTMF);
      for (char **user = event->users; user != NULL && *user != NULL; user++)
        assert_clean (*user);
    }

  g_assert_cmpuint (n_parsed, >, 200);
  g_assert_cmpuint (n_refused, >, 200);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sipgate/event/every-kind-and-tolerated-spelling", test_events);
  g_test_add_func ("/sipgate/event/what-is-no-event-is-refused", test_refused);
  g_test_add_func ("/sipgate/event/call-id-is-never-cut", test_call_id_length);
  g_test_add_func ("/sipgate/event/long-texts-are-cut-between-characters", test_long_texts);
  g_test_add_func ("/sipgate/event/keeps-256-users", test_many_users);
  g_test_add_func ("/sipgate/event/random-bodies", test_random_bodies);

  return g_test_run ();
}
