/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CS_TYPE_KEYPAD (cs_keypad_get_type ())
G_DECLARE_FINAL_TYPE (CsKeypad, cs_keypad, CS, KEYPAD, GtkWidget)

/* Signal "pressed" (CsKeypad *keypad, const char *key): one of the twelve, "0" to "9", "*" or "#". */
gboolean cs_keypad_press (CsKeypad *self,
                          guint     keyval);

G_END_DECLS
