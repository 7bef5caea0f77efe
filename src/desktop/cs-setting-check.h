/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether a value that the schema allows can be used. Most texts may be empty, which is their default. */
typedef gboolean (*CsValueCheck) (GVariant *value);

gboolean cs_setting_is_token              (GVariant   *value);
gboolean cs_setting_is_public_url         (GVariant   *value);
gboolean cs_setting_is_base_url           (GVariant   *value);
gboolean cs_setting_is_api_url            (GVariant   *value);
gboolean cs_setting_is_host               (GVariant   *value);
gboolean cs_setting_is_user               (GVariant   *value);
gboolean cs_setting_is_fingerprint        (GVariant   *value);
gboolean cs_setting_is_account_sid        (GVariant   *value);
gboolean cs_setting_is_caller             (GVariant   *value);
gboolean cs_setting_is_timezone           (GVariant   *value);
gboolean cs_setting_is_zone_name          (GVariant   *value);
gboolean cs_setting_is_refresh_interval   (GVariant   *value);
gboolean cs_setting_is_minute             (GVariant   *value);
gboolean cs_setting_is_order_query        (GVariant   *value);
gboolean cs_setting_is_dialable           (GVariant   *value);
int      cs_setting_parse_minute          (const char *text);

G_END_DECLS
