/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "fake-exotel.h"

G_BEGIN_DECLS

typedef struct {
  char *sid;
  char *number;
  char *friendly_name;
} FakePhone;

struct _FakeExotel
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GTlsCertificate *certificate; /* (nullable) */
  SoupServer *server;
  SoupServer *bystander;
  char *url;
  char *bystander_url;

  GMutex mutex;                 /* guards what follows */
  GCond is_ready;
  FakeRecords *records;
  FakeExotelBehaviour behaviour;
  guint n_since;                /* requests since the behaviour was set */
  guint n_refused;
  char *sid;
  char *authorization;
  GPtrArray *phones;
  GPtrArray *requests;          /* (element-type utf8) "path?query" */
  GPtrArray *bystander_requests;
};

void fake_answer_text    (SoupServerMessage         *message,
                          guint                      status,
                          const char                *content_type,
                          const char                *text);
void fake_answer_request (FakeExotel                *self,
                          SoupServerMessage         *message,
                          const FakeExotelBehaviour *behaviour);

G_END_DECLS
