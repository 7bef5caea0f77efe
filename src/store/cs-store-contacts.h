/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "contacts/cs-contact.h"
#include "store/cs-store-reader.h"
#include "store/cs-store.h"

G_BEGIN_DECLS

gint64     cs_store_put_contact          (CsStore           *self,
                                          const CsContact   *contact,
                                          GError           **error);

/* An import, all or nothing, in parts so short that calls are answered between them: all contacts are kept aside first, and those
 * that are all there take their places. */
typedef enum {
  CS_STAGED_NONE,
  CS_STAGED_SOME, /* the program was quit before the last one */
  CS_STAGED_ALL,
} CsStaged;

CsStaged   cs_store_get_staged           (CsStore           *self);
gboolean   cs_store_stage_contacts       (CsStore           *self,
                                          GPtrArray         *contacts,
                                          guint             *next,
                                          gint64             for_us,
                                          GError           **error);
gboolean   cs_store_unstage_contacts     (CsStore           *self,
                                          GError           **error);
gboolean   cs_store_merge_contacts       (CsStore           *self,
                                          gint64             for_us,
                                          gboolean          *is_done,
                                          GError           **error);

gboolean   cs_store_remove_contact       (CsStore           *self,
                                          gint64             id,
                                          GError           **error);

GPtrArray *cs_store_reader_get_contacts  (CsStoreReader     *self,
                                          GError           **error);
CsContact *cs_store_reader_find_contact  (CsStoreReader     *self,
                                          const char        *number,
                                          GError           **error);

G_END_DECLS
