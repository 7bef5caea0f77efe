/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_TYPE_CONTACT_BOOK (cs_contact_book_get_type ())
G_DECLARE_FINAL_TYPE (CsContactBook, cs_contact_book, CS, CONTACT_BOOK, AdwWindow)

CsContactBook *cs_contact_book_new         (CsEngine      *engine);
void           cs_contact_book_import_file (CsContactBook *self,
                                            GFile         *file);

G_END_DECLS
