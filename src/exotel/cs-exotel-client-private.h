/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "exotel/cs-exotel-client.h"
#include "exotel/cs-exotel-query.h"
#include "exotel/cs-token-bucket.h"
#include "http/cs-http-exchange.h"

G_BEGIN_DECLS

/* Whether an account gives Details; learned from its first answer. */
typedef enum {
  CS_EXOTEL_DETAILS_UNKNOWN,
  CS_EXOTEL_DETAILS_GIVEN,
  CS_EXOTEL_DETAILS_REFUSED,
} CsExotelDetails;

/* How much is made of one request. */
typedef enum {
  CS_EXOTEL_PATIENCE_ONE_TRY,
  CS_EXOTEL_PATIENCE_RETRY,
} CsExotelPatience;

struct _CsExotelClient
{
  GObject parent_instance;

  SoupSession *session;      /* (owned) */
  GTimeZone *zone;           /* (owned) */
  CsExotelLimits limits;     /* base_urls is not used: see candidates */
  GPtrArray *candidates;     /* (owned) (element-type utf8) addresses that may be right */
  char *base_url;            /* (owned) (nullable) the one that is */
  char *account_sid;         /* (owned) */
  char *api_key;             /* (owned) these three are wiped when freed */
  char *api_token;           /* (owned) */
  char *authorization;       /* (owned) the header */
  CsTokenBucket bucket;
  gint64 blocked_until_us;   /* Exotel said to wait; on the clock of the waits */
  CsExotelDetails details;
};

void            cs_exotel_client_get_async  (CsExotelClient       *self,
                                             const char           *url,
                                             CsExotelPatience      patience,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
CsHttpAnswer *cs_exotel_client_get_finish (CsExotelClient       *self,
                                             GAsyncResult         *result,
                                             GError              **error);
GError         *cs_exotel_client_explain    (CsExotelClient       *self,
                                             const char           *base_url,
                                             const CsHttpAnswer *answer);
GError         *cs_exotel_client_explain_unreadable (CsExotelClient       *self,
                                                     const char           *base_url,
                                                     const CsHttpAnswer *answer,
                                                     const GError         *reason);

G_END_DECLS
