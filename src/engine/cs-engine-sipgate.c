/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"

static void
on_tested (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  char *user = cs_sipgate_client_ask_user_finish (CS_SIPGATE_CLIENT (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, user, g_free);
}

static void
test (CsService *service,
      GTask     *task)
{
  const CsEngineConfig *config = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (CsSipgateClient) client = cs_sipgate_client_new (config->sipgate_api_url, config->sipgate_token_id,
                                                              config->sipgate_token, NULL, &error);

  if (client == NULL)
    g_task_return_error (task, error);
  else
    cs_sipgate_client_ask_user_async (client, g_task_get_cancellable (task), on_tested, g_object_ref (task));
}

/* Hands on how something of the account's ended. */
static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cs_sipgate_account_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
register_url (CsService *service,
              GTask     *task)
{
  cs_sipgate_account_register_async (cs_service_get_sipgate (service), g_task_get_cancellable (task), on_done, g_object_ref (task));
}

static void
restore_urls (CsService *service,
              GTask     *task)
{
  cs_sipgate_account_restore_async (cs_service_get_sipgate (service), g_task_get_cancellable (task), on_done, g_object_ref (task));
}

static void
call (CsService *service,
      GTask     *task)
{
  cs_sipgate_account_call_async (cs_service_get_sipgate (service), g_task_get_task_data (task), g_task_get_cancellable (task), on_done,
                                 g_object_ref (task));
}

/* Tries the token of the configuration, whatever the engine uses itself. */
void
cs_engine_test_sipgate_async (CsEngine             *self,
                              const CsEngineConfig *config,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_test_sipgate_async);
  g_task_set_task_data (task, cs_engine_config_copy (config), (GDestroyNotify) cs_engine_config_free);
  cs_engine_ask (self, test, g_steal_pointer (&task));
}

/* Returns whose token it is, such as "w0", or why that isn't known, as a sentence to show. (transfer full) */
char *
cs_engine_test_sipgate_finish (CsEngine      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Lets sipgate report calls to the address of now, remembering what is set there. */
void
cs_engine_register_sipgate_async (CsEngine            *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_register_sipgate_async);
  cs_engine_ask (self, register_url, g_steal_pointer (&task));
}

gboolean
cs_engine_register_sipgate_finish (CsEngine      *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Puts back at sipgate what was set there before. */
void
cs_engine_restore_sipgate_async (CsEngine            *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_restore_sipgate_async);
  cs_engine_ask (self, restore_urls, g_steal_pointer (&task));
}

gboolean
cs_engine_restore_sipgate_finish (CsEngine      *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Starts a call with that number over sipgate: the user's telephone rings first. Fails with G_IO_ERROR_NOT_SUPPORTED where no account
 * is set, with G_IO_ERROR_INVALID_ARGUMENT for what is no number. */
void
cs_engine_call_back_async (CsEngine            *self,
                           const char          *number,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));
  g_return_if_fail (number != NULL);

  g_task_set_source_tag (task, cs_engine_call_back_async);
  g_task_set_task_data (task, g_strdup (number), g_free);
  cs_engine_ask (self, call, g_steal_pointer (&task));
}

gboolean
cs_engine_call_back_finish (CsEngine      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
