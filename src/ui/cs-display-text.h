/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *cs_display_text_clean   (const char *text);
char *cs_display_text_isolate (const char *text);

G_END_DECLS
