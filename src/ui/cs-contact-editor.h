/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_TYPE_CONTACT_EDITOR (cs_contact_editor_get_type ())
G_DECLARE_FINAL_TYPE (CsContactEditor, cs_contact_editor, CS, CONTACT_EDITOR, AdwWindow)

/* Signal "saved" (CsContactEditor *editor): the contact is in the address book. */
CsContactEditor *cs_contact_editor_new         (CsEngine        *engine,
                                                const CsContact *contact);
void             cs_contact_editor_open_number (GtkWindow       *parent,
                                                CsEngine        *engine,
                                                const char      *number);

G_END_DECLS
