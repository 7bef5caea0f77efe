/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-recorder.h"
#include "exotel/cs-exotel-client.h"

G_BEGIN_DECLS

/* Keeps the store's list of the account's numbers up to date, by asking now and then. Lives on the service thread. */
typedef struct _CsExotelPhoneSync CsExotelPhoneSync;

CsExotelPhoneSync *cs_exotel_phone_sync_new   (CsRecorder        *recorder);
void               cs_exotel_phone_sync_free  (CsExotelPhoneSync *self);
void               cs_exotel_phone_sync_reset (CsExotelPhoneSync *self);
void               cs_exotel_phone_sync_run   (CsExotelPhoneSync *self,
                                               CsExotelClient    *client,
                                               gint64             tick_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelPhoneSync, cs_exotel_phone_sync_free)

G_END_DECLS
