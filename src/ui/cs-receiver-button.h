/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

#define CS_TYPE_RECEIVER_BUTTON (cs_receiver_button_get_type ())
G_DECLARE_FINAL_TYPE (CsReceiverButton, cs_receiver_button, CS, RECEIVER_BUTTON, AdwBin)

void cs_receiver_button_apply_snapshot (CsReceiverButton *self,
                                        CsSnapshot       *snapshot);

G_END_DECLS
