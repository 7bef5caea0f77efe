/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "desktop/cs-alert-policy.h"
#include "engine/cs-engine.h"

G_BEGIN_DECLS

#define CS_SETTINGS_ERROR (cs_settings_error_quark ())

typedef enum {
  CS_SETTINGS_ERROR_NO_SCHEMA,
  CS_SETTINGS_ERROR_NO_FOLDER,
  CS_SETTINGS_ERROR_UNREADABLE,
} CsSettingsError;

#define CS_TYPE_SETTINGS (cs_settings_get_type ())
G_DECLARE_FINAL_TYPE (CsSettings, cs_settings, CS, SETTINGS, GObject)

GQuark          cs_settings_error_quark            (void);
CsSettings     *cs_settings_new                    (const char  *data_dir,
                                                    GError     **error);
GSettings      *cs_settings_get_gsettings          (CsSettings  *self);
const char     *cs_settings_get_data_dir           (CsSettings  *self);
CsEngineConfig *cs_settings_get_engine_config      (CsSettings  *self);
CsAlertRules    cs_settings_get_alert_rules        (CsSettings  *self);
gboolean        cs_settings_get_run_in_background  (CsSettings  *self);
void            cs_settings_renew_token            (CsSettings  *self);
const char     *cs_settings_get_public_url_problem (const char  *url);
const char     *cs_settings_get_base_url_problem   (const char  *url);
gboolean        cs_settings_is_account_sid         (const char  *sid);
gboolean        cs_settings_is_caller              (const char  *caller);
gboolean        cs_settings_is_zone_name           (const char  *name);

G_END_DECLS
