/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The file by which the desktop starts the program with the session. */
char     *cs_autostart_entry_get_path  (void);
char     *cs_autostart_entry_make_text (const char  *program,
                                        const char  *data_dir);
gboolean  cs_autostart_entry_write     (const char  *program,
                                        const char  *data_dir,
                                        GError     **error);
gboolean  cs_autostart_entry_remove    (GError     **error);

G_END_DECLS
