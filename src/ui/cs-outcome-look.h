/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "calls/cs-outcome.h"

G_BEGIN_DECLS

const char *cs_outcome_get_word      (CsOutcome outcome);
const char *cs_outcome_get_icon_name (CsOutcome outcome);
const char *cs_outcome_get_css_class (CsOutcome outcome);

G_END_DECLS
