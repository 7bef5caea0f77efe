/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "store/cs-store-list.h"
#include "ui/cs-call-item.h"

G_BEGIN_DECLS

#define CS_TYPE_CALL_MODEL (cs_call_model_get_type ())
G_DECLARE_FINAL_TYPE (CsCallModel, cs_call_model, CS, CALL_MODEL, GObject)

/* Signal "state" (CsCallModel *model): it begins or ends to look for calls, or can't. */
CsCallModel       *cs_call_model_new          (void);
void               cs_call_model_set_data_dir (CsCallModel       *self,
                                               const char        *data_dir);
void               cs_call_model_set_query    (CsCallModel       *self,
                                               const CsCallQuery *query);
const CsCallQuery *cs_call_model_get_query    (CsCallModel       *self);
void               cs_call_model_refresh      (CsCallModel       *self);
gboolean           cs_call_model_is_loading   (CsCallModel       *self);
gboolean           cs_call_model_is_settled   (CsCallModel       *self);
const char        *cs_call_model_get_error    (CsCallModel       *self);
guint              cs_call_model_find         (CsCallModel       *self,
                                               gint64             call_id);

G_END_DECLS
