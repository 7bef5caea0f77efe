/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_EXOTEL_CLIENT_ERROR (cs_exotel_client_error_quark ())

/* Each comes with sentences for the user: what happened, and what to do. None ever holds a credential. */
typedef enum {
  CS_EXOTEL_CLIENT_ERROR_SETTINGS,     /* the settings can't make a request */
  CS_EXOTEL_CLIENT_ERROR_WRONG_SID,    /* no such account, in any region asked */
  CS_EXOTEL_CLIENT_ERROR_WRONG_KEY,    /* API key and token are not this account's */
  CS_EXOTEL_CLIENT_ERROR_ADDRESS,      /* this computer's address isn't on the account's list */
  CS_EXOTEL_CLIENT_ERROR_KYC,          /* the account isn't verified yet */
  CS_EXOTEL_CLIENT_ERROR_PLAN,         /* the account's plan doesn't include it */
  CS_EXOTEL_CLIENT_ERROR_MIXED,        /* the regions contradict each other: neither SID nor key can be blamed */
  CS_EXOTEL_CLIENT_ERROR_NETWORK,      /* Exotel can't be reached */
  CS_EXOTEL_CLIENT_ERROR_NAME,         /* Exotel's name can't be resolved */
  CS_EXOTEL_CLIENT_ERROR_TLS,          /* the connection isn't safe */
  CS_EXOTEL_CLIENT_ERROR_PROXY,        /* the proxy doesn't let the request through */
  CS_EXOTEL_CLIENT_ERROR_TIMEOUT,      /* no complete answer in time */
  CS_EXOTEL_CLIENT_ERROR_REDIRECT,     /* an answer points elsewhere; it is never followed */
  CS_EXOTEL_CLIENT_ERROR_RATE,         /* too many requests */
  CS_EXOTEL_CLIENT_ERROR_SERVER,       /* a fault on Exotel's side, 5xx */
  CS_EXOTEL_CLIENT_ERROR_REFUSED,      /* any other refusal */
  CS_EXOTEL_CLIENT_ERROR_TOO_LARGE,    /* the answer exceeds the limit */
  CS_EXOTEL_CLIENT_ERROR_UNREADABLE,   /* the answer isn't what was asked for */
} CsExotelClientError;

#define CS_N_EXOTEL_CLIENT_ERRORS 18

GQuark  cs_exotel_client_error_quark       (void);
GError *cs_exotel_client_error_new         (CsExotelClientError  code,
                                            const char          *host,
                                            const char          *remark);
GError *cs_exotel_client_error_from_io     (const GError        *error,
                                            const char          *host);
GError *cs_exotel_client_error_from_answer (guint                status,
                                            GBytes              *body,
                                            const char          *host,
                                            const char *const   *secrets);

G_END_DECLS
