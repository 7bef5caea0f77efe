/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *cs_http_address_check       (const char  *base_url,
                                       const char **reason);
gboolean  cs_http_address_is_loopback (const char  *base_url);
char     *cs_http_address_get_host    (const char  *base_url);

G_END_DECLS
