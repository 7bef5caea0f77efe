/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "orders/cs-announcement-name.h"

static const char *const names[CS_N_ANNOUNCEMENTS] = {
  [CS_ANNOUNCEMENT_WELCOME] = "welcome",
  [CS_ANNOUNCEMENT_RECEIVED] = "received",
  [CS_ANNOUNCEMENT_PENDING] = "pending",
  [CS_ANNOUNCEMENT_FULFILLED] = "fulfilled",
  [CS_ANNOUNCEMENT_CANCELLED] = "cancelled",
  [CS_ANNOUNCEMENT_NOT_FOUND] = "not-found",
  [CS_ANNOUNCEMENT_NOT_UNDERSTOOD] = "not-understood",
  [CS_ANNOUNCEMENT_TRY_LATER] = "try-later",
};

/* The name that files and addresses are made of. */
const char *
cs_announcement_get_name (CsAnnouncement announcement)
{
  g_return_val_if_fail ((guint) announcement < CS_N_ANNOUNCEMENTS, NULL);

  return names[announcement];
}

/* What a caller hears of an order in that state. */
CsAnnouncement
cs_announcement_for_state (CsOrderState state)
{
  switch (state)
    {
    case CS_ORDER_RECEIVED:
      return CS_ANNOUNCEMENT_RECEIVED;
    case CS_ORDER_PENDING:
      return CS_ANNOUNCEMENT_PENDING;
    case CS_ORDER_FULFILLED:
      return CS_ANNOUNCEMENT_FULFILLED;
    case CS_ORDER_CANCELLED:
      return CS_ANNOUNCEMENT_CANCELLED;
    }
  g_return_val_if_reached (CS_ANNOUNCEMENT_TRY_LATER);
}

/* The name under /announcements/ and in data/announcements, e.g. "not-found-de.wav"; language is "en" or "de". (transfer full) */
char *
cs_announcement_get_file (CsAnnouncement  announcement,
                          const char     *language)
{
  return g_strdup_printf ("%s-%s.wav", cs_announcement_get_name (announcement), language);
}
