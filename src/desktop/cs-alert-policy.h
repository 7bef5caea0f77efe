/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desktop/cs-alert.h"

G_BEGIN_DECLS

/* No quiet hours begin or end. */
#define CS_NO_MINUTE (-1)

/* What the user wants to be told, and when not. */
typedef struct {
  gboolean missed;
  gboolean health;
  gboolean receiver;
  int quiet_from;     /* minute of the day, or CS_NO_MINUTE */
  int quiet_to;       /* minute of the day, or CS_NO_MINUTE */
} CsAlertRules;

/* Decides what is worth a notification: news and states in, alerts out. Time is an argument, never read inside. */
typedef struct _CsAlertPolicy CsAlertPolicy;

CsAlertPolicy *cs_alert_policy_new         (void);
void           cs_alert_policy_free        (CsAlertPolicy      *self);
void           cs_alert_policy_set_rules   (CsAlertPolicy      *self,
                                            const CsAlertRules *rules);
void           cs_alert_policy_add_news    (CsAlertPolicy      *self,
                                            CsNews             *news,
                                            gint64              now_us);
void           cs_alert_policy_set_fault   (CsAlertPolicy      *self,
                                            CsFault             fault,
                                            const char         *text,
                                            gint64              now_us);
GPtrArray     *cs_alert_policy_take_alerts (CsAlertPolicy      *self,
                                            GTimeZone          *zone,
                                            gint64              now_us);
GArray        *cs_alert_policy_take_told   (CsAlertPolicy      *self);
gint64         cs_alert_policy_get_due     (CsAlertPolicy      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsAlertPolicy, cs_alert_policy_free)

G_END_DECLS
