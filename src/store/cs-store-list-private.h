/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-list.h"

struct _CsStoreList
{
  sqlite3 *db;            /* (owned) */
  sqlite3_stmt *get_call; /* (owned) (nullable) */
};
