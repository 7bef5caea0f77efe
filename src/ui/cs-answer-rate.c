/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-answer-rate.h"

#include <glib/gi18n.h>
#include <math.h>

/* A rating as a figure shows it: a word, a shape and a colour, so that none of them has to speak alone. */
static const struct {
  const char *word;
  const char *icon_name;
  const char *css_class;
} looks[CS_N_RATINGS] = {
  [CS_RATING_GOOD] = { NC_("rating", "good"), "object-select-symbolic", "success" },
  [CS_RATING_WARNING] = { NC_("rating", "could be better"), "dialog-warning-symbolic", "warning" },
  [CS_RATING_BAD] = { NC_("rating", "too low"), "dialog-error-symbolic", "error" },
};

/* Tenths of a per cent: 1000 only where it is all of them, 0 only where it is none. FALSE where there are no calls. */
static gboolean
get_per_mille (const CsMetrics *metrics,
               int             *per_mille)
{
  double rate;

  if (!cs_metrics_get_answer_rate (metrics, &rate))
    return FALSE;
  *per_mille = (int) lround (rate * 1000);
  if (rate < 1)
    *per_mille = MIN (*per_mille, 999);
  if (rate > 0)
    *per_mille = MAX (*per_mille, 1);
  return TRUE;
}

/**
 * cs_answer_rate_format:
 * @metrics: the calls of a period
 *
 * Returns: (transfer full): "78.3 %", "–" where there were no calls
 */
char *
cs_answer_rate_format (const CsMetrics *metrics)
{
  int per_mille;

  g_return_val_if_fail (metrics != NULL, NULL);

  if (!get_per_mille (metrics, &per_mille))
    return g_strdup ("–");
  /* Translators: a share with one decimal, with the space your language puts before the per cent sign. */
  return g_strdup_printf (C_("share", "%.1f %%"), per_mille / 10.0);
}

/**
 * cs_answer_rate_get_rating:
 * @metrics: the calls of a period
 * @limits: what is good, and what isn't quite
 *
 * Returns: how the rate that is shown does against the limits; no calls have no rating
 */
CsRating
cs_answer_rate_get_rating (const CsMetrics      *metrics,
                           const CsRatingLimits *limits)
{
  int per_mille;

  g_return_val_if_fail (metrics != NULL, CS_RATING_NONE);
  g_return_val_if_fail (limits != NULL, CS_RATING_NONE);

  if (!get_per_mille (metrics, &per_mille))
    return CS_RATING_NONE;
  if (per_mille >= limits->good * 10)
    return CS_RATING_GOOD;
  return per_mille >= limits->warning * 10 ? CS_RATING_WARNING : CS_RATING_BAD;
}

/**
 * cs_rating_get_word:
 * @rating: a rating
 *
 * Returns: (transfer none) (nullable): the word for it, translated; %NULL for none
 */
const char *
cs_rating_get_word (CsRating rating)
{
  g_return_val_if_fail ((guint) rating < CS_N_RATINGS, NULL);

  return looks[rating].word != NULL ? g_dpgettext2 (NULL, "rating", looks[rating].word) : NULL;
}

/**
 * cs_rating_get_icon_name:
 * @rating: a rating
 *
 * Returns: (transfer none) (nullable): name of a symbolic icon
 */
const char *
cs_rating_get_icon_name (CsRating rating)
{
  g_return_val_if_fail ((guint) rating < CS_N_RATINGS, NULL);

  return looks[rating].icon_name;
}

/**
 * cs_rating_get_css_class:
 * @rating: a rating
 *
 * Returns: (transfer none) (nullable): the style class that gives it its colour
 */
const char *
cs_rating_get_css_class (CsRating rating)
{
  g_return_val_if_fail ((guint) rating < CS_N_RATINGS, NULL);

  return looks[rating].css_class;
}
