/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-error.h"
#include "exotel/cs-exotel-error-body.h"
#include "http/cs-http-fault.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (cs-exotel-client-error-quark, cs_exotel_client_error)

/* What happened and what to do; %s, where there is one, is the host. */
static const char *
get_sentences (CsExotelClientError code)
{
  switch (code)
    {
    case CS_EXOTEL_CLIENT_ERROR_SETTINGS:
      return _("Account SID, API key and API token are needed to ask Exotel. Enter them in Preferences.");
    case CS_EXOTEL_CLIENT_ERROR_WRONG_SID:
      return _("Exotel knows no account with this SID. Compare it with “API Settings” in Exotel's dashboard.");
    case CS_EXOTEL_CLIENT_ERROR_WRONG_KEY:
      return _("Exotel refuses the API key or token. Copy both again from “API Settings” in Exotel's dashboard.");
    case CS_EXOTEL_CLIENT_ERROR_ADDRESS:
      return _("Exotel doesn't accept requests from this computer's address. Add the address to the allowed ones "
               "in Exotel's dashboard.");
    case CS_EXOTEL_CLIENT_ERROR_KYC:
      return _("Exotel hasn't verified this account yet. Complete the KYC in Exotel's dashboard.");
    case CS_EXOTEL_CLIENT_ERROR_PLAN:
      return _("The account's plan doesn't include call records, or its balance is used up. Ask Exotel, or choose "
               "another plan.");
    case CS_EXOTEL_CLIENT_ERROR_MIXED:
      return _("Exotel's regions didn't answer alike, so it can't be told what is wrong. Check account SID, API "
               "key and API token, and try again.");
    case CS_EXOTEL_CLIENT_ERROR_NETWORK:
      return _("%s can't be reached. Check the connection to the Internet.");
    case CS_EXOTEL_CLIENT_ERROR_NAME:
      return _("The name %s can't be found. Check the connection to the Internet.");
    case CS_EXOTEL_CLIENT_ERROR_TLS:
      return _("The connection to %s isn't safe, so nothing was sent. Check this computer's date and time, and "
               "whether the network asks you to log in first.");
    case CS_EXOTEL_CLIENT_ERROR_PROXY:
      return _("The network's proxy doesn't let requests to %s through. Check the proxy in this computer's "
               "network settings.");
    case CS_EXOTEL_CLIENT_ERROR_TIMEOUT:
      return _("%s didn't give a complete answer in time. It is tried again later.");
    case CS_EXOTEL_CLIENT_ERROR_REDIRECT:
      return _("%s points to another address, which isn't followed, because key and token would go there. Check "
               "the address set for Exotel, and whether the network asks you to log in first.");
    case CS_EXOTEL_CLIENT_ERROR_RATE:
      return _("Exotel got too many requests from this account. It is tried again later; if this stays, let other "
               "programs ask less often.");
    case CS_EXOTEL_CLIENT_ERROR_SERVER:
      return _("Exotel has a fault of its own. It is tried again later.");
    case CS_EXOTEL_CLIENT_ERROR_REFUSED:
      return _("Exotel refused the request. Check the account in Exotel's dashboard.");
    case CS_EXOTEL_CLIENT_ERROR_TOO_LARGE:
      return _("%s sent more than an answer can hold, so it was dropped. Check the address set for Exotel.");
    case CS_EXOTEL_CLIENT_ERROR_UNREADABLE:
      return _("%s sent an answer that can't be read. Check the address set for Exotel, and whether the network "
               "asks you to log in first.");
    }
  return "";
}

