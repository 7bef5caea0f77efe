/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-order-limit.h"

#define MAX_CALLER 10
#define MAX_ANONYMOUS 100

struct _CsOrderLimit
{
  GHashTable *callers; /* (owned) (element-type utf8 GArray) look-ups of the last hour, oldest first */
  gint64 swept_us;
};

/* Forgets what is an hour old. A time ahead of now is of a clock that was set back, and would count for too long. */
static void
forget (GArray *times,
        gint64  now_us)
{
  guint n = 0;

  while (n < times->len && (g_array_index (times, gint64, n) <= now_us - CS_ORDER_LIMIT_SPAN_US
                            || g_array_index (times, gint64, n) > now_us))
    n++;
  if (n > 0)
    g_array_remove_range (times, 0, n);
}

/* Callers are many, and most never come back. */
static void
sweep (CsOrderLimit *self,
       gint64        now_us)
{
  GHashTableIter iter;
  gpointer times;

  if (now_us >= self->swept_us && now_us - self->swept_us < CS_ORDER_LIMIT_SPAN_US)
    return;
  self->swept_us = now_us;
  g_hash_table_iter_init (&iter, self->callers);
  while (g_hash_table_iter_next (&iter, NULL, &times))
    {
      forget (times, now_us);
      if (((GArray *) times)->len == 0)
        g_hash_table_iter_remove (&iter);
    }
}

CsOrderLimit *
cs_order_limit_new (void)
{
  CsOrderLimit *self = g_new0 (CsOrderLimit, 1);

  self->callers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  return self;
}

void
cs_order_limit_free (CsOrderLimit *self)
{
  g_hash_table_unref (self->callers);
  g_free (self);
}

/* Whether the caller, a key as cs_number_get_key() makes it or "" for a withheld number, may look an order up now. */
gboolean
cs_order_limit_is_free (CsOrderLimit *self,
                        const char   *caller,
                        gint64        now_us)
{
  GArray *times = g_hash_table_lookup (self->callers, caller);

  if (times == NULL)
    return TRUE;
  forget (times, now_us);
  return times->len < (*caller == '\0' ? MAX_ANONYMOUS : MAX_CALLER);
}

/* The caller looked an order up. Times come in rising order. */
void
cs_order_limit_add (CsOrderLimit *self,
                    const char   *caller,
                    gint64        at_us)
{
  GArray *times = g_hash_table_lookup (self->callers, caller);

  if (times == NULL)
    {
      times = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (self->callers, g_strdup (caller), times);
    }
  g_array_append_val (times, at_us);
  sweep (self, at_us);
}
