/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cs_number_format         (const char *number);
char *cs_number_format_own     (const char *number);
char *cs_number_format_isolate (const char *number);

G_END_DECLS
