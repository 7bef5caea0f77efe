/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_SIPGATE_ERROR (cs_sipgate_error_quark ())

/* The message of every code but the last two is one line that may be sent to the client: it quotes neither the request nor
 * anything of ours. The key's is for the user who chose it. */
typedef enum {
  CS_SIPGATE_ERROR_FORM,                /* the body is no URL-encoded form */
  CS_SIPGATE_ERROR_EVENT,               /* the form is no push */
  CS_SIPGATE_ERROR_SIGNATURE_MISSING,
  CS_SIPGATE_ERROR_SIGNATURE_MALFORMED, /* not base64, or not of the key's length */
  CS_SIPGATE_ERROR_SIGNATURE_WRONG,     /* not made by the key's owner over this body */
  CS_SIPGATE_ERROR_PUBLIC_KEY,          /* the public key can't be used */
  CS_SIPGATE_ERROR_RECORD,              /* what the history says can't be read */
} CsSipgateError;

GQuark cs_sipgate_error_quark (void);

G_END_DECLS
