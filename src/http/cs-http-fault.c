/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-http-fault.h"

#include <gio/gio.h>

static gboolean
is_proxy_error (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED);
}

/* Sorts what cs_http_exchange_finish() reports; not a request that was cancelled. */
CsHttpFault
cs_http_fault_from_error (const GError *error)
{
  if (error->domain == G_TLS_ERROR)
    return CS_HTTP_FAULT_TLS;
  if (error->domain == G_RESOLVER_ERROR)
    return CS_HTTP_FAULT_NAME;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return CS_HTTP_FAULT_TIMEOUT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    return CS_HTTP_FAULT_TOO_LARGE;
  return is_proxy_error (error) ? CS_HTTP_FAULT_PROXY : CS_HTTP_FAULT_NETWORK;
}
