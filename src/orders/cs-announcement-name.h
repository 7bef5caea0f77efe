/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-state.h"

G_BEGIN_DECLS

/* What a caller of the order line may hear. */
typedef enum {
  CS_ANNOUNCEMENT_WELCOME,        /* asks for the customer number */
  CS_ANNOUNCEMENT_RECEIVED,
  CS_ANNOUNCEMENT_PENDING,
  CS_ANNOUNCEMENT_FULFILLED,
  CS_ANNOUNCEMENT_CANCELLED,
  CS_ANNOUNCEMENT_NOT_FOUND,      /* nobody has that number; asks for it again */
  CS_ANNOUNCEMENT_NOT_UNDERSTOOD, /* too few keys, or none; asks for the number again */
  CS_ANNOUNCEMENT_TRY_LATER,      /* the orders can't be asked for, or were asked for too often; says goodbye */
} CsAnnouncement;

#define CS_N_ANNOUNCEMENTS 8

const char     *cs_announcement_get_name  (CsAnnouncement  announcement);
CsAnnouncement  cs_announcement_for_state (CsOrderState    state);
char           *cs_announcement_get_file  (CsAnnouncement  announcement,
                                           const char     *language);

G_END_DECLS
