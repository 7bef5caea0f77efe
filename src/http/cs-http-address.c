/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-http-address.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

static gboolean
is_loopback_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  /* GLib resolves this one name without asking anybody. */
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * cs_http_address_check:
 * @base_url: an address from the settings
 * @reason: (out): a sentence: why it can't be used; quotes nothing of the address: there may be a password in it
 *
 * Checks that credentials may be sent there: https, or http to this very computer; no user name, query or fragment.
 *
 * Returns: (transfer full) (nullable): the address without a closing slash
 */
char *
cs_http_address_check (const char  *base_url,
                       const char **reason)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  char *text;

  *reason = NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    *reason = _("It is no web address.");
  else if (g_uri_get_userinfo (uri) != NULL)
    *reason = _("It holds a user name or password, which belong into the fields for key and token.");
  else if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    *reason = _("It must end before any “?” or “#”.");
  else if (strcmp (g_uri_get_scheme (uri), "https") != 0 && strcmp (g_uri_get_scheme (uri), "http") != 0)
    *reason = _("It must begin with https://.");
  else if (strcmp (g_uri_get_scheme (uri), "http") == 0 && !is_loopback_host (g_uri_get_host (uri)))
    *reason = _("It must begin with https://, because key and token would be readable on the way.");
  if (*reason != NULL)
    return NULL;

  text = g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
  while (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';
  return text;
}

/* Whether an address that was checked leads to this very computer. */
gboolean
cs_http_address_is_loopback (const char *base_url)
{
  g_autofree char *host = cs_http_address_get_host (base_url);

  return is_loopback_host (host);
}

/* Returns the host of an address, for messages. (transfer full) */
char *
cs_http_address_get_host (const char *base_url)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_HAS_PASSWORD, NULL);

  return g_strdup (uri != NULL ? g_uri_get_host (uri) : "");
}
