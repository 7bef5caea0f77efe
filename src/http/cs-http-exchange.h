/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What is asked for. */
typedef struct {
  const char *method;        /* SOUP_METHOD_GET … */
  const char *url;           /* a whole address */
  const char *authorization; /* (nullable) the header of that name */
  GBytes *json;              /* (nullable) the body */
} CsHttpRequest;

/* What came back on one request. */
typedef struct {
  guint status;
  char *retry_after; /* (owned) (nullable) the headers of that name */
  char *date;        /* (owned) (nullable) */
  GBytes *body;      /* (owned) whole where the status is a success; of a refusal, no more than tells why */
} CsHttpAnswer;

void          cs_http_answer_free         (CsHttpAnswer         *answer);

SoupSession  *cs_http_session_new         (const char           *base_url,
                                           guint                 io_seconds,
                                           guint                 idle_seconds);
char         *cs_http_build_authorization (const char           *user,
                                           const char           *password);
void          cs_http_exchange_async      (SoupSession          *session,
                                           const CsHttpRequest  *request,
                                           gsize                 max_body,
                                           guint                 deadline_ms,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
CsHttpAnswer *cs_http_exchange_finish     (GAsyncResult         *result,
                                           GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsHttpAnswer, cs_http_answer_free)

G_END_DECLS
