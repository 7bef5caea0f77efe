/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-day.h"
#include "engine/cs-engine-private.h"
#include "exotel/cs-exotel-client.h"

static void
refresh (CsService *service,
         gpointer   data)
{
  cs_exotel_sync_refresh (cs_service_get_exotel (service));
}

static void
import (CsService *service,
        gpointer   data)
{
  guint days = GPOINTER_TO_UINT (data);

  if (days > 0)
    cs_exotel_sync_import (cs_service_get_exotel (service), days);
  else
    cs_exotel_sync_cancel_import (cs_service_get_exotel (service));
}

static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  char *base_url = cs_exotel_client_probe_finish (CS_EXOTEL_CLIENT (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, base_url, g_free);
}

static void
probe (CsService *service,
       GTask     *task)
{
  const CsEngineConfig *config = g_task_get_task_data (task);
  g_autoptr (GTimeZone) zone = cs_day_get_zone (config->exotel_timezone);
  CsExotelConfig settings = { config->exotel_base_url, config->exotel_account_sid, config->exotel_api_key,
                              config->exotel_api_token, zone, NULL };
  GError *error = NULL;
  g_autoptr (CsExotelClient) client = cs_exotel_client_new (&settings, &error);

  if (client == NULL)
    g_task_return_error (task, error);
  else
    cs_exotel_client_probe_async (client, g_task_get_cancellable (task), on_probed, g_object_ref (task));
}

/* Fetches what is new at Exotel, without waiting for the next turn. */
void
cs_engine_refresh_exotel (CsEngine *self)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, refresh, NULL, NULL);
}

/* Fetches the records of the last so many days (at most 180); 0 ends such a fetch. */
void
cs_engine_import_exotel (CsEngine *self,
                         guint     days)
{
  g_return_if_fail (CS_IS_ENGINE (self));

  cs_engine_send (self, import, GUINT_TO_POINTER (days), NULL);
}

/* Tries the account, key and region of the configuration, whatever the engine uses itself. */
void
cs_engine_test_exotel_async (CsEngine             *self,
                             const CsEngineConfig *config,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_test_exotel_async);
  g_task_set_task_data (task, cs_engine_config_copy (config), (GDestroyNotify) cs_engine_config_free);
  cs_engine_ask (self, probe, g_steal_pointer (&task));
}

/* Returns the address of the region that answered, or why none did, as a sentence to show. (transfer full) */
char *
cs_engine_test_exotel_finish (CsEngine      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
