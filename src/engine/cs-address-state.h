/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-leg.h"

G_BEGIN_DECLS

/* Which part of the way from the Internet to this program fails. */
typedef enum {
  CS_ADDRESS_FAULT_NONE,
  CS_ADDRESS_FAULT_PLAIN,    /* http over a network: nothing was asked, because the secret part could be read on the way */
  CS_ADDRESS_FAULT_NAME,     /* the name can't be resolved */
  CS_ADDRESS_FAULT_CONNECT,  /* nothing answers */
  CS_ADDRESS_FAULT_TLS,      /* no certificate that providers accept, or no TLS at all */
  CS_ADDRESS_FAULT_PROXY,    /* the desktop's proxy refuses: nothing is known about the address */
  CS_ADDRESS_FAULT_TIMEOUT,
  CS_ADDRESS_FAULT_TUNNEL,   /* the tunnel's server answers that nobody is behind it */
  CS_ADDRESS_FAULT_LOGIN,    /* somebody in between lets nobody through without a login */
  CS_ADDRESS_FAULT_REDIRECT, /* providers don't follow */
  CS_ADDRESS_FAULT_SERVER,   /* another server answers */
  CS_ADDRESS_FAULT_PATH,     /* the request came here with another path or secret part than it was sent with */
  CS_ADDRESS_FAULT_ANSWER,   /* the request came here, its answer didn't come back as it was sent */
} CsAddressFault;

/* Whether the public address leads here, as far as was found out. */
typedef struct {
  gboolean is_checking;  /* the rest is that of the last check */
  gint64 checked_us;     /* its end, microseconds UTC; CS_UNKNOWN before the first check of this address */
  gint64 trip_us;        /* from asking to the answer, microseconds, with name and TLS; CS_UNKNOWN where it failed */
  CsAddressFault fault;
  char *error;           /* (owned) (nullable) a sentence: which part fails, and what to do */
} CsAddressState;

void     cs_address_state_init    (CsAddressState       *state);
void     cs_address_state_copy    (CsAddressState       *to,
                                   const CsAddressState *from);
void     cs_address_state_clear   (CsAddressState       *state);

G_END_DECLS
