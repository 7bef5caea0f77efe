/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-leg.h"

G_BEGIN_DECLS

typedef enum {
  CS_TUNNEL_PHASE_OFF,        /* another way was chosen */
  CS_TUNNEL_PHASE_CONNECTING,
  CS_TUNNEL_PHASE_ASKING,     /* the server is a stranger: goes on once its fingerprint is trusted */
  CS_TUNNEL_PHASE_OPEN,
  CS_TUNNEL_PHASE_WAITING,    /* the last try failed or the connection was lost; the next try is made at next_us */
  CS_TUNNEL_PHASE_REFUSED,    /* the server shows another key than the one that is trusted: no further try by itself */
} CsTunnelPhase;

/* How things stand with the tunnel of our own. */
typedef struct {
  CsTunnelPhase phase;
  gint64 since_us;     /* when the phase began, microseconds UTC; CS_UNKNOWN while it is off */
  gint64 lost_us;      /* since when there is no tunnel, microseconds UTC; CS_UNKNOWN while it is open or off */
  gint64 next_us;      /* waiting: when the next try is made, microseconds UTC; else CS_UNKNOWN */
  char *url;           /* (owned) (nullable) open: the address that leads here, no slash at its end; NULL until it is known */
  char *error;         /* (owned) (nullable) a sentence: why there is no tunnel or no address, and what to do */
  char *host;          /* (owned) (nullable) the server, with its port where that isn't 22 */
  char *fingerprint;   /* (owned) (nullable) asking, refused: of the key that the server shows, as in "SHA256:…" */
  char *key_type;      /* (owned) (nullable) asking, refused: of that key, as in "ED25519" */
} CsTunnelState;

void cs_tunnel_state_init  (CsTunnelState       *state);
void cs_tunnel_state_copy  (CsTunnelState       *to,
                            const CsTunnelState *from);
void cs_tunnel_state_clear (CsTunnelState       *state);

G_END_DECLS
