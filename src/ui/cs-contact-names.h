/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define CS_TYPE_CONTACT_NAMES (cs_contact_names_get_type ())
G_DECLARE_FINAL_TYPE (CsContactNames, cs_contact_names, CS, CONTACT_NAMES, GObject)

/* Signal "changed" (CsContactNames *names): the names of numbers may be others now. */
CsContactNames *cs_contact_names_get_default (void);
void            cs_contact_names_reload      (CsContactNames *self,
                                              const char     *data_dir);
const char     *cs_contact_names_lookup      (CsContactNames *self,
                                              const char     *number);
char           *cs_contact_names_display     (CsContactNames *self,
                                              const char     *number);

G_END_DECLS
