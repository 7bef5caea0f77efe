/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-address-state.h"
#include "engine/cs-receiver.h"

G_BEGIN_DECLS

/* Finds out whether the public address leads to this very process: asks for something through it that nobody else can answer.
 * By itself every few minutes, and when told to. Made and used on the service thread; it blocks nobody. */
typedef struct _CsAddressCheck CsAddressCheck;

/* Its state changed. */
typedef void (*CsAddressChangedFunc) (gpointer user_data);

/* How patient a check is. */
typedef struct {
  guint deadline_ms;   /* for one request and its answer */
  guint settle_ms;     /* from a new address to its first check: a tunnel's name takes a moment to be known */
  guint interval_ms;   /* between checks while all is well */
  guint retry_ms;      /* after the first failure; doubled with each further one */
  guint max_retry_ms;
} CsAddressLimits;

extern const CsAddressLimits cs_address_usual_limits;

CsAddressCheck       *cs_address_check_new        (CsReceiver            *receiver,
                                                   const CsAddressLimits *limits,
                                                   CsAddressChangedFunc   changed,
                                                   gpointer               user_data);
void                  cs_address_check_free       (CsAddressCheck        *self);
void                  cs_address_check_set_target (CsAddressCheck        *self,
                                                   const char            *public_url,
                                                   const char            *token,
                                                   guint16                port);
void                  cs_address_check_run        (CsAddressCheck        *self);
const CsAddressState *cs_address_check_get_state  (CsAddressCheck        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsAddressCheck, cs_address_check_free)

G_END_DECLS
