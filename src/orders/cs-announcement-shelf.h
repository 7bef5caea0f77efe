/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-announcement-name.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The recordings that callers hear: those shipped with the program, and in their place the user's own, which are files in the
 * folder "announcements" of the data folder. Names are those of cs_announcement_get_file(). Belongs to one thread; each takes its
 * own. */
typedef struct _CsAnnouncementShelf CsAnnouncementShelf;

CsAnnouncementShelf *cs_announcement_shelf_new      (const char           *data_dir);
void                 cs_announcement_shelf_free     (CsAnnouncementShelf  *self);
gboolean             cs_announcement_shelf_has      (CsAnnouncementShelf  *self,
                                                     const char           *name);
GBytes              *cs_announcement_shelf_get      (CsAnnouncementShelf  *self,
                                                     const char           *name);
gboolean             cs_announcement_shelf_is_own   (CsAnnouncementShelf  *self,
                                                     const char           *name);
gboolean             cs_announcement_shelf_replace  (CsAnnouncementShelf  *self,
                                                     const char           *name,
                                                     GBytes               *file,
                                                     GError              **error);
gboolean             cs_announcement_shelf_restore  (CsAnnouncementShelf  *self,
                                                     const char           *name,
                                                     GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsAnnouncementShelf, cs_announcement_shelf_free)

G_END_DECLS
