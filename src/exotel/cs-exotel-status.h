/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-outcome.h"

G_BEGIN_DECLS

/* Exotel's word for how a call or one of its legs stands. */
typedef enum {
  CS_EXOTEL_STATUS_NONE,
  CS_EXOTEL_STATUS_QUEUED,
  CS_EXOTEL_STATUS_RINGING,
  CS_EXOTEL_STATUS_IN_PROGRESS,
  CS_EXOTEL_STATUS_COMPLETED,
  CS_EXOTEL_STATUS_NO_ANSWER,
  CS_EXOTEL_STATUS_BUSY,
  CS_EXOTEL_STATUS_FAILED,
  CS_EXOTEL_STATUS_CANCELED,
  CS_EXOTEL_STATUS_OTHER,
} CsExotelStatus;

CsExotelStatus cs_exotel_status_from_name         (const char     *name);
CsOutcome      cs_exotel_status_get_plain_outcome (CsExotelStatus  status,
                                                   CsDirection     direction);
CsOutcome      cs_exotel_status_get_talk_outcome  (CsExotelStatus  status,
                                                   CsExotelStatus  second_leg,
                                                   gboolean        has_talked,
                                                   CsDirection     direction);

G_END_DECLS
