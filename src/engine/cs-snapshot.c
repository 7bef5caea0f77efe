/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-snapshot.h"

/* Makes an empty snapshot, to be filled before it is shared. */
CsSnapshot *
cs_snapshot_new (void)
{
  CsSnapshot *snapshot = g_new0 (CsSnapshot, 1);

  g_atomic_ref_count_init (&snapshot->ref_count);
  snapshot->active = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
  snapshot->latest = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_call_unref);
  snapshot->last_event_us = CS_UNKNOWN;
  snapshot->last_refusal_us = CS_UNKNOWN;
  cs_sipgate_state_init (&snapshot->sipgate);
  snapshot->orders.n_orders = snapshot->orders.read_us = CS_UNKNOWN;
  snapshot->exotel.is_complete = TRUE;
  snapshot->exotel.good_us = snapshot->exotel.next_us = snapshot->exotel.began_us = CS_UNKNOWN;
  snapshot->exotel.n_missing = CS_UNKNOWN;
  cs_tunnel_state_init (&snapshot->tunnel);
  cs_address_state_init (&snapshot->address);
  return snapshot;
}

CsSnapshot *
cs_snapshot_ref (CsSnapshot *snapshot)
{
  g_atomic_ref_count_inc (&snapshot->ref_count);
  return snapshot;
}

void
cs_snapshot_unref (CsSnapshot *snapshot)
{
  if (!g_atomic_ref_count_dec (&snapshot->ref_count))
    return;

  g_clear_pointer (&snapshot->zone, g_time_zone_unref);
  g_clear_pointer (&snapshot->active, g_ptr_array_unref);
  g_clear_pointer (&snapshot->latest, g_ptr_array_unref);
  g_free (snapshot->webhook_error);
  g_free (snapshot->api_error);
  g_free (snapshot->storage_error);
  g_free (snapshot->sipgate_path);
  g_free (snapshot->sipgate_url);
  g_free (snapshot->data_dir);
  g_clear_pointer (&snapshot->exotel_zone, g_time_zone_unref);
  cs_exotel_state_clear (&snapshot->exotel);
  cs_orders_state_clear (&snapshot->orders);
  cs_sipgate_state_clear (&snapshot->sipgate);
  g_free (snapshot->heartbeat_path);
  g_free (snapshot->call_event_path);
  g_free (snapshot->public_url);
  cs_tunnel_state_clear (&snapshot->tunnel);
  cs_address_state_clear (&snapshot->address);
  g_free (snapshot);
}
