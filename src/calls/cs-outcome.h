/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The values are stored in the database: append, never renumber. */
typedef enum {
  CS_PROVIDER_SIPGATE,
  CS_PROVIDER_EXOTEL,
} CsProvider;

#define CS_N_PROVIDERS 2

/* Stored, too. */
typedef enum {
  CS_DIRECTION_UNKNOWN,
  CS_DIRECTION_INBOUND,
  CS_DIRECTION_OUTBOUND,
  CS_DIRECTION_INTERNAL,
  CS_DIRECTION_OUTBOUND_DIAL,
  CS_DIRECTION_OUTBOUND_API,
} CsDirection;

#define CS_N_DIRECTIONS 6

/* Stored, too. The first two are running calls, all others ended ones. */
typedef enum {
  CS_OUTCOME_RINGING,
  CS_OUTCOME_TALKING,
  CS_OUTCOME_ANSWERED,
  CS_OUTCOME_ANSWERED_UNATTRIBUTED,
  CS_OUTCOME_VOICEMAIL,
  CS_OUTCOME_IVR_ONLY,
  CS_OUTCOME_BUSY,
  CS_OUTCOME_REJECTED,
  CS_OUTCOME_UNREACHABLE,
  CS_OUTCOME_NOT_FOUND,
  CS_OUTCOME_MISSED,
  CS_OUTCOME_NOT_REACHED,
  CS_OUTCOME_FORWARDED,
  CS_OUTCOME_FAILED,
  CS_OUTCOME_STALE,
  CS_OUTCOME_OTHER,
} CsOutcome;

#define CS_N_OUTCOMES 16

/* The seven parts into which every ended call falls (CONTRACT, "metrics from outcomes"). */
typedef enum {
  CS_PART_ANSWERED,
  CS_PART_VOICEMAIL,
  CS_PART_MISSED,
  CS_PART_BUSY,
  CS_PART_FAILED,
  CS_PART_CALL_ATTEMPTS,
  CS_PART_OTHER,
} CsPart;

#define CS_N_PARTS 7

const char *cs_provider_get_name    (CsProvider   provider);
gboolean    cs_provider_from_name   (const char  *name,
                                     CsProvider  *provider);
const char *cs_direction_get_name   (CsDirection  direction);
gboolean    cs_direction_from_name  (const char  *name,
                                     CsDirection *direction);
gboolean    cs_direction_is_outgoing (CsDirection direction);
const char *cs_outcome_get_name     (CsOutcome    outcome);
gboolean    cs_outcome_from_name    (const char  *name,
                                     CsOutcome   *outcome);
gboolean    cs_outcome_is_ended     (CsOutcome    outcome);
CsPart      cs_outcome_get_part     (CsOutcome    outcome);
const char *cs_part_get_name        (CsPart       part);

G_END_DECLS
