/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-sql.h"

G_BEGIN_DECLS

int      cs_store_schema_get_version (void);
gboolean cs_store_schema_migrate     (sqlite3 *db,
                                      int      version,
                                      GError **error);

G_END_DECLS
