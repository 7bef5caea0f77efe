/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "desktop/cs-alert-policy.h"

/* More calls than this within the time become one notification. */
#define MAX_SINGLE 3
#define RUSH_US G_TIME_SPAN_MINUTE
/* In a rush the one notification is brought up to date so often at the most. */
#define BUNDLE_PAUSE_US (5 * G_USEC_PER_SEC)
/* Older notifications than so many stay where they are, whatever becomes of their calls. */
#define MAX_CALLS 500
/* While something is held back, the clock on the wall is looked at so often: it may be set, or the computer sleep. */
#define LOOK_US (30 * G_USEC_PER_SEC)
#define TUNNEL_PATIENCE_US G_TIME_SPAN_MINUTE
#define NEVER G_MAXINT64

typedef enum {
  CALL_NEW,
  CALL_HELD,    /* quiet hours */
  CALL_SINGLE,  /* has a notification of its own */
  CALL_BUNDLED,
} CallState;

typedef struct {
  CsNews *news; /* (owned) */
  gint64 came_us;
  CallState state;
} Call;

typedef struct {
  char *text;       /* (owned) (nullable) while there is the fault */
  gint64 since_us;
  char *shown;      /* (owned) (nullable) the text of its notification */
} Fault;

struct _CsAlertPolicy {
  CsAlertRules rules;
  GArray *calls;           /* (owned) (element-type Call) that nobody has settled, oldest first */
  GPtrArray *settled;      /* (owned) (element-type utf8) notifications to withdraw */
  GArray *told_calls;      /* (owned) (element-type gint64) calls that came into a notification and weren't taken note of */
  gint64 bundle_us;        /* when the last call came into the bundle */
  gint64 bundle_shown_us;
  guint n_bundle_shown;    /* what its notification says; 0: there is none */
  CsNews *health;          /* (owned) (nullable) the last report that is worth telling */
  CsHealthStatus told;     /* what the user knows; CS_HEALTH_UNKNOWN before the first report */
  gboolean has_health;     /* there is a notification */
  Fault faults[CS_N_FAULTS];
  gint64 due_us;
};

static const struct {
  const char *id;
  gint64 patience_us;
} fault_rules[CS_N_FAULTS] = {
  [CS_FAULT_PORT] = { "receiver-port", 0 },
  [CS_FAULT_TUNNEL] = { "receiver-tunnel", TUNNEL_PATIENCE_US },
  [CS_FAULT_SIGNATURE] = { "receiver-signature", 0 },
  [CS_FAULT_STORAGE] = { "receiver-storage", 0 },
};

static void
call_clear (gpointer data)
{
  Call *call = data;

  g_clear_pointer (&call->news, cs_news_unref);
}

static char *
make_call_id (const CsNews *news)
{
  return g_strdup_printf ("call-%" G_GINT64_FORMAT, news->call_id);
}

/* The call leaves the list, and its own notification the desktop. */
static void
forget_call (CsAlertPolicy *self,
             guint          i)
{
  Call *call = &g_array_index (self->calls, Call, i);

  if (call->state == CALL_SINGLE)
    g_ptr_array_add (self->settled, make_call_id (call->news));
  g_array_remove_index (self->calls, i);
}

static void
settle (CsAlertPolicy *self,
        const CsNews  *news)
{
  for (guint i = self->calls->len; i > 0; i--) {
    const CsNews *call = g_array_index (self->calls, Call, i - 1).news;
    gboolean is_meant = news->call_id != 0 ? call->call_id == news->call_id
                                           : call->peer_key != NULL && g_strcmp0 (call->peer_key, news->peer_key) == 0 &&
                                                 call->at_us < news->at_us;

    if (is_meant || news->kind == CS_NEWS_DELETED)
      forget_call (self, i - 1);
  }
}

