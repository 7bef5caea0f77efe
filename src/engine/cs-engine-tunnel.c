/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"

static void
trust (CsService *service,
       gpointer   data)
{
  cs_tunnel_trust (cs_public_address_get_tunnel (cs_service_get_address (service)), data);
}

static void
retry (CsService *service,
       gpointer   data)
{
  cs_tunnel_retry (cs_public_address_get_tunnel (cs_service_get_address (service)));
}

static void
forget (CsService *service,
        gpointer   data)
{
  cs_tunnel_forget_host (cs_public_address_get_tunnel (cs_service_get_address (service)));
}

/* The user confirms the key of a tunnel server that was used for the first time: that of the snapshot that was shown. Another one
 * that the server may show meanwhile is asked for anew. */
void
cs_engine_trust_tunnel_host (CsEngine   *self,
                             const char *fingerprint)
{
  g_return_if_fail (CS_IS_ENGINE (self));
  g_return_if_fail (fingerprint != NULL);

  cs_engine_send (self, trust, g_strdup (fingerprint), g_free);
}

/* Tries to open the tunnel now, where another try is waited for or none is made any more. */
void
cs_engine_retry_tunnel (CsEngine *self)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, retry, NULL, NULL);
}

/* Forgets which key the tunnel server had, because the user knows why it has another one now, and tries again: the new key
 * is asked for then. */
void
cs_engine_forget_tunnel_host (CsEngine *self)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, forget, NULL, NULL);
}
