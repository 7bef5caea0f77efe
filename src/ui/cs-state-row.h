/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_STATE_ROW (cs_state_row_get_type ())
G_DECLARE_FINAL_TYPE (CsStateRow, cs_state_row, CS, STATE_ROW, AdwActionRow)

/* How something stands. */
typedef enum {
  CS_STATE_UNKNOWN,
  CS_STATE_BUSY,    /* it is being found out, or changed */
  CS_STATE_GOOD,
  CS_STATE_BAD,
} CsState;

void     cs_state_row_show    (CsStateRow *self,
                               CsState     state,
                               const char *sentence);
gboolean cs_state_row_is_busy (CsStateRow *self);

G_END_DECLS
