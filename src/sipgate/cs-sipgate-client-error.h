/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_SIPGATE_CLIENT_ERROR (cs_sipgate_client_error_quark ())

/* Each comes with sentences for the user: what happened, and what to do. None ever holds a credential. */
typedef enum {
  CS_SIPGATE_CLIENT_ERROR_SETTINGS,   /* the settings can't make a request */
  CS_SIPGATE_CLIENT_ERROR_TOKEN,      /* sipgate doesn't know the token */
  CS_SIPGATE_CLIENT_ERROR_NOT_BOOKED, /* sipgate.io isn't booked, or the token lacks its scopes */
  CS_SIPGATE_CLIENT_ERROR_SCOPE,      /* the token may not do this */
  CS_SIPGATE_CLIENT_ERROR_ADDRESS,    /* there is no such interface */
  CS_SIPGATE_CLIENT_ERROR_CALL,       /* sipgate doesn't start this call */
  CS_SIPGATE_CLIENT_ERROR_RATE,       /* too many requests */
  CS_SIPGATE_CLIENT_ERROR_SERVER,     /* a fault on sipgate's side, 5xx */
  CS_SIPGATE_CLIENT_ERROR_REFUSED,    /* any other refusal */
  CS_SIPGATE_CLIENT_ERROR_REDIRECT,   /* an answer points elsewhere; it is never followed */
  CS_SIPGATE_CLIENT_ERROR_NETWORK,
  CS_SIPGATE_CLIENT_ERROR_NAME,
  CS_SIPGATE_CLIENT_ERROR_TLS,
  CS_SIPGATE_CLIENT_ERROR_PROXY,
  CS_SIPGATE_CLIENT_ERROR_TIMEOUT,
  CS_SIPGATE_CLIENT_ERROR_TOO_LARGE,
  CS_SIPGATE_CLIENT_ERROR_UNREADABLE, /* the answer isn't what was asked for */
} CsSipgateClientError;

/* What was asked of sipgate; a refusal means something else for each. */
typedef enum {
  CS_SIPGATE_ASK_USER,
  CS_SIPGATE_ASK_HISTORY,
  CS_SIPGATE_ASK_SETTINGS,
  CS_SIPGATE_ASK_CHANGE,   /* of the settings */
  CS_SIPGATE_ASK_CALLS,    /* those that run */
  CS_SIPGATE_ASK_CALL,     /* to start one */
} CsSipgateAsk;

GQuark  cs_sipgate_client_error_quark       (void);
GError *cs_sipgate_client_error_new         (CsSipgateClientError  code,
                                             CsSipgateAsk          ask,
                                             const char           *host);
GError *cs_sipgate_client_error_from_io     (const GError         *error,
                                             CsSipgateAsk          ask,
                                             const char           *host);
GError *cs_sipgate_client_error_from_status (guint                 status,
                                             CsSipgateAsk          ask,
                                             const char           *host);

G_END_DECLS
