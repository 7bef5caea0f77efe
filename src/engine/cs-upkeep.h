/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean cs_upkeep_check   (const char  *data_dir,
                            guint64     *n_calls,
                            GPtrArray   *problems,
                            GError     **error);
gboolean cs_upkeep_rebuild (const char  *data_dir,
                            guint        stale_minutes,
                            guint64     *n_events,
                            guint64     *n_calls,
                            GError     **error);

G_END_DECLS
