/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-health.h"
#include "calls/cs-outcome.h"

G_BEGIN_DECLS

/* A call that ended longer ago comes from a history that is fetched, or from before the program ran: nobody is told of it any more. */
#define CS_NEWS_FRESH_US (15 * G_TIME_SPAN_MINUTE)

typedef enum {
  CS_NEWS_UNANSWERED, /* an incoming call has ended and nobody answered it */
  CS_NEWS_SETTLED,    /* somebody talked with the caller since, or it was ticked off, or turned out to be something else */
  CS_NEWS_HEALTH,     /* a report on the numbers came */
  CS_NEWS_DELETED,    /* all calls are gone */
} CsNewsKind;

/* Something that happened, told once, when it was committed. Not changed after it was made. (reference-counted) */
typedef struct {
  gatomicrefcount ref_count;
  CsNewsKind kind;

  /* unanswered, settled */
  gint64 call_id;     /* settled: 0 where all calls of peer_key are meant */
  char *peer_key;     /* (owned) (nullable) by what calls of one caller are known */
  gint64 at_us;       /* microseconds UTC. Unanswered: when the call was first seen; settled: calls seen before it are meant */

  /* unanswered */
  gint64 ended_us;    /* microseconds UTC */
  CsOutcome outcome;
  char *peer;         /* (owned) (nullable) the caller's number; NULL where it was withheld */
  char *name;         /* (owned) (nullable) of the caller in the address book */
  char *number;       /* (owned) (nullable) the own number that was called */
  gboolean can_call_back;

  /* health */
  CsHealthStatus health;
  CsHealthStatus former_health; /* of the report before, CS_HEALTH_UNKNOWN where there was none */
  guint n_affected;             /* numbers */
} CsNews;

CsNews *cs_news_new   (CsNewsKind  kind);
CsNews *cs_news_ref   (CsNews     *news);
void    cs_news_unref (CsNews     *news);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsNews, cs_news_unref)

G_END_DECLS
