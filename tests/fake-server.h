/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * FakeServer: what a fake provider serves by, on a thread of its own. Beside the server that is asked there is a bystander, which
 * redirects and next pages may name, and which nobody should ever ask.
 */
typedef struct _FakeServer FakeServer;

FakeServer   *fake_server_new               (GTlsCertificate    *certificate,
                                             SoupServerCallback  on_request,
                                             SoupServerCallback  on_bystander_request,
                                             gpointer            user_data);
void          fake_server_free              (FakeServer         *self);
const char   *fake_server_get_url           (FakeServer         *self);
const char   *fake_server_get_bystander_url (FakeServer         *self);
GMainContext *fake_server_get_context       (FakeServer         *self);

void          fake_answer_text              (SoupServerMessage  *message,
                                             guint               status,
                                             const char         *content_type,
                                             const char         *text);
void          fake_answer_raw               (SoupServerMessage  *message,
                                             const char         *head,
                                             const char         *text,
                                             gsize               length);

G_END_DECLS
