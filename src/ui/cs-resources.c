/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-resources.h"

#include "callstats-resources.h"

/**
 * cs_resources_register:
 *
 * Makes the templates, the style sheet and the icons known. A constructor can't do it: the linker leaves out of a static library
 * what nobody calls. May be called again.
 */
void
cs_resources_register (void)
{
  static gsize is_registered = 0;

  if (!g_once_init_enter (&is_registered))
    return;
  callstats_register_resource ();
  g_once_init_leave (&is_registered, 1);
}
