/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Notices what may have cut a connection without a word: the network changed, or the computer slept. */
typedef struct _CsTunnelWatch CsTunnelWatch;

/* Called on the thread-default main context of the watch's maker. */
typedef void (*CsTunnelWatchFunc) (gpointer user_data);

CsTunnelWatch *cs_tunnel_watch_new  (CsTunnelWatchFunc  func,
                                     gpointer           user_data);
void           cs_tunnel_watch_free (CsTunnelWatch     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsTunnelWatch, cs_tunnel_watch_free)

G_END_DECLS
