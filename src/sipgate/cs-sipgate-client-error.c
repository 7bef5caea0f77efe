/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-http-fault.h"
#include "sipgate/cs-sipgate-client-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

G_DEFINE_QUARK (cs-sipgate-client-error-quark, cs_sipgate_client_error)

/* What the token has to be allowed. Source: protocol/sipgate.md §8. */
static const char *
get_scope (CsSipgateAsk ask)
{
  switch (ask)
    {
    case CS_SIPGATE_ASK_USER:
      return "authorization:userinfo:read";
    case CS_SIPGATE_ASK_HISTORY:
      return "history:read";
    case CS_SIPGATE_ASK_SETTINGS:
      return "settings:sipgateio:read";
    case CS_SIPGATE_ASK_CHANGE:
      return "settings:sipgateio:write";
    case CS_SIPGATE_ASK_CALLS:
      return "rtcm:read";
    case CS_SIPGATE_ASK_CALL:
      return "sessions:calls:write";
    }
  return "";
}

/* What happened and what to do; %s, where there is one, is the host, of a missing scope its name. */
static const char *
get_sentences (CsSipgateClientError code)
{
  switch (code)
    {
    case CS_SIPGATE_CLIENT_ERROR_SETTINGS:
      return _("Token ID and token are needed to ask sipgate. Enter them in Preferences.");
    case CS_SIPGATE_CLIENT_ERROR_TOKEN:
      return _("sipgate refuses the token ID or the token. Create a personal access token in sipgate’s account settings, and enter "
               "both again.");
    case CS_SIPGATE_CLIENT_ERROR_NOT_BOOKED:
      return _("sipgate doesn’t let the token see or change where calls are reported. Book sipgate.io in the account’s feature store, "
               "and give the token the scopes settings:sipgateio:read and settings:sipgateio:write.");
    case CS_SIPGATE_CLIENT_ERROR_SCOPE:
      return _("The token isn’t allowed to do this. Create one with the scope %s in sipgate’s account settings, and enter it in "
               "Preferences.");
    case CS_SIPGATE_CLIENT_ERROR_ADDRESS:
      return _("%s doesn’t know what it was asked for. Check the address set for sipgate’s interface.");
    case CS_SIPGATE_CLIENT_ERROR_CALL:
      return _("sipgate doesn’t start this call. Check the number, and the telephone set for calling back in Preferences.");
    case CS_SIPGATE_CLIENT_ERROR_RATE:
      return _("sipgate got too many requests from this account. It is tried again later; if this stays, let other programs ask less "
               "often.");
    case CS_SIPGATE_CLIENT_ERROR_SERVER:
      return _("sipgate has a fault of its own. It is tried again later.");
    case CS_SIPGATE_CLIENT_ERROR_REFUSED:
      return _("sipgate refused the request. Check the account at sipgate.");
    case CS_SIPGATE_CLIENT_ERROR_REDIRECT:
      return _("%s points to another address, which isn’t followed, because the token would go there. Check the address set for "
               "sipgate’s interface, and whether the network asks you to log in first.");
    case CS_SIPGATE_CLIENT_ERROR_NETWORK:
      return _("%s can’t be reached. Check the connection to the Internet.");
    case CS_SIPGATE_CLIENT_ERROR_NAME:
      return _("The name %s can’t be found. Check the connection to the Internet.");
    case CS_SIPGATE_CLIENT_ERROR_TLS:
      return _("The connection to %s isn’t safe, so nothing was sent. Check this computer’s date and time, and whether the network asks "
               "you to log in first.");
    case CS_SIPGATE_CLIENT_ERROR_PROXY:
      return _("The network’s proxy doesn’t let requests to %s through. Check the proxy in this computer’s network settings.");
    case CS_SIPGATE_CLIENT_ERROR_TIMEOUT:
      return _("%s didn’t give a complete answer in time. Try again later.");
    case CS_SIPGATE_CLIENT_ERROR_TOO_LARGE:
      return _("%s sent more than an answer can hold, so it was dropped. Check the address set for sipgate’s interface.");
    case CS_SIPGATE_CLIENT_ERROR_UNREADABLE:
      return _("%s sent an answer that can’t be read. Check the address set for sipgate’s interface, and whether the network asks you "
               "to log in first.");
    }
  return "";
}

