/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"

/* Deletes all calls, the journal and contacts, all or nothing, and then the orders of the built-in book. The settings stay. */
void
cs_engine_delete_all_async (CsEngine            *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (CS_IS_ENGINE (self));

  g_task_set_source_tag (task, cs_engine_delete_all_async);
  cs_engine_ask (self, cs_service_delete_all, g_steal_pointer (&task));
}

/* Returns whether all is gone; else the error is a sentence to show. */
gboolean
cs_engine_delete_all_finish (CsEngine      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
