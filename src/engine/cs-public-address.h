/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/cs-address-check.h"
#include "tunnel/cs-tunnel.h"

G_BEGIN_DECLS

/* Where the Internet finds this computer: the address in the settings, or the one that the tunnel of our own was given; and whether
 * it leads here. Made and used on the service thread. */
typedef struct _CsPublicAddress CsPublicAddress;

/* What is to be told, with the user_data of its making. */
typedef void (*CsPublicAddressFunc) (gpointer user_data);

CsPublicAddress *cs_public_address_new        (CsReceiver           *receiver,
                                               CsPublicAddressFunc   moved,
                                               CsPublicAddressFunc   changed,
                                               gpointer              user_data);
void             cs_public_address_free       (CsPublicAddress      *self);
void             cs_public_address_configure  (CsPublicAddress      *self,
                                               const CsEngineConfig *config);
void             cs_public_address_set_port   (CsPublicAddress      *self,
                                               guint16               port);
const char      *cs_public_address_get_url    (CsPublicAddress      *self);
gboolean         cs_public_address_can_arrive (CsPublicAddress      *self);
CsTunnel        *cs_public_address_get_tunnel (CsPublicAddress      *self);
CsAddressCheck  *cs_public_address_get_check  (CsPublicAddress      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsPublicAddress, cs_public_address_free)

G_END_DECLS