static gboolean
has_any (const char        *text,
         const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (text, words[i]) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* A refusal says in words whether it is about the account's verification or the computer's address; its codes are not all
 * known. Where it says neither, key and token are wrong. */
static CsExotelClientError
classify_refusal (const char *remark,
                  const char *number)
{
  static const char *const kyc[] = { "kyc", "not verified", NULL };
  static const char *const address[] = { "ip address", "ip is not", "ip not", "your ip", "whitelist", "allowlist",
                                         "allow list", "allow-list", NULL };
  g_autofree char *folded = remark != NULL ? g_ascii_strdown (remark, -1) : g_strdup ("");

  if (g_strcmp0 (number, "340030") == 0 || has_any (folded, kyc))
    return CS_EXOTEL_CLIENT_ERROR_KYC;
  if (has_any (folded, address))
    return CS_EXOTEL_CLIENT_ERROR_ADDRESS;
  return CS_EXOTEL_CLIENT_ERROR_WRONG_KEY;
}

static CsExotelClientError
classify (guint       status,
          const char *remark,
          const char *number)
{
  switch (status)
    {
    case 401:
    case 403:
      return classify_refusal (remark, number);
    case 402:
      return CS_EXOTEL_CLIENT_ERROR_PLAN;
    case 404:
      return CS_EXOTEL_CLIENT_ERROR_WRONG_SID;
    case 407:
      return CS_EXOTEL_CLIENT_ERROR_PROXY;
    case 408:
      return CS_EXOTEL_CLIENT_ERROR_TIMEOUT;
    case 429:
      return CS_EXOTEL_CLIENT_ERROR_RATE;
    default:
      if (status >= 500)
        return CS_EXOTEL_CLIENT_ERROR_SERVER;
      if (status >= 400)
        return CS_EXOTEL_CLIENT_ERROR_REFUSED;
      return status >= 300 ? CS_EXOTEL_CLIENT_ERROR_REDIRECT : CS_EXOTEL_CLIENT_ERROR_UNREADABLE;
    }
}

/**
 * cs_exotel_client_error_new:
 * @host: whom the request went to, or was meant to
 * @remark: (nullable): what Exotel said of it: one line of text, in which there is no credential
 *
 * Returns: (transfer full): an error with what happened and what to do
 */
GError *
cs_exotel_client_error_new (CsExotelClientError  code,
                            const char          *host,
                            const char          *remark)
{
  g_auto (GStrv) parts = g_strsplit (get_sentences (code), "%s", -1);
  g_autofree char *sentences = g_strjoinv (host, parts);

  if (remark != NULL && *remark != '\0')
    /* Translators: the first is what happened and what to do, the second Exotel's own words. */
    return g_error_new (CS_EXOTEL_CLIENT_ERROR, code, _("%s Exotel says: “%s”"), sentences, remark);
  return g_error_new_literal (CS_EXOTEL_CLIENT_ERROR, code, sentences);
}

/**
 * cs_exotel_client_error_from_io:
 * @error: what GIO or libsoup reported of a request
 * @host: whom the request went to
 *
 * Returns: (transfer full): the same in words for the user; %G_IO_ERROR_CANCELLED stays what it is
 */
GError *
cs_exotel_client_error_from_io (const GError *error,
                                const char   *host)
{
  static const CsExotelClientError codes[] = {
    [CS_HTTP_FAULT_NETWORK] = CS_EXOTEL_CLIENT_ERROR_NETWORK,     [CS_HTTP_FAULT_NAME] = CS_EXOTEL_CLIENT_ERROR_NAME,
    [CS_HTTP_FAULT_TLS] = CS_EXOTEL_CLIENT_ERROR_TLS,             [CS_HTTP_FAULT_PROXY] = CS_EXOTEL_CLIENT_ERROR_PROXY,
    [CS_HTTP_FAULT_TIMEOUT] = CS_EXOTEL_CLIENT_ERROR_TIMEOUT,     [CS_HTTP_FAULT_TOO_LARGE] = CS_EXOTEL_CLIENT_ERROR_TOO_LARGE,
  };

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  return cs_exotel_client_error_new (codes[cs_http_fault_from_error (error)], host, NULL);
}

/**
 * cs_exotel_client_error_from_answer:
 * @status: any but 200
 * @body: what came with it: JSON, XML, a web page or nothing
 * @host: whom the request went to
 * @secrets: (array zero-terminated=1): texts that no message may hold; one who sends them back isn't quoted
 *
 * Tells what a refusal means; protocol/exotel.md §1.
 *
 * Returns: (transfer full): an error with what happened and what to do, and with Exotel's own words where there are any
 */
GError *
cs_exotel_client_error_from_answer (guint              status,
                                    GBytes            *body,
                                    const char        *host,
                                    const char *const *secrets)
{
  g_autofree char *number = NULL;
  g_autofree char *remark = cs_exotel_error_body_get_message (body, &number);
  CsExotelClientError code = classify (status, remark, number);

  /* A proxy, a redirect and a page in place of an answer speak for somebody else. */
  if (remark != NULL
      && (has_any (remark, secrets) || code == CS_EXOTEL_CLIENT_ERROR_PROXY || code == CS_EXOTEL_CLIENT_ERROR_REDIRECT
          || code == CS_EXOTEL_CLIENT_ERROR_UNREADABLE))
    g_clear_pointer (&remark, g_free);
  return cs_exotel_client_error_new (code, host, remark);
}
