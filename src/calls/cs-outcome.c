/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "calls/cs-outcome.h"

static const char *provider_names[CS_N_PROVIDERS] = {
  [CS_PROVIDER_SIPGATE] = "sipgate",
  [CS_PROVIDER_EXOTEL] = "exotel",
};

static const char *direction_names[CS_N_DIRECTIONS] = {
  [CS_DIRECTION_UNKNOWN] = "unknown",
  [CS_DIRECTION_INBOUND] = "inbound",
  [CS_DIRECTION_OUTBOUND] = "outbound",
  [CS_DIRECTION_INTERNAL] = "internal",
  [CS_DIRECTION_OUTBOUND_DIAL] = "outbound-dial",
  [CS_DIRECTION_OUTBOUND_API] = "outbound-api",
};

static const struct
{
  const char *name;
  CsPart part;
} outcomes[CS_N_OUTCOMES] = {
  [CS_OUTCOME_RINGING] = { "ringing", CS_PART_OTHER },
  [CS_OUTCOME_TALKING] = { "talking", CS_PART_OTHER },
  [CS_OUTCOME_ANSWERED] = { "answered", CS_PART_ANSWERED },
  [CS_OUTCOME_ANSWERED_UNATTRIBUTED] = { "answered_unattributed", CS_PART_ANSWERED },
  [CS_OUTCOME_VOICEMAIL] = { "voicemail", CS_PART_VOICEMAIL },
  [CS_OUTCOME_IVR_ONLY] = { "ivr_only", CS_PART_CALL_ATTEMPTS },
  [CS_OUTCOME_BUSY] = { "busy", CS_PART_BUSY },
  [CS_OUTCOME_REJECTED] = { "rejected", CS_PART_BUSY },
  [CS_OUTCOME_UNREACHABLE] = { "unreachable", CS_PART_FAILED },
  [CS_OUTCOME_NOT_FOUND] = { "not_found", CS_PART_FAILED },
  [CS_OUTCOME_MISSED] = { "missed", CS_PART_MISSED },
  [CS_OUTCOME_NOT_REACHED] = { "not_reached", CS_PART_MISSED },
  [CS_OUTCOME_FORWARDED] = { "forwarded", CS_PART_OTHER },
  [CS_OUTCOME_FAILED] = { "failed", CS_PART_FAILED },
  [CS_OUTCOME_STALE] = { "stale", CS_PART_OTHER },
  [CS_OUTCOME_OTHER] = { "other", CS_PART_OTHER },
};

static const char *part_names[CS_N_PARTS] = {
  [CS_PART_ANSWERED] = "answered",
  [CS_PART_VOICEMAIL] = "voicemail",
  [CS_PART_MISSED] = "missed",
  [CS_PART_BUSY] = "busy",
  [CS_PART_FAILED] = "failed",
  [CS_PART_CALL_ATTEMPTS] = "callAttempts",
  [CS_PART_OTHER] = "other",
};

static int
find_name (const char *const *names,
           int                n_names,
           const char        *name)
{
  for (int i = 0; i < n_names; i++)
    {
      if (g_strcmp0 (names[i], name) == 0)
        return i;
    }
  return -1;
}

/* Each name below is the one of the JSON API (CONTRACT, "API listener"). */

const char *
cs_provider_get_name (CsProvider provider)
{
  g_return_val_if_fail ((guint) provider < CS_N_PROVIDERS, NULL);

  return provider_names[provider];
}

gboolean
cs_provider_from_name (const char *name,
                       CsProvider *provider)
{
  int found = find_name (provider_names, CS_N_PROVIDERS, name);

  if (found >= 0)
    *provider = found;
  return found >= 0;
}

const char *
cs_direction_get_name (CsDirection direction)
{
  g_return_val_if_fail ((guint) direction < CS_N_DIRECTIONS, NULL);

  return direction_names[direction];
}

gboolean
cs_direction_from_name (const char  *name,
                        CsDirection *direction)
{
  int found = find_name (direction_names, CS_N_DIRECTIONS, name);

  if (found >= 0)
    *direction = found;
  return found >= 0;
}

/* Whether the call was made by the business, by whatever means. */
gboolean
cs_direction_is_outgoing (CsDirection direction)
{
  return direction == CS_DIRECTION_OUTBOUND || direction == CS_DIRECTION_OUTBOUND_DIAL
         || direction == CS_DIRECTION_OUTBOUND_API;
}

const char *
cs_outcome_get_name (CsOutcome outcome)
{
  g_return_val_if_fail ((guint) outcome < CS_N_OUTCOMES, NULL);

  return outcomes[outcome].name;
}

gboolean
cs_outcome_from_name (const char *name,
                      CsOutcome  *outcome)
{
  for (int i = 0; i < CS_N_OUTCOMES; i++)
    {
      if (g_strcmp0 (outcomes[i].name, name) == 0)
        {
          *outcome = i;
          return TRUE;
        }
    }
  return FALSE;
}

/* Whether the call is over: what ringing and talking calls will become isn't known, and no rate counts them. */
gboolean
cs_outcome_is_ended (CsOutcome outcome)
{
  return outcome != CS_OUTCOME_RINGING && outcome != CS_OUTCOME_TALKING;
}

/* The part of the total that an ended call with this outcome falls into. Source: CONTRACT, "metrics from outcomes". */
CsPart
cs_outcome_get_part (CsOutcome outcome)
{
  g_return_val_if_fail ((guint) outcome < CS_N_OUTCOMES, CS_PART_OTHER);

  return outcomes[outcome].part;
}

const char *
cs_part_get_name (CsPart part)
{
  g_return_val_if_fail ((guint) part < CS_N_PARTS, NULL);

  return part_names[part];
}
