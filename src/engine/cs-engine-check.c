/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"

static void
check_address (CsService *service,
               gpointer   data)
{
  cs_address_check_run (cs_public_address_get_check (cs_service_get_address (service)));
}

/* Checks now whether the public address leads here. Snapshots tell that it is being checked, and what came out. */
void
cs_engine_check_address (CsEngine *self)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, check_address, NULL, NULL);
}
