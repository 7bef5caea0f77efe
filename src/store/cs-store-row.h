/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"
#include "store/cs-sql.h"

G_BEGIN_DECLS

/* The columns that cs_store_row_to_call() reads, in their order. */
#define CS_CALL_COLUMNS \
  "id, provider, state, direction, outcome, timed_out, seen_us, last_us, started_us, answered_us, ended_us, wait_us, " \
  "talk_us, from_number, to_number, number, offered, answered_by, answered_by_name, answering_number, cause, n_legs, " \
  "is_connected, wants_callback, callback, plain_outcome, is_estimated, is_part, source, record_id"

#define CS_LEG_COLUMNS \
  "id, parent_id, xcid, direction, from_number, to_number, diversion, users, user_ids, new_us, answered_us, " \
  "answer_user, answer_user_id, answer_number, ended_us, causes, hangup_number, digits, record_outcome, record_us, " \
  "record_talk_us, record_told_us, record_user, record_user_id, record_cause"

CsCall *cs_store_row_to_call (sqlite3_stmt *row);
CsLeg  *cs_store_row_to_leg  (sqlite3_stmt *row);

G_END_DECLS
