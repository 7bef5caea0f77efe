/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-recorder.h"

G_BEGIN_DECLS

/* Made-up calls: a month of them at once, and live ones that go on arriving. */
typedef struct _CsSample CsSample;

CsSample *cs_sample_new  (CsRecorder *recorder);
void      cs_sample_free (CsSample   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSample, cs_sample_free)

G_END_DECLS