static CsSipgateClientError
classify (guint        status,
          CsSipgateAsk ask)
{
  switch (status)
    {
    case 401:
      return CS_SIPGATE_CLIENT_ERROR_TOKEN;
    case 403:
      return ask == CS_SIPGATE_ASK_SETTINGS || ask == CS_SIPGATE_ASK_CHANGE ? CS_SIPGATE_CLIENT_ERROR_NOT_BOOKED
                                                                            : CS_SIPGATE_CLIENT_ERROR_SCOPE;
    case 404:
      return ask == CS_SIPGATE_ASK_CALL ? CS_SIPGATE_CLIENT_ERROR_CALL : CS_SIPGATE_CLIENT_ERROR_ADDRESS;
    case 407:
      return CS_SIPGATE_CLIENT_ERROR_PROXY;
    case 408:
      return CS_SIPGATE_CLIENT_ERROR_TIMEOUT;
    case 429:
      return CS_SIPGATE_CLIENT_ERROR_RATE;
    default:
      if (status >= 500)
        return CS_SIPGATE_CLIENT_ERROR_SERVER;
      if (status >= 400)
        return ask == CS_SIPGATE_ASK_CALL ? CS_SIPGATE_CLIENT_ERROR_CALL : CS_SIPGATE_CLIENT_ERROR_REFUSED;
      return status >= 300 ? CS_SIPGATE_CLIENT_ERROR_REDIRECT : CS_SIPGATE_CLIENT_ERROR_UNREADABLE;
    }
}

/* Returns an error with what happened and what to do. @host: whom the request went to, or was meant to. (transfer full) */
GError *
cs_sipgate_client_error_new (CsSipgateClientError  code,
                             CsSipgateAsk          ask,
                             const char           *host)
{
  g_auto (GStrv) parts = g_strsplit (get_sentences (code), "%s", -1);
  g_autofree char *sentences = g_strjoinv (code == CS_SIPGATE_CLIENT_ERROR_SCOPE ? get_scope (ask) : host, parts);

  return g_error_new_literal (CS_SIPGATE_CLIENT_ERROR, code, sentences);
}

/* Returns what GIO or libsoup reported of a request in words for the user; %G_IO_ERROR_CANCELLED stays what it is. */
GError *
cs_sipgate_client_error_from_io (const GError *error,
                                 CsSipgateAsk  ask,
                                 const char   *host)
{
  static const CsSipgateClientError codes[] = {
    [CS_HTTP_FAULT_NETWORK] = CS_SIPGATE_CLIENT_ERROR_NETWORK, [CS_HTTP_FAULT_NAME] = CS_SIPGATE_CLIENT_ERROR_NAME,
    [CS_HTTP_FAULT_TLS] = CS_SIPGATE_CLIENT_ERROR_TLS,         [CS_HTTP_FAULT_PROXY] = CS_SIPGATE_CLIENT_ERROR_PROXY,
    [CS_HTTP_FAULT_TIMEOUT] = CS_SIPGATE_CLIENT_ERROR_TIMEOUT, [CS_HTTP_FAULT_TOO_LARGE] = CS_SIPGATE_CLIENT_ERROR_TOO_LARGE,
  };

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  return cs_sipgate_client_error_new (codes[cs_http_fault_from_error (error)], ask, host);
}

/* Returns what an answer that is no success means. */
GError *
cs_sipgate_client_error_from_status (guint         status,
                                     CsSipgateAsk  ask,
                                     const char   *host)
{
  return cs_sipgate_client_error_new (classify (status, ask), ask, host);
}
