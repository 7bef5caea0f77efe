/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-address-state.h"

G_BEGIN_DECLS

#define CS_TYPE_ADDRESS_CHECK_VIEW (cs_address_check_view_get_type ())
G_DECLARE_FINAL_TYPE (CsAddressCheckView, cs_address_check_view, CS, ADDRESS_CHECK_VIEW, AdwBin)

void cs_address_check_view_apply (CsAddressCheckView   *self,
                                  const CsAddressState *state);

G_END_DECLS
