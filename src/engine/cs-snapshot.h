/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-call.h"
#include "calls/cs-metrics.h"
#include "engine/cs-address-state.h"
#include "engine/cs-exotel-state.h"
#include "engine/cs-orders-state.h"
#include "engine/cs-sipgate-state.h"
#include "server/cs-refusal.h"
#include "tunnel/cs-tunnel-state.h"

G_BEGIN_DECLS

/* What the window shows, made on the service thread, never changed afterwards. */
typedef struct {
  gatomicrefcount ref_count;

  gint64 made_us;               /* microseconds UTC */
  GTimeZone *zone;              /* (owned) the zone of "today" and of the hours */
  gboolean is_sample;           /* made-up data */
  gboolean has_calls;           /* at least one call was ever stored */
  gboolean has_heartbeat;       /* Exotel has told at least once how its numbers are */

  CsMetrics today;              /* all sipgate calls since midnight */
  CsMetrics incoming;           /* incoming sipgate calls since midnight: the bars and the rates */
  CsMetrics usual;              /* incoming calls of the same weekday one week ago, whole day */
  CsMetrics usual_so_far;       /* the same until this time of day */
  double usual_hours[24];       /* incoming calls by hour on a usual such day (mean of up to four weeks); all 0 where unknown */
  guint64 n_callbacks;          /* people nobody has reached yet */

  GPtrArray *active;            /* (owned) (element-type CsCall) running calls, oldest first, at most 50; without legs */
  GPtrArray *latest;            /* (owned) (element-type CsCall) last ended calls, newest first, at most 30; without legs */

  guint webhook_port;           /* 0 while it isn't listening */
  guint api_port;               /* 0 while it isn't listening */
  char *webhook_error;          /* (owned) (nullable) a sentence: why calls can't be received */
  char *api_error;              /* (owned) (nullable) */
  char *storage_error;          /* (owned) (nullable) a sentence: why calls can't be kept */
  guint n_waiting;              /* events in memory until the disk takes them */
  char *sipgate_path;           /* (owned) "/webhook/sipgate/<token>" */
  char *sipgate_url;            /* (owned) (nullable) what to paste into sipgate's console; NULL where no public URL is set */
  gint64 last_event_us;         /* arrival of the last accepted webhook, or CS_UNKNOWN */
  guint64 refusals[CS_N_REFUSALS]; /* requests refused since the start */
  gint64 last_refusal_us;       /* or CS_UNKNOWN */

  char *data_dir;               /* (owned) for those who read more than stands here */
  guint64 n_commits;            /* since the start: another number, other calls */
  GTimeZone *exotel_zone;       /* (owned) of the Exotel account's days and hours */
  CsExotelState exotel;
  CsOrdersState orders;
  CsSipgateState sipgate;
  char *heartbeat_path;         /* (owned) "/webhook/heartbeat/<token>" */
  char *call_event_path;        /* (owned) "/webhook/exotel-call/<token>" */
  char *public_url;             /* (owned) "" where none is set, and none is announced by the tunnel */
  CsTunnelState tunnel;
  CsAddressState address;       /* whether public_url leads here */
} CsSnapshot;

CsSnapshot *cs_snapshot_new   (void);
CsSnapshot *cs_snapshot_ref   (CsSnapshot *snapshot);
void        cs_snapshot_unref (CsSnapshot *snapshot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSnapshot, cs_snapshot_unref)

G_END_DECLS
