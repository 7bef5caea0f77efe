/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tunnel/cs-tunnel-error.h"

G_DEFINE_QUARK (cs-tunnel-error-quark, cs_tunnel_error)
