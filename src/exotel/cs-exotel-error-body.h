/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longest message, in characters. */
#define CS_EXOTEL_ERROR_BODY_MAX_MESSAGE 200

char *cs_exotel_error_body_get_message (GBytes  *body,
                                        char   **code);

G_END_DECLS
