/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-exotel-phone-sync.h"
#include "exotel/cs-exotel-phone.h"
#include "store/cs-store-health.h"

#define EVERY_US (6 * G_TIME_SPAN_HOUR)
#define RETRY_US (10 * G_TIME_SPAN_MINUTE)

struct _CsExotelPhoneSync
{
  CsRecorder *recorder;
  GCancellable *cancellable; /* (owned) (nullable) NULL: nothing is under way */
  gboolean is_due;           /* whatever the clock says */
  gint64 tick_us;            /* when it was asked last */
  gint64 wait_us;            /* from then to the next time */
};

static gboolean
write_phones (CsStore  *store,
              gpointer  data,
              GError  **error)
{
  return cs_store_put_phones (store, data, error);
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsExotelPhoneSync *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) listed = cs_exotel_client_list_phones_finish (CS_EXOTEL_CLIENT (source), result, &error);
  g_autoptr (GPtrArray) phones = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_phone_free);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (listed == NULL)
    {
      g_debug ("The list of numbers could not be fetched: %s", error->message);
      self->wait_us = RETRY_US;
      return;
    }
  for (guint i = 0; i < listed->len; i++)
    {
      CsExotelPhone *phone = g_ptr_array_index (listed, i);

      g_ptr_array_add (phones, cs_phone_new (phone->sid, phone->number, phone->friendly_name));
    }
  cs_recorder_write (self->recorder, write_phones, phones, NULL, NULL);
}

/* The recorder outlives it. */
CsExotelPhoneSync *
cs_exotel_phone_sync_new (CsRecorder *recorder)
{
  CsExotelPhoneSync *self = g_new0 (CsExotelPhoneSync, 1);

  self->recorder = recorder;
  self->is_due = TRUE;
  return self;
}

void
cs_exotel_phone_sync_free (CsExotelPhoneSync *self)
{
  cs_exotel_phone_sync_reset (self);
  g_free (self);
}

/* Drops what is under way; the next run asks at once. */
void
cs_exotel_phone_sync_reset (CsExotelPhoneSync *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->is_due = TRUE;
}

/* Asks for the list if it is time. tick_us is the monotonic clock. */
void
cs_exotel_phone_sync_run (CsExotelPhoneSync *self,
                          CsExotelClient    *client,
                          gint64             tick_us)
{
  if (self->cancellable != NULL || (!self->is_due && tick_us - self->tick_us < self->wait_us))
    return;
  self->is_due = FALSE;
  self->tick_us = tick_us;
  self->wait_us = EVERY_US;
  self->cancellable = g_cancellable_new ();
  cs_exotel_client_list_phones_async (client, self->cancellable, on_listed, self);
}
