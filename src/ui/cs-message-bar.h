/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_MESSAGE_BAR (cs_message_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsMessageBar, cs_message_bar, CS, MESSAGE_BAR, AdwBin)

void cs_message_bar_set_message (CsMessageBar *self,
                                 const char   *message);

G_END_DECLS
