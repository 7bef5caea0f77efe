/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

G_DEFINE_QUARK (cs-exotel-error-quark, cs_exotel_error)

/* What happened and what to do; %s, where there is one, is the host. */
static const char *
get_sentences (CsExotelError code)
{
  switch (code)
    {
    case CS_EXOTEL_ERROR_SETTINGS:
      return _("Account SID, API key and API token are needed to ask Exotel. Enter them in Preferences.");
    case CS_EXOTEL_ERROR_WRONG_SID:
      return _("Exotel knows no account with this SID. Compare it with “API Settings” in Exotel's dashboard.");
    case CS_EXOTEL_ERROR_WRONG_KEY:
      return _("Exotel refuses the API key or token. Copy both again from “API Settings” in Exotel's dashboard.");
    case CS_EXOTEL_ERROR_ADDRESS:
      return _("Exotel doesn't accept requests from this computer's address. Add the address to the allowed ones in Exotel's dashboard.");
    case CS_EXOTEL_ERROR_KYC:
      return _("Exotel hasn't verified this account yet. Complete the KYC in Exotel's dashboard.");
    case CS_EXOTEL_ERROR_PLAN:
      return _("The account's plan doesn't include call records, or its balance is used up. Ask Exotel, or choose another plan.");
    case CS_EXOTEL_ERROR_MIXED:
      return _("Exotel's regions gave different answers, so it can't be told what is wrong. Check account SID, API key and API token, and try again.");
    case CS_EXOTEL_ERROR_NETWORK:
      return _("%s can't be reached. Check the connection to the Internet.");
    case CS_EXOTEL_ERROR_NAME:
      return _("The name %s can't be found. Check the connection to the Internet.");
    case CS_EXOTEL_ERROR_TLS:
      return _("The connection to %s isn't safe, so nothing was sent. Check this computer's date and time, and whether the network asks you to log in first.");
    case CS_EXOTEL_ERROR_PROXY:
      return _("The network's proxy doesn't let requests to %s through. Check the proxy in this computer's network settings.");
    case CS_EXOTEL_ERROR_TIMEOUT:
      return _("%s didn't give a complete answer in time. It is tried again later.");
    case CS_EXOTEL_ERROR_REDIRECT:
      return _("%s points to another address, which isn't followed, because key and token would go there. Check the address set for Exotel, and whether the network asks you to log in first.");
    case CS_EXOTEL_ERROR_RATE:
      return _("Exotel got too many requests from this account. It is tried again later; if this stays, let other programs ask less often.");
    case CS_EXOTEL_ERROR_SERVER:
      return _("Exotel has a fault of its own. It is tried again later.");
    case CS_EXOTEL_ERROR_REFUSED:
      return _("Exotel refused the request. Check the account in Exotel's dashboard.");
    case CS_EXOTEL_ERROR_TOO_LARGE:
      return _("%s sent more than an answer can hold, so it was dropped. Check the address set for Exotel.");
    case CS_EXOTEL_ERROR_UNREADABLE:
      return _("%s sent an answer that can't be read. Check the address set for Exotel, and whether the network asks you to log in first.");
    }
  return "";
}

static gboolean
is_proxy_error (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED);
}

/**
 * cs_exotel_error_new:
 * @host: whom the request went to, or was meant to
 * @remark: (nullable): what Exotel said of it: one line of text, in which there is no credential
 *
 * Returns: (transfer full): an error with what happened and what to do
 */
GError *
cs_exotel_error_new (CsExotelError  code,
                     const char    *host,
                     const char    *remark)
{
  g_auto (GStrv) parts = g_strsplit (get_sentences (code), "%s", -1);
  g_autofree char *sentences = g_strjoinv (host, parts);

  if (remark != NULL && *remark != '\0')
    /* Translators: the first is what happened and what to do, the second Exotel's own words. */
    return g_error_new (CS_EXOTEL_ERROR, code, _("%s Exotel says: “%s”"), sentences, remark);
  return g_error_new_literal (CS_EXOTEL_ERROR, code, sentences);
}

/**
 * cs_exotel_error_from_io:
 * @error: what GIO or libsoup reported of a request
 * @host: whom the request went to
 *
 * Returns: (transfer full): the same in words for the user; %G_IO_ERROR_CANCELLED stays what it is
 */
GError *
cs_exotel_error_from_io (const GError *error,
                         const char   *host)
{
  CsExotelError code = CS_EXOTEL_ERROR_NETWORK;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  if (error->domain == G_TLS_ERROR)
    code = CS_EXOTEL_ERROR_TLS;
  else if (error->domain == G_RESOLVER_ERROR)
    code = CS_EXOTEL_ERROR_NAME;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    code = CS_EXOTEL_ERROR_TIMEOUT;
  else if (is_proxy_error (error))
    code = CS_EXOTEL_ERROR_PROXY;
  return cs_exotel_error_new (code, host, NULL);
}
