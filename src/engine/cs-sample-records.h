/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-recorder.h"

G_BEGIN_DECLS

void cs_sample_records_write     (CsRecorder *recorder,
                                  GTimeZone  *zone,
                                  gint64      now_us);
void cs_sample_records_heartbeat (CsRecorder *recorder,
                                  gint64      now_us);

G_END_DECLS
