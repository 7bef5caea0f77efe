/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine-private.h"

typedef struct {
  CsEngineConfig *config; /* (owned) */
  char *customer;         /* (owned) */
} Trial;

static void
trial_free (Trial *trial)
{
  cs_engine_config_free (trial->config);
  g_free (trial->customer);
  g_free (trial);
}

static void
on_looked_up (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gboolean is_found;
  CsOrderState state;

  if (!cs_order_source_look_up_finish (CS_ORDER_SOURCE (source), result, &is_found, &state, &error))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, is_found ? cs_announcement_for_state (state) : CS_ANNOUNCEMENT_NOT_FOUND);
}

static void
try_database (CsService *service,
              GTask     *task)
{
  const Trial *trial = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (CsOrderSource) source = cs_order_line_open_database (trial->config, &error);

  if (source == NULL)
    g_task_return_error (task, error);
  else
    cs_order_source_look_up_async (source, trial->customer, g_task_get_cancellable (task), on_looked_up, g_object_ref (task));
}

/* Looks one customer number up in the database of the configuration, whatever the engine uses itself. Takes two seconds at the
 * most. */
void
cs_engine_test_order_database_async (CsEngine             *self,
                                     const CsEngineConfig *config,
                                     const char           *customer,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Trial *trial = g_new0 (Trial, 1);

  g_return_if_fail (CS_IS_ENGINE (self));

  trial->config = cs_engine_config_copy (config);
  trial->customer = g_strdup (customer);
  g_task_set_source_tag (task, cs_engine_test_order_database_async);
  g_task_set_task_data (task, trial, (GDestroyNotify) trial_free);
  cs_engine_ask (self, try_database, g_steal_pointer (&task));
}

/* Tells what a caller would hear: an order's state, or that there is none. Where the database can't be asked, that is
 * CS_ANNOUNCEMENT_TRY_LATER, and an error says why, as a sentence to show. */
CsAnnouncement
cs_engine_test_order_database_finish (CsEngine      *self,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  gssize announcement;

  g_return_val_if_fail (g_task_is_valid (result, self), CS_ANNOUNCEMENT_TRY_LATER);

  announcement = g_task_propagate_int (G_TASK (result), error);
  return announcement >= 0 ? (CsAnnouncement) announcement : CS_ANNOUNCEMENT_TRY_LATER;
}
