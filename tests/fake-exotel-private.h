/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "fake-exotel.h"
#include "fake-server.h"

G_BEGIN_DECLS

typedef struct {
  char *sid;
  char *number;
  char *friendly_name;
} FakePhone;

struct _FakeExotel
{
  FakeServer *server;

  GMutex mutex;                 /* guards what follows */
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

void fake_answer_request (FakeExotel                *self,
                          SoupServerMessage         *message,
                          const FakeExotelBehaviour *behaviour);

G_END_DECLS
