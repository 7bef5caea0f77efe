/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-receiver-private.h"

#include <string.h>

/* Whether the rest of the path is the exact name of a recording: no other text ever becomes a part of a file's name. */
gboolean
cs_receiver_has_announcement (CsReceiver *self,
                              const char *rest)
{
  return self->announcements != NULL && cs_announcement_shelf_has (self->announcements, rest);
}

/* Answers with the whole file, whatever part of it was asked for; the gate has dropped the Range: SoupServer would cut it up by itself, and not rightly. */
void
cs_receiver_serve_announcement (CsReceiver    *self,
                                CsGateRequest *request)
{
  const char *name = cs_gate_request_get_path (request) + strlen (CS_RECEIVER_ANNOUNCEMENT_PREFIX);
  g_autoptr (GBytes) file = cs_announcement_shelf_get (self->announcements, name);

  cs_gate_request_answer (request, 200, "audio/x-wav", file);
}
