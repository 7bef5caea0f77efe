/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_CALLBACK_LIST (cs_callback_list_get_type ())
G_DECLARE_FINAL_TYPE (CsCallbackList, cs_callback_list, CS, CALLBACK_LIST, AdwBin)

/* Signal "done" (CsCallbackList *list, gint64 call_id, const char *peer): the user says that this person was called back. */
void cs_callback_list_load (CsCallbackList *self,
                            const char     *data_dir,
                            GTimeZone      *zone);

G_END_DECLS
