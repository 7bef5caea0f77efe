/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-recorder.h"

G_BEGIN_DECLS

void cs_sample_orders_write (CsRecorder *recorder,
                             const char *data_dir,
                             gint64      now_us);

G_END_DECLS
