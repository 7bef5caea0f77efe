/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "ui/cs-call-item.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_CACHE (cs_call_cache_get_type ())
G_DECLARE_FINAL_TYPE (CsCallCache, cs_call_cache, CS, CALL_CACHE, GObject)

/* Signal "failed" (CsCallCache *cache, const char *message): calls could not be read. */
CsCallCache *cs_call_cache_new          (void);
void         cs_call_cache_set_data_dir (CsCallCache *self,
                                         const char  *data_dir);
CsCallItem  *cs_call_cache_get_item     (CsCallCache *self,
                                         gint64       id);
void         cs_call_cache_reread       (CsCallCache *self);
gboolean     cs_call_cache_is_settled   (CsCallCache *self);

G_END_DECLS
