/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One change of a list of ids: where it is, how many go, which come. */
typedef struct {
  guint position;
  guint n_removed;
  const gint64 *added;   /* (unowned) of the list that is wanted */
  guint n_added;
} CsIdSplice;

gboolean cs_id_splice_find_next (CsIdSplice *self,
                                 GArray     *present,
                                 GArray     *wanted,
                                 gboolean    is_last);

G_END_DECLS
