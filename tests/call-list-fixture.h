/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-list.h"
#include "store/cs-store.h"

/* What the tests of the list of calls share: calls that are put into a store as a whole. */

#define LIST_BASE_US (G_GINT64_CONSTANT (1760000000) * G_USEC_PER_SEC)

/* Puts an ended call that came in at a second after LIST_BASE_US. Returns its id. */
static inline gint64
list_put_call (CsStore      *store,
               CsProvider    provider,
               CsDirection   direction,
               CsOutcome     outcome,
               const char   *peer,
               const char   *number,
               gint64        second)
{
  static guint serial = 0;
  g_autoptr (CsCall) call = cs_call_new (provider);
  g_autoptr (GError) error = NULL;
  gboolean is_outgoing = cs_direction_is_outgoing (direction), has_changed, is_kept;

  call->state = CS_CALL_ENDED;
  call->source = CS_SOURCE_RECORD;
  call->record_id = g_strdup_printf ("record-%u", serial++);
  call->direction = direction;
  call->outcome = call->plain_outcome = outcome;
  call->seen_us = call->started_us = call->last_us = LIST_BASE_US + second * G_USEC_PER_SEC;
  call->answered_us = call->ended_us = call->wait_us = call->talk_us = CS_UNKNOWN;
  call->peer = g_strdup (peer);
  call->number = g_strdup (number);
  call->from = g_strdup (is_outgoing ? number : peer);
  call->to = g_strdup (is_outgoing ? peer : number);
  call->is_connected = outcome == CS_OUTCOME_ANSWERED;
  call->wants_callback = outcome == CS_OUTCOME_MISSED;
  if (call->is_connected)
    call->talk_us = second * G_USEC_PER_SEC;
  is_kept = cs_store_put_record (store, call, &has_changed, &error);
  g_assert_no_error (error);
  g_assert_true (is_kept && has_changed);
  return call->id;
}

static inline void
list_commit (CsStore *store)
{
  g_autoptr (GError) error = NULL;

  cs_store_commit (store, &error);
  g_assert_no_error (error);
}

/* An incoming call of sipgate's that a person has missed. */
static inline gint64
list_put_missed (CsStore    *store,
                 const char *peer,
                 gint64      second)
{
  return list_put_call (store, CS_PROVIDER_SIPGATE, CS_DIRECTION_INBOUND, CS_OUTCOME_MISSED, peer, "492214710900", second);
}
