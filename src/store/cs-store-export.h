/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "store/cs-sql.h"

G_BEGIN_DECLS

gboolean cs_store_export (const char    *data_dir,
                          const char    *path,
                          GHashTable    *settings,
                          GCancellable  *cancellable,
                          GError       **error);

G_END_DECLS
