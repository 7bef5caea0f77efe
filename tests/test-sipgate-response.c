/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-response.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void
start_element (GMarkupParseContext  *context,
               const char           *name,
               const char          **attribute_names,
               const char          **attribute_values,
               gpointer              user_data,
               GError              **error)
{
  GString *outline = user_data;

  g_string_append_printf (outline, "(%s", name);
  for (gsize i = 0; attribute_names[i] != NULL; i++)
    g_string_append_printf (outline, " %s={%s}", attribute_names[i], attribute_values[i]);
}

static void
end_element (GMarkupParseContext  *context,
             const char           *name,
             gpointer              user_data,
             GError              **error)
{
  g_string_append_c (user_data, ')');
}

static void
text (GMarkupParseContext  *context,
      const char           *content,
      gsize                 length,
      gpointer              user_data,
      GError              **error)
{
  if (length > 0)
    g_string_append_printf (user_data, " {%.*s}", (int) length, content);
}

/* What a reader of the XML gets: (Element attribute={value} {text} (Child)). */
static char *
outline (CsSipgateResponse *response)
{
  static const GMarkupParser parser = { start_element, end_element, text, NULL, NULL };
  g_autoptr (GBytes) bytes = cs_sipgate_response_to_bytes (response);
  g_autoptr (GMarkupParseContext) context = NULL;
  g_autoptr (GError) error = NULL;
  GString *result = g_string_new (NULL);
  const char *xml;
  gsize length;

  xml = g_bytes_get_data (bytes, &length);
  g_assert_true (g_utf8_validate_len (xml, length, NULL));
  g_assert_true (length > strlen (DECLARATION) && strncmp (xml, DECLARATION, strlen (DECLARATION)) == 0);

  context = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, result, NULL);
  g_markup_parse_context_parse (context, xml, (gssize) length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);

  return g_string_free (result, FALSE);
}

static void
assert_outline (CsSipgateResponse *response,
                const char        *expected)
{
  g_autofree char *actual = outline (response);

  g_assert_cmpstr (actual, ==, expected);
}

static void
assert_xml (CsSipgateResponse *response,
            const char        *expected)
{
  g_autoptr (GBytes) bytes = cs_sipgate_response_to_bytes (response);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, strlen (expected));
}

