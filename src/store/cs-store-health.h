/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-health.h"
#include "store/cs-store-reader.h"
#include "store/cs-store.h"

G_BEGIN_DECLS

/* What the store knows of numbers and of how far records were fetched. */

/* One telephone number of the account. */
typedef struct {
  char *id;      /* (owned) */
  char *number;  /* (owned) (nullable) */
  char *name;    /* (owned) (nullable) */
} CsPhone;

/* A moment at which the status was told. */
typedef struct {
  gint64 at_us;
  CsHealthStatus status;
} CsHealthMoment;

CsPhone        *cs_phone_new                        (const char      *id,
                                                     const char      *number,
                                                     const char      *name);
void            cs_phone_free                       (CsPhone         *phone);

gboolean        cs_store_put_heartbeat              (CsStore         *self,
                                                     CsHealthReport  *report,
                                                     GError         **error);
gboolean        cs_store_put_phones                 (CsStore         *self,
                                                     GPtrArray       *phones,
                                                     GError         **error);
gboolean        cs_store_set_state                  (CsStore         *self,
                                                     const char      *name,
                                                     const char      *value,
                                                     GError         **error);
char           *cs_store_get_state                  (CsStore         *self,
                                                     const char      *name);

gboolean        cs_store_reader_has_heartbeat       (CsStoreReader   *self,
                                                     GError         **error);
CsHealthReport *cs_store_reader_get_health          (CsStoreReader   *self,
                                                     gint64          *interval_us,
                                                     gint64          *since_us,
                                                     GError         **error);
GArray         *cs_store_reader_get_health_history  (CsStoreReader   *self,
                                                     gint64           from_us,
                                                     GError         **error);
GPtrArray      *cs_store_reader_get_phones          (CsStoreReader   *self,
                                                     GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsPhone, cs_phone_free)

G_END_DECLS