static void
add_call (CsAlertPolicy *self,
          CsNews        *news,
          gint64         now_us)
{
  Call call = { cs_news_ref (news), now_us, CALL_NEW };

  if (!self->rules.missed || now_us - news->ended_us > CS_NEWS_FRESH_US) {
    call_clear (&call);
    return;
  }
  if (self->calls->len == MAX_CALLS)
    g_array_remove_index (self->calls, 0);
  g_array_append_val (self->calls, call);
}

/* Silence of the reports and reports without a word on health are not told: they are no change of the numbers. */
static void
add_health (CsAlertPolicy *self,
            CsNews        *news)
{
  if (news->health == CS_HEALTH_UNKNOWN || news->health == CS_HEALTH_STALE)
    return;
  /* What was so before the program started was told then. */
  if (self->told == CS_HEALTH_UNKNOWN)
    self->told = news->former_health != CS_HEALTH_UNKNOWN ? news->former_health : CS_HEALTH_OK;
  g_clear_pointer (&self->health, cs_news_unref);
  self->health = cs_news_ref (news);
}

static gboolean
is_quiet (const CsAlertRules *rules,
          GTimeZone          *zone,
          gint64              now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  int minute = g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local);

  if (rules->quiet_from < 0 || rules->quiet_to < 0 || rules->quiet_from == rules->quiet_to)
    return FALSE;
  if (rules->quiet_from < rules->quiet_to)
    return minute >= rules->quiet_from && minute < rules->quiet_to;
  return minute >= rules->quiet_from || minute < rules->quiet_to;
}

static guint
count_calls (CsAlertPolicy *self,
             CallState      state,
             gint64         since_us)
{
  guint n = 0;

  for (guint i = 0; i < self->calls->len; i++) {
    const Call *call = &g_array_index (self->calls, Call, i);

    n += call->state == state && call->came_us > since_us;
  }
  return n;
}

static void
take_withdrawals (CsAlertPolicy *self,
                  GPtrArray     *alerts)
{
  for (guint i = 0; i < self->settled->len; i++) {
    CsAlert *alert = cs_alert_new (CS_ALERT_CALL, g_strdup (g_ptr_array_index (self->settled, i)));

    alert->is_withdrawn = TRUE;
    g_ptr_array_add (alerts, alert);
  }
  g_ptr_array_set_size (self->settled, 0);
}

/* Whether the calls that wait are to be told in one, because they were held back or because so many came at once. */
static gboolean
is_rush (CsAlertPolicy *self,
         gint64         now_us)
{
  guint n_new = count_calls (self, CALL_NEW, G_MININT64), n_held = count_calls (self, CALL_HELD, G_MININT64);
  guint n_single = count_calls (self, CALL_SINGLE, now_us - RUSH_US);

  if (n_new + n_held == 0)
    return FALSE;
  if (n_held > 0)
    return n_new + n_held > 1;
  return n_new + n_single > MAX_SINGLE ||
         (now_us - self->bundle_us < RUSH_US && count_calls (self, CALL_BUNDLED, G_MININT64) > 0);
}

static void
show_single_calls (CsAlertPolicy *self,
                   GPtrArray     *alerts)
{
  for (guint i = 0; i < self->calls->len; i++) {
    Call *call = &g_array_index (self->calls, Call, i);
    CsAlert *alert;

    if (call->state != CALL_NEW && call->state != CALL_HELD)
      continue;
    call->state = CALL_SINGLE;
    g_array_append_val (self->told_calls, call->news->call_id);
    alert = cs_alert_new (CS_ALERT_CALL, make_call_id (call->news));
    alert->news = cs_news_ref (call->news);
    g_ptr_array_add (alerts, alert);
  }
}

static void
bundle_calls (CsAlertPolicy *self,
              gint64         now_us)
{
  for (guint i = 0; i < self->calls->len; i++) {
    Call *call = &g_array_index (self->calls, Call, i);

    if (call->state == CALL_BUNDLED || (call->state == CALL_SINGLE && call->came_us <= now_us - RUSH_US))
      continue;
    if (call->state == CALL_SINGLE)
      g_ptr_array_add (self->settled, make_call_id (call->news));
    else
      g_array_append_val (self->told_calls, call->news->call_id);
    call->state = CALL_BUNDLED;
  }
  self->bundle_us = now_us;
}

