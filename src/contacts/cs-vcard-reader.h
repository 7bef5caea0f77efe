/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "contacts/cs-contact-import.h"

G_BEGIN_DECLS

CsContactImport *cs_vcard_reader_read (GInputStream  *stream,
                                       GCancellable  *cancellable,
                                       GError       **error);

G_END_DECLS
