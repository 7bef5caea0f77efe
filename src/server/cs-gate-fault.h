/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The answer to a request that is refused while it may still be on its way. */
typedef struct {
  guint status;
  const char *text;   /* (unowned) one line that names the fault */
  const char *allow;  /* (unowned) (nullable) the methods, for 405 */
  gboolean is_bare;   /* head only, as HEAD asks for */
  gboolean in_json;
} CsGateFault;

char *cs_gate_fault_word (const char  *text,
                          gboolean     in_json,
                          const char **content_type);
void  cs_gate_fault_send (const CsGateFault *fault,
                          GIOStream         *stream,
                          GSocket           *socket);

G_END_DECLS