static void
show_bundle (CsAlertPolicy *self,
             gboolean       was_quiet,
             gint64         now_us,
             GPtrArray     *alerts)
{
  guint n = count_calls (self, CALL_BUNDLED, G_MININT64);
  CsAlert *alert;

  if (n == self->n_bundle_shown)
    return;
  if (n > 0 && self->n_bundle_shown > 0 && now_us - self->bundle_shown_us < BUNDLE_PAUSE_US) {
    self->due_us = MIN (self->due_us, self->bundle_shown_us + BUNDLE_PAUSE_US);
    return;
  }
  alert = cs_alert_new (CS_ALERT_CALLS, g_strdup ("missed-calls"));
  alert->is_withdrawn = n == 0;
  alert->is_calm = n < self->n_bundle_shown;
  alert->n_calls = n;
  alert->was_quiet = was_quiet;
  g_ptr_array_add (alerts, alert);
  self->n_bundle_shown = n;
  self->bundle_shown_us = now_us;
}

static void
take_calls (CsAlertPolicy *self,
            gboolean       is_quiet_now,
            gint64         now_us,
            GPtrArray     *alerts)
{
  gboolean was_quiet = FALSE;

  if (is_quiet_now) {
    for (guint i = 0; i < self->calls->len; i++) {
      Call *call = &g_array_index (self->calls, Call, i);

      if (call->state == CALL_NEW)
        call->state = CALL_HELD;
    }
  } else if (is_rush (self, now_us)) {
    was_quiet = count_calls (self, CALL_HELD, G_MININT64) > 0;
    bundle_calls (self, now_us);
  } else {
    show_single_calls (self, alerts);
  }
  take_withdrawals (self, alerts);
  show_bundle (self, was_quiet, now_us, alerts);
}

static void
take_health (CsAlertPolicy *self,
             gboolean       is_quiet_now,
             GPtrArray     *alerts)
{
  CsAlert *alert;

  if (self->health == NULL || is_quiet_now)
    return;
  if (self->health->health != self->told) {
    self->told = self->health->health;
    alert = cs_alert_new (CS_ALERT_HEALTH, g_strdup ("health"));
    alert->news = cs_news_ref (self->health);
    alert->is_withdrawn = !self->rules.health;
    if (self->rules.health || self->has_health)
      g_ptr_array_add (alerts, alert);
    else
      cs_alert_free (alert);
    self->has_health = self->rules.health;
  }
  g_clear_pointer (&self->health, cs_news_unref);
}

static void
take_fault (CsAlertPolicy *self,
            CsFault        which,
            gboolean       is_quiet_now,
            gint64         now_us,
            GPtrArray     *alerts)
{
  Fault *fault = &self->faults[which];
  gint64 due_us = fault->since_us + fault_rules[which].patience_us;
  const char *wanted = self->rules.receiver && fault->text != NULL && now_us >= due_us ? fault->text : NULL;
  CsAlert *alert;

  if (fault->text != NULL && now_us < due_us)
    self->due_us = MIN (self->due_us, due_us);
  if (g_strcmp0 (wanted, fault->shown) == 0 || (wanted != NULL && is_quiet_now))
    return;
  alert = cs_alert_new (CS_ALERT_FAULT, g_strdup (fault_rules[which].id));
  alert->fault = which;
  alert->is_withdrawn = wanted == NULL;
  alert->is_calm = wanted != NULL && fault->shown != NULL;
  alert->text = g_strdup (wanted);
  g_ptr_array_add (alerts, alert);
  g_free (fault->shown);
  fault->shown = g_strdup (wanted);
}

