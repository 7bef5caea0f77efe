/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "contacts/cs-contact.h"

G_BEGIN_DECLS

#define CS_TYPE_CONTACT_ITEM (cs_contact_item_get_type ())
G_DECLARE_FINAL_TYPE (CsContactItem, cs_contact_item, CS, CONTACT_ITEM, GObject)

CsContactItem   *cs_contact_item_new         (CsContact     *contact);
const CsContact *cs_contact_item_get_contact (CsContactItem *self);
gboolean         cs_contact_item_matches     (CsContactItem *self,
                                              const char    *words,
                                              const char    *digits);

G_END_DECLS
