/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-alert.h"

/* Takes the id. */
CsAlert *
cs_alert_new (CsAlertKind  kind,
              char        *id)
{
  CsAlert *alert = g_new0 (CsAlert, 1);

  alert->kind = kind;
  alert->id = id;
  return alert;
}

void
cs_alert_free (CsAlert *alert)
{
  g_free (alert->id);
  g_clear_pointer (&alert->news, cs_news_unref);
  g_free (alert->text);
  g_free (alert);
}
