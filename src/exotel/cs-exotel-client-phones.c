/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "exotel/cs-exotel-client-private.h"
#include "exotel/cs-exotel-phone.h"

/* Fifty numbers a page: nobody has more. */
#define MAX_PAGES 100

/* The list of an account's numbers, as far as it has come. */
typedef struct {
  GPtrArray *phones;    /* (owned) (nullable) (element-type CsExotelPhone) */
  GHashTable *sids;     /* (owned) (element-type utf8) of the phones, which own them */
  guint page;
} List;

static void ask_page (GTask *task);

static void
list_free (gpointer data)
{
  List *list = data;

  g_hash_table_unref (list->sids);
  g_clear_pointer (&list->phones, g_ptr_array_unref);
  g_free (list);
}

/* Takes those that are new. Returns whether there were any: a server that ignores the page's number says the same for ever. */
static gboolean
take_phones (List      *list,
             GPtrArray *phones)
{
  guint n_before = list->phones->len;

  while (phones->len > 0)
    {
      CsExotelPhone *phone = g_ptr_array_steal_index (phones, 0);

      if (g_hash_table_contains (list->sids, phone->sid))
        {
          cs_exotel_phone_free (phone);
          continue;
        }
      g_hash_table_add (list->sids, phone->sid);
      g_ptr_array_add (list->phones, phone);
    }
  return list->phones->len > n_before;
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsExotelClient *self = CS_EXOTEL_CLIENT (source);
  g_autoptr (GTask) task = data;
  List *list = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsHttpAnswer) answer = cs_exotel_client_get_finish (self, result, &error);
  g_autoptr (GPtrArray) phones = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (answer->status != SOUP_STATUS_OK)
    {
      g_task_return_error (task, cs_exotel_client_explain (self, self->base_url, answer));
      return;
    }
  phones = cs_exotel_phone_parse_list (answer->body, NULL, &error);
  if (phones == NULL)
    {
      g_task_return_error (task, cs_exotel_client_explain_unreadable (self, self->base_url, answer, error));
      return;
    }

  if (take_phones (list, phones) && ++list->page < MAX_PAGES)
    ask_page (g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&list->phones), (GDestroyNotify) g_ptr_array_unref);
}

static void
ask_page (GTask *task)
{
  CsExotelClient *self = g_task_get_source_object (task);
  List *list = g_task_get_task_data (task);
  g_autofree char *url = cs_exotel_query_build_phones (self->base_url, self->account_sid, list->page);

  cs_exotel_client_get_async (self, url, CS_EXOTEL_PATIENCE_RETRY, g_task_get_cancellable (task), on_answer, task);
}

static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *base_url = cs_exotel_client_probe_finish (CS_EXOTEL_CLIENT (source), result, &error);

  if (base_url == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    ask_page (g_steal_pointer (&task));
}

/**
 * cs_exotel_client_list_phones_async:
 *
 * Asks for the account's ExoPhones, page by page, counting the pages itself: the address of the next page that Exotel names is
 * on another host and unencrypted, and is never looked at (protocol/exotel.md §4).
 */
void
cs_exotel_client_list_phones_async (CsExotelClient      *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task;
  List *list;

  g_return_if_fail (CS_IS_EXOTEL_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  list = g_new0 (List, 1);
  list->phones = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_exotel_phone_free);
  list->sids = g_hash_table_new (g_str_hash, g_str_equal);
  g_task_set_source_tag (task, cs_exotel_client_list_phones_async);
  g_task_set_task_data (task, list, list_free);

  if (self->base_url != NULL)
    ask_page (task);
  else
    cs_exotel_client_probe_async (self, cancellable, on_probed, task);
}

/**
 * cs_exotel_client_list_phones_finish:
 * @error: a %CS_EXOTEL_CLIENT_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (element-type CsExotelPhone): all of them
 */
GPtrArray *
cs_exotel_client_list_phones_finish (CsExotelClient  *self,
                                     GAsyncResult    *result,
                                     GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
