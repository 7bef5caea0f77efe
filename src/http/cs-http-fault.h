/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a request brought no answer, as far as it makes a difference to the user. */
typedef enum {
  CS_HTTP_FAULT_NETWORK,
  CS_HTTP_FAULT_NAME,      /* the host's name can't be resolved */
  CS_HTTP_FAULT_TLS,
  CS_HTTP_FAULT_PROXY,
  CS_HTTP_FAULT_TIMEOUT,
  CS_HTTP_FAULT_TOO_LARGE,
} CsHttpFault;

CsHttpFault cs_http_fault_from_error (const GError *error);

G_END_DECLS
