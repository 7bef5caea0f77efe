/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "store/cs-store-row.h"

/* A number that an enumeration doesn't have can only come from a damaged file: it is read as the fallback. */
static int
get_enum (sqlite3_stmt *row,
          int           column,
          int           n_values,
          int           fallback)
{
  int value = sqlite3_column_int (row, column);

  return value >= 0 && value < n_values ? value : fallback;
}

/* Makes a call, without its legs, of a row of CS_CALL_COLUMNS. (transfer full) */
CsCall *
cs_store_row_to_call (sqlite3_stmt *row)
{
  CsCall *call = cs_call_new (get_enum (row, 1, CS_N_PROVIDERS, CS_PROVIDER_SIPGATE));

  call->id = sqlite3_column_int64 (row, 0);
  call->state = get_enum (row, 2, CS_CALL_AWAITING_LEG + 1, CS_CALL_ENDED);
  call->direction = get_enum (row, 3, CS_N_DIRECTIONS, CS_DIRECTION_UNKNOWN);
  call->outcome = get_enum (row, 4, CS_N_OUTCOMES, CS_OUTCOME_OTHER);
  call->timed_out = sqlite3_column_int (row, 5);
  call->seen_us = sqlite3_column_int64 (row, 6);
  call->last_us = sqlite3_column_int64 (row, 7);
  call->started_us = cs_sql_get_time (row, 8);
  call->answered_us = cs_sql_get_time (row, 9);
  call->ended_us = cs_sql_get_time (row, 10);
  call->wait_us = cs_sql_get_time (row, 11);
  call->talk_us = cs_sql_get_time (row, 12);
  call->from = cs_sql_dup_text (row, 13);
  call->to = cs_sql_dup_text (row, 14);
  call->number = cs_sql_dup_text (row, 15);
  call->offered = cs_sql_dup_text (row, 16);
  call->answered_by = cs_sql_dup_text (row, 17);
  call->answered_by_name = cs_sql_dup_text (row, 18);
  call->answering_number = cs_sql_dup_text (row, 19);
  call->cause = cs_sql_dup_text (row, 20);
  call->n_legs = sqlite3_column_int (row, 21);
  call->is_connected = sqlite3_column_int (row, 22);
  call->wants_callback = sqlite3_column_int (row, 23);
  call->needs_callback = sqlite3_column_int (row, 24);
  call->plain_outcome = get_enum (row, 25, CS_N_OUTCOMES, CS_OUTCOME_OTHER);
  call->is_estimated = sqlite3_column_int (row, 26);
  call->is_part = sqlite3_column_int (row, 27);
  call->source = get_enum (row, 28, CS_SOURCE_RECORD + 1, CS_SOURCE_LEGS);
  call->record_id = cs_sql_dup_text (row, 29);
  call->peer = call->direction == CS_DIRECTION_INTERNAL ? NULL
               : g_strdup (cs_direction_is_outgoing (call->direction) ? call->to : call->from);
  return call;
}

/* Makes a leg of a row of CS_LEG_COLUMNS. (transfer full) */
CsLeg *
cs_store_row_to_leg (sqlite3_stmt *row)
{
  CsLeg *leg = cs_leg_new ((const char *) sqlite3_column_text (row, 0));

  leg->parent_id = cs_sql_dup_text (row, 1);
  leg->xcid = cs_sql_dup_text (row, 2);
  leg->direction = get_enum (row, 3, CS_N_DIRECTIONS, CS_DIRECTION_UNKNOWN);
  leg->from = cs_sql_dup_text (row, 4);
  leg->to = cs_sql_dup_text (row, 5);
  leg->diversion = cs_sql_dup_text (row, 6);
  leg->users = cs_sql_dup_text (row, 7);
  leg->user_ids = cs_sql_dup_text (row, 8);
  leg->new_us = cs_sql_get_time (row, 9);
  leg->answered_us = cs_sql_get_time (row, 10);
  leg->answer_user = cs_sql_dup_text (row, 11);
  leg->answer_user_id = cs_sql_dup_text (row, 12);
  leg->answer_number = cs_sql_dup_text (row, 13);
  leg->ended_us = cs_sql_get_time (row, 14);
  leg->causes = cs_sql_dup_text (row, 15);
  leg->hangup_number = cs_sql_dup_text (row, 16);
  leg->digits = cs_sql_dup_text (row, 17);
  leg->record.outcome = get_enum (row, 18, CS_N_OUTCOMES, CS_OUTCOME_OTHER);
  leg->record.started_us = cs_sql_get_time (row, 19);
  leg->record.talk_us = cs_sql_get_time (row, 20);
  leg->record.told_us = cs_sql_get_time (row, 21);
  leg->record_user = cs_sql_dup_text (row, 22);
  leg->record_user_id = cs_sql_dup_text (row, 23);
  leg->record_cause = cs_sql_dup_text (row, 24);
  return leg;
}