static gboolean
has_held_back (CsAlertPolicy *self)
{
  gboolean has = self->health != NULL || count_calls (self, CALL_HELD, G_MININT64) > 0;

  for (guint i = 0; i < CS_N_FAULTS; i++)
    has = has || (self->faults[i].text != NULL && self->faults[i].shown == NULL);
  return has;
}

CsAlertPolicy *
cs_alert_policy_new (void)
{
  CsAlertPolicy *self = g_new0 (CsAlertPolicy, 1);

  self->rules = (CsAlertRules) { TRUE, TRUE, TRUE, CS_NO_MINUTE, CS_NO_MINUTE };
  self->calls = g_array_new (FALSE, FALSE, sizeof (Call));
  g_array_set_clear_func (self->calls, call_clear);
  self->settled = g_ptr_array_new_with_free_func (g_free);
  self->told_calls = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->due_us = NEVER;
  return self;
}

void
cs_alert_policy_free (CsAlertPolicy *self)
{
  g_array_unref (self->calls);
  g_ptr_array_unref (self->settled);
  g_array_unref (self->told_calls);
  g_clear_pointer (&self->health, cs_news_unref);
  for (guint i = 0; i < CS_N_FAULTS; i++) {
    g_free (self->faults[i].text);
    g_free (self->faults[i].shown);
  }
  g_free (self);
}

/* What is switched off disappears with the next look at the alerts. */
void
cs_alert_policy_set_rules (CsAlertPolicy      *self,
                           const CsAlertRules *rules)
{
  self->rules = *rules;
  if (rules->missed)
    return;
  for (guint i = self->calls->len; i > 0; i--)
    forget_call (self, i - 1);
}

/* Takes note of something that happened; what is old by now_us (microseconds UTC) is none. */
void
cs_alert_policy_add_news (CsAlertPolicy *self,
                          CsNews        *news,
                          gint64         now_us)
{
  switch (news->kind) {
  case CS_NEWS_UNANSWERED:
    add_call (self, news, now_us);
    break;
  case CS_NEWS_SETTLED:
  case CS_NEWS_DELETED:
    settle (self, news);
    break;
  case CS_NEWS_HEALTH:
    add_health (self, news);
    break;
  }
}

/* Takes note of how things stand.
 * @text: (nullable): a sentence on the fault; NULL where there is none */
void
cs_alert_policy_set_fault (CsAlertPolicy *self,
                           CsFault        fault,
                           const char    *text,
                           gint64         now_us)
{
  Fault *state = &self->faults[fault];

  if (g_strcmp0 (state->text, text) == 0)
    return;
  if (state->text == NULL)
    state->since_us = now_us;
  g_free (state->text);
  state->text = g_strdup (text);
}

/* Returns what is to be done to the notifications now, in order. @zone is the one of quiet hours.
 * (transfer full) (element-type CsAlert) */
GPtrArray *
cs_alert_policy_take_alerts (CsAlertPolicy *self,
                             GTimeZone     *zone,
                             gint64         now_us)
{
  GPtrArray *alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_alert_free);
  gboolean is_quiet_now = is_quiet (&self->rules, zone, now_us);

  self->due_us = NEVER;
  take_calls (self, is_quiet_now, now_us, alerts);
  take_health (self, is_quiet_now, alerts);
  for (guint i = 0; i < CS_N_FAULTS; i++)
    take_fault (self, (CsFault) i, is_quiet_now, now_us, alerts);
  if (is_quiet_now && has_held_back (self))
    self->due_us = MIN (self->due_us, now_us + LOOK_US);
  return alerts;
}

/* Returns the calls that came into a notification since the last time: what is held back isn't among them.
 * (transfer full) (element-type gint64) */
GArray *
cs_alert_policy_take_told (CsAlertPolicy *self)
{
  GArray *told = self->told_calls;

  self->told_calls = g_array_new (FALSE, FALSE, sizeof (gint64));
  return told;
}

/* When to look again though nothing happens, as found by the last look; G_MAXINT64: never. */
gint64
cs_alert_policy_get_due (CsAlertPolicy *self)
{
  return self->due_us;
}
