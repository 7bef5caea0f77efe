/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine-config.h"
#include "engine/cs-recorder.h"
#include "engine/cs-sipgate-state.h"
#include "sipgate/cs-sipgate-client.h"

G_BEGIN_DECLS

/* Speaks with the sipgate account over its REST interface: fills what pushes didn't tell from the history, ends calls whose hangup
 * got lost, and sets where calls are reported. Lives on the service thread. */
typedef struct _CsSipgateAccount CsSipgateAccount;

CsSipgateAccount     *cs_sipgate_account_new            (CsStore               *store,
                                                         CsRecorder            *recorder,
                                                         CsRecorderChangedFunc  changed,
                                                         gpointer               user_data);
void                  cs_sipgate_account_free           (CsSipgateAccount      *self);
void                  cs_sipgate_account_set_limits     (CsSipgateAccount      *self,
                                                         const CsSipgateLimits *limits);
void                  cs_sipgate_account_configure      (CsSipgateAccount      *self,
                                                         const CsEngineConfig  *config);
void                  cs_sipgate_account_set_url        (CsSipgateAccount      *self,
                                                         const char            *url);
void                  cs_sipgate_account_fill           (CsSipgateAccount      *self);
void                  cs_sipgate_account_register_async (CsSipgateAccount      *self,
                                                         GCancellable          *cancellable,
                                                         GAsyncReadyCallback    callback,
                                                         gpointer               user_data);
void                  cs_sipgate_account_restore_async  (CsSipgateAccount      *self,
                                                         GCancellable          *cancellable,
                                                         GAsyncReadyCallback    callback,
                                                         gpointer               user_data);
void                  cs_sipgate_account_call_async     (CsSipgateAccount      *self,
                                                         const char            *number,
                                                         GCancellable          *cancellable,
                                                         GAsyncReadyCallback    callback,
                                                         gpointer               user_data);
gboolean              cs_sipgate_account_finish         (GAsyncResult          *result,
                                                         GError               **error);
const CsSipgateState *cs_sipgate_account_get_state      (CsSipgateAccount      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateAccount, cs_sipgate_account_free)

G_END_DECLS
