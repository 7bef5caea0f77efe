/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-banner.h"

#include <string.h>

#define EVENT(address) "{\"connection_id\":\"x\",\"event\":\"tcpip-forward\",\"address\":\"" address "\",\"status\":\"success\"," \
                       "\"message\":\"" address " tunneled with tls termination, https://" address "\",\"tls_termination\":true}\n"

static gboolean
feed (CsTunnelBanner *banner,
      const char     *text)
{
  return cs_tunnel_banner_feed (banner, text, strlen (text));
}

static void
test_announced (void)
{
  static const struct {
    const char *text;
    const char *url;
  } cases[] = {
    { "a1b2.lhr.life tunneled with tls termination, https://a1b2.lhr.life\n", "https://a1b2.lhr.life" },
    { "a1b2.lhr.life tunneled with tls termination, https://a1b2.lhr.life\r\n", "https://a1b2.lhr.life" },
    { "A1B2.lhr.life tunneled with tls termination, https://a1b2.LHR.life/\n", "https://a1b2.lhr.life" },
    { "Forwarding HTTP traffic from https://calls.serveo.net\n", "https://calls.serveo.net" },
    { "\033[32mForwarding HTTP traffic from https://calls.serveo.net\033[0m\r\n", "https://calls.serveo.net" },
    { "  Forwarding HTTP traffic from \033[1;32mhttps://calls.serveo.net\033[m  \n", "https://calls.serveo.net" },
    { EVENT ("a1b2.lhr.life"), "https://a1b2.lhr.life" },
    { "{\"event\":\"tcpip-forward\",\"address\":\"A.lhr.life\",\"status\":\"success\"}\n", "https://a.lhr.life" },
    { "** your connection id is 1, visit https://admin.localhost.run/ **\n\n"
      "a1b2.lhr.life tunneled with tls termination, https://a1b2.lhr.life\n"
      "Follow us on https://twitter.com/localhost_run\n", "https://a1b2.lhr.life" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);

      g_assert_null (cs_tunnel_banner_get_url (banner));
      g_assert_true (feed (banner, cases[i].text));
      g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, cases[i].url);
    }
}

/* None of it is the announcement of an address. */
static void
test_nonsense (void)
{
  static const char *const cases[] = {
    "",
    "\n\r\n\n",
    "https://a1b2.lhr.life\n",
    "visit https://admin.localhost.run/ to have a name of your own\n",
    "a.lhr.life tunneled with tls termination, https://b.lhr.life\n",
    "tunneled with tls termination, https://a.lhr.life\n",
    "see a.lhr.life tunneled with tls termination, https://a.lhr.life\n",
    "a.lhr.life tunneled with tls termination, https://a.lhr.life now\n",
    "a.lhr.life tunneled with tls termination, https://a.lhr.life@evil.example\n",
    "a.lhr.life tunneled with tls termination, http://a.lhr.life\n",
    "lhr tunneled with tls termination, https://lhr\n",
    "10.0.0.1 tunneled with tls termination, https://10.0.0.1\n",
    "-a.life tunneled with tls termination, https://-a.life\n",
    "a..life tunneled with tls termination, https://a..life\n",
    "a_b.life tunneled with tls termination, https://a_b.life\n",
    "\xc3\xa4.life tunneled with tls termination, https://\xc3\xa4.life\n",
    "\xff\xfe.life tunneled with tls termination, https://\xff\xfe.life\n",
    "Forwarding HTTP traffic from http://calls.serveo.net\n",
    "Forwarding HTTP traffic from https://calls.serveo.net/path\n",
    "Forwarding HTTP traffic from https://calls.serveo.net?query\n",
    "Forwarding HTTP traffic from https://calls.serveo.net:8443\n",
    "Forwarding HTTP traffic from https://user:word@calls.serveo.net\n",
    "Forwarding HTTP traffic from https://\n",
    "Forwarding HTTP traffic from https:///\n",
    "Forwarding HTTP traffic from javascript:alert(1)\n",
    "Forwarding HTTP traffic from http://127.0.0.1:8080\n",
    "Forwarding HTTP traffic from http://localhost\n",
    "Not Forwarding HTTP traffic from https://calls.serveo.net\n",
    "Forwarding HTTP traffic from https://calls.serveo.net\b\b\bnet\n",
    "Forwarding HTTP traffic from https://calls\033[2Jevil.serveo.net\n",
    "Forwarding HTTP traffic from \033]0;title\007https://calls.serveo.net\n",
    "Forwarding HTTP traffic from \033",
    "Forwarding HTTP traffic from \033[\n",
    "Forwarding HTTP traffic from \033[1;\n",
    "Forwarding HTTP traffic from https://calls.serveo.net",
    "{\"event\":\"tcpip-forward\",\"address\":\"a.lhr.life\",\"status\":\"failed\",\"tls_termination\":true}\n",
    "{\"event\":\"tcpip-forward\",\"address\":\"a.lhr.life\",\"status\":\"success\",\"tls_termination\":false}\n",
    "{\"event\":\"authn\",\"address\":\"a.lhr.life\",\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"address\":\"a.lhr.life/\",\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"address\":\"a.lhr.life@evil.example\",\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"address\":\"\",\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"address\":7,\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"address\":{\"a\":[]},\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"address\":null,\"status\":\"success\"}\n",
    "{\"event\":[\"tcpip-forward\"],\"address\":\"a.lhr.life\",\"status\":\"success\"}\n",
    "{\"event\":\"tcpip-forward\",\"status\":\"success\"}\n",
    "[\"tcpip-forward\",\"a.lhr.life\"]\n",
    "{}\n",
    "{\n",
    "{\"event\":\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);

      feed (banner, cases[i]);
      g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, NULL);
    }
}

