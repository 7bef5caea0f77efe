/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where sipgate reports calls to, and all else that it keeps with that (protocol/sipgate.md §8). */
typedef struct {
  char *incoming_url; /* (owned) "" where none is set */
  char *outgoing_url; /* (owned) "" where none is set */
  GBytes *body;       /* (owned) the answer as it came: what isn't understood is sent back as it was */
} CsSipgateSettings;

CsSipgateSettings *cs_sipgate_settings_parse     (GBytes                  *body,
                                                  GError                 **error);
void               cs_sipgate_settings_free      (CsSipgateSettings       *settings);
GBytes            *cs_sipgate_settings_with_urls (const CsSipgateSettings *settings,
                                                  const char              *incoming_url,
                                                  const char              *outgoing_url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsSipgateSettings, cs_sipgate_settings_free)

G_END_DECLS
