/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "contacts/cs-contact-import.h"

G_BEGIN_DECLS

#define CS_TYPE_IMPORT_COLUMNS (cs_import_columns_get_type ())
G_DECLARE_FINAL_TYPE (CsImportColumns, cs_import_columns, CS, IMPORT_COLUMNS, AdwBin)

/* Signal "changed" (CsImportColumns *columns): the user says otherwise what a column holds. */
void                    cs_import_columns_set_preview (CsImportColumns        *self,
                                                       const CsContactPreview *preview);
const CsContactColumns *cs_import_columns_get         (CsImportColumns        *self);

G_END_DECLS
