/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-day.h"
#include "calls/cs-leg.h"
#include "exotel/cs-exotel-error.h"

#include <string.h>

/* Every time of day in the tests is Indian unless it says otherwise. */
static inline GTimeZone *
exotel_zone (void)
{
  return g_time_zone_new_offset (5 * 3600 + 1800);
}

/* A time such as "2024-03-01T18:29:59Z" in microseconds. */
static inline gint64
exotel_time (const char *iso8601)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso8601, NULL);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

/* A copy of its own size lets the sanitizers see a read past the end. */
static inline GBytes *
exotel_body (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static inline void
exotel_assert_fault (const GError *error,
                     CsExotelError code)
{
  g_assert_error (error, CS_EXOTEL_ERROR, (int) code);
  g_assert_cmpuint (strlen (error->message), >, 0);
  g_assert_null (strpbrk (error->message, "\r\n"));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* A body as somebody might send it who means no good: a good one with bytes changed, pieces doubled, moved or cut out.
 * */
static inline GBytes *
exotel_spoil (GRand      *rand,
              const char *good)
{
  static const char pieces[] = "{}[]\",:\\/'\0%&=-+<>\r\n \xff\xc3u0d8eE.nf9";
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint n_changes = (guint) g_rand_int_range (rand, 0, 6);

  g_byte_array_append (bytes, (const guint8 *) good, strlen (good));
  for (guint i = 0; i < n_changes && bytes->len > 2; i++)
    {
      guint at = (guint) g_rand_int_range (rand, 0, (gint32) bytes->len);
      guint length = (guint) g_rand_int_range (rand, 0, (gint32) MIN (bytes->len - at, 40) + 1);
      g_autofree guint8 *piece = g_memdup2 (bytes->data + at, MAX (length, 1));

      switch (g_rand_int_range (rand, 0, 5))
        {
        case 0:
          bytes->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
          break;
        case 1:
        case 2:
          bytes->data[at] = (guint8) pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)];
          break;
        case 3:
          g_byte_array_remove_range (bytes, at, length);
          break;
        default:
          g_byte_array_append (bytes, piece, length);
          break;
        }
    }
  return g_bytes_new (bytes->data, bytes->len);
}
