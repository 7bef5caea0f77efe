/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "tunnel/cs-tunnel-announcer.h"
#include "tunnel/cs-tunnel-banner.h"

#include <libssh/callbacks.h>

/* For localhost.run (protocol/sipgate.md §9); anything else runs it as a command that it doesn't have. */
#define JSON_COMMAND "--output json"

typedef enum {
  WAY_EXEC,
  WAY_SHELL,
  N_WAYS,
} Way;

typedef enum {
  STEP_OPENING,
  STEP_REQUESTING,
  STEP_LISTENING,
  STEP_OVER,
} Step;

struct _CsTunnelAnnouncer
{
  ssh_session session;                            /* (unowned) outlives it */
  CsTunnelBanner *banner;                         /* (owned) */
  struct ssh_channel_callbacks_struct callbacks;
  ssh_channel channels[N_WAYS];                   /* (owned) (nullable) all that are open are listened to */
  Way way;                                        /* the one that is tried; N_WAYS after all of them */
  Step step;
  guint patience_ms;
  gint64 due_us;                                  /* monotonic: the end of the patience with this way */
};

static int
on_data (ssh_session session,
         ssh_channel channel,
         void       *data,
         uint32_t    length,
         int         is_stderr,
         void       *user_data)
{
  CsTunnelAnnouncer *self = user_data;

  if (!is_stderr)
    cs_tunnel_banner_feed (self->banner, data, length);
  return (int) length;
}

static void
begin (CsTunnelAnnouncer *self,
       Way                way,
       gint64             now_us)
{
  self->way = way;
  self->step = STEP_OPENING;
  self->due_us = now_us + self->patience_ms * 1000;
  if (way == N_WAYS)
    return;
  self->channels[way] = ssh_channel_new (self->session);
  if (self->channels[way] == NULL)
    self->step = STEP_OVER;
  else
    ssh_set_channel_callbacks (self->channels[way], &self->callbacks);
}

static void
close_channel (CsTunnelAnnouncer *self,
               Way                way)
{
  if (self->channels[way] == NULL)
    return;
  ssh_remove_channel_callbacks (self->channels[way], &self->callbacks);
  g_clear_pointer (&self->channels[way], ssh_channel_free);
}

/* Each call may have to be made again, with the same arguments, until the server has answered. */
static Step
take_step (CsTunnelAnnouncer *self)
{
  ssh_channel channel = self->channels[self->way];
  int answer = SSH_OK;

  switch (self->step)
    {
    case STEP_OPENING:
      answer = ssh_channel_open_session (channel);
      return answer == SSH_OK ? STEP_REQUESTING : answer == SSH_AGAIN ? STEP_OPENING : STEP_OVER;
    case STEP_REQUESTING:
      answer = self->way == WAY_EXEC ? ssh_channel_request_exec (channel, JSON_COMMAND)
                                     : ssh_channel_request_shell (channel);
      return answer == SSH_OK ? STEP_LISTENING : answer == SSH_AGAIN ? STEP_REQUESTING : STEP_OVER;
    case STEP_LISTENING:
      return ssh_channel_is_eof (channel) || ssh_channel_is_closed (channel) ? STEP_OVER : STEP_LISTENING;
    case STEP_OVER:
      break;
    }
  return STEP_OVER;
}

/* Begins to ask. session doesn't block, and has a forwarded port already. */
CsTunnelAnnouncer *
cs_tunnel_announcer_new (ssh_session session,
                         gboolean    takes_local,
                         guint       patience_ms)
{
  CsTunnelAnnouncer *self = g_new0 (CsTunnelAnnouncer, 1);

  self->session = session;
  self->banner = cs_tunnel_banner_new (takes_local);
  self->patience_ms = patience_ms;
  self->callbacks.userdata = self;
  self->callbacks.channel_data_function = on_data;
  ssh_callbacks_init (&self->callbacks);
  begin (self, WAY_EXEC, g_get_monotonic_time ());
  cs_tunnel_announcer_go_on (self, g_get_monotonic_time ());
  return self;
}

void
cs_tunnel_announcer_free (CsTunnelAnnouncer *self)
{
  for (Way way = 0; way < N_WAYS; way++)
    close_channel (self, way);
  cs_tunnel_banner_free (self->banner);
  g_free (self);
}

/* To be called whenever something came from the server, and when it is due. */
void
cs_tunnel_announcer_go_on (CsTunnelAnnouncer *self,
                           gint64             now_us)
{
  while (self->way < N_WAYS)
    {
      Step step = take_step (self);

      if (step == self->step && (now_us < self->due_us || cs_tunnel_banner_get_url (self->banner) != NULL))
        return;
      if (step != STEP_OVER && step != self->step)
        {
          self->step = step;
          continue;
        }
      /* What was announced stays so, whether or not more can be heard. */
      if (cs_tunnel_banner_get_url (self->banner) != NULL)
        {
          self->way = N_WAYS;
          return;
        }
      if (step != STEP_LISTENING)
        close_channel (self, self->way);
      begin (self, self->way + 1, now_us);
    }
}

/* When to go on even if nothing comes (monotonic), or 0. */
gint64
cs_tunnel_announcer_get_due (CsTunnelAnnouncer *self)
{
  return self->way < N_WAYS && cs_tunnel_banner_get_url (self->banner) == NULL ? self->due_us : 0;
}

/* The address that was announced last. (transfer none) (nullable) */
const char *
cs_tunnel_announcer_get_url (CsTunnelAnnouncer *self)
{
  return cs_tunnel_banner_get_url (self->banner);
}

/* Whether the server was asked in every way and has announced nothing. */
gboolean
cs_tunnel_announcer_is_silent (CsTunnelAnnouncer *self)
{
  return self->way == N_WAYS && cs_tunnel_banner_get_url (self->banner) == NULL;
}
