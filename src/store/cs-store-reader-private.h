/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-reader.h"

#define CS_STORE_READER_N_STATEMENTS 6

struct _CsStoreReader
{
  sqlite3 *db;                                            /* (owned) */
  sqlite3_stmt *statements[CS_STORE_READER_N_STATEMENTS]; /* (owned) */
};
