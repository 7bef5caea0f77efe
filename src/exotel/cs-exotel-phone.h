/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One of the account's own numbers. */
typedef struct {
  char *sid;           /* (owned) safe as a part of an address */
  char *number;        /* (owned) (nullable) */
  char *friendly_name; /* (owned) (nullable) */
} CsExotelPhone;

GPtrArray *cs_exotel_phone_parse_list (GBytes         *body,
                                       guint          *n_records,
                                       GError        **error);
void       cs_exotel_phone_free       (CsExotelPhone  *phone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsExotelPhone, cs_exotel_phone_free)

G_END_DECLS
