/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "desktop/cs-alert.h"

G_BEGIN_DECLS

/* How the program writes what a notification names. (transfer full) */
typedef struct {
  char *(*format_number) (const char *number);
  char *(*format_time) (gint64 time_us);
} CsNotifierWords;

#define CS_TYPE_NOTIFIER (cs_notifier_get_type ())
G_DECLARE_FINAL_TYPE (CsNotifier, cs_notifier, CS, NOTIFIER, GObject)

/* Signal "unavailable" (CsNotifier *notifier): something was to be shown, but this desktop shows no notifications. Once until it does. */
CsNotifier *cs_notifier_new             (GApplication          *application,
                                         const CsNotifierWords *words);
gboolean    cs_notifier_is_available    (CsNotifier            *self);
void        cs_notifier_send            (CsNotifier            *self,
                                         const CsAlert         *alert);
void        cs_notifier_send_background (CsNotifier            *self);

G_END_DECLS
