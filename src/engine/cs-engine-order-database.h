/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-engine-config.h"

G_BEGIN_DECLS

CsOrderSource *cs_engine_order_database_new (const CsEngineConfig  *config,
                                             GError               **error);

G_END_DECLS
