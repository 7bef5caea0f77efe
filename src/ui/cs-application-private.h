/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desktop/cs-alert-policy.h"
#include "desktop/cs-background.h"
#include "desktop/cs-notifier.h"
#include "desktop/cs-secrets.h"
#include "ui/cs-application.h"
#include "ui/cs-window.h"

G_BEGIN_DECLS

/*
 * CsApplication: the program with a window. It owns the engine, gives its snapshots to the window and takes the user's commands.
 */
struct _CsApplication {
  AdwApplication parent_instance;

  CsSettings *settings;       /* (owned) */
  CsEngine *engine;           /* (owned) (nullable) from startup to shutdown */
  char *failure;              /* (owned) (nullable) why the engine does not run */
  CsSecrets *secrets;         /* (owned) (nullable) as long as the engine; none for made-up calls */
  CsSecretValues *values;     /* (owned) (nullable) the secrets, once they have been found */
  GCancellable *lookup;       /* (owned) (nullable) of the last look for them */
  CsWindow *window;           /* (nullable) weak */
  gboolean is_sample;
  guint snapshot_tick;        /* a snapshot waits for the window's next frame */
  guint start_source;         /* the engine has yet to be started */
  guint fill_source;          /* the window was seen, and gets its content next */
  guint snapshot_pause;       /* a snapshot waits for the end of the pause after the last one */
  gint64 next_snapshot_us;    /* monotonic: when that pause ends */
  guint configure_source;
  guint signal_sources[2];    /* SIGINT, SIGTERM */

  CsAlertPolicy *alert_policy; /* (owned) (nullable) none for made-up calls */
  CsNotifier *notifier;       /* (owned) (nullable) as the policy */
  guint alert_source;         /* the policy wants to look again */
  guint64 n_refused;          /* signatures refused, as last seen */
  gint64 refused_us;          /* when the last one was seen, or CS_UNKNOWN while there is no trouble with them */

  CsBackground *background;   /* (owned) (nullable) none for made-up calls */
  GCancellable *leave;        /* (owned) (nullable) of the last request for leave */
  char *background_problem;   /* (owned) (nullable) why the desktop doesn't let it run in the background */
  gboolean is_quitting;
  gboolean is_held;           /* it goes on without a window */
};

/* Notifications: those of the engine's news and state, until the end. Begins before the engine starts, so that nothing is lost. */
void cs_application_begin_alerts      (CsApplication *self,
                                       CsEngine      *engine);
void cs_application_update_alerts     (CsApplication *self,
                                       CsSnapshot    *snapshot);
void cs_application_end_alerts        (CsApplication *self);

/* What is left of the program while no window is open. */
void cs_application_begin_background  (CsApplication *self);
void cs_application_leave_window      (CsApplication *self);
void cs_application_end_background    (CsApplication *self);

/* Starts the engine if that is still to come: for what can't wait, such as the action that the program was started for. */
void cs_application_start_now         (CsApplication *self);

/* The actions of the application, one theme beside its life. Each may come from a notification while no window is open. */
void cs_application_add_actions (CsApplication *self);

G_END_DECLS
