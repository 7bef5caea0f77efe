/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_EXOTEL_ERROR (cs_exotel_error_quark ())

/* The messages are one line for the sender and the log, and quote nothing of what was read but what Exotel itself says
 * in a refusal. What a person gets to see is told from the code. */
typedef enum {
  CS_EXOTEL_ERROR_NOT_JSON,     /* nothing, XML or a web page came where JSON was asked for */
  CS_EXOTEL_ERROR_JSON,         /* broken JSON, or more of it than is read */
  CS_EXOTEL_ERROR_CONTENT,      /* JSON, but not what it has to be */
  CS_EXOTEL_ERROR_REFUSED,      /* Exotel says why it doesn't give what was asked for */
  CS_EXOTEL_ERROR_FORM,         /* the body is no form */
  CS_EXOTEL_ERROR_CONTENT_TYPE, /* neither a form nor JSON */
} CsExotelError;

GQuark cs_exotel_error_quark (void);

G_END_DECLS
