/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call-event.h"
#include "store/cs-store.h"

G_BEGIN_DECLS

/* Applies events to calls and makes them durable in groups. Lives on one thread's default main context. */
typedef struct _CsRecorder CsRecorder;

/* Called once the event is on disk, or when it is clear that it won't be. */
typedef void (*CsRecordedFunc) (gboolean is_kept,
                                gpointer user_data);

/* Writes something of its own into the open transaction. */
typedef gboolean (*CsRecorderWriteFunc) (CsStore  *store,
                                         gpointer  data,
                                         GError  **error);

/* Says how many events are in hand or on their way, those in the open group included. */
typedef guint (*CsRecorderExpectFunc) (gpointer user_data);

/* Called after a commit that changed something, and when the disk's state changed. */
typedef void (*CsRecorderChangedFunc) (gpointer user_data);

CsRecorder *cs_recorder_new             (CsStore               *store,
                                         CsRecorderChangedFunc  changed,
                                         gpointer               user_data);
void        cs_recorder_free            (CsRecorder            *self);
void        cs_recorder_set_expect      (CsRecorder            *self,
                                         CsRecorderExpectFunc   expect,
                                         gpointer               user_data);
void        cs_recorder_set_stale       (CsRecorder            *self,
                                         guint                  minutes);
void        cs_recorder_record          (CsRecorder            *self,
                                         const CsCallEvent     *event,
                                         GBytes                *body,
                                         CsRecordedFunc         done,
                                         gpointer               user_data);
void        cs_recorder_record_at       (CsRecorder            *self,
                                         const CsCallEvent     *event,
                                         GBytes                *body,
                                         gint64                 at_us,
                                         CsRecordedFunc         done,
                                         gpointer               user_data);
void        cs_recorder_record_with     (CsRecorder            *self,
                                         const CsCallEvent     *event,
                                         GBytes                *body,
                                         gint64                 at_us,
                                         CsRecorderWriteFunc    write,
                                         gpointer               data,
                                         CsRecordedFunc         done,
                                         gpointer               user_data);
gboolean    cs_recorder_record_fetched  (CsRecorder            *self,
                                         const CsCallEvent     *event,
                                         GBytes                *body,
                                         CsRecordedFunc         done,
                                         gpointer               user_data);
gint64      cs_recorder_get_stamp       (CsRecorder            *self);
gboolean    cs_recorder_knows           (CsRecorder            *self,
                                         CsProvider             provider,
                                         const char            *leg_id);
void        cs_recorder_write           (CsRecorder            *self,
                                         CsRecorderWriteFunc    write,
                                         gpointer               data,
                                         CsRecordedFunc         done,
                                         gpointer               user_data);
void        cs_recorder_commit          (CsRecorder            *self);
void        cs_recorder_settle          (CsRecorder            *self,
                                         gint64                 call_id);
void        cs_recorder_unsettle        (CsRecorder            *self,
                                         gint64                 call_id);
gint64      cs_recorder_get_last_event  (CsRecorder            *self);
const char *cs_recorder_get_error       (CsRecorder            *self);
guint64     cs_recorder_get_n_commits   (CsRecorder            *self);
guint       cs_recorder_get_n_held      (CsRecorder            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsRecorder, cs_recorder_free)

G_END_DECLS