static void
test_plain (void)
{
  static const struct {
    const char *on_answer;
    const char *on_hangup;
    const char *xml;
  } cases[] = {
    { NULL, NULL, DECLARATION "<Response/>" },
    { "", "", DECLARATION "<Response/>" },
    { "https://a.example/x", NULL, DECLARATION "<Response onAnswer=\"https://a.example/x\"/>" },
    { NULL, "https://a.example/x", DECLARATION "<Response onHangup=\"https://a.example/x\"/>" },
    { "https://a.example/x?a=1&b=2", "https://a.example/y",
      DECLARATION "<Response onAnswer=\"https://a.example/x?a=1&amp;b=2\" onHangup=\"https://a.example/y\"/>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsSipgateResponse) response = cs_sipgate_response_new (cases[i].on_answer, cases[i].on_hangup);

      assert_xml (response, cases[i].xml);
    }
}

static void
test_dial (void)
{
  static const char *const one[] = { "4915799912345", NULL };
  static const char *const five[] = { "1", "2", "3", "4", "5", NULL };
  g_autoptr (CsSipgateResponse) plain = cs_sipgate_response_new (NULL, NULL);
  g_autoptr (CsSipgateResponse) full = cs_sipgate_response_new ("http://a", "http://h");

  cs_sipgate_response_set_dial (plain, one, NULL, FALSE);
  assert_xml (plain, DECLARATION "<Response><Dial><Number>4915799912345</Number></Dial></Response>");

  cs_sipgate_response_set_dial (full, five, "492111234567", TRUE);
  assert_outline (full, "(Response onAnswer={http://a} onHangup={http://h}(Dial callerId={492111234567} anonymous={true}"
                        "(Number {1})(Number {2})(Number {3})(Number {4})(Number {5})))");
}

static void
test_voicemail (void)
{
  g_autoptr (CsSipgateResponse) plain = cs_sipgate_response_new (NULL, NULL);
  g_autoptr (CsSipgateResponse) anonymous = cs_sipgate_response_new (NULL, "http://h");

  cs_sipgate_response_set_voicemail (plain, NULL, FALSE);
  assert_xml (plain, DECLARATION "<Response><Dial><Voicemail/></Dial></Response>");

  cs_sipgate_response_set_voicemail (anonymous, "49211", TRUE);
  assert_outline (anonymous, "(Response onHangup={http://h}(Dial callerId={49211} anonymous={true}(Voicemail)))");
}

static void
test_play (void)
{
  g_autoptr (CsSipgateResponse) response = cs_sipgate_response_new (NULL, NULL);

  cs_sipgate_response_set_play (response, "https://a.example/hold.wav?a&b");
  assert_xml (response,
              DECLARATION "<Response><Play><Url>https://a.example/hold.wav?a&amp;b</Url></Play></Response>");
}

static void
test_gather (void)
{
  g_autoptr (CsSipgateResponse) silent = cs_sipgate_response_new (NULL, NULL);
  g_autoptr (CsSipgateResponse) played = cs_sipgate_response_new ("http://a", "http://h");

  cs_sipgate_response_set_gather (silent, "http://d", 1, 2000, NULL);
  assert_outline (silent, "(Response(Gather onData={http://d} maxDigits={1} timeout={2000} type={dtmf}))");

  cs_sipgate_response_set_gather (played, "http://d?a&b", 8, 1, "http://p/ask.wav");
  assert_outline (played, "(Response onAnswer={http://a} onHangup={http://h}"
                          "(Gather onData={http://d?a&b} maxDigits={8} timeout={1} type={dtmf}"
                          "(Play(Url {http://p/ask.wav}))))");
}

static void
test_reject_and_hangup (void)
{
  g_autoptr (CsSipgateResponse) rejected = cs_sipgate_response_new (NULL, NULL);
  g_autoptr (CsSipgateResponse) busy = cs_sipgate_response_new (NULL, "http://h");
  g_autoptr (CsSipgateResponse) hangup = cs_sipgate_response_new (NULL, NULL);

  cs_sipgate_response_set_reject (rejected, CS_SIPGATE_REJECT_REJECTED);
  assert_outline (rejected, "(Response(Reject reason={rejected}))");

  cs_sipgate_response_set_reject (busy, CS_SIPGATE_REJECT_BUSY);
  assert_outline (busy, "(Response onHangup={http://h}(Reject reason={busy}))");

  cs_sipgate_response_set_hangup (hangup);
  assert_xml (hangup, DECLARATION "<Response><Hangup/></Response>");
}

static void
test_hostile_strings (void)
{
  static const struct {
    const char *sent;
    const char *read;
  } cases[] = {
    { "\"/><Reject/><x y=\"", "\"/><Reject/><x y=\"" },
    { "</Url></Play><Hangup/>", "</Url></Play><Hangup/>" },
    { "]]><!-- <![CDATA[", "]]><!-- <![CDATA[" },
    { "&amp;&#10;&lt", "&amp;&#10;&lt" },
    { "'a' %s %n", "'a' %s %n" },
    { "a\tb\nc\rd", "a\tb\nc\rd" },
    { "a\001\010\013\014\016\033\037b", "ab" },
    { "a\177b\302\205", "a\177b\302\205" },
    { "a\357\277\276\357\277\277b", "ab" },
    { "a\377b\303", "a\357\277\275b\357\277\275" },
    { "J\303\266rg \360\237\230\200", "J\303\266rg \360\237\230\200" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *sent = cases[i].sent;
      const char *read = cases[i].read;
      const char *numbers[] = { sent, sent, NULL };
      g_autoptr (CsSipgateResponse) dial = cs_sipgate_response_new (sent, sent);
      g_autoptr (CsSipgateResponse) gather = cs_sipgate_response_new (NULL, NULL);
      g_autofree char *expected_dial = g_strdup_printf ("(Response onAnswer={%s} onHangup={%s}(Dial callerId={%s}"
                                                        "(Number {%s})(Number {%s})))",
                                                        read, read, read, read, read);
      g_autofree char *expected_gather = g_strdup_printf ("(Response(Gather onData={%s} maxDigits={1} timeout={1}"
                                                          " type={dtmf}(Play(Url {%s}))))",
                                                          read, read);

      cs_sipgate_response_set_dial (dial, numbers, sent, FALSE);
      assert_outline (dial, expected_dial);
      cs_sipgate_response_set_gather (gather, sent, 1, 1, sent);
      assert_outline (gather, expected_gather);
    }
}

/* What GMarkup lets pass but a strict reader wouldn't. */
static void
test_escaped_bytes (void)
{
  g_autoptr (CsSipgateResponse) response = cs_sipgate_response_new ("<&>\"'\t\n\r\001", NULL);

  cs_sipgate_response_set_play (response, "<&>\001");
  assert_xml (response, DECLARATION "<Response onAnswer=\"&lt;&amp;&gt;&quot;&apos;&#9;&#10;&#13;\">"
                                    "<Play><Url>&lt;&amp;&gt;</Url></Play></Response>");
}

static void
expect_critical (const char *condition)
{
  g_autofree char *pattern = g_strdup_printf ("*assertion*%s*", condition);

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, pattern);
}

static void
test_programmers_mistakes (void)
{
  static const char *const none[] = { NULL };
  static const char *const six[] = { "1", "2", "3", "4", "5", "6", NULL };
  g_autoptr (CsSipgateResponse) response = cs_sipgate_response_new (NULL, NULL);

  expect_critical ("numbers");
  cs_sipgate_response_set_dial (response, none, NULL, FALSE);
  expect_critical ("numbers");
  cs_sipgate_response_set_dial (response, six, NULL, FALSE);
  expect_critical ("url");
  cs_sipgate_response_set_play (response, "");
  expect_critical ("on_data");
  cs_sipgate_response_set_gather (response, "", 1, 1, NULL);
  expect_critical ("max_digits");
  cs_sipgate_response_set_gather (response, "http://d", 0, 1, NULL);
  expect_critical ("timeout_ms");
  cs_sipgate_response_set_gather (response, "http://d", 1, 0, NULL);
  g_test_assert_expected_messages ();
  assert_outline (response, "(Response)");

  cs_sipgate_response_set_hangup (response);
  expect_critical ("action");
  cs_sipgate_response_set_reject (response, CS_SIPGATE_REJECT_BUSY);
  g_test_assert_expected_messages ();
  assert_outline (response, "(Response(Hangup))");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sipgate/response/empty-lets-the-call-through", test_plain);
  g_test_add_func ("/sipgate/response/dial", test_dial);
  g_test_add_func ("/sipgate/response/voicemail", test_voicemail);
  g_test_add_func ("/sipgate/response/play", test_play);
  g_test_add_func ("/sipgate/response/gather", test_gather);
  g_test_add_func ("/sipgate/response/reject-and-hangup", test_reject_and_hangup);
  g_test_add_func ("/sipgate/response/hostile-strings-stay-strings", test_hostile_strings);
  g_test_add_func ("/sipgate/response/escaped-bytes", test_escaped_bytes);
  g_test_add_func ("/sipgate/response/one-action-with-sound-arguments", test_programmers_mistakes);

  return g_test_run ();
}
