/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-snapshot.h"

G_BEGIN_DECLS

/* Reads from the store what a snapshot says of calls. */
typedef struct _CsBoard CsBoard;

CsBoard  *cs_board_new      (const char  *data_dir,
                             GError     **error);
void      cs_board_free     (CsBoard     *self);
void      cs_board_set_zone (CsBoard     *self,
                             GTimeZone   *zone);
gboolean  cs_board_read     (CsBoard     *self,
                             gint64       now_us,
                             CsSnapshot  *snapshot,
                             GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsBoard, cs_board_free)

G_END_DECLS
