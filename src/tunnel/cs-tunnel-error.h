/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CS_TUNNEL_ERROR (cs_tunnel_error_quark ())

/* The messages are sentences for the user. */
typedef enum {
  CS_TUNNEL_ERROR_FAILED,   /* no tunnel just now */
  CS_TUNNEL_ERROR_STRANGER, /* the server's key isn't known yet */
  CS_TUNNEL_ERROR_CHANGED,  /* the server's key isn't the one that is known */
} CsTunnelError;

GQuark cs_tunnel_error_quark (void);

G_END_DECLS
