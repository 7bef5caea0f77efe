/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "http/cs-retry.h"

#include <libsoup/soup.h>

/* Jitter only lengthens a wait, by up to this part of it, so that no try comes earlier than was agreed. */
#define JITTER 0.25

/* A wait as long as this is as good as for ever, and can't overflow. */
#define MAX_WAIT_SECONDS (366 * 24 * 3600)

/**
 * cs_retry_get_wait:
 * @n_tried: how many tries failed before this wait, at least 1
 * @chance: a random number in [0, 1), which spreads clients that failed together
 *
 * Returns: how long to wait before the next try, in microseconds
 */
gint64
cs_retry_get_wait (guint  n_tried,
                   double chance)
{
  guint n_doublings = MIN (MAX (n_tried, 1) - 1, CS_RETRY_MAX_DOUBLINGS);

  return (gint64) ((G_USEC_PER_SEC << n_doublings) * (1.0 + JITTER * CLAMP (chance, 0.0, 1.0)));
}

/**
 * cs_retry_parse_after:
 * @retry_after: (nullable): the header Retry-After, seconds or an HTTP date
 * @date: (nullable): the header Date of the same answer; an HTTP date is counted from it, so that a wrong clock, here or
 *   there, changes nothing
 * @now_us: the time where there is no usable @date, microseconds UTC
 * @wait_us: (out): how long to wait, in microseconds; 0 where the time is over
 *
 * Returns: whether the header could be read
 */
gboolean
cs_retry_parse_after (const char *retry_after,
                      const char *date,
                      gint64      now_us,
                      gint64     *wait_us)
{
  g_autofree char *text = retry_after != NULL ? g_strstrip (g_strdup (retry_after)) : NULL;
  g_autoptr (GDateTime) until = NULL;
  g_autoptr (GDateTime) now = NULL;
  guint64 seconds;
  gint64 wait_seconds;

  if (text == NULL || *text == '\0')
    return FALSE;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &seconds, NULL))
    {
      *wait_us = (gint64) MIN (seconds, MAX_WAIT_SECONDS) * G_USEC_PER_SEC;
      return TRUE;
    }

  /* Something like "-1" or "1.5" must not pass as a date. */
  if (!g_ascii_isalpha (*text))
    return FALSE;
  until = soup_date_time_new_from_http_string (text);
  if (until == NULL)
    return FALSE;

  now = date != NULL ? soup_date_time_new_from_http_string (date) : NULL;
  wait_seconds = g_date_time_to_unix (until) - (now != NULL ? g_date_time_to_unix (now) : now_us / G_USEC_PER_SEC);
  *wait_us = CLAMP (wait_seconds, 0, MAX_WAIT_SECONDS) * G_USEC_PER_SEC;
  return TRUE;
}
