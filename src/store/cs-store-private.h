/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store.h"

G_BEGIN_DECLS

/* Makes the totals of all calls anew, in an empty table. */
#define CS_STORE_RECOUNT \
  "INSERT INTO call_bucket SELECT " CS_STORE_COUNTED

/* The totals as they must be. Also what --check compares the table with. */
#define CS_STORE_COUNTED \
  "seen_us / 900000000, provider, number_key, direction, outcome, plain_outcome, count(*), sum(is_estimated)," \
  " count(wait_us), coalesce(sum(wait_us), 0), count(talk_us), coalesce(sum(talk_us), 0)" \
  " FROM call WHERE state = 0 AND is_part = 0 GROUP BY 1, 2, 3, 4, 5, 6"

/* A number without what is written for the eye alone, as cs_number_get_digits() makes it. */
#define CS_STORE_DIGITS(number) \
  "CASE WHEN " number " GLOB '*[^-0-9+/() .]*' THEN " number " ELSE replace(replace(replace(replace(replace(replace(" \
  "replace(" number ", '+', ''), '-', ''), '/', ''), '(', ''), ')', ''), ' ', ''), '.', '') END"

/* Collects the numbers of all calls, in an empty table. A part of migration 1 → 2: it stays as it is once that is released. */
#define CS_STORE_COLLECT_NUMBERS \
  "INSERT OR IGNORE INTO number SELECT DISTINCT 0, peer_key, " CS_STORE_DIGITS ("peer") " FROM (SELECT peer_key," \
  " CASE WHEN direction IN (2, 4, 5) THEN to_number ELSE from_number END AS peer FROM call)" \
  " WHERE peer_key IS NOT NULL AND peer IS NOT NULL;" \
  "INSERT OR IGNORE INTO number SELECT DISTINCT 1, number_key, " CS_STORE_DIGITS ("number") " FROM call" \
  " WHERE number_key <> '' AND number IS NOT NULL"

/* What sync_state remembers of the news: "ID:TIME" of each call that the user was told of, parted by blanks, oldest first. */
#define CS_STORE_TOLD_CALLS "told-calls"

/* The prepared statements; their text stands in cs-store.c. */
typedef enum {
  BEGIN,
  COMMIT,
  ROLLBACK,
  ADD_EVENT,
  FIND_BY_LEG,
  FIND_BY_PARENT,
  FIND_BY_XCID,
  FIND_BY_ORPHAN_XCID,
  GET_CALL,
  GET_LEGS,
  GET_COUNTED,
  INSERT_CALL,
  UPDATE_CALL,
  UPDATE_CALL_KEYS,
  INSERT_LEG,
  UPDATE_LEG,
  DELETE_CALL,
  DELETE_LEGS,
  ADD_TO_BUCKET,
  CLEAN_BUCKET,
  HAS_LATER_TALK,
  SETTLE_EARLIER,
  REOPEN_EARLIER,
  SETTLE_BY_HAND,
  UNSETTLE_BY_HAND,
  ADD_NUMBER,
  FORGET_NUMBER,
  GET_PEER,
  GET_CONTACT_NAME,
  FIND_RECORD,
  FIND_DUE,
  HAS_AWAITING,
  N_STATEMENTS,
} CsStoreStatement;

struct _CsStore
{
  sqlite3 *db;                            /* (owned) */
  sqlite3_stmt *statements[N_STATEMENTS]; /* (owned) */
  int lock_fd;
  gint64 last_id;                         /* of calls */
  guint wal_pages;
  GPtrArray *news;                        /* (owned) (element-type CsNews) of the open transaction */
  GPtrArray *told;                        /* (owned) (element-type CsNews) committed, not yet taken */
  gboolean in_transaction;
  gboolean is_rebuilding;                 /* temp.old_leg has what was forgotten, temp.kept_leg what wasn't */
};

CsCall  *cs_store_load_call   (CsStore  *self,
                               gint64    id);
gboolean cs_store_begin       (CsStore  *self,
                               GError  **error);
void     cs_store_tell        (CsStore  *self,
                               CsNews   *news);
CsNews  *cs_store_make_news   (CsStore  *self,
                               CsCall   *call);
gboolean cs_store_remove_call (CsStore  *self,
                               gint64    id,
                               gboolean  with_legs,
                               GError  **error);

G_END_DECLS
