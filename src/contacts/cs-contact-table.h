/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "contacts/cs-contact-import.h"

G_BEGIN_DECLS

gboolean         cs_contact_table_preview (GInputStream            *stream,
                                           CsContactPreview        *preview,
                                           GCancellable            *cancellable,
                                           GError                 **error);
CsContactImport *cs_contact_table_read    (GInputStream            *stream,
                                           const CsContactColumns  *columns,
                                           GCancellable            *cancellable,
                                           GError                 **error);

G_END_DECLS
