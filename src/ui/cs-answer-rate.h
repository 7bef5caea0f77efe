/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-metrics.h"

G_BEGIN_DECLS

/* How an answer rate does against the limits that the user has set. */
typedef enum {
  CS_RATING_NONE, /* nothing to judge */
  CS_RATING_GOOD,
  CS_RATING_WARNING,
  CS_RATING_BAD,
} CsRating;

#define CS_N_RATINGS 4

/* In percent. */
typedef struct {
  int good;     /* from here on */
  int warning;  /* from here on; what is lower is bad */
} CsRatingLimits;

char       *cs_answer_rate_format      (const CsMetrics      *metrics);
CsRating    cs_answer_rate_get_rating  (const CsMetrics      *metrics,
                                        const CsRatingLimits *limits);
const char *cs_rating_get_word         (CsRating              rating);
const char *cs_rating_get_icon_name    (CsRating              rating);
const char *cs_rating_get_css_class    (CsRating              rating);

G_END_DECLS
