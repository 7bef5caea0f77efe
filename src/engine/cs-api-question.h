/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/cs-store-reader.h"

G_BEGIN_DECLS

typedef enum {
  CS_API_HEALTH,
  CS_API_DASHBOARD, /* of today */
  CS_API_RANGE,
  CS_API_CALLS,
  CS_API_LIVE,      /* a WebSocket: never a question */
} CsApiRoute;

#define CS_API_N_ROUTES (CS_API_LIVE + 1)

/* What the local API was asked for, with all that an answer needs besides the database: it is answered in whatever thread. */
typedef struct {
  CsApiRoute route;
  char *query;           /* (owned) (nullable) as it came */
  char *timezone;        /* (owned) of sipgate's calls */
  char *exotel_timezone; /* (owned) */
  gboolean is_complete;  /* nothing of Exotel's is known to be missing */
  gint64 n_missing;      /* or CS_UNKNOWN */
  guint status;          /* of HTTP, once it is answered */
  char *answer;          /* (owned) (nullable) JSON, once it is answered */
} CsApiQuestion;

void cs_api_question_answer (CsApiQuestion *question,
                             CsStoreReader *reader);
void cs_api_question_clear  (CsApiQuestion *question);

G_END_DECLS
