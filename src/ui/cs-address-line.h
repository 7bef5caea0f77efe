/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CS_TYPE_ADDRESS_LINE (cs_address_line_get_type ())
G_DECLARE_FINAL_TYPE (CsAddressLine, cs_address_line, CS, ADDRESS_LINE, AdwBin)

void cs_address_line_set_name    (CsAddressLine *self,
                                  const char    *name,
                                  const char    *copy_name);
void cs_address_line_set_address (CsAddressLine *self,
                                  const char    *address);

G_END_DECLS
