/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What came back on one request. */
typedef struct {
  guint status;
  char *retry_after; /* (owned) (nullable) the headers of that name */
  char *date;        /* (owned) (nullable) */
  GBytes *body;      /* (owned) whole for status 200; of a refusal, no more than tells why */
} CsExotelAnswer;

void            cs_exotel_answer_free      (CsExotelAnswer       *answer);

void            cs_exotel_exchange_async   (SoupSession          *session,
                                            const char           *url,
                                            const char           *authorization,
                                            gsize                 max_body,
                                            guint                 deadline_ms,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
CsExotelAnswer *cs_exotel_exchange_finish  (GAsyncResult         *result,
                                            GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelAnswer, cs_exotel_answer_free)

G_END_DECLS
