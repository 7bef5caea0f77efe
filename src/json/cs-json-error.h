/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_JSON_ERROR (cs_json_error_quark ())

/* The messages are one line for the log, and quote nothing of what was read. */
typedef enum {
  CS_JSON_ERROR_NOT_JSON,  /* nothing, XML or a web page came where JSON was asked for */
  CS_JSON_ERROR_MALFORMED, /* broken JSON, or more of it than is read */
  CS_JSON_ERROR_NO_OBJECT, /* JSON, but something else than an object */
} CsJsonError;

GQuark cs_json_error_quark (void);

G_END_DECLS
