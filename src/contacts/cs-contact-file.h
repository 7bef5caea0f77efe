/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "contacts/cs-contact-import.h"

G_BEGIN_DECLS

/* A file of contacts, of whichever kind: a vCard or a table. */

CsContactPreview *cs_contact_file_preview (GFile                   *file,
                                           GCancellable            *cancellable,
                                           GError                 **error);
CsContactImport  *cs_contact_file_read    (GFile                   *file,
                                           const CsContactColumns  *columns,
                                           GCancellable            *cancellable,
                                           GError                 **error);

G_END_DECLS
