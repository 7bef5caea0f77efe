/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel-fixture.h"
#include "exotel/cs-exotel-error-body.h"

#define REFUSAL "{\"RestException\":{\"Status\":403,\"Message\":\"Your account is not yet KYC compliant\",\"Code\":340030}}"
#define KYC "Your account is not yet KYC compliant"

static void
test_messages (void)
{
  static const struct
  {
    const char *body, *message, *code;
  } cases[] = {
    { REFUSAL, KYC, "340030" },
    { "{\"RestException\":{\"Message\":\"" KYC "\",\"Code\":\"340030\"}}", KYC, "340030" },
    { "{\"RestException\":{\"Message\":\"" KYC "\"}}", KYC, NULL },
    { "{\"RestException\":{\"Message\":null,\"Code\":340030}}", NULL, "340030" },
    { "{\"RestException\":{\"Message\":[1],\"Code\":{}}}", NULL, NULL },
    { "{\"RestException\":{\"Status\":404}}", NULL, NULL },
    { "{\"RestException\":null}", NULL, NULL },
    { "{\"RestException\":{\"Message\":\"  a\\r\\n\\tb\\u0000\\u001b\\u202ec  \"}}", "a b\357\277\275 c", NULL },
    { "{\"RestException\":{\"Message\":\"<b>no</b>\"}}", "<b>no</b>", NULL },
    { "{\"message\":\"Rate limit exceeded\",\"code\":429}", "Rate limit exceeded", "429" },
    { "{\"error\":\"unauthorized\"}", "unauthorized", NULL },
    { "{\"response\":[{\"code\":404,\"error_data\":{\"code\":1002,\"message\":\"Not Found\"}}]}", "Not Found", "1002" },
    { "{\"response\":{\"code\":404,\"error_data\":{\"description\":\"Gone\"}}}", "Gone", NULL },
    { "{\"response\":[]}", NULL, NULL },
    { "{\"response\":[7]}", NULL, NULL },
    { "<?xml version=\"1.0\"?><TwilioResponse><RestException><Status>403</Status><Message>" KYC
      "</Message><Code>340030</Code></RestException></TwilioResponse>",
      KYC, "340030" },
    { "<TwilioResponse>\n <RestException>\n  <Message lang=\"en\">\n   Tom &amp; Anna &#60;&#x3e; &quot;x&quot; &unknown; &#0;\n  </Message>"
      "</RestException></TwilioResponse>",
      "Tom & Anna <> \"x\" &unknown; &#0;", NULL },
    { "<RestException><Message><![CDATA[a <b> & c]]> d</Message></RestException>", "a <b> & c d", NULL },
    { "<RestException><Message>a<br/>b</Message></RestException>", "a b", NULL },
    { "<RestException><Message></Message></RestException>", NULL, NULL },
    { "<RestException><Message>cut", NULL, NULL },
    { "<RestException><Message", NULL, NULL },
    { "<RestException><MessageId>7</MessageId><Message>yes</Message></RestException>", "yes", NULL },
    { "<!DOCTYPE html><HTML><head><TITLE>502 Bad Gateway</TITLE></head><body><h1>x</h1></body></HTML>",
      "502 Bad Gateway", NULL },
    { "<html><body><h1>Service <i>Unavailable</i></h1></body></html>", "Service Unavailable", NULL },
    { "<html><body><Code>7</Code></body></html>", NULL, NULL },
    { "Unauthorized\n", "Unauthorized", NULL },
    { "", NULL, NULL },
    { " \r\n", NULL, NULL },
    { "{", NULL, NULL },
    { "[1,2]", NULL, NULL },
    { "\377\376", "\357\277\275\357\277\275", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = exotel_body (cases[i].body);
      g_autofree char *code = NULL, *message = cs_exotel_error_body_get_message (body, &code);
      g_autofree char *again = cs_exotel_error_body_get_message (body, NULL);

      g_test_message ("Case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (message, ==, cases[i].message);
      g_assert_cmpstr (code, ==, cases[i].code);
      g_assert_cmpstr (again, ==, message);
    }
}

static void
test_length (void)
{
  g_autofree char *words = g_strnfill (100000, 'x');
  g_autofree char *json = g_strdup_printf ("{\"RestException\":{\"Message\":\"%s\"}}", words);
  g_autofree char *html = g_strdup_printf ("<title>%s</title>", words);
  g_autofree char *short_html = g_strdup_printf ("<title>%.*s</title>", 3000, words);
  const char *const bodies[] = { words, json, short_html };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = exotel_body (bodies[i]);
      g_autofree char *message = cs_exotel_error_body_get_message (body, NULL);

      g_assert_cmpint (g_utf8_strlen (message, -1), ==, CS_EXOTEL_ERROR_BODY_MAX_MESSAGE);
    }

  {
    g_autoptr (GBytes) body = exotel_body (html);

    g_assert_null (cs_exotel_error_body_get_message (body, NULL));
  }
}

static void
test_random (void)
{
  static const char *const bodies[] = {
    REFUSAL,
    "<TwilioResponse><RestException><Message>a &amp; <![CDATA[b]]> &#65;</Message><Code>7</Code></RestException></TwilioResponse>",
    "<html><title>502 Bad Gateway</title><h1>x</h1></html>",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240304);
  guint n_messages = 0, n_nothing = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GBytes) body = exotel_spoil (rand, bodies[round % G_N_ELEMENTS (bodies)]);
      g_autofree char *code = NULL, *message = cs_exotel_error_body_get_message (body, &code);

      if (message == NULL)
        {
          n_nothing++;
          continue;
        }
      n_messages++;
      g_assert_true (g_utf8_validate (message, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (message, -1), >, 0);
      g_assert_cmpint (g_utf8_strlen (message, -1), <=, CS_EXOTEL_ERROR_BODY_MAX_MESSAGE);
      for (const char *p = message; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
  g_assert_cmpuint (n_messages, >, 1000);
  g_assert_cmpuint (n_nothing, >, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exotel/error-body/json-xml-html-or-nothing", test_messages);
  g_test_add_func ("/exotel/error-body/length", test_length);
  g_test_add_func ("/exotel/error-body/random", test_random);

  return g_test_run ();
}