static void
test_deep (void)
{
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);
  g_autoptr (GString) line = g_string_new ("{\"event\":\"tcpip-forward\",\"status\":");

  while (line->len < 4000)
    g_string_append_c (line, '[');
  g_string_append_c (line, '\n');
  g_assert_false (feed (banner, line->str));
  g_assert_true (feed (banner, EVENT ("a.lhr.life")));
}

static void
test_pieces (void)
{
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);
  const char *text = "hello\n" EVENT ("a.lhr.life");

  for (const char *at = text; *at != '\0'; at++)
    g_assert_cmpint (cs_tunnel_banner_feed (banner, at, 1), ==, at[1] == '\0');
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "https://a.lhr.life");
}

static void
test_followed (void)
{
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);

  g_assert_true (feed (banner, EVENT ("a.lhr.life")));
  g_assert_false (feed (banner, EVENT ("a.lhr.life") "your connection is fine, see https://localhost.run\n"));
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "https://a.lhr.life");
  g_assert_true (feed (banner, EVENT ("b.lhr.life") EVENT ("c.lhr.life")));
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "https://c.lhr.life");
  g_assert_true (feed (banner, "d.lhr.life tunneled with tls termination, https://d.lhr.life\n"));
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "https://d.lhr.life");
}

/* A line that never ends takes no memory, and what follows it is read. */
static void
test_endless (void)
{
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);
  g_autofree char *block = g_malloc (65536);

  memset (block, 'x', 65536);
  for (guint i = 0; i < 1000; i++)
    g_assert_false (cs_tunnel_banner_feed (banner, block, 65536));
  g_assert_false (feed (banner, "a.lhr.life tunneled with tls termination, https://a.lhr.life\n"));
  g_assert_true (feed (banner, "b.lhr.life tunneled with tls termination, https://b.lhr.life\n"));
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "https://b.lhr.life");
}

/* A NUL doesn't hide what stands behind it. */
static void
test_nul (void)
{
  static const char text[] = "Forwarding HTTP traffic from https://a.serveo.net\0.evil.example\n";
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);

  g_assert_false (cs_tunnel_banner_feed (banner, text, sizeof text - 1));
  g_assert_null (cs_tunnel_banner_get_url (banner));
}

static void
test_local (void)
{
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (TRUE);

  g_assert_false (feed (banner, "Forwarding HTTP traffic from http://127.0.0.1:0\n"));
  g_assert_false (feed (banner, "Forwarding HTTP traffic from http://127.0.0.1:65536\n"));
  g_assert_false (feed (banner, "Forwarding HTTP traffic from http://127.0.0.1:80/path\n"));
  g_assert_false (feed (banner, "Forwarding HTTP traffic from http://127.0.0.2:80\n"));
  g_assert_false (feed (banner, "Forwarding HTTP traffic from http://name.example\n"));
  g_assert_true (feed (banner, "Forwarding HTTP traffic from http://127.0.0.1:8080\n"));
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "http://127.0.0.1:8080");
  g_assert_true (feed (banner, "Forwarding HTTP traffic from http://localhost/\n"));
  g_assert_cmpstr (cs_tunnel_banner_get_url (banner), ==, "http://localhost");
}

/* Whatever comes, nothing breaks, and an address is one, of the letters that names are made of below. */
static void
test_noise (void)
{
  static const char *const parts[] = {
    "\n", "\r", "\033[", "m", "32", "Forwarding HTTP traffic from ", " tunneled with tls termination, ", "https://", "http://", "a.b",
    ".", "-", "/", "{", "}", "\"", "\"event\":\"tcpip-forward\"", ",", "\"status\":\"success\"", "\"address\":\"", "\\u0000", "\xff",
  };
  g_autoptr (CsTunnelBanner) banner = cs_tunnel_banner_new (FALSE);

  for (guint i = 0; i < 200000; i++)
    {
      const char *url;

      feed (banner, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      url = cs_tunnel_banner_get_url (banner);
      if (url != NULL)
        g_assert_cmpuint (strspn (url + strlen ("https://"), "abm23.-"), ==, strlen (url) - strlen ("https://"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tunnel-banner/announcements-are-read", test_announced);
  g_test_add_func ("/tunnel-banner/anything-else-is-passed-over", test_nonsense);
  g_test_add_func ("/tunnel-banner/deep-json-is-passed-over", test_deep);
  g_test_add_func ("/tunnel-banner/pieces-are-put-together", test_pieces);
  g_test_add_func ("/tunnel-banner/changes-are-followed", test_followed);
  g_test_add_func ("/tunnel-banner/endless-lines-take-no-memory", test_endless);
  g_test_add_func ("/tunnel-banner/nul-hides-nothing", test_nul);
  g_test_add_func ("/tunnel-banner/local-addresses-of-a-local-server", test_local);
  g_test_add_func ("/tunnel-banner/noise", test_noise);

  return g_test_run ();
}
